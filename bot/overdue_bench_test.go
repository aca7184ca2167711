package bot_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// register is a database with very many open items, and a manager of all.
type register struct {
	bot  *bot.Bot
	raw  *sql.DB
	asks chat.Account
}

// newRegister fills a database in bulk: total open actions of 1,000 people, of
// which the first late ones are overdue by up to 40 days and the others due
// within the next three years.
func newRegister(b *testing.B, total, late int) *register {
	b.Helper()
	ctx, path := context.Background(), filepath.Join(b.TempDir(), "isms.db")
	db, err := storage.Open(ctx, path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	b.Cleanup(func() { raw.Close() })
	asks := chat.Account{Platform: "slack", ID: "UMANAGER"}
	err = db.Tx(ctx, func(tx *storage.Tx) error {
		p := storage.Profile{Person: isms.Person{Email: "m@example.com", Name: "Grace Adeyemi", Roles: []isms.Role{isms.ISMSManager}, Greeted: true}}
		if err := tx.SavePerson(&p); err != nil {
			return err
		}
		_, err := tx.Bind(asks, p.ID)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, fill := range []string{
		`WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < 1001)
			INSERT INTO people (id, email, name, department, greeted) SELECT i, 'p' || i || '@example.com', 'Priya' || i || ' Shah', 'Operations', 1 FROM c`,
		fmt.Sprintf(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
			INSERT INTO items (kind, n, title, owner, due, status, is_open, severity) SELECT 'action', i, 'Test restoring backup ' || i, i %% 1000 + 2,
			date('now', CASE WHEN i <= %d THEN '-' || (i %% 40 + 2) ELSE '+' || (i %% 1000 + 2) END || ' days'), 'open', 1, 'minor' FROM c`, total, late),
	} {
		if _, err := raw.Exec(fill); err != nil {
			b.Fatal(err)
		}
	}
	c := bot.Config{DB: db, Now: time.Now, Cadence: isms.DefaultCadence, Log: slog.New(slog.DiscardHandler),
		Organisation: bot.Organisation{Name: "Example", Language: "en", Calendar: isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}}}}
	made, err := bot.New(c)
	if err != nil {
		b.Fatal(err)
	}
	return &register{bot: made, raw: raw, asks: asks}
}

// overdue is the command as the manager types it, answered with its card.
func (r *register) overdue(b *testing.B) {
	reply, err := r.bot.Handle(context.Background(), chat.Invocation{ID: "x", From: r.asks, Kind: chat.Typed, Text: "overdue"})
	if err != nil || reply.Card == nil || len(reply.Card.Blocks) < 4 {
		b.Fatalf("%+v, %v", reply, err)
	}
}

// bare is the least that tells the same: how many are late and whose, and the
// first 50 of them in full.
func (r *register) bare(b *testing.B) {
	today := time.Now().UTC().Format(time.DateOnly)
	rows, err := r.raw.Query("SELECT kind, n, owner, due FROM items WHERE is_open = 1 AND due > '' AND due < $1 ORDER BY due, owner, kind, n", today)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var kind, due string
		var number, owner int64
		if err := rows.Scan(&kind, &number, &owner, &due); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil || n == 0 {
		b.Fatal(n, err)
	}
	r.top(b, today)
}

func (r *register) top(b *testing.B, today string) {
	rows, err := r.raw.Query(`SELECT kind, n, title, owner, due, status, severity, acked_by, stuck, last_word FROM items
		WHERE is_open = 1 AND due > '' AND due < $1 ORDER BY due, owner, kind, n LIMIT 50`, today)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, title, due, status, severity, word string
		var number, owner, acked, stuck int64
		if err := rows.Scan(&kind, &number, &title, &owner, &due, &status, &severity, &acked, &stuck, &word); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOverdue is the first half of goal 8: with 100,000 items of which
// 2,000 are late, the list costs at most half as much again as the bare query.
func BenchmarkOverdue(b *testing.B) {
	r := newRegister(b, 100_000, 2_000)
	ours, floor := taking(b, func() { r.overdue(b) }, func() { r.bare(b) })
	compare(b, ours, floor, 1.5)
}

// BenchmarkOverdueOfAMillion is the second half: what is not late costs nothing.
func BenchmarkOverdueOfAMillion(b *testing.B) {
	many, few := newRegister(b, 1_000_000, 200), newRegister(b, 10_000, 200)
	ours, floor := taking(b, func() { many.overdue(b) }, func() { few.overdue(b) })
	compare(b, ours, floor, 3)
}

// taking runs both in random order and gives the median time of each.
func taking(b *testing.B, ours, floor func()) (a, c time.Duration) {
	b.Helper()
	sides := [2]func(){ours, floor}
	var took [2][]time.Duration
	for _, f := range sides { // what is read once for good
		f()
	}
	for b.Loop() {
		for _, i := range rand.Perm(2) {
			began := time.Now()
			sides[i]()
			took[i] = append(took[i], time.Since(began))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	return took[0][len(took[0])/2], took[1][len(took[1])/2]
}

func compare(b *testing.B, ours, floor time.Duration, goal float64) {
	b.Helper()
	ratio := float64(ours) / float64(floor)
	b.ReportMetric(float64(ours.Microseconds()), "p50-µs")
	b.ReportMetric(float64(floor.Microseconds()), "floor-p50-µs")
	b.ReportMetric(ratio, "ratio")
	b.Logf("%v, floor %v, ratio %.2f, goal %.2f: %s", ours, floor, ratio, goal, map[bool]string{true: "holds", false: "MISSED"}[ratio <= goal])
}
