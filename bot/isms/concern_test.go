package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func absent(t *testing.T, p *isms.Person, from, to string) {
	t.Helper()
	p.Absences = append(p.Absences, isms.Absence{From: day(t, from), To: day(t, to)})
}

func TestWhomAnItemConcerns(t *testing.T) {
	now := time.Date(2026, 3, 19, 10, 0, 0, 0, time.UTC)
	type world = []*isms.Person
	for _, tc := range []struct {
		name   string
		change func(all world, it *isms.Item)
		want   map[isms.PersonID]isms.As
		care   func(c isms.Candidate) bool
	}{
		{"the owner, the managers above and the ISMS manager", nil,
			map[isms.PersonID]isms.As{jon: isms.AsOwner, lena: isms.AsLineManager, grace: isms.AsISMSManager}, nil},
		{"the owner's deputy while the owner is away", func(all world, it *isms.Item) { absent(t, all[jon-1], "2026-03-19", "2026-03-19") },
			map[isms.PersonID]isms.As{amy: isms.AsDeputy, lena: isms.AsLineManager, grace: isms.AsISMSManager}, nil},
		{"nobody stands in for somebody back from leave", func(all world, it *isms.Item) { absent(t, all[jon-1], "2026-03-01", "2026-03-18") },
			map[isms.PersonID]isms.As{jon: isms.AsOwner, lena: isms.AsLineManager, grace: isms.AsISMSManager}, nil},
		{"the item's deputy before the owner's", func(all world, it *isms.Item) { it.Deputy, all[jon-1].Reachable = priya, false },
			map[isms.PersonID]isms.As{priya: isms.AsDeputy, lena: isms.AsLineManager, grace: isms.AsISMSManager}, nil},
		{"the manager, nearest as stand-in, when the deputy is away too", func(all world, it *isms.Item) {
			all[jon-1].Left = true
			absent(t, all[amy-1], "2026-03-01", "2026-04-01")
		}, map[isms.PersonID]isms.As{lena: isms.AsDeputy, grace: isms.AsISMSManager}, nil},
		{"the next manager up past one who is away", func(all world, it *isms.Item) { absent(t, all[lena-1], "2026-03-01", "2026-04-01") },
			map[isms.PersonID]isms.As{jon: isms.AsOwner, daniel: isms.AsLineManager, grace: isms.AsISMSManager}, nil},
		{"the ISMS manager alone without owner", func(all world, it *isms.Item) { it.Owner = 0 },
			map[isms.PersonID]isms.As{grace: isms.AsISMSManager}, func(c isms.Candidate) bool { return c.Nobody && c.Unowned && !c.Untold }},
		{"and for a leaver without anybody", func(all world, it *isms.Item) { it.Owner, all[tom-1].Left = tom, true },
			map[isms.PersonID]isms.As{grace: isms.AsISMSManager}, func(c isms.Candidate) bool { return c.Nobody && c.Unowned }},
		{"an absence without stand-in is no item without owner", func(all world, it *isms.Item) {
			it.Owner = tom
			absent(t, all[tom-1], "2026-03-19", "2026-03-20")
		}, map[isms.PersonID]isms.As{grace: isms.AsISMSManager}, func(c isms.Candidate) bool { return c.Nobody && !c.Unowned }},
		{"top management for a major", func(all world, it *isms.Item) { it.Severity = isms.Major },
			map[isms.PersonID]isms.As{jon: isms.AsOwner, lena: isms.AsLineManager, grace: isms.AsISMSManager, daniel: isms.AsTopManagement}, nil},
		{"top management for a legal duty", func(all world, it *isms.Item) { it.Requirements = []string{"gdpr:33"} },
			map[isms.PersonID]isms.As{jon: isms.AsOwner, lena: isms.AsLineManager, grace: isms.AsISMSManager, daniel: isms.AsTopManagement}, nil},
		{"and nobody untold where the ISMS manager has left too", func(all world, it *isms.Item) {
			it.Owner, it.Severity, all[grace-1].Reachable = 0, isms.Major, false
		}, map[isms.PersonID]isms.As{daniel: isms.AsTopManagement}, func(c isms.Candidate) bool { return c.Untold }},
		{"the chief executive's own as owner only", func(all world, it *isms.Item) { it.Owner, it.Severity = daniel, isms.Major },
			map[isms.PersonID]isms.As{daniel: isms.AsOwner, grace: isms.AsISMSManager}, nil},
		{"the ISMS manager as line manager of the auditor", func(all world, it *isms.Item) { it.Owner = sam },
			map[isms.PersonID]isms.As{sam: isms.AsOwner, grace: isms.AsLineManager}, nil},
		{"verifier and ISMS manager while it waits for its review", func(all world, it *isms.Item) {
			it.Status, it.Verifier, it.VerifyDue, it.Severity = isms.Done, sam, day(t, "2026-06-16"), isms.Major
		}, map[isms.PersonID]isms.As{sam: isms.AsVerifier, grace: isms.AsISMSManager}, nil},
		{"the ISMS manager where the verifier has left", func(all world, it *isms.Item) {
			it.Status, it.Verifier, it.VerifyDue, all[sam-1].Left = isms.Done, sam, day(t, "2026-06-16"), true
		}, map[isms.PersonID]isms.As{grace: isms.AsISMSManager}, func(c isms.Candidate) bool { return c.Nobody && c.Unowned }},
		{"nobody once it is closed", func(all world, it *isms.Item) { it.Status = isms.Closed }, nil, nil},
		{"nobody for a finding without date", func(all world, it *isms.Item) { it.ID.Kind, it.Due = isms.Finding, isms.Date{} }, nil, nil},
		{"a ring of managers ends", func(all world, it *isms.Item) {
			all[lena-1].Manager, all[lena-1].Left, all[jon-1].Left, all[amy-1].Left = jon, true, true, true
		}, map[isms.PersonID]isms.As{grace: isms.AsISMSManager}, nil},
	} {
		all, it := organisation(), item(t, isms.Action, jon, "2026-03-19")
		if tc.change != nil {
			tc.change(all, it)
		}
		people, cal := isms.NewPeople(all), office(t, "UTC")
		for _, p := range all {
			c, ok := isms.Consider(it, p, people, func(*isms.Person) *isms.Calendar { return cal }, now, isms.Date{})
			if want, concerned := tc.want[p.ID]; ok != concerned || c.As != want {
				t.Errorf("%s: %s as %q, want %q", tc.name, p.Name, c.As, want)
			}
			if ok && tc.care != nil && !tc.care(c) {
				t.Errorf("%s: %+v", tc.name, c)
			}
		}
	}
}

func TestAnAuditNearByConcernsTopManagement(t *testing.T) {
	all, cal := organisation(), office(t, "UTC")
	people, it := isms.NewPeople(all), item(t, isms.Action, jon, "2026-03-19")
	now := time.Date(2026, 3, 19, 10, 0, 0, 0, time.UTC)
	for audit, want := range map[string]bool{"2026-03-18": false, "2026-03-19": true, "2026-05-18": true, "2026-05-19": false} {
		c, ok := isms.Consider(it, all[daniel-1], people, func(*isms.Person) *isms.Calendar { return cal }, now, day(t, audit))
		if ok != want || ok && c.As != isms.AsTopManagement {
			t.Errorf("with an audit on %s: %v", audit, ok)
		}
	}
}

func TestAwayIsJudgedInEachPersonsOwnZone(t *testing.T) {
	all := organisation()
	absent(t, all[jon-1], "2026-03-20", "2026-03-20")
	all[jon-1].Zone = "Australia/Lord_Howe"
	home, there := office(t, "UTC"), office(t, "Australia/Lord_Howe")
	cal := func(p *isms.Person) *isms.Calendar {
		if p.Zone != "" {
			return there
		}
		return home
	}
	it := item(t, isms.Action, jon, "2026-03-25")
	now := time.Date(2026, 3, 19, 14, 0, 0, 0, time.UTC) // already the 20th where Jon is
	c, ok := isms.Consider(it, all[amy-1], isms.NewPeople(all), cal, now, isms.Date{})
	if !ok || c.As != isms.AsDeputy || c.Calendar != there {
		t.Errorf("Amy: %v, %+v", ok, c)
	}
}
