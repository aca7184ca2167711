package isms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// line writes a reminder as a test expects it: stage, capacity and what was overtaken.
func line(r isms.Reminder) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Stage, r.As, strings.Join(r.Superseded, ",")))
}

func TestADigestBringsWhatIsNewlyReached(t *testing.T) {
	type cand = isms.Candidate
	for _, tc := range []struct {
		name, now string
		change    func(c *cand)
		want      string
	}{
		{"nothing before the first stage", "2026-03-04 10:00", nil, ""},
		{"the first stage", "2026-03-05 10:00", nil, "14 owner"},
		{"not before opening", "2026-03-05 08:59", nil, ""},
		{"at opening", "2026-03-05 09:00", nil, "14 owner"},
		{"not at closing", "2026-03-05 17:00", nil, ""},
		{"not on a Saturday", "2026-03-07 10:00", nil, ""},
		{"an item that is new and near", "2026-03-13 10:00", nil, "7 owner 14"},
		{"a stage that was sent stays sent", "2026-03-13 10:00", func(c *cand) { c.Received = []string{"7"} }, ""},
		{"one bundle after a week's outage", "2026-03-25 10:00", func(c *cand) { c.Received = []string{"14", "7"} }, "late-4 owner 1,0,late-2"},
		{"what was recorded as overtaken is not recorded twice", "2026-03-25 10:00", func(c *cand) { c.Received = []string{"14", "7", "1"} }, "late-4 owner 0,late-2"},
		{"a later stage heard elsewhere silences an earlier one", "2026-03-19 10:00", func(c *cand) { c.Received = []string{"late-2"} }, ""},
		{"on it is quiet until due", "2026-03-18 10:00", func(c *cand) { c.Item.AckedBy = jon; c.Received = []string{"14"} }, ""},
		{"on it speaks on the due day", "2026-03-19 10:00", func(c *cand) { c.Item.AckedBy = jon; c.Received = []string{"14"} }, "0 owner 7,1"},
		{"on it speaks when late", "2026-03-23 10:00", func(c *cand) { c.Item.AckedBy = jon; c.Received = []string{"0"} }, "late-2 owner"},
		{"snoozed is quiet", "2026-03-18 10:00", func(c *cand) { c.Snoozed = day(t, "2026-03-19"); c.Received = []string{"7"} }, ""},
		{"snoozed past due is quiet too", "2026-03-23 10:00", func(c *cand) { c.Snoozed = day(t, "2026-03-26"); c.Received = []string{"7"} }, ""},
		{"a snooze ends with what came on that day", "2026-03-18 10:00", func(c *cand) { c.Snoozed = day(t, "2026-03-18"); c.Received = []string{"7"} }, "1 owner snooze-2026-03-18"},
		{"a snooze ends by itself", "2026-03-16 10:00", func(c *cand) { c.Snoozed = day(t, "2026-03-16"); c.Received = []string{"7"} }, "snooze-2026-03-16 owner"},
		{"a snooze overtakes what came under it", "2026-03-20 10:00", func(c *cand) { c.Snoozed = day(t, "2026-03-20"); c.Received = []string{"7"} }, "snooze-2026-03-20 owner 1,0"},
		{"which does not come after it", "2026-03-20 12:00", func(c *cand) {
			c.Snoozed, c.Received = day(t, "2026-03-20"), []string{"7", "snooze-2026-03-20"}
		}, ""},
		{"nor does an old snooze come after something newer", "2026-03-20 12:00", func(c *cand) {
			c.Snoozed, c.Received = day(t, "2026-03-16"), []string{"7", "0"}
		}, ""},
		{"a snooze that ended on a Saturday waits for Monday", "2026-03-16 09:00", func(c *cand) { c.Snoozed = day(t, "2026-03-14"); c.Received = []string{"7"} }, "snooze-2026-03-14 owner"},
		{"on it outlasts a snooze", "2026-03-16 10:00", func(c *cand) {
			c.Snoozed, c.Received, c.Item.AckedBy = day(t, "2026-03-16"), []string{"7"}, jon
		}, ""},
		{"the manager after two working days", "2026-03-23 10:00", func(c *cand) { c.As, c.Reminded = isms.AsLineManager, day(t, "2026-03-05") }, "manager-2 manager"},
		{"not a day earlier", "2026-03-20 10:00", func(c *cand) { c.As, c.Reminded = isms.AsLineManager, day(t, "2026-03-05") }, ""},
		{"not before the owner was told", "2026-06-23 10:00", func(c *cand) { c.As = isms.AsLineManager }, ""},
		{"grace counts from when the owner was told", "2026-06-24 10:00", func(c *cand) { c.As, c.Reminded = isms.AsLineManager, day(t, "2026-06-23") }, ""},
		{"to the second working day after", "2026-06-25 10:00", func(c *cand) { c.As, c.Reminded = isms.AsLineManager, day(t, "2026-06-23") }, "manager-2 manager"},
		{"where nobody can be told, from the due date", "2026-04-02 10:00", func(c *cand) { c.As, c.Untold = isms.AsTopManagement, true }, "top_management-10 top_management"},
		{"again each week", "2026-03-30 10:00", func(c *cand) {
			c.As, c.Reminded, c.Received = isms.AsLineManager, day(t, "2026-03-05"), []string{"manager-2"}
		}, "manager-7 manager"},
		{"a manager's snooze is the manager's", "2026-03-25 10:00", func(c *cand) {
			c.As, c.Reminded, c.Received, c.Snoozed = isms.AsLineManager, day(t, "2026-03-05"), []string{"manager-2"}, day(t, "2026-03-25")
		}, "snooze-2026-03-25 manager"},
		{"the owner's on it does not quieten the manager", "2026-03-23 10:00", func(c *cand) {
			c.As, c.Reminded, c.Item.AckedBy = isms.AsLineManager, day(t, "2026-03-05"), jon
		}, "manager-2 manager"},
		{"a new owner's grace begins anew, and what the manager heard stays heard", "2026-04-14 10:00", func(c *cand) {
			c.As, c.Reminded, c.Received = isms.AsLineManager, day(t, "2026-04-10"), []string{"manager-2", "manager-7"}
		}, ""},
		{"until it is later than ever", "2026-04-28 10:00", func(c *cand) {
			c.As, c.Reminded, c.Received = isms.AsLineManager, day(t, "2026-04-10"), []string{"manager-2", "manager-7"}
		}, "manager-12 manager"},
		{"the ISMS manager after five", "2026-03-26 10:00", func(c *cand) { c.As, c.Reminded = isms.AsISMSManager, day(t, "2026-03-05") }, "isms_manager-5 isms_manager"},
		{"without owner at once", "2026-01-05 10:00", func(c *cand) { c.As, c.Nobody, c.Unowned = isms.AsISMSManager, true, true }, "unowned isms_manager"},
		{"without owner the ISMS manager hears the stages", "2026-03-13 10:00", func(c *cand) {
			c.As, c.Nobody, c.Unowned, c.Received = isms.AsISMSManager, true, true, []string{"unowned"}
		}, "7 isms_manager 14"},
		{"without owner and date, only that", "2026-03-13 10:00", func(c *cand) {
			c.As, c.Nobody, c.Unowned, c.Item.Due = isms.AsISMSManager, true, true, isms.Date{}
		}, "unowned isms_manager"},
		{"for a leaver an old on it counts for nothing", "2026-03-18 10:00", func(c *cand) {
			c.As, c.Nobody, c.Unowned, c.Item.AckedBy = isms.AsISMSManager, true, true, jon
		}, "1 isms_manager unowned,14,7"},
		{"an absence is no missing owner", "2026-01-05 10:00", func(c *cand) { c.As, c.Nobody = isms.AsISMSManager, true }, ""},
		{"handed over twice", "2026-01-05 10:00", func(c *cand) { c.As, c.Item.HandOvers = isms.AsISMSManager, 2 }, "handed_over isms_manager"},
		{"handed over once is their own affair", "2026-01-05 10:00", func(c *cand) { c.As, c.Item.HandOvers = isms.AsISMSManager, 1 }, ""},
		{"a review is announced", "2026-06-09 10:00", func(c *cand) {
			c.As, c.Item.Status, c.Item.VerifyDue, c.Item.AckedBy = isms.AsVerifier, isms.Done, day(t, "2026-06-16"), jon
		}, "check-7 verifier"},
		{"and late like the rest", "2026-06-18 10:00", func(c *cand) {
			c.As, c.Item.Status, c.Item.VerifyDue, c.Received = isms.AsVerifier, isms.Done, day(t, "2026-06-16"), []string{"check-0"}
		}, "check-late-2 verifier"},
		{"without date there is nothing to say", "2026-03-19 10:00", func(c *cand) { c.Item.Due = isms.Date{} }, ""},
		{"late by the owner's calendar, not the manager's", "2026-03-23 09:00", func(c *cand) {
			c.As, c.Reminded, c.Calendar = isms.AsLineManager, day(t, "2026-03-05"), office(t, "Pacific/Honolulu")
		}, ""},
		{"until the owner's day begins", "2026-03-23 10:00", func(c *cand) {
			c.As, c.Reminded, c.Calendar = isms.AsLineManager, day(t, "2026-03-05"), office(t, "Pacific/Honolulu")
		}, "manager-2 manager"},
	} {
		c := cand{Item: item(t, isms.Action, jon, "2026-03-19"), As: isms.AsOwner}
		if tc.change != nil {
			tc.change(&c)
		}
		got := ""
		if plan := isms.PlanDigest([]cand{c}, office(t, "UTC"), isms.DefaultCadence, at(t, tc.now)); len(plan) == 1 {
			got = line(plan[0])
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestADigestPutsTheWorstFirst(t *testing.T) {
	var cands []isms.Candidate
	for n, due := range []string{"2026-03-24", "2026-03-18", "", "2026-03-19", "2026-03-02", "2026-03-19", "2026-03-20"} {
		c := isms.Candidate{Item: item(t, isms.Action, 0, due), As: isms.AsISMSManager, Nobody: true, Unowned: true}
		c.Item.ID.N = int64(n)
		cands = append(cands, c)
	}
	var order []int64
	for _, r := range isms.PlanDigest(cands, office(t, "UTC"), isms.DefaultCadence, at(t, "2026-03-19 10:00")) {
		order = append(order, r.Item.N)
	}
	if want := []int64{4, 1, 3, 5, 6, 0, 2}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}

func TestToldIsWhoeverHasToAct(t *testing.T) {
	today, due := day(t, "2026-03-20"), day(t, "2026-03-19")
	for _, tc := range []struct {
		name string
		r    isms.Reminder
		want bool
	}{
		{"who has to act", isms.Reminder{Due: due, ToAct: true}, true},
		{"who only needs to know", isms.Reminder{Due: due}, false},
		{"of another date", isms.Reminder{Due: today, ToAct: true}, false},
	} {
		it := item(t, isms.Action, jon, "2026-03-19")
		it.Told(tc.r, today)
		it.Told(tc.r, today.Add(1))
		if (it.FirstReminded == today) != tc.want || !tc.want && !it.FirstReminded.IsZero() {
			t.Errorf("%s: first told %q", tc.name, it.FirstReminded)
		}
	}
}

func TestNextLookIsTheNextOpeningOrAnOwnersMidnight(t *testing.T) {
	for _, tc := range []struct {
		name, now, told, want string
		change                func(c *isms.Candidate)
	}{
		{"now, if there is something", "2026-03-05 10:00", "", "2026-03-05 10:00", nil},
		{"tomorrow, after today's digest", "2026-03-05 10:00", "2026-03-05", "2026-03-06 09:00", nil},
		{"at opening", "2026-03-05 08:00", "", "2026-03-05 09:00", nil},
		{"at opening though there was one yesterday", "2026-03-05 08:00", "2026-03-04", "2026-03-05 09:00", nil},
		{"on Monday", "2026-03-06 18:00", "2026-03-06", "2026-03-09 09:00", nil},
		{"tomorrow, if there is nothing now", "2026-03-03 10:00", "", "2026-03-04 09:00", nil},
		{"when the owner's day begins", "2026-03-20 09:30", "", "2026-03-20 10:00", func(c *isms.Candidate) {
			c.As, c.Calendar = isms.AsLineManager, office(t, "Pacific/Honolulu")
		}},
		{"after a day that has not come here yet", "2026-03-05 10:00", "2026-03-06", "2026-03-09 09:00", nil},
	} {
		c := isms.Candidate{Item: item(t, isms.Action, jon, "2026-03-19"), As: isms.AsOwner}
		if tc.change != nil {
			tc.change(&c)
		}
		var told isms.Date
		if tc.told != "" {
			told = day(t, tc.told)
		}
		if got := isms.NextLook([]isms.Candidate{c}, office(t, "UTC"), isms.DefaultCadence, at(t, tc.now), told); !got.Equal(at(t, tc.want)) {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	never := office(t, "UTC")
	never.Working = [7]bool{}
	if got := isms.NextLook(nil, never, isms.DefaultCadence, at(t, "2026-03-05 10:00"), isms.Date{}); !got.IsZero() {
		t.Errorf("without working days: %s", got)
	}
}

func ExamplePlanDigest() {
	due, _ := isms.ParseDate("2026-03-22") // a Sunday
	log := isms.Item{ID: isms.ItemID{Kind: isms.Action, N: 9}, Due: due, Status: isms.Open}
	cal := isms.Calendar{From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}}
	friday := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	for _, r := range isms.PlanDigest([]isms.Candidate{{Item: &log, As: isms.AsOwner, Received: []string{"14", "7"}}}, &cal, isms.DefaultCadence, friday) {
		fmt.Println(r.Item, r.Stage, r.On, r.Superseded)
	}
	// Output: CA-9 0 2026-03-20 [1]
}

func BenchmarkPlanDigest(b *testing.B) {
	cal := keeping(b, office(b, "Europe/London"), "GB")
	now := at(b, "2026-03-19 10:00")
	cands := make([]isms.Candidate, 100)
	for i := range cands {
		it := item(b, isms.Action, jon, "2026-03-19")
		it.ID.N, it.Due = int64(i+1), it.Due.Add(i%90-60)
		cands[i] = isms.Candidate{Item: it, As: isms.AsOwner, Received: []string{"14", "7"}}
	}
	for b.Loop() {
		isms.PlanDigest(cands, cal, isms.DefaultCadence, now)
	}
}
