package bot_test

import (
	"fmt"
	"slices"
	"time"

	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// oracle says what owners must have been told, by a second and naive reading
// of the rules: it walks through days and keeps no index. It knows the default
// cadence, and owners who are told nothing but of their own items.
type oracle struct {
	w       *world
	people  map[string]*mind
	gone    map[string]bool // cannot be reached
	items   []*storage.Record
	version int // of the items; counts up with every change
}

// mind is what one owner was told.
type mind struct {
	id      isms.PersonID
	cal     isms.Calendar
	away    []isms.Absence
	quiet   map[isms.ItemID]isms.Date // snoozes
	told    isms.Date                 // the day of the last digest
	rung    map[string]int            // the newest stage by occurrence
	woken   map[string]isms.Date      // the newest snooze that ended
	lines   []string
	settled string // the day and version at which nothing was left to tell
}

func newOracle(w *world, names ...string) *oracle {
	o := &oracle{w: w, people: map[string]*mind{}, gone: map[string]bool{}}
	for _, name := range names {
		o.people[name] = &mind{id: w.ids[name], rung: map[string]int{}, woken: map[string]isms.Date{}}
	}
	o.refresh()
	return o
}

// refresh reads what a change has left: the items, the snoozes, the zones.
func (o *oracle) refresh() {
	o.version++
	o.w.read(func(tx *storage.Tx) (err error) {
		if o.items, err = tx.AllItems(); err != nil {
			return err
		}
		all, err := tx.AllPeople()
		if err != nil {
			return err
		}
		for _, m := range o.people {
			if m.quiet, err = tx.Snoozed(m.id); err != nil {
				return err
			}
			p := all[slices.IndexFunc(all, func(p *isms.Person) bool { return p.ID == m.id })]
			m.cal, m.away = o.w.config.Organisation.Calendar, p.Absences
			if p.Zone != "" {
				if m.cal.Zone, err = time.LoadLocation(p.Zone); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// tick is to be called just before the bot's.
func (o *oracle) tick() {
	now := time.Now()
	for name, m := range o.people {
		today := m.cal.Today(now)
		state := fmt.Sprintf("%s/%d", today, o.version)
		if o.gone[name] || m.told == today || m.settled == state || !m.cal.Inside(now) ||
			slices.ContainsFunc(m.away, func(a isms.Absence) bool { return !today.Before(a.From) && !today.After(a.To) }) {
			continue
		}
		m.settled = state
		for _, it := range o.items {
			if it.Owner == m.id && it.IsOpen() && !it.Due.IsZero() {
				m.look(&it.Item, today)
			}
		}
	}
}

// look tells of the item what is new.
func (m *mind) look(it *isms.Item, today isms.Date) {
	key := it.ID.String() + " " + it.Due.String()
	last, heard := m.rung[key]
	rung, on, ok := m.reached(it.Due, today)
	until := m.quiet[it.ID]
	if today.Before(until) || it.AckedBy != 0 && (!ok || rung < 0) {
		return
	}
	fresh := ok && (!heard || rung > last) && !on.Before(m.woken[key])
	wakes := !until.IsZero() && m.woken[key].Before(until)
	switch {
	case wakes && !(fresh && !on.Before(until)):
		m.lines = append(m.lines, key+" snooze-"+until.String())
		m.woken[key] = until
	case fresh:
		m.lines = append(m.lines, key+" "+stageName(rung))
		if wakes {
			m.woken[key] = until
		}
	default:
		return
	}
	if fresh {
		m.rung[key] = rung
	}
	m.told = today
}

// reached walks through the stages: 14, 7 and 1 days before and the day
// itself, each on the working day before; then every second working day.
func (m *mind) reached(due, today isms.Date) (rung int, on isms.Date, ok bool) {
	for _, days := range []int{14, 7, 1, 0} {
		day := due.Add(-days)
		for !m.cal.WorkingDay(day) {
			day = day.Add(-1)
		}
		if !day.After(today) {
			rung, on, ok = -days, day, true
		}
	}
	n := 0
	for day := due.Add(1); !day.After(today); day = day.Add(1) {
		if m.cal.WorkingDay(day) {
			if n++; n%2 == 0 {
				rung, on = n, day
			}
		}
	}
	return rung, on, ok
}

func stageName(rung int) string {
	if rung > 0 {
		return fmt.Sprintf("late-%d", rung)
	}
	return fmt.Sprint(-rung)
}

// compare gives the first difference between what was to be told and what was.
func (o *oracle) compare() error {
	for name, m := range o.people {
		got := o.w.rows(`SELECT CASE r.kind WHEN 'action' THEN 'CA-' WHEN 'task' THEN 'TSK-' WHEN 'audit' THEN 'AUD-' ELSE 'FND-' END || r.n || ' ' || r.due || ' ' || r.stage
			FROM reminders r JOIN deliveries d ON d.id = r.delivery WHERE r.state = 'told' AND d.state = 'sent' AND r.person = $1 AND r.capacity = 'owner'`, int64(m.id))
		want := slices.Clone(m.lines)
		slices.Sort(got)
		slices.Sort(want)
		for _, line := range want {
			if !slices.Contains(got, line) {
				return fmt.Errorf("%s was not told %s", name, line)
			}
		}
		for _, line := range got {
			if !slices.Contains(want, line) {
				return fmt.Errorf("%s was told %s", name, line)
			}
		}
		if len(got) != len(want) {
			return fmt.Errorf("%s was told %d lines, %d expected", name, len(got), len(want))
		}
	}
	return nil
}

// arrivals checks the messages themselves, as the platform has them: each
// delivery once, one digest a person and local day, within the hours of a
// working day, and a line for everything that counts as told.
func (w *world) arrivals(sent []chattest.Sent, cal func(name string, at time.Time) isms.Calendar) error {
	digests := map[string]bool{}
	for _, id := range w.rows("SELECT (SELECT value FROM meta WHERE key = 'instance') || '-' || id FROM deliveries WHERE class = 'digest'") {
		digests[id] = true
	}
	seen, days := map[string]bool{}, map[string]bool{}
	for _, s := range sent {
		if seen[s.Delivery] {
			return fmt.Errorf("%s arrived twice at %s", s.Delivery, s.To.To)
		}
		seen[s.Delivery] = true
		if !digests[s.Delivery] {
			continue
		}
		c := cal(s.To.To, s.At)
		local := s.At.In(c.Zone)
		day := s.To.To + " " + isms.DateOf(local).String()
		if days[day] {
			return fmt.Errorf("two digests: %s", day)
		}
		days[day] = true
		if minute := local.Hour()*60 + local.Minute(); minute < c.From || minute >= c.To || !c.WorkingDay(isms.DateOf(local)) {
			return fmt.Errorf("%s got a digest on %s", s.To.To, local)
		}
		if text := s.Versions[0].Text(); text == "" || len(s.Versions[0].Blocks) < 2 {
			return fmt.Errorf("an empty digest for %s", s.To.To)
		}
	}
	for _, id := range w.rows(`SELECT DISTINCT (SELECT value FROM meta WHERE key = 'instance') || '-' || d.id FROM reminders r
		JOIN deliveries d ON d.id = r.delivery WHERE r.state = 'told' AND d.state = 'sent'`) {
		if !seen[id] {
			return fmt.Errorf("%s counts as told and never arrived", id)
		}
	}
	return nil
}
