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
