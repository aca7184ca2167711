package teamsfake

import (
	"cmp"
	"net/http"
	"time"
)

// Fault is how a call goes wrong.
type Fault struct {
	Op string // as in Calls; empty for every one
	// Status is the HTTP status, with Code and SubCode in the body, or with
	// Body as it stands where that is set.
	Status        int
	Code, SubCode string
	Body          string
	RetryAfter    string // the header's text; empty for none
	Accept        bool   // the call is carried out before it goes wrong
	Cut           bool   // the connection is closed without an answer
	Times         int    // 0 for once
	Delay         time.Duration
}

type scheduled struct {
	Fault
	left int
}

// Fail makes the next calls go wrong.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &scheduled{Fault: f, left: max(f.Times, 1)})
}

// Heal takes back every fault that has not happened yet.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is the next one for these ops; call with mu held.
func (s *Server) fault(ops ...string) Fault {
	for _, f := range s.faults {
		for _, op := range ops {
			if f.left > 0 && (f.Op == "" || f.Op == op) {
				f.left--
				return f.Fault
			}
		}
	}
	return Fault{}
}

// fails tells a fault from a mere delay, and from none.
func (f Fault) fails() bool { return f.Cut || f.Status != 0 || f.Code != "" || f.Body != "" }

// happen answers with the fault.
func (f Fault) happen(w http.ResponseWriter, op string) {
	if f.Cut {
		panic(http.ErrAbortHandler) // which every kind of server understands
	}
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	status := cmp.Or(f.Status, http.StatusInternalServerError)
	if f.Body != "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(cmp.Or(f.Status, http.StatusOK))
		_, _ = w.Write([]byte(f.Body)) // the caller is gone
		return
	}
	code := cmp.Or(f.Code, "ServiceError")
	if op == "token" {
		(&reply{status: status, body: Object{"error": code, "error_description": code}}).write(w)
		return
	}
	r := refusal(status, code, "The call failed.")
	if f.SubCode != "" {
		obj(obj(r.body)["error"])["subCode"] = f.SubCode
	}
	r.write(w)
}
