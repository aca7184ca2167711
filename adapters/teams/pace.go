package teams

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// The limits of a bot in Teams:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
const (
	// perTenant is how many calls a second one app may make in one tenant; we
	// stay a little below, as what we space evenly arrives less evenly.
	perTenant = 50 * 0.975
	// longestWait is how long a call stands in line; for longer it is sent back
	// with the time at which to come again.
	longestWait = 2 * time.Second
	// maxThreads is how many conversations are remembered before those that
	// have rested are forgotten.
	maxThreads = 1024
)

// bucket is a part of a thread's limits. One alone lets through its burst and
// its rate together, so three of them stay within every span at once.
type bucket struct {
	perSecond float64
	burst     int
}

// sending keeps 7 in a second, 8 in 2, 60 in 30 and 1,800 in an hour; reading
// twice as many.
var (
	sending = []bucket{{2, 4}, {1, 30}, {0.25, 900}}
	reading = []bucket{{4, 8}, {2, 60}, {0.5, 1800}}
)

// pacer keeps us under Teams' limits: of the tenant, and of each thread.
type pacer struct {
	mu      sync.Mutex
	paused  time.Time // nothing is called before
	tenant  *rate.Limiter
	bulk    wire.Turns
	threads map[string]*thread
}

// thread is one conversation's calls of one kind.
type thread struct {
	lines  []*rate.Limiter
	paused time.Time
}

func newPacer() *pacer {
	return &pacer{tenant: rate.NewLimiter(perTenant, 1), bulk: wire.NewTurns(), threads: map[string]*thread{}}
}

// wait returns when the call's turn has come. Where that is too far off, nothing
// is used up; the error is a *chat.SendError.
func (p *pacer) wait(ctx context.Context, key string, limits []bucket) error {
	switch {
	case !chat.IsBulk(ctx):
		return p.stand(ctx, true, key, limits)
	case wire.UseTicket(ctx):
		return p.stand(ctx, false, key, limits)
	}
	if err := p.bulk.Enter(ctx); err != nil {
		return &chat.SendError{Outcome: chat.Retry, Code: "paced", Err: err}
	}
	defer p.bulk.Leave()
	return p.stand(ctx, true, key, limits)
}

// turn returns when one of many messages may be sent, as far as the tenant is
// concerned and however long that takes; the error is ctx's.
func (p *pacer) turn(ctx context.Context) error {
	if err := p.bulk.Enter(ctx); err != nil {
		return err
	}
	defer p.bulk.Leave()
	for {
		err := p.stand(ctx, true, "", nil)
		if err == nil {
			return nil
		}
		if !wire.Sleep(ctx, min(chat.AsSendError(err).RetryAfter, longestWait)) {
			return ctx.Err()
		}
	}
}

// stand stands in the thread's lines, and in the tenant's where that is wanted.
func (p *pacer) stand(ctx context.Context, tenant bool, key string, limits []bucket) error {
	for {
		delay, taken := p.reserve(tenant, key, limits, time.Now())
		if delay > longestWait {
			return &chat.SendError{Outcome: chat.Retry, Code: "paced", RetryAfter: delay}
		}
		if delay > 0 && !wire.Sleep(ctx, delay) {
			return &chat.SendError{Outcome: chat.Retry, Code: "paced", Err: ctx.Err()}
		}
		if taken {
			return nil
		}
	}
}

// reserve takes the call's place in every line it stands in, unless it would
// wait too long in one of them. During a pause no place is taken.
func (p *pacer) reserve(tenant bool, key string, limits []bucket, now time.Time) (delay time.Duration, taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.paused
	var lines []*rate.Limiter
	if key != "" {
		t := p.thread(key, limits, now)
		lines = t.lines
		if t.paused.After(until) {
			until = t.paused
		}
	}
	if pause := until.Sub(now); pause > 0 {
		return pause, false
	}
	if tenant {
		lines = append([]*rate.Limiter{p.tenant}, lines...)
	}
	held := make([]*rate.Reservation, 0, len(lines))
	for _, l := range lines {
		r := l.ReserveN(now, 1)
		held = append(held, r)
		delay = max(delay, r.DelayFrom(now))
	}
	if delay <= longestWait {
		return delay, true
	}
	for _, r := range held {
		r.CancelAt(now)
	}
	return delay, false
}

func (p *pacer) thread(key string, limits []bucket, now time.Time) *thread {
	if t := p.threads[key]; t != nil {
		return t
	}
	if len(p.threads) >= maxThreads {
		for k, old := range p.threads {
			if old.rested(now) {
				delete(p.threads, k) // a new one would be the same
			}
		}
	}
	t := &thread{}
	for _, b := range limits {
		t.lines = append(t.lines, rate.NewLimiter(rate.Limit(b.perSecond), b.burst))
	}
	p.threads[key] = t
	return t
}

func (t *thread) rested(now time.Time) bool {
	for _, l := range t.lines {
		if l.TokensAt(now) < float64(l.Burst()) {
			return false
		}
	}
	return now.After(t.paused)
}

// refused pauses the thread, and the whole tenant where a limit was met by a
// thread that has hardly been used, as then it is the tenant's.
func (p *pacer) refused(key string, wait time.Duration, limit bool) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	until := now.Add(max(wait, time.Second))
	t := p.threads[key]
	if limit && (t == nil || t.fresh(now)) {
		if until.After(p.paused) {
			p.paused = until
		}
		return
	}
	if t != nil {
		t.paused = until
	}
}

// fresh tells whether at most two calls of the last seconds were the thread's.
func (t *thread) fresh(now time.Time) bool {
	first := t.lines[0]
	return first.TokensAt(now) >= float64(first.Burst()-2)
}
