package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestNobodyToLookAtCostsOneRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Ann", "")
		w.item(isms.Action, "Ann", "2000-06-01")
		w.tick()
		head := w.rows("SELECT count(*) || '/' || (SELECT max(look_at) FROM people) FROM journal")
		for range 100 {
			w.tick()
		}
		if again := w.rows("SELECT count(*) || '/' || (SELECT max(look_at) FROM people) FROM journal"); again[0] != head[0] {
			t.Errorf("%s became %s", head, again)
		}
		at, err := w.bot.NextWake(t.Context())
		if err != nil || !at.Equal(time.Date(2000, 1, 3, 9, 0, 0, 0, time.UTC)) { // the first of January was a Saturday
			t.Errorf("next at %s, %v", at, err)
		}
	})
}

func TestTimeTravelFindsTheNextReminder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Ann", "America/New_York")
		w.item(isms.Action, "Ann", "2000-03-15")
		for range 100 {
			at, err := w.bot.NextWake(t.Context())
			if err != nil || at.IsZero() {
				t.Fatalf("next at %s: %v", at, err)
			}
			if len(w.slack.Sent()) > 0 {
				break
			}
			time.Sleep(time.Until(at))
			w.tick()
		}
		got := w.slack.SentTo("Ann")
		if len(got) != 1 || !got[0].At.Equal(time.Date(2000, 3, 1, 14, 0, 0, 0, time.UTC)) { // 14 days before, 09:00 in New York
			t.Errorf("%+v", got)
		}
	})
}

func TestThoseAboveHearOfWhatStaysOpen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Daniel", "", role(isms.TopManagement))
		w.person("Grace", "", role(isms.ISMSManager))
		w.person("Lena", "", w.reports("Daniel"))
		w.person("Priya", "", w.reports("Lena"))
		w.item(isms.Action, "Priya", "1999-11-01", func(it *isms.Item) { it.Severity = isms.Major }) // late when it is imported
		w.item(isms.Action, "Priya", "1999-11-01", func(it *isms.Item) { it.Severity = isms.Minor })
		w.until(time.Now().Add(16*24*time.Hour), 15*time.Minute)
		// Grace counts from Mon 3 January, the day on which Priya first heard of it.
		for name, want := range map[string]string{
			"Lena": "2000-01-05 manager-2", "Grace": "2000-01-10 isms_manager-5", "Daniel": "2000-01-17 top_management-10",
		} {
			got := w.rows(`SELECT date(at / 1000, 'unixepoch') || ' ' || stage FROM reminders WHERE state = 'told' AND person = $1 ORDER BY at`, int64(w.ids[name]))
			if len(got) == 0 || got[0] != want {
				t.Errorf("%s heard %v, want %s first", name, got, want)
			}
		}
		if got := w.rows("SELECT count(DISTINCT n) FROM reminders WHERE person = $1", int64(w.ids["Daniel"])); got[0] != "1" {
			t.Errorf("top management heard of %s items", got[0])
		}
	})
}

func TestWhatNobodyOwnsReachesTheISMSManager(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Grace", "", role(isms.ISMSManager))
		w.person("Gone", "", func(p *storage.Profile) { p.Left = true })
		w.item(isms.Task, "", "2000-06-01")
		w.item(isms.Task, "Gone", "2000-06-01")
		w.tick()
		if told := w.told("Grace"); fmt.Sprint(told) != "[TSK-1 2000-06-01 unowned TSK-2 2000-06-01 unowned]" {
			t.Errorf("told %v", told)
		}
	})
}

func TestTheFirstDigestGreetsAndNoOther(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		w.slack.Fail = func(chat.Address, chat.Card) error { return refuses(chat.Retry, "no_connection", 0) }
		w.until(time.Now().Add(9*time.Hour), time.Minute) // what was queued today never arrives
		w.slack.Fail = nil
		w.until(time.Now().Add(96*time.Hour), 30*time.Minute)
		greets := ""
		for _, s := range w.slack.SentTo("Priya") {
			if strings.Contains(s.Card.Text(), "I am the ISMS bot") {
				greets += "x"
			} else {
				greets += "-"
			}
		}
		if greets != "x-" {
			t.Errorf("greetings in the digests: %s", greets)
		}
	})
}
