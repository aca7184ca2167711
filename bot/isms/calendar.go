package isms

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Calendar is when somebody works: their zone, their hours and their days. The
// zero value of Working knows no working day at all.
type Calendar struct {
	Zone     *time.Location // nil is UTC
	From, To int            // minutes of the day, 540 is 09:00; To is at most 1440
	Working  [7]bool        // by time.Weekday
	Holiday  func(Date) bool
}

// horizon bounds every search for a working day: a calendar that has none
// within it is taken to have none at all.
const horizon = 400

var hours = regexp.MustCompile(`^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$`)

// ParseHours reads "09:00-17:00" as minutes of the day. The end may be 24:00
// and comes after the beginning.
func ParseHours(s string) (from, to int, err error) {
	m := hours.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, fmt.Errorf("%q are not hours like 09:00-17:00", s)
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // two digits at most
	}
	from, to = n[0]*60+n[1], n[2]*60+n[3]
	if n[1] > 59 || n[3] > 59 || to > 24*60 || from >= to {
		return 0, 0, fmt.Errorf("%q are not hours like 09:00-17:00: the end comes after the beginning, by 24:00", s)
	}
	return from, to, nil
}

// WorkingDay tells whether the day is a working one.
func (c *Calendar) WorkingDay(d Date) bool {
	return c.Working[d.Weekday()] && (c.Holiday == nil || !c.Holiday(d))
}

// OnOrBefore is the day itself if it is a working one, else the working day
// before it; the day itself in a calendar without working days.
func (c *Calendar) OnOrBefore(d Date) Date { return c.seek(d, -1) }

// OnOrAfter is the day itself if it is a working one, else the working day
// after it; the day itself in a calendar without working days.
func (c *Calendar) OnOrAfter(d Date) Date { return c.seek(d, 1) }

func (c *Calendar) seek(d Date, step int) Date {
	if found, ok := c.find(d, step); ok {
		return found
	}
	return d
}

// find is the first working day from d on, d included, in steps of 1 or -1.
func (c *Calendar) find(d Date, step int) (Date, bool) {
	for i := range horizon {
		if x := d.Add(i * step); c.WorkingDay(x) {
			return x, true
		}
	}
	return Date{}, false
}

// AddWorking is the nth working day after d, before it for a negative n, and d
// itself for zero. A calendar without working days counts every day.
func (c *Calendar) AddWorking(d Date, n int) Date {
	step := 1
	if n < 0 {
		step = -1
	}
	for ; n != 0; n -= step {
		next, ok := c.find(d.Add(step), step)
		if !ok {
			return d.Add(n)
		}
		d = next
	}
	return d
}

// WorkingBetween counts the working days after from, up to and including to:
// AddWorking(from, n) is not after to exactly as long as n is no more than this.
func (c *Calendar) WorkingBetween(from, to Date) int {
	n := 0
	for d := from.Add(1); !d.After(to); d = d.Add(1) {
		if c.WorkingDay(d) {
			n++
		}
	}
	return n
}

// Today is the day that now falls on in the calendar's zone.
func (c *Calendar) Today(now time.Time) Date { return DateOf(now.In(c.zone())) }

// Opening is the instant at which the day's hours begin.
func (c *Calendar) Opening(d Date) time.Time { return c.wall(d, c.From) }

// Closing is the instant at which the day's hours have ended. Where the clocks
// show that time twice it is the first: late rather than at night.
func (c *Calendar) Closing(d Date) time.Time { return c.wall(d, c.To) }

// Clock is the instant at which the clocks show the minute of the day: the first
// of two, and where they skip it the one at which they do so.
func (c *Calendar) Clock(d Date, minute int) time.Time { return c.wall(d, minute) }

// Inside tells whether now is within the hours of a working day.
func (c *Calendar) Inside(now time.Time) bool {
	d := c.Today(now)
	return c.WorkingDay(d) && !now.Before(c.Opening(d)) && now.Before(c.Closing(d))
}

// NextOpen is now itself inside the hours of a working day, else the next
// opening. It is the zero time in a calendar without working days.
func (c *Calendar) NextOpen(now time.Time) time.Time {
	if c.Inside(now) {
		return now
	}
	return c.openFrom(c.Today(now), now)
}

// Tomorrow is the opening of the first working day after today; a week on in a
// calendar without working days.
func (c *Calendar) Tomorrow(now time.Time) time.Time {
	if at := c.NextOpen(c.Opening(c.Today(now).Add(1))); !at.IsZero() {
		return at
	}
	return now.AddDate(0, 0, 7)
}

// openFrom is the first opening of a working day from d on that is not before now.
func (c *Calendar) openFrom(d Date, now time.Time) time.Time {
	for i := range horizon {
		x := d.Add(i)
		if !c.WorkingDay(x) {
			continue
		}
		if at := c.Opening(x); !at.Before(now) && at.Before(c.Closing(x)) {
			return at
		}
	}
	return time.Time{}
}

func (c *Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// wall is the first instant at which the clocks of the zone show the minute of
// the day or, where they skip it, the instant at which they do so. time.Date
// does not say which of two it gives, and goes back over a gap.
func (c *Calendar) wall(d Date, minute int) time.Time {
	loc := c.zone()
	face := d.Time().Add(time.Duration(minute) * time.Minute) // as UTC would show it
	_, before := face.Add(-24 * time.Hour).In(loc).Zone()
	_, after := face.Add(24 * time.Hour).In(loc).Zone()
	early := face.Add(-time.Duration(max(before, after)) * time.Second).In(loc)
	late := face.Add(-time.Duration(min(before, after)) * time.Second).In(loc)
	if shows(early, face) {
		return early
	}
	if shows(late, face) {
		return late
	}
	start, _ := late.ZoneBounds()
	return start.In(loc)
}

// shows tells whether the clock at t reads the same as face does in UTC.
func shows(t, face time.Time) bool {
	_, offset := t.Zone()
	return t.Unix()+int64(offset) == face.Unix()
}
