package isms_test

import (
	"fmt"
	"testing"

	"ismsbot/bot/isms"
)

// The example organisation: Daniel leads, Grace keeps the ISMS, Lena leads
// Operations with Jon and Amy, Priya works in IT, Sam audits.
const (
	daniel isms.PersonID = iota + 1
	grace
	lena
	jon
	amy
	priya
	sam
	tom
	visitor
)

func organisation() []*isms.Person {
	p := func(id isms.PersonID, name string, manager isms.PersonID, roles ...isms.Role) *isms.Person {
		return &isms.Person{ID: id, Name: name, Manager: manager, Roles: roles, Reachable: true}
	}
	all := []*isms.Person{
		p(daniel, "Daniel Cole", 0, isms.TopManagement), p(grace, "Grace Adeyemi", daniel, isms.ISMSManager),
		p(lena, "Lena Vogt", daniel, isms.Manager), p(jon, "Jon Reed", lena), p(amy, "Amy Park", lena),
		p(priya, "Priya Nair", lena), p(sam, "Sam Okoro", grace, isms.Auditor), p(tom, "Tom Baker", 0),
		p(visitor, "Vera Quist", 0, isms.ExternalAuditor),
	}
	all[jon-1].Deputy = amy
	return all
}

func item(t testing.TB, kind isms.Kind, owner isms.PersonID, due string) *isms.Item {
	t.Helper()
	it := &isms.Item{ID: isms.ItemID{Kind: kind, N: 12}, Title: "Visitor log", Owner: owner, Status: isms.Open}
	if kind == isms.Audit {
		it.Status = isms.Planned
	}
	if due != "" {
		it.Due = day(t, due)
	}
	return it
}

// refused checks a refusal's key; "" expects none.
func refused(t *testing.T, what string, r *isms.Refusal, code isms.Code, key string) {
	t.Helper()
	switch {
	case key == "" && r != nil:
		t.Errorf("%s: %v", what, r)
	case key != "" && (r == nil || r.Key != "refuse."+key || r.Code != code):
		t.Errorf("%s: %v, want refuse.%s (%d)", what, r, key, code)
	}
}

func TestDoneMeansSomethingElseForEachKind(t *testing.T) {
	all, cal := organisation(), office(t, "UTC")
	today := day(t, "2026-03-14") // a Saturday; three months on is a Sunday
	for _, tc := range []struct {
		kind   isms.Kind
		status isms.Status
		review string
	}{
		{isms.Action, isms.Done, "2026-06-15"}, {isms.Finding, isms.Done, "2026-06-15"},
		{isms.Task, isms.Closed, ""}, {isms.Audit, isms.Held, ""},
	} {
		it := item(t, tc.kind, jon, "2026-03-19")
		it.Stuck, it.FirstReminded = true, day(t, "2026-03-05")
		done, r := it.MarkDone(all[jon-1], day(t, "2026-03-12"), " the log book ", today, sam, cal)
		refused(t, string(tc.kind), r, 0, "")
		if it.Status != tc.status || it.VerifyDue.String() != tc.review || it.DoneBy != jon || it.DoneOn != day(t, "2026-03-12") ||
			it.Evidence != "the log book" || it.Stuck || done.Due != day(t, "2026-03-19") || !done.Next.IsZero() {
			t.Errorf("%s: %+v, %+v", tc.kind, it, done)
		}
		if (it.Verifier == sam) != (tc.review != "") || it.FirstReminded.IsZero() != (tc.review != "") {
			t.Errorf("%s: checked by %d, told on %s", tc.kind, it.Verifier, it.FirstReminded)
		}
		_, r = it.MarkDone(all[amy-1], today, "", today, 0, cal)
		refused(t, "twice", r, isms.Conflict, "done")
		if got := fmt.Sprint(r.Args); got != fmt.Sprint([]any{"id", it.ID, "name", jon, "date", day(t, "2026-03-12")}) {
			t.Errorf("it names %s", got)
		}
	}
}

func TestDoneRefusesWhatCannotBe(t *testing.T) {
	all, cal, today := organisation(), office(t, "UTC"), day(t, "2026-03-16")
	for _, tc := range []struct {
		name     string
		happened string
		verifier isms.PersonID
		status   isms.Status
		code     isms.Code
		key      string
	}{
		{"today", "2026-03-16", sam, isms.Open, 0, ""},
		{"tomorrow", "2026-03-17", sam, isms.Open, isms.Invalid, "happened_later"},
		{"no day at all", "", sam, isms.Open, isms.Invalid, "happened_when"},
		{"checked by its owner", "2026-03-16", jon, isms.InProgress, isms.Conflict, "verifier_not_free"},
		{"checked by who did it", "2026-03-16", amy, isms.Open, isms.Conflict, "verifier_not_free"},
		{"nobody free to check", "2026-03-16", 0, isms.Open, 0, ""},
		{"withdrawn", "2026-03-16", sam, isms.Withdrawn, isms.Conflict, "withdrawn"},
		{"closed by an import", "2026-03-16", sam, isms.Closed, isms.Conflict, "closed"},
	} {
		it := item(t, isms.Action, jon, "2026-03-19")
		it.Status = tc.status
		var happened isms.Date
		if tc.happened != "" {
			happened = day(t, tc.happened)
		}
		before := *it
		_, r := it.MarkDone(all[amy-1], happened, "", today, tc.verifier, cal)
		refused(t, tc.name, r, tc.code, tc.key)
		if r != nil && fmt.Sprint(*it) != fmt.Sprint(before) {
			t.Errorf("%s: a refusal changed the item", tc.name)
		}
	}
}

func TestARecurringTaskComesRoundAgain(t *testing.T) {
	all, cal := organisation(), office(t, "UTC")
	for _, tc := range []struct {
		name, repeat, first, due, moved, today, next string
		skipped                                      int
	}{
		{"on time", "monthly", "2026-01-31", "2026-02-28", "", "2026-02-27", "2026-03-31", 0},
		{"early", "monthly", "2026-01-31", "2026-03-31", "", "2026-02-01", "2026-04-30", 0},
		{"late within the month", "monthly", "2026-01-31", "2026-01-31", "", "2026-02-27", "2026-02-28", 0},
		{"on the next one's day", "monthly", "2026-01-31", "2026-01-31", "", "2026-02-28", "2026-03-31", 1},
		{"after months of silence", "monthly", "2026-01-31", "2026-01-31", "", "2026-07-01", "2026-07-31", 5},
		{"moved to an earlier day, it is not due twice", "monthly", "2026-01-15", "2026-03-15", "2026-03-10", "2026-03-09", "2026-04-15", 0},
		{"moved past the next one", "monthly", "2026-01-15", "2026-03-15", "2026-04-20", "2026-04-20", "2026-05-15", 1},
		{"moved past the next one and done before", "monthly", "2026-01-15", "2026-03-15", "2026-04-20", "2026-03-14", "2026-05-15", 1},
		{"the last of a series", "FREQ=MONTHLY;COUNT=2", "2026-01-15", "2026-02-15", "", "2026-02-15", "", 0},
		{"a leap day", "yearly", "2024-02-29", "2027-02-28", "", "2027-02-28", "2028-02-29", 0},
	} {
		it := item(t, isms.Task, jon, tc.due)
		it.Repeat, it.SeriesStart = tc.repeat, day(t, tc.first)
		if tc.moved != "" {
			refused(t, tc.name, it.MoveDue(day(t, tc.moved), day(t, "2026-01-01")), 0, "")
		}
		it.AckedBy, it.LastWord, it.Stuck, it.HandOvers = jon, "half done", true, 2
		due := it.Due
		done, r := it.MarkDone(all[jon-1], day(t, tc.today), "x", day(t, tc.today), 0, cal)
		refused(t, tc.name, r, 0, "")
		if done.Next.String() != tc.next || done.Skipped != tc.skipped || done.Due != due {
			t.Errorf("%s: %+v, want %s and %d skipped", tc.name, done, tc.next, tc.skipped)
		}
		if tc.next == "" {
			if it.Status != isms.Closed || it.Evidence != "x" {
				t.Errorf("%s: %+v", tc.name, it)
			}
			continue
		}
		fresh := item(t, isms.Task, jon, tc.next)
		fresh.Repeat, fresh.SeriesStart = tc.repeat, day(t, tc.first)
		if fmt.Sprint(*it) != fmt.Sprint(*fresh) {
			t.Errorf("%s: something is left of the old occurrence: %+v", tc.name, *it)
		}
		refused(t, tc.name, it.StillDue(due), isms.Conflict, "moved_on")
		refused(t, tc.name, it.StillDue(it.Due), 0, "")
	}
}

func TestAnswersChangeWhatTheySay(t *testing.T) {
	all, today := organisation(), day(t, "2026-03-16")
	it := item(t, isms.Action, jon, "2026-03-19")

	fresh, r := it.Acknowledge(all[jon-1])
	refused(t, "ack", r, 0, "")
	again, r := it.Acknowledge(all[jon-1])
	refused(t, "second ack", r, 0, "")
	if !fresh || again || it.AckedBy != jon || it.Status != isms.Open {
		t.Errorf("acknowledged %v, then %v: %+v", fresh, again, it)
	}
	refused(t, "empty note", it.Note("  "), isms.Invalid, "words_missing")
	refused(t, "note", it.Note(" book ordered "), 0, "")
	if it.LastWord != "book ordered" || it.Status != isms.InProgress {
		t.Errorf("after the note: %+v", it)
	}
	refused(t, "stuck", it.SetStuck("waits for Facilities"), 0, "")
	if !it.Stuck || it.LastWord != "waits for Facilities" {
		t.Errorf("after stuck: %+v", it)
	}
	refused(t, "unstuck", it.ClearStuck(), 0, "")
	if it.Stuck {
		t.Error("still stuck")
	}
	it.FirstReminded = today
	refused(t, "to yesterday", it.MoveDue(today.Add(-1), today), isms.Invalid, "date_past")
	refused(t, "to the same day", it.MoveDue(it.Due, today), isms.Conflict, "date_same")
	refused(t, "once", it.MoveDue(day(t, "2026-03-27"), today), 0, "")
	refused(t, "and again", it.MoveDue(day(t, "2026-04-10"), today), 0, "")
	if it.Moves != 2 || it.FirstDue != day(t, "2026-03-19") || it.AckedBy != 0 || !it.FirstReminded.IsZero() || it.FirstPromise() != it.FirstDue {
		t.Errorf("after two moves: %+v", it)
	}
	it.Deputy = priya
	refused(t, "to its owner", it.HandOver(all[jon-1]), isms.Conflict, "owner_same")
	refused(t, "to an outside auditor", it.HandOver(all[visitor-1]), isms.Invalid, "owner_cannot")
	all[tom-1].Left = true
	refused(t, "to a leaver", it.HandOver(all[tom-1]), isms.Invalid, "owner_cannot")
	refused(t, "over", it.HandOver(all[amy-1]), 0, "")
	refused(t, "and over", it.HandOver(all[priya-1]), 0, "")
	if it.Owner != priya || it.HandOvers != 2 || it.Deputy != 0 {
		t.Errorf("after two hand-overs: %+v", it)
	}
	refused(t, "assigned", it.Assign(all[jon-1]), 0, "")
	if it.HandOvers != 0 {
		t.Error("an assignment counts as a hand-over")
	}
	refused(t, "withdrawn without reason", it.Withdraw(" "), isms.Invalid, "reason_missing")
	refused(t, "withdrawn", it.Withdraw("raised twice"), 0, "")
	for what, r := range map[string]*isms.Refusal{
		"note": it.Note("x"), "move": it.MoveDue(today, today), "hand-over": it.HandOver(all[amy-1]), "stuck": it.SetStuck("x"),
		"unstuck": it.ClearStuck(), "withdraw": it.Withdraw("x"), "assign": it.Assign(all[amy-1]),
	} {
		refused(t, what+" after withdrawal", r, isms.Conflict, "withdrawn")
	}
	audit := item(t, isms.Audit, sam, "2026-03-19")
	if audit.Withdraw("moved to next year"); audit.Status != isms.Cancelled {
		t.Errorf("a withdrawn audit is %s", audit.Status)
	}
}

func TestDueDatesFollowFromSeverity(t *testing.T) {
	from := day(t, "2026-01-01")
	for sev, want := range map[isms.Severity]string{isms.Major: "2026-03-02", isms.Minor: "2026-04-01", isms.Observation: "2026-06-30", isms.Opportunity: "2026-06-30", "": "2026-06-30"} {
		if got := isms.DueBySeverity(sev, from); got.String() != want {
			t.Errorf("%s: %s, want %s", sev, got, want)
		}
	}
}

func ExampleItem_MarkDone() {
	due, _ := isms.ParseDate("2026-01-31")
	today, _ := isms.ParseDate("2026-01-29")
	task := isms.Item{ID: isms.ItemID{Kind: isms.Task, N: 31}, Due: due, SeriesStart: due, Repeat: "monthly", Status: isms.Open}
	done, _ := task.MarkDone(&isms.Person{ID: 1}, today, "the restore log", today, 0, &isms.Calendar{})
	fmt.Println(done.Due, "done, next", done.Next, task.Status)
	// Output: 2026-01-31 done, next 2026-02-28 open
}
