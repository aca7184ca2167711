package events

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Clock tells what the legal clocks have come to, and anonymous reports whose
// hour has come. Running it twice, in two processes or after an outage tells
// nothing twice, and of several pings the latest alone.
func (x *Events) Clock(ctx context.Context, db *storage.DB, o *desk.Office) error {
	var next time.Time
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		next, err = x.Next(tx)
		return err
	})
	if err != nil {
		return err
	}
	if next.IsZero() || next.After(o.Now()) {
		return x.wipe(ctx, db)
	}
	err = db.Tx(ctx, func(tx *storage.Tx) error {
		if err := x.fileReports(tx, o); err != nil {
			return err
		}
		open, err := tx.OpenEvents()
		if err != nil {
			return err
		}
		for _, e := range open {
			if err := x.look(tx, o, e); err != nil {
				return fmt.Errorf("ping about %s: %w", e.ID(), err)
			}
		}
		return x.fileNotes(tx, o)
	})
	if err != nil {
		return err
	}
	return x.wipe(ctx, db)
}

// wipe empties the database's log of what was anonymous in it: the order in
// which it was written would tell when.
func (x *Events) wipe(ctx context.Context, db *storage.DB) error {
	if !x.unwiped.Load() {
		return nil
	}
	done, err := db.EmptyLog(ctx)
	if done {
		x.unwiped.Store(false)
	}
	return err
}

// Next is when Clock has something to do next, zero for never; it may have
// passed.
func (x *Events) Next(tx *storage.Tx) (time.Time, error) {
	next, err := tx.NextFiling()
	if err != nil {
		return next, err
	}
	open, err := tx.OpenEvents()
	if err != nil {
		return next, err
	}
	for _, e := range open {
		since, _ := e.Since(x.zone)
		clocks, err := x.running(tx, e, since)
		if err != nil {
			return next, err
		}
		for _, c := range clocks {
			at := c.law.Next(since, c.pinged)
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next, nil
}

// fileReports lets those that came without a name be there, now that their hour
// is over.
func (x *Events) fileReports(tx *storage.Tx, o *desk.Office) error {
	forgot, err := tx.ForgetAnonymous(o.Now())
	if err != nil {
		return err
	}
	reports, err := tx.EventsToFile(o.Now())
	if err != nil {
		return err
	}
	if forgot || len(reports) > 0 {
		x.unwiped.Store(true)
	}
	for _, e := range reports {
		e.FileAt = time.Time{}
		if err := tx.SaveEvent(e); err != nil {
			return err
		}
		if err := x.journalReport(tx, o, e); err != nil {
			return err
		}
	}
	return nil
}

// fileNotes tells of what was added to them without a name.
func (x *Events) fileNotes(tx *storage.Tx, o *desk.Office) error {
	notes, err := tx.NotesToFile(o.Now())
	if err != nil {
		return err
	}
	if len(notes) > 0 {
		x.unwiped.Store(true)
	}
	for _, n := range notes {
		if err := tx.NoteFiled(n.ID); err != nil {
			return err
		}
		if err := x.heard(tx, o, n); err != nil {
			return err
		}
	}
	return nil
}

// due is a ping that is to go out: at which hour, for which laws.
type due struct {
	hours      int
	laws       []string
	superseded []int
}

// look pings whoever is to hear of the event now.
func (x *Events) look(tx *storage.Tx, o *desk.Office, e *storage.EventRecord) error {
	if !e.FileAt.IsZero() || e.Closed() {
		return nil
	}
	now := o.Now()
	since, _ := e.Since(x.zone)
	people, err := o.People(tx)
	if err != nil {
		return err
	}
	d, err := x.reached(tx, e, people, since, now)
	if err != nil || d == nil {
		return err
	}
	var to, unreached []isms.PersonID
	for _, p := range x.shift(people, now).Pinged(d.hours) {
		id, err := o.Enqueue(tx, desk.Post{Key: fmt.Sprintf("event/%d/%d/%d/%d", e.N, since.UnixMilli(), d.hours, p.ID), Class: desk.Urgent, To: p,
			What: x.about(e, d.hours), Items: []isms.ItemID{e.ID()}})
		if err != nil {
			return err
		}
		if id == 0 {
			unreached = append(unreached, p.ID)
			continue
		}
		to = append(to, p.ID)
		if err := tx.AddEventReader(e.N, p.ID); err != nil {
			return err
		}
	}
	return tx.Journal(now, "event.pinged", map[string]any{"event": e.ID().String(), "hours": d.hours, "laws": d.laws, "since": since.UTC().Format(time.RFC3339),
		"superseded": d.superseded, "to": to, "unreached": unreached}, e.ID())
}

// clock is a law's that runs for an event.
type clock struct {
	law    isms.LegalClock
	pinged func(hours int) bool // whether this ping is done with
}

// running are the clocks that run for the event since then. A law that is
// configured no longer has none.
func (x *Events) running(tx *storage.Tx, e *storage.EventRecord, since time.Time) (out []clock, err error) {
	duties, err := tx.Duties(e.N)
	if err != nil {
		return nil, err
	}
	for _, d := range duties {
		law, known := x.law(d.Clock)
		if !known || !e.Runs(d) {
			continue
		}
		pings, err := tx.Pings(e.N, d.Clock, since)
		if err != nil {
			return nil, err
		}
		out = append(out, clock{law, func(h int) bool { return pings[h] }})
	}
	return out, nil
}

// reached takes the latest ping of each law that is due, and notes what it
// overtakes; nil for none. Where nobody could read it, it stays due.
func (x *Events) reached(tx *storage.Tx, e *storage.EventRecord, people *isms.People, since, now time.Time) (*due, error) {
	clocks, err := x.running(tx, e, since)
	if err != nil {
		return nil, err
	}
	var out *due
	for _, c := range clocks {
		latest, overtaken, ok := c.law.Reached(since, now, c.pinged)
		if !ok || !slices.ContainsFunc(x.shift(people, now).Pinged(latest), func(p *isms.Person) bool { return p.Reachable }) {
			continue
		}
		fresh, err := tx.AddPing(e.N, c.law.Name, since, latest, false, now)
		if err != nil || !fresh {
			return nil, err
		}
		for _, h := range overtaken {
			if _, err := tx.AddPing(e.N, c.law.Name, since, h, true, now); err != nil {
				return nil, err
			}
		}
		if out == nil {
			out = &due{}
		}
		out.hours, out.laws = max(out.hours, latest), append(out.laws, c.law.Name)
		out.superseded = append(out.superseded, overtaken...)
	}
	if out != nil {
		slices.Sort(out.superseded)
		out.superseded = slices.Compact(out.superseded)
	}
	return out, nil
}
