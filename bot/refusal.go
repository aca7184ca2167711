package bot

import (
	"context"
	"fmt"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// fieldErrors refuse a form: a sentence by input name.
type fieldErrors map[string]string

func (fieldErrors) Error() string { return "a form was filled in wrongly" }

// refuse journals the refusal of a known person, once an event, and says it
// kindly.
func (b *Bot) refuse(ctx context.Context, in chat.Invocation, l line, cmd *command, r *isms.Refusal) (reply chat.Reply, err error) {
	err = b.DB.Tx(ctx, func(tx *storage.Tx) error {
		people, err := b.crowdIn(tx)
		if err != nil {
			return err
		}
		id, err := tx.PersonOf(in.From)
		if err != nil {
			return err
		}
		c := &call{reader: b.reader(people.Get(id), people), b: b, tx: tx, in: in, line: l, cmd: cmd}
		if c.Person == nil || c.Left {
			c.Person = &isms.Person{Name: "?", Language: in.Language}
			c.say = b.reader(c.Person, people).say
		}
		reply.Card = c.refusalCard(r)
		if id == 0 {
			return nil // nobody of ours: only counted
		}
		fresh, err := tx.First(in.From.Platform, in.ID, c.now)
		if err != nil || !fresh {
			return err
		}
		return tx.Journal(c.now, "refused", map[string]any{"by": id, "verb": cmd.verb, "item": l.id.String(), "why": r.Key})
	})
	if err != nil {
		return reply, fmt.Errorf("refuse %s: %w", cmd.verb, err)
	}
	if r.Code != isms.Invalid && in.Message != "" {
		err = b.redraw(ctx, in)
	}
	return reply, err
}

// redraw brings the sender's own message, on which a stale button stood, up to
// date.
func (b *Bot) redraw(ctx context.Context, in chat.Invocation) error {
	return b.DB.Tx(ctx, func(tx *storage.Tx) error {
		d, err := tx.DeliveryByRef(in.From.Platform, in.Message)
		if err != nil || d == nil {
			return err
		}
		if id, err := tx.PersonOf(in.From); err != nil || id != d.Person || id == 0 {
			return err
		}
		b.nudgeOutbox()
		return tx.EnqueueUpdate(d.ID, b.Now())
	})
}

// refusalCard says what does not work, why, and who or what can.
func (c *call) refusalCard(r *isms.Refusal) *chat.Card {
	card := &chat.Card{Summary: c.phrase(r.Key, r.Args), Language: c.say.Language()}
	card.Blocks = append(card.Blocks, chat.Text{Text: card.Summary})
	if r == errUnknown || c.ID == 0 {
		return card // no button does anything for a stranger
	}
	var out chat.Buttons
	switch {
	case r.Key == "refuse.unknown_verb":
		for _, verb := range c.b.nearest(c.line.verb, c.reader) {
			out.Shown = append(out.Shown, chat.Button{Label: verb, Command: verb})
		}
	case r.Code == isms.NotFound:
		out.Shown = []chat.Button{c.button("button.todo", "todo")}
	case c.line.id.N != 0:
		out.Shown = []chat.Button{c.button("button.open", "show "+c.line.id.String()), c.button("button.todo", "todo")}
	default:
		out.Shown = []chat.Button{c.button("button.todo", "todo"), c.button("button.help", "help")}
	}
	if len(out.Shown) > 0 {
		card.Blocks = append(card.Blocks, out)
	}
	return card
}

// phrase says a sentence whose values are still dates, people and ids.
func (r reader) phrase(key string, args []any) string {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case isms.Date:
			out[i] = r.day(a)
		case isms.PersonID:
			out[i] = r.people.Name(a)
		case isms.ItemID:
			out[i] = a.String()
		case isms.Kind:
			out[i] = r.say.Say("kind." + string(a))
		default:
			out[i] = a
		}
	}
	return r.say.Say(key, out...)
}
