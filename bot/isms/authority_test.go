package isms_test

import (
	"slices"
	"testing"

	"ismsbot/bot/isms"
)

func TestWhoMaySeeAndAnswerForAnItem(t *testing.T) {
	all := organisation()
	people := isms.NewPeople(all)
	it := item(t, isms.Action, jon, "2026-03-19")
	it.Deputy, it.Verifier, it.Auditees = priya, tom, []isms.PersonID{visitor}
	for _, tc := range []struct {
		name     string
		by       isms.PersonID
		sees     bool
		onBehalf bool
		code     isms.Code
		key      string
	}{
		{"its owner", jon, true, false, 0, ""},
		{"its deputy", priya, true, true, 0, ""},
		{"the owner's deputy", amy, true, true, 0, ""},
		{"the ISMS manager", grace, true, true, 0, ""},
		{"the owner's manager", lena, true, false, isms.Forbidden, "not_yours"},
		{"top management", daniel, true, false, isms.Forbidden, "not_yours"},
		{"an auditor", sam, true, false, isms.Forbidden, "not_yours"},
		{"its verifier", tom, true, false, isms.Forbidden, "not_yours"},
		{"an auditee, even from outside", visitor, true, false, isms.Forbidden, "not_yours"},
	} {
		if got := isms.CanSee(it, all[tc.by-1], people); got != tc.sees {
			t.Errorf("%s sees it: %v", tc.name, got)
		}
		onBehalf, r := isms.Standing(it, all[tc.by-1], people)
		refused(t, tc.name, r, tc.code, tc.key)
		if onBehalf != tc.onBehalf {
			t.Errorf("%s on behalf: %v", tc.name, onBehalf)
		}
	}
	alone := item(t, isms.Action, jon, "2026-03-19")
	for _, by := range []isms.PersonID{tom, priya, visitor} {
		_, r := isms.Standing(alone, all[by-1], people)
		refused(t, "somebody else", r, isms.NotFound, "not_found")
	}
	_, r := isms.Standing(alone, &isms.Person{}, people)
	refused(t, "nobody", r, isms.NotFound, "not_found")
	orphan := item(t, isms.Action, 0, "2026-03-19")
	_, r = isms.Standing(orphan, all[sam-1], people)
	refused(t, "an auditor, of an item without owner", r, isms.Forbidden, "unowned")
	_, r = isms.Standing(orphan, &isms.Person{}, people)
	refused(t, "nobody, of an item without owner", r, isms.NotFound, "not_found")

	all[jon-1].Left = true
	if onBehalf, r := isms.Standing(alone, all[lena-1], people); r != nil || !onBehalf {
		t.Errorf("a leaver's manager: %v, %v", onBehalf, r)
	}
	_, r = isms.Standing(alone, all[jon-1], people)
	refused(t, "a leaver", r, isms.NotFound, "not_found")
}

func TestWhoMayCreateAndEdit(t *testing.T) {
	all := organisation()
	people := isms.NewPeople(all)
	it := item(t, isms.Action, jon, "2026-03-19")
	for _, tc := range []struct {
		by    isms.PersonID
		field string
		code  isms.Code
		key   string
	}{
		{grace, "due", 0, ""}, {sam, "owner", 0, ""}, {jon, "text", 0, ""}, {amy, "text", 0, ""},
		{jon, "due", isms.Forbidden, "edit_due"}, {jon, "owner", isms.Forbidden, "edit_owner"}, {jon, "status", isms.Forbidden, "edit_other"},
		{lena, "text", isms.Forbidden, "not_yours"}, {tom, "text", isms.NotFound, "not_found"},
	} {
		refused(t, all[tc.by-1].Name+" edits "+tc.field, isms.CanEdit(it, all[tc.by-1], people, tc.field), tc.code, tc.key)
	}
	refused(t, "the ISMS manager creates", isms.CanCreate(all[grace-1], isms.Action), 0, "")
	refused(t, "an auditor creates", isms.CanCreate(all[sam-1], isms.Finding), 0, "")
	refused(t, "a manager creates", isms.CanCreate(all[lena-1], isms.Task), isms.Forbidden, "create")
	refused(t, "an outside auditor creates", isms.CanCreate(all[visitor-1], isms.Finding), isms.Forbidden, "create")
}

func TestManagersListTheirLine(t *testing.T) {
	all := organisation()
	people := isms.NewPeople(all)
	for by, wantAll := range map[isms.PersonID]bool{daniel: true, grace: true, lena: false} {
		if got, _, r := isms.OverdueScope(all[by-1], people); got != wantAll || r != nil {
			t.Errorf("%s: all %v, %v", all[by-1].Name, got, r)
		}
	}
	if _, line, _ := isms.OverdueScope(all[lena-1], people); len(line) != 3 || !line[jon] || line[lena] || line[grace] {
		t.Errorf("Lena's line is %v", line)
	}
	all[tom-1].Roles = []isms.Role{isms.Manager}
	if _, line, r := isms.OverdueScope(all[tom-1], people); r != nil || len(line) != 0 {
		t.Errorf("a manager without people: %v, %v", line, r)
	}
	for _, by := range []isms.PersonID{jon, sam, visitor} {
		_, _, r := isms.OverdueScope(all[by-1], people)
		refused(t, all[by-1].Name, r, isms.Forbidden, "overdue")
	}
}

func TestTheApproverIsNeverTheAsker(t *testing.T) {
	for _, tc := range []struct {
		name      string
		owner     isms.PersonID
		asker     isms.PersonID
		sev       isms.Severity
		source    string
		escalated bool
		change    func([]*isms.Person)
		want      isms.PersonID
	}{
		{"the line manager for a minor", jon, jon, isms.Minor, "", false, nil, lena},
		{"and for no severity", jon, jon, "", "", false, nil, lena},
		{"the ISMS manager for a major", jon, jon, isms.Major, "", false, nil, grace},
		{"and for an external finding", jon, jon, isms.Minor, "external_audit", false, nil, grace},
		{"and when the manager did not answer", jon, jon, isms.Minor, "", true, nil, grace},
		{"a manager's own goes one up", lena, lena, isms.Minor, "", false, nil, daniel},
		{"the chief executive's goes to the ISMS manager", daniel, daniel, isms.Minor, "", false, nil, grace},
		{"and the ISMS manager's back", grace, grace, isms.Major, "", false, nil, daniel},
		{"even without a line", grace, grace, isms.Major, "", false, func(all []*isms.Person) { all[grace-1].Manager = 0 }, daniel},
		{"asked by the manager as deputy, it goes one up", jon, lena, isms.Minor, "", false, nil, daniel},
		{"asked by the ISMS manager for a major, up the line", jon, grace, isms.Major, "", false, nil, lena},
		{"past a manager who has left", jon, jon, isms.Minor, "", false, func(all []*isms.Person) { all[lena-1].Left = true }, daniel},
		{"past a manager who cannot be reached", jon, jon, isms.Minor, "", false, func(all []*isms.Person) { all[lena-1].Reachable = false }, daniel},
		{"nobody without a line goes to the ISMS manager", tom, tom, isms.Minor, "", false, nil, grace},
		{"a ring of managers ends", jon, jon, isms.Minor, "", false, func(all []*isms.Person) { all[lena-1].Manager, all[lena-1].Left = jon, true }, grace},
		{"asked for the ISMS manager, never the ISMS manager", grace, jon, isms.Minor, "", false, func(all []*isms.Person) {
			for _, p := range all {
				p.Left = p.ID != jon && p.ID != grace
			}
		}, 0},
		{"there is nobody else", jon, jon, isms.Minor, "", false, func(all []*isms.Person) {
			for _, p := range all {
				p.Left = p.ID != jon
			}
		}, 0},
	} {
		all := organisation()
		if tc.change != nil {
			tc.change(all)
		}
		it := item(t, isms.Action, tc.owner, "2026-03-19")
		it.Severity, it.Source = tc.sev, tc.source
		if got := isms.Approver(it, all[tc.asker-1], isms.NewPeople(all), tc.escalated); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestTheLineAboveEndsInARing(t *testing.T) {
	all := organisation()
	all[tom-1].Manager, all[lena-1].Manager = jon, jon
	people := isms.NewPeople(all)
	if got := people.Above(tom); !slices.Equal(got, []isms.PersonID{jon, lena}) {
		t.Errorf("above Tom: %v", got)
	}
	if got := people.Above(jon); !slices.Equal(got, []isms.PersonID{lena}) {
		t.Errorf("above Jon: %v", got)
	}
	if got := people.Above(0); got != nil {
		t.Errorf("above nobody: %v", got)
	}
}

func TestMoreTimeNeedsALaterDayWithinLimits(t *testing.T) {
	it, today := item(t, isms.Action, jon, "2026-03-19"), day(t, "2026-03-25")
	limit := day(t, "2026-04-30")
	for _, tc := range []struct {
		to, key string
		code    isms.Code
	}{
		{"2026-03-27", "", 0}, {"2026-03-25", "", 0}, {"2026-04-30", "", 0}, {"2026-03-24", "date_past", isms.Invalid},
		{"2026-05-01", "date_beyond", isms.Forbidden},
	} {
		refused(t, tc.to, isms.ExtensionAllowed(it, day(t, tc.to), today, limit), tc.code, tc.key)
	}
	refused(t, "not later", isms.ExtensionAllowed(it, it.Due, day(t, "2026-03-01"), limit), isms.Invalid, "date_not_later")
	refused(t, "without limit", isms.ExtensionAllowed(it, day(t, "2027-05-01"), today, isms.Date{}), 0, "")
	it.Status = isms.Closed
	refused(t, "closed", isms.ExtensionAllowed(it, day(t, "2026-03-27"), today, limit), isms.Conflict, "closed")
}

func TestThoseAboveMayNudge(t *testing.T) {
	all := organisation()
	people := isms.NewPeople(all)
	it := item(t, isms.Action, jon, "2026-03-19")
	for by, key := range map[isms.PersonID]string{lena: "", daniel: "", grace: "", jon: "nudge_self", amy: "nudge"} {
		code := isms.Forbidden
		if by == jon {
			code = isms.Invalid
		}
		refused(t, all[by-1].Name, isms.CanNudge(it, all[by-1], people), code, key)
	}
	refused(t, "a stranger", isms.CanNudge(it, all[tom-1], people), isms.NotFound, "not_found")
	it.Status = isms.Withdrawn
	refused(t, "a stranger, later", isms.CanNudge(it, all[tom-1], people), isms.NotFound, "not_found")
	refused(t, "the manager, later", isms.CanNudge(it, all[lena-1], people), isms.Conflict, "withdrawn")
	refused(t, "without owner", isms.CanNudge(item(t, isms.Action, 0, "2026-03-19"), all[grace-1], people), isms.Conflict, "unowned")
}
