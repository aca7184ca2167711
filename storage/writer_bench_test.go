package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// BenchmarkGroupCommit is goal 5: 64 writers at once get at least 3.5 times
// through of what one transaction each would; one alone pays at most 15 % more.
func BenchmarkGroupCommit(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			const round = 256
			db := open(b)
			raw := bare(b, db)
			insert, err := raw.Prepare("INSERT INTO seen (platform, event, at) VALUES ('bare', $1, $2)")
			if err != nil {
				b.Fatal(err)
			}
			var ours, floor time.Duration
			var serial atomic.Int64
			n := 0
			for b.Loop() {
				n += round
				inAnyOrder(func() {
					ours += timed(func() {
						together(writers, round, func() {
							write(b, db, func(tx *storage.Tx) error {
								_, err := tx.First("ours", fmt.Sprint(serial.Add(1)), now)
								return err
							})
						})
					})
				}, func() {
					floor += timed(func() {
						together(writers, round, func() { commitOne(b, raw, insert, fmt.Sprint(serial.Add(1))) })
					})
				})
			}
			report(b, "commits/s", float64(n)/ours.Seconds(), float64(n)/floor.Seconds())
		})
	}
}

func commitOne(b *testing.B, raw *sql.DB, insert *sql.Stmt, event string) {
	tx, err := raw.BeginTx(context.Background(), nil)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := tx.Stmt(insert).Exec(event, now.UnixMilli()); err != nil {
		b.Error(err)
	}
	if err := tx.Commit(); err != nil {
		b.Error(err)
	}
}

// together does f so many times, by so many workers at once.
func together(workers, times int, f func()) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range times / workers {
				f()
			}
		})
	}
	wg.Wait()
}

// BenchmarkOneAcknowledgement is goal 4: one durable answer alone, item,
// answer and journal, takes at most three times a bare write and sync.
func BenchmarkOneAcknowledgement(b *testing.B) {
	db := open(b)
	it := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Payroll backup", Owner: 1, Status: isms.Open}}
	write(b, db, func(tx *storage.Tx) error { return tx.SaveItem(&it) })
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	var ours, floor []time.Duration
	for n := 0; b.Loop(); n++ {
		inAnyOrder(func() {
			ours = append(ours, timed(func() { acknowledge(b, db, it, n) }))
		}, func() {
			floor = append(floor, timed(func() {
				if _, err := f.WriteAt(page, int64(n)*4096); err != nil {
					b.Fatal(err)
				}
				if err := f.Sync(); err != nil {
					b.Fatal(err)
				}
			}))
		})
	}
	report(b, "p50-µs", median(ours), median(floor))
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
