package wire

import (
	"context"
	"sync/atomic"
)

// Turns let one bulk call at a time stand in line with all others, so that none
// of the others waits behind more than one.
type Turns struct{ next chan struct{} }

// NewTurns has nobody in line.
func NewTurns() Turns { return Turns{next: make(chan struct{}, 1)} }

// Enter waits until no other bulk call stands in line; the error is ctx's.
// Leave lets the next one.
func (t Turns) Enter(ctx context.Context) error {
	select {
	case t.next <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave follows each Enter that succeeded.
func (t Turns) Leave() { <-t.next }

type ticketKey struct{}

// WithTicket is a context whose next call has stood in the line that is common
// to all.
func WithTicket(ctx context.Context) context.Context {
	ticket := new(atomic.Bool)
	ticket.Store(true)
	return context.WithValue(ctx, ticketKey{}, ticket)
}

// UseTicket tells whether the call has stood in the common line; it holds once.
func UseTicket(ctx context.Context) bool {
	ticket, ok := ctx.Value(ticketKey{}).(*atomic.Bool)
	return ok && ticket.CompareAndSwap(true, false)
}
