package storage_test

import (
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestALookForJoinersOfAnOlderVersionIsNotNoted(t *testing.T) {
	db := open(t)
	b := &storage.Sendout{Broadcast: isms.Broadcast{Sender: 1, State: isms.Sending, Version: 1, Edition: 1}, Title: "Lock it", Language: "en", Created: now}
	write(t, db, func(tx *storage.Tx) error { return tx.SaveBroadcast(b) })
	looked := *b
	b.Version = 2
	write(t, db, func(tx *storage.Tx) error { return tx.SaveBroadcast(b) })
	write(t, db, func(tx *storage.Tx) error { return tx.LookedForJoiners(&looked, "7") })
	read(t, db, func(tx *storage.Tx) error {
		got, err := tx.Broadcast(b.ID)
		if err == nil && got.Crowd != "" {
			t.Errorf("joiners of the new version count as looked for at %q", got.Crowd)
		}
		return err
	})
}
