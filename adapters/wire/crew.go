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

// Crew bounds how much is at work for people at once, and sees it through when
// the adapter stops. It is safe for concurrent use.
type Crew struct {
	log  *slog.Logger
	most int

	mu      sync.Mutex
	ended   bool
	last    int64                        // number of the piece that was begun last
	work    map[int64]context.CancelFunc // what is under way, by number
	running sync.WaitGroup
}

// NewCrew lets so many pieces of work go on at once.
func NewCrew(most int, log *slog.Logger) *Crew {
	return &Crew{log: log, most: most, work: map[int64]context.CancelFunc{}}
}

// Begin takes on a piece of work, whose end must be told by done; false where
// there is no room, or Finish was called and nobody would wait for it. The work
// outlives the request it came with, for so long at most.
func (c *Crew) Begin(request context.Context, within time.Duration) (ctx context.Context, done func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || len(c.work) >= c.most {
		return nil, nil, false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(request), within)
	c.last++
	n := c.last
	c.work[n] = cancel
	c.running.Add(1)
	return ctx, func() { c.done(n) }, true
}

func (c *Crew) done(n int64) {
	c.mu.Lock()
	c.work[n]()
	delete(c.work, n)
	c.mu.Unlock()
	c.running.Done()
}

// Finish takes on nothing more and waits for what was begun; what takes too
// long is broken off.
func (c *Crew) Finish() {
	c.mu.Lock()
	c.ended = true
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
