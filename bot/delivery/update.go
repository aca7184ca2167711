package delivery

import (
	"context"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// update draws a message again that its reader has.
func (p *parcel) update(ctx context.Context) error {
	if _, taken := p.updating.LoadOrStore(p.Target, true); taken {
		// An older state of it is on its way and must not arrive last.
		return p.DB.Tx(p.keep, func(tx *storage.Tx) error {
			return tx.PutBack(p.Delivery, p.Now().Add(time.Second), "waits for another")
		})
	}
	defer p.updating.Delete(p.Target)
	target, card, err := p.redraw()
	if err != nil || card == nil {
		return err
	}
	failure := p.inAnyForm(*card, func(c chat.Card) error { return p.messenger.Update(ctx, target.To, target.Ref, c) })
	if failure == nil {
		return p.updated(target)
	}
	switch failure.Outcome {
	case chat.Lost, chat.Unreachable:
		p.Count(p.platform, failure.Outcome.String())
		return p.DB.Tx(p.keep, func(tx *storage.Tx) error { return tx.Drop(p.Delivery, failure.Code) })
	}
	return p.fail(failure, false) // doing it twice does no harm
}

func (p *parcel) redraw() (target *storage.Delivery, card *chat.Card, err error) {
	err = p.DB.Tx(p.keep, func(tx *storage.Tx) error {
		card = nil
		var err error
		if target, err = tx.Delivery(p.Target); err != nil {
			return err
		}
		if target == nil || target.Ref == "" {
			return tx.Drop(p.Delivery, "nothing to update")
		}
		drawn, err := p.Draw(tx, target, false)
		if err != nil {
			return err
		}
		if drawn == nil {
			return tx.Drop(p.Delivery, "nothing left to say")
		}
		card, err = p.begin(tx, target.ID, drawn)
		return err
	})
	if err == nil {
		return target, card, nil
	}
	ref := p.Fault("draw a message again", err)
	return nil, nil, p.fail(&chat.SendError{Outcome: chat.Retry, Code: "fault_" + ref}, false)
}

func (p *parcel) updated(target *storage.Delivery) error {
	p.Count(p.platform, "updated")
	now := p.Now()
	return p.DB.Tx(p.keep, func(tx *storage.Tx) error {
		if err := tx.MarkSent(p.Delivery, target.Ref, p.Sha256, now); err != nil {
			return err
		}
		err := tx.Journal(now, "message.updated", sentEvent{Delivery: target.ID, Class: target.Class, Person: target.Person, Platform: p.platform,
			Ref: string(target.Ref), Sha256: p.Sha256, Queued: p.Created, Attempts: p.Attempts + 1})
		if err != nil {
			return err
		}
		return p.changedMeanwhile(tx, target)
	})
}

// changedMeanwhile has the message drawn once more if something was done to it
// while it was on its way: a press replaces the message at once, and what was
// drawn before must not stand there for good.
func (p *parcel) changedMeanwhile(tx *storage.Tx, target *storage.Delivery) error {
	drawn, err := p.Draw(tx, target, false)
	if err != nil {
		p.Fault("draw a message once more", err)
		return nil
	}
	if drawn == nil {
		return nil
	}
	now := *drawn
	if now.Delivery, err = labelOf(tx, target.ID); err != nil {
		return err
	}
	if fingerprint(now) == p.Sha256 || fingerprint(plainCard(now)) == p.Sha256 {
		return nil
	}
	p.Wake()
	return tx.EnqueueUpdate(target.ID, p.Now())
}
