package storage_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ismsbot/storage"
)

// fill writes about so many MiB, several writers at once.
func fill(t *testing.T, db *storage.DB, name string, mib int) {
	t.Helper()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range mib * 64 {
				write(t, db, func(tx *storage.Tx) error {
					return tx.SetMeta(fmt.Sprint(name, w, ".", i%256), strings.Repeat("x", 4<<10))
				})
			}
		})
	}
	wg.Wait()
}

func TestTheWriteAheadLogStaysShortWhileEverybodyWrites(t *testing.T) {
	db := open(t)
	fill(t, db, "a", 60)
	const most = 16 << 20
	if _, wal := db.Size(); wal > most {
		t.Errorf("the log has %d MiB after 60 were written", wal>>20)
	}
}

func TestTheWriteAheadLogIsBegunAnewAfterALongLook(t *testing.T) {
	db := open(t)
	reading, seen := make(chan struct{}), make(chan error, 1)
	go func() {
		seen <- db.View(context.Background(), func(tx *storage.Tx) error {
			before, err := tx.Meta("a0.0")
			if err != nil {
				return err
			}
			reading <- struct{}{}
			<-reading
			if after, err := tx.Meta("a0.0"); err != nil || after != before {
				return fmt.Errorf("a look saw the writes of others: %v", err)
			}
			return nil
		})
	}()
	<-reading
	fill(t, db, "a", 12)
	close(reading)
	if err := <-seen; err != nil {
		t.Fatal(err)
	}
	_, long := db.Size()
	fill(t, db, "b", 24)
	if _, wal := db.Size(); wal > long+12<<20 {
		t.Errorf("the log has %d MiB, %d of them from before", wal>>20, long>>20)
	}
}
