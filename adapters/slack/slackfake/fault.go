package slackfake

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is how a call goes wrong.
type Fault struct {
	Method string // empty for every method
	Times  int    // 0 for once
	// Code, if set, is answered as {"ok": false, "error": Code}.
	Code string
	// Status, if set, is the HTTP status; Body stands with it.
	Status int
	Body   string
	// RetryAfter is the header's text; empty for none.
	RetryAfter string
	// Accept carries the call out before it goes wrong; the answer is lost.
	Accept bool
	// Cut closes the connection without an answer.
	Cut bool
	// Delay comes before anything else.
	Delay time.Duration
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

// fault is the next one for the method; call with mu held.
func (s *Server) fault(method string) (Fault, bool) {
	for _, f := range s.faults {
		if f.left > 0 && (f.Method == "" || f.Method == method) {
			f.left--
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// happen answers with the fault and tells whether that was all.
func (f Fault) happen(w http.ResponseWriter) {
	if f.Cut {
		cut(w)
		return
	}
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body))
		return
	}
	if f.Code != "" {
		answer(w, Object{"ok": false, "error": f.Code})
	}
}

func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// Limit is how many messages the workspace takes.
type Limit struct {
	PerSecond float64
	Burst     float64       // at least 1
	Penalty   time.Duration // how long nothing passes after a refusal
	Silent    bool          // a refusal names no Retry-After
	// Strict begins the penalty anew for each message that comes before it is over.
	Strict bool
}

// Limited counts what a limiter let through and what it refused.
type Limited struct{ Passed, Refused int }

type limiter struct {
	Limit
	tokens  float64
	at      time.Time
	blocked time.Time
	count   Limited
}

// SetLimit limits chat.postMessage from now on; nil lifts the limit.
func (s *Server) SetLimit(l *Limit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l == nil {
		s.limit = nil
		return
	}
	burst := max(l.Burst, 1)
	next := &limiter{Limit: *l, tokens: burst, at: time.Now()}
	next.Burst = burst
	if s.limit != nil {
		next.count = s.limit.count
		next.tokens = min(burst, s.limit.tokens)
	}
	s.limit = next
}

// Limited tells what the limit did so far.
func (s *Server) Limited() Limited {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit == nil {
		return Limited{}
	}
	return s.limit.count
}

func (l *limiter) take(now time.Time) (wait time.Duration, ok bool) {
	l.tokens = min(l.Burst, l.tokens+now.Sub(l.at).Seconds()*l.PerSecond)
	l.at = now
	switch {
	case now.Before(l.blocked):
		if l.Strict {
			l.blocked = now.Add(max(l.Penalty, time.Second))
		}
	case l.tokens >= 1:
		l.tokens--
		l.count.Passed++
		return 0, true
	default:
		l.blocked = now.Add(max(l.Penalty, time.Second))
	}
	l.count.Refused++
	return l.blocked.Sub(now), false
}

func (l *limiter) refuse(w http.ResponseWriter, wait time.Duration) {
	if !l.Silent {
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
}
