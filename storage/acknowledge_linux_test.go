package storage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// BenchmarkOneAcknowledgement is goal 4: one durable answer alone, item,
// answer and journal, takes at most three times as long as fdatasync after one
// page was written over in place, as SQLite does in its log.
func BenchmarkOneAcknowledgement(b *testing.B) {
	db := open(b)
	it := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Payroll backup", Owner: 1, Status: isms.Open}}
	write(b, db, func(tx *storage.Tx) error { return tx.SaveItem(&it) })
	const pages = 1000 // after so many SQLite begins its log anew
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, pages*4096)); err != nil {
		b.Fatal(err)
	}
	page := make([]byte, 4096)
	var ours, floor []time.Duration
	for n := 0; b.Loop(); n++ {
		inAnyOrder(func() {
			ours = append(ours, timed(func() { acknowledge(b, db, it, n) }))
		}, func() {
			floor = append(floor, timed(func() {
				if _, err := f.WriteAt(page, int64(n%pages)*4096); err != nil {
					b.Fatal(err)
				}
				if err := syscall.Fdatasync(int(f.Fd())); err != nil {
					b.Fatal(err)
				}
			}))
		})
	}
	report(b, "p50-µs", median(ours), median(floor), 3)
}

func acknowledge(b *testing.B, db *storage.DB, it storage.Record, n int) {
	write(b, db, func(tx *storage.Tx) error {
		if _, err := tx.First("slack", fmt.Sprint(n), now); err != nil {
			return err
		}
		it.AckedBy = 1
		if err := tx.SaveItem(&it); err != nil {
			return err
		}
		if err := tx.AddAnswer(&storage.Answer{Item: it.ID, Due: it.Due, Verb: "ack", By: 1, At: now, Before: it.Item, Version: it.Version}); err != nil {
			return err
		}
		return tx.Journal(now, "item.ack", map[string]any{"by": 1, "item": it.ID.String()}, it.ID)
	})
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Microseconds())
}
