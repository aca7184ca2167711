package isms_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ismsbot/bot/isms"
)

// world plays the bot over simulated weeks, hour by hour, and checks after
// each hour what must hold whatever happens.
type world struct {
	t        fataler
	people   []*isms.Person
	index    *isms.People
	cals     map[isms.PersonID]*isms.Calendar
	items    []*isms.Item
	audit    isms.Date
	received map[heardOf][]string
	sent     map[string]bool // person, item, due, stage
	snoozed  map[heardOf]isms.Date
	told     map[isms.PersonID]isms.Date
	promise  map[isms.PersonID]promised
	moved    bool // somebody changed zone: what was yesterday's may be ahead
	version  int  // grows with every change from outside
	digests  int
	lines    int
}

type fataler interface{ Fatalf(string, ...any) }

type heardOf struct {
	person isms.PersonID
	item   isms.ItemID
	due    isms.Date
}

type promised struct {
	at      time.Time
	version int
	concern string
}

func newWorld(t fataler, people []*isms.Person, cals map[isms.PersonID]*isms.Calendar, items []*isms.Item) *world {
	return &world{t: t, people: people, index: isms.NewPeople(people), cals: cals, items: items,
		received: map[heardOf][]string{}, sent: map[string]bool{}, snoozed: map[heardOf]isms.Date{},
		told: map[isms.PersonID]isms.Date{}, promise: map[isms.PersonID]promised{}}
}

func (w *world) cal(p *isms.Person) *isms.Calendar { return w.cals[p.ID] }

func due(it *isms.Item) isms.Date {
	if it.Status == isms.Done {
		return it.VerifyDue
	}
	return it.Due
}

// candidates are what concerns the person, and that in one word.
func (w *world) candidates(p *isms.Person, now time.Time) (cands []isms.Candidate, concern string) {
	for _, it := range w.items {
		c, ok := isms.Consider(it, p, w.index, w.cal, now, w.audit)
		if !ok {
			continue
		}
		key := heardOf{p.ID, it.ID, due(it)}
		c.Received, c.Snoozed = w.received[key], w.snoozed[key]
		cands = append(cands, c)
		concern += fmt.Sprint(it.ID, c.As, c.Nobody, c.Unowned, c.Untold)
	}
	return cands, concern
}

// tick is one look of the bot at everybody.
func (w *world) tick(now time.Time) {
	for _, p := range w.people {
		cal := w.cals[p.ID]
		today := cal.Today(now)
		if !cal.Inside(now) {
			if plan := isms.PlanDigest([]isms.Candidate{{Item: w.items[0], As: isms.AsOwner}}, cal, isms.DefaultCadence, now); len(plan) > 0 {
				w.t.Fatalf("%s is told something at %s, outside their hours", p.Name, now.In(cal.Zone))
			}
			continue
		}
		cands, concern := w.candidates(p, now)
		if w.told[p.ID].Before(today) {
			plan := isms.PlanDigest(cands, cal, isms.DefaultCadence, now)
			if pr := w.promise[p.ID]; len(plan) > 0 && pr.version == w.version && pr.concern == concern && now.Before(pr.at) {
				w.t.Fatalf("%s is told %s of %s at %s, before the next look at %s", p.Name, plan[0].Stage, plan[0].Item, now, pr.at)
			}
			if len(plan) > 0 {
				w.deliver(p, cal, plan, today)
				cands, concern = w.candidates(p, now)
			}
			w.check(p, cal, cands, now)
		}
		w.promise[p.ID] = promised{isms.NextLook(cands, cal, isms.DefaultCadence, now, w.told[p.ID]), w.version, concern}
	}
}

func (w *world) deliver(p *isms.Person, cal *isms.Calendar, plan []isms.Reminder, today isms.Date) {
	if !cal.WorkingDay(today) || w.told[p.ID] == today || p.Left || p.Away(today) {
		w.t.Fatalf("%s gets a digest on %s", p.Name, today)
	}
	w.told[p.ID] = today
	w.digests++
	for _, r := range plan {
		key := heardOf{p.ID, r.Item, r.Due}
		for _, stage := range append([]string{r.Stage}, r.Superseded...) {
			once := fmt.Sprint(p.ID, r.Item, r.Due, stage)
			if w.sent[once] || slices.Contains(w.received[key], stage) {
				w.t.Fatalf("%s hears %s of %s, due %s, a second time on %s", p.Name, stage, r.Item, r.Due, today)
			}
			w.received[key] = append(w.received[key], stage)
		}
		w.sent[fmt.Sprint(p.ID, r.Item, r.Due, r.Stage)] = true
		w.lines++
		for _, it := range w.items {
			if it.ID == r.Item && it.FirstReminded.IsZero() {
				it.Told(r, today)
				w.version++
			}
		}
	}
}

// check holds the latest stage of everything against a count by fingers: it
// was sent, unless the person asked for quiet.
func (w *world) check(p *isms.Person, cal *isms.Calendar, cands []isms.Candidate, now time.Time) {
	for _, c := range cands {
		own := c.Calendar
		if own == nil {
			own = cal
		}
		key := heardOf{p.ID, c.Item.ID, due(c.Item)}
		stage, on := byFingers(c, own, own.Today(now))
		acked := c.Item.AckedBy != 0 && c.Item.Status != isms.Done && (c.As == isms.AsOwner || c.As == isms.AsDeputy)
		early := len(stage) > 0 && stage[0] >= '1' && stage[0] <= '9'
		switch {
		case stage == "", cal.Today(now).Before(c.Snoozed), acked && early:
		case w.sent[fmt.Sprint(p.ID, key.item, key.due, stage)]:
		case slices.ContainsFunc(w.received[key], func(s string) bool { return len(s) > 7 && s[:7] == "snooze-" && s[7:] > on.String() }):
		case w.moved && len(w.received[key]) > 0:
		case slices.ContainsFunc(w.received[key], func(s string) bool { return beyond(s, stage) }): // a new owner has new grace
		default:
			w.t.Fatalf("%s was not told %s (%s) of %s, due %s, by %s; heard %v", p.Name, stage, on, key.item, key.due, now, w.received[key])
		}
	}
}

// beyond tells whether a is that escalation, be it overtaken by a snooze, or a
// later one to the same people.
func beyond(a, b string) bool {
	toA, a, escalated := strings.Cut(a, "-")
	toB, b, _ := strings.Cut(b, "-")
	n, _ := strconv.Atoi(a)
	m, _ := strconv.Atoi(b)
	return escalated && toA == toB && toA != "late" && toA != "check" && n >= m
}

// byFingers is the latest stage, found by walking through the days.
func byFingers(c isms.Candidate, cal *isms.Calendar, today isms.Date) (stage string, on isms.Date) {
	it, d := c.Item, due(c.Item)
	early, late, first, every := "", "late-", 2, 2
	days, base := []int{14, 7, 1, 0}, d
	if it.Status == isms.Done {
		early, late, days = "check-", "check-late-", []int{7, 1, 0}
	}
	if c.As == isms.AsLineManager || c.As == isms.AsTopManagement || c.As == isms.AsISMSManager && !c.Nobody {
		late, first = string(c.As)+"-", map[isms.As]int{isms.AsLineManager: 2, isms.AsISMSManager: 5, isms.AsTopManagement: 10}[c.As]
		days, every = nil, 5
		if c.Reminded.IsZero() && !c.Untold {
			return "", isms.Date{}
		}
		if c.Reminded.After(base) {
			base = c.Reminded
		}
	}
	for _, n := range days {
		x := d.Add(-n)
		for !cal.WorkingDay(x) {
			x = x.Add(-1)
		}
		if !x.After(today) {
			stage, on = fmt.Sprint(early, n), x
		}
	}
	n := 0
	for x := base.Add(1); !x.After(today); x = x.Add(1) {
		if cal.WorkingDay(x) {
			if n++; n >= first && (n-first)%every == 0 {
				stage, on = fmt.Sprint(late, n), x
			}
		}
	}
	return stage, on
}

var playgrounds = []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Honolulu", "Asia/Kathmandu"}

// team is a small organisation in the given zone: Jon and his deputy Amy,
// Lena above them, Grace and Sam.
func team(t testing.TB) ([]*isms.Person, map[isms.PersonID]*isms.Calendar) {
	all := organisation()
	all[tom-1].Reachable = false
	all = all[:tom]
	cals := map[isms.PersonID]*isms.Calendar{}
	for _, p := range all {
		cals[p.ID] = keeping(t, office(t, "Europe/London"), "GB")
	}
	return all, cals
}

func TestAYearGoesByInEachZone(t *testing.T) {
	for _, name := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe"} {
		all, cals := team(t)
		for id := range cals {
			cals[id] = keeping(t, office(t, name), "GB")
		}
		task := item(t, isms.Task, jon, "2024-01-31")
		task.Repeat, task.SeriesStart = "monthly", task.Due // leap day, month ends
		late := item(t, isms.Action, jon, "2024-03-28")     // Maundy Thursday, before the clocks change
		late.ID.N, late.Severity = 13, isms.Major
		eve := item(t, isms.Action, priya, "2024-12-25")
		eve.ID.N = 14
		w := newWorld(t, all, cals, []*isms.Item{task, late, eve})
		end := at(t, "2025-01-02 00:00")
		for now := at(t, "2024-01-01 00:00"); now.Before(end); now = now.Add(30 * time.Minute) {
			w.tick(now)
			if today := cals[jon].Today(now); today == task.Due && cals[jon].Closing(today).Before(now) {
				if _, r := task.MarkDone(all[jon-1], today, "", today, 0, cals[jon]); r != nil {
					t.Fatal(r)
				}
				w.version++
			}
		}
		for stage, who := range map[string]isms.PersonID{"0": jon, "late-2": jon, "manager-2": lena, "manager-7": lena, "isms_manager-5": grace, "top_management-10": daniel} {
			if !w.sent[fmt.Sprint(who, late.ID, late.Due, stage)] {
				t.Errorf("%s: %s never reached %d", name, stage, who)
			}
		}
		if !w.sent[fmt.Sprint(jon, task.ID, day(t, "2024-02-29"), "0")] || task.Due.String() != "2025-01-31" {
			t.Errorf("%s: the leap day was missed, the task is now due %s", name, task.Due)
		}
		if !w.sent[fmt.Sprint(priya, eve.ID, eve.Due, "0")] {
			t.Errorf("%s: Christmas Day's item was not told before", name)
		}
	}
}

func TestWhateverHappensEachStageArrivesOnce(t *testing.T) {
	all, _ := team(t)
	zoneOf := map[string]*time.Location{}
	for _, name := range playgrounds {
		zoneOf[name] = zone(t, name)
	}
	gb, err := isms.Holidays("GB")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		people := make([]*isms.Person, len(all))
		cals := map[isms.PersonID]*isms.Calendar{}
		for i, p := range all {
			copied := *p
			people[i] = &copied
			cal := *office(t, "UTC")
			cal.Zone, cal.Holiday = zoneOf[rapid.SampledFrom(playgrounds).Draw(rt, "zone")], gb
			if rapid.IntRange(0, 5).Draw(rt, "hours") == 0 {
				cal.From, cal.To = 0, 1440
			}
			cals[p.ID] = &cal
		}
		// The weeks around clock changes, leap days and year ends, and any other.
		start := rapid.SampledFrom([]string{"2024-02-12", "2026-03-09", "2026-03-23", "2026-09-21", "2026-10-12", "2026-12-14", "2027-12-20"}).Draw(rt, "start")
		first := day(t, start)
		var items []*isms.Item
		for n := range rapid.IntRange(1, 3).Draw(rt, "items") {
			it := item(t, isms.Action, rapid.SampledFrom([]isms.PersonID{0, jon, amy, lena, grace, tom}).Draw(rt, "owner"), start)
			it.ID.N, it.Due = int64(n+1), first.Add(rapid.IntRange(-30, 40).Draw(rt, "due"))
			it.Severity = rapid.SampledFrom([]isms.Severity{isms.Major, isms.Minor}).Draw(rt, "severity")
			items = append(items, it)
		}
		w := newWorld(rt, people, cals, items)
		w.play(rt, first, zoneOf)
	})
}

// play lets seven weeks pass in which things happen.
func (w *world) play(rt *rapid.T, first isms.Date, zones map[string]*time.Location) {
	for d := first; d.Before(first.Add(49)); d = d.Add(1) {
		outage := w.happen(rt, d, zones)
		if outage > 0 {
			d = d.Add(outage - 1)
			continue
		}
		for h := range 24 {
			w.tick(d.Time().Add(time.Duration(h) * time.Hour))
		}
	}
}

// happen is one thing that people do, or nothing; it returns the days of an outage.
func (w *world) happen(rt *rapid.T, d isms.Date, zones map[string]*time.Location) (outage int) {
	what := rapid.IntRange(0, 20).Draw(rt, "event")
	if what > 7 {
		return 0
	}
	w.version++
	it := rapid.SampledFrom(w.items).Draw(rt, "item")
	p := rapid.SampledFrom(w.people).Draw(rt, "person")
	n := rapid.IntRange(1, 9).Draw(rt, "days")
	switch what {
	case 0:
		return n
	case 1:
		p.Absences = append(p.Absences, isms.Absence{From: d.Add(n - 3), To: d.Add(n)})
	case 2:
		moved := *w.cals[p.ID]
		moved.Zone = zones[rapid.SampledFrom(playgrounds).Draw(rt, "to")]
		w.cals[p.ID], w.moved = &moved, true
	case 3:
		w.snoozed[heardOf{p.ID, it.ID, due(it)}] = d.Add(n)
	case 4:
		if it.Owner != 0 {
			it.Acknowledge(w.index.Get(it.Owner))
		}
	case 5:
		it.MoveDue(d.Add(n), d)
	case 6:
		it.HandOver(w.people[rapid.SampledFrom([]isms.PersonID{jon, amy, lena, priya}).Draw(rt, "heir")-1])
	case 7:
		if it.Owner != 0 && it.IsOpen() {
			it.MarkDone(w.index.Get(it.Owner), d, "", d, sam, w.cals[sam])
			it.VerifyDue = d.Add(2 * n)
		}
	}
	return 0
}
