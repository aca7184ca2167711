package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/isms"
)

// londonReports is a world in London, with its holidays, and those who are pinged.
func londonReports(t *testing.T) *world {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	holiday, err := isms.Holidays("GB")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *bot.Config) {
		c.Organisation.Calendar.Zone, c.Organisation.Calendar.Holiday = zone, holiday
	})
	w.person("Daniel", "", role(isms.TopManagement))
	w.person("Grace", "", role(isms.ISMSManager))
	w.person("Ola", "Asia/Tokyo", role(isms.DPO))
	w.person("Kemi", "")
	w.person("Lena", "", role(isms.Manager))
	return w
}

// work lets the clocks and the outbox work for so long, every few minutes.
func (w *world) work(for_ time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(for_); time.Now().Before(end); time.Sleep(5 * time.Minute) {
		if err := w.bot.Clock(context.Background()); err != nil {
			w.t.Fatal(err)
		}
		w.deliver()
	}
}

// pings are the urgent messages to somebody, by London's clocks.
func (w *world) pings(name string) (out []string) {
	for _, m := range w.slack.SentTo(name) {
		if strings.HasPrefix(m.Card.Summary, "Urgent") || strings.HasPrefix(m.Versions[0].Summary, "Urgent") {
			out = append(out, m.At.In(w.config.Organisation.Calendar.Zone).Format("Mon 15:04"))
		}
	}
	return out
}

// The test: at the stated hours, to the stated people, each once.
func TestPingsComeAtTheirHoursToTheirPeopleOverDaysOffAndAChangeOfTheClocks(t *testing.T) {
	for _, c := range []struct{ name, at, early, late string }{
		{"Easter, a long weekend of four days", "2000-04-20 15:30", "Thu 16:30, Fri 16:30, Sat 16:30, Sun 04:30, Sun 14:30", "Sat 16:30, Sun 04:30, Sun 14:30"},
		{"the clocks are put on", "2000-03-24 22:15", "Fri 22:15, Sat 22:15, Sun 23:15, Mon 11:15, Mon 21:15", "Sun 23:15, Mon 11:15, Mon 21:15"},
		{"the clocks are put back", "2000-10-27 08:00", "Fri 09:00, Sat 09:00, Sun 08:00, Sun 20:00, Mon 06:00", "Sun 08:00, Sun 20:00, Mon 06:00"},
		{"Christmas and Boxing Day", "2000-12-23 23:00", "Sat 23:00, Sun 23:00, Mon 23:00, Tue 11:00, Tue 21:00", "Mon 23:00, Tue 11:00, Tue 21:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := londonReports(t)
				defer w.stop()
				w.at(c.at)
				w.says("Kemi", "report a laptop was stolen")
				w.work(120 * time.Hour)
				for who, want := range map[string]string{"Grace": c.early, "Ola": c.early, "Daniel": c.late, "Kemi": "", "Lena": ""} {
					if got := strings.Join(w.pings(who), ", "); got != want {
						t.Errorf("%s is pinged at %s, want %s", who, got, want)
					}
				}
				if got := w.rows("SELECT hours || ' ' || state FROM event_pings ORDER BY hours"); !slices.Equal(got, []string{"0 told", "24 told", "48 told", "60 told", "70 told"}) {
					t.Errorf("%v", got)
				}
				if got := w.rows("SELECT kind FROM journal WHERE kind = 'event.pinged'"); len(got) != 5 {
					t.Errorf("%d in the journal", len(got))
				}
				if _, err := w.db.Verify(context.Background()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestAfterAnOutageTheLatestPingComesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer w.stop()
		w.at("2000-05-01 12:00")
		w.says("Kemi", "report a laptop was stolen")
		w.work(time.Hour)
		time.Sleep(60 * time.Hour)
		w.work(5 * time.Hour)
		if got := w.pings("Grace"); len(got) != 2 || len(w.pings("Daniel")) != 1 {
			t.Errorf("Grace is pinged at %v, Daniel at %v", got, w.pings("Daniel"))
		}
		if got := w.rows("SELECT hours || ' ' || state FROM event_pings ORDER BY hours"); !slices.Equal(got, []string{"0 told", "24 superseded", "48 superseded", "60 told"}) {
			t.Errorf("%v", got)
		}
		if got := w.rows("SELECT data FROM journal WHERE kind = 'event.pinged' ORDER BY seq DESC LIMIT 1")[0]; !strings.Contains(got, `"superseded":[24,48]`) {
			t.Error(got)
		}
	})
}

func TestTwoProcessesPingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer w.stop()
		db, second := w.process()
		defer db.Close()
		w.at("2000-05-01 12:00")
		w.says("Kemi", "report a laptop was stolen")
		for range 80 {
			errs := make(chan error, 8)
			for i := range cap(errs) {
				b := []*bot.Bot{w.bot, second}[i%2]
				go func() { errs <- b.Clock(context.Background()) }()
			}
			for range cap(errs) {
				if err := <-errs; err != nil {
					t.Fatal(err)
				}
			}
			w.deliver()
			time.Sleep(time.Hour)
		}
		if got := w.pings("Ola"); len(got) != 5 {
			t.Errorf("Ola is pinged at %v", got)
		}
		if got := w.rows("SELECT kind FROM journal WHERE kind = 'event.pinged'"); len(got) != 5 {
			t.Errorf("%d in the journal", len(got))
		}
	})
}

func TestAClockEndsWhenItIsDecidedAndBeginsAnewWithAwareness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer w.stop()
		w.at("2000-05-01 12:00")
		w.says("Kemi", "report a laptop was stolen")
		w.says("Kemi", "report the door stands open")
		w.says("Kemi", "report a mail went astray")
		w.deliver()
		w.submits("Ola", "event-data EVT-2", "data", "no", "why", "a door")
		w.work(30 * time.Hour)
		if got := len(w.pings("Ola")); got != 5 { // three at once, and of two after 24 hours
			t.Fatalf("Ola has %d", got)
		}
		w.submits("Ola", "event-notify EVT-3", "decision", "not", "why", "it was encrypted")
		w.submits("Ola", "event-aware EVT-1", "day", "2000-05-02", "time", "22:00", "why", "the list was found in a copy") // in Tokyo, an hour after the first ping
		w.work(60 * time.Hour)
		want := []string{"Mon 13:00", "Mon 13:00", "Mon 13:00", "Tue 13:00", "Tue 13:00", "Tue 19:00", "Wed 14:00", "Thu 14:00", "Fri 02:00"}
		if got := w.pings("Ola"); !slices.Equal(got, want) {
			t.Errorf("Ola is pinged at\n%v, want\n%v", got, want)
		}
	})
}

func TestADecisionNotToTellCanChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer w.stop()
		w.at("2000-05-01 12:00")
		w.says("Kemi", "report a laptop was stolen")
		w.work(time.Hour)
		w.submits("Ola", "event-notify EVT-1", "decision", "not", "why", "it was encrypted")
		w.work(50 * time.Hour)
		if got := w.pings("Ola"); len(got) != 1 {
			t.Fatalf("though it was decided Ola is pinged at %v", got)
		}
		w.submits("Ola", "event-notify EVT-1", "decision", "tell", "why", "the key was in the bag")
		w.work(50 * time.Hour)
		if got := w.pings("Ola"); len(got) != 4 { // 48 at once, 60, 70
			t.Errorf("Ola is pinged at %v", got)
		}
	})
}

func TestAPingThatNobodyCanReadStaysDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer w.stop()
		w.exec("UPDATE accounts SET trouble = 'blocked' WHERE account IN ('Grace', 'Ola', 'Daniel')")
		w.exec("UPDATE meta SET value = 'new' WHERE key = 'people_version'")
		w.at("2000-05-01 12:00")
		w.says("Kemi", "report a laptop was stolen")
		w.work(time.Hour)
		if n := len(w.rows("SELECT hours FROM event_pings")); n != 0 {
			t.Fatalf("%d pings count as told", n)
		}
		w.exec("UPDATE accounts SET trouble = '' WHERE account = 'Daniel'")
		w.exec("UPDATE meta SET value = 'newer' WHERE key = 'people_version'")
		w.work(time.Hour)
		if got := w.pings("Daniel"); len(got) != 1 {
			t.Errorf("top management alone can be reached, and hears it at %v", got)
		}
		if got := w.rows("SELECT data FROM journal WHERE kind = 'event.pinged'"); len(got) != 1 || !strings.Contains(got[0], fmt.Sprintf(`"unreached":[%d,%d]`, w.ids["Grace"], w.ids["Ola"])) {
			t.Errorf("%v", got)
		}
	})
}

func TestACheckOfTheClocksThatFindsNothingWritesNothing(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	h.clock()
	before := h.seq()
	for range 50 {
		h.clock()
	}
	if h.seq() != before {
		t.Errorf("%v", h.since(before))
	}
	next, err := h.NextWake(t.Context())
	if err != nil || next.After(h.now.Add(24*time.Hour)) {
		t.Errorf("the next is at %v, %v", next, err)
	}
}
