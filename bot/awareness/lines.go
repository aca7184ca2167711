package awareness

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// line is a broadcast that waits to be read: "Read: Working abroad (2 minutes)
// · MSG-4   Fri 20 Mar".
func line(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (row desk.Row, err error) {
	title, err := titleFor(tx, r, b)
	open := button(r, b, "button.msg_open", "show"+id(b))
	row.Row = chat.Row{Title: r.Count("line.read", b.Minutes, "title", title), ID: isms.MessageID(b.ID), Menu: []chat.Button{open}}
	if !b.AckBy.IsZero() {
		row.By, row.When = b.AckBy, r.Day(b.AckBy)
		if late := r.Today.Sub(b.AckBy); late > 0 {
			row.When = r.Count("date.late", late)
		}
	}
	lead := open
	lead.Look = chat.Primary
	row.Serve = chat.Buttons{Shown: []chat.Button{lead}, More: []chat.Button{button(r, b, "button.msg_question", "question"+id(b)), button(r, b, "button.msg_why", "why"+id(b))}}
	return row, err
}

// titleFor is the title in the reader's language, where it was written in it.
func titleFor(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (string, error) {
	if b.Language == r.Speaker.Language() {
		return b.Title, nil
	}
	p, err := newPoster(tx, r, b, b.Version, b.Edition, nil, "")
	if err != nil || p == nil {
		return b.Title, err
	}
	return p.text.Title, nil
}

// lines are the broadcasts that the reader was asked to read by a day and has
// not read, and those that people whom they lead have not.
func lines(tx *storage.Tx, r desk.Reader) (out desk.Lines, err error) {
	list, mine, err := tx.UnreadBy(r.ID)
	if err != nil {
		return out, err
	}
	for i, b := range list {
		asked := r.Calendar.Today(mine[i].Due)
		if b.State != isms.Sending || b.AckBy.IsZero() || !asked.Before(r.Today) {
			continue // paused, or it has not reached them before today
		}
		row, err := line(tx, r, b)
		if err != nil {
			return out, err
		}
		out.Own = append(out.Own, row)
		if told := mine[i].Reminded; b.ReminderDue(r.Calendar, r.Today, later(told, asked)) {
			out.Due = true
		}
	}
	if r.People.Leads(r.ID) {
		err = teamLines(tx, r, &out)
	}
	return out, err
}

func later(a, b isms.Date) isms.Date {
	if a.After(b) {
		return a
	}
	return b
}

// told notes that a digest of today names what waits.
func told(tx *storage.Tx, r desk.Reader) error {
	list, mine, err := tx.UnreadBy(r.ID)
	if err != nil {
		return err
	}
	for i, b := range list {
		if b.State != isms.Sending || b.AckBy.IsZero() {
			continue
		}
		mine[i].Reminded = r.Today
		if err := tx.SaveRecipient(mine[i]); err != nil {
			return err
		}
		err := tx.Journal(r.Now, "broadcast.reminded", map[string]any{"broadcast": b.ID, "version": b.Version, "person": r.ID})
		if err != nil {
			return err
		}
	}
	return nil
}

// teamLines name, once the day has passed or the sender has asked for it, who
// of the reader's line has not read a broadcast.
func teamLines(tx *storage.Tx, r desk.Reader, out *desk.Lines) error {
	live, err := tx.LiveBroadcasts()
	if err != nil {
		return err
	}
	var team []isms.PersonID
	for _, b := range live {
		after := !b.AckBy.IsZero() && r.Today.After(b.AckBy)
		if b.State != isms.Sending || !after && !b.ToldLines {
			continue
		}
		if team == nil {
			for id := range r.People.Line(r.ID) {
				team = append(team, id)
			}
			slices.Sort(team)
		}
		var names []string
		for _, id := range team {
			x, err := tx.Recipient(b.ID, b.Version, id)
			if err != nil {
				return err
			}
			if p := r.Present(id); p != nil && x != nil && x.Acked.IsZero() && !p.Away(r.Today) {
				names = append(names, p.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		row := desk.Row{By: b.AckBy}
		row.Title, row.ID = r.Say("line.team", "title", b.Title), isms.MessageID(b.ID)
		row.When, row.Note = r.Count("who.people", len(names)), someNames(r, names)
		out.Team = append(out.Team, row)
		if after && r.Today == r.Calendar.OnOrAfter(b.AckBy.Add(1)) {
			out.Due = true
		}
	}
	return nil
}

func someNames(r desk.Reader, names []string) string {
	const most = 5
	text := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		text += " " + r.Count("card.more", len(names)-most)
	}
	return text
}
