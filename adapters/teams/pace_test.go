package teams

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// mostIn counts how many of the instants fall into any span of that length.
func mostIn(at []time.Time, span time.Duration) (most int) {
	from := 0
	for i, t := range at {
		for t.Sub(at[from]) >= span {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// insisting calls again when told to, as the outbox does.
func insisting(p *pacer, key string, limits []bucket) {
	for {
		err := p.wait(context.Background(), key, limits)
		if err == nil {
			return
		}
		time.Sleep(chat.AsSendError(err).RetryAfter)
	}
}

func TestAThreadIsNeverWrittenToFasterThanTeamsAllows(t *testing.T) {
	for name, c := range map[string]struct {
		limits []bucket
		per    map[time.Duration]int
	}{
		"sending": {sending, map[time.Duration]int{time.Second: 7, 2 * time.Second: 8, 30 * time.Second: 60, time.Hour: 1800}},
		"reading": {reading, map[time.Duration]int{time.Second: 14, 2 * time.Second: 16, 30 * time.Second: 120, time.Hour: 3600}},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPacer()
			var at []time.Time
			for range 4000 {
				insisting(p, "send 19:one", c.limits)
				at = append(at, time.Now())
			}
			for span, most := range c.per {
				if n := mostIn(at, span); n > most {
					t.Errorf("%s: %d calls in %v, at most %d", name, n, span, most)
				}
			}
		})
	}
}

func TestATenantTakesFiftyCallsASecondAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		var mu sync.Mutex
		var at []time.Time
		var working sync.WaitGroup
		began := time.Now()
		for worker := range 8 {
			working.Go(func() {
				for i := range 500 {
					insisting(p, "send "+string(rune('a'+worker))+time.Duration(i).String(), sending)
					mu.Lock()
					at = append(at, time.Now())
					mu.Unlock()
				}
			})
		}
		working.Wait()
		if n := mostIn(at, time.Second); n > 50 {
			t.Errorf("%d calls in a second", n)
		}
		if took := time.Since(began); took > 4000/50*time.Second*103/100 {
			t.Errorf("4,000 calls took %v", took)
		}
		if len(p.threads) > maxThreads+8 {
			t.Errorf("%d threads are remembered", len(p.threads))
		}
	})
}

func TestARefusalPausesWhatItIsAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ctx := newPacer(), t.Context()
		for range 4 {
			if err := p.wait(ctx, "send busy", sending); err != nil {
				t.Fatal(err)
			}
		}
		p.refused("send busy", 30*time.Second, true)
		if err := p.wait(ctx, "send busy", sending); chat.AsSendError(err).RetryAfter != 30*time.Second {
			t.Errorf("the thread goes on: %v", err)
		}
		if err := p.wait(ctx, "send other", sending); err != nil {
			t.Errorf("another thread stands still: %v", err)
		}
		p.refused("send other", 10*time.Second, false) // a conflict in that conversation
		if err := p.wait(ctx, "send third", sending); err != nil {
			t.Errorf("the tenant stands still for one conversation: %v", err)
		}
		p.refused("send other", 20*time.Second, true) // a first message: the tenant's limit was met
		if err := p.wait(ctx, "send third", sending); chat.AsSendError(err).RetryAfter != 20*time.Second {
			t.Errorf("the tenant goes on: %v", err)
		}
	})
}

func TestManyLetOneGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		ctx, stop := context.WithCancel(t.Context())
		var working sync.WaitGroup
		var many atomic.Int64
		for worker := range 24 {
			working.Go(func() {
				for i := 0; p.turn(ctx) == nil; i++ {
					if p.wait(wire.WithTicket(chat.Bulk(ctx)), fmt.Sprintf("send %d.%d", worker, i), sending) == nil {
						many.Add(1)
					}
					time.Sleep(200 * time.Millisecond) // the call
				}
			})
		}
		began, longest := time.Now(), time.Duration(0)
		for i := range 500 {
			time.Sleep(61 * time.Millisecond)
			at := time.Now()
			insisting(p, fmt.Sprintf("send to one %d", i), sending)
			longest = max(longest, time.Since(at))
		}
		most := 50 * time.Since(began).Seconds()
		stop()
		working.Wait()
		if longest > 42*time.Millisecond { // the one whose turn is next, and its own
			t.Errorf("one of the others waited %v", longest)
		}
		if got := float64(many.Load() + 500); got < 0.96*most {
			t.Errorf("%.0f of %.0f possible calls", got, most)
		}
	})
}
