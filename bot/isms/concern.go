package isms

import "time"

// auditNear is how many days before an external audit everything open is of
// interest to top management: the audit would meet it.
const auditNear = 60

// Candidate is an item that concerns somebody today, with what they have heard
// of it. Consider fills in all but Snoozed and Received.
type Candidate struct {
	Item *Item
	As   As

	// Snoozed keeps this person's reminders quiet before the day. It is about
	// the present due date: a new date or a new owner ends it. Zero for none.
	Snoozed Date
	// Received are the stages that this person got, in any capacity, for the
	// item's present due date (the review's date while it waits for one), and
	// those that were overtaken.
	Received []string
	// Reminded is the item's FirstReminded: nothing escalates before whoever
	// answers for it was told.
	Reminded Date

	// Calendar is the owner's (a review's: the verifier's), by which stages
	// fall and lateness begins. Nil is the recipient's own.
	Calendar *Calendar
	// Nobody means that neither the owner nor a stand-in can be told today:
	// the ISMS manager hears the item's stages in their place. Unowned means
	// that this is for good, not for an absence.
	Nobody, Unowned bool
	// Untold means that not even an ISMS manager can be told: escalation then
	// counts from the due date alone.
	Untold bool
}

// Consider tells whether the item concerns the person today, and in what
// capacity, the nearest to the work if there are several: the owner; who
// stands in for an owner who is away, has left or cannot be reached (the item's deputy, the
// owner's, the first manager up the line); the verifier of an item that waits
// for its review; the owner's first present manager; the ISMS manager; top
// management for majors, legal duties and what an external audit within 60
// days would meet. An item that asks nothing of anybody, or a person who is
// away, has left or cannot be reached today, gives false. The caller adds Snoozed
// and Received to the candidate.
//
// cal gives each person's calendar. nextExternalAudit is zero where none is planned.
func Consider(it *Item, p *Person, people *People, cal func(*Person) *Calendar, now time.Time, nextExternalAudit Date) (Candidate, bool) {
	if !it.asks() || !present(p, cal, now) || it.Private && p.ID != it.Owner {
		return Candidate{}, false
	}
	holder, as := holder(it, people, cal, now)
	c := Candidate{Item: it, As: as, Reminded: it.FirstReminded, Nobody: holder == nil}
	switch {
	case holder == p:
	case !it.reviewing() && lineManager(people, it.Owner, cal, now) == p:
		c.As = AsLineManager
	case p.Is(ISMSManager):
		c.As = AsISMSManager
	case p.Is(TopManagement) && !it.reviewing() && it.weighs(cal(p).Today(now), nextExternalAudit):
		c.As = AsTopManagement
	default:
		return Candidate{}, false
	}
	answers := people.Get(it.answers())
	if answers != nil && !answers.Left {
		c.Calendar = cal(answers)
	} else if holder != nil {
		c.Calendar = cal(holder)
	}
	if c.Nobody {
		c.Unowned = answers == nil || answers.Left || !answers.Reachable
		c.Untold = true
		for _, m := range people.With(ISMSManager) {
			c.Untold = c.Untold && !m.Reachable
		}
	}
	return c, true
}

// Told records that the reminder goes out today: grace counts from the first
// day on which whoever has to act was told, be it the ISMS manager because
// nobody else can be.
func (it *Item) Told(r Reminder, today Date) {
	if it.FirstReminded.IsZero() && r.Due == it.dueNow() && r.ToAct {
		it.FirstReminded = today
	}
}

// reviewing tells whether the item is done and waits for its review.
func (it *Item) reviewing() bool { return it.Status == Done && !it.VerifyDue.IsZero() }

// asks tells whether the item wants something of somebody. A finding without
// a date is a record: its actions ask.
func (it *Item) asks() bool {
	return it.reviewing() || it.IsOpen() && (it.ID.Kind != Finding || !it.Due.IsZero())
}

// dueNow is the date that the item's stages are about.
func (it *Item) dueNow() Date {
	if it.reviewing() {
		return it.VerifyDue
	}
	return it.Due
}

// answers is who has to act.
func (it *Item) answers() PersonID {
	if it.reviewing() {
		return it.Verifier
	}
	return it.Owner
}

// weighs tells whether a late item is a matter for top management.
func (it *Item) weighs(today, audit Date) bool {
	near := !audit.IsZero() && !audit.Before(today) && audit.Sub(today) <= auditNear
	return it.Severity == Major || it.LegalDuty() || near
}

// holder is who can be told today that something is to be done, nil if nobody.
func holder(it *Item, people *People, cal func(*Person) *Calendar, now time.Time) (*Person, As) {
	p := people.Get(it.answers())
	switch {
	case it.reviewing():
		if present(p, cal, now) {
			return p, AsVerifier
		}
		return nil, ""
	case present(p, cal, now):
		return p, AsOwner
	}
	deputies := []PersonID{it.Deputy}
	if p != nil {
		deputies = append(deputies, p.Deputy)
	}
	for _, id := range deputies {
		if d := people.Get(id); present(d, cal, now) {
			return d, AsDeputy
		}
	}
	return lineManager(people, it.Owner, cal, now), AsDeputy
}

// lineManager is the first present manager up the owner's line, nil if none.
func lineManager(people *People, owner PersonID, cal func(*Person) *Calendar, now time.Time) *Person {
	for _, id := range people.Above(owner) {
		if m := people.Get(id); present(m, cal, now) {
			return m
		}
	}
	return nil
}

// present tells whether the person can be told something today.
func present(p *Person, cal func(*Person) *Calendar, now time.Time) bool {
	return p != nil && !p.Left && p.Reachable && (len(p.Absences) == 0 || !p.Away(cal(p).Today(now)))
}
