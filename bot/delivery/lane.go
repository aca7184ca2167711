package delivery

import (
	"context"
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
	lingerFor  = 25 * time.Millisecond // how often an idle lane looks while another is busy
	batchSize  = 50
	senders    = 8 // sends at once on one platform; the messenger does the pacing
)

// platformWay is what the lanes to one platform share during one Run.
type platformWay struct {
	*Post
	platform  string
	messenger chat.Messenger
	busy      *atomic.Int64 // lanes that claim and messages on their way, of all platforms
	halted    atomic.Bool
	updating  sync.Map // ids of messages that are being updated
	doubts    *doubts  // of its bulk lane
}

// kind is what a lane carries.
type kind int

const (
	forOne  kind = iota // what is for somebody
	forMany             // what is for many
	copies              // what many have, drawn again
)

var kinds = []kind{forOne, forMany, copies}

// lane is a way to one platform during one Run, for one kind of message: none
// waits for another.
type lane struct {
	*platformWay
	kind

	mu     sync.Mutex
	failed error // the database's
}

// run claims and hands out. It goes on looking while anything is on its way,
// so that a slow platform does not hold up the others.
func (l *lane) run(ctx context.Context) {
	todo := make(chan []*storage.Delivery)
	var working sync.WaitGroup
	start := sync.OnceFunc(func() {
		for range l.senders() {
			working.Go(func() {
				for turn := range todo {
					for _, d := range turn {
						l.handle(ctx, d)
					}
				}
			})
		}
	})
	for {
		if l.kind == forMany {
			l.note(l.tellClosed(ctx, false))
		}
		rows, err := l.claim(ctx)
		if len(rows) > 0 {
			start()
			l.busy.Add(int64(len(rows)))
			for _, turn := range turns(rows) {
				todo <- turn
			}
			continue
		}
		if ctx.Err() == nil {
			l.note(err)
		}
		l.busy.Add(-1)
		if !l.linger(ctx) {
			break
		}
		l.busy.Add(1)
	}
	close(todo)
	working.Wait()
}

// turns are the rows of each recipient, in their order: "agreed" must not come
// after "took it back".
func turns(rows []*storage.Delivery) [][]*storage.Delivery {
	var out [][]*storage.Delivery
	at := map[chat.Address]int{}
	for _, d := range rows {
		i, ok := at[d.To]
		if !ok {
			i = len(out)
			at[d.To] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], d)
	}
	return out
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

// claim takes what is due, and costs one read where nothing is.
func (l *lane) claim(ctx context.Context) (rows []*storage.Delivery, err error) {
	for off := 1; off > 0 && len(rows) == 0 && err == nil && !l.shut(ctx) && l.connected() && l.most() > 0; {
		rows, off, err = l.claimSome(ctx)
	}
	return rows, err
}

// claimSome also tells how many it found due and put off.
func (l *lane) claimSome(ctx context.Context) (rows []*storage.Delivery, off int, err error) {
	due := false
	err = l.DB.View(ctx, func(tx *storage.Tx) error {
		until, err := tx.Meta(haltKey(l.platform))
		if err != nil || l.Now().UnixMilli() < number(until) {
			return err
		}
		if due, err = l.hasDue(tx); err == nil && due && l.kind == forMany {
			_, err = l.People(tx) // read here, where nobody waits to write
		}
		return err
	})
	if err != nil || !due {
		return nil, 0, err
	}
	err = l.DB.Tx(ctx, func(tx *storage.Tx) error {
		claimed, err := l.claimDue(tx)
		if err != nil {
			return err
		}
		rows, err = l.putOff(tx, claimed)
		off = len(claimed) - len(rows)
		return err
	})
	if err != nil {
		return nil, 0, err // what was claimed is undone
	}
	if l.kind == forMany && len(rows) > 0 {
		l.doubts.claimed(rows[0].ID, l.Now())
	}
	return rows, off, nil
}

// most is how many messages may be claimed at once.
func (l *lane) most() int {
	if l.kind == forMany {
		return l.doubts.most(l.Now())
	}
	return batchSize
}

func (l *lane) hasDue(tx *storage.Tx) (bool, error) {
	if l.kind == forOne {
		return tx.HasDue(l.platform, l.Now())
	}
	return tx.HasBulk(l.platform, l.kind == copies, l.Now())
}

func (l *lane) claimDue(tx *storage.Tx) ([]*storage.Delivery, error) {
	if l.kind == forOne {
		return tx.ClaimDue(l.platform, l.Now(), leaseFor, batchSize)
	}
	return tx.ClaimBulk(l.platform, l.kind == copies, l.Now(), bulkLease, l.most())
}

// connected tells whether the platform can take messages at present.
func (l *lane) connected() bool {
	c, ok := l.messenger.(chat.Connection)
	return !ok || c.Connected()
}

// handle sees one message through, whatever happens to it.
func (l *lane) handle(ctx context.Context, d *storage.Delivery) {
	defer l.busy.Add(-1)
	keep := context.WithoutCancel(ctx)
	turn, err := l.turn(ctx, d)
	if err == nil { // people are read here where they have changed: nobody waits to write
		err = l.DB.View(keep, func(tx *storage.Tx) error {
			_, err := l.People(tx)
			return err
		})
	}
	if err != nil || !l.may(ctx, d) {
		l.note(l.DB.Tx(keep, func(tx *storage.Tx) error { return tx.PutBack(d, l.Now(), d.Error) }))
		return
	}
	sending, done := sendContext(turn)
	defer done()
	p := &parcel{Delivery: d, lane: l, keep: keep}
	if d.Class == storage.ClassUpdate {
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

// may tells whether what was claimed is still to go.
func (l *lane) may(ctx context.Context, d *storage.Delivery) bool {
	return !l.shut(ctx) && (l.kind != forMany || l.doubts.may(d.ID, l.Now()))
}

// shut tells whether nothing more is to go out here.
func (l *lane) shut(ctx context.Context) bool {
	return ctx.Err() != nil || l.halted.Load() || l.broken()
}

// note keeps the database's first error, with which the lane ends.
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
