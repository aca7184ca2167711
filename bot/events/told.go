package events

import (
	"encoding/json"
	"fmt"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// The views. Each is drawn from the state of the moment.
const (
	viewMatter = "card"  // the event, for whoever looks into it: Event, Hours
	viewTold   = "told"  // one thing that its reporter is told: Event, Note
	viewHeard  = "heard" // what its reporter has added: Event, Note
)

// shown is what a message is about.
type shown struct {
	Event int64 `json:"event"`
	Hours int   `json:"hours,omitempty"` // of the ping
	Note  int64 `json:"note,omitempty"`
}

func view(name string, e *storage.EventRecord, s shown) desk.Content {
	s.Event = e.N
	c := desk.View("events/"+name, s)
	c.Item = e.ID().String()
	return c
}

// about is the event as a message, at the hour of a ping.
func (x *Events) about(e *storage.EventRecord, hours int) desk.Content {
	return view(viewMatter, e, shown{Hours: hours})
}

// draw renders a message for its reader.
func (x *Events) draw(tx *storage.Tx, r desk.Reader, d *storage.Delivery, name string, data json.RawMessage, first bool) (*chat.Card, error) {
	var s shown
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("delivery %d: %w", d.ID, err)
	}
	e, err := tx.EventByNumber(s.Event)
	if err != nil || e == nil || r.Person == nil {
		return nil, err
	}
	switch name {
	case viewTold, viewHeard:
		n, err := noteOf(tx, e, s.Note)
		if err != nil || n == nil {
			return nil, err
		}
		if name == viewTold {
			return toldCard(r, e, n), nil
		}
		return heardCard(r, e, n), nil
	}
	ok, err := x.sees(tx, r, e)
	if err != nil || !ok {
		return nil, err
	}
	if e.Closed() {
		sheet, err := x.sheet(tx, r, e)
		if err != nil || first {
			return nil, err
		}
		return sheet.closed(), nil
	}
	return x.card(tx, r, e, s.Hours)
}

func noteOf(tx *storage.Tx, e *storage.EventRecord, id int64) (*storage.EventNote, error) {
	notes, err := tx.EventNotes(e.N)
	for _, n := range notes {
		if n.ID == id {
			return n, err
		}
	}
	return nil, err
}

// answer tells the reporter what has become of the report. Who is known gets a
// message inside their hours, anybody else finds it behind their code.
func (m *matter) answer(kind, words string) error {
	note := storage.EventNote{Event: m.e.N, Kind: kind, Person: m.ID, Day: m.Today, At: m.Now, Words: words}
	if err := m.Tx.AddEventNote(&note); err != nil {
		return err
	}
	p := m.Present(m.e.Reporter)
	if p == nil || p.ID == m.ID {
		return nil
	}
	at := m.Office.Calendar(p).NextOpen(m.Now)
	if at.IsZero() {
		at = m.Now
	}
	_, err := m.Enqueue(desk.Post{Key: fmt.Sprintf("event/%d/told/%d", m.e.N, note.ID), Class: desk.Answer, To: p, At: at,
		What: view(viewTold, m.e, shown{Note: note.ID}), Items: []isms.ItemID{m.e.ID()}})
	return err
}

// toldLine is one note in the words of whoever reported it.
func toldLine(r desk.Reader, e *storage.EventRecord, n *storage.EventNote) string {
	key := "events.told_" + n.Kind
	if e.Anonymous && n.Kind == string(isms.EventClosed) || e.Outcome == isms.EventNothing && n.Kind == string(isms.EventNothing) && e.Anonymous {
		key += "_nameless"
	}
	return r.Say(key, "id", e.ID().String(), "words", sentence(n.Words), "name", r.FirstNameOf(n.Person), "reporter", r.FirstNameOf(e.Reporter))
}

// told are the lines that the reporter has been told, and their own.
func (m *matter) told(notes []*storage.EventNote) (out []string) {
	for _, n := range notes {
		if !n.Inside() {
			out = append(out, m.Say("event.line", "moment", m.Day(n.Day), "what", toldLine(m.Reader, m.e, n)))
		}
	}
	return out
}

// toldCard is one message to the reporter.
func toldCard(r desk.Reader, e *storage.EventRecord, n *storage.EventNote) *chat.Card {
	text := toldLine(r, e, n)
	card := &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}
	if n.Kind == storage.NoteQuestion {
		card.Blocks = []chat.Block{chat.Text{Text: text}, chat.Text{Style: chat.Quiet, Text: r.Say("events.about", "title", title(e))}}
	}
	if !e.Closed() {
		key := "button.add_words"
		if n.Kind == storage.NoteQuestion {
			key = "button.reply"
		}
		card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{r.Button(key, "event-words "+e.ID().String()), r.Button("button.open", "show "+e.ID().String())}})
	}
	return card
}

// wordsForm asks the reporter, and whoever looks into it, for more words.
func (m *matter) wordsForm() (*chat.Form, error) {
	if err := m.mayAdd(); err != nil {
		return nil, err
	}
	return &chat.Form{Title: m.Say("form.event_words_title"), Submit: m.Say("form.event_send"), Inputs: []chat.Input{
		{Name: "words", Label: m.Say("form.event_words"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// mayAdd refuses whoever did not report it.
func (m *matter) mayAdd() error {
	switch {
	case m.e.Reporter != m.ID:
		return isms.Refuse(isms.Forbidden, "refuse.event_words", "id", m.e.ID())
	case m.e.Closed():
		return isms.Refuse(isms.Conflict, "refuse.event_closed", "id", m.e.ID())
	}
	return nil
}

func (m *matter) words() (chat.Reply, error) {
	words, err := m.Reason("words")
	if err != nil {
		return chat.Reply{}, err
	}
	return m.add(words)
}

// add keeps more of the reporter's words, and tells who looks into it.
func (m *matter) add(words string) (chat.Reply, error) {
	if err := m.mayAdd(); err != nil {
		return chat.Reply{}, err
	}
	note := storage.EventNote{Event: m.e.N, Kind: storage.NoteReply, Person: m.ID, Day: m.Today, At: m.Now, Words: words}
	if err := m.Tx.AddEventNote(&note); err != nil {
		return chat.Reply{}, err
	}
	if err := m.x.heard(m.Tx, m.Office, &note); err != nil {
		return chat.Reply{}, err
	}
	return m.Sentence("events.added", "title", m.title(), "name", m.x.whoLooks(m.Reader)), nil
}

// heard tells those who decide about the event what its reporter has added.
func (x *Events) heard(tx *storage.Tx, o *desk.Office, n *storage.EventNote) error {
	e, err := tx.EventByNumber(n.Event)
	if err != nil || e == nil {
		return err
	}
	sha, err := tx.Text(n.Words)
	if err != nil {
		return err
	}
	data := map[string]any{"event": e.ID().String(), "text_sha256": sha, "note": n.ID}
	if n.Person != 0 {
		data["by"] = n.Person
	}
	if err := tx.Journal(o.Now(), "event.words", data, e.ID()); err != nil {
		return err
	}
	people, err := o.People(tx)
	if err != nil {
		return err
	}
	for _, p := range x.shift(people, o.Now()).Triagers() {
		if p.ID == n.Person {
			continue
		}
		_, err := o.Enqueue(tx, desk.Post{Key: fmt.Sprintf("event/%d/heard/%d/%d", e.N, n.ID, p.ID), Class: desk.Request, To: p,
			What: view(viewHeard, e, shown{Note: n.ID}), Items: []isms.ItemID{e.ID()}})
		if err != nil {
			return err
		}
	}
	return nil
}

// heardCard is what the reporter has added, for who looks into it.
func heardCard(r desk.Reader, e *storage.EventRecord, n *storage.EventNote) *chat.Card {
	head := r.Say("events.heard", "name", reporterName(r, e), "title", title(e))
	return &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Style: chat.Quote, Text: n.Words},
		chat.Buttons{Shown: []chat.Button{r.Button("button.open", "show "+e.ID().String()), r.Button("button.event_ask", "event-ask "+e.ID().String())}}}}
}

// reporterName is the full name, or the word for somebody without one.
func reporterName(r desk.Reader, e *storage.EventRecord) string {
	if e.Reporter == 0 {
		return r.Say("events.nameless")
	}
	return r.NameOf(e.Reporter)
}

// sentence ends somebody's words with a full stop where nothing else ends them.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	switch words[len(words)-1] {
	case '.', '!', '?', ':', ';':
		return words
	}
	return words + "."
}
