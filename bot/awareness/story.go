package awareness

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// A win story is a broadcast about something that was noticed and stopped. What
// is proposed of a closed event names nobody, and whoever is named all the same
// is asked first.

// everyone is for whom a story is, until its draft is changed.
func everyone() isms.Audience { return isms.Audience{Groups: []isms.Group{{Kind: isms.Everyone}}} }

// tellable is the closed event of the command, nil where it names none.
func tellable(c *desk.Call) (*storage.EventRecord, error) {
	if c.Line.ID.Kind != isms.Event {
		if what := strings.TrimSuffix(c.Line.Text, "…"); what != "" && c.Line.ID.N != 0 {
			return nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
		}
		return nil, nil
	}
	e, err := c.Tx.EventByNumber(c.Line.ID.N)
	switch {
	case err != nil:
		return nil, err
	case e == nil || !e.FileAt.IsZero() || !isms.Shift{People: c.People, Today: c.Office.Calendar(nil).Today(c.Now)}.May(c.Person):
		return nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
	case !e.Closed():
		return nil, isms.Refuse(isms.Conflict, "refuse.event_not_closed", "id", e.ID())
	}
	if n, err := c.Tx.StoryOf(e.N); err != nil || n != 0 {
		if err != nil {
			return nil, err
		}
		return nil, isms.Refuse(isms.Conflict, "refuse.story_told", "id", e.ID(), "message", isms.MessageID(n))
	}
	return e, nil
}

// storyForm asks for a story, proposed where it is that of an event.
func storyForm(c *desk.Call) (*chat.Form, error) {
	e, err := tellable(c)
	if err != nil {
		return nil, err
	}
	f := &chat.Form{Title: c.Say("story.title"), Submit: c.Say("story.submit"), Command: "story", Intro: c.Say("story.intro")}
	text := ""
	if e != nil {
		f.Command += " " + e.ID().String()
		text, f.Intro = redacted(c, e)
	}
	f.Inputs = []chat.Input{
		{Name: "title", Label: c.Say("msgform.what"), Kind: chat.Line, Max: isms.MaxTitle, Value: c.Say("story.value")},
		{Name: "text", Label: c.Say("story.text"), Hint: c.Say("story.text_hint"), Kind: chat.Paragraph, Max: isms.MaxWording, Value: text},
	}
	var senders []chat.Option
	for _, p := range storySenders(c) {
		senders = append(senders, chat.Option{Label: p.Name, Value: p.Email})
	}
	if len(senders) > 1 {
		f.Inputs = append(f.Inputs, chat.Input{Name: "sender", Label: c.Say("story.sender"), Hint: c.Say("story.sender_hint"), Kind: chat.Choice,
			Options: senders, Value: senders[0].Value})
	}
	return f, nil
}

// storySenders are those who may send it, whoever writes it first.
func storySenders(c *desk.Call) []*isms.Person {
	const most = 60 // of what a platform's menu takes
	out := []*isms.Person{c.Person}
	for _, role := range []isms.Role{isms.Comms, isms.ISMSManager} {
		for _, p := range c.People.With(role) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out[:min(most, len(out))]
}

// redacted is the event as it could be told, and what was left out of it. The
// words of somebody who gave no name could tell who it was: they are not used.
func redacted(c *desk.Call, e *storage.EventRecord) (text, intro string) {
	text, intro = e.Words, c.Say("story.intro")
	if e.Anonymous {
		text, intro = "", c.Say("story.intro_nameless")
	}
	if e.Change != "" {
		text += "\n\n" + c.Say("story.change", "change", e.Change)
	}
	text, gone := isms.Redact(strings.TrimSpace(text), c.People.All(), func(kind isms.Gone) string { return c.Say("story.instead_" + string(kind)) })
	var list []string
	for _, kind := range isms.AllGone {
		if n := gone[kind]; n > 0 {
			list = append(list, c.Count("story.gone_"+string(kind), n))
		}
	}
	if len(list) > 0 {
		intro = c.Say("story.gone", "list", strings.Join(list, ", ")) + " " + intro
	}
	return desk.Clip(text, isms.MaxWording), title(e) + "\n" + intro
}

func title(e *storage.EventRecord) string { return desk.Brief(e.Words, 60) + " · " + e.ID().String() }

// storyAhead counts beside the writer whom it will be for.
func storyAhead(c *desk.Call) (any, error) {
	if isms.MayBroadcast(c.Person) != nil || c.In.Kind != chat.Submitted {
		return nil, nil
	}
	return whomAhead(c, &storage.Sendout{Broadcast: isms.Broadcast{Audience: everyone()}})
}

// story makes a draft of it and shows its preview. Whoever typed the verb gets
// the form.
func story(c *desk.Call) (chat.Reply, error) {
	if c.In.Kind != chat.Submitted {
		f, err := storyForm(c)
		return chat.Reply{Form: f}, err
	}
	e, err := tellable(c)
	if err != nil {
		return chat.Reply{}, err
	}
	w := &writing{Call: c, texts: map[string]*isms.Wording{}, b: &storage.Sendout{Language: c.Speaker.Language(), Created: c.Now, Story: true,
		Broadcast: isms.Broadcast{Sender: c.ID, State: isms.Draft, Version: 1, Edition: 1, Audience: everyone()}}}
	w.texts[w.b.Language] = &isms.Wording{Title: c.Words("title"), Text: c.Words("text")}
	for _, p := range storySenders(c) {
		if p.Email == c.Words("sender") {
			w.b.Sender = p.ID
		}
	}
	if err := w.judge(); err != nil {
		return chat.Reply{}, err
	}
	w.names(true)
	if err := w.verdict(); err != nil {
		return chat.Reply{}, err
	}
	if err := w.keep("broadcast.drafted"); err != nil {
		return chat.Reply{}, err
	}
	if err := w.storyOf(e); err != nil {
		return chat.Reply{}, err
	}
	if err := askConsent(c, w.b); err != nil {
		return chat.Reply{}, err
	}
	if w.b.Sender == c.ID {
		return preview(c, w.b)
	}
	if err := handOver(c, w.b); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("story.handed", "title", w.b.Title, "id", isms.MessageID(w.b.ID), "name", c.NameOf(w.b.Sender)), nil
}

// storyOf notes that the draft is a story, in the history of the event that it
// tells of.
func (w *writing) storyOf(e *storage.EventRecord) error {
	if e == nil {
		return w.Tx.SaveStory(w.b.ID, 0)
	}
	if err := w.Tx.SaveStory(w.b.ID, e.N); err != nil {
		return err
	}
	return w.Tx.Journal(w.Now, "event.story", map[string]any{"by": w.ID, "event": e.ID().String(), "broadcast": w.b.ID}, e.ID())
}

// handOver gives the draft to whoever is to send it.
func handOver(c *desk.Call, b *storage.Sendout) error {
	p := c.People.Get(b.Sender)
	r := c.ReaderOf(p)
	card := sentence(r, r.Say("story.yours", "name", c.Name, "title", b.Title, "id", isms.MessageID(b.ID)))
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{button(r, b, "button.open", "show"+id(b))}})
	_, err := c.Enqueue(desk.Post{Key: c.Key("story"), Class: desk.Request, To: p, What: desk.Card(card)})
	return err
}

// names has everybody asked whom the texts name, those whom they name perhaps
// as well where that is so, and refuses the name of somebody who cannot be asked.
// It returns all whom they name, surely or perhaps.
func (w *writing) names(perhaps bool) map[isms.PersonID]bool {
	all := map[isms.PersonID]bool{}
	for language, t := range w.texts {
		field := "text"
		if language != w.b.Language {
			field = "other_text"
		}
		surely, others := isms.NamedIn(everyWord(t), w.People.All())
		for _, id := range surely {
			if p := w.Present(id); p == nil || !p.Reachable {
				w.wrong(field, "refuse.story_name", "name", id)
			}
			all[id] = true
			w.name(id)
		}
		for _, id := range others {
			all[id] = true
			if p := w.Present(id); perhaps && p != nil && p.Reachable {
				w.name(id)
			}
		}
	}
	slices.Sort(w.b.Named) // texts come in no order
	return all
}

// everyWord is all that is read of a wording.
func everyWord(t *isms.Wording) string {
	return strings.Join(append([]string{t.Title, t.Text, t.Alt, t.Question}, t.Answers...), "\n")
}

func (w *writing) name(id isms.PersonID) {
	if !slices.Contains(w.b.Named, id) {
		w.b.Named = append(w.b.Named, id)
	}
}

// retold keeps the promise when the draft of a story is written anew: whoever
// its texts name is asked, and whoever they name no longer is not.
func (w *writing) retold() error {
	if !w.b.Story {
		return nil
	}
	before, err := w.Tx.BroadcastTexts(w.b.ID, w.b.Version, w.b.Edition)
	if err != nil {
		return err
	}
	still := w.names(false)
	for _, t := range before {
		surely, perhaps := isms.NamedIn(everyWord(&t.Wording), w.People.All())
		for _, id := range slices.Concat(surely, perhaps) {
			if !still[id] {
				w.b.Named = slices.DeleteFunc(w.b.Named, func(x isms.PersonID) bool { return x == id })
			}
		}
	}
	return nil
}

// renamed refuses words of a story that is out which name somebody who was not
// asked.
func (w *writing) renamed(before *storage.Sendout) {
	if !before.Story {
		return
	}
	for _, t := range w.texts {
		surely, _ := isms.NamedIn(everyWord(t), w.People.All())
		for _, id := range surely {
			if !slices.Contains(before.Named, id) {
				w.wrong("text", "refuse.story_mend", "name", id)
			}
		}
	}
}
