package bot

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// verify is the effectiveness review: works or fails, with a note.
func (c *call) verify() (chat.Reply, error) {
	it, err := c.reviewed()
	if err != nil {
		return chat.Reply{}, err
	}
	word, note := firstWord(c.line.words)
	word = strings.ToLower(word)
	if word != "works" && word != "fails" {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.verify_how", "id", it.ID)
	}
	if c.in.Kind == chat.Submitted {
		note = strings.TrimSpace(c.in.Fields["reason"])
		if note == "" && word == "fails" {
			return chat.Reply{}, fieldErrors{"reason": c.say.Say("form.needed")}
		}
	}
	before := *it
	if r := it.Verify(c.Person, word == "works", note, c.today, c.people, isms.StrictIndependence(c.people)); r != nil {
		return chat.Reply{}, r
	}
	sha, err := c.text(note)
	if err != nil {
		return chat.Reply{}, err
	}
	a, err := c.record(&before, it, storage.Answer{Verb: "verify_" + word, Detail: map[string]string{"words": note, "day": it.Due.String()}},
		map[string]any{"result": word, "text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	return c.respond(a)
}

// reviewed is the item, if the button on which the sender pressed is about the
// review that it waits for now.
func (c *call) reviewed() (*storage.Record, error) {
	it, err := c.item()
	if err != nil || it.Status != isms.Done {
		return it, err
	}
	d, err := c.pressed()
	if err != nil || d == nil {
		return it, err
	}
	due, err := c.shownDue(d, it.ID)
	if err == nil && !due.IsZero() && due != it.VerifyDue {
		return nil, isms.Refuse(isms.Conflict, "refuse.moved_on", "id", it.ID, "date", it.VerifyDue)
	}
	return it, err
}

func (c *call) verifyForm() (*chat.Form, error) {
	it, err := c.reviewed()
	if err != nil {
		return nil, err
	}
	word, _, _ := strings.Cut(strings.ToLower(c.line.words), " ")
	title := "form.works_title"
	if word == "fails" {
		title = "form.fails_title"
	}
	trial := *it
	if r := trial.Verify(c.Person, word != "fails", "-", c.today, c.people, isms.StrictIndependence(c.people)); r != nil {
		return nil, r
	}
	return &chat.Form{Title: c.say.Say(title), Submit: c.say.Say("form.save"), Command: "verify " + it.ID.String() + " " + word, Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.say.Say("form.seen"), Hint: c.say.Say("form.seen_hint"), Kind: chat.Paragraph, Optional: word != "fails", Max: maxWords}}}, nil
}
