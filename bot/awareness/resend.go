package awareness

import (
	"context"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// missed marks those whom no message has reached, some at a time, once resend
// was asked for: others must be able to write meanwhile.
func (s *Schedule) missed(ctx context.Context, b *storage.Sendout, _ bool) error {
	for b.Resend != 0 && b.State == isms.Sending && ctx.Err() == nil {
		var people []isms.PersonID
		err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
			people, err = tx.Missed(b.ID, b.Version, b.Resend, chunk)
			return err
		})
		if err != nil {
			return err
		}
		var next isms.PersonID
		if len(people) == chunk {
			next = people[len(people)-1] + 1
		}
		if err := s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.MarkMissed(b, people, next) }); err != nil {
			return err
		}
		b.Resend = next
	}
	return nil
}

// again asks those once more whom resend has marked. They are looked for beside
// the writer, for that walks over all whom the broadcast asks.
func (s *Schedule) again(ctx context.Context, b *storage.Sendout, others bool) error {
	for b.State == isms.Sending && ctx.Err() == nil {
		var marked []*storage.Recipient
		err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
			if marked, err = tx.ToAskAgain(b.ID, b.Version, chunk); err == nil && len(marked) > 0 {
				_, err = s.o.People(tx) // read here, where nobody waits to write
			}
			return err
		})
		if err != nil || len(marked) == 0 {
			return err
		}
		err = s.db.Tx(ctx, func(tx *storage.Tx) error { return s.askAllAgain(tx, b, marked, others) })
		if err != nil {
			return err
		}
		s.o.Wake()
	}
	return nil
}

func (s *Schedule) askAllAgain(tx *storage.Tx, b *storage.Sendout, marked []*storage.Recipient, others bool) error {
	people, err := s.o.People(tx)
	if err != nil {
		return err
	}
	for _, was := range marked {
		x, err := tx.Recipient(was.Broadcast, was.Version, was.Person)
		if err != nil {
			return err
		}
		if x.Reason != storage.Again || x.Delivery != 0 { // somebody wrote meanwhile
			continue
		}
		if err := s.askAgain(tx, b, x, people.Get(x.Person), others); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schedule) askAgain(tx *storage.Tx, b *storage.Sendout, x *storage.Recipient, p *isms.Person, others bool) (err error) {
	x.Reason = storage.NoAccount
	if p == nil || p.Left {
		x.Reason = storage.HasLeft
		return tx.SaveRecipient(x)
	}
	if x.Due, x.Away, err = s.due(tx, b, p, others); err != nil {
		return err
	}
	to, err := s.o.Address(tx, p.ID)
	if err != nil {
		return err
	}
	if to.To != "" {
		letter := s.letter(b, p, to, key(b, x.Tries, p.ID), x.Due)
		if _, err := tx.EnqueueMany([]storage.Delivery{letter}); err != nil {
			return err
		}
		if x.Delivery, err = tx.DeliveryNumber(letter.Key); err != nil {
			return err
		}
		x.Reason = ""
	}
	return tx.SaveRecipient(x)
}
