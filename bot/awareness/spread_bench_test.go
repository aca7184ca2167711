package awareness_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// crowd is how many people the benchmark writes to; ISMSBOT_CROWD overrides it.
func crowd() int {
	if n, err := strconv.Atoi(os.Getenv("ISMSBOT_CROWD")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkSpread queues one broadcast for 100,000 people while somebody else
// writes all the time. It prints what the commands took, how long the others
// waited beside it and without it, and the rate against bare inserts.
func BenchmarkSpread(b *testing.B) {
	for b.Loop() {
		spreadOnce(b)
	}
}

// crowded is a house of so many people.
func crowded(b *testing.B, n int) *house {
	h := newHouse(b, func(c *bot.Config) { c.Organisation.Name = "Large" })
	for from := 0; from < n-9; from += 1000 {
		h.write(func(tx *storage.Tx) error {
			for i := from; i < min(from+1000, n-9); i++ {
				p := &storage.Profile{Person: isms.Person{Name: fmt.Sprint("Person ", i), Email: fmt.Sprintf("p%d@example.com", i), Department: "D" + strconv.Itoa(i%40)}}
				if err := tx.SavePerson(p); err != nil {
					return err
				}
				if _, err := tx.Bind(chat.Account{Platform: "slack", ID: fmt.Sprint("P", i)}, p.ID); err != nil {
					return err
				}
			}
			return nil
		})
	}
	h.says("grace", "help") // reads everybody once, as any command would have
	return h
}

// BenchmarkDeliverOfMany is what one message of a broadcast to 100,000 costs
// beside one of a broadcast to 1,000: as much, whatever is asked before it goes.
func BenchmarkDeliverOfMany(b *testing.B) {
	const few, sent = 1000, 900
	cost := func(n int) time.Duration {
		h := crowded(b, n)
		h.says("mia", "broadcast to everyone | Title | Text | ack by fri")
		h.says("mia", fmt.Sprintf("send MSG-1 %d", n))
		if err := h.Spread(b.Context()); err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithCancel(b.Context())
		var passed atomic.Int64
		h.slack.Fail = func(chat.Address, chat.Card) error {
			if passed.Add(1) == sent {
				stop()
			}
			return nil
		}
		began := time.Now()
		if err := h.Deliver(ctx); err != nil || passed.Load() < sent {
			b.Fatal(passed.Load(), err)
		}
		return time.Since(began) / sent
	}
	for b.Loop() {
		many, floor := cost(crowd()), cost(few)
		ratio := float64(many) / float64(floor)
		verdict := "holds"
		if ratio > 2 {
			verdict = "MISSED"
		}
		b.ReportMetric(ratio, "ratio")
		b.Logf("a message of a broadcast to %d took %s, floor (to %d) %s, ratio %.2f, at most 2: %s", crowd(), many, few, floor, ratio, verdict)
	}
}

func spreadOnce(b *testing.B) {
	n := crowd()
	h := crowded(b, n)
	took := func(says string) time.Duration {
		began := time.Now()
		h.says("mia", says)
		return time.Since(began)
	}
	draft := took("broadcast to everyone | Title | Text | ack by fri")
	send := took(fmt.Sprintf("send MSG-1 %d", n))
	var ours time.Duration
	alone := h.writing(b, "alone", func() { time.Sleep(time.Second) })
	beside := h.writing(b, "beside", func() {
		began := time.Now()
		if err := h.Spread(context.Background()); err != nil {
			b.Fatal(err)
		}
		ours = time.Since(began)
	})
	if got := h.column("SELECT count(*) FROM broadcast_recipients"); got[0] != strconv.Itoa(n) {
		b.Fatalf("%s rows of %d", got[0], n)
	}
	again := time.Now()
	if err := h.Spread(context.Background()); err != nil {
		b.Fatal(err)
	}
	idle := time.Since(again)
	floor := bareInserts(b, h.path, n)
	b.ReportMetric(float64(n)/ours.Seconds(), "rows/s")
	b.ReportMetric(float64(n)/floor.Seconds(), "floor-rows/s")
	b.ReportMetric(beside.Seconds()*1e3, "longest-wait-ms")
	b.ReportMetric(send.Seconds()*1e3, "send-ms")
	b.Logf("%d people: draft %s, send %s, spread %s, a look at a running one %s, bare insert of both rows %s; the longest that another write waited: %s, with nothing else going on %s",
		n, draft, send, ours, idle, floor, beside, alone)
}

// writing writes something small every millisecond while f runs, and tells how
// long the slowest of it took.
func (h *house) writing(b *testing.B, name string, f func()) time.Duration {
	var waits []time.Duration
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
			began := time.Now()
			h.write(func(tx *storage.Tx) error {
				_, err := tx.First(name, strconv.Itoa(i), h.now)
				return err
			})
			waits = append(waits, time.Since(began))
		}
	}()
	f()
	close(stop)
	<-done
	slices.Sort(waits)
	b.Logf("%s: %d writes, median %s, 99 of 100 within %s, longest %s", name, len(waits), waits[len(waits)/2], waits[len(waits)*99/100], waits[len(waits)-1])
	return waits[len(waits)-1]
}

// bareInserts is the least that the same rows cost: two prepared inserts, 250
// a transaction, on one connection as durable as ours.
func bareInserts(b *testing.B, path string, n int) time.Duration {
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	began := time.Now()
	for from := 0; from < n; from += 250 {
		tx, err := raw.Begin()
		if err != nil {
			b.Fatal(err)
		}
		d, err := tx.Prepare(`INSERT INTO deliveries (key, class, person, platform, address, content, state, not_before, created) VALUES ($1, 'broadcast', $2, 'slack', $3, '{"view":"awareness/poster","data":{"broadcast":1,"version":1}}', 'bare', 1, 1)`)
		if err != nil {
			b.Fatal(err)
		}
		r, err := tx.Prepare("INSERT INTO broadcast_recipients (broadcast, version, person, delivery, requested, due) VALUES (99, 1, $1, 1, 1, 1)")
		if err != nil {
			b.Fatal(err)
		}
		for i := from; i < min(from+250, n); i++ {
			if _, err := d.Exec(fmt.Sprint("bare/99/1/", i), i, fmt.Sprint("P", i)); err != nil {
				b.Fatal(err)
			}
			if _, err := r.Exec(i); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}
