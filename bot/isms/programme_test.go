package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestTheBuiltInYearFallsOnWeekdaysWhereverItBegins(t *testing.T) {
	for start := isms.NewDate(2026, time.January, 1); start.Before(isms.NewDate(2027, time.January, 1)); start = start.Add(1) {
		seen := map[string]int{}
		for _, p := range isms.BuiltInYear(start) {
			if p.First.Before(start.Add(14)) || p.First.After(start.Add(62)) {
				t.Fatalf("%s on %s begins on %s", p.Kind, start, p.First)
			}
			for d, ok := p.First, true; ok && d.Before(start.Add(366)); d, ok = isms.NextDue(p.Repeat, p.First, d) {
				if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
					t.Fatalf("%s is due on %s", p.Kind, d)
				}
				seen[p.Kind]++
			}
		}
		for kind, least := range map[string]int{"poster": 12, "review": 12, "refresher": 4, "story": 4, "certification": 2} {
			if seen[kind] < least-2 || seen[kind] > least+1 {
				t.Fatalf("from %s there are %d of %s", start, seen[kind], kind)
			}
		}
	}
}

func TestLastMonthIsWhole(t *testing.T) {
	from, to := isms.LastMonth(isms.NewDate(2026, time.March, 31))
	if from.String() != "2026-02-01" || to.String() != "2026-03-01" {
		t.Errorf("%s to %s", from, to)
	}
	if from, to = isms.LastMonth(isms.NewDate(2026, time.January, 1)); from.String() != "2025-12-01" || to.String() != "2026-01-01" {
		t.Errorf("%s to %s", from, to)
	}
}

func TestARuleIsSaidInAWordWhereOneSaysIt(t *testing.T) {
	for rule, want := range map[string]string{"quarterly": "quarterly", "FREQ=MONTHLY;BYDAY=2TU": "monthly", "FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE": "quarterly",
		"FREQ=MONTHLY;INTERVAL=6;BYDAY=4TU": "half_yearly", "FREQ=MONTHLY;INTERVAL=2": "", "FREQ=MONTHLY;BYDAY=MO": "", "FREQ=WEEKLY;BYDAY=MO,TU": "", "FREQ=WEEKLY;BYDAY=MO": "weekly",
		"FREQ=YEARLY": "yearly", "FREQ=DAILY;COUNT=3": "", "nonsense": "", "": ""} {
		if got := isms.RepeatWord(rule); got != want {
			t.Errorf("%s is %q, want %q", rule, got, want)
		}
	}
}
