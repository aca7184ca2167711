package delivery

import (
	"sync"
	"time"

	"ismsbot/bot/chat"
)

// doubts slows a platform's bulk lane down while no answers come any more: each
// try would leave one more message in doubt.
type doubts struct {
	mu    sync.Mutex
	run   int // in a row
	until time.Time
	probe int64 // the message that may go all the same
}

// doubtful is how many in a row are a pattern.
const doubtful = 3

func (d *doubts) tell(failure *chat.SendError, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if failure == nil || failure.Outcome != chat.Unsure {
		d.run, d.until = 0, time.Time{}
		return
	}
	if d.run++; d.run >= doubtful {
		d.until = now.Add(chat.Backoff(d.run-doubtful+1, 0))
	}
}

// most is how many messages may be claimed: after a rest a single one shows
// whether answers come again.
func (d *doubts) most(now time.Time) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case now.Before(d.until):
		return 0
	case d.run >= doubtful:
		return 1
	}
	return batchSize
}

// claimed notes what was, so that nothing more is while its answer is awaited.
func (d *doubts) claimed(id int64, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run >= doubtful && !now.Before(d.until) {
		d.probe, d.until = id, now.Add(sendWithin)
	}
}

// may tells whether a message that was claimed may go.
func (d *doubts) may(id int64, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !now.Before(d.until) || id == d.probe
}
