package isms_test

import (
	"slices"
	"testing"

	"ismsbot/bot/isms"
)

func TestOnlySomebodyIndependentVerifies(t *testing.T) {
	all := organisation()
	all[amy-1].Roles = []isms.Role{isms.Auditor} // and reports to Lena
	people, today := isms.NewPeople(all), day(t, "2026-06-16")
	for _, tc := range []struct {
		name            string
		owner, doer, by isms.PersonID
		works           bool
		note            string
		strict          bool
		code            isms.Code
		key             string
	}{
		{"an auditor", jon, jon, sam, true, "", true, 0, ""},
		{"the ISMS manager", jon, jon, grace, true, "", true, 0, ""},
		{"the owner", sam, jon, sam, true, "", false, isms.Forbidden, "verify_own"},
		{"who carried it out", jon, sam, sam, true, "", false, isms.Forbidden, "verify_did"},
		{"an auditor who reports to the owner", lena, lena, amy, true, "looked", true, isms.Forbidden, "verify_report"},
		{"and to who did it", jon, lena, amy, true, "looked", true, isms.Forbidden, "verify_report"},
		{"and through others", daniel, daniel, amy, true, "looked", true, isms.Forbidden, "verify_report"},
		{"in a small organisation, undeclared", lena, lena, amy, true, "", false, isms.Invalid, "verify_declare"},
		{"in a small organisation, declared", lena, lena, amy, true, "I report to Lena; I looked at the log", false, 0, ""},
		{"a colleague of the owner's who was not asked", jon, jon, lena, true, "", true, isms.Forbidden, "verify_other"},
		{"somebody whom it does not concern", jon, jon, tom, true, "", true, isms.NotFound, "not_found"},
		{"it failed, without a word why", jon, jon, sam, false, " ", true, isms.Invalid, "fails_why"},
		{"it failed", jon, jon, sam, false, "still no log at night", true, 0, ""},
	} {
		it := item(t, isms.Action, tc.owner, "2026-03-19")
		it.Status, it.DoneBy, it.DoneOn, it.Verifier, it.VerifyDue, it.Moves = isms.Done, tc.doer, day(t, "2026-03-16"), 0, today, 1
		r := it.Verify(all[tc.by-1], tc.works, tc.note, today, people, tc.strict)
		refused(t, tc.name, r, tc.code, tc.key)
		switch {
		case r != nil && it.Status != isms.Done:
			t.Errorf("%s: a refusal changed it", tc.name)
		case r == nil && tc.works && (it.Status != isms.Closed || it.DoneBy != tc.doer):
			t.Errorf("%s: %+v", tc.name, it)
		case r == nil && !tc.works && (it.Status != isms.Open || it.Due != today.Add(30) || it.DoneBy != 0 || it.LastWord == "" || it.Moves != 0 || !it.VerifyDue.IsZero()):
			t.Errorf("%s: no new round: %+v", tc.name, it)
		}
	}
	it := item(t, isms.Action, jon, "2026-03-19")
	refused(t, "before it is done", it.Verify(all[sam-1], true, "", today, people, true), isms.Conflict, "not_done_yet")
	it.Status = isms.Closed
	refused(t, "after it was checked", it.Verify(all[sam-1], true, "", today, people, true), isms.Conflict, "verified")
	it.Status, it.DoneBy, it.Verifier = isms.Done, jon, tom
	refused(t, "by the person asked, whoever it is", it.Verify(all[tom-1], true, "", today, people, true), 0, "")
}

func TestFreeVerifiersComeBestFirst(t *testing.T) {
	all := organisation()
	people := isms.NewPeople(all)
	for _, tc := range []struct {
		name   string
		owner  isms.PersonID
		strict bool
		doers  []isms.PersonID
		change func()
		want   []isms.PersonID
	}{
		{"auditor, managers, ISMS manager", jon, true, nil, nil, []isms.PersonID{sam, daniel, lena, grace}},
		{"never who did it", jon, true, []isms.PersonID{sam}, nil, []isms.PersonID{daniel, lena, grace}},
		{"never the owner's report", daniel, true, nil, nil, nil},
		{"the owner's reports last where they may declare it", grace, false, nil, nil, []isms.PersonID{daniel, lena, sam}},
		{"the unreachable after the others", jon, true, nil, func() { all[sam-1].Reachable = false }, []isms.PersonID{daniel, lena, grace, sam}},
		{"leavers never", jon, true, nil, func() { all[sam-1].Left = true }, []isms.PersonID{daniel, lena, grace}},
	} {
		if tc.change != nil {
			tc.change()
		}
		it := item(t, isms.Action, tc.owner, "2026-03-19")
		got := isms.Verifiers(it, people, tc.strict, tc.doers...)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		if first := isms.Verifier(it, people, tc.strict, tc.doers...); len(got) == 0 && first != 0 || len(got) > 0 && first != got[0] {
			t.Errorf("%s: the first is %d", tc.name, first)
		}
	}
	if isms.StrictIndependence(people) {
		t.Error("nine people are strict")
	}
	if !isms.StrictIndependence(isms.NewPeople(make50())) {
		t.Error("fifty people are not strict")
	}
}

func make50() []*isms.Person {
	out := make([]*isms.Person, 50)
	for i := range out {
		out[i] = &isms.Person{ID: isms.PersonID(i + 1)}
	}
	return out
}
