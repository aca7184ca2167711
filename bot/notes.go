package bot

import (
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func (c *call) update() (chat.Reply, error) {
	return c.noteWith("update", func(it *storage.Record, words string) *isms.Refusal {
		it.Stuck = false
		return it.Note(words)
	})
}

func (c *call) stuck() (chat.Reply, error) {
	return c.noteWith("stuck", func(it *storage.Record, words string) *isms.Refusal { return it.SetStuck(words) })
}

// whoHelps is the nearest up the owner's line who can be told that something
// cannot go on, else an ISMS manager; nil for nobody but the sender.
func (c *call) whoHelps(it *storage.Record) *isms.Person {
	for _, id := range c.People.Above(it.Owner) {
		if p := c.Present(id); p != nil && p.Reachable && p.ID != c.ID {
			return p
		}
	}
	for _, p := range c.People.With(isms.ISMSManager) {
		if p.Reachable && p.ID != c.ID {
			return p
		}
	}
	return nil
}

// tellLead lets whoever can help know that something cannot go on.
func (c *call) tellLead(lead *isms.Person, it *storage.Record, words string) error {
	r := reader{c.ReaderOf(lead)}
	text := r.Say("stuck.tell", "name", r.NameOf(it.Owner), "title", it.Title, "id", it.ID.String())
	_, help := r.leadActions(&it.Item)
	card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text},
		chat.Text{Style: chat.Quote, Text: words}, chat.Buttons{Shown: help}}}
	_, err := c.Enqueue(desk.Post{Key: c.Key("stuck"), Class: desk.Request, To: lead,
		What: desk.Card(card)})
	return err
}

func (c *call) noteWith(verb string, change func(*storage.Record, string) *isms.Refusal) (chat.Reply, error) {
	it, err := c.answerable()
	if err != nil {
		return chat.Reply{}, err
	}
	words, err := c.Reason("reason")
	if err != nil {
		return chat.Reply{}, err
	}
	before := *it
	if r := change(it, words); r != nil {
		return chat.Reply{}, r
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	detail := map[string]string{"words": words}
	lead := c.whoHelps(it)
	if verb == "stuck" && lead != nil {
		detail["lead"] = strconv.FormatInt(int64(lead.ID), 10)
	}
	a, err := c.record(&before, it, storage.Answer{Verb: verb, Detail: detail}, map[string]any{"text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	if verb == "stuck" && lead != nil {
		if err := c.tellLead(lead, it, words); err != nil {
			return chat.Reply{}, err
		}
	}
	return c.respond(a)
}

func (c *call) wordsForm(verb, title, label, hint string) (*chat.Form, error) {
	it, err := c.unfinished()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say(title), Submit: c.Say("form.save"), Command: verb + " " + it.ID.String(), Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say(label), Hint: c.Say(hint), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}
