package isms_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ismsbot/bot/isms"
)

// ledger is what a caller keeps of a clock's pings.
type ledger map[int]string

func (l ledger) known(h int) bool { return l[h] != "" }

// tick does what a caller does: it tells the latest ping, and notes what that overtakes.
func (l ledger) tick(c isms.LegalClock, since, now time.Time) (told int, ok bool) {
	latest, overtaken, ok := c.Reached(since, now, l.known)
	for _, h := range overtaken {
		l[h] = "superseded"
	}
	if ok {
		l[latest] = "told"
	}
	return latest, ok
}

// The oracle looks at the hours that have passed at each tick, and at nothing
// that the clock says.
func TestEachPingIsToldOnceOrOvertaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := isms.LegalClock{Name: "Law", Limit: 72 * time.Hour}
		for h := range rapid.Just(100).Draw(t, "hours") {
			if rapid.IntRange(0, 9).Draw(t, "ping") == 0 {
				c.Pings = append(c.Pings, h)
			}
		}
		since := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "since"), 0).UTC()
		kept, passed := ledger{}, 0
		for range rapid.IntRange(1, 12).Draw(t, "ticks") {
			before := passed
			passed += rapid.IntRange(0, 40*60).Draw(t, "minutes")
			var want []int // that came since the last tick, or at the first stood there already
			for _, h := range c.Pings {
				if h*60 <= passed && (h*60 > before || !kept.known(h)) {
					want = append(want, h)
				}
			}
			told, ok := kept.tick(c, since, since.Add(time.Duration(passed)*time.Minute))
			if ok != (len(want) > 0) || ok && told != want[len(want)-1] {
				t.Fatalf("after %d minutes %d, %v was told; there were %v", passed, told, ok, want)
			}
			if _, again := kept.tick(c, since, since.Add(time.Duration(passed)*time.Minute)); again {
				t.Fatal("a second look told something again")
			}
			for _, h := range c.Pings {
				if kept.known(h) != (h*60 <= passed) {
					t.Fatalf("after %d minutes %d is %q", passed, h, kept[h])
				}
			}
			next := c.Next(since, kept.known)
			i := slices.IndexFunc(c.Pings, func(h int) bool { return h*60 > passed })
			if (i < 0) != next.IsZero() || i >= 0 && next.Sub(since) != time.Duration(c.Pings[i])*time.Hour {
				t.Fatalf("after %d minutes the next is %v of %v", passed, next.Sub(since), c.Pings)
			}
		}
	})
}

// Pings come when that many hours have passed, which a wall clock shows an
// hour off after it was changed, and which no day off puts off.
func TestLegalHoursPassThroughWeekendsHolidaysAndChangesOfTheClocks(t *testing.T) {
	for _, c := range []struct{ name, zone, since, want string }{
		{"Easter, with the clocks put on", "Europe/London", "2024-03-29 16:30", "Fri 16:30, Sat 16:30, Sun 17:30, Mon 05:30, Mon 15:30, Mon 17:30"},
		{"a weekend, with the clocks put on", "Europe/London", "2026-03-27 22:15", "Fri 22:15, Sat 22:15, Sun 23:15, Mon 11:15, Mon 21:15, Mon 23:15"},
		{"a weekend, with the clocks put back", "Europe/Berlin", "2026-10-24 09:00", "Sat 09:00, Sun 08:00, Mon 08:00, Mon 20:00, Tue 06:00, Tue 08:00"},
		{"Christmas", "Europe/London", "2026-12-24 18:00", "Thu 18:00, Fri 18:00, Sat 18:00, Sun 06:00, Sun 16:00, Sun 18:00"},
		{"no change of the clocks", "Africa/Johannesburg", "2026-04-03 00:00", "Fri 00:00, Sat 00:00, Sun 00:00, Sun 12:00, Sun 22:00, Mon 00:00"},
		{"a year's end, put on by half an hour", "Australia/Lord_Howe", "2026-10-03 12:00", "Sat 12:00, Sun 12:30, Mon 12:30, Tue 00:30, Tue 10:30, Tue 12:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			since, err := time.ParseInLocation("2006-01-02 15:04", c.since, zone)
			if err != nil {
				t.Fatal(err)
			}
			got, kept := "", ledger{}
			for now := since.Add(-time.Hour); now.Before(since.Add(100 * time.Hour)); now = now.Add(time.Minute) {
				if _, ok := kept.tick(isms.GDPR, since, now); ok {
					got += now.Format("Mon 15:04, ")
				}
			}
			if got += isms.GDPR.Deadline(since).Format("Mon 15:04"); got != c.want {
				t.Errorf("pings and end at %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnotherLawPingsAtTheSameParts(t *testing.T) {
	for hours, want := range map[int]string{72: "[0 24 48 60 70]", 24: "[0 8 16 20 22]", 4: "[0 1 2 3]", 1: "[0]", 720: "[0 240 480 600 718]"} {
		if c := isms.NewLegalClock("NIS2", hours); fmt.Sprint(c.Pings) != want || c.Limit != time.Duration(hours)*time.Hour {
			t.Errorf("%d hours: %v", hours, c)
		}
	}
}

func TestADutyIsDecidedAsTheLawKnowsIt(t *testing.T) {
	since := time.Date(2026, 3, 27, 22, 0, 0, 0, time.UTC)
	in := func(hours int) time.Time { return since.Add(time.Duration(hours) * time.Hour) }
	for name, c := range map[string]struct {
		clock      isms.LegalClock
		what       isms.Decision
		why, delay string
		told       time.Time
		want       string
	}{
		"to tell":                       {isms.GDPR, isms.ToTell, "a list of patients", "", time.Time{}, ""},
		"not to tell":                   {isms.GDPR, isms.NotToTell, "encrypted", "", time.Time{}, ""},
		"not to tell, and no reason":    {isms.GDPR, isms.NotToTell, "", "", time.Time{}, "refuse.event_why"},
		"not to tell without threshold": {isms.POPIA, isms.NotToTell, "encrypted", "", time.Time{}, "refuse.event_threshold"},
		"told in time":                  {isms.GDPR, isms.Told, "patients", "", in(72), ""},
		"told late, and why":            {isms.GDPR, isms.Told, "patients", "the log had to be read", in(73), ""},
		"told late":                     {isms.GDPR, isms.Told, "patients", "", in(73), "refuse.event_delay"},
		"told late by our own target":   {isms.POPIA, isms.Told, "patients", "", in(73), "refuse.event_delay"},
		"told in the future":            {isms.GDPR, isms.Told, "patients", "", in(81), "refuse.event_told_when"},
		"told at no time":               {isms.GDPR, isms.Told, "patients", "", time.Time{}, "refuse.event_told_when"},
		"something that is no decision": {isms.GDPR, "perhaps", "patients", "", time.Time{}, "refuse.event_decision"},
		"nothing":                       {isms.GDPR, "", "patients", "", time.Time{}, "refuse.event_decision"},
	} {
		var d isms.Duty
		got := ""
		if r := d.Decide(c.clock, since, c.what, c.why, c.delay, c.told, 3, in(80)); r != nil {
			got = r.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if settled := got == "" && c.what != isms.ToTell; d.Settled() != settled {
			t.Errorf("%s: settled is %v", name, d.Settled())
		}
	}
	d := isms.Duty{Decision: isms.Told}
	if r := d.Decide(isms.GDPR, since, isms.NotToTell, "x", "", time.Time{}, 3, in(80)); r == nil || r.Key != "refuse.event_told" {
		t.Errorf("what was told is taken back: %v", r)
	}
}
