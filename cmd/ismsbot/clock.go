package main

import (
	"sync"
	"time"
)

// clock runs at the usual speed and can be set forward, so that a demo can
// travel in time.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the demo's present, to the millisecond.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// Set moves the present to t.
func (c *clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = time.Until(t)
}
