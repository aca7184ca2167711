package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func on(s string) isms.Date {
	d, _ := isms.ParseDate(s)
	return d
}

func weekdays(zone string) *isms.Calendar {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return &isms.Calendar{Zone: loc, From: 540, To: 1020, Working: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}}
}

func TestEachPersonIsAskedInTheirOwnMorning(t *testing.T) {
	now := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC) // a Monday
	for name, c := range map[string]struct {
		b    isms.Broadcast
		p    isms.Person
		zone string
		want string
		back string
	}{
		"inside their hours at once":            {isms.Broadcast{}, isms.Person{}, "Europe/London", "2026-03-16T10:00:00Z", ""},
		"New York when its day begins":          {isms.Broadcast{}, isms.Person{}, "America/New_York", "2026-03-16T13:00:00Z", ""},
		"Sydney on the next morning":            {isms.Broadcast{}, isms.Person{}, "Australia/Sydney", "2026-03-16T22:00:00Z", ""},
		"from a first day on":                   {isms.Broadcast{From: on("2026-03-21")}, isms.Person{}, "Europe/London", "2026-03-23T09:00:00Z", ""},
		"at one instant where they work then":   {isms.Broadcast{At: now.Add(time.Hour)}, isms.Person{}, "Europe/London", "2026-03-16T11:00:00Z", ""},
		"and where they sleep then as well":     {isms.Broadcast{At: now.Add(time.Hour)}, isms.Person{}, "America/New_York", "2026-03-16T11:00:00Z", ""},
		"but not to who is away then":           {isms.Broadcast{At: now.Add(time.Hour)}, isms.Person{Absences: []isms.Absence{{From: on("2026-03-10"), To: on("2026-03-20")}}}, "Europe/London", "2026-03-23T09:00:00Z", "2026-03-21"},
		"nor at night to who comes after it":    {isms.Broadcast{At: now.Add(-time.Hour)}, isms.Person{}, "America/New_York", "2026-03-16T13:00:00Z", ""},
		"away until the day they are back":      {isms.Broadcast{}, isms.Person{Absences: []isms.Absence{{From: on("2026-03-10"), To: on("2026-03-20")}}}, "Europe/London", "2026-03-23T09:00:00Z", "2026-03-21"},
		"an urgent one asks for no hours":       {isms.Broadcast{Urgent: true}, isms.Person{}, "America/New_York", "2026-03-16T10:00:00Z", ""},
		"an urgent one reaches who is away":     {isms.Broadcast{Urgent: true}, isms.Person{Absences: []isms.Absence{{From: on("2026-03-10"), To: on("2026-03-20")}}}, "Europe/London", "2026-03-16T10:00:00Z", ""},
		"an urgent one keeps its instant":       {isms.Broadcast{Urgent: true, At: now.Add(9 * time.Hour)}, isms.Person{}, "Europe/London", "2026-03-16T19:00:00Z", ""},
		"a first day and the change of clocks":  {isms.Broadcast{From: on("2026-03-30")}, isms.Person{}, "Europe/London", "2026-03-30T08:00:00Z", ""},
		"an instant that is over means at once": {isms.Broadcast{At: now.Add(-time.Hour)}, isms.Person{}, "Europe/London", "2026-03-16T10:00:00Z", ""},
	} {
		at, back := c.b.Due(&c.p, weekdays(c.zone), now)
		if got := at.UTC().Format(time.RFC3339); got != c.want || back.String() != c.back && !(c.back != "" && !back.IsZero()) {
			t.Errorf("%s: %s, away until %s, want %s", name, got, back, c.want)
		}
	}
	if at, _ := (&isms.Broadcast{}).Due(&isms.Person{}, &isms.Calendar{}, now); !at.Equal(now) {
		t.Errorf("without working days: %s", at)
	}
}

func TestADigestNamesWhatWaitsOnceAStage(t *testing.T) {
	b := isms.Broadcast{AckBy: on("2026-03-20")} // a Friday
	cal, told := weekdays("Europe/London"), on("2026-03-16")
	var got []string
	for d := on("2026-03-16"); d.Before(on("2026-03-29")); d = d.Add(1) {
		if cal.WorkingDay(d) && b.ReminderDue(cal, d, told) {
			got = append(got, d.String())
			told = d
		}
	}
	want := []string{"2026-03-19", "2026-03-20", "2026-03-24", "2026-03-26"}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if !b.ReminderDue(cal, on("2026-03-27"), on("2026-03-16")) {
		t.Error("after an outage nothing is caught up")
	}
	if (&isms.Broadcast{}).ReminderDue(cal, on("2026-03-27"), isms.Date{}) {
		t.Error("without a day there is a reminder")
	}
}

func TestWhoDecidesAboutABroadcast(t *testing.T) {
	person := func(id isms.PersonID, roles ...isms.Role) *isms.Person { return &isms.Person{ID: id, Roles: roles} }
	grace, mia, ida, dan := person(1, isms.ISMSManager), person(2, isms.Comms), person(3, isms.Comms), person(4, isms.TopManagement)
	for name, c := range map[string]struct {
		people []*isms.Person
		sender isms.PersonID
		want   []isms.PersonID
	}{
		"the ISMS manager, then colleagues":        {[]*isms.Person{grace, mia, ida, dan}, 2, []isms.PersonID{1, 3}},
		"never the sender":                         {[]*isms.Person{grace, dan}, 1, []isms.PersonID{4}},
		"top management where there is nobody":     {[]*isms.Person{mia, dan}, 2, []isms.PersonID{4}},
		"nobody":                                   {[]*isms.Person{mia}, 2, nil},
		"not who has left":                         {[]*isms.Person{mia, {ID: 5, Left: true, Roles: []isms.Role{isms.Comms}}}, 2, nil},
		"one with both roles is asked once":        {[]*isms.Person{mia, person(6, isms.ISMSManager, isms.Comms)}, 2, []isms.PersonID{6}},
		"the sender who is top management is none": {[]*isms.Person{person(2, isms.Comms, isms.TopManagement)}, 2, nil},
	} {
		var got []isms.PersonID
		for _, p := range isms.SecondApprovers(isms.NewPeople(c.people), c.sender) {
			got = append(got, p.ID)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
	for _, c := range []struct {
		urgent       bool
		count, above int
		want         bool
	}{{true, 1, 0, true}, {false, 1000, 0, false}, {false, 100, 100, false}, {false, 101, 100, true}} {
		if got := isms.NeedsSecond(c.urgent, c.count, c.above); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestABroadcastGoesFromStateToState(t *testing.T) {
	people := isms.NewPeople([]*isms.Person{{ID: 1, Roles: []isms.Role{isms.Comms}}, {ID: 2, Roles: []isms.Role{isms.ISMSManager}}})
	steps := map[string]func(*isms.Broadcast) *isms.Refusal{
		"send":    func(b *isms.Broadcast) *isms.Refusal { return b.Send(false) },
		"ask":     func(b *isms.Broadcast) *isms.Refusal { return b.Send(true) },
		"approve": func(b *isms.Broadcast) *isms.Refusal { return b.Approve(people.Get(2), people) },
		"own":     func(b *isms.Broadcast) *isms.Refusal { return b.Approve(people.Get(1), people) },
		"reject":  func(b *isms.Broadcast) *isms.Refusal { return b.Reject(people.Get(2), people) },
		"pause":   (*isms.Broadcast).Pause,
		"resume":  (*isms.Broadcast).Resume,
		"stop":    (*isms.Broadcast).Stop,
		"typo":    func(b *isms.Broadcast) *isms.Refusal { return b.Mend(isms.Typo) },
		"meaning": func(b *isms.Broadcast) *isms.Refusal { return b.Mend(isms.Meaning) },
	}
	allowed := map[isms.BroadcastState]map[string]isms.BroadcastState{
		isms.Draft:    {"send": isms.Sending, "ask": isms.Awaiting, "stop": isms.Stopped},
		isms.Awaiting: {"approve": isms.Sending, "reject": isms.Draft, "stop": isms.Stopped},
		isms.Sending:  {"pause": isms.Paused, "stop": isms.Stopped, "typo": isms.Sending, "meaning": isms.Sending},
		isms.Paused:   {"resume": isms.Sending, "stop": isms.Stopped, "typo": isms.Paused, "meaning": isms.Sending},
		isms.Stopped:  {},
		isms.Finished: {"meaning": isms.Sending},
	}
	for from, to := range allowed {
		for name, step := range steps {
			b := isms.Broadcast{ID: 1, Sender: 1, State: from, Version: 1, Edition: 1}
			r := step(&b)
			want, ok := to[name]
			if ok != (r == nil) || ok && b.State != want || !ok && b.State != from {
				t.Errorf("%s, %s: %v, now %s", from, name, r, b.State)
			}
		}
	}
}

func TestWhoMayDecideAboutABroadcast(t *testing.T) {
	mia, grace, jon := &isms.Person{ID: 1, Roles: []isms.Role{isms.Comms}}, &isms.Person{ID: 2, Roles: []isms.Role{isms.ISMSManager}}, &isms.Person{ID: 3}
	people := isms.NewPeople([]*isms.Person{mia, grace, jon})
	for name, c := range map[string]struct {
		state  isms.BroadcastState
		change isms.Change
		by     *isms.Person
		want   string // of the refusal
		code   isms.Code
	}{
		"a colleague":                   {isms.Awaiting, isms.NoChange, grace, "", 0},
		"the sender is told why not":    {isms.Awaiting, isms.NoChange, mia, "refuse.broadcast_own", isms.Forbidden},
		"nor about new words":           {isms.Sending, isms.Typo, mia, "refuse.broadcast_own", isms.Forbidden},
		"others do not learn of it":     {isms.Awaiting, isms.NoChange, jon, "refuse.not_found", isms.NotFound},
		"nothing waits":                 {isms.Sending, isms.NoChange, grace, "refuse.broadcast_sending", isms.Conflict},
		"new words wait":                {isms.Sending, isms.Typo, grace, "", 0},
		"new words of one that is over": {isms.Stopped, isms.Typo, grace, "refuse.broadcast_stopped", isms.Conflict},
	} {
		b := isms.Broadcast{ID: 1, Sender: 1, State: c.state, Change: c.change, Version: 1, Edition: 1}
		r := b.MayDecide(c.by, people)
		if c.want == "" && r != nil || c.want != "" && (r == nil || r.Key != c.want || r.Code != c.code) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
