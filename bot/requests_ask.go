package bot

import (
	"errors"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// ask puts a question about a request to who made it.
func (c *call) ask() (chat.Reply, error) {
	q, it, words, err := c.requestWith("refuse.ask_what")
	if err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.tx.Journal(c.now, "request.question", map[string]any{"by": c.ID, "request": q.ID, "text_sha256": sha}, q.Item); err != nil {
		return chat.Reply{}, err
	}
	asker := c.people.Get(q.AskedBy)
	r := c.b.reader(asker, c.people)
	text := r.say.Say("request.question", "name", c.Name, "title", it.Title, "id", it.ID.String())
	card := &chat.Card{Summary: text, Language: r.say.Language(), Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Style: chat.Quote, Text: words},
		chat.Buttons{Shown: []chat.Button{r.act("button.reply", "update "+it.ID.String(), &it.Item), r.act("button.open", "show "+it.ID.String(), &it.Item)}}}}
	if _, err := c.b.enqueue(c.tx, post{key: "question/" + c.in.From.Platform + "/" + c.in.ID, class: classRequest, to: asker, what: content{View: viewCard, Card: card}}); err != nil {
		return chat.Reply{}, err
	}
	return c.sentence("request.question_sent", "name", asker.FirstName()), nil
}

func (c *call) askForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.say.Say("form.ask_title"), Submit: c.say.Say("form.ask"), Command: "ask " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.say.Say("form.question", "name", c.firstName(q.AskedBy)), Kind: chat.Paragraph, Max: maxWords}}}, nil
}

// pass gives the decision to the ISMS manager.
func (c *call) pass() (chat.Reply, error) {
	q, it, _, err := c.request()
	if err != nil {
		return chat.Reply{}, err
	}
	asker := c.people.Get(q.AskedBy)
	next := isms.Approver(&it.Item, asker, c.people, true)
	if next == 0 || next == c.ID {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.no_approver", "id", it.ID)
	}
	q.Approver = next
	if err := c.tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	if err := c.tx.Journal(c.now, "request.passed", map[string]any{"by": c.ID, "request": q.ID, "to": next}, q.Item); err != nil {
		return chat.Reply{}, err
	}
	if err := c.askApprover(q); err != nil {
		return chat.Reply{}, err
	}
	d, err := c.pressed()
	if err != nil || d == nil || d.Person != c.ID {
		return c.sentence("request.passed", "name", c.people.Name(next), "id", it.ID.String()), errors.Join(err, c.b.changed(c.tx, it, it, c.now))
	}
	if err := c.b.changedBut(c.tx, it, it, c.now, d.ID); err != nil {
		return chat.Reply{}, err
	}
	card, err := c.b.draw(c.tx, d, false)
	return chat.Reply{Card: card, Replaces: true}, err
}
