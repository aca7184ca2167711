package bot

import (
	"context"
	"fmt"
	"time"

	"ismsbot/bot/delivery"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	lookChunk  = 25  // people who are planned for together
	rowsAtOnce = 500 // lines that one transaction keeps, unless one person has more
	// lookLease is when those are looked at again whom a process took that
	// ended before it was through with them.
	lookLease = 2 * time.Minute
	// lookAgain is when those are looked at again for whom no later time is known.
	lookAgain = 5 * time.Minute
	// lookFar is how long somebody rests whose calendar has no working day.
	lookFar = 7 * 24 * time.Hour
)

// Remind looks at those whose time has come, and puts into the outbox what has
// come up for them: one digest a person and working day, inside their hours.
// Running it twice, or after a week's outage, tells nothing twice.
func (b *Bot) Remind(ctx context.Context) error {
	if err := b.askSeconds(ctx); err != nil {
		return err
	}
	b.remindAreas(ctx)
	w := &watch{b: b, calendars: map[isms.PersonID]*isms.Calendar{}}
	for ctx.Err() == nil {
		now := b.Now()
		mark := now.Add(lookLease).Truncate(time.Millisecond)
		ids, err := b.takeLooks(ctx, now, mark)
		if err != nil || len(ids) == 0 {
			return unlessEnded(ctx, err)
		}
		plans, err := w.plan(ctx, ids, now)
		if err != nil {
			return unlessEnded(ctx, err)
		}
		if err := b.keepPlans(ctx, plans, mark, now); err != nil {
			return unlessEnded(ctx, err)
		}
	}
	return nil
}

// remindAreas lets each area do what is due. One that cannot is logged and
// tries again at the next tick; the others go on.
func (b *Bot) remindAreas(ctx context.Context) {
	for _, a := range b.areas {
		if a.Remind == nil {
			continue
		}
		if err := a.Remind(ctx, b.office, b.DB); err != nil && ctx.Err() == nil {
			b.fault("remind "+a.Name, err)
		}
	}
}

// NextWake is when there is next something to plan or to send; zero where
// nothing ever is, as things stand.
func (b *Bot) NextWake(ctx context.Context) (next time.Time, err error) {
	now := b.Now()
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		if ids, err := tx.ToLookAt(now, 1); err != nil || len(ids) > 0 {
			next = now
			return err
		}
		look, err := tx.NextLook()
		if err != nil {
			return err
		}
		send, err := tx.NextDelivery()
		if err != nil {
			return err
		}
		ping, err := b.events.Next(tx)
		if err != nil {
			return err
		}
		next = look
		for _, at := range []time.Time{send, ping} {
			if next.IsZero() || !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		return nil
	})
	return next, err
}

// takeLooks costs one indexed read where nobody is to be looked at.
func (b *Bot) takeLooks(ctx context.Context, now, mark time.Time) (ids []isms.PersonID, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) (err error) {
		ids, err = tx.ToLookAt(now, 1)
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	err = b.DB.Tx(ctx, func(tx *storage.Tx) (err error) {
		ids, err = tx.TakeLooks(now, mark, lookChunk)
		return err
	})
	return ids, err
}

// unlessEnded is err, or nothing where it only says that ctx has ended.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// plan is what one look at a person came to.
type plan struct {
	*isms.Person
	today   isms.Date
	lines   []isms.Reminder
	missing []isms.PersonID // to be named as unreachable
	extra   bool            // something in an area is worth a digest
	greet   bool
	next    time.Time // the next look
}

func (p *plan) rows() int {
	n := 1
	for _, r := range p.lines {
		n += 1 + len(r.Superseded)
	}
	return n
}

// keepPlans writes the plans in short transactions, each person's in one.
func (b *Bot) keepPlans(ctx context.Context, plans []plan, mark, now time.Time) error {
	for len(plans) > 0 {
		n, rows := 0, 0
		for n < len(plans) && (n == 0 || rows+plans[n].rows() <= rowsAtOnce) {
			rows += plans[n].rows()
			n++
		}
		err := b.DB.Tx(ctx, func(tx *storage.Tx) error {
			for i := range plans[:n] {
				if err := b.keepPlan(tx, &plans[i], mark, now); err != nil {
					return fmt.Errorf("remind person %d: %w", plans[i].ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		plans = plans[n:]
	}
	return nil
}

// keepPlan puts the person's digest into the outbox with all it says, unless
// another process was faster.
func (b *Bot) keepPlan(tx *storage.Tx, p *plan, mark, now time.Time) error {
	next := p.next
	if !next.After(now) {
		next = now.Add(lookAgain)
	}
	if err := tx.Looked(p.ID, mark, next); err != nil {
		return err
	}
	if len(p.lines)+len(p.missing) == 0 && !p.extra {
		return nil
	}
	taken, err := tx.HasDigest(p.ID, p.today)
	if err != nil || taken {
		return err
	}
	items := make([]isms.ItemID, len(p.lines))
	for i, r := range p.lines {
		items[i] = r.Item
	}
	id, err := b.office.Enqueue(tx, desk.Post{Key: fmt.Sprintf("digest/%d/%s", p.ID, p.today), Class: storage.ClassDigest, To: p.Person,
		What: content{View: viewDigest, Day: p.today, Greet: p.greet, Missing: p.missing}, Items: items})
	if err != nil || id == 0 {
		return err
	}
	if _, err := tx.AddDigest(p.ID, p.today, id); err != nil {
		return err
	}
	event := queuedEvent{Person: p.ID, Day: p.today, Delivery: id, Missing: p.missing}
	for _, r := range p.lines {
		if err := keepLine(tx, p.ID, r, id, now); err != nil {
			return err
		}
		event.Items = append(event.Items, delivery.Line{Item: r.Item.String(), Stage: r.Stage, As: r.As})
	}
	if err := b.areasTold(tx, p.Person); err != nil {
		return err
	}
	b.Metrics.Reminder(len(p.lines))
	return tx.Journal(now, "reminder.queued", event)
}

// queuedEvent is what the journal keeps of a digest that was decided on.
type queuedEvent struct {
	Person   isms.PersonID   `json:"person"`
	Day      isms.Date       `json:"day"`
	Delivery int64           `json:"delivery"`
	Items    []delivery.Line `json:"items,omitempty"`
	Missing  []isms.PersonID `json:"missing,omitempty"`
}

// keepLine notes one line and the stages that it overtook.
func keepLine(tx *storage.Tx, person isms.PersonID, r isms.Reminder, delivery int64, now time.Time) error {
	t := storage.Told{Person: person, Item: r.Item, Due: r.Due, Stage: r.Stage, Capacity: r.As, On: r.On, Delivery: delivery, At: now}
	if _, err := tx.AddTold(t); err != nil {
		return err
	}
	t.Superseded = true
	for _, stage := range r.Superseded {
		t.Stage = stage
		if _, err := tx.AddTold(t); err != nil {
			return err
		}
	}
	return nil
}
