// Package delivery sees the messages of the outbox through to their readers: it
// claims what is due, has it drawn and sent, and records what became of it.
package delivery

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// settleFor is when a platform can say whether a message has arrived.
const settleFor = 2 * time.Second

// Config is all that delivery needs; every field is.
type Config struct {
	DB *storage.DB
	// Messengers are the platforms, by the name that addresses carry.
	Messengers map[string]chat.Messenger
	Now        func() time.Time
	Log        *slog.Logger
	// Count is told the outcome of every try.
	Count func(platform, outcome string)
	// Fault logs an error of ours and returns the reference to it.
	Fault func(doing string, err error) string
	// Wake is called when a message was queued that may go at once.
	Wake func()

	// Draw renders a message for its reader. first is set when it has not been
	// shown yet; no card means that there is nothing left to say.
	Draw func(tx *storage.Tx, d *storage.Delivery, first bool) (*chat.Card, error)
	// Shows tells what a message is about.
	Shows func(tx *storage.Tx, d *storage.Delivery) (Shown, error)
	// DigestArrived is called in the transaction that records a digest as sent.
	DigestArrived func(tx *storage.Tx, d *storage.Delivery) error

	// Later is when one of many goes whose time has come, zero for now; it is
	// asked in the transaction that puts the message back.
	Later func(tx *storage.Tx, d *storage.Delivery) (time.Time, error)

	People func(tx *storage.Tx) (*isms.People, error)
	// Calendar is when the person works; for nil, the organisation's.
	Calendar func(p *isms.Person) *isms.Calendar
	// Address is where the person is reached now, zero where they are not.
	Address func(tx *storage.Tx, id isms.PersonID) (chat.Address, error)
}

// Shown is what a message is about.
type Shown struct {
	Day isms.Date // a digest's
	// Items are those beside a digest's lines.
	Items []isms.ItemID
}

// Post is the way out for all messages. It is safe for concurrent use.
type Post struct {
	Config
	closed closed
	doubts sync.Map // *doubts by platform
}

// New takes the configuration as it is.
func New(c Config) *Post { return &Post{Config: c} }

// Recover takes back what a process that is gone had claimed. Call it once,
// before the first Run. What may have arrived is looked up before it is sent
// again.
func (p *Post) Recover(ctx context.Context) error {
	return p.DB.Tx(ctx, func(tx *storage.Tx) error {
		for platform := range p.Messengers {
			if err := tx.SetMeta(haltKey(platform), ""); err != nil { // an operator has acted
				return err
			}
		}
		return tx.ReleaseAll(p.Now().Add(settleFor))
	})
}

// Run sends what is due, on all platforms at once, until nothing is left or
// ctx ends. A message that fails is put back for later and holds up no other;
// the error is the database's.
func (p *Post) Run(ctx context.Context) error {
	var (
		busy    atomic.Int64
		running sync.WaitGroup
		lanes   []*lane
	)
	busy.Add(int64(len(kinds) * len(p.Messengers)))
	for platform, messenger := range p.Messengers {
		doubt, _ := p.doubts.LoadOrStore(platform, &doubts{})
		way := &platformWay{Post: p, platform: platform, messenger: messenger, busy: &busy, doubts: doubt.(*doubts)}
		for _, k := range kinds {
			l := &lane{platformWay: way, kind: k}
			lanes = append(lanes, l)
			running.Go(func() { l.run(ctx) })
		}
	}
	running.Wait()
	errs := []error{p.tellClosed(ctx, true)}
	for _, l := range lanes {
		errs = append(errs, l.failed)
	}
	return errors.Join(errs...)
}
