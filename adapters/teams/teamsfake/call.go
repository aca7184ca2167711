package teamsfake

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is more than any call of a bot may hold.
const maxBody = 8 << 20

// call is one request of the bot.
type call struct {
	op       string
	path     func(string) string
	query    url.Values
	header   http.Header
	body     []byte
	targeted bool
	thread   bool // it began a thread with a message
}

// reply is what the bot gets for it.
type reply struct {
	status int
	body   any // nil for an empty one
	wait   string
}

func refusal(status int, code, message string) *reply {
	return &reply{status: status, body: Object{"error": Object{"code": code, "message": message}}}
}

func throttled(wait time.Duration) *reply {
	r := refusal(http.StatusTooManyRequests, "Throttled", "Too many requests.")
	r.wait = itoa(int((wait + time.Second - 1) / time.Second))
	return r
}

func (r *reply) write(w http.ResponseWriter) {
	if r.wait != "" {
		w.Header().Set("Retry-After", r.wait)
	}
	if r.body == nil {
		w.WriteHeader(r.status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.body) // the caller is gone
}

// op serves one kind of call: it counts, lets faults happen, and asks for a
// token of that scope where one is named.
func (s *Server) op(name, scope string, do func(*call) *reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{op: name, path: r.PathValue, query: r.URL.Query(), header: r.Header}
		c.targeted = c.query.Get("isTargetedActivity") == "true"
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			refusal(http.StatusRequestEntityTooLarge, "MessageSizeTooBig", "Message size too large.").write(w)
			return
		}
		c.body = body
		f := s.arrived(c)
		time.Sleep(f.Delay)
		defer s.done(c)
		if f.fails() && !f.Accept {
			f.happen(w, name)
			return
		}
		out := s.unauthorized(scope, r.Header)
		if out == nil {
			out = do(c)
		}
		if f.fails() {
			f.happen(w, name)
			return
		}
		out.write(w)
	}
}

func (s *Server) arrived(c *call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c.op]++
	s.progressOf(c).calls++
	if !c.targeted {
		return s.fault(c.op)
	}
	s.calls["targeted"]++
	return s.fault("targeted", c.op)
}

// progress counts what happens, for those who wait for it.
type progress struct {
	calls int // of any kind
	shown int // those whose outcome somebody sees
}

// done lets those who wait for it know that a call has had its effect.
func (s *Server) done(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progressOf(c)
	p.calls++
	switch c.op {
	case "send", "reply", "update", "delete", "upload":
		p.shown++
	case "create":
		if c.thread {
			p.shown++
		}
	}
}

// progressOf is the one of whom a call concerns, so that a person does not wait
// for what happens to others; call with mu held.
func (s *Server) progressOf(c *call) *progress {
	if p := s.byChat[c.path("id")]; p != nil {
		return &p.progress
	}
	if u := s.uploads[c.path("id")]; u != nil {
		return &u.by.progress
	}
	return &s.common
}

// unauthorized is the refusal of a call without a token that the tenant issued
// for the scope; nil if there is nothing to refuse.
func (s *Server) unauthorized(scope string, h http.Header) *reply {
	if scope == "" {
		return nil
	}
	token, bearer := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	g, known := s.issued[token]
	if bearer && known && g.scope == scope && time.Now().Before(g.until) {
		return nil
	}
	return refusal(http.StatusUnauthorized, "Unauthorized", "Authorization has been denied for this request.")
}
