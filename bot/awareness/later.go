package awareness

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// lookForPaused is how often a joiner's bundle looks whether what was paused in
// it goes on: its message is part of no broadcast alone.
const lookForPaused = 5 * time.Minute

// Later is when a broadcast's message goes whose time has come, zero for now,
// and notes it: its reader may have gone away since it was planned, an outage
// may have pushed it into their night, or another broadcast has reached them
// today.
func Later(tx *storage.Tx, o *desk.Office, d *storage.Delivery) (time.Time, error) {
	list, err := broadcastsIn(tx, d)
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	people, err := o.People(tx)
	if err != nil {
		return time.Time{}, err
	}
	p := people.Get(d.Person)
	if p == nil {
		return time.Time{}, nil
	}
	for _, b := range list {
		if len(list) > 1 && b.State == isms.Paused {
			return o.Now().Add(lookForPaused), nil
		}
	}
	if slices.ContainsFunc(list, func(b *storage.Sendout) bool { return b.Urgent }) {
		return time.Time{}, nil
	}
	at, away, err := putOff(tx, o, d, p, list[0])
	if err != nil || at.IsZero() {
		return time.Time{}, err
	}
	for _, b := range list {
		x, err := tx.Recipient(b.ID, b.Version, p.ID)
		if err != nil {
			return at, err
		}
		if x == nil || x.Delivery != d.ID {
			continue
		}
		x.Due, x.Away = at, away
		if err := tx.SaveRecipient(x); err != nil {
			return at, err
		}
	}
	return at, nil
}

// broadcastsIn are those that the message is about: several in a joiner's bundle.
func broadcastsIn(tx *storage.Tx, d *storage.Delivery) ([]*storage.Sendout, error) {
	var shown struct {
		View string
		Data about
	}
	if !strings.HasPrefix(d.Content, `{"view":"awareness/`) {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(d.Content), &shown); err != nil {
		return nil, fmt.Errorf("delivery %d: %w", d.ID, err)
	}
	ids := shown.Data.Others
	if len(ids) == 0 {
		ids = []int64{shown.Data.Broadcast}
	}
	var list []*storage.Sendout
	for _, id := range ids {
		b, err := tx.Broadcast(id)
		if err != nil {
			return nil, err
		}
		if b != nil {
			list = append(list, b)
		}
	}
	return list, nil
}

// putOff is when a message goes that may not go now, and on which day its reader
// is back where they are away; zero where it may.
func putOff(tx *storage.Tx, o *desk.Office, d *storage.Delivery, p *isms.Person, b *storage.Sendout) (at time.Time, away isms.Date, err error) {
	cal, now := o.Calendar(p), o.Now()
	today := cal.Today(now)
	if at, away = b.DueStill(p, cal, now); at.IsZero() {
		reached, err := tx.ReachedSince(d, b.ID, today.In(cal.Zone))
		if err != nil || !reached {
			return at, away, err
		}
		at = isms.DueFrom(p, cal, today.Add(1))
	}
	at, err = freeDay(tx, p, b, cal, at)
	return at, away, err
}
