package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// parcel is one claimed message being seen through.
type parcel struct {
	*storage.Delivery
	*lane
	// keep writes down what happened even when we are to stop.
	keep context.Context
	head int64 // the journal's end when the message was drawn
}

// deliver sends the message unless it has arrived already, and records what
// became of it. The error is the database's.
func (p *parcel) deliver(ctx context.Context) error {
	if !p.SendingAt.IsZero() {
		if p.Dispatch != 0 && !p.findable() {
			return p.keepHeld("its answer was lost")
		}
		if settled, err := p.lookUp(ctx); settled || err != nil {
			return err
		}
	}
	card, err := p.prepare()
	if err != nil || card == nil {
		return err
	}
	var ref chat.MessageRef
	failure := p.inAnyForm(*card, func(c chat.Card) (err error) {
		ref, err = p.messenger.Send(ctx, p.To, c)
		return err
	})
	p.doubts.tell(failure, p.Now())
	if failure != nil {
		return p.fail(failure, failure.Outcome == chat.Unsure)
	}
	return p.arrived(ref, false)
}

// lookUp asks the platform whether an earlier try has arrived, and reports
// whether that settles it for now.
func (p *parcel) lookUp(ctx context.Context) (settled bool, err error) {
	finder, ok := p.messenger.(chat.Finder)
	if !ok {
		return false, nil
	}
	var label string
	err = p.DB.View(p.keep, func(tx *storage.Tx) error {
		label, err = labelOf(tx, p.ID)
		return err
	})
	if err != nil {
		return true, err
	}
	var ref chat.MessageRef
	found := false
	failure := p.guard(func() (err error) {
		ref, found, err = finder.Find(ctx, p.To, label, p.SendingAt)
		return err
	})
	switch {
	case failure != nil:
		if failure.Outcome == chat.Rejected || failure.Outcome == chat.Lost {
			failure.Outcome = chat.Unsure // it was the question that was refused
		}
		return true, p.fail(failure, true)
	case found:
		return true, p.arrived(ref, true)
	}
	return false, nil
}

// prepare draws the message as it is to be now and marks it as being sent. No
// card means that it is not to go, or not now, and that this is recorded.
func (p *parcel) prepare() (card *chat.Card, err error) {
	before := p.SendingAt
	err = p.DB.Tx(p.keep, func(tx *storage.Tx) error {
		card = nil
		if stop, err := p.stopped(tx); stop || err != nil {
			return err
		}
		if stop, err := p.outOfTime(tx); stop || err != nil {
			return err
		}
		drawn, err := p.Draw(tx, p.Delivery, true)
		if err != nil {
			return err
		}
		if drawn == nil {
			return p.nothingToSay(tx)
		}
		card, err = p.begin(tx, p.ID, drawn)
		return err
	})
	if err == nil {
		return card, nil
	}
	// A message that cannot be drawn is put back like one that cannot be sent;
	// only where that fails too is the database at fault.
	p.SendingAt = before
	ref := p.Fault("draw a message", err)
	return nil, p.fail(&chat.SendError{Outcome: chat.Retry, Code: "fault_" + ref}, !before.IsZero())
}

// begin marks the message as being sent; no card where the claim was lost.
func (p *parcel) begin(tx *storage.Tx, shows int64, drawn *chat.Card) (*chat.Card, error) {
	label, err := labelOf(tx, shows)
	if err != nil {
		return nil, err
	}
	head, err := tx.Head()
	if err != nil {
		return nil, err
	}
	p.head = head.Seq
	out := *drawn
	out.Delivery = label
	p.Sha256 = fingerprint(out)
	ok, err := tx.MarkSending(p.Delivery, p.Now(), leaseFor)
	if err != nil || !ok {
		return nil, err
	}
	return &out, nil
}

// outOfTime holds back what its reader's hours do not allow: a request and one
// of many wait for them to begin, a digest of another day or hour is planned
// anew, together with what has come up since.
func (p *parcel) outOfTime(tx *storage.Tx) (bool, error) {
	if p.kind == forMany {
		return p.putBackUntil(tx, p.Delivery)
	}
	if p.Class != storage.ClassDigest && p.Class != storage.ClassRequest {
		return false, nil
	}
	people, err := p.People(tx)
	if err != nil {
		return false, err
	}
	now, reader := p.Now(), people.Get(p.Person)
	cal := p.Calendar(reader)
	inside, next := cal.Inside(now), cal.NextOpen(now)
	if p.Class == storage.ClassRequest {
		if inside || next.IsZero() {
			return false, nil
		}
		return true, tx.PutBack(p.Delivery, next, p.Error)
	}
	what, err := p.Shows(tx, p.Delivery)
	if err != nil {
		return false, err
	}
	today := cal.Today(now)
	if reader == nil || inside && what.Day == today && !reader.Away(today) {
		return false, nil
	}
	if err := tx.TakeBack(p.ID); err != nil {
		return true, err
	}
	if err := tx.LookNow(p.Person); err != nil {
		return true, err
	}
	return true, tx.Drop(p.Delivery, "its day is over")
}

// againAfter is when a person is looked at whose digest had nothing left to say.
const againAfter = 5 * time.Minute

func (p *parcel) nothingToSay(tx *storage.Tx) error {
	p.Count(p.platform, "dropped")
	if p.Class == storage.ClassDigest {
		if err := tx.TakeBack(p.ID); err != nil {
			return err
		}
		if err := tx.SetLook(p.Person, p.Now().Add(againAfter)); err != nil {
			return err
		}
	}
	return tx.Drop(p.Delivery, "nothing left to say")
}

// inAnyForm calls a platform with the card, and with the same words plain where
// it refuses that.
func (p *parcel) inAnyForm(card chat.Card, call func(chat.Card) error) *chat.SendError {
	failure := p.guard(func() error { return call(card) })
	if failure == nil || failure.Outcome != chat.Rejected {
		return failure
	}
	p.Log.Warn("a card was refused", "delivery", p.ID, "platform", p.platform, "code", failure.Code)
	plain := plainCard(card)
	p.Sha256 = fingerprint(plain)
	return p.guard(func() error { return call(plain) })
}

// guard calls a platform. A panic there leaves unknown what has happened, and
// must not take other messages with it.
func (p *parcel) guard(call func() error) (failure *chat.SendError) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.Error("an adapter panicked", "delivery", p.ID, "platform", p.platform, "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			failure = &chat.SendError{Outcome: chat.Unsure, Code: "panic"}
		}
	}()
	if err := call(); err != nil {
		return chat.AsSendError(err)
	}
	return nil
}

// plainCard says the same in one paragraph that no platform can refuse.
func plainCard(c chat.Card) chat.Card {
	c.Blocks = []chat.Block{chat.Text{Text: c.Text()}}
	return c
}

// fingerprint is the SHA-256 of exactly what is shown.
func fingerprint(c chat.Card) string {
	body, err := json.Marshal(c)
	if err != nil {
		return "" // a card is made of strings and numbers
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// labelOf names a delivery in a message's metadata.
func labelOf(tx *storage.Tx, id int64) (string, error) {
	instance, err := tx.Meta("instance")
	return storage.Label(instance, id), err
}
