package wire

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// stopWithin is what work may still take once its adapter is to stop: a process
// is given ten seconds in all.
const stopWithin = 5 * time.Second

// roomWithin is how long work waits for room: when everybody presses at once
// most get it, and whoever does not has time to be told so.
const roomWithin = time.Second

// Crew bounds how much is at work for people at once, and sees it through when
// the adapter stops. It is safe for concurrent use.
type Crew struct {
	log  *slog.Logger
	room chan struct{} // holds one for each piece of work
	over chan struct{} // closed by Finish

	mu      sync.Mutex
	ended   bool
	last    int64                        // number of the piece that was begun last
	work    map[int64]context.CancelFunc // what is under way, by number
	running sync.WaitGroup
}

// NewCrew lets so many pieces of work go on at once.
func NewCrew(most int, log *slog.Logger) *Crew {
	return &Crew{log: log, room: make(chan struct{}, most), over: make(chan struct{}), work: map[int64]context.CancelFunc{}}
}

// Begin takes on a piece of work, whose end must be told by done. It waits a
// second for room; false where there is none then, the request has ended, or
// Finish was called and nobody would wait for the work. The work outlives the
// request it came with, for so long at most.
func (c *Crew) Begin(request context.Context, within time.Duration) (ctx context.Context, done func(), ok bool) {
	select {
	case c.room <- struct{}{}:
	default:
		if !c.wait(request) {
			return nil, nil, false
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		<-c.room
		return nil, nil, false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(request), within)
	c.last++
	n := c.last
	c.work[n] = cancel
	c.running.Add(1)
	return ctx, func() { c.done(n) }, true
}

func (c *Crew) wait(request context.Context) (ok bool) {
	late := time.NewTimer(roomWithin)
	defer late.Stop()
	select {
	case c.room <- struct{}{}:
		return true
	case <-late.C:
	case <-request.Done():
	case <-c.over:
	}
	return false
}

func (c *Crew) done(n int64) {
	c.mu.Lock()
	c.work[n]()
	delete(c.work, n)
	c.mu.Unlock()
	<-c.room
	c.running.Done()
}

// Finish takes on nothing more and waits for what was begun; what takes too
// long is broken off.
func (c *Crew) Finish() {
	c.mu.Lock()
	if !c.ended {
		c.ended = true
		close(c.over)
	}
	c.mu.Unlock()
	late := time.AfterFunc(stopWithin, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, breakOff := range c.work {
			breakOff()
		}
	})
	defer late.Stop()
	c.running.Wait()
}

// Guard does one piece of work, and keeps a panic in it from taking everybody
// else's with it. event is what the work is for.
func (c *Crew) Guard(event string, do func()) {
	defer c.Recover(event)
	do()
}

// Recover is what Guard does, to be deferred where a closure would cost.
func (c *Crew) Recover(event string) {
	if p := recover(); p != nil {
		c.log.Error("an answer panicked", "event", event, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	}
}
