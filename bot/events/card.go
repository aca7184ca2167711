package events

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// sheet is an event being drawn for one reader.
type sheet struct {
	desk.Reader
	x           *Events
	e           *storage.EventRecord
	duties      []*isms.Duty
	since       time.Time
	provisional bool
	story       string // the id of the broadcast that tells of it, empty for none
}

func (x *Events) sheet(tx *storage.Tx, r desk.Reader, e *storage.EventRecord) (*sheet, error) {
	duties, err := tx.Duties(e.N)
	if err != nil {
		return nil, err
	}
	s := &sheet{Reader: r, x: x, e: e, duties: duties}
	s.since, s.provisional = e.Since(x.zone)
	n, err := tx.StoryOf(e.N)
	if n != 0 {
		s.story = isms.MessageID(n)
	}
	return s, err
}

// show is an event as it stands, with what was said about it.
func (x *Events) show(c *desk.Call) (chat.Reply, error) {
	m, err := x.matter(c)
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := x.card(c.Tx, c.Reader, m.e, unasked)
	if err != nil {
		return chat.Reply{}, err
	}
	withoutOpen(card, m.e.ID())
	notes, err := c.Tx.EventNotes(m.e.N)
	if err != nil {
		return chat.Reply{}, err
	}
	var lines []string
	if m.e.Reporter == c.ID && !x.shiftOf(c.Reader).May(c.Person) {
		lines = m.told(notes)
	} else if x.shiftOf(c.Reader).May(c.Person) {
		lines = m.log(notes)
	}
	if len(lines) > 0 {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Section, Text: c.Say("section.history")}, chat.Text{Style: chat.Quiet, Text: strings.Join(lines, "\n")})
	}
	return chat.Reply{Card: card}, nil
}

// withoutOpen drops the button that leads to where its reader is already.
func withoutOpen(card *chat.Card, id isms.ItemID) {
	for i, block := range card.Blocks {
		if b, ok := block.(chat.Buttons); ok {
			open := func(b chat.Button) bool { return b.Command == "show "+id.String() }
			b.Shown, b.More = slices.DeleteFunc(b.Shown, open), slices.DeleteFunc(b.More, open)
			card.Blocks[i] = b
		}
	}
	card.Blocks = slices.DeleteFunc(card.Blocks, func(block chat.Block) bool {
		b, ok := block.(chat.Buttons)
		return ok && len(b.Shown)+len(b.More) == 0
	})
}

// maxLog is how many lines of what was said a card shows.
const maxLog = 8

// log is what was said, for those who look into it, the newest last.
func (m *matter) log(notes []*storage.EventNote) (out []string) {
	for _, n := range notes {
		if !n.FileAt.IsZero() {
			continue
		}
		when := m.Day(n.Day)
		if !n.At.IsZero() {
			when = m.Moment(n.At)
		}
		who := m.NameOf(n.Person)
		if n.Person == 0 {
			who = m.Say("events.nameless")
		}
		out = append(out, m.Say("event.line", "moment", when, "what", m.Say("events.log_"+n.Kind, "name", who, "words", desk.Brief(n.Words, 160))))
	}
	return out[max(0, len(out)-maxLog):]
}

// unasked stands for the hours of a ping where the event is no ping.
const unasked = -1

// card is the event for one reader: all of it with its steps for who decides,
// what it is and where it stands for all others. hours are those of the ping.
func (x *Events) card(tx *storage.Tx, r desk.Reader, e *storage.EventRecord, hours int) (*chat.Card, error) {
	s, err := x.sheet(tx, r, e)
	if err != nil {
		return nil, err
	}
	decides := x.shiftOf(r).May(r.Person)
	card := &chat.Card{Summary: s.summary(hours), Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: title(e)}}}
	add := func(b chat.Block) { card.Blocks = append(card.Blocks, b) }
	if line := s.urgent(hours); line != "" && e.Reporter != r.ID {
		add(chat.Text{Text: line})
	}
	if !strings.HasPrefix(title(e), e.Words+" ") { // which would say it twice
		add(chat.Text{Style: chat.Quote, Text: desk.Brief(e.Words, 600)})
	}
	add(chat.Facts{Facts: s.facts(decides)})
	if b := s.buttons(decides); len(b.Shown) > 0 {
		add(b)
	}
	if p := x.shiftOf(r).StandsFor(r.Person); p != nil {
		add(chat.Text{Style: chat.Quiet, Text: r.Say("events.in_place", "name", p.Name)})
	}
	if decides && s.runs() {
		add(chat.Text{Style: chat.Quiet, Text: r.Say("events.hours")})
	}
	return card, nil
}

// runs tells whether a law's clock is running.
func (s *sheet) runs() bool {
	for _, d := range s.duties {
		if s.e.Runs(d) {
			return true
		}
	}
	return false
}

// summary is what a lock screen says.
func (s *sheet) summary(hours int) string {
	switch {
	case s.e.Reporter == s.ID || hours == unasked:
		return title(s.e)
	case s.runs() && hours > 0:
		return s.Count("events.sum_hours", hours, "title", title(s.e))
	case s.e.State == isms.EventReported:
		return s.Say("events.sum_new", "title", title(s.e))
	case s.runs():
		return s.Say("events.sum_runs", "title", title(s.e))
	}
	return title(s.e)
}

// urgent is why this comes at any hour, empty where nothing runs.
func (s *sheet) urgent(hours int) string {
	if !s.runs() || hours == unasked {
		return ""
	}
	if hours == 0 {
		return s.Say("events.urgent_new")
	}
	return s.Count("events.urgent_hours", hours)
}

// closed is a closed event as its messages show it from then on, in one line.
func (s *sheet) closed() *chat.Card {
	card := one(s.Say("events.closed_line", "title", title(s.e), "state", s.state()))
	card.Blocks = append(card.Blocks, s.buttons(s.x.shiftOf(s.Reader).May(s.Person)))
	return card
}

// state is where the event stands, in a word or two.
func (s *sheet) state() string {
	if s.e.Closed() {
		return s.Say("events.closed_" + string(s.e.Outcome))
	}
	return s.Say("events.state_" + string(s.e.State))
}

// facts are what is known, all of it for who decides.
func (s *sheet) facts(decides bool) (out []chat.Fact) {
	e := s.e
	add := func(key, value string) {
		if value != "" {
			out = append(out, chat.Fact{Name: s.Say(key), Value: value})
		}
	}
	if decides {
		add("events.reported", s.reported())
		if e.Noticed != e.Day {
			add("events.noticed", s.Day(e.Noticed))
		}
	} else {
		add("events.reported", s.Day(e.Day))
	}
	add("fact.status", s.state())
	if e.Lead != 0 {
		add("events.lead", s.NameOf(e.Lead))
	}
	if e.Reporter == s.ID && !decides {
		if e.Outcome == "" {
			add("events.answer_by", s.Day(e.AnswerBy))
		}
		return out
	}
	add("events.personal", s.personal())
	for _, d := range s.duties {
		add("events.clock", s.duty(d))
	}
	if decides {
		add("events.people", desk.Brief(e.PeopleWhy, 160))
		if e.Finding.N != 0 {
			add("events.became", fmt.Sprintf("%s, %s", e.Finding, e.Action))
		}
		add("events.story", s.story)
	}
	return out
}

// reported is when and by whom, as far as it is known.
func (s *sheet) reported() string {
	if s.e.Anonymous {
		return s.Say("events.reported_nameless", "day", s.Day(s.e.Day))
	}
	return s.Say("events.reported_by", "moment", s.Moment(s.e.At), "name", s.NameOf(s.e.Reporter))
}

func (s *sheet) personal() string {
	switch s.e.Personal {
	case isms.PersonalUnknown:
		return s.Say("legal.unknown")
	case isms.PersonalNo:
		return s.Say("settings.no")
	}
	return s.Say("legal." + s.e.Part)
}

// duty says where one law stands: until when, or what was decided.
func (s *sheet) duty(d *isms.Duty) string {
	switch {
	case d.Decision == isms.NotToTell:
		return s.Say("legal.not", "law", d.Clock, "name", s.NameOf(d.DecidedBy))
	case d.Decision == isms.Told:
		return s.Say("legal.told", "law", d.Clock, "moment", s.Moment(d.ToldAt))
	case !s.e.Runs(d):
		return ""
	}
	law, known := s.x.law(d.Clock)
	if !known {
		return ""
	}
	key := "legal.until"
	if law.Target {
		key = "legal.target"
	}
	from := "legal.since"
	if s.provisional {
		from = "legal.provisional"
	}
	out := s.Say(key, "law", d.Clock, "moment", s.Moment(law.Deadline(s.since))) + " " + s.Say(from, "moment", s.Moment(s.since))
	if d.Decision == isms.ToTell {
		out += " " + s.Say("legal.to_tell")
	}
	return out
}
