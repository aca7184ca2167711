package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func day(t testing.TB, s string) isms.Date {
	t.Helper()
	d, err := isms.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDateReadsAndWritesItself(t *testing.T) {
	for _, s := range []string{"1900-01-01", "1970-01-01", "2000-02-29", "2026-11-22", "2199-12-31"} {
		if got := day(t, s).String(); got != s {
			t.Errorf("%s came back as %s", s, got)
		}
	}
	for _, s := range []string{"", "0000-01-01", "9999-12-31", "2026-02-30", "22.11.2026", "2026-2-3"} {
		if _, err := isms.ParseDate(s); err == nil {
			t.Errorf("%q was taken for a date", s)
		}
	}
}

func TestMonthsClampToTheMonthsEnd(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2028-02-29", 12, "2029-02-28"},
		{"2026-03-31", -1, "2026-02-28"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-12-15", 12, "2027-12-15"},
	} {
		if got := day(t, c.from).AddMonths(c.n); got != day(t, c.want) {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestADayBeginsEvenWhereMidnightIsSkipped(t *testing.T) {
	loc, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	d := day(t, "2018-11-04") // the clocks went from 00:00 to 01:00
	if got := d.In(loc); isms.DateOf(got) != d || got.Hour() != 1 {
		t.Errorf("the day begins at %s", got)
	}
}
