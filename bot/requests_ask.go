package bot

import (
	"errors"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// ask puts a question about a request to who made it.
func (c *call) ask() (chat.Reply, error) {
	q, it, words, err := c.requestWith("refuse.ask_what")
	if err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "request.question", map[string]any{"by": c.ID, "request": q.ID, "text_sha256": sha}, q.Item); err != nil {
		return chat.Reply{}, err
	}
	asker := c.People.Get(q.AskedBy)
	r := reader{c.ReaderOf(asker)}
	text := r.Say("request.question", "name", c.Name, "title", it.Title, "id", it.ID.String())
	card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Style: chat.Quote, Text: words},
		chat.Buttons{Shown: []chat.Button{r.act("button.reply", "update "+it.ID.String(), &it.Item), r.act("button.open", "show "+it.ID.String(), &it.Item)}}}}
	if _, err := c.Enqueue(desk.Post{Key: c.Key("question"), Class: desk.Request, To: asker, What: desk.Card(card)}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("request.question_sent", "name", asker.FirstName()), nil
}

func (c *call) askForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("form.ask_title"), Submit: c.Say("form.ask"), Command: "ask " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say("form.question", "name", c.FirstNameOf(q.AskedBy)), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// pass gives the decision to the ISMS manager.
func (c *call) pass() (chat.Reply, error) {
	q, it, _, err := c.request()
	if err != nil {
		return chat.Reply{}, err
	}
	asker := c.People.Get(q.AskedBy)
	next := isms.Approver(&it.Item, asker, c.People, true)
	if next == 0 || next == c.ID {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.no_approver", "id", it.ID)
	}
	q.Approver = next
	if err := c.Tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "request.passed", map[string]any{"by": c.ID, "request": q.ID, "to": next}, q.Item); err != nil {
		return chat.Reply{}, err
	}
	if err := c.askApprover(q); err != nil {
		return chat.Reply{}, err
	}
	d, err := c.Pressed()
	if err != nil || d == nil || d.Person != c.ID {
		return c.Sentence("request.passed", "name", c.People.Name(next), "id", it.ID.String()), errors.Join(err, c.b.changed(c.Tx, it, it, c.Now))
	}
	if err := c.b.changedBut(c.Tx, it, it, c.Now, d.ID); err != nil {
		return chat.Reply{}, err
	}
	card, err := c.b.draw(c.Tx, d, false)
	return chat.Reply{Card: card, Replaces: true}, err
}
