package bot

import (
	"fmt"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// accountClosed notes that the platform has closed an account. Whoever has no
// open account left anywhere has left: their items are offered to others.
func (b *Bot) accountClosed(tx *storage.Tx, a chat.Account, id isms.PersonID) error {
	if err := tx.Journal(b.Now(), "account.closed", map[string]any{"person": id, "platform": a.Platform}); err != nil {
		return err
	}
	all, err := tx.Accounts(id)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Trouble != troubleClosed {
			return nil
		}
	}
	return b.left(tx, id)
}

// accountOpened notes that an account takes messages again.
func (b *Bot) accountOpened(tx *storage.Tx, a chat.Account, id isms.PersonID) error {
	if err := tx.Journal(b.Now(), "account.opened", map[string]any{"person": id, "platform": a.Platform}); err != nil {
		return err
	}
	return b.cameBack(tx, id)
}

// left marks a person as gone and offers their open items.
func (b *Bot) left(tx *storage.Tx, id isms.PersonID) error {
	p, err := tx.Profile(id)
	if err != nil || p == nil || p.Left {
		return err
	}
	p.Left = true
	if err := tx.SavePerson(p); err != nil {
		return err
	}
	items, err := tx.SharedOf(id)
	if err != nil {
		return err
	}
	var ids []isms.ItemID
	for _, it := range items {
		if it.Training == 0 { // nobody else can learn it
			ids = append(ids, it.ID)
		}
	}
	if err := tx.Journal(b.Now(), "person.left", map[string]any{"person": id, "items": len(ids)}, ids...); err != nil {
		return err
	}
	if err := tx.LookAtEverybody(); err != nil { // managers, deputies and reviews may all be others now
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	return b.offer(tx, id, ids)
}

// cameBack undoes the mark of a person who has an open account again.
func (b *Bot) cameBack(tx *storage.Tx, id isms.PersonID) error {
	p, err := tx.Profile(id)
	if err != nil || p == nil || !p.Left {
		return err
	}
	p.Left = false
	if err := tx.SavePerson(p); err != nil {
		return err
	}
	if err := tx.Journal(b.Now(), "person.returned", map[string]any{"person": id}); err != nil {
		return err
	}
	return tx.LookAtEverybody()
}

// offer asks the leaver's manager to find owners for the items: the nearest up
// the line who is there and can be reached, else the ISMS managers in turn.
func (b *Bot) offer(tx *storage.Tx, leaver isms.PersonID, items []isms.ItemID) error {
	people, err := b.office.People(tx)
	if err != nil {
		return err
	}
	head, err := tx.Head()
	if err != nil {
		return err
	}
	var order []*isms.Person
	for _, id := range people.Above(leaver) {
		order = append(order, people.Get(id))
	}
	order = append(order, people.With(isms.ISMSManager)...)
	order = append(order, people.With(isms.TopManagement)...)
	for _, to := range order {
		if to == nil || to.Left || to.ID == leaver {
			continue
		}
		// The journal's event tells this leaving from an earlier one.
		sent, err := b.office.Enqueue(tx, desk.Post{Key: fmt.Sprintf("leaver/%d/%d", leaver, head.Seq), Class: desk.Request, To: to,
			What: content{View: viewLeaver, By: leaver}, Items: items})
		if err != nil || sent != 0 {
			return err
		}
	}
	return nil
}
