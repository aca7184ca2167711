package isms

import (
	"fmt"
	"time"
)

// Date is a civil date: a day in somebody's calendar, in no zone. The zero
// value is no date. Dates are comparable with ==.
type Date struct{ days int32 } // days since 1 January 0001, plus one

// DateOf is the day that t falls on in its own location.
func DateOf(t time.Time) Date { y, m, d := t.Date(); return NewDate(y, m, d) }

// NewDate is the given day; a day beyond the month's end runs into the next,
// as in time.Date.
func NewDate(y int, m time.Month, d int) Date {
	return Date{int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400-firstDay) + 1}
}

// firstDay is 1 January 0001 in days before 1970.
const firstDay = -719162

// ParseDate reads YYYY-MM-DD between the years 1900 and 2200, and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return Date{}, fmt.Errorf("%q is not a date like 2026-03-19", s)
	}
	return DateOf(t), nil
}

// IsZero tells whether d is no date.
func (d Date) IsZero() bool { return d.days == 0 }

// Time is the day's beginning in UTC, for formatting.
func (d Date) Time() time.Time { return time.Unix((int64(d.days-1)+firstDay)*86400, 0).UTC() }

// In is the day's first instant in the zone; where the clocks skip midnight,
// the first instant after it.
func (d Date) In(loc *time.Location) time.Time {
	y, m, day := d.Time().Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, loc)
	if DateOf(t) != d { // midnight does not exist: time.Date went back
		t = time.Date(y, m, day, 1, 0, 0, 0, loc)
	}
	return t
}

// String is YYYY-MM-DD, empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Add is n days later (earlier for a negative n).
func (d Date) Add(n int) Date { return Date{d.days + int32(n)} }

// Sub is how many days d is after other.
func (d Date) Sub(other Date) int { return int(d.days - other.days) }

// Before tells whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.days < other.days }

// After tells whether d is later than other.
func (d Date) After(other Date) bool { return d.days > other.days }

// Weekday is the day of the week. 1 January 0001 was a Monday.
func (d Date) Weekday() time.Weekday { return time.Weekday((d.days%7 + 7) % 7) }

// AddMonths is the same day n months on, or the month's last day where that
// month is shorter.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Time().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	if day > last.Day() {
		day = last.Day()
	}
	return NewDate(last.Year(), last.Month(), day)
}

// MarshalText writes the date as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD or nothing.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}
