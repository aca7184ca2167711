package intake

import (
	"cmp"
	"slices"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// What counts as a peak: so much due in one week, of all or of one person.
const (
	peakOfAll = 5
	peakOfOne = 3
)

// maxPeaks is how many peaks of each sort are named, the highest first.
const maxPeaks = 3

// Discovery is something about the register that somebody should look at. Its
// key names the sentences found.<key> and found.<key>_next.
type Discovery struct {
	Key    string
	Items  []isms.ItemID // at least one
	Person isms.PersonID // whose peak it is
	Day    isms.Date     // a peak's Monday
	People int           // how many owners cannot be written to
}

// Discover looks through everything that is open, what matters most first. The
// calendar is the person's, or the organisation's for nil.
func Discover(all []*storage.Record, people *isms.People, calendar func(*isms.Person) *isms.Calendar, now time.Time) []Discovery {
	s := &search{people: people, calendar: calendar, now: now,
		byKey: map[string]*Discovery{}, weeks: map[week][]isms.ItemID{}, unreached: map[isms.PersonID]bool{}}
	for _, it := range all {
		if it.IsOpen() {
			s.look(&it.Item)
		}
	}
	return s.results()
}

// week is one person's week, or everybody's for nobody.
type week struct {
	monday isms.Date
	person isms.PersonID
}

type search struct {
	people    *isms.People
	calendar  func(*isms.Person) *isms.Calendar
	now       time.Time
	byKey     map[string]*Discovery
	weeks     map[week][]isms.ItemID
	unreached map[isms.PersonID]bool
}

func (s *search) add(key string, it *isms.Item) *Discovery {
	d := s.byKey[key]
	if d == nil {
		d = &Discovery{Key: key}
		s.byKey[key] = d
	}
	d.Items = append(d.Items, it.ID)
	return d
}

// look sorts one open item. A finding needs no owner and no date: the actions
// that answer it have them.
func (s *search) look(it *isms.Item) {
	owner := s.people.Get(it.Owner)
	switch {
	case owner == nil && it.ID.Kind != isms.Finding:
		s.add("unowned", it)
	case owner != nil && owner.Left:
		s.add("left", it)
	case owner != nil && !s.reached(owner, it):
		s.unreached[owner.ID] = true
		s.add("unreached", it).People = len(s.unreached)
	}
	if it.Due.IsZero() {
		if it.ID.Kind != isms.Finding {
			s.add("undated", it)
		}
		return
	}
	cal := s.calendar(owner)
	if it.Due.Before(cal.Today(s.now)) {
		s.add("late", it)
		return
	}
	if !cal.WorkingDay(it.Due) {
		s.add("day_off", it)
	}
	sinceMonday := (int(it.Due.Weekday()) + 6) % 7
	monday := it.Due.Add(-sinceMonday)
	s.weeks[week{monday, 0}] = append(s.weeks[week{monday, 0}], it.ID)
	if owner != nil && !owner.Left {
		s.weeks[week{monday, owner.ID}] = append(s.weeks[week{monday, owner.ID}], it.ID)
	}
}

// reached tells whether the owner or a deputy has an account that takes messages.
func (s *search) reached(owner *isms.Person, it *isms.Item) bool {
	for _, id := range []isms.PersonID{owner.ID, it.Deputy, owner.Deputy} {
		if p := s.people.Get(id); p != nil && p.Reachable && !p.Left {
			return true
		}
	}
	return false
}

func (s *search) results() []Discovery {
	var out []Discovery
	take := func(keys ...string) {
		for _, k := range keys {
			if d := s.byKey[k]; d != nil {
				out = append(out, *d)
			}
		}
	}
	take("unowned", "left", "unreached", "late")
	out = append(out, s.peaks(peakOfAll, "peak", s.ofSeveral)...)
	out = append(out, s.peaks(peakOfOne, "peak_person", func(w week) bool { return w.person != 0 })...)
	take("day_off", "undated")
	return out
}

// ofSeveral tells whether the week is everybody's and not one person's alone,
// of whom the peak is told.
func (s *search) ofSeveral(w week) bool {
	if w.person != 0 {
		return false
	}
	for _, p := range s.people.All() {
		if len(s.weeks[week{w.monday, p.ID}]) == len(s.weeks[w]) {
			return false
		}
	}
	return true
}

// peaks are the fullest weeks, at most maxPeaks of them.
func (s *search) peaks(least int, key string, of func(week) bool) []Discovery {
	var out []Discovery
	for w, items := range s.weeks {
		if len(items) >= least && of(w) {
			out = append(out, Discovery{Key: key, Items: items, Person: w.person, Day: w.monday})
		}
	}
	slices.SortFunc(out, func(x, y Discovery) int {
		return cmp.Or(len(y.Items)-len(x.Items), x.Day.Sub(y.Day), cmp.Compare(x.Person, y.Person))
	})
	return out[:min(len(out), maxPeaks)]
}
