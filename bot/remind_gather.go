package bot

import (
	"context"
	"maps"
	"slices"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// watch is what one Remind has read, so that everybody who watches over others
// does not make it read all that is late again.
type watch struct {
	b         *Bot
	tx        *storage.Tx
	people    *isms.People
	now       time.Time
	audit     isms.Date // the next external one
	calendars map[isms.PersonID]*isms.Calendar
	standsFor map[isms.PersonID][]isms.PersonID // whose deputy somebody is
	leads     map[isms.PersonID]bool            // to whom anybody reports, leavers included

	read    bool
	late    map[isms.PersonID][]isms.ItemID   // by owner
	owners  []isms.PersonID                   // of something open, 0 for nobody
	under   map[isms.PersonID][]isms.PersonID // the owners in a manager's line
	common  []*storage.Record                 // for the ISMS manager: reviews, and what changed hands twice
	records map[isms.ItemID]*storage.Record
}

// plan looks at each of the people beside the writer. One who cannot be
// planned for is logged and looked at again later; the others go on.
func (w *watch) plan(ctx context.Context, ids []isms.PersonID, now time.Time) (plans []plan, err error) {
	err = w.b.DB.View(ctx, func(tx *storage.Tx) error {
		people, err := w.b.office.People(tx)
		if err != nil {
			return err
		}
		w.tx, w.now = tx, now
		w.meet(people)
		audit, err := tx.NextAudit(w.b.office.Calendar(nil).Today(now), isms.Surveillance, isms.Recertification)
		if err != nil {
			return err
		}
		if w.audit = (isms.Date{}); audit != nil {
			w.audit = audit.Due
		}
		for _, id := range ids {
			p := people.Get(id)
			if p == nil {
				continue
			}
			one, err := w.planFor(p)
			if err != nil {
				w.b.fault("plan reminders", err)
				continue
			}
			plans = append(plans, one)
		}
		return nil
	})
	return plans, err
}

// meet notes who stands in for whom and who leads.
func (w *watch) meet(people *isms.People) {
	if w.people == people {
		return
	}
	w.people, w.standsFor, w.leads = people, map[isms.PersonID][]isms.PersonID{}, map[isms.PersonID]bool{}
	for _, x := range people.All() {
		w.leads[x.Manager] = true
		if x.Deputy != 0 && x.Deputy != x.ID {
			w.standsFor[x.Deputy] = append(w.standsFor[x.Deputy], x.ID)
		}
	}
}

// planFor decides what the person is told today, and when to look again.
func (w *watch) planFor(p *isms.Person) (plan, error) {
	cal := w.calendar(p)
	out := plan{Person: p, today: cal.Today(w.now)}
	open := cal.NextOpen(w.now)
	switch {
	case p.Left || open.IsZero():
		out.next = w.now.Add(lookFar)
		return out, nil
	case !open.Equal(w.now):
		out.next = open
		return out, nil
	case !p.Reachable || p.Away(out.today):
		out.next = cal.Tomorrow(w.now)
		return out, nil
	}
	had, err := w.tx.HasDigest(p.ID, out.today)
	if err != nil || had {
		out.next = cal.Tomorrow(w.now)
		return out, err
	}
	cands, err := w.gather(p)
	if err != nil {
		return out, err
	}
	out.lines = isms.PlanDigest(cands, cal, w.b.Cadence, w.now)
	if p.Is(isms.ISMSManager) {
		if out.missing, err = w.missing(p); err != nil {
			return out, err
		}
	}
	extra, err := w.b.areaLines(w.tx, w.b.office.Reader(p, w.people))
	if err != nil {
		return out, err
	}
	out.extra = extra.Due
	var told isms.Date
	if len(out.lines)+len(out.missing) > 0 || out.extra {
		told = out.today
		profile, err := w.tx.Profile(p.ID)
		if err != nil {
			return out, err
		}
		out.greet = profile != nil && !profile.Greeted
	}
	if out.next = isms.NextLook(cands, cal, w.b.Cadence, w.now, told); out.next.IsZero() {
		out.next = w.now.Add(lookFar)
	}
	return out, nil
}

func (w *watch) calendar(p *isms.Person) *isms.Calendar {
	c := w.calendars[p.ID]
	if c == nil {
		c = w.b.office.Calendar(p)
		w.calendars[p.ID] = c
	}
	return c
}

// gather reads everything that may concern the person; the rules say what does.
func (w *watch) gather(p *isms.Person) ([]isms.Candidate, error) {
	g := gathering{watch: w, person: p, seen: map[isms.ItemID]bool{}}
	var err error
	if g.received, err = w.tx.Received(p.ID); err != nil {
		return nil, err
	}
	if g.snoozed, err = w.tx.Snoozed(p.ID); err != nil {
		return nil, err
	}
	g.add(w.tx.OpenOf(p.ID))
	g.add(w.tx.DeputisedBy(p.ID))
	g.add(w.tx.ToVerify(p.ID))
	for _, owner := range w.standsFor[p.ID] {
		g.add(w.tx.SharedOf(owner))
	}
	g.above()
	return g.out, g.err
}

// gathering collects one person's candidates, each item once.
type gathering struct {
	*watch
	person   *isms.Person
	received map[storage.Occurrence][]string
	snoozed  map[isms.ItemID]isms.Date
	seen     map[isms.ItemID]bool
	out      []isms.Candidate
	err      error
}

func (g *gathering) add(list []*storage.Record, err error) {
	if err != nil && g.err == nil {
		g.err = err
	}
	for _, it := range list {
		if it == nil || g.seen[it.ID] {
			continue
		}
		g.seen[it.ID] = true
		c, ok := isms.Consider(&it.Item, g.person, g.people, g.calendar, g.now, g.audit)
		if !ok {
			continue
		}
		c.Snoozed, c.Received = g.snoozed[it.ID], g.received[storage.Occurrence{Item: it.ID, Due: occurrence(&it.Item)}]
		g.out = append(g.out, c)
	}
}

// occurrence is the date that an item's stages are about.
func occurrence(it *isms.Item) isms.Date {
	if it.Status == isms.Done && !it.VerifyDue.IsZero() {
		return it.VerifyDue
	}
	return it.Due
}

// above adds what concerns those who watch over others: what is late, and
// everything of owners who cannot be told.
func (g *gathering) above() {
	all := g.person.Is(isms.ISMSManager)
	top := g.person.Is(isms.TopManagement)
	if !all && !top && !g.leads[g.person.ID] {
		return
	}
	if g.err == nil {
		g.err = g.readAll()
	}
	if g.err != nil {
		return
	}
	if all {
		g.add(g.common, nil)
	}
	mine := g.under[g.person.ID]
	if all {
		mine = g.owners
	}
	for _, owner := range mine {
		if g.present(owner) {
			g.add(g.load(g.late[owner]))
		} else {
			g.add(g.tx.SharedOf(owner))
		}
	}
	if top && !all {
		for _, owner := range g.owners {
			g.add(g.load(g.late[owner]))
		}
	}
}

func (w *watch) present(id isms.PersonID) bool {
	p := w.people.Get(id)
	return p != nil && !p.Left && p.Reachable && !p.Away(w.calendar(p).Today(w.now))
}

// readAll reads once what is late anywhere and who owns anything open.
func (w *watch) readAll() error {
	if w.read {
		return nil
	}
	w.late, w.records = map[isms.PersonID][]isms.ItemID{}, map[isms.ItemID]*storage.Record{}
	// No zone is more than a day ahead of UTC.
	err := w.tx.DueBefore(isms.DateOf(w.now.UTC()).Add(1), func(d storage.Due) { w.late[d.Owner] = append(w.late[d.Owner], d.ID) })
	if err != nil {
		return err
	}
	count, err := w.tx.OpenCount()
	if err != nil {
		return err
	}
	w.owners, w.under = slices.Sorted(maps.Keys(count)), map[isms.PersonID][]isms.PersonID{}
	for _, owner := range w.owners {
		for _, manager := range w.people.Above(owner) {
			w.under[manager] = append(w.under[manager], owner)
		}
	}
	reviews, err := w.tx.Reviews()
	if err != nil {
		return err
	}
	handed, err := w.tx.HandedOver(2)
	w.common = append(reviews, handed...)
	w.read = err == nil
	return err
}

// load reads items, each once a Remind.
func (w *watch) load(ids []isms.ItemID) ([]*storage.Record, error) {
	out := make([]*storage.Record, 0, len(ids))
	for _, id := range ids {
		it := w.records[id]
		if it == nil {
			var err error
			if it, err = w.tx.Item(id); err != nil {
				return nil, err
			}
			w.records[id] = it
		}
		out = append(out, it)
	}
	return out, nil
}

// missing are those with something open whom no message reaches, and whom this
// ISMS manager has not seen named.
func (w *watch) missing(manager *isms.Person) ([]isms.PersonID, error) {
	if err := w.readAll(); err != nil {
		return nil, err
	}
	named, err := namedTo(w.tx, manager.ID)
	if err != nil {
		return nil, err
	}
	var out []isms.PersonID
	for _, owner := range w.owners {
		if p := w.people.Get(owner); p != nil && !p.Left && !p.Reachable && !slices.Contains(named, owner) {
			out = append(out, owner)
		}
	}
	return out, nil
}
