package slackfake

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Gate is the workspace's limit for messages without the workspace, for as many
// as one likes: a transport for a client in a synctest bubble, where nothing can
// listen, and a handler elsewhere. Each post is taken or refused as the limit
// wants it, and nothing of it is kept.
type Gate struct {
	latency time.Duration

	mu       sync.Mutex
	limiter  *limiter
	posts    int
	answered map[string]bool
}

// NewGate begins with a full reserve. An answer takes latency.
func NewGate(l Limit, latency time.Duration) *Gate {
	g := &Gate{latency: latency, limiter: &limiter{Limit: l, at: time.Now()}}
	g.limiter.Burst = max(l.Burst, 1)
	g.limiter.tokens = g.limiter.Burst
	return g
}

// Set changes the limit while messages come in; what is left of the old one's
// reserve is lost.
func (g *Gate) Set(l Limit) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l.Burst = max(l.Burst, 1)
	g.limiter.Limit, g.limiter.tokens = l, min(g.limiter.tokens, 1)
}

// Limited tells what the limit did so far.
func (g *Gate) Limited() Limited {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.limiter.count
}

// Answered counts the response_urls that were used: /respond/ and any id.
func (g *Gate) Answered() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.answered)
}

// ServeHTTP answers a call of the Web API, or takes what comes to a response_url.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(g.latency)
	id, responds := strings.CutPrefix(r.URL.Path, "/respond/")
	if !responds {
		g.answer(w, r)
		return
	}
	g.mu.Lock()
	if g.answered == nil {
		g.answered = map[string]bool{}
	}
	g.answered[id] = true
	g.mu.Unlock()
	answer(w, Object{"ok": true})
}

// RoundTrip answers a call of the Web API.
func (g *Gate) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(g.latency / 2) // on its way here
	w := httptest.NewRecorder()
	g.answer(w, r)
	time.Sleep(g.latency / 2) // and back
	return &http.Response{StatusCode: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())), Request: r}, nil
}

func (g *Gate) answer(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
		answer(w, Object{"ok": true, "team": "Example", "team_id": "T0FAKE", "user": "isms", "user_id": "U0BOT", "bot_id": "B0BOT"})
		return
	}
	g.mu.Lock()
	wait, ok := g.limiter.take(time.Now())
	g.posts++
	ts := fmt.Sprintf("%d.%06d", time.Now().Unix(), g.posts%1_000_000)
	l := g.limiter
	g.mu.Unlock()
	if !ok {
		l.refuse(w, wait)
		return
	}
	answer(w, Object{"ok": true, "channel": "D1", "ts": ts, "message": Object{"text": "x"}})
}
