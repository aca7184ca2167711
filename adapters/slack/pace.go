package slack

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

const (
	// longestWait is how long a call stands in line; for longer it is sent
	// back with the time at which to come again.
	longestWait = 2 * time.Second
	// channelBurst is how many messages one conversation takes at once, at one
	// a second.
	channelBurst = 3
	// spare is how many calls of a method what is one of many leaves to others:
	// a minute has few, and an answer must not wait for the next.
	spare = 2
	// maxLanes is how many conversations are remembered.
	maxLanes = 4096
)

// tier is a method's limit in calls a minute, and how many may come at once.
type tier struct {
	perMinute float64
	burst     int
}

var tiers = map[string]tier{
	methodUpdate:        {50, 10},
	methodOpen:          {50, 10},
	methodHistory:       {50, 10},
	methodUsers:         {20, 5},
	methodPostEphemeral: {100, 20},
	methodViewsOpen:     {100, 20},
	methodViewsPush:     {100, 20},
	methodViewsUpdate:   {100, 20},
	methodViewsPublish:  {100, 20},
	methodUploadURL:     {100, 20},
	methodUploadDone:    {100, 20},
}

// pacer keeps us under Slack's limits: one pause for the whole workspace after
// a refusal, a learned rate for messages, one a second for each conversation,
// and each method's own limit.
type pacer struct {
	mu     sync.Mutex
	paused time.Time // nothing is called before
	learn  *learner
	bulk   map[string]wire.Turns // by method
	lanes  map[string]*rate.Limiter
	tiers  map[string]*rate.Limiter
}

func newPacer(known float64) *pacer {
	p := &pacer{learn: newLearner(known), bulk: map[string]wire.Turns{methodPost: wire.NewTurns()}, lanes: map[string]*rate.Limiter{}, tiers: map[string]*rate.Limiter{}}
	for method, t := range tiers {
		p.tiers[method] = rate.NewLimiter(rate.Limit(t.perMinute/60), t.burst)
		p.bulk[method] = wire.NewTurns()
	}
	return p
}

// known is the rate that holds, 0 while no refusal has shown where it ends.
func (p *pacer) known() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.learn.ceiling == 0 && !p.learn.probing {
		return 0
	}
	return p.learn.held
}

// way says in which lines a call stands.
type way int

const (
	wholeWay  way = iota
	commonWay     // in what all messages share
	ownWay        // in the rest, as it has stood in what they share
)

// wait returns when the call's turn has come. Where that is too far off, or
// ctx ends before, nothing is used up and the error is a *chat.SendError.
func (p *pacer) wait(ctx context.Context, method, key string) error {
	switch {
	case !chat.IsBulk(ctx):
		return p.stand(ctx, method, key, wholeWay)
	case (method == methodPost || method == methodUpdate) && wire.UseTicket(ctx):
		return p.stand(ctx, method, key, ownWay)
	}
	line, limited := p.bulk[method]
	if !limited {
		return p.stand(ctx, method, key, wholeWay)
	}
	if err := line.Enter(ctx); err != nil {
		return &chat.SendError{Outcome: chat.Retry, Code: "paced", Err: err}
	}
	defer line.Leave()
	return p.stand(ctx, method, key, wholeWay)
}

// turn returns when one of many messages may be sent or updated, however long
// that takes; the error is ctx's.
func (p *pacer) turn(ctx context.Context, method string) error {
	line := p.bulk[method]
	if err := line.Enter(ctx); err != nil {
		return err
	}
	defer line.Leave()
	for {
		err := p.stand(ctx, method, "", commonWay)
		if err == nil {
			return nil
		}
		if !wire.Sleep(ctx, min(chat.AsSendError(err).RetryAfter, longestWait)) {
			return ctx.Err()
		}
	}
}

func (p *pacer) stand(ctx context.Context, method, key string, which way) error {
	for {
		delay, taken := p.reserve(method, key, which, time.Now())
		if delay > longestWait {
			return &chat.SendError{Outcome: chat.Retry, Code: "paced", RetryAfter: delay}
		}
		if delay > 0 && !wire.Sleep(ctx, delay) {
			return &chat.SendError{Outcome: chat.Retry, Code: "paced", Err: ctx.Err()}
		}
		// A pause may have begun while we stood in line.
		if taken && !p.pausedAt(time.Now()) {
			return nil
		}
	}
}

func (p *pacer) pausedAt(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.paused)
}

// reserve takes the call's place in every line it stands in, unless it would
// wait too long in one of them. During a pause no place is taken.
func (p *pacer) reserve(method, key string, which way, now time.Time) (delay time.Duration, taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pause := p.paused.Sub(now); pause > 0 {
		return pause, false
	}
	if l := p.tiers[method]; l != nil && which == commonWay {
		if short := spare + 1 - l.TokensAt(now); short > 0 {
			return max(time.Duration(short/float64(l.Limit())*float64(time.Second)), time.Millisecond), false
		}
	}
	var held []*rate.Reservation
	for _, l := range p.lines(method, key, which, now) {
		r := l.ReserveN(now, 1)
		held = append(held, r)
		delay = max(delay, r.DelayFrom(now))
	}
	if delay > longestWait {
		for _, r := range held {
			r.CancelAt(now)
		}
		return delay, false
	}
	return delay, true
}

func (p *pacer) lines(method, key string, which way, now time.Time) []*rate.Limiter {
	switch {
	case method == methodPost && which == commonWay:
		return []*rate.Limiter{p.learn.line}
	case method == methodPost && which == ownWay:
		return []*rate.Limiter{p.lane(key, now)}
	case method == methodPost:
		return []*rate.Limiter{p.lane(key, now), p.learn.line}
	}
	if l := p.tiers[method]; l != nil && which != ownWay {
		return []*rate.Limiter{l}
	}
	return nil
}

func (p *pacer) lane(key string, now time.Time) *rate.Limiter {
	l := p.lanes[key]
	if l != nil {
		return l
	}
	if len(p.lanes) >= maxLanes {
		for k, old := range p.lanes {
			if old.TokensAt(now) >= channelBurst {
				delete(p.lanes, k) // rested: a new one would be the same
			}
		}
	}
	l = rate.NewLimiter(1, channelBurst)
	p.lanes[key] = l
	return l
}

// done learns from how a call ended.
func (p *pacer) done(method string, failed *chat.SendError) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	limited := failed != nil && failed.Outcome == chat.Retry && failed.RetryAfter > 0 && failed.Code != "paced"
	if limited {
		if until := now.Add(max(failed.RetryAfter, time.Second)); until.After(p.paused) {
			p.paused = until
		}
	}
	if method != methodPost {
		return
	}
	switch {
	case limited:
		p.paused = p.learn.refused(now, p.paused)
	case failed == nil:
		p.learn.passed(now)
	}
}
