package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/storage"
)

// BenchmarkGroupCommit is goal 5: 64 writers at once get at least 3.5 times
// through of what one transaction each would; one alone pays at most 15 % more.
// Each side has a file of its own: in a shared one it would pay for the other's
// checkpoints.
func BenchmarkGroupCommit(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			round := 4 * writers
			db := open(b)
			one := oneEach(b, bare(b, open(b)))
			var ours, floor []time.Duration
			var serial atomic.Int64
			for b.Loop() {
				inAnyOrder(func() {
					ours = append(ours, timed(func() {
						together(writers, round, func() {
							write(b, db, func(tx *storage.Tx) error {
								_, err := tx.First("ours", fmt.Sprint(serial.Add(1)), now)
								return err
							})
						})
					}))
				}, func() {
					floor = append(floor, timed(func() { together(1, round, func() { one(fmt.Sprint(serial.Add(1))) }) }))
				})
			}
			per := 1e6 * float64(round)
			report(b, "commits/s", per/median(ours), per/median(floor), map[int]float64{1: 1 / 1.15, 64: 3.5}[writers])
		})
	}
}

// oneEach is the least that a durable transaction costs: on one connection,
// by one who does not have to wait for it.
func oneEach(b *testing.B, raw *sql.DB) func(event string) {
	ctx := context.Background()
	conn, err := raw.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	var steps []*sql.Stmt
	for _, query := range []string{"BEGIN IMMEDIATE", "INSERT INTO seen (platform, event, at) VALUES ('bare', $1, $2)", "COMMIT"} {
		s, err := conn.PrepareContext(ctx, query)
		if err != nil {
			b.Fatal(err)
		}
		steps = append(steps, s)
	}
	return func(event string) {
		_, begin := steps[0].Exec()
		_, insert := steps[1].Exec(event, now.UnixMilli())
		_, commit := steps[2].Exec()
		if err := errors.Join(begin, insert, commit); err != nil {
			b.Error(err)
		}
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
