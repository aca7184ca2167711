package bot

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// verify is the effectiveness review: works or fails, with a note.
func (c *call) verify() (chat.Reply, error) {
	it, err := c.reviewed()
	if err != nil {
		return chat.Reply{}, err
	}
	word, note := desk.FirstWord(c.Line.Words)
	word = strings.ToLower(word)
	if word != "works" && word != "fails" {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.verify_how", "id", it.ID)
	}
	if c.In.Kind == chat.Submitted {
		note = strings.TrimSpace(c.In.Fields["reason"])
		if note == "" && word == "fails" {
			return chat.Reply{}, desk.FieldErrors{"reason": c.Say("form.needed")}
		}
	}
	before := *it
	if r := it.Verify(c.Person, word == "works", note, c.Today, c.People, isms.StrictIndependence(c.People)); r != nil {
		return chat.Reply{}, r
	}
	sha, err := c.Text(note)
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
	d, err := c.Pressed()
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
	word, _, _ := strings.Cut(strings.ToLower(c.Line.Words), " ")
	title := "form.works_title"
	if word == "fails" {
		title = "form.fails_title"
	}
	trial := *it
	if r := trial.Verify(c.Person, word != "fails", "-", c.Today, c.People, isms.StrictIndependence(c.People)); r != nil {
		return nil, r
	}
	return &chat.Form{Title: c.Say(title), Submit: c.Say("form.save"), Command: "verify " + it.ID.String() + " " + word, Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say("form.seen"), Hint: c.Say("form.seen_hint"), Kind: chat.Paragraph, Optional: word != "fails", Max: desk.MaxWords}}}, nil
}
