package isms

import (
	"slices"
	"time"
)

// EventState is where a reported event stands.
type EventState string

// The states, from a report (A.6.8) by way of its assessment (A.5.25) to what
// it turned out to be. Nothing to do is closed at once.
const (
	EventReported EventState = "reported"
	EventTriage   EventState = "triage" // somebody is at it
	EventIncident EventState = "incident"
	EventFinding  EventState = "finding" // a weakness, with its corrective action
	EventNothing  EventState = "nothing" // an outcome alone
	EventClosed   EventState = "closed"
)

// Personal is whether an event is about personal data.
type Personal string

// The answers. Until one is given a clock runs as if it was.
const (
	PersonalUnknown Personal = ""
	PersonalYes     Personal = "yes"
	PersonalNo      Personal = "no"
)

// The parts an organisation can have in the personal data of an event.
const (
	Controller = "controller"
	Processor  = "processor" // it tells the controller (GDPR 33(2))
)

// SecurityEvent is something that somebody noticed and reported.
type SecurityEvent struct {
	N        int64
	State    EventState
	Outcome  EventState // what it turned out to be, also when closed
	Words    string     // the reporter's
	Noticed  Date
	Reporter PersonID // zero for an anonymous report
	// Anonymous keeps who and when apart: there is a day, and no instant.
	Anonymous bool
	Day       Date      // of the report, in the organisation's zone
	At        time.Time // of the report; zero for an anonymous one
	AnswerBy  Date      // by when the reporter hears back

	Lead    PersonID // whoever leads the response to an incident
	Finding ItemID
	Action  ItemID
	Reason  string // why it is what it is
	Change  string // what it led to, in the closing words

	Personal  Personal
	Part      string // Controller or Processor, once it is about personal data
	AwareAt   time.Time
	AwareWhy  string
	PeopleWhy string // how the people concerned were told, or why not (GDPR 34)
}

// ID is the event's, "EVT-9".
func (e *SecurityEvent) ID() ItemID { return ItemID{Event, e.N} }

// Closed tells whether nothing more is to be decided.
func (e *SecurityEvent) Closed() bool { return e.State == EventClosed }

// Since is when the legal clocks began: when the data protection officer says
// that we were aware, else, provisionally, at the report. Of an anonymous
// report the day is known, so that its beginning counts.
func (e *SecurityEvent) Since(zone *time.Location) (at time.Time, provisional bool) {
	switch {
	case !e.AwareAt.IsZero():
		return e.AwareAt, false
	case !e.At.IsZero():
		return e.At, true
	}
	return e.Day.In(zone), true
}

// Runs tells whether the clock of a duty is running.
func (e *SecurityEvent) Runs(d *Duty) bool {
	return e.Personal != PersonalNo && !e.Closed() && !d.Settled()
}

// Decides tells whether something can be decided about a duty: that nobody is
// told can change when more is known, that somebody was told cannot.
func (e *SecurityEvent) Decides(d *Duty) bool {
	return e.Personal != PersonalNo && !e.Closed() && d.Decision != Told
}

// Triage refuses whoever may not decide about the event, and everybody once it
// is closed. Nobody judges their own report while somebody else can.
func (e *SecurityEvent) Triage(by *Person, s Shift) *Refusal {
	if r := e.Record(by, s); r != nil {
		return r
	}
	if by.ID != e.Reporter {
		return nil
	}
	for _, p := range s.Triagers() {
		if p.ID != by.ID {
			return Refuse(Forbidden, "refuse.event_own", "id", e.ID(), "name", p.ID)
		}
	}
	return nil
}

// Record refuses whoever may not add facts to the event, and everybody once it
// is closed.
func (e *SecurityEvent) Record(by *Person, s Shift) *Refusal {
	switch {
	case !s.May(by):
		return Refuse(Forbidden, "refuse.event_triage", "id", e.ID())
	case e.Closed():
		return Refuse(Conflict, "refuse.event_closed", "id", e.ID())
	}
	return nil
}

// Begin notes that somebody is at it, and reports whether that is news.
func (e *SecurityEvent) Begin() bool {
	if e.State != EventReported {
		return false
	}
	e.State = EventTriage
	return true
}

// Becomes records what the event turned out to be.
func (e *SecurityEvent) Becomes(what EventState, why string, duties []*Duty) *Refusal {
	order := []EventState{EventReported, EventTriage, EventIncident, EventFinding}
	switch {
	case why == "":
		return Refuse(Invalid, "refuse.event_reason")
	case e.Closed():
		return Refuse(Conflict, "refuse.event_closed", "id", e.ID())
	case e.Outcome == what:
		return Refuse(Conflict, "refuse.event_is", "id", e.ID())
	case what == EventNothing && slices.Index(order, e.State) > 1:
		return Refuse(Conflict, "refuse.event_is", "id", e.ID())
	}
	if what == EventNothing {
		if r := e.gate(duties); r != nil {
			return r
		}
	}
	e.State, e.Outcome, e.Reason = what, what, why
	if what == EventNothing {
		e.State = EventClosed
	}
	return nil
}

// Close ends an event that was dealt with, with the words that the reporter reads.
func (e *SecurityEvent) Close(change string, duties []*Duty) *Refusal {
	switch {
	case e.Closed():
		return Refuse(Conflict, "refuse.event_closed", "id", e.ID())
	case e.Outcome == "":
		return Refuse(Conflict, "refuse.event_open", "id", e.ID())
	case change == "":
		return Refuse(Invalid, "refuse.event_change")
	}
	if r := e.gate(duties); r != nil {
		return r
	}
	e.State, e.Change = EventClosed, change
	return nil
}

// gate refuses to end what a law still asks about.
func (e *SecurityEvent) gate(duties []*Duty) *Refusal {
	if e.Personal == PersonalUnknown {
		return Refuse(Conflict, "refuse.event_personal", "id", e.ID())
	}
	for _, d := range duties {
		if e.Runs(d) {
			return Refuse(Conflict, "refuse.event_duty", "id", e.ID(), "law", d.Clock)
		}
	}
	return nil
}

// SetAware records since when we were aware, and why then. That is for the
// data protection officer or whoever stands in, and for the ISMS manager where
// nobody of them is there.
func (e *SecurityEvent) SetAware(at time.Time, why string, by *Person, s Shift, now time.Time) *Refusal {
	if r := e.Record(by, s); r != nil {
		return r
	}
	officers := s.officers(DPO)
	first := slices.IndexFunc(officers, s.there)
	switch {
	case first >= 0 && !slices.ContainsFunc(officers, func(p *Person) bool { return p.ID == by.ID }):
		return Refuse(Forbidden, "refuse.event_aware", "name", officers[first].ID)
	case at.IsZero() || at.After(now):
		return Refuse(Invalid, "refuse.event_aware_when")
	case why == "":
		return Refuse(Invalid, "refuse.event_why")
	}
	e.AwareAt, e.AwareWhy = at, why
	return nil
}

// SetPersonal records whether it is about personal data, and our part in it.
func (e *SecurityEvent) SetPersonal(p Personal, part, why string, by *Person, s Shift) *Refusal {
	if r := e.Record(by, s); r != nil {
		return r
	}
	switch {
	case p == PersonalYes && part != Controller && part != Processor, p != PersonalYes && p != PersonalNo:
		return Refuse(Invalid, "refuse.event_part")
	case why == "":
		return Refuse(Invalid, "refuse.event_why")
	case p == PersonalNo:
		part = ""
	}
	e.Personal, e.Part = p, part
	return nil
}
