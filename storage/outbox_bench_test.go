package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// BenchmarkClaimAndComplete is goal 7: claiming and completing 500 of 100,000
// rows goes at least half as fast as the bare SQL, in the same run.
func BenchmarkClaimAndComplete(b *testing.B) {
	const rows, batch = 100_000, 500
	db := open(b)
	raw := bare(b, db)
	for from := 0; from < rows; from += batch {
		write(b, db, func(tx *storage.Tx) error {
			for i := from; i < from+batch; i++ {
				d := storage.Delivery{Key: fmt.Sprint(i), Class: "digest", Person: 1, To: chat.Address{Platform: "slack", To: "U1"}, Content: "{}", NotBefore: now, Created: now}
				if _, err := tx.Enqueue(&d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var ours, floor time.Duration
	n := 0
	for b.Loop() {
		if n += 2; n%(rows/batch) == 0 { // none are left
			if _, err := raw.Exec("UPDATE deliveries SET state = 'queued', ref = ''"); err != nil {
				b.Fatal(err)
			}
		}
		inAnyOrder(func() { ours += timed(func() { claimAndComplete(b, db, batch) }) },
			func() { floor += timed(func() { claimAndCompleteBare(b, raw, batch) }) })
	}
	report(b, "rows/s", float64(n/2*batch)/ours.Seconds(), float64(n/2*batch)/floor.Seconds(), 0.5)
}

func claimAndComplete(b *testing.B, db *storage.DB, batch int) {
	var got []*storage.Delivery
	write(b, db, func(tx *storage.Tx) (err error) {
		got, err = tx.ClaimDue("slack", now, time.Minute, batch)
		return err
	})
	if len(got) != batch {
		b.Fatalf("claimed %d", len(got))
	}
	write(b, db, func(tx *storage.Tx) error {
		for _, d := range got {
			if err := tx.MarkSent(d, chat.MessageRef(d.Key), "", now); err != nil {
				return err
			}
		}
		return nil
	})
}

func claimAndCompleteBare(b *testing.B, raw *sql.DB, batch int) {
	ctx := context.Background()
	rows, err := raw.QueryContext(ctx, `UPDATE deliveries SET state = 'sending', claim = 'bare', lease = 1 WHERE id IN (
		SELECT id FROM deliveries WHERE state = 'queued' AND not_before <= $1 AND platform = 'slack' ORDER BY not_before, id LIMIT $2)
		RETURNING id, platform, address, content`, now.UnixMilli(), batch)
	if err != nil {
		b.Fatal(err)
	}
	var ids []int64
	for rows.Next() {
		var id int64
		var platform, address, content string
		if err := rows.Scan(&id, &platform, &address, &content); err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Close(); err != nil || len(ids) != batch {
		b.Fatalf("claimed %d, %v", len(ids), err)
	}
	tx, err := raw.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	done, err := tx.Prepare("UPDATE deliveries SET state = 'sent', ref = $2, sent_at = $3, claim = '' WHERE id = $1")
	if err != nil {
		b.Fatal(err)
	}
	for _, id := range ids {
		if _, err := done.Exec(id, fmt.Sprint(id), now.UnixMilli()); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// bare is one plain connection to the same file, as durable as ours.
func bare(tb testing.TB, db *storage.DB) *sql.DB {
	tb.Helper()
	raw, err := sql.Open("sqlite", "file:"+db.Path()+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		tb.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	tb.Cleanup(func() { raw.Close() })
	return raw
}

func timed(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

// inAnyOrder keeps a fixed order from favouring one side.
func inAnyOrder(sides ...func()) {
	for _, i := range rand.Perm(len(sides)) {
		sides[i]()
	}
}

// report prints both sides, their ratio, and whether the goal holds: at least
// so many times the floor's rate, or at most so many times its time.
func report(b *testing.B, unit string, value, floor, goal float64) {
	b.Helper()
	b.ReportMetric(value, unit)
	b.ReportMetric(floor, "floor-"+unit)
	b.ReportMetric(value/floor, "ratio")
	b.ReportMetric(0, "ns/op")
	holds := value/floor >= goal
	if !strings.HasSuffix(unit, "/s") {
		holds = value/floor <= goal
	}
	b.Logf("%.4g %s, floor %.4g, ratio %.2f, goal %.2f: %s", value, unit, floor, value/floor, goal, map[bool]string{true: "holds", false: "MISSED"}[holds])
}
