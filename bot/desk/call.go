package desk

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Call is one invocation being answered: who asks what, as Tx sees the world.
// The reader is the sender, as they are now, whatever a button says.
type Call struct {
	Reader
	Office *Office
	Tx     *storage.Tx
	In     chat.Invocation
	Line   Line // of In.Text
	Ready  any  // what the command's Ahead has found, as it was then
}

// FieldErrors refuse a form: a sentence by input name.
type FieldErrors map[string]string

// Error is for a log; what people read are the sentences.
func (FieldErrors) Error() string { return "a form was filled in wrongly" }

// MaxWords is how much of somebody's own words is kept, in characters. Who
// writes more is refused before the command runs.
const MaxWords = 3000

// Words are what somebody wrote: the form's field, or the rest of the line.
func (c *Call) Words(field string) string {
	if c.In.Kind == chat.Submitted {
		return strings.TrimSpace(c.In.Fields[field])
	}
	return c.Line.Words
}

// Reason is words that must not be missing.
func (c *Call) Reason(field string) (string, error) {
	w := c.Words(field)
	switch {
	case w == "" && c.In.Kind == chat.Submitted:
		return "", FieldErrors{field: c.Say("form.needed")}
	case w == "":
		return "", isms.Refuse(isms.Invalid, "refuse.words_missing", "id", c.Line.ID)
	}
	return w, nil
}

// AtField shows a refusal of what was asked for in the form, at its field.
func (c *Call) AtField(name string, r *isms.Refusal) error {
	if c.In.Kind == chat.Submitted && r.Code == isms.Invalid {
		return FieldErrors{name: c.Phrase(r.Key, r.Args)}
	}
	return r
}

// Text keeps free words beside the journal, which has nothing but their
// SHA-256: the one returned.
func (c *Call) Text(words string) (string, error) { return c.Tx.Text(words) }

// Sentence is a reply of one sentence.
func (c *Call) Sentence(key string, pairs ...any) chat.Reply {
	text := c.Say(key, pairs...)
	return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}}
}

// Pressed is the delivery on which the button stood, nil where there is none.
func (c *Call) Pressed() (*storage.Delivery, error) {
	if c.In.Message == "" {
		return nil, nil
	}
	return c.Tx.DeliveryByRef(c.In.From.Platform, c.In.Message)
}

// Redrawn answers a press by the sender's own message, drawn anew in its place;
// false where there is none, or nothing is left of it.
func (c *Call) Redrawn() (chat.Reply, bool, error) {
	d, err := c.Pressed()
	if err != nil || d == nil || d.Person != c.ID {
		return chat.Reply{}, false, err
	}
	card, err := c.Office.Draw(c.Tx, d, false)
	return chat.Reply{Card: card, Replaces: true}, card != nil, err
}

// ReaderOf is somebody else, for what they are told of this.
func (c *Call) ReaderOf(p *isms.Person) Reader { return c.Office.Reader(p, c.People) }

// Key is an outbox key of the invocation's own, for what one person is told of it.
func (c *Call) Key(what string) string { return what + "/" + c.In.From.Platform + "/" + c.In.ID }

// Enqueue is Office.Enqueue in the call's transaction.
func (c *Call) Enqueue(p Post) (int64, error) { return c.Office.Enqueue(c.Tx, p) }

// EnqueueTo is Office.EnqueueTo in the call's transaction.
func (c *Call) EnqueueTo(key string, to chat.Address, what Content) error {
	return c.Office.EnqueueTo(c.Tx, key, to, what)
}
