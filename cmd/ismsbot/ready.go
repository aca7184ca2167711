package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// check is one part of the bot that must work before it is ready. Its error is
// logged and not shown: anybody may ask for /readyz.
type check struct {
	Name string
	Run  func(context.Context) error
}

// checkWithin bounds all checks together, so that who asks is answered.
const checkWithin = 2 * time.Second

// readiness answers with a line for each part; 503 while one of them is not ready.
type readiness struct {
	checks []check
	log    *slog.Logger

	mu    sync.Mutex
	fault map[string]string // what each part lacked when last asked
}

// ServeHTTP answers "database: ok" and the like.
func (h *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkWithin)
	defer cancel()
	var text strings.Builder
	status := http.StatusOK
	for _, c := range h.checks {
		verdict := "ok"
		err := c.Run(ctx)
		if err != nil {
			verdict, status = "not ready", http.StatusServiceUnavailable
		}
		text.WriteString(c.Name + ": " + verdict + "\n")
		h.note(r.Context(), c.Name, err)
	}
	plain(w, status, text.String())
}

// note logs a part that stopped or began to work, and nothing while it stays
// as it is: something may ask every few seconds.
func (h *readiness) note(ctx context.Context, name string, err error) {
	now := ""
	if err != nil {
		now = err.Error()
	}
	h.mu.Lock()
	before := h.fault[name]
	if h.fault == nil {
		h.fault = map[string]string{}
	}
	h.fault[name] = now
	h.mu.Unlock()
	switch {
	case now == before:
	case now == "":
		h.log.InfoContext(ctx, "ready again", "part", name)
	default:
		h.log.WarnContext(ctx, "not ready", "part", name, "reason", now)
	}
}
