package isms

import (
	"strings"
	"time"
)

// The methods below change the item as an answer does. They do not ask who
// may: Standing, CanEdit and Approver do, before. Each returns nil or the
// refusal, and changes nothing when it refuses.

// Completed is what MarkDone did.
type Completed struct {
	Due     Date // of the occurrence that is done
	Next    Date // when a recurring task is due again; zero if it is not
	Skipped int  // occurrences between the two that nobody will be asked for
}

// earliest is the first day on which something can have happened.
var earliest = NewDate(1900, time.January, 1)

// MarkDone records that the item was carried out on the given day. A task
// closes, or comes round again on its next date after today with everything
// about this occurrence cleared; an audit is held; an action or a finding
// waits three months for the verifier (zero where nobody is free), on a
// working day of cal.
func (it *Item) MarkDone(by *Person, happened Date, evidence string, today Date, verifier PersonID, cal *Calendar) (Completed, *Refusal) {
	if r := it.unfinished(); r != nil {
		return Completed{}, r
	}
	waits := it.ID.Kind == Action || it.ID.Kind == Finding
	switch {
	case happened.After(today):
		return Completed{}, Refuse(Invalid, "refuse.happened_later", "id", it.ID, "date", happened)
	case happened.Before(earliest):
		return Completed{}, Refuse(Invalid, "refuse.happened_when", "id", it.ID)
	case waits && verifier != 0 && (verifier == by.ID || verifier == it.Owner):
		return Completed{}, Refuse(Conflict, "refuse.verifier_not_free", "id", it.ID, "name", verifier)
	}
	done := Completed{Due: it.Due}
	if it.ID.Kind == Task {
		done.Next, done.Skipped = it.comesRound(today)
	}
	if !done.Next.IsZero() {
		it.begin(done.Next)
		return done, nil
	}
	it.DoneOn, it.DoneBy, it.Evidence, it.Stuck = happened, by.ID, strings.TrimSpace(evidence), false
	switch {
	case waits:
		it.Status, it.Verifier, it.VerifyDue = Done, verifier, cal.OnOrAfter(today.AddMonths(3))
		it.FirstReminded = Date{} // the review is a date of its own
	case it.ID.Kind == Audit:
		it.Status = Held
	default:
		it.Status = Closed
	}
	return done, nil
}

// FirstPromise is the due date before it was ever moved: lateness is measured
// on both.
func (it *Item) FirstPromise() Date {
	if it.FirstDue.IsZero() {
		return it.Due
	}
	return it.FirstDue
}

// comesRound is the next due date, which also lies after a date to which this
// occurrence was moved, and how many that leaves out.
func (it *Item) comesRound(today Date) (next Date, skipped int) {
	start := it.SeriesStart
	if start.IsZero() {
		start = it.FirstPromise()
	}
	promise := it.FirstPromise()
	after := promise
	for _, d := range []Date{it.Due, today} {
		if d.After(after) {
			after = d
		}
	}
	step, ok := occurrences(it.Repeat, start)
	for ok {
		d, more := step()
		switch {
		case !more:
			return Date{}, 0
		case d.After(after):
			return d, skipped
		case d.After(promise):
			skipped++
		}
	}
	return Date{}, 0
}

// begin starts a new occurrence or round: nobody has said anything about it.
func (it *Item) begin(due Date) {
	it.Status, it.Due = Open, due
	it.FirstDue, it.Moves, it.HandOvers, it.FirstReminded = Date{}, 0, 0, Date{}
	it.AckedBy, it.Stuck, it.LastWord = 0, false, ""
	it.DoneOn, it.DoneBy, it.Evidence = Date{}, 0, ""
	it.Verifier, it.VerifyDue = 0, Date{}
}

// StillDue refuses an answer to a due date that the item no longer has: a
// recurring task came round since the button was sent.
func (it *Item) StillDue(due Date) *Refusal {
	if it.Due == due || due.IsZero() {
		return nil
	}
	if r := it.unfinished(); r != nil {
		return r
	}
	return Refuse(Conflict, "refuse.moved_on", "id", it.ID, "date", it.Due)
}

// Acknowledge records "on it": no reminders until the item is due. It reports
// false when the same person said so before, which changes nothing.
func (it *Item) Acknowledge(by *Person) (fresh bool, r *Refusal) {
	if r := it.unfinished(); r != nil {
		return false, r
	}
	fresh = it.AckedBy != by.ID
	it.AckedBy = by.ID
	return fresh, nil
}

// Note keeps how it is going.
func (it *Item) Note(text string) *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	if text = strings.TrimSpace(text); text == "" {
		return Refuse(Invalid, "refuse.words_missing", "id", it.ID)
	}
	it.LastWord = text
	if it.Status == Open {
		it.Status = InProgress
	}
	return nil
}

// SetStuck records that the item cannot go on, and why.
func (it *Item) SetStuck(reason string) *Refusal {
	if r := it.Note(reason); r != nil {
		return r
	}
	it.Stuck = true
	return nil
}

// ClearStuck records that it goes on. An item that was not stuck stays as it is.
func (it *Item) ClearStuck() *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	it.Stuck = false
	return nil
}

// MoveDue gives the item another date. The first one is kept, reminders begin
// anew, and an earlier "on it" no longer counts.
func (it *Item) MoveDue(to, today Date) *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	switch {
	case to.Before(today):
		return Refuse(Invalid, "refuse.date_past", "id", it.ID, "date", to)
	case to == it.Due:
		return Refuse(Conflict, "refuse.date_same", "id", it.ID, "date", to)
	}
	if !it.Due.IsZero() {
		it.FirstDue = it.FirstPromise()
		it.Moves++
	}
	it.Due, it.AckedBy, it.FirstReminded = to, 0, Date{}
	return nil
}

// HandOver gives the item to somebody else at its owner's wish. The new owner
// has said and heard nothing about it yet, so grace before escalation begins
// anew; after two hand-overs the ISMS manager sees it.
func (it *Item) HandOver(to *Person) *Refusal {
	if r := it.give(to); r != nil {
		return r
	}
	it.HandOvers++
	return nil
}

// Assign gives the item an owner from above: how often owners passed it on no
// longer counts.
func (it *Item) Assign(to *Person) *Refusal {
	if r := it.give(to); r != nil {
		return r
	}
	it.HandOvers = 0
	return nil
}

func (it *Item) give(to *Person) *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	switch {
	case to.ID == it.Owner:
		return Refuse(Conflict, "refuse.owner_same", "id", it.ID, "name", to.ID)
	case to.Left || onlyReads(to):
		return Refuse(Invalid, "refuse.owner_cannot", "id", it.ID, "name", to.ID)
	}
	it.Owner, it.AckedBy, it.Stuck, it.FirstReminded = to.ID, 0, false, Date{}
	if it.Deputy == to.ID {
		it.Deputy = 0
	}
	return nil
}

// Withdraw ends the item without it being done. The reason stays with it.
func (it *Item) Withdraw(reason string) *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return Refuse(Invalid, "refuse.reason_missing", "id", it.ID)
	}
	it.LastWord, it.Status = reason, Withdrawn
	if it.ID.Kind == Audit {
		it.Status = Cancelled
	}
	return nil
}

// unfinished refuses what only makes sense while something is to be done.
func (it *Item) unfinished() *Refusal {
	switch {
	case it.IsOpen():
		return nil
	case it.Status == Withdrawn || it.Status == Cancelled:
		return Refuse(Conflict, "refuse.withdrawn", "id", it.ID)
	case it.DoneBy == 0:
		return Refuse(Conflict, "refuse.closed", "id", it.ID)
	default:
		return Refuse(Conflict, "refuse.done", "id", it.ID, "name", it.DoneBy, "date", it.DoneOn)
	}
}
