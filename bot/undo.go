package bot

import (
	"fmt"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// undo takes back the sender's newest answer, or the one whose number a button
// carries, within ten minutes and while nothing has happened since. It is an
// entry of its own: what was said stays in the journal.
func (c *call) undo() (chat.Reply, error) {
	a, err := c.lastOrNamed()
	if err != nil {
		return chat.Reply{}, err
	}
	if a == nil || a.By != c.ID || !undoable[a.Verb] {
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.nothing_to_undo")
	}
	it, err := c.Tx.Item(a.Item)
	if err != nil {
		return chat.Reply{}, err
	}
	may, err := c.couldAnswer(a)
	switch {
	case err != nil:
		return chat.Reply{}, err
	case !may:
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.nothing_to_undo")
	case a.Undone:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.undone", "id", a.Item)
	case c.Now.Sub(a.At) >= undoTime:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.undo_late", "id", a.Item)
	case it.Version != a.Version:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.undo_changed", "id", a.Item)
	}
	if _, err := c.Tx.Undo(a.ID); err != nil {
		return chat.Reply{}, err
	}
	if err := c.undoBeside(a); err != nil {
		return chat.Reply{}, err
	}
	before := *it
	it.Item = a.Before
	if err := c.Tx.SaveItem(it); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "item.undone", map[string]any{"by": c.ID, "item": a.Item.String(), "due": a.Due.String(), "answer": a.Verb}, a.Item); err != nil {
		return chat.Reply{}, err
	}
	d, err := c.Pressed()
	if err != nil {
		return chat.Reply{}, err
	}
	if d == nil || d.Person != c.ID {
		return c.Sentence("undo.done", "id", a.Item.String(), "title", it.Title), c.b.changed(c.Tx, &before, it, c.Now)
	}
	if err := c.b.changedBut(c.Tx, &before, it, c.Now, d.ID); err != nil {
		return chat.Reply{}, err
	}
	card, err := c.b.draw(c.Tx, d, false)
	return chat.Reply{Card: card, Replaces: true}, err
}

// couldAnswer tells whether the sender, as they stand now, could give the
// answer that they want to take back.
func (c *call) couldAnswer(a *storage.Answer) (bool, error) {
	switch {
	case a.Verb == "snooze" && a.Before.Verifier == c.ID, a.Verb == "take" && a.Before.Owner == 0 && c.People.Leads(c.ID):
		return true, nil
	case a.Verb != "approve" && a.Verb != "reject":
		_, r := isms.Standing(&a.Before, c.Person, c.People)
		return r == nil, nil
	}
	n, err := strconv.ParseInt(a.Detail["request"], 10, 64)
	if err != nil {
		return false, fmt.Errorf("answer %d: its request: %w", a.ID, err)
	}
	q, err := c.Tx.Request(n)
	if err != nil || q == nil {
		return false, err
	}
	return c.mayDecide(q, &a.Before) == nil, nil
}

func (c *call) lastOrNamed() (*storage.Answer, error) {
	if c.Line.Text == "" {
		return c.Tx.LastAnswerBy(c.ID)
	}
	n, err := strconv.ParseInt(c.Line.Text, 10, 64)
	if err != nil {
		return nil, nil // not a number that any button carries
	}
	return c.Tx.Answer(n)
}

// undoBeside takes back what an answer did beside the item: a snooze, a
// request, a decision.
func (c *call) undoBeside(a *storage.Answer) error {
	if a.Verb == "snooze" {
		return c.Tx.Unsnooze(a.Item, c.ID)
	}
	n, err := strconv.ParseInt(a.Detail["request"], 10, 64)
	if err != nil {
		return nil // the answer was not about a request
	}
	q, err := c.Tx.Request(n)
	if err != nil || q == nil {
		return err
	}
	if a.Verb == "extend" {
		if q.State != storage.Pending {
			return isms.Refuse(isms.Conflict, "refuse.undo_changed", "id", a.Item)
		}
		q.State, q.DecidedAt = storage.Lapsed, c.Now
	} else {
		q.State, q.DecidedBy, q.Note = storage.Pending, 0, ""
		if asker := c.People.Get(q.AskedBy); asker != nil {
			if err := c.tellTakenBack(q, asker, a); err != nil {
				return err
			}
		}
	}
	return c.Tx.SaveRequest(q)
}

// tellTakenBack corrects what the asker was told.
func (c *call) tellTakenBack(q *storage.Request, asker *isms.Person, a *storage.Answer) error {
	r := c.ReaderOf(asker)
	text := r.Say("request.taken_back", "name", c.Name, "id", q.Item.String(), "was", r.Day(q.Due))
	card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	_, err := c.Enqueue(desk.Post{Key: "takenback/" + strconv.FormatInt(a.ID, 10), Class: desk.Answer, To: asker, What: desk.Card(card)})
	return err
}
