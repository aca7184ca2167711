package programme

import (
	"context"
	"errors"
	"fmt"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// remind does what of the area is due by itself.
func remind(ctx context.Context, o *desk.Office, db *storage.DB) error {
	return errors.Join(followPlan(ctx, o, db), settle(ctx, o, db), giveOut(ctx, o, db))
}

// followPlan closes a planned communication when the broadcast that was written
// for it goes out, and shows one that has become late to those who look after
// communication.
func followPlan(ctx context.Context, o *desk.Office, db *storage.DB) error {
	var out []*storage.PlanSend
	var late []storage.PlanItem
	org := o.Calendar(nil)
	today := org.Today(o.Now())
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		if out, err = tx.PlanSendsOut(); err != nil {
			return err
		}
		late, err = tx.PlanItemsLate(today)
		return err
	})
	for _, s := range out { // one that cannot be closed does not hold up the others
		if !s.Begins(s.SentAt, org).After(today) && !s.At.After(o.Now()) {
			err = errors.Join(err, db.Tx(ctx, func(tx *storage.Tx) error { return carriedOut(tx, o, s, today) }))
		}
	}
	if len(late) > 0 {
		err = errors.Join(err, db.Tx(ctx, func(tx *storage.Tx) error { return nowLate(tx, o, late) }))
	}
	if err != nil {
		return fmt.Errorf("follow the communication plan: %w", err)
	}
	return nil
}

// carriedOut closes the occurrence for which the broadcast was written, unless
// somebody has done that.
func carriedOut(tx *storage.Tx, o *desk.Office, s *storage.PlanSend, today isms.Date) error {
	it, err := tx.Item(isms.ItemID{Kind: isms.Task, N: s.Task})
	if err != nil {
		return err
	}
	if it == nil || !it.IsOpen() || it.FirstPromise() != s.Due {
		return tx.PlanSent(s.ID)
	}
	people, err := o.People(tx)
	if err != nil {
		return err
	}
	now, before, id := o.Now(), *it, isms.MessageID(s.ID)
	on := s.Begins(s.SentAt, o.Calendar(nil))
	result, refused := it.MarkDone(&isms.Person{ID: s.Sender}, on, id, today, 0, o.Calendar(people.Get(it.Owner)))
	if refused != nil {
		return refused
	}
	a := &storage.Answer{Verb: "done", By: s.Sender, At: now, Detail: map[string]string{"evidence": id, "happened": on.String()}}
	if !result.Next.IsZero() {
		a.Detail["next"] = result.Next.String()
	}
	event := map[string]any{"by": s.Sender, "item": it.ID.String(), "due": before.Due.String(), "happened": on.String(), "broadcast": s.ID, "next": result.Next.String(), "skipped": result.Skipped}
	if it.Owner != s.Sender {
		a.Behalf, event["behalf"] = it.Owner, it.Owner
	}
	if err := tx.PlanSent(s.ID); err != nil {
		return err
	}
	return keepDone(tx, o, &before, it, a, event)
}

// nowLate has those looked at who are shown what is late in the plan.
func nowLate(tx *storage.Tx, o *desk.Office, late []storage.PlanItem) error {
	people, err := o.People(tx)
	if err != nil {
		return err
	}
	for _, role := range []isms.Role{isms.Comms, isms.ISMSManager} {
		for _, p := range people.With(role) {
			if err := tx.LookNow(p.ID); err != nil {
				return err
			}
		}
	}
	for i := range late {
		if err := tx.NotedLate(&late[i]); err != nil {
			return err
		}
	}
	return nil
}

// lines are what is late in the plan with others, for those who look after it.
// They get a digest of it on the first working day behind the date.
func lines(tx *storage.Tx, r desk.Reader) (out desk.Lines, err error) {
	if !plans(r) {
		return out, nil
	}
	all, err := tx.PlanItems()
	for _, p := range all {
		late := p.DaysLate(r.Today)
		if late <= 0 || p.Owner == r.ID {
			continue
		}
		id := p.ID.String()
		out.Late = append(out.Late, desk.Row{By: p.Due, Row: chat.Row{Title: p.Title, ID: id, When: r.Days(late), Note: r.NameOf(p.Owner),
			Menu: []chat.Button{{Label: r.Say("button.open"), Spoken: r.Say("button.spoken", "label", r.Say("button.open"), "title", p.Title, "id", id), Command: "show " + id}}}})
		out.Due = out.Due || r.Calendar.OnOrAfter(p.Due.Add(1)) == r.Today
	}
	return out, err
}

// sentNote says of a planned communication which broadcast it is, or was the
// time before.
func sentNote(c *desk.Call, p storage.PlanItem) (string, *storage.PlanSend, error) {
	s, err := c.Tx.LastPlanSend(&p)
	if err != nil || s == nil {
		return "", nil, err
	}
	key, day := "plan.send_"+string(s.State), isms.Date{}
	if !s.SentAt.IsZero() {
		org := c.Office.Calendar(nil)
		if day = s.Begins(s.SentAt, org); day.After(org.Today(c.Now)) {
			key = "plan.send_later"
		} else {
			key = "plan.send_sent"
		}
	}
	note := c.Say(key, "id", isms.MessageID(s.ID), "day", c.Day(day))
	if s.Due != p.FirstPromise() {
		return c.Say("plan.send_before", "note", note), nil, nil
	}
	return note, s, nil
}
