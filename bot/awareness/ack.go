package awareness

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// How somebody acknowledged.
const (
	byButton   = "button"
	byTyping   = "typed"
	byQuestion = "question" // with the right answer to the check question
	byList     = "list"     // attendance list, kept by somebody else
)

// ack records that the asker has read the newest version. A second time adds
// nothing.
func ack(c *desk.Call) (chat.Reply, error) {
	b, x, rest, err := received(c)
	if err != nil {
		return chat.Reply{}, err
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, x, x.Language)
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	version, rest := versionIn(rest)
	if !x.Acked.IsZero() && (c.In.Kind == chat.Typed || version == b.Version) {
		return again(c, p)
	}
	if c.In.Kind != chat.Typed && version != b.Version || x.Sha256 == "" {
		return chat.Reply{Card: p.card()}, p.shown(c.Tx) // what is asked now they have not seen
	}
	if b.State == isms.Stopped {
		return chat.Reply{}, b.Stands()
	}
	how := byTyping
	if c.In.Kind == chat.Pressed {
		how = byButton
	}
	if p.text.Question != "" {
		right, asked, err := p.check(c, rest)
		if err != nil || !right {
			return asked, err
		}
		how = byQuestion
	}
	x.Acked, x.How = c.Now, how // the words are those that they were shown last, corrected or not
	if err := c.Tx.SaveRecipient(x); err != nil {
		return chat.Reply{}, err
	}
	err = c.Tx.Journal(c.Now, "broadcast.acknowledged", event(c, b, map[string]any{"edition": x.Edition, "text_sha256": x.Sha256, "language": p.text.Language, "how": how}))
	if err != nil {
		return chat.Reply{}, err
	}
	d, err := c.Pressed()
	if err != nil {
		return chat.Reply{}, err
	}
	if x.Delivery != 0 && (d == nil || d.ID != x.Delivery) {
		if err := c.Tx.EnqueueUpdate(x.Delivery, c.Now); err != nil {
			return chat.Reply{}, err
		}
		c.Office.Wake()
	}
	if d != nil && d.Person == c.ID {
		if reply, ok, err := c.Redrawn(); ok || err != nil {
			return reply, err
		}
	}
	return c.Sentence("poster.read_of", "title", p.text.Title, "id", isms.MessageID(b.ID), "moment", c.Moment(x.Acked)), nil
}

// versionMark is what a button under a later version than the first carries, so
// that one that is left under an older version acknowledges nothing else than
// what stands above it.
func versionMark(version int) string {
	if version == 1 {
		return ""
	}
	return " v" + strconv.Itoa(version)
}

// versionIn cuts the mark off.
func versionIn(rest string) (int, string) {
	first, after := desk.FirstWord(rest)
	if digits, ok := strings.CutPrefix(first, "v"); ok {
		if n, err := strconv.Atoi(digits); err == nil {
			return n, after
		}
	}
	return 1, rest
}

// options are the answers to the check question in an order of their own,
// which does not tell the right one, with their numbers: 1 is right.
func (p *poster) options() []chat.Option {
	var out []chat.Option
	for i, a := range p.text.Answers {
		out = append(out, chat.Option{Label: a, Value: strconv.Itoa(i + 1)})
	}
	key := func(o chat.Option) string {
		sum := sha256.Sum256([]byte(isms.MessageID(p.b.ID) + "/" + o.Value + "/" + p.b.Created.String()))
		return string(sum[:])
	}
	slices.SortFunc(out, func(a, b chat.Option) int { return cmp.Compare(key(a), key(b)) })
	for i := range out { // the value that people see is the place in the list
		if out[i].Value == "1" {
			out[i].Value = "right"
		}
	}
	return out
}

// check judges the answer to the check question. A wrong one is counted, and
// may be given again; none asks the question.
func (p *poster) check(c *desk.Call, rest string) (right bool, asked chat.Reply, err error) {
	given := rest
	if c.In.Kind == chat.Submitted {
		given = c.In.Fields["answer"]
	}
	options := p.options()
	at, err := strconv.Atoi(given)
	if err != nil || at < 1 || at > len(options) {
		return false, chat.Reply{Card: p.asks(options, p.Say("poster.check"))}, nil
	}
	if options[at-1].Value == "right" {
		return true, chat.Reply{}, nil
	}
	p.x.Wrong++
	if err := c.Tx.SaveRecipient(p.x); err != nil {
		return false, chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "broadcast.answered_wrong", event(c, p.b, nil)); err != nil {
		return false, chat.Reply{}, err
	}
	return false, chat.Reply{Card: p.asks(options, p.Say("poster.not_quite"))}, nil
}

// asks is the check question with a button an answer.
func (p *poster) asks(options []chat.Option, lead string) *chat.Card {
	var out chat.Buttons
	for i, o := range options {
		x := chat.Button{Label: o.Label, Command: "ack" + id(p.b) + versionMark(p.b.Version) + " " + strconv.Itoa(i+1)}
		if i < chat.MaxShown {
			out.Shown = append(out.Shown, x)
		} else {
			out.More = append(out.More, x)
		}
	}
	return &chat.Card{Summary: p.text.Question, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: p.text.Title}, chat.Text{Text: lead},
		chat.Text{Text: p.text.Question}, out}}
}

// ackForm asks the check question.
func ackForm(c *desk.Call) (*chat.Form, error) {
	b, x, rest, err := received(c)
	if err != nil {
		return nil, err
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, x, x.Language)
	if err != nil {
		return nil, err
	}
	version, _ := versionIn(rest)
	f := &chat.Form{Title: c.Say("msgform.check_title"), Submit: c.Say("msgform.check"), Command: "ack" + id(b) + versionMark(version), Intro: c.Say("poster.check")}
	if p == nil || p.text.Question == "" {
		return f, nil
	}
	options := p.options()
	for i := range options {
		options[i].Value = strconv.Itoa(i + 1)
	}
	f.Inputs = []chat.Input{{Name: "answer", Label: p.text.Question, Kind: chat.Choice, Options: options}}
	return f, nil
}

// recordForm takes the names of those who were told in a room.
func recordForm(c *desk.Call) (*chat.Form, error) {
	b, _, err := steered(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("msgform.record_title"), Submit: c.Say("form.save"), Command: "record" + id(b), Intro: c.Say("msgform.record_note"),
		Inputs: []chat.Input{{Name: "people", Label: c.Say("msgform.record_people"), Hint: c.Say("msgform.names_hint"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// record keeps an attendance list: those without chat were told otherwise.
func record(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if !b.Out() {
		return chat.Reply{}, b.Stands()
	}
	people, err := named(c, recorded(c))
	if err == nil && len(people) == 0 {
		err = isms.Refuse(isms.Invalid, "refuse.record_who", "id", isms.MessageID(b.ID))
	}
	if r := (*isms.Refusal)(nil); errors.As(err, &r) {
		err = c.AtField("people", r)
	}
	if err != nil {
		return chat.Reply{}, err
	}
	texts, err := c.Tx.BroadcastTexts(b.ID, b.Version, b.Edition)
	if err != nil {
		return chat.Reply{}, err
	}
	n := 0
	for _, person := range people {
		x, err := c.Tx.Recipient(b.ID, b.Version, person)
		if err != nil {
			return chat.Reply{}, err
		}
		if x == nil || !x.Acked.IsZero() || person == c.ID {
			continue // not for them, read already, or one's own
		}
		if x.Sha256 == "" && len(texts) > 0 {
			x.Sha256, x.Edition = texts[0].Sha256, texts[0].Edition
		}
		x.Acked, x.How, x.Recorder = c.Now, byList, c.ID
		if err := c.Tx.SaveRecipient(x); err != nil {
			return chat.Reply{}, err
		}
		if err := c.Tx.Journal(c.Now, "broadcast.recorded", event(c, b, map[string]any{"person": person, "text_sha256": x.Sha256, "how": byList})); err != nil {
			return chat.Reply{}, err
		}
		n++
	}
	text := c.Count("watch.recorded", n, "title", b.Title, "id", isms.MessageID(b.ID))
	return chat.Reply{Card: sentence(c.Reader, text)}, nil
}
