package bot

import (
	"context"
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// refuse journals the refusal of a known person, once an event, and says it
// kindly.
func (b *Bot) refuse(ctx context.Context, in chat.Invocation, l desk.Line, cmd *command, r *isms.Refusal) (reply chat.Reply, err error) {
	err = b.DB.Tx(ctx, func(tx *storage.Tx) error {
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		id, err := tx.PersonOf(in.From)
		if err != nil {
			return err
		}
		c := &call{Call: desk.Call{Reader: b.office.Reader(people.Get(id), people), Office: b.office, Tx: tx, In: in, Line: l}, b: b, cmd: cmd}
		if c.Person == nil || c.Left {
			c.Person = &isms.Person{Name: "?", Language: in.Language}
			c.Speaker = b.office.Reader(c.Person, people).Speaker
		}
		reply.Card = c.refusalCard(r)
		if id == 0 || cmd.isAnonymous(in, l) {
			return nil // nobody of ours: only counted; or nobody at all
		}
		fresh, err := tx.First(in.From.Platform, in.ID, c.Now)
		if err != nil || !fresh {
			return err
		}
		return tx.Journal(c.Now, "refused", map[string]any{"by": id, "verb": cmd.Verb, "item": l.ID.String(), "why": r.Key})
	})
	if err != nil {
		return reply, fmt.Errorf("refuse %s: %w", cmd.Verb, err)
	}
	if r.Code != isms.Invalid && in.Message != "" && !cmd.isAnonymous(in, l) {
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

// ways lead on from a refusal to what has to be done first, by its key.
var ways = map[string]struct{ label, verb string }{
	"refuse.event_duty":       {"button.event_notify", "event-notify"},
	"refuse.event_personal":   {"button.event_data", "event-data"},
	"refuse.event_not_closed": {"button.event_close", "event-close"},
}

// refusalCard says what does not work, why, and who or what can.
func (c *call) refusalCard(r *isms.Refusal) *chat.Card {
	card := &chat.Card{Summary: c.Phrase(r.Key, r.Args), Language: c.Speaker.Language()}
	card.Blocks = append(card.Blocks, chat.Text{Text: card.Summary})
	if r == errUnknown || c.ID == 0 {
		return card // no button does anything for a stranger
	}
	var out chat.Buttons
	switch {
	case r.Key == "refuse.unknown_verb":
		for _, verb := range c.b.nearest(c.Line.Verb, c.Reader) {
			out.Shown = append(out.Shown, chat.Button{Label: verb, Command: verb})
		}
	case r.Code == isms.NotFound:
		out.Shown = []chat.Button{c.Button("button.todo", "todo")}
	case c.Line.ID.N == 0 && c.b.ofArea("show", c.Line.Text) != nil:
		id, _ := desk.FirstWord(c.Line.Text)
		out.Shown = []chat.Button{c.Button("button.open", "show "+strings.ToUpper(desk.OneDash(id))), c.Button("button.todo", "todo")}
	case ways[r.Key].verb != "" && c.Line.ID.N != 0:
		way := ways[r.Key]
		out.Shown = []chat.Button{c.Button(way.label, way.verb+" "+c.Line.ID.String()), c.Button("button.open", "show "+c.Line.ID.String())}
	case c.Line.ID.N != 0:
		out.Shown = []chat.Button{c.Button("button.open", "show "+c.Line.ID.String()), c.Button("button.todo", "todo")}
	default:
		out.Shown = []chat.Button{c.Button("button.todo", "todo"), c.Button("button.help", "help")}
	}
	if len(out.Shown) > 0 {
		card.Blocks = append(card.Blocks, out)
	}
	return card
}

// faultCard says that it was our fault, with the number under which it stands
// in the log.
func (b *Bot) faultCard(ctx context.Context, in chat.Invocation, ref string) *chat.Card {
	r := b.office.Reader(nil, isms.NewPeople(nil))
	_ = b.DB.View(ctx, func(tx *storage.Tx) error { // the language is a courtesy: without it English will do
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		id, err := tx.PersonOf(in.From)
		if err == nil {
			r = b.office.Reader(people.Get(id), people)
		}
		return err
	})
	text := r.Say("fault", "ref", ref, "name", r.ManagerName())
	return &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
}
