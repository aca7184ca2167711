package bot

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

const (
	leaseFor   = time.Minute           // how long a claim holds; longer than a send may take
	sendWithin = 30 * time.Second      // then the answer counts as lost
	stopWithin = 5 * time.Second       // what a send may still take once we are to stop
	settleFor  = 2 * time.Second       // when a platform can say whether a message has arrived
	haltFor    = time.Minute           // how long a platform is left alone that refuses everything
	lingerFor  = 25 * time.Millisecond // how often an idle lane looks while another is busy
	batchSize  = 50
	senders    = 8 // sends at once on one platform; the messenger does the pacing
)

// maxAttempts is after how many failures a message is given up: with Backoff
// about four hours, so that no outage of an hour buries what was to be sent.
const maxAttempts = 50

// While a platform does not take a message, and that is certain, nothing is
// wrong with the message: for patientFor after it was queued such tries count
// only until Backoff waits longest.
const (
	patientFor   = 24 * time.Hour
	patientTries = 9
)

// Recover takes back what a process that is gone had claimed, to send or to plan. Call it once,
// before the first Deliver. What may have arrived is looked up before it is
// sent again.
func (b *Bot) Recover(ctx context.Context) error {
	return b.DB.Tx(ctx, func(tx *storage.Tx) error {
		for platform := range b.Messengers {
			if err := tx.SetMeta(haltKey(platform), ""); err != nil { // an operator has acted
				return err
			}
		}
		if err := tx.LookBefore(b.Now().Add(lookLease)); err != nil {
			return err
		}
		return tx.ReleaseAll(b.Now().Add(settleFor))
	})
}

// Deliver sends what is due, on all platforms at once, until nothing is left
// or ctx ends. A message that fails is put back for later and holds up no
// other; the error is the database's.
func (b *Bot) Deliver(ctx context.Context) error {
	var (
		busy  atomic.Int64
		lanes sync.WaitGroup
		mu    sync.Mutex
		errs  []error
	)
	busy.Add(int64(len(b.Messengers)))
	for platform, m := range b.Messengers {
		l := &lane{b: b, platform: platform, m: m, busy: &busy}
		lanes.Go(func() {
			if err := l.run(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	lanes.Wait()
	return errors.Join(errs...)
}

// lane is the way to one platform during one Deliver.
type lane struct {
	b        *Bot
	platform string
	m        chat.Messenger
	busy     *atomic.Int64 // lanes that claim and messages on their way, of all platforms
	halted   atomic.Bool
	updating sync.Map // ids of messages that are being updated

	mu     sync.Mutex
	failed error // the database's
}

// run claims and hands out. It goes on looking while anything is on its way,
// so that a slow platform does not hold up the others.
func (l *lane) run(ctx context.Context) error {
	todo := make(chan *storage.Delivery)
	var working sync.WaitGroup
	started := false
	start := func() {
		for range senders {
			working.Go(func() {
				for d := range todo {
					l.handle(ctx, d)
				}
			})
		}
		started = true
	}
	for {
		rows, err := l.claim(ctx)
		if len(rows) > 0 && !started {
			start()
		}
		l.busy.Add(int64(len(rows)))
		for _, d := range rows {
			todo <- d
		}
		if len(rows) > 0 && err == nil {
			continue
		}
		l.note(err)
		l.busy.Add(-1)
		if !l.linger(ctx) {
			break
		}
		l.busy.Add(1)
	}
	close(todo)
	working.Wait()
	return l.failed
}

// linger waits a moment and tells whether to look again.
func (l *lane) linger(ctx context.Context) bool {
	if l.busy.Load() == 0 || ctx.Err() != nil || l.broken() {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(lingerFor):
		return true
	}
}

func (l *lane) claim(ctx context.Context) (rows []*storage.Delivery, err error) {
	if ctx.Err() != nil || l.halted.Load() || l.broken() {
		return nil, nil
	}
	due := false
	err = l.b.DB.View(ctx, func(tx *storage.Tx) error {
		until, err := tx.Meta(haltKey(l.platform))
		if err != nil || l.b.Now().UnixMilli() < number(until) {
			return err
		}
		due, err = tx.HasDue(l.platform, l.b.Now())
		return err
	})
	if err != nil || !due {
		return nil, unlessEnded(ctx, err)
	}
	err = l.b.DB.Tx(ctx, func(tx *storage.Tx) (err error) {
		rows, err = tx.ClaimDue(l.platform, l.b.Now(), leaseFor, batchSize)
		return err
	})
	if err != nil {
		return nil, unlessEnded(ctx, err)
	}
	return rows, nil
}

// handle sees one message through, whatever happens to it.
func (l *lane) handle(ctx context.Context, d *storage.Delivery) {
	defer l.busy.Add(-1)
	keep := context.WithoutCancel(ctx)
	if ctx.Err() != nil || l.halted.Load() || l.broken() {
		l.note(l.b.DB.Tx(keep, func(tx *storage.Tx) error { return tx.PutBack(d, l.b.Now(), d.Error) }))
		return
	}
	sending, done := sendContext(ctx)
	defer done()
	p := &parcel{Delivery: d, lane: l, keep: keep}
	if d.Class == classUpdate {
		l.note(p.update(sending))
		return
	}
	l.note(p.deliver(sending))
}

// sendContext bounds one message's calls. It outlives ctx by a little: a send
// that is cut off may have arrived.
func sendContext(ctx context.Context) (context.Context, func()) {
	out, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-out.Done():
		case <-time.After(stopWithin):
			cancel()
		}
	})
	return out, func() { stop(); cancel() }
}

func (l *lane) note(err error) {
	if err == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = err
	}
}

func (l *lane) broken() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed != nil
}

// haltKey is where the database keeps until when the platform is left alone.
func haltKey(platform string) string { return "halted/" + platform }

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // empty is 0
	return n
}

// unlessEnded is err, or nothing where it only says that ctx has ended.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
