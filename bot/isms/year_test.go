package isms_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ismsbot/bot/isms"
)

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
