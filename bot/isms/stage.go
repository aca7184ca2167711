package isms

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Cadence is when an item speaks up. The zero value never does.
type Cadence struct {
	Stages []int // days before the due date; 0 is the due day itself
	Repeat int   // when late: every nth working day
	// Manager, ISMSManager and TopManagement are the working days of grace
	// before each of them sees a late item, then again every week. Zero or
	// less is never.
	Manager, ISMSManager, TopManagement int
}

// DefaultCadence is used where nothing else is configured.
var DefaultCadence = Cadence{Stages: []int{14, 7, 1, 0}, Repeat: 2, Manager: 2, ISMSManager: 5, TopManagement: 10}

// Stage is one point at which somebody hears of an item. Names are "14" for
// so many days before, "late-2" for so many working days after, "check-7" and
// "check-late-2" for the effectiveness review, "manager-2", "isms_manager-5"
// and "top_management-10" for escalation, "snooze-2026-03-18" for a snooze
// that ended, and StageUnowned and StageHandedOver.
type Stage struct {
	Name string
	On   Date // by the owner's calendar; zero where it is reached at once
}

// The stages at which the ISMS manager takes over, reached at once.
const (
	StageUnowned    = "unowned"     // nobody is there whom the bot could tell
	StageHandedOver = "handed_over" // it changed hands twice
)

const (
	weekly     = 5  // working days between repeated escalations
	mostPassed = 50 // overtaken stages that one reminder names
)

// checks are the days before an effectiveness review at which it is announced.
var checks = []int{7, 1, 0}

// Reached gives the latest stage of the owner's that was reached on the day,
// and the ones before it that it overtook, oldest first; at most 50 of them.
// It reports false while there is none. Late stages count from the due date.
func (c Cadence) Reached(due Date, cal *Calendar, today Date) (latest Stage, overtaken []Stage, ok bool) {
	l := c.answering(due, cal)
	at, ok := l.latest(today)
	if !ok {
		return Stage{}, nil, false
	}
	for _, r := range l.between(math.MinInt, at) {
		overtaken = append(overtaken, l.stage(r))
	}
	return l.stage(at), overtaken, true
}

// ladder is the stages of one date for people in one capacity. A rung is
// named by a number that grows with time: minus the days before the date, then
// the working days after base. The order of rungs does not depend on any
// calendar, which a person may change under way.
type ladder struct {
	cal           *Calendar
	head          string // a rung below all others, reached at once; empty for none
	due           Date
	before        []int // days, falling
	early, late   string
	base          Date // zero: not late yet, whatever the day
	first, repeat int
}

const headRung = math.MinInt + 1

// answering are the stages of whoever has to do it.
func (c Cadence) answering(due Date, cal *Calendar) *ladder {
	return &ladder{cal: cal, due: due, before: falling(c.Stages), late: "late-", base: due, first: c.Repeat, repeat: c.Repeat}
}

// checking are the stages of whoever has to see whether it worked.
func (c Cadence) checking(due Date, cal *Calendar) *ladder {
	return &ladder{cal: cal, due: due, before: checks, early: "check-", late: "check-late-", base: due, first: c.Repeat, repeat: c.Repeat}
}

// escalating are the stages of those above, from base on.
func (c Cadence) escalating(as As, base Date, cal *Calendar) *ladder {
	l := &ladder{cal: cal, base: base, repeat: weekly}
	switch as {
	case AsLineManager:
		l.late, l.first = "manager-", c.Manager
	case AsISMSManager:
		l.late, l.first = "isms_manager-", c.ISMSManager
	case AsTopManagement:
		l.late, l.first = "top_management-", c.TopManagement
	}
	return l
}

func falling(days []int) []int {
	out := slices.DeleteFunc(slices.Clone(days), func(n int) bool { return n < 0 })
	slices.Sort(out)
	out = slices.Compact(out)
	slices.Reverse(out)
	return out
}

// on is the day of a rung: announcements move to the working day before, so
// that they never come after the date.
func (l *ladder) on(rung int) Date {
	switch {
	case rung == headRung:
		return Date{}
	case rung <= 0:
		return l.cal.OnOrBefore(l.due.Add(rung))
	default:
		return l.cal.AddWorking(l.base, rung)
	}
}

func (l *ladder) name(rung int) string {
	switch {
	case rung == headRung:
		return l.head
	case rung <= 0:
		return l.early + strconv.Itoa(-rung)
	default:
		return l.late + strconv.Itoa(rung)
	}
}

func (l *ladder) stage(rung int) Stage { return Stage{l.name(rung), l.on(rung)} }

// rung finds a stage's place by its name, also one that the cadence no longer has.
func (l *ladder) rung(name string) (int, bool) {
	if name == l.head && name != "" {
		return headRung, true
	}
	for _, side := range []struct {
		prefix string
		sign   int
	}{{l.late, 1}, {l.early, -1}} {
		if digits, ok := strings.CutPrefix(name, side.prefix); ok {
			if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
				return side.sign * n, true
			}
		}
	}
	return 0, false
}

// latest is the newest rung reached on the day.
func (l *ladder) latest(today Date) (int, bool) {
	if l.first > 0 && !l.base.IsZero() && today.After(l.base) {
		if n := l.cal.WorkingBetween(l.base, today); n >= l.first {
			return n - (n-l.first)%l.repeat, true
		}
	}
	if !l.due.IsZero() {
		for _, days := range slices.Backward(l.before) {
			if !l.on(-days).After(today) {
				return -days, true
			}
		}
	}
	return headRung, l.head != ""
}

// between are the rungs above low and below high, in order, the newest few.
func (l *ladder) between(low, high int) []int {
	var out []int
	if l.first > 0 && !l.base.IsZero() && high > l.first {
		n := high - 1
		for n -= (n - l.first) % l.repeat; n >= l.first && n > low && len(out) < mostPassed; n -= l.repeat {
			out = append(out, n)
		}
	}
	if !l.due.IsZero() {
		for _, days := range slices.Backward(l.before) {
			if -days > low && -days < high && len(out) < mostPassed {
				out = append(out, -days)
			}
		}
	}
	if l.head != "" && headRung > low && headRung < high && len(out) < mostPassed {
		out = append(out, headRung)
	}
	slices.Reverse(out)
	return out
}
