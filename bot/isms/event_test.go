package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

var (
	chief   = &isms.Person{ID: 1, Name: "Daniel", Roles: []isms.Role{isms.TopManagement}}
	keeper  = &isms.Person{ID: 2, Name: "Grace", Roles: []isms.Role{isms.ISMSManager}}
	officer = &isms.Person{ID: 3, Name: "Ola", Roles: []isms.Role{isms.DPO}, Reachable: true}
	staff   = &isms.Person{ID: 4, Name: "Kemi"}
	gone    = &isms.Person{ID: 5, Name: "Rosa", Roles: []isms.Role{isms.ISMSManager}, Left: true}
	others  = &isms.Person{ID: 6, Name: "Jon"}
	house   = isms.Shift{People: isms.NewPeople([]*isms.Person{chief, keeper, officer, staff, gone, others})}
)

func key(r *isms.Refusal) string {
	if r == nil {
		return ""
	}
	return r.Key
}

func TestWhoSeesAnEvent(t *testing.T) {
	e := isms.SecurityEvent{N: 9, Reporter: staff.ID}
	for _, c := range []struct {
		who    *isms.Person
		owner  isms.PersonID
		pinged bool
		want   bool
	}{
		{keeper, 0, false, true}, {officer, 0, false, true}, {staff, 0, false, true}, {others, 0, false, false}, {gone, 0, false, false},
		{chief, 0, false, false}, {chief, 0, true, true}, {others, 0, true, false}, {others, others.ID, false, true}, {nil, 0, false, false}, {&isms.Person{}, 0, false, false},
	} {
		if got := house.Sees(&e, c.who, c.owner, c.pinged); got != c.want {
			t.Errorf("%+v sees it: %v", c.who, got)
		}
	}
	e.Reporter, e.Lead = 0, others.ID
	if house.Sees(&e, &isms.Person{}, 0, false) || !house.Sees(&e, others, 0, false) {
		t.Error("an anonymous report is nobody's, and its lead sees it")
	}
}

func TestNobodyJudgesTheirOwnReportWhileAnotherCan(t *testing.T) {
	all := isms.NewPeople([]*isms.Person{chief, keeper, officer, staff, gone})
	alone := isms.NewPeople([]*isms.Person{chief, keeper, staff, gone})
	for _, c := range []struct {
		reporter, by *isms.Person
		people       *isms.People
		want         string
	}{
		{staff, keeper, all, ""}, {staff, officer, all, ""}, {staff, staff, all, "refuse.event_triage"}, {staff, chief, all, "refuse.event_triage"},
		{staff, gone, all, "refuse.event_triage"}, {keeper, keeper, all, "refuse.event_own"}, {keeper, officer, all, ""}, {keeper, keeper, alone, ""},
	} {
		e := isms.SecurityEvent{N: 9, Reporter: c.reporter.ID}
		if got := key(e.Triage(c.by, isms.Shift{People: c.people})); got != c.want {
			t.Errorf("%s about the report of %s: %q, want %q", c.by.Name, c.reporter.Name, got, c.want)
		}
		e.State = isms.EventClosed
		if got := key(e.Triage(c.by, isms.Shift{People: c.people})); house.May(c.by) && got != "refuse.event_closed" {
			t.Errorf("closed: %q", got)
		}
	}
}

func TestAnEventBecomesWhatItIs(t *testing.T) {
	open, settled := []*isms.Duty{{Clock: "GDPR"}}, []*isms.Duty{{Clock: "GDPR", Decision: isms.NotToTell}}
	for name, c := range map[string]struct {
		from, outcome, to isms.EventState
		personal          isms.Personal
		duties            []*isms.Duty
		why, want         string
		ends              isms.EventState
	}{
		"an incident":                      {isms.EventReported, "", isms.EventIncident, "", open, "spreads", "", isms.EventIncident},
		"a finding":                        {isms.EventTriage, "", isms.EventFinding, "", open, "the door", "", isms.EventFinding},
		"an incident, then a finding":      {isms.EventIncident, isms.EventIncident, isms.EventFinding, "", open, "so that it does not recur", "", isms.EventFinding},
		"an incident twice":                {isms.EventIncident, isms.EventIncident, isms.EventIncident, "", open, "x", "refuse.event_is", isms.EventIncident},
		"nothing":                          {isms.EventTriage, "", isms.EventNothing, isms.PersonalNo, open, "an exercise", "", isms.EventClosed},
		"nothing, without a reason":        {isms.EventTriage, "", isms.EventNothing, isms.PersonalNo, open, "", "refuse.event_reason", isms.EventTriage},
		"nothing, personal data not known": {isms.EventTriage, "", isms.EventNothing, "", open, "x", "refuse.event_personal", isms.EventTriage},
		"nothing, while a clock runs":      {isms.EventTriage, "", isms.EventNothing, isms.PersonalYes, open, "x", "refuse.event_duty", isms.EventTriage},
		"nothing, once that is decided":    {isms.EventTriage, "", isms.EventNothing, isms.PersonalYes, settled, "x", "", isms.EventClosed},
		"nothing, after an incident":       {isms.EventIncident, isms.EventIncident, isms.EventNothing, isms.PersonalNo, settled, "x", "refuse.event_is", isms.EventIncident},
		"anything, after it was closed":    {isms.EventClosed, isms.EventNothing, isms.EventIncident, isms.PersonalNo, settled, "x", "refuse.event_closed", isms.EventClosed},
	} {
		e := isms.SecurityEvent{N: 9, State: c.from, Outcome: c.outcome, Personal: c.personal, Part: isms.Controller}
		if got := key(e.Becomes(c.to, c.why, c.duties)); got != c.want || e.State != c.ends {
			t.Errorf("%s: %q and %s, want %q and %s", name, got, e.State, c.want, c.ends)
		}
	}
}

func TestAnEventIsClosedWhenNothingIsOpen(t *testing.T) {
	running := []*isms.Duty{{Clock: "GDPR", Decision: isms.NotToTell}, {Clock: "POPIA", Decision: isms.ToTell}}
	for name, c := range map[string]struct {
		e            isms.SecurityEvent
		change, want string
	}{
		"not judged yet":        {isms.SecurityEvent{State: isms.EventTriage, Personal: isms.PersonalNo}, "x", "refuse.event_open"},
		"judged":                {isms.SecurityEvent{State: isms.EventIncident, Outcome: isms.EventIncident, Personal: isms.PersonalNo}, "x", ""},
		"without closing words": {isms.SecurityEvent{State: isms.EventIncident, Outcome: isms.EventIncident, Personal: isms.PersonalNo}, "", "refuse.event_change"},
		"personal data unknown": {isms.SecurityEvent{State: isms.EventFinding, Outcome: isms.EventFinding}, "x", "refuse.event_personal"},
		"one of two laws waits": {isms.SecurityEvent{State: isms.EventFinding, Outcome: isms.EventFinding, Personal: isms.PersonalYes}, "x", "refuse.event_duty"},
		"it is closed":          {isms.SecurityEvent{State: isms.EventClosed, Outcome: isms.EventFinding}, "x", "refuse.event_closed"},
	} {
		if got := key(c.e.Close(c.change, running)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSinceWhenWeWereAwareIsForTheOfficer(t *testing.T) {
	now := time.Date(2026, 3, 28, 9, 0, 0, 0, time.UTC)
	all, without := isms.NewPeople([]*isms.Person{keeper, officer, staff}), isms.NewPeople([]*isms.Person{keeper, staff})
	for name, c := range map[string]struct {
		by     *isms.Person
		people *isms.People
		at     time.Time
		why    string
		want   string
	}{
		"the officer":               {officer, all, now.Add(-time.Hour), "the log was read", ""},
		"the ISMS manager":          {keeper, all, now, "x", "refuse.event_aware"},
		"where there is no officer": {keeper, without, now, "x", ""},
		"the reporter":              {staff, all, now, "x", "refuse.event_triage"},
		"without a reason":          {officer, all, now, "", "refuse.event_why"},
		"in the future":             {officer, all, now.Add(time.Minute), "x", "refuse.event_aware_when"},
		"at no time":                {officer, all, time.Time{}, "x", "refuse.event_aware_when"},
	} {
		e := isms.SecurityEvent{N: 9, At: now.Add(-24 * time.Hour), Reporter: staff.ID}
		if got := key(e.SetAware(c.at, c.why, c.by, isms.Shift{People: c.people}, now)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if since, provisional := e.Since(time.UTC); provisional != (c.want != "") || c.want == "" && !since.Equal(c.at) {
			t.Errorf("%s: since %v, provisional %v", name, since, provisional)
		}
	}
	anonymous := isms.SecurityEvent{N: 9, Anonymous: true, Day: isms.DateOf(now)}
	if since, provisional := anonymous.Since(time.UTC); !since.Equal(now.Truncate(24*time.Hour)) || !provisional {
		t.Errorf("an anonymous report counts from %v", since)
	}
}

func TestAnEventIsNoItem(t *testing.T) {
	id, ok := isms.ParseItemID("evt-9")
	if !ok || id.String() != "EVT-9" || id.Kind != isms.Event {
		t.Errorf("EVT-9 is %v, %v", id, ok)
	}
	for _, k := range isms.Kinds {
		if k == isms.Event {
			t.Error("files would hold events")
		}
	}
}
