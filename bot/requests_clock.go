package bot

import (
	"context"
	"fmt"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// requestPatience is how many working days an approver has before an ISMS
// manager is asked as well.
const requestPatience = 2

// askSeconds passes on the requests that their approver has left unanswered.
func (b *Bot) askSeconds(ctx context.Context) error {
	var waiting []int64
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		pending, err := tx.PendingRequests()
		if err != nil || len(pending) == 0 {
			return err
		}
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		for _, q := range pending {
			if b.overripe(q, people) && len(b.seconds(q, people)) > 0 {
				waiting = append(waiting, q.ID)
			}
		}
		return nil
	})
	if err != nil || len(waiting) == 0 {
		return unlessEnded(ctx, err)
	}
	err = b.DB.Tx(ctx, func(tx *storage.Tx) error {
		for _, id := range waiting {
			if err := b.askSecond(tx, id); err != nil {
				return fmt.Errorf("pass on request %d: %w", id, err)
			}
		}
		return nil
	})
	return unlessEnded(ctx, err)
}

// overripe tells whether the approver has had two working days.
func (b *Bot) overripe(q *storage.Request, people *isms.People) bool {
	if q.Second != 0 {
		return false
	}
	cal := b.office.Calendar(people.Get(q.Approver))
	asked := cal.OnOrAfter(cal.Today(q.AskedAt))
	into := min(max(q.AskedAt.Sub(cal.Opening(asked)), 0), cal.Closing(asked).Sub(cal.Opening(asked)))
	return !b.Now().Before(cal.Opening(cal.AddWorking(asked, requestPatience)).Add(into))
}

// seconds are the ISMS managers who may be asked instead, those who are there
// today in front.
func (b *Bot) seconds(q *storage.Request, people *isms.People) []*isms.Person {
	var here, away []*isms.Person
	for _, m := range people.With(isms.ISMSManager) {
		switch {
		case m.ID == q.AskedBy || m.ID == q.Approver || !m.Reachable:
		case m.Away(b.office.Calendar(m).Today(b.Now())):
			away = append(away, m)
		default:
			here = append(here, m)
		}
	}
	return append(here, away...)
}

func (b *Bot) askSecond(tx *storage.Tx, id int64) error {
	q, err := tx.Request(id)
	if err != nil || q == nil || q.State != storage.Pending {
		return err
	}
	people, err := b.office.People(tx)
	if err != nil || !b.overripe(q, people) {
		return err
	}
	for _, m := range b.seconds(q, people) {
		sent, err := b.office.Enqueue(tx, desk.Post{Key: fmt.Sprintf("request/%d/second", q.ID), Class: desk.Request, To: m,
			What: content{View: viewRequest, Request: q.ID}, Items: []isms.ItemID{q.Item}})
		if err != nil {
			return err
		}
		if sent == 0 {
			continue
		}
		q.Second = m.ID
		if err := tx.SaveRequest(q); err != nil {
			return err
		}
		return tx.Journal(b.Now(), "request.passed_on", map[string]any{"request": q.ID, "item": q.Item.String(), "approver": q.Approver, "to": m.ID}, q.Item)
	}
	return nil
}
