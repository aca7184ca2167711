package bot

import (
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// redrawn is how many messages that show an item are brought up to date when
// it changes: the newest; older ones explain themselves when they are pressed.
const redrawn = 8

// changed does what follows from a change of an item: whom it concerned and
// concerns now is looked at again, snoozes of another date or owner end, and
// messages that show it are drawn anew. Both versions may be the same record.
func (b *Bot) changed(tx *storage.Tx, before, after *storage.Record, now time.Time) error {
	return b.changedBut(tx, before, after, now, 0)
}

// changedBut spares the delivery that the reply itself replaces, for a while.
func (b *Bot) changedBut(tx *storage.Tx, before, after *storage.Record, now time.Time, replaced int64) error {
	people, err := b.office.People(tx)
	if err != nil {
		return err
	}
	return b.changedAmong(tx, people, before, after, now, replaced)
}

func (b *Bot) changedAmong(tx *storage.Tx, people *isms.People, before, after *storage.Record, now time.Time, replaced int64) error {
	look := map[isms.PersonID]bool{}
	for _, it := range []*storage.Record{before, after} {
		for _, id := range concerned(&it.Item, people) {
			look[id] = true
		}
	}
	delete(look, 0)
	for id := range look {
		if err := tx.LookNow(id); err != nil {
			return err
		}
	}
	if before.Owner != after.Owner || before.Due != after.Due || !after.IsOpen() {
		if err := tx.Unsnooze(after.ID, 0); err != nil {
			return err
		}
	}
	shown, err := tx.Showing(after.ID, redrawn)
	if err != nil {
		return err
	}
	for _, d := range shown {
		at := now
		switch {
		case d.State == storage.Queued:
			continue
		case d.ID == replaced:
			// The reply has drawn it. It is drawn again when its Undo has run
			// out, and then too if the reply was lost.
			at = now.Add(undoTime)
		}
		if err := tx.EnqueueUpdate(d.ID, at); err != nil {
			return err
		}
	}
	b.nudgeOutbox()
	return nil
}

// concerned are those whose digest an item can stand in.
func concerned(it *isms.Item, people *isms.People) []isms.PersonID {
	out := []isms.PersonID{it.Owner, it.Deputy, it.Verifier}
	if owner := people.Get(it.Owner); owner != nil {
		out = append(out, owner.Deputy)
	}
	out = append(out, people.Above(it.Owner)...)
	for _, role := range []isms.Role{isms.ISMSManager, isms.TopManagement} {
		for _, p := range people.With(role) {
			out = append(out, p.ID)
		}
	}
	return out
}

// record keeps one answer: the item, the answer itself, the journal's event,
// and what follows from it.
func (c *call) record(before, after *storage.Record, a storage.Answer, event map[string]any) (*storage.Answer, error) {
	if err := c.Tx.ChangeItem(before, after); err != nil {
		return nil, err
	}
	c.changed = after
	a.Item, a.Due, a.By, a.At, a.Before, a.Version = before.ID, occurrence(&before.Item), c.ID, c.Now, before.Item, after.Version
	if a.By != before.Owner && a.Behalf == 0 && a.Verb != "verify" && a.Verb != "approve" && a.Verb != "reject" {
		a.Behalf = before.Owner
	}
	if err := c.Tx.AddAnswer(&a); err != nil {
		return nil, err
	}
	event["by"], event["item"], event["due"] = c.ID, before.ID.String(), before.Due.String()
	if a.Behalf != 0 {
		event["behalf"] = a.Behalf
	}
	if err := c.Tx.Journal(c.Now, "item."+a.Verb, event, before.ID); err != nil {
		return nil, err
	}
	pressed, err := c.Pressed()
	if err != nil {
		return nil, err
	}
	replaced := int64(0)
	if pressed != nil {
		replaced = pressed.ID
	}
	return &a, c.b.changedAmong(c.Tx, c.People, before, after, c.Now, replaced)
}

// respond answers a press by the message itself, drawn anew, and everything
// else by a line of its own.
func (c *call) respond(a *storage.Answer) (chat.Reply, error) {
	if reply, ok, err := c.Redrawn(); ok || err != nil {
		return reply, err
	}
	text := c.changed.Title + " · " + a.Item.String()
	line := c.reader().answerLine(a)
	card := &chat.Card{Summary: line, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Text: line}}}
	if undo, ok := c.reader().undoButton(a); ok {
		card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{undo}})
	}
	return chat.Reply{Card: card}, nil
}
