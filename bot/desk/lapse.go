package desk

import (
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Lapse ends what waits for a decision about an item that no longer needs it.
func Lapse(tx *storage.Tx, now time.Time, id isms.ItemID, why string) error {
	waiting, err := tx.PendingOn(id)
	for _, q := range waiting {
		q.State, q.DecidedAt, q.Note = storage.Lapsed, now, why
		if err := tx.SaveRequest(q); err != nil {
			return err
		}
		if err := tx.Journal(now, "request.lapsed", map[string]any{"request": q.ID, "why": why}, id); err != nil {
			return err
		}
	}
	return err
}

// Withdraw ends an open item that need not be done any more, and what waits for
// a decision about it. why is written for its owner.
func Withdraw(tx *storage.Tx, o *Office, it *storage.Record, why string) error {
	was, now := *it, o.Now()
	if refused := it.Withdraw(why); refused != nil {
		return refused
	}
	if err := tx.ChangeItem(&was, it); err != nil {
		return err
	}
	if err := Lapse(tx, now, it.ID, "withdrawn"); err != nil {
		return err
	}
	return o.Changed(tx, &was, it, now)
}
