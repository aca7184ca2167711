package awareness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// decideCard asks a second person, and tells afterwards what was decided.
func decideCard(tx *storage.Tx, r desk.Reader, b *storage.Sendout, first bool) (*chat.Card, error) {
	if b.State != isms.Awaiting && b.Change == isms.NoChange {
		if first {
			return nil, nil
		}
		if b.Approver != 0 {
			return sentence(r, r.Say("decide.agreed", "name", r.NameOf(b.Approver), "title", b.Title, "id", isms.MessageID(b.ID))), nil
		}
		return sentence(r, r.Say("decide.settled", "title", b.Title, "id", isms.MessageID(b.ID))), nil
	}
	version, edition, key := b.Version, b.Edition, "decide.asks"
	if b.Change != isms.NoChange {
		version, edition = b.After(b.Change)
		key = "decide.asks_" + string(b.Change)
	}
	p, err := newPoster(tx, r, b, version, edition, nil, "")
	if err != nil || p == nil {
		return nil, err
	}
	saw, err := mark(tx, b)
	if err != nil {
		return nil, err
	}
	head := r.Say(key, "name", r.NameOf(b.Sender), "title", b.Title, "id", isms.MessageID(b.ID))
	card := &chat.Card{Summary: r.Say("decide.summary", "name", r.FirstNameOf(b.Sender), "count", strconv.Itoa(b.Count), "id", isms.MessageID(b.ID)),
		Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Facts{Facts: append(record74(r, b), checked(r, p.text.Wording)...)}}}
	yes := button(r, b, "button.msg_agree", "approve"+id(b)+" "+saw, "count", strconv.Itoa(b.Count))
	yes.Look = chat.Primary
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{yes, button(r, b, "button.say_no", "reject"+id(b))}},
		chat.Text{Style: chat.Quiet, Text: r.Say("decide.why")}, chat.Text{Style: chat.Section, Text: r.Say("preview.as_read")}, chat.Divider{})
	card.Blocks = append(card.Blocks, asSection(p.card().Blocks)...)
	return card, nil
}

// mark names what a second person saw, so that a button under older words
// agrees to nothing else. A draft is written anew under the same numbers.
func mark(tx *storage.Tx, b *storage.Sendout) (string, error) {
	version, edition := b.Version, b.Edition
	if b.Change != isms.NoChange {
		version, edition = b.After(b.Change)
	}
	says, err := saysHash(tx, b, version, edition)
	sum := sha256.Sum256(fmt.Append(nil, says, b.From, b.At.Unix(), b.AckBy, b.Urgent, b.Named))
	return fmt.Sprintf("%d.%d.%d.%s", version, edition, b.Count, hex.EncodeToString(sum[:8])), err
}

// approve lets a broadcast, or a change of its words, go.
func approve(c *desk.Call) (chat.Reply, error) {
	b, rest, err := found(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := b.MayDecide(c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	saw, err := mark(c.Tx, b)
	if err != nil {
		return chat.Reply{}, err
	}
	if rest != saw { // typed, or under an older draft: they see first what they agree to
		card, err := decideCard(c.Tx, c.Reader, b, false)
		return chat.Reply{Card: card}, err
	}
	change := b.Change
	if r := b.Approve(c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	more := map[string]any{"count": b.Count, "sender": b.Sender}
	switch change {
	case isms.NoChange:
		err = launch(c, b, "broadcast.approved", more)
	default:
		err = changed(c, b, change, "broadcast.change_approved", more)
	}
	if err != nil {
		return chat.Reply{}, err
	}
	if err := tellSender(c, b, "decide.told_yes", ""); err != nil {
		return chat.Reply{}, err
	}
	return decided(c, b)
}

func rejectForm(c *desk.Call) (*chat.Form, error) {
	b, _, err := found(c)
	if err != nil {
		return nil, err
	}
	if r := b.MayDecide(c.Person, c.People); r != nil {
		return nil, r
	}
	return &chat.Form{Title: c.Say("form.say_no_title"), Submit: c.Say("form.say_no"), Command: "reject" + id(b), Intro: b.Title + " ·" + id(b),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say("form.reason_for", "name", c.FirstNameOf(b.Sender)), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// reject says no, with a reason that the sender reads.
func reject(c *desk.Call) (chat.Reply, error) {
	b, rest, err := found(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := b.MayDecide(c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	reason := rest
	if c.In.Kind == chat.Submitted {
		if reason, err = c.Reason("reason"); err != nil {
			return chat.Reply{}, err
		}
	}
	if reason == "" {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.reject_why", "id", isms.MessageID(b.ID))
	}
	sha, err := c.Text(reason)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.Change != isms.NoChange {
		version, edition := b.After(b.Change)
		if err := c.Tx.DropBroadcastTexts(b.ID, version, edition); err != nil {
			return chat.Reply{}, err
		}
	}
	if r := b.Reject(c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	if err := save(c, b, "broadcast.rejected", map[string]any{"text_sha256": sha, "sender": b.Sender}); err != nil {
		return chat.Reply{}, err
	}
	if err := tellSender(c, b, "decide.told_no", reason); err != nil {
		return chat.Reply{}, err
	}
	return decided(c, b)
}

// decided answers whoever decided.
func decided(c *desk.Call, b *storage.Sendout) (chat.Reply, error) {
	if reply, ok, err := c.Redrawn(); ok || err != nil {
		return reply, err
	}
	card, err := decideCard(c.Tx, c.Reader, b, false)
	return chat.Reply{Card: card}, err
}

// tellSender tells the sender at once what became of their question.
func tellSender(c *desk.Call, b *storage.Sendout, key, words string) error {
	sender := c.Present(b.Sender)
	if sender == nil {
		return nil
	}
	r := c.ReaderOf(sender)
	card := sentence(r, r.Say(key, "name", c.Name, "title", b.Title, "id", isms.MessageID(b.ID)))
	if words != "" {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quote, Text: words})
	}
	_, err := c.Enqueue(desk.Post{Key: c.Key(fmt.Sprintf("decided/%d", b.ID)), Class: desk.Answer, To: sender, What: desk.Card(card)})
	return err
}
