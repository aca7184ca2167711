package isms

import "time"

// How long a broadcast stays open, in days: after its date, or after it was
// sent where it has none.
const (
	openAfterDate = 14
	openUndated   = 30
	farthestDate  = 366
)

// CheckDates refuses a day to acknowledge by, or a first day, that makes no
// sense today.
func (b *Broadcast) CheckDates(today Date) *Refusal {
	switch first := b.From; {
	case !first.IsZero() && first.Before(today):
		return Refuse(Invalid, "refuse.broadcast_past", "date", first)
	case !first.IsZero() && first.Sub(today) > farthestDate:
		return Refuse(Invalid, "refuse.broadcast_far", "date", first)
	case b.AckBy.IsZero():
		return nil
	case b.AckBy.Before(today):
		return Refuse(Invalid, "refuse.broadcast_past", "date", b.AckBy)
	case b.AckBy.Before(first):
		return Refuse(Invalid, "refuse.broadcast_before", "date", b.AckBy, "first", first)
	case b.AckBy.Sub(today) > farthestDate:
		return Refuse(Invalid, "refuse.broadcast_far", "date", b.AckBy)
	}
	return nil
}

// Due is when it goes to a person with that calendar, and on which day they
// are back where they are away then; zero where they are not. One instant for
// all is that for everybody, whatever the hour where they are; an urgent one
// does not ask for absences either.
func (b *Broadcast) Due(p *Person, cal *Calendar, now time.Time) (at time.Time, away Date) {
	at = now
	if b.At.After(at) {
		at = b.At
	}
	if b.Urgent || at.Equal(b.At) && !p.Away(cal.Today(at)) {
		return at, Date{}
	}
	if b.At.IsZero() && !b.From.IsZero() {
		if first := cal.Opening(b.From); first.After(at) {
			at = first
		}
	}
	return inMorning(p, cal, at)
}

// DueFrom is when it goes to a person who is not to be asked before that day.
func DueFrom(p *Person, cal *Calendar, day Date) time.Time {
	at, _ := inMorning(p, cal, cal.Opening(day))
	return at
}

// DueStill is Due for one whose time had come: zero where it may go now.
func (b *Broadcast) DueStill(p *Person, cal *Calendar, now time.Time) (at time.Time, away Date) {
	if b.Urgent || !b.At.IsZero() && !p.Away(cal.Today(now)) {
		return time.Time{}, Date{}
	}
	if at, away = inMorning(p, cal, now); at.After(now) {
		return at, away
	}
	return time.Time{}, Date{}
}

// inMorning is the first instant from at on that is within the hours of a day
// on which the person is there, and the day on which they are back, if they are
// away before it.
func inMorning(p *Person, cal *Calendar, at time.Time) (open time.Time, away Date) {
	for range horizon {
		open = cal.NextOpen(at)
		if open.IsZero() { // a calendar without working days
			return at, away
		}
		day := cal.Today(open)
		if !p.Away(day) {
			return open, away
		}
		away = day.Add(1)
		at = cal.Opening(day.Add(1))
	}
	return at, away
}

// Closes is the last day on which it asks for an acknowledgement.
func (b *Broadcast) Closes(sent Date) Date {
	if b.AckBy.IsZero() {
		return sent.Add(openUndated)
	}
	return b.AckBy.Add(openAfterDate)
}

// ReminderDue tells whether a digest of today is to say that the broadcast
// waits: once on the working day before its date, once on the day, then every
// second working day. told is the day on which it last said so or, before
// that, on which it was sent.
func (b *Broadcast) ReminderDue(cal *Calendar, today, told Date) bool {
	if b.AckBy.IsZero() {
		return false
	}
	on := cal.OnOrBefore(b.AckBy)
	last := Date{}
	for _, stage := range []Date{cal.AddWorking(on, -1), on} {
		if !stage.After(today) {
			last = stage
		}
	}
	for next := cal.AddWorking(on, 2); !last.IsZero() && !next.After(today); next = cal.AddWorking(next, 2) {
		last = next
	}
	return last.After(told)
}
