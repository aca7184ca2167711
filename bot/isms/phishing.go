package isms

import (
	"cmp"
	"slices"
	"time"
)

// Phished is what came of a phishing test in a group of people. Those who
// entered data are among those who clicked.
type Phished struct{ Sent, Reported, Clicked, Submitted int }

// SmallestGroup is of how many people figures about behaviour are shown at
// least: fewer would say something about one of them.
const SmallestGroup = 5

// Shown tells whether the group is large enough for its figures to be shown.
func (p Phished) Shown() bool { return p.Sent >= SmallestGroup }

// Plus is both groups together.
func (p Phished) Plus(q Phished) Phished {
	return Phished{p.Sent + q.Sent, p.Reported + q.Reported, p.Clicked + q.Clicked, p.Submitted + q.Submitted}
}

// Percent is n of the people who were sent the test, rounded; 0 where nobody was.
func (p Phished) Percent(n int) int {
	if p.Sent == 0 {
		return 0
	}
	return (200*n + p.Sent) / (2 * p.Sent)
}

// PhishedGroup is one department's part.
type PhishedGroup struct {
	Department string // empty for all others together
	Phished
}

// PhishedGroups are the departments whose figures may be shown, and one for all
// others together. Neither a group nor what
// is left when those shown are taken from the whole is ever of fewer than
// SmallestGroup people. Where that leaves less than two groups there is none.
func PhishedGroups(by map[string]Phished) []PhishedGroup {
	var out []PhishedGroup
	var rest Phished
	for department, p := range by {
		if department == "" || !p.Shown() {
			rest = rest.Plus(p)
			continue
		}
		out = append(out, PhishedGroup{department, p})
	}
	SortPhishedGroups(out)
	for rest.Sent > 0 && !rest.Shown() && len(out) > 0 {
		least := 0
		for i, g := range out {
			if g.Sent < out[least].Sent {
				least = i
			}
		}
		rest = rest.Plus(out[least].Phished)
		out = slices.Delete(out, least, least+1)
	}
	if rest.Shown() {
		out = append(out, PhishedGroup{"", rest})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// SortPhishedGroups puts departments in order of their names, as they are not
// ranked, and all others together last.
func SortPhishedGroups(all []PhishedGroup) {
	slices.SortFunc(all, func(a, b PhishedGroup) int {
		if others := a.Department == ""; others != (b.Department == "") {
			if others {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Department, b.Department)
	})
}

// followDays is how long after a test those who took part still hear of it
// without anybody asking for that.
const followDays = 14

// StillFresh tells whether a test is recent enough to thank people for a
// report, and to train the others, as soon as its results are known.
func StillFresh(sentOn, today Date) bool { return today.Sub(sentOn) <= followDays }

// FollowAt is when somebody hears of a test: inside their hours, once they are
// back where they are away. False where that is too late for thanks to mean
// anything.
func FollowAt(p *Person, cal *Calendar, now time.Time) (at time.Time, soon bool) {
	at, _ = (&Broadcast{}).Due(p, cal, now)
	return at, StillFresh(cal.Today(now), cal.Today(at))
}

// TrainingDue is when a follow-up training that is given today is due: in two
// weeks, on a working day.
func TrainingDue(today Date, cal *Calendar) Date { return cal.OnOrBefore(today.Add(14)) }
