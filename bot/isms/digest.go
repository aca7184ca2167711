package isms

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Reminder is one line of a digest.
type Reminder struct {
	Item  ItemID
	Due   Date // the date it is about: of a review where the item waits for one
	Stage string
	On    Date // when the stage was reached, by the owner's calendar
	As    As
	// Superseded are the stages that were reached and never sent, because this
	// one overtook them; at most 50.
	Superseded []string
	// ToAct means that the recipient has to do it, not only to know.
	ToAct bool
}

const snoozePrefix = "snooze-"

// PlanDigest is what has newly come up for one person: of each item the latest
// stage reached, if they did not get it yet, the most overdue first, then by
// date. It is empty outside the hours of their calendar. That there is one
// digest a day is for the caller to keep, who knows what was sent (NextLook).
func PlanDigest(cands []Candidate, cal *Calendar, c Cadence, now time.Time) []Reminder {
	if !cal.Inside(now) {
		return nil
	}
	var out []Reminder
	for i := range cands {
		if r, ok := c.reach(&cands[i], cal, now); ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b Reminder) int {
		switch {
		case a.Due == b.Due:
			return 0
		case a.Due.IsZero() || !b.Due.IsZero() && b.Due.Before(a.Due):
			return 1
		default:
			return -1
		}
	})
	return out
}

// NextLook is when PlanDigest may next give this person something, if nothing
// changes by then; told is the local day of their last digest, zero for none.
// It is now itself if there is something now, and never later than the next
// opening after today, because absences begin and end by themselves: whom
// items concern has to be asked anew each day. Zero means never.
func NextLook(cands []Candidate, cal *Calendar, c Cadence, now time.Time, told Date) time.Time {
	today := cal.Today(now)
	if !told.Before(today) {
		return cal.openFrom(told.Add(1), now)
	}
	if !cal.Inside(now) {
		return cal.openFrom(today, now)
	}
	if len(PlanDigest(cands, cal, c, now)) > 0 {
		return now
	}
	next, closing := cal.openFrom(today.Add(1), now), cal.Closing(today)
	for i := range cands { // an owner's day may begin within these hours
		if own := cands[i].Calendar; own != nil {
			if day := own.dawn(now); day.Before(closing) && (next.IsZero() || day.Before(next)) {
				next = day
			}
		}
	}
	return next
}

// dawn is when the calendar's next day begins.
func (c *Calendar) dawn(now time.Time) time.Time {
	return (&Calendar{Zone: c.Zone}).Opening(c.Today(now).Add(1))
}

// heard is what of a ladder and of snoozes somebody got.
type heard struct {
	rung   int  // the newest, math.MinInt for none
	snooze Date // the newest that ended
	all    []string
}

func listen(received []string, l *ladder) heard {
	h := heard{rung: math.MinInt, all: received}
	for _, name := range received {
		if until, ok := strings.CutPrefix(name, snoozePrefix); ok {
			if d, err := ParseDate(until); err == nil && d.After(h.snooze) {
				h.snooze = d
			}
		} else if r, ok := l.rung(name); ok {
			h.rung = max(h.rung, r)
		}
	}
	return h
}

// reach is the one thing that is new about an item, if anything is.
func (c Cadence) reach(cand *Candidate, cal *Calendar, now time.Time) (Reminder, bool) {
	it, own := cand.Item, cand.Calendar
	if own == nil {
		own = cal
	}
	today := own.Today(now)
	if cal.Today(now).Before(cand.Snoozed) {
		return Reminder{}, false
	}
	l, toAct := c.ladder(cand, own)
	at, reached := l.latest(today)
	if it.AckedBy != 0 && toAct && !cand.Nobody && !it.reviewing() && (!reached || at < 0) {
		return Reminder{}, false // quiet until due
	}
	h := listen(cand.Received, l)
	// A rung is new if it is above all that was heard: someone who moves to
	// where it is still yesterday does not hear an earlier stage again.
	fresh := reached && at > h.rung && (at == headRung || !l.on(at).Before(h.snooze))
	r := Reminder{Item: it.ID, Due: it.dueNow(), As: cand.As, ToAct: toAct}
	snooze := snoozePrefix + cand.Snoozed.String()
	ended := !cand.Snoozed.IsZero() && !slices.Contains(h.all, snooze)
	newer := reached && !l.on(at).Before(cand.Snoozed)
	switch {
	case fresh && (!ended || newer):
		r.Stage, r.On = l.name(at), l.on(at)
		if at == headRung {
			r.On = today
		}
		r.Superseded = l.unheard(h, at)
		if ended {
			r.Superseded = append(r.Superseded, snooze)
		}
	case ended && !newer:
		r.Stage, r.On = snooze, cand.Snoozed
		if fresh {
			r.Superseded = append(l.unheard(h, at), l.name(at))
		}
	default:
		return Reminder{}, false
	}
	return r, true
}

// unheard are the names of the stages between what was heard and the rung.
func (l *ladder) unheard(h heard, at int) []string {
	var out []string
	for _, rung := range l.between(h.rung, at) {
		if name := l.name(rung); !slices.Contains(h.all, name) {
			out = append(out, name)
		}
	}
	return out
}

// ladder is what a person hears of an item in their capacity, and whether it
// is for them to act.
func (c Cadence) ladder(cand *Candidate, cal *Calendar) (l *ladder, toAct bool) {
	it, due := cand.Item, cand.Item.dueNow()
	switch cand.As {
	case AsOwner, AsDeputy, AsVerifier:
		toAct = true
	case AsISMSManager:
		toAct = cand.Nobody
	}
	if toAct {
		l = c.answering(due, cal)
		if it.reviewing() {
			l = c.checking(due, cal)
		}
		if cand.Unowned && cand.As == AsISMSManager {
			l.head = StageUnowned
		}
		return l, true
	}
	// Grace begins when somebody who can act was told, not before.
	base := due
	switch {
	case due.IsZero(), cand.Reminded.IsZero() && !cand.Untold:
		base = Date{}
	case cand.Reminded.After(due):
		base = cand.Reminded
	}
	l = c.escalating(cand.As, base, cal)
	if cand.As == AsISMSManager && it.HandOvers >= 2 && !it.reviewing() {
		l.head = StageHandedOver
	}
	return l, false
}
