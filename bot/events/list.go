package events

import (
	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// maxRows is how many events a list shows.
const maxRows = 8

// list is what is open, with the hours that each clock leaves: what runs out
// first stands first.
func (x *Events) list(c *desk.Call) (chat.Reply, error) {
	open, err := c.Tx.OpenEvents()
	if err != nil {
		return chat.Reply{}, err
	}
	if len(open) == 0 {
		return c.Sentence("events.none"), nil
	}
	var rows, later []chat.Row
	for _, e := range open {
		s, err := x.sheet(c.Tx, c.Reader, e)
		if err != nil {
			return chat.Reply{}, err
		}
		row := chat.Row{Title: desk.Brief(e.Words, 60), ID: e.ID().String(), When: s.left(), Note: s.state(),
			Menu: []chat.Button{c.Button("button.open", "show "+e.ID().String())}}
		if e.State == isms.EventReported && e.AnswerBy.Before(c.Today) {
			row.Note = s.Say("events.unanswered", "day", s.Day(e.AnswerBy))
		}
		if s.runs() {
			rows = append(rows, row)
		} else {
			later = append(later, row)
		}
	}
	rows = append(rows, later...)
	list := chat.List{Rows: rows[:min(len(rows), maxRows)], More: max(0, len(rows)-maxRows)}
	head := c.Count("events.head", len(open))
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, list}}}, nil
}

// left is how many hours the first of the running clocks leaves.
func (s *sheet) left() string {
	least, found := 0, false
	for _, d := range s.duties {
		law, known := s.x.law(d.Clock)
		if !known || !s.e.Runs(d) {
			continue
		}
		hours := int(law.Deadline(s.since).Sub(s.Now).Hours())
		if law.Deadline(s.since).Before(s.Now) {
			hours = -1
		}
		if !found || hours < least {
			least, found = hours, true
		}
	}
	switch {
	case !found:
		return ""
	case least < 0:
		return s.Say("events.over")
	}
	return s.Count("events.left", least)
}
