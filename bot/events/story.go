package events

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// A closed event can be told to all. What is proposed names nobody; whoever the
// text names all the same is asked first. The draft stays with the event: nothing
// makes a broadcast of it yet.

// addresses are e-mails and mentioned accounts, which say who somebody is.
var addresses = regexp.MustCompile(`<@[^>]*>|[^\s<>"()]+@[^\s<>"()]+\.[^\s<>"().,;:]+`)

// unnamed is the text without names of people we know, full or first.
func unnamed(text, instead string, people []*isms.Person) string {
	text = addresses.ReplaceAllLiteralString(text, instead)
	for _, whole := range []bool{true, false} {
		for _, p := range people {
			name := p.Name
			if !whole {
				name = p.FirstName()
			}
			if re := named(name); re != nil {
				text = re.ReplaceAllString(text, "${1}"+strings.ReplaceAll(instead, "$", "$$")+"${2}")
			}
		}
	}
	return text
}

// named finds a name that stands alone, as it is written; nil for none.
func named(name string) *regexp.Regexp {
	if len([]rune(name)) < 2 {
		return nil
	}
	return regexp.MustCompile(`(^|[^\pL\pN])` + regexp.QuoteMeta(name) + `($|[^\pL\pN])`)
}

// whom the text names, the writer not included.
func whom(text string, people []*isms.Person, writer isms.PersonID) (out []isms.PersonID) {
	for _, p := range people {
		if p.ID == writer {
			continue
		}
		for _, name := range []string{p.Name, p.FirstName()} {
			if re := named(name); re != nil && re.MatchString(text) && !slices.Contains(out, p.ID) {
				out = append(out, p.ID)
			}
		}
	}
	return out
}

// mayTell refuses a story of what is not over.
func (m *matter) mayTell() error {
	switch {
	case !isms.MayTriage(m.Person):
		return isms.Refuse(isms.Forbidden, "refuse.event_triage", "id", m.e.ID())
	case !m.e.Closed():
		return isms.Refuse(isms.Conflict, "refuse.event_not_closed", "id", m.e.ID())
	}
	return nil
}

func (m *matter) storyForm() (*chat.Form, error) {
	if err := m.mayTell(); err != nil {
		return nil, err
	}
	text := strings.TrimSpace(m.e.Words + "\n" + m.e.Change)
	if d, err := m.Tx.WinDraftOf(m.e.N); err != nil || d != nil {
		if err != nil {
			return nil, err
		}
		text = d.Text
	} else {
		text = unnamed(text, m.Say("events.somebody"), m.Reader.People.All())
	}
	return &chat.Form{Title: m.Say("form.event_story_title"), Submit: m.Say("form.event_keep"), Intro: m.Say("form.event_story_intro"), Inputs: []chat.Input{
		{Name: "text", Label: m.Say("form.event_story"), Hint: m.Say("form.event_story_hint"), Kind: chat.Paragraph, Value: desk.Clip(text, desk.MaxWords-1), Max: desk.MaxWords}}}, nil
}

// story keeps a draft, and asks those whom it names.
func (m *matter) story() (chat.Reply, error) {
	if err := m.mayTell(); err != nil {
		return chat.Reply{}, err
	}
	text, err := m.Reason("text")
	if err != nil {
		return chat.Reply{}, err
	}
	asked := whom(text, m.Reader.People.All(), m.ID)
	for _, id := range asked {
		if m.Present(id) == nil {
			return chat.Reply{}, desk.FieldErrors{"text": m.Say("form.event_story_left", "name", m.NameOf(id))}
		}
	}
	d := storage.WinDraft{Event: m.e.N, Text: text, By: m.ID, At: m.Now}
	if err := m.Tx.AddWinDraft(&d, asked); err != nil {
		return chat.Reply{}, err
	}
	sha, err := m.Text(text)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := m.Tx.Journal(m.Now, "event.story", map[string]any{"by": m.ID, "event": m.e.ID().String(), "draft": d.ID, "names": asked, "text_sha256": sha}, m.e.ID()); err != nil {
		return chat.Reply{}, err
	}
	for _, id := range asked {
		_, err := m.Enqueue(desk.Post{Key: fmt.Sprintf("event/%d/name/%d/%d", m.e.N, d.ID, id), Class: desk.Request, To: m.Reader.People.Get(id), What: view(viewConsent, m.e, shown{Draft: d.ID})})
		if err != nil {
			return chat.Reply{}, err
		}
	}
	if len(asked) == 0 {
		return m.Sentence("events.story_kept", "title", m.title()), nil
	}
	var names []string
	for _, id := range asked {
		names = append(names, m.NameOf(id))
	}
	return m.Sentence("events.story_asks", "title", m.title(), "names", strings.Join(names, ", ")), nil
}

// consentCard asks somebody whether a story may name them.
func consentCard(tx *storage.Tx, r desk.Reader, e *storage.EventRecord, draft int64) (*chat.Card, error) {
	d, err := tx.WinDraftOf(e.N)
	if err != nil || d == nil {
		return nil, err
	}
	answers, err := tx.WinConsents(draft)
	if err != nil {
		return nil, err
	}
	switch answer := answers[r.ID]; {
	case d.ID != draft:
		return one(r.Say("events.consent_over")), nil
	case answer != "":
		return one(r.Say("events.consent_" + answer)), nil
	}
	head := r.Say("events.consent_ask", "name", r.NameOf(d.By))
	id := "event-name " + e.ID().String()
	return &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Style: chat.Quote, Text: desk.Brief(d.Text, 900)},
		chat.Buttons{Shown: []chat.Button{r.Button("button.event_may_name", id+" yes"), r.Button("button.event_no_name", id+" no")}},
		chat.Text{Style: chat.Quiet, Text: r.Say("events.consent_why")}}}, nil
}

func one(text string) *chat.Card {
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}
}

// consent takes the answer of somebody whom the newest draft names. Who says no
// is named no longer.
func (x *Events) consent(c *desk.Call) (chat.Reply, error) {
	refused := isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
	if c.Line.ID.Kind != isms.Event || c.Line.Words != "yes" && c.Line.Words != "no" {
		return chat.Reply{}, refused
	}
	d, err := c.Tx.WinDraftOf(c.Line.ID.N)
	if err != nil {
		return chat.Reply{}, err
	}
	if d == nil {
		return chat.Reply{}, refused
	}
	ok, err := c.Tx.WinConsent(d.ID, c.ID, c.Line.Words, c.Now)
	if err != nil {
		return chat.Reply{}, err
	}
	if !ok {
		return chat.Reply{}, refused
	}
	if c.Line.Words == "no" {
		text := unnamed(d.Text, c.ReaderOf(c.People.Get(d.By)).Say("events.somebody"), []*isms.Person{c.Person})
		if err := c.Tx.SetWinText(d.ID, text); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := c.Tx.Journal(c.Now, "event.consent", map[string]any{"by": c.ID, "event": c.Line.ID.String(), "draft": d.ID, "answer": c.Line.Words}, c.Line.ID); err != nil {
		return chat.Reply{}, err
	}
	if reply, ok, err := c.Redrawn(); ok || err != nil {
		return reply, err
	}
	return c.Sentence("events.consent_" + c.Line.Words), nil
}
