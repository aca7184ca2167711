package playground

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// farthest is how far one jump may go.
const farthest = 3 * 366 * 24 * time.Hour

// postTravel moves the bot's clock and answers when it has arrived. A page that
// hangs up stops the journey where it is.
func (p *Playground) postTravel(w http.ResponseWriter, r *http.Request) {
	var in struct {
		To time.Time `json:"to"`
	}
	if !readJSON(w, r, maxBody, &in) {
		return
	}
	now := p.Now()
	if p.Travel == nil || !in.To.After(now) || in.To.After(now.Add(farthest)) {
		http.Error(w, "The clock only goes forward, three years at most.", http.StatusBadRequest)
		return
	}
	if !p.travelling.CompareAndSwap(false, true) {
		http.Error(w, "The clock is already being moved.", http.StatusConflict)
		return
	}
	defer func() {
		p.travelling.Store(false)
		p.room.changed()
	}()
	p.room.changed()
	// A long journey outlasts the server's timeout, which a writer without
	// deadlines does not have.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	if err := p.Travel(r.Context(), in.To); err != nil && !errors.Is(err, context.Canceled) {
		p.fault(w, "move the clock", err)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// postRead notes what somebody has seen, for the counts beside the names.
func (p *Playground) postRead(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As string `json:"as"`
		In string `json:"in"`
	}
	if !readJSON(w, r, maxBody, &in) {
		return
	}
	if isChannel(in.In) || in.In == in.As {
		p.room.markRead(in.As, in.In)
	}
	writeJSON(w, http.StatusOK, struct{}{})
}
