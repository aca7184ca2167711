package isms_test

import (
	"fmt"
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestWhoIsPingedGrowsWithTheHoursAndStandsIn(t *testing.T) {
	today := isms.NewDate(2026, time.March, 28)
	away := []isms.Absence{{From: today, To: today}}
	// 1 top, 2 ISMS manager, 3 officer, 4 deputy of 3, 5 deputy of 4, 6 deputy of 2
	person := func(id, deputy isms.PersonID, roles ...isms.Role) isms.Person {
		return isms.Person{ID: id, Deputy: deputy, Roles: roles, Reachable: true}
	}
	for name, c := range map[string]struct {
		change func(p map[int]*isms.Person)
		hours  int
		want   string
	}{
		"all are there":            {func(map[int]*isms.Person) {}, 0, "[2 3]"},
		"after 24 hours":           {func(map[int]*isms.Person) {}, 24, "[2 3]"},
		"before 48 hours":          {func(map[int]*isms.Person) {}, 47, "[2 3]"},
		"after 48 hours":           {func(map[int]*isms.Person) {}, 48, "[2 3 1]"},
		"after 70 hours":           {func(map[int]*isms.Person) {}, 70, "[2 3 1]"},
		"the officer is away":      {func(p map[int]*isms.Person) { p[3].Absences = away }, 0, "[2 3 4]"},
		"and away is not tomorrow": {func(p map[int]*isms.Person) { p[3].Absences = []isms.Absence{{From: today.Add(1), To: today.Add(9)}} }, 0, "[2 3]"},
		"so is the deputy":         {func(p map[int]*isms.Person) { p[3].Absences, p[4].Absences = away, away }, 0, "[2 3 5]"},
		"so are all deputies":      {func(p map[int]*isms.Person) { p[3].Absences, p[4].Absences, p[5].Left = away, away, true }, 0, "[2 3]"},
		"deputies in a ring":       {func(p map[int]*isms.Person) { p[3].Absences, p[4].Absences, p[4].Deputy = away, away, 3 }, 0, "[2 3]"},
		"the officer has no chat":  {func(p map[int]*isms.Person) { p[3].Reachable = false }, 0, "[2 3 4]"},
		"the officer has left":     {func(p map[int]*isms.Person) { p[3].Left = true }, 0, "[2 4]"},
		"and has a successor":      {func(p map[int]*isms.Person) { p[3].Left, p[6].Roles = true, []isms.Role{isms.DPO} }, 0, "[2 6]"},
		"and had no deputy":        {func(p map[int]*isms.Person) { p[3].Left, p[3].Deputy = true, 0 }, 0, "[2]"},
		"the ISMS manager is away": {func(p map[int]*isms.Person) { p[2].Absences = away }, 0, "[2 3 6]"},
		"nobody is there": {func(p map[int]*isms.Person) {
			p[2].Absences, p[3].Absences, p[4].Left, p[5].Left, p[6].Left = away, away, true, true, true
		}, 0, "[2 3 1]"},
		"nobody has chat": {func(p map[int]*isms.Person) {
			p[2].Reachable, p[3].Reachable, p[2].Deputy, p[3].Deputy = false, false, 0, 0
		}, 0, "[2 3 1]"},
		"nobody has any of the roles":       {func(p map[int]*isms.Person) { p[2].Roles, p[3].Roles = nil, nil }, 0, "[1]"},
		"one who is everything comes once":  {func(p map[int]*isms.Person) { p[6].Roles = []isms.Role{isms.ISMSManager, isms.DPO, isms.TopManagement} }, 48, "[2 3 6 1]"},
		"a deputy who is top management":    {func(p map[int]*isms.Person) { p[3].Absences, p[3].Deputy = away, 1 }, 48, "[1 2 3]"},
		"the deputy of both comes once too": {func(p map[int]*isms.Person) { p[2].Absences, p[3].Absences, p[3].Deputy = away, away, 6 }, 0, "[2 3 6]"},
	} {
		byID, all := map[int]*isms.Person{}, []*isms.Person{}
		for i, p := range []isms.Person{person(1, 0, isms.TopManagement), person(2, 6, isms.ISMSManager), person(3, 4, isms.DPO), person(4, 5), person(5, 0), person(6, 0)} {
			byID[i+1] = &p
			all = append(all, &p)
		}
		c.change(byID)
		shift := isms.Shift{People: isms.NewPeople(all), Today: today}
		var got []isms.PersonID
		for _, p := range shift.Pinged(c.hours) {
			got = append(got, p.ID)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestWhoStandsInDecidesWhileTheOfficerIsAway(t *testing.T) {
	today := isms.NewDate(2026, time.March, 28)
	now := today.In(time.UTC).Add(12 * time.Hour)
	keeper := &isms.Person{ID: 2, Roles: []isms.Role{isms.ISMSManager}, Reachable: true}
	officer := &isms.Person{ID: 3, Deputy: 4, Roles: []isms.Role{isms.DPO}, Reachable: true, Absences: []isms.Absence{{From: today, To: today}}}
	deputy := &isms.Person{ID: 4, Reachable: true}
	people := isms.NewPeople([]*isms.Person{keeper, officer, deputy})
	e := isms.SecurityEvent{N: 9, At: now, Reporter: 8}
	aware := func(by *isms.Person, on isms.Date) string {
		x := e
		return key(x.SetAware(now, "x", by, isms.Shift{People: people, Today: on}, now))
	}
	for name, c := range map[string]struct{ got, want string }{
		"the deputy":                  {aware(deputy, today), ""},
		"the officer, also when away": {aware(officer, today), ""},
		"the ISMS manager":            {aware(keeper, today), "refuse.event_aware"},
		"the deputy, the day after":   {aware(deputy, today.Add(1)), "refuse.event_triage"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	after := isms.Shift{People: people, Today: today.Add(1)}
	if !after.Sees(&e, deputy, 0, true) || after.Sees(&e, deputy, 0, false) || after.May(deputy) {
		t.Error("a deputy who was pinged sees the event on, and decides no more")
	}
	deputy.Left = true
	if got := aware(keeper, today); got != "" {
		t.Errorf("where nobody of them is there the ISMS manager is refused: %q", got)
	}
}
