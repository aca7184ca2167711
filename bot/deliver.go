package bot

import (
	"context"
	"fmt"
	"time"

	"ismsbot/bot/awareness"
	"ismsbot/bot/delivery"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Recover takes back what a process that is gone had claimed, to send or to
// plan. Call it once, before the first Deliver.
func (b *Bot) Recover(ctx context.Context) error {
	err := b.DB.Tx(ctx, func(tx *storage.Tx) error { return tx.LookBefore(b.Now().Add(lookLease)) })
	if err != nil {
		return err
	}
	return b.out.Recover(ctx)
}

// Deliver sends what is due, on all platforms at once, until nothing is left
// or ctx ends. The error is the database's.
func (b *Bot) Deliver(ctx context.Context) error { return b.out.Run(ctx) }

// delivering is what delivery needs of the bot.
func (b *Bot) delivering() delivery.Config {
	return delivery.Config{
		DB: b.DB, Messengers: b.Messengers, Log: b.Log,
		Now: b.office.Now, Count: b.Metrics.Delivery, Fault: b.fault, Wake: b.nudgeOutbox,
		Draw: b.draw, Shows: shows, DigestArrived: b.digestArrived,
		Later:  func(tx *storage.Tx, d *storage.Delivery) (time.Time, error) { return awareness.Later(tx, b.office, d) },
		People: b.office.People, Calendar: b.office.Calendar, Address: b.office.Address,
	}
}

// shows tells what a message is about: a digest's day, or the item of any other.
func shows(tx *storage.Tx, d *storage.Delivery) (out delivery.Shown, err error) {
	c, err := shownIn(d)
	if err != nil {
		return out, fmt.Errorf("delivery %d: %w", d.ID, err)
	}
	out.Day = c.Day
	if id, ok := isms.ParseItemID(c.Item); ok {
		out.Items = append(out.Items, id)
	}
	if c.Request == 0 {
		return out, nil
	}
	q, err := tx.Request(c.Request)
	if err == nil && q != nil {
		out.Items = append(out.Items, q.Item)
	}
	return out, err
}

// digestArrived notes what a digest has told its reader beside its lines: who
// we are, and who cannot be reached.
func (b *Bot) digestArrived(tx *storage.Tx, d *storage.Delivery) error {
	c, err := shownIn(d)
	if err != nil {
		return err
	}
	if len(c.Missing) > 0 {
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		if err := named(tx, d.Person, c.Missing, people); err != nil {
			return err
		}
	}
	if c.Greet {
		b.greeted.Store(d.Person, true)
		return tx.SetGreeted(d.Person)
	}
	return nil
}
