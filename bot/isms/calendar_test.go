package isms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ismsbot/bot/isms"
)

var zones = []string{
	"Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
	"America/Sao_Paulo", "America/Havana", "Pacific/Kiritimati", "UTC",
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// office is an ordinary calendar: Monday to Friday, nine to five.
func office(t testing.TB, zoneName string) *isms.Calendar {
	t.Helper()
	return &isms.Calendar{
		Zone: zone(t, zoneName), From: 540, To: 1020,
		Working: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true},
	}
}

func keeping(t testing.TB, c *isms.Calendar, country string) *isms.Calendar {
	t.Helper()
	h, err := isms.Holidays(country)
	if err != nil {
		t.Fatal(err)
	}
	c.Holiday = h
	return c
}

func TestHoursAreReadOrRefused(t *testing.T) {
	for s, want := range map[string][2]int{
		"09:00-17:00": {540, 1020}, "9:00-17:30": {540, 1050}, "00:00-24:00": {0, 1440}, "08:15 - 12:00": {495, 720},
	} {
		if from, to, err := isms.ParseHours(s); err != nil || from != want[0] || to != want[1] {
			t.Errorf("%q: %d-%d, %v", s, from, to, err)
		}
	}
	for _, s := range []string{"", "9-17", "17:00-09:00", "09:00-09:00", "09:60-17:00", "09:00-24:01", "09:00-25:00", "-1:00-09:00", "09:00-17:00:00"} {
		if _, _, err := isms.ParseHours(s); err == nil {
			t.Errorf("%q was taken for hours", s)
		}
	}
}

func TestWorkingDaysSkipWeekendsAndHolidays(t *testing.T) {
	c := keeping(t, office(t, "Europe/London"), "GB")
	for _, tc := range []struct{ name, got, want string }{
		{"a Saturday moves back to Friday", c.OnOrBefore(day(t, "2026-11-21")).String(), "2026-11-20"},
		{"a working day stays", c.OnOrBefore(day(t, "2026-11-20")).String(), "2026-11-20"},
		{"Boxing Day made up for on Monday moves back over Christmas", c.OnOrBefore(day(t, "2026-12-28")).String(), "2026-12-24"},
		{"Christmas moves on to Tuesday", c.OnOrAfter(day(t, "2026-12-25")).String(), "2026-12-29"},
		{"the second working day after Christmas Eve", c.AddWorking(day(t, "2026-12-24"), 2).String(), "2026-12-30"},
		{"over New Year", c.AddWorking(day(t, "2026-12-31"), 1).String(), "2027-01-04"},
		{"backwards", c.AddWorking(day(t, "2027-01-04"), -1).String(), "2026-12-31"},
		{"zero stays where it is", c.AddWorking(day(t, "2026-12-25"), 0).String(), "2026-12-25"},
		{"Easter Monday is skipped", c.AddWorking(day(t, "2026-04-02"), 1).String(), "2026-04-07"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, tc.got, tc.want)
		}
	}
	if n := c.WorkingBetween(day(t, "2026-12-24"), day(t, "2027-01-04")); n != 4 {
		t.Errorf("%d working days from Christmas Eve to 4 January, want 4", n)
	}
}

func TestHoursBeginAndEndAcrossClockChanges(t *testing.T) {
	for _, tc := range []struct {
		name, zone, day string
		from, to        int
		open, close     string
	}{
		{"London before summer time", "Europe/London", "2026-03-28", 540, 1020, "2026-03-28T09:00:00Z", "2026-03-28T17:00:00Z"},
		{"London on the day it begins", "Europe/London", "2026-03-29", 540, 1020, "2026-03-29T08:00:00Z", "2026-03-29T16:00:00Z"},
		{"an opening that the clocks skip is the moment they do", "Europe/London", "2026-03-29", 90, 1020, "2026-03-29T01:00:00Z", "2026-03-29T16:00:00Z"},
		{"an opening that comes twice is the first", "Europe/London", "2026-10-25", 90, 1020, "2026-10-25T00:30:00Z", "2026-10-25T17:00:00Z"},
		{"a closing that comes twice is the first", "America/New_York", "2026-11-01", 0, 90, "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"half an hour is skipped on Lord Howe", "Australia/Lord_Howe", "2026-10-04", 135, 1020, "2026-10-03T15:30:00Z", "2026-10-04T06:00:00Z"},
		{"half an hour comes twice on Lord Howe", "Australia/Lord_Howe", "2026-04-05", 105, 1020, "2026-04-04T14:45:00Z", "2026-04-05T06:30:00Z"},
		{"midnight is skipped in Sao Paulo", "America/Sao_Paulo", "2018-11-04", 0, 1440, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"midnight comes twice in Havana", "America/Havana", "2026-11-01", 0, 1440, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"the whole day is skipped on Samoa", "Pacific/Apia", "2011-12-30", 540, 1020, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		c := isms.Calendar{Zone: zone(t, tc.zone), From: tc.from, To: tc.to}
		if got := c.Opening(day(t, tc.day)).UTC().Format(time.RFC3339); got != tc.open {
			t.Errorf("%s: opens %s, want %s", tc.name, got, tc.open)
		}
		if got := c.Closing(day(t, tc.day)).UTC().Format(time.RFC3339); got != tc.close {
			t.Errorf("%s: closes %s, want %s", tc.name, got, tc.close)
		}
	}
}

func TestTomorrowIsTheNextWorkingMorning(t *testing.T) {
	c := office(t, "Europe/London")
	for now, want := range map[string]string{
		"2026-03-26T08:00:00Z": "2026-03-27T09:00:00Z", // before the hours of a Thursday
		"2026-03-26T18:00:00Z": "2026-03-27T09:00:00Z",
		"2026-03-27T12:00:00Z": "2026-03-30T08:00:00Z", // over a weekend into summer time
		"2026-03-28T12:00:00Z": "2026-03-30T08:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Tomorrow(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("after %s comes %s, want %s", now, got, want)
		}
	}
}

func TestACalendarWithoutWorkingDaysEndsItsSearches(t *testing.T) {
	never := office(t, "UTC")
	never.Holiday = func(isms.Date) bool { return true }
	d, now := day(t, "2026-11-20"), time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	if !never.NextOpen(now).IsZero() {
		t.Error("it opens")
	}
	if got := never.Tomorrow(now); !got.Equal(now.AddDate(0, 0, 7)) {
		t.Errorf("tomorrow is %s", got)
	}
	if never.OnOrBefore(d) != d || never.OnOrAfter(d) != d || never.AddWorking(d, 3) != d.Add(3) || never.AddWorking(d, -3) != d.Add(-3) {
		t.Error("days do not stay where they are")
	}
}

func TestTheCalendarAgreesWithItself(t *testing.T) {
	gb, err := isms.Holidays("GB")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		c := &isms.Calendar{Zone: loc, From: from, To: rapid.IntRange(from+1, 1440).Draw(t, "to")}
		for i := range c.Working {
			c.Working[i] = rapid.Bool().Draw(t, "working")
		}
		c.Working[rapid.IntRange(0, 6).Draw(t, "surely")] = true
		if rapid.Bool().Draw(t, "holidays") {
			c.Holiday = gb
		}
		now := time.Unix(rapid.Int64Range(1_262_304_000, 2_000_000_000).Draw(t, "now"), 0) // 2010 to 2033
		d := c.Today(now)

		if n := rapid.IntRange(-30, 30).Draw(t, "n"); n > 0 {
			to := c.AddWorking(d, n)
			if !c.WorkingDay(to) || c.WorkingBetween(d, to) != n || c.WorkingBetween(d, to.Add(-1)) != n-1 {
				t.Fatalf("%s + %d working days = %s", d, n, to)
			}
		} else if n < 0 {
			if back := c.AddWorking(d, n); c.WorkingDay(d) && c.AddWorking(back, -n) != d {
				t.Fatalf("%s %d working days = %s, and not back again", d, n, back)
			}
		}
		if b := c.OnOrBefore(d); b.After(d) || !c.WorkingDay(b) || c.WorkingBetween(b, d) != 0 {
			t.Fatalf("the working day on or before %s is %s", d, b)
		}
		checkOpening(t, c, now)
	})
}

// checkOpening looks at every minute of two days for an opening that NextOpen missed.
func checkOpening(t *rapid.T, c *isms.Calendar, now time.Time) {
	open := c.NextOpen(now)
	if open.Before(now) || !c.Inside(open) {
		t.Fatalf("NextOpen(%s) = %s", now, open)
	}
	for at := now; at.Before(open) && at.Sub(now) < 48*time.Hour; at = at.Add(time.Minute) {
		if c.Inside(at) {
			t.Fatalf("NextOpen(%s) = %s, but %s is inside", now, open, at)
		}
	}
	if c.Inside(now) != open.Equal(now) || !c.WorkingDay(c.Today(open)) {
		t.Fatalf("NextOpen(%s) = %s", now, open)
	}
}

func TestHolidaysAreKnownByCountryAndState(t *testing.T) {
	for _, tc := range []struct {
		code, day string
		want      bool
	}{
		{"GB", "2026-12-25", true}, {"gb", "2026-12-28", true}, {"GB", "2026-12-24", false}, {"GB", "2026-05-04", true},
		{"US", "2026-07-03", true}, {"US", "2027-12-31", true}, {"US", "2026-11-26", true},
		{"DE", "2026-10-03", true}, {"DE", "2026-01-06", false}, {"DE-BY", "2026-01-06", true}, {"DE-BE", "2026-03-08", true},
		{"AU-NSW", "2026-01-26", true}, {"CH-ZH", "2026-08-01", true}, {"", "2026-12-25", false}, {"ZA", "2026-09-24", true},
	} {
		is, err := isms.Holidays(tc.code)
		if err != nil {
			t.Fatal(err)
		}
		if got := is(day(t, tc.day)); got != tc.want {
			t.Errorf("%s on %s: %v", tc.code, tc.day, got)
		}
	}
	for code, near := range map[string]string{"DE-XX": "DE-BY", "GX": "GB", "XX": "ZA", "AU": "AU-NSW", "É": "GB"} {
		if _, err := isms.Holidays(code); err == nil || !strings.Contains(err.Error(), near) {
			t.Errorf("%q: %v, want it to name %s", code, err, near)
		}
	}
}

func ExampleCalendar_AddWorking() {
	keeps, _ := isms.Holidays("GB")
	c := isms.Calendar{From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}, Holiday: keeps}
	eve, _ := isms.ParseDate("2026-12-24")
	fmt.Println(c.AddWorking(eve, 2), c.OnOrBefore(eve.Add(2)))
	// Output: 2026-12-30 2026-12-24
}
