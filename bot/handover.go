package bot

import (
	"fmt"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// delegate hands an item over. Without a person it goes to the owner's
// manager, and after two hand-overs to the ISMS manager: it must not wander.
func (c *call) delegate() (chat.Reply, error) {
	it, err := c.transferable()
	if err != nil {
		return chat.Reply{}, err
	}
	words := c.Line.Words
	if c.In.Kind == chat.Submitted {
		words = c.In.Fields["person"]
	}
	to, reason, err := c.Meant(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind == chat.Submitted {
		reason = c.Words("reason")
	}
	switch {
	case to == nil && words != "" && c.In.Kind == chat.Submitted:
		return chat.Reply{}, desk.FieldErrors{"person": c.Say("form.nobody")}
	case to == nil && words != "" && c.In.Kind != chat.Submitted:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.who", "words", desk.Brief(words, 40))
	case to == nil:
		to = c.whoDecides(it)
	}
	if it.HandOvers >= 2 && !c.Is(isms.ISMSManager) {
		if m := c.People.With(isms.ISMSManager); len(m) > 0 {
			to = m[0]
		}
	}
	if to == nil {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.nobody_to_take", "id", it.ID)
	}
	return c.give(it, to, "delegate", reason)
}

// transferable is an item that the sender may give away: their own, a leaver's
// in their line, or any for the ISMS manager.
func (c *call) transferable() (*storage.Record, error) {
	it, err := c.item()
	if err != nil {
		return nil, err
	}
	if _, r := isms.Standing(&it.Item, c.Person, c.People); r != nil {
		return nil, r
	}
	if r := isms.OwnersAlone(&it.Item); r != nil {
		return nil, r
	}
	if it.Training != 0 {
		return nil, isms.Refuse(isms.Conflict, "refuse.learn_own", "id", it.ID, "name", it.Owner)
	}
	return it, nil
}

// whoDecides is who finds the right person: the owner's manager, else the ISMS manager.
func (c *call) whoDecides(it *storage.Record) *isms.Person {
	for _, id := range c.People.Above(it.Owner) {
		if p := c.Present(id); p != nil {
			return p
		}
	}
	for _, p := range c.People.With(isms.ISMSManager) {
		if p.ID != it.Owner {
			return p
		}
	}
	return nil
}

// give makes somebody else the owner and tells them.
func (c *call) give(it *storage.Record, to *isms.Person, verb, reason string) (chat.Reply, error) {
	before := *it
	if r := it.HandOver(to); r != nil {
		return chat.Reply{}, r
	}
	if verb == "take" {
		it.HandOvers = before.HandOvers
	}
	sha, err := c.Text(reason)
	if err != nil {
		return chat.Reply{}, err
	}
	a, err := c.record(&before, it, storage.Answer{Verb: verb, Detail: map[string]string{"to": strconv.FormatInt(int64(to.ID), 10), "reason": reason}},
		map[string]any{"from": before.Owner, "to": to.ID, "text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	if to.ID != c.ID {
		if err := c.tellNewOwner(it, to, a.ID); err != nil {
			return chat.Reply{}, err
		}
	}
	return c.respond(a)
}

func (c *call) tellNewOwner(it *storage.Record, to *isms.Person, answer int64) error {
	_, err := c.Enqueue(desk.Post{Key: fmt.Sprintf("handover/%s/%d", it.ID, answer), Class: desk.Request, To: to,
		What: content{View: viewHandOver, Item: it.ID.String(), Due: it.Due, By: c.ID}, Items: []isms.ItemID{it.ID}})
	return err
}

func (c *call) delegateForm() (*chat.Form, error) {
	it, err := c.transferable()
	if err != nil {
		return nil, err
	}
	trial := it.Item
	if r := trial.ClearStuck(); r != nil {
		return nil, r
	}
	lead := c.ManagerName()
	if p := c.whoDecides(it); p != nil {
		lead = p.Name
	}
	return &chat.Form{Title: c.Say("form.not_mine_title"), Submit: c.Say("form.hand_over"), Command: "delegate " + it.ID.String(), Intro: heading(it),
		Inputs: []chat.Input{
			{Name: "person", Label: c.Say("form.whose"), Hint: c.Say("form.whose_hint", "name", lead), Kind: chat.PersonInput, Optional: true},
			{Name: "reason", Label: c.Say("form.reason"), Kind: chat.Paragraph, Optional: true, Max: desk.MaxWords},
		}}, nil
}

// take makes the sender the owner of an item of somebody who has left.
func (c *call) take() (chat.Reply, error) {
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	owner := c.People.Get(it.Owner)
	if _, r := isms.Standing(&it.Item, c.Person, c.People); r != nil && owner != nil {
		return chat.Reply{}, r
	}
	if owner == nil && !c.Is(isms.ISMSManager) && !c.People.Leads(c.ID) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.unowned", "id", it.ID)
	}
	return c.give(it, c.Person, "take", "")
}
