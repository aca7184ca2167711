package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Easter of 2002: Good Friday, the clocks put on in the night to Easter Sunday,
// Easter Monday, and nobody at work for four days.
func TestPingsHoldOverEasterAChangeOfTheClocksARestartAndADoubleTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := londonReports(t)
		defer func() { w.stop() }()
		w.person("Ines", "") // is Ola's deputy
		w.write(func(tx *storage.Tx) error {
			p, err := tx.ProfileByEmail("ola@example.com")
			if err != nil {
				return err
			}
			p.Deputy = w.ids["Ines"]
			return errors.Join(tx.SavePerson(p), tx.SetAbsence(p.ID, isms.Absence{From: date(t, "2002-03-30"), To: date(t, "2002-03-31")}))
		})
		w.at("2002-03-28 17:30")
		w.says("Kemi", "report a laptop was stolen")
		for range 12 {
			for range 10 * 6 { // every ten minutes, each time twice, and once a day from another process
				for range 2 {
					if err := w.bot.Clock(context.Background()); err != nil {
						t.Fatal(err)
					}
				}
				w.deliver()
				time.Sleep(10 * time.Minute)
			}
			w.stop()
			w.start()
		}
		for who, want := range map[string]string{
			"Grace": "Thu 17:30, Fri 17:30, Sat 17:30, Sun 06:30, Sun 16:30", "Ola": "Thu 17:30, Fri 17:30, Sat 17:30, Sun 06:30, Sun 16:30",
			"Ines": "Sat 17:30, Sun 06:30, Sun 16:30", "Daniel": "Sat 17:30, Sun 06:30, Sun 16:30", "Kemi": "", "Lena": "",
		} {
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
		if got := w.says("Ines", "show EVT-1"); !strings.Contains(got, "a laptop was stolen") {
			t.Errorf("who was pinged as a deputy reads %s", got)
		}
		if _, err := w.db.Verify(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestADeputyDecidesWhileTheOfficerIsAway(t *testing.T) {
	h := newReports(t)
	h.change("ola", func(p *storage.Profile) { p.Deputy = h.id("tom") })
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.id("ola"), isms.Absence{From: date(t, "2026-03-16"), To: date(t, "2026-03-17")})
	})
	h.says("kemi", "report A list of patients went astray")
	h.clock()
	says(t, h.last("tom").Card.Text(), "legal clock is running", "You look after this in place of Ola Berg.")
	before := h.seq()
	h.submits("tom", "event-data EVT-1", "", "data", "controller", "why", "names")
	says(t, text(h.submits("tom", "event-aware EVT-1", "", "day", "2026-03-16", "time", "08:30", "why", "sure at breakfast")), "Noted")
	for _, e := range h.since(before) {
		if strings.Contains(e, `"by":`) && !strings.Contains(e, `"as":"deputy"`) {
			t.Errorf("the journal does not say that a deputy acted: %s", e)
		}
	}
	says(t, text(h.says("tom", "events")), "1 report is open.")
	h.at("2026-03-18 10:00")
	before = h.seq()
	h.refused(before, "tom", "refuse.events", h.says("tom", "events"))
	before = h.seq()
	h.refused(before, "tom", "refuse.event_triage", h.submits("tom", "event-people EVT-1", "", "why", "x"))
	says(t, text(h.says("tom", "show EVT-1")), "A list of patients") // they were told of it
}
