package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/playground"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// demoAt is an example organisation that opens at the instant.
func demoAt(t *testing.T, now time.Time) (*bot.Bot, *storage.DB, *chattest.Messenger) {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "demo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	keeps, err := isms.Holidays("GB")
	if err != nil {
		t.Fatal(err)
	}
	room := &chattest.Messenger{}
	b, err := bot.New(bot.Config{DB: db, Messengers: map[string]chat.Messenger{playground.Platform: room}, Now: func() time.Time { return now },
		Cadence: isms.DefaultCadence, Organisation: bot.Organisation{Name: "Harbour Logistics", Language: "en",
			Calendar: isms.Calendar{Zone: zone, From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}, Holiday: keeps}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := seed(t.Context(), db, b, now); err != nil {
		t.Fatal(err)
	}
	return b, db, room
}

func demoCount(t *testing.T, db *storage.DB, query string) (n int) {
	t.Helper()
	raw, err := sql.Open("sqlite", db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheExampleOrganisationIsAliveOnFirstOpening(t *testing.T) {
	now := time.Date(2026, 3, 16, 9, 10, 0, 0, time.UTC)
	b, db, room := demoAt(t, now)
	for query, want := range map[string]int{
		"SELECT count(*) FROM people":                                                     12,
		"SELECT count(DISTINCT department) FROM people":                                   5,
		"SELECT count(*) FROM accounts WHERE platform = 'playground'":                     12,
		"SELECT count(*) FROM items WHERE kind = 'action'":                                15,
		"SELECT count(*) FROM items WHERE kind = 'audit' AND audit_kind = 'internal'":     11,
		"SELECT count(*) FROM items WHERE kind = 'audit' AND audit_kind = 'surveillance'": 2,
		"SELECT count(*) FROM events WHERE state = 'closed' AND anonymous = 0":            1,
		"SELECT count(*) FROM events WHERE state = 'triage' AND anonymous = 1":            1,
		"SELECT count(*) FROM event_pings WHERE state = 'superseded'":                     0,
		"SELECT count(*) FROM requests WHERE state = 'pending'":                           1,
		"SELECT count(*) FROM journal WHERE kind = 'refused'":                             0,
		"SELECT count(*) FROM campaigns":                                                  2,
		"SELECT count(*) FROM campaign_told WHERE thanked = 1":                            5,
		"SELECT count(*) FROM items WHERE private = 1":                                    7,
		"SELECT count(*) FROM broadcasts WHERE state = 'finished'":                        3,
		"SELECT count(*) FROM broadcasts WHERE state = 'sending'":                         1,
		"SELECT count(*) FROM broadcast_recipients WHERE acked_at > 0":                    33,
		"SELECT count(*) FROM trainings WHERE given = 'done' AND effect <> ''":            1,
		"SELECT count(*) FROM training_people WHERE task > 0":                             12,
		"SELECT count(*) FROM training_people WHERE how = 'quiz'":                         6,
		"SELECT count(*) FROM comms_plan":                                                 6,
		"SELECT count(*) FROM comms_plan_broadcasts WHERE done = 1":                       1,
		"SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'cancelled')":        0,
	} {
		if got := demoCount(t, db, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if n := demoCount(t, db, "SELECT count(*) FROM items WHERE source LIKE 'comms_%' AND is_open = 1 AND due < '2026-03-16'"); n != 1 {
		t.Errorf("%d planned communications are late", n)
	}
	if n := demoCount(t, db, "SELECT count(*) FROM items WHERE kind = 'action' AND is_open = 1 AND due < '2026-01-01'"); n != 0 {
		t.Errorf("%d actions are forgotten since last year", n)
	}
	if got := room.SentTo("grace@harbour.example"); len(got) == 0 || !strings.HasPrefix(got[0].Card.Text(), "What I found") || strings.HasPrefix(got[1].Card.Text(), "What I found") {
		t.Errorf("Grace was not told once what the import found: %d messages", len(got))
	}
	for _, status := range []string{"open", "in_progress", "done", "closed", "withdrawn"} {
		if demoCount(t, db, fmt.Sprintf("SELECT count(*) FROM items WHERE kind = 'action' AND status = '%s'", status)) == 0 {
			t.Errorf("no action is %s", status)
		}
	}
	if _, err := db.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	before := len(room.SentTo("priya@harbour.example"))
	if err := b.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := room.SentTo("priya@harbour.example")
	if len(got) != before+1 || !strings.Contains(got[before].Card.Text(), "CA-12") {
		t.Fatalf("Priya got %d messages, had %d", len(got), before)
	}
	t.Logf("%s\n%s", got[before].Card.Summary, got[before].Card.Text())
	for _, who := range []string{"lena", "grace", "sam", "jonas"} {
		all := room.SentTo(who + "@harbour.example")
		if len(all) == 0 {
			t.Errorf("%s got nothing", who)
			continue
		}
		t.Logf("=== %s, %d messages\n%s", who, len(all), all[len(all)-1].Card.Text())
	}
}

func TestTheExampleOrganisationOpensOnAnyDay(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC), // a Saturday at a month's end
		time.Date(2026, 12, 28, 8, 0, 0, 0, time.UTC), // a holiday
		time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC),
		time.Date(2026, 11, 22, 13, 30, 0, 0, time.UTC),
	} {
		_, db, _ := demoAt(t, now)
		if n := demoCount(t, db, "SELECT count(*) FROM journal WHERE kind = 'refused'"); n != 0 {
			t.Errorf("%s: %d answers were refused", now, n)
		}
		if n := demoCount(t, db, "SELECT count(*) FROM requests WHERE state = 'pending'"); n != 1 {
			t.Errorf("%s: %d requests wait", now, n)
		}
		late := demoCount(t, db, "SELECT count(*) FROM items WHERE source LIKE 'comms_%' AND is_open = 1 AND due < '"+isms.DateOf(now).String()+"'")
		if n := demoCount(t, db, "SELECT count(*) FROM training_people WHERE how = 'quiz'"); n != 6 || late > 1 {
			t.Errorf("%s: %d have finished the training, %d planned communications are late", now, n, late)
		}
	}
}

func TestDatesOfTheExampleFallOnWorkingDays(t *testing.T) {
	cal := &isms.Calendar{Working: [7]bool{false, true, true, true, true, true, false}}
	friday, err := isms.ParseDate("2026-03-20")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"{+0}": "2026-03-20", "{+1}": "2026-03-23", "{-5}": "2026-03-13", "{-6w}": "2026-02-06", "{+2m}": "2026-05-20", "{-1m},x": "2026-02-20,x", "{name}": "{name}",
	} {
		if got := demoDates(in, friday, cal); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestTheDemoOpensWithinWorkingHours(t *testing.T) {
	cal, err := demoCalendar()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-11-26 08:10": "2026-11-26 09:00", // a Thursday
		"2026-11-26 09:00": "2026-11-26 09:00",
		"2026-11-26 15:59": "2026-11-26 15:59",
		"2026-11-26 16:01": "2026-11-27 09:00",
		"2026-11-26 23:30": "2026-11-27 09:00",
		"2026-11-27 17:30": "2026-11-30 09:00",
		"2026-11-28 11:00": "2026-11-30 09:00",
		"2026-12-24 18:00": "2026-12-29 09:00", // over Christmas
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", at, cal.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := demoStart(&cal, now).In(cal.Zone).Format("2006-01-02 15:04"); got != want {
			t.Errorf("at %s it opens at %s, want %s", at, got, want)
		}
	}
}
