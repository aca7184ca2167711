package delivery

import (
	"context"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

const (
	// bulkSenders is how many of many are on their way at once: enough for a
	// hundred a second where an answer takes 200 ms, and with the others no
	// more than an adapter keeps connections.
	bulkSenders = 24
	// bulkLease is how long what was claimed may wait for its turn, which comes
	// after everything else and after every pause; it is given back before.
	bulkLease  = 10 * time.Minute
	turnWithin = 5 * time.Minute
)

func (l *lane) senders() int {
	if l.kind == forMany {
		return bulkSenders
	}
	return senders
}

// turn waits until one of many may go; everything else may at once. The error
// means that it is to be put back.
func (l *lane) turn(ctx context.Context, d *storage.Delivery) (context.Context, error) {
	if l.kind == forOne || !l.may(ctx, d) {
		return ctx, nil
	}
	queue, ok := l.messenger.(chat.Queue)
	if !ok || l.kind == forMany && !d.SendingAt.IsZero() { // then it is asked about first
		return chat.Bulk(ctx), nil
	}
	waiting, done := context.WithTimeout(ctx, turnWithin)
	defer done()
	stand := queue.Turn
	if l.kind == copies {
		stand = queue.TurnToUpdate
	}
	turn, err := stand(waiting, d.To)
	if err != nil {
		return nil, err
	}
	return turned{ctx, turn}, nil
}

// putOff puts back what is for many and not to go now, before it takes the turn
// of what is, and returns the rest. What may have arrived is asked about first.
func (l *lane) putOff(tx *storage.Tx, rows []*storage.Delivery) (rest []*storage.Delivery, err error) {
	if l.kind != forMany {
		return rows, nil
	}
	for _, d := range rows {
		off := false
		if d.SendingAt.IsZero() {
			if off, err = l.putBackUntil(tx, d); err != nil {
				return nil, err
			}
		}
		if !off {
			rest = append(rest, d)
		}
	}
	return rest, nil
}

// putBackUntil puts back one of many until its reader is to get it.
func (l *lane) putBackUntil(tx *storage.Tx, d *storage.Delivery) (bool, error) {
	at, err := l.Later(tx, d)
	if err != nil || at.IsZero() {
		return false, err
	}
	return true, tx.PutBack(d, at, d.Error)
}

// turned is a context that ends as ctx does and holds what the turn was given.
type turned struct {
	context.Context
	turn context.Context
}

func (t turned) Value(key any) any { return t.turn.Value(key) }

// stopped puts back what was claimed of a dispatch that has been stopped since.
func (p *parcel) stopped(tx *storage.Tx) (bool, error) {
	if p.Dispatch == 0 {
		return false, nil
	}
	on, err := tx.Running(p.Delivery)
	if on || err != nil {
		return false, err
	}
	return true, tx.PutBack(p.Delivery, p.Now(), p.Error)
}

// findable tells whether the platform can be asked what has arrived.
func (l *lane) findable() bool {
	_, ok := l.messenger.(chat.Finder)
	return ok
}

// heldEvent is what the journal keeps of a message that may or may not have
// arrived.
type heldEvent struct {
	Delivery int64  `json:"delivery"`
	Class    string `json:"class"`
	Person   int64  `json:"person,omitempty"`
	Platform string `json:"platform"`
	Reason   string `json:"reason"`
}

// hold leaves it to a person whether the message is sent again.
func (p *parcel) hold(tx *storage.Tx, reason string, now time.Time) error {
	if err := tx.Hold(p.Delivery, reason); err != nil {
		return err
	}
	return tx.Journal(now, "message.held", heldEvent{Delivery: p.ID, Class: p.Class, Person: int64(p.Person), Platform: p.platform, Reason: reason})
}

// keepHeld holds what an earlier process, or an earlier try, left in doubt.
func (p *parcel) keepHeld(reason string) error {
	p.Count(p.platform, "held")
	return p.DB.Tx(p.keep, func(tx *storage.Tx) error { return p.hold(tx, reason, p.Now()) })
}

// gone sends one of many to the person's other account. Without one it is
// counted with its reason and holds up nothing.
func (p *parcel) gone(tx *storage.Tx, code string, now time.Time) error {
	p.closed.add(closedAccount{chat.Account{Platform: p.platform, ID: p.To.To}, p.Person, code})
	if p.Person == 0 {
		return tx.MarkGone(p.Delivery, code)
	}
	accounts, err := tx.Accounts(p.Person)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Trouble == "" && p.Messengers[a.Platform] != nil && !p.closed.has(a.Account) {
			p.Wake()
			return tx.Readdress(p.Delivery, chat.Address{Platform: a.Platform, To: a.ID}, now, code)
		}
	}
	return tx.MarkGone(p.Delivery, code)
}
