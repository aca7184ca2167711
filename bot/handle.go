package bot

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// call is one invocation being answered by the bot.
type call struct {
	desk.Call
	b   *Bot
	cmd *command
	// changed is the item as record has kept it.
	changed *storage.Record
}

// reader is the sender with what only the bot shows.
func (c *call) reader() reader { return reader{c.Reader} }

// Handle answers one invocation. Everything it changes is one transaction, and
// the same event a second time changes nothing. An error comes with a reply
// that tells the person the reference under which it was logged.
func (b *Bot) Handle(ctx context.Context, in chat.Invocation) (chat.Reply, error) {
	started := time.Now()
	in.Fields = desk.Readable(in.Fields)
	l := desk.Parse(in.Text)
	cmd := b.lookup(l, in)
	if cmd.Stranger != nil {
		l.ID = isms.ItemID{} // nothing of a code is an id, which refusals keep
	}
	reply, err := b.answer(ctx, in, l, cmd)
	outcome := "ok"
	if err != nil {
		reply, outcome, err = b.instead(ctx, in, l, cmd, err)
	}
	b.markForms(reply.Card)
	b.markForms(reply.Note)
	if reply.Traceless = cmd.isAnonymous(in, l); !reply.Traceless { // a count would tell when
		b.Metrics.Invocation(cmd.Verb, outcome, time.Since(started))
	}
	return reply, err
}

// instead is the reply to what was refused or has failed.
func (b *Bot) instead(ctx context.Context, in chat.Invocation, l desk.Line, cmd *command, err error) (reply chat.Reply, outcome string, _ error) {
	var refusal *isms.Refusal
	var fields desk.FieldErrors
	switch {
	case errors.As(err, &refusal):
		if reply, err = b.refuse(ctx, in, l, cmd, refusal); err == nil {
			return reply, "refused", nil
		}
	case errors.As(err, &fields):
		return chat.Reply{Errors: fields}, "incomplete", nil
	}
	ref := b.fault("answer "+cmd.Verb, err)
	return chat.Reply{Card: b.faultCard(ctx, in, ref)}, "failed", err
}

// answer runs the command: one that changes nothing beside the writer, all
// others in a transaction that notes the event first.
func (b *Bot) answer(ctx context.Context, in chat.Invocation, l desk.Line, cmd *command) (reply chat.Reply, err error) {
	if cmd.Reads || wantsForm(in, l, cmd) {
		greet := false
		err = b.DB.View(ctx, func(tx *storage.Tx) error {
			c, err := b.call(tx, in, l, cmd)
			if err != nil {
				return err
			}
			greet = !c.Greeted && !b.wasGreeted(c.ID)
			reply, err = c.run()
			if greet && err == nil {
				greet = c.greet(&reply)
			}
			return err
		})
		if err != nil || !greet && (cmd.Noted == nil || wantsForm(in, l, cmd)) {
			return reply, err
		}
		return reply, b.DB.Tx(ctx, func(tx *storage.Tx) error { return b.afterRead(tx, in, l, cmd, greet) })
	}
	ready, err := b.ahead(ctx, in, l, cmd)
	if err != nil {
		return reply, err
	}
	write := func(tx *storage.Tx) (err error) {
		reply, err = b.write(tx, in, l, cmd, ready)
		return err
	}
	err = b.DB.Tx(ctx, func(tx *storage.Tx) error {
		known, err := b.office.Knows(tx)
		switch {
		case err != nil:
			return err
		case !known:
			return errNews
		}
		return write(tx)
	})
	if errors.Is(err, errNews) {
		if err = b.office.Catch(ctx, b.DB); err == nil {
			err = b.DB.Tx(ctx, write)
		}
	}
	return reply, err
}

// errNews ends a transaction that would have to read everybody while others
// wait to write: they are read beside it first.
var errNews = errors.New("the people have changed")

// write answers in a transaction and notes the event.
func (b *Bot) write(tx *storage.Tx, in chat.Invocation, l desk.Line, cmd *command, ready any) (reply chat.Reply, err error) {
	anonymous := cmd.isAnonymous(in, l)
	if !anonymous {
		fresh, err := tx.First(in.From.Platform, in.ID, b.Now())
		if err != nil || !fresh {
			return reply, err
		}
	}
	c, err := b.call(tx, in, l, cmd)
	if err != nil {
		return reply, err
	}
	c.Ready = ready
	if reply, err = c.run(); err != nil || anonymous {
		return reply, err
	}
	if !c.Greeted && !b.wasGreeted(c.ID) && c.greet(&reply) {
		if err := b.setGreeted(tx, in.From); err != nil {
			return reply, err
		}
	}
	if cmd.isForStranger(l) {
		return reply, nil // to connect an account is no answer: they are told where they were
	}
	return reply, tx.UsedAccount(in.From, b.Now())
}

// wantsForm tells whether the press of a button opens a form rather than act:
// where the command has one and the button did not carry all it needs.
func wantsForm(in chat.Invocation, l desk.Line, cmd *command) bool {
	return in.Kind == chat.Pressed && cmd.hasForm() && (cmd.FormAlways || l.Words == "" || strings.HasSuffix(l.Words, "…"))
}

// errUnknown is a sender whom the people file does not have.
var errUnknown = isms.Refuse(isms.Forbidden, "refuse.unknown_person")

// call finds out who asks. Their role and the item's state are read now,
// whatever a button says.
func (b *Bot) call(tx *storage.Tx, in chat.Invocation, l desk.Line, cmd *command) (*call, error) {
	crowd, err := b.office.Crowd(tx)
	if err != nil {
		return nil, err
	}
	p := crowd.Owner(in.From)
	if p == nil && in.From.ID != "" && cmd.isForStranger(l) {
		p = &isms.Person{Language: in.Language}
	}
	if p == nil || p.Left {
		return nil, errUnknown
	}
	c := &call{Call: desk.Call{Reader: b.office.Reader(p, crowd.People), Office: b.office, Tx: tx, In: in, Line: l}, b: b, cmd: cmd}
	if cmd.Item && l.ID.N == 0 && l.Text != "" {
		return c, c.byReference()
	}
	return c, nil
}

// byReference takes the first word for the organisation's own reference of an
// item ("NC-7"), where exactly one that the sender may see has it.
func (c *call) byReference() error {
	ref, rest, _ := strings.Cut(c.Line.Text, " ")
	var found *storage.Record
	for _, kind := range isms.Kinds {
		it, err := c.Tx.ItemByRef(kind, ref)
		if err != nil {
			return err
		}
		if it == nil || !isms.CanSee(&it.Item, c.Person, c.People) {
			continue
		}
		if found != nil {
			return nil // two kinds share it: only the id tells which is meant
		}
		found = it
	}
	if found != nil {
		c.Line.ID, c.Line.Words = found.ID, strings.TrimSpace(rest)
	}
	return nil
}

func (c *call) run() (chat.Reply, error) {
	if c.cmd.May != nil && !c.cmd.May(c.Reader) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, c.cmd.refusal(), "verb", c.cmd.Verb)
	}
	var reply chat.Reply
	err := c.overlong()
	switch {
	case err != nil:
	case wantsForm(c.In, c.Line, c.cmd):
		reply.Form, err = c.cmd.open(c)
	default:
		reply, err = c.cmd.answer(c)
	}
	if err != nil {
		return chat.Reply{}, err
	}
	for _, card := range []*chat.Card{reply.Card, reply.Note} {
		if card != nil {
			card.Language = c.Speaker.Language()
		}
	}
	if reply.Form != nil {
		reply.Form.Language, reply.Form.Cancel = c.Speaker.Language(), c.Say("form.cancel")
	}
	return reply, nil
}

// overlong refuses words that are too many to keep, rather than cut them.
func (c *call) overlong() error {
	if c.Line.Long || utf8.RuneCountInString(c.Line.Words) > desk.MaxWords {
		return isms.Refuse(isms.Invalid, "refuse.too_long", "most", desk.MaxWords)
	}
	var errs desk.FieldErrors
	for name, value := range c.In.Fields {
		if utf8.RuneCountInString(value) > desk.MaxWords {
			if errs == nil {
				errs = desk.FieldErrors{}
			}
			errs[name] = c.Say("refuse.too_long", "most", desk.MaxWords)
		}
	}
	if errs != nil {
		return errs
	}
	return nil
}

// greet puts the first contact's words at the head of an answer and reports
// whether there was one to carry them.
func (c *call) greet(reply *chat.Reply) bool {
	card := reply.Card
	if card == nil || reply.Replaces || c.In.Kind == chat.Opened {
		return false
	}
	card.Blocks = append([]chat.Block{chat.Text{Text: c.reader().firstContact()}, chat.Divider{}}, card.Blocks...)
	return true
}

func (b *Bot) wasGreeted(id isms.PersonID) bool {
	_, ok := b.greeted.Load(id)
	return ok
}

func (b *Bot) setGreeted(tx *storage.Tx, a chat.Account) error {
	id, err := tx.PersonOf(a)
	if err != nil {
		return err
	}
	b.greeted.Store(id, true)
	return tx.SetGreeted(id)
}
