package isms_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
