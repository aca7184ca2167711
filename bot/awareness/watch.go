package awareness

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// figures are how far a broadcast is, as its sender sees it.
type figures struct {
	storage.Progress
	Of        int                 // people it is for, joiners included
	Questions int                 // that wait for an answer
	Zones     []storage.ZoneWaits `json:",omitempty"` // whose morning is to come
}

// kept are the figures that were counted last, for cards that are drawn inside
// a transaction: to count 100,000 people there would hold up everybody else.
func kept(tx *storage.Tx, b *storage.Sendout) (figures, error) {
	f := figures{Of: b.Count, Progress: storage.Progress{ToCome: b.Count}}
	if b.Watched != "" {
		if err := json.Unmarshal([]byte(b.Watched), &f); err != nil {
			return f, fmt.Errorf("read the figures of broadcast %d: %w", b.ID, err)
		}
	}
	open, err := tx.OpenQuestions(b.ID)
	f.Questions = len(open)
	return f, err
}

func count(tx *storage.Tx, o *desk.Office, b *storage.Sendout, r desk.Reader) (figures, error) {
	var by time.Time
	if !b.AckBy.IsZero() {
		by = b.AckBy.Add(1).In(r.Calendar.Zone)
	}
	f := figures{}
	var err error
	if f.Progress, err = tx.Progress(b.ID, b.Version, r.Today, by); err != nil {
		return f, err
	}
	open, err := tx.OpenQuestions(b.ID)
	f.Questions = len(open)
	f.Of = max(b.Count+f.Late, f.Asked)
	f.ToCome = max(f.Of-f.Sent-f.NotSent-f.Away-f.readUnsent(), 0)
	if err != nil || f.ToCome == 0 {
		return f, err
	}
	f.Zones, err = tx.Waiting(b.ID, b.Version, r.Today, r.Now, o.Organisation.Calendar.Zone.String())
	return f, err
}

// readUnsent are those who read it although no message reached them.
func (f figures) readUnsent() int {
	return max(0, f.Asked-f.Sent-f.NotSent-f.Away-f.Progress.ToCome)
}

// text is the figures as they are kept and compared: a card is drawn again only
// when one of them has changed.
func (f figures) text() (string, error) {
	body, err := json.Marshal(f)
	return string(body), err
}

// stats shows the sender the figures as they are now.
func stats(c *desk.Call) (chat.Reply, error) {
	if c.Line.Text == "" {
		return newest(c)
	}
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	f, err := count(c.Tx, c.Office, b, c.Reader)
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := f.card(c.Tx, c.Reader, b)
	return chat.Reply{Card: card}, err
}

// watchCard is the card of figures as they were counted last.
func watchCard(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (*chat.Card, error) {
	f, err := kept(tx, b)
	if err != nil {
		return nil, err
	}
	return f.card(tx, r, b)
}

// card is how far a broadcast is: one card, refreshed in place.
func (f figures) card(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (*chat.Card, error) {
	if b.State == isms.Draft || b.State == isms.Awaiting {
		text := r.Say("watch."+string(b.State), "title", b.Title, "id", isms.MessageID(b.ID))
		card := sentence(r, text)
		card.Blocks = append(card.Blocks, chat.Facts{Facts: record74(r, b)}, chat.Buttons{Shown: []chat.Button{button(r, b, "button.open", "show"+id(b)), button(r, b, "button.msg_drop", "stop"+id(b)+" …")}})
		return card, nil
	}
	head := r.Say("watch.head", "title", b.Title, "id", isms.MessageID(b.ID))
	line := f.line(r, b)
	card := &chat.Card{Summary: r.Say("watch.summary", "id", isms.MessageID(b.ID), "line", line),
		Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Style: chat.Quiet, Text: f.state(r, b)}, chat.Text{Text: line}}}
	for _, text := range []string{f.coming(r, b), f.reasons(r), f.rest(r, b)} {
		if text != "" {
			card.Blocks = append(card.Blocks, chat.Text{Text: text})
		}
	}
	if b.State == isms.Finished {
		text, err := f.end(tx, r, b)
		if err != nil {
			return nil, err
		}
		card.Blocks = append(card.Blocks, chat.Text{Text: text})
	}
	card.Blocks = append(card.Blocks, f.buttons(r, b), chat.Facts{Facts: record74(r, b)})
	return card, nil
}

func (f figures) state(r desk.Reader, b *storage.Sendout) string {
	key := "watch.open"
	switch {
	case b.State != isms.Sending:
		key = "watch." + string(b.State)
	case f.ToCome > 0:
		key = "watch.sending"
	}
	text := r.Say(key, "moment", r.Moment(r.Now))
	switch {
	case b.Edition > 1:
		text += " " + r.Say("watch.edition", "version", b.Version, "edition", b.Edition)
	case b.Version > 1:
		text += " " + r.Say("watch.version", "version", b.Version)
	}
	if b.ToldLines && b.State == isms.Sending {
		text += " " + r.Say("watch.told")
	}
	if b.Change != isms.NoChange {
		text += " " + r.Say("watch.change")
	}
	return text
}

// line is "Sent 412 of 430 · Read 268 · Questions 2 · Not reached 4 · Still to come 14".
func (f figures) line(r desk.Reader, b *storage.Sendout) string {
	parts := []string{r.Say("watch.sent", "sent", f.Sent, "of", f.Of), r.Say("watch.read", "read", f.Read)}
	for _, x := range []struct {
		key string
		n   int
	}{{"watch.questions", f.Questions}, {"watch.not_reached", f.NotSent}, {"watch.away", f.Away}, {"watch.wrong", f.Wrong}, {"watch.joined", f.Late}, {"watch.to_come", f.ToCome}} {
		if x.n > 0 && (x.key != "watch.to_come" || b.State != isms.Stopped) {
			parts = append(parts, r.Say(x.key, "count", x.n))
		}
	}
	return strings.Join(parts, " · ")
}

func (f figures) rest(r desk.Reader, b *storage.Sendout) string {
	if f.Away == 0 || b.State == isms.Finished {
		return ""
	}
	return r.Count("watch.away_note", f.Away)
}

// end is "426 of 430 reached, 419 read by Fri 20 Mar (97 %; before: 94 %)".
func (f figures) end(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (string, error) {
	if b.AckBy.IsZero() {
		return r.Say("watch.end_undated", "sent", f.Sent, "of", f.Of, "read", f.Read), nil
	}
	text := r.Say("watch.end", "sent", f.Sent, "of", f.Of, "read", f.ReadInDay, "day", r.Day(b.AckBy), "share", percent(f.ReadInDay, f.Of))
	before, err := tx.FinishedBefore(b)
	if err != nil || before == nil {
		return text, err
	}
	g, err := kept(tx, before)
	return text + " " + r.Say("watch.before", "title", before.Title, "share", percent(g.ReadInDay, g.Of)), err
}

func percent(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.Itoa(100 * n / of)
}

func (f figures) buttons(r desk.Reader, b *storage.Sendout) chat.Buttons {
	var out chat.Buttons
	show := func(x chat.Button) { out.Shown = append(out.Shown, x) }
	more := func(x chat.Button) { out.More = append(out.More, x) }
	if f.Questions > 0 {
		show(labelled(r, b, r.Count("button.msg_answer", f.Questions), "questions"+id(b)))
	}
	show(button(r, b, "button.msg_missing", "missing"+id(b)))
	switch b.State {
	case isms.Sending:
		show(button(r, b, "button.msg_pause", "pause"+id(b)))
	case isms.Paused:
		show(button(r, b, "button.msg_resume", "resume"+id(b)))
	}
	if b.State != isms.Stopped {
		more(button(r, b, "button.msg_mend", "mend"+id(b)))
	}
	if missed := f.NotSent - f.Reasons[storage.HasLeft]; missed > 0 && b.State == isms.Sending {
		more(labelled(r, b, r.Count("button.msg_resend", missed), "resend"+id(b)))
	}
	more(button(r, b, "button.msg_register", "register"+id(b)))
	if b.State == isms.Sending && !b.ToldLines {
		more(button(r, b, "button.msg_tell", "tell"+id(b)))
	}
	if b.State == isms.Sending || b.State == isms.Paused {
		more(button(r, b, "button.msg_stop", "stop"+id(b)+" …"))
	}
	return out
}

// missing lists who has not read it, by department and name; only those who
// steer it see names.
func missing(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	unread, err := c.Tx.Unread(b.ID, b.Version)
	if err != nil {
		return chat.Reply{}, err
	}
	var people []*isms.Person
	for _, id := range unread {
		if p := c.Present(id); p != nil {
			people = append(people, p)
		}
	}
	slices.SortStableFunc(people, func(a, b *isms.Person) int {
		if n := strings.Compare(a.Department, b.Department); n != 0 {
			return n
		}
		return strings.Compare(a.Name, b.Name)
	})
	head := c.Count("missing.head", len(people), "title", b.Title, "id", isms.MessageID(b.ID))
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	const most = 10
	var list chat.List
	for _, p := range people[:min(most, len(people))] {
		row := chat.Row{Title: p.Name, When: p.Department}
		switch {
		case !p.Reachable:
			row.Note = c.Say("missing.no_chat")
		case p.Away(c.Today):
			row.Note = c.Say("missing.away")
		}
		list.Rows = append(list.Rows, row)
	}
	list.More = len(people) - len(list.Rows)
	if len(list.Rows) > 0 {
		card.Blocks = append(card.Blocks, list)
	}
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{button(c.Reader, b, "button.msg_register", "register"+id(b)), button(c.Reader, b, "button.msg_record", "record"+id(b))}},
		chat.Text{Style: chat.Quiet, Text: c.Say("missing.digest")})
	return chat.Reply{Card: card}, nil
}
