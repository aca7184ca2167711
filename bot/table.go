package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/events"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// command is a verb of the bot's own, which form and run answer, or of an area.
type command struct {
	desk.Command
	form func(*call) (*chat.Form, error)
	run  func(*call) (chat.Reply, error)
}

func (c *command) refusal() string {
	if c.Refused != "" {
		return c.Refused
	}
	return "refuse.verb"
}

func (c *command) isForStranger(l desk.Line) bool { return c.Stranger != nil && c.Stranger(l) }

func (c *command) isAnonymous(in chat.Invocation, l desk.Line) bool {
	return c.Anonymous != nil && c.Anonymous(in, l)
}

func (c *command) hasForm() bool { return c.form != nil || c.Form != nil }

func (c *command) open(x *call) (*chat.Form, error) {
	if c.form != nil {
		return c.form(x)
	}
	return c.Form(&x.Call)
}

func (c *command) answer(x *call) (chat.Reply, error) {
	if c.run != nil {
		return c.run(x)
	}
	return c.Run(&x.Call)
}

// table is the commands, in the order in which help and completion show them.
func table(areas []desk.Area) []*command {
	all := []*command{
		{desk.Command{Verb: "todo", Reads: true}, nil, (*call).todo},
		{desk.Command{Verb: "show", Item: true, Reads: true}, nil, (*call).show},
		{desk.Command{Verb: "ack", Item: true}, nil, (*call).ack},
		{desk.Command{Verb: "done", Item: true}, (*call).doneForm, (*call).done},
		{desk.Command{Verb: "update", Item: true}, func(c *call) (*chat.Form, error) {
			return c.wordsForm("update", "form.update_title", "form.how_going", "form.how_hint")
		}, (*call).update},
		{desk.Command{Verb: "extend", Item: true}, (*call).extendForm, (*call).extend},
		{desk.Command{Verb: "delegate", Item: true}, (*call).delegateForm, (*call).delegate},
		{desk.Command{Verb: "snooze", Item: true}, nil, (*call).snooze},
		{desk.Command{Verb: "stuck", Item: true}, func(c *call) (*chat.Form, error) {
			return c.wordsForm("stuck", "form.stuck_title", "form.stuck_on", "form.stuck_hint")
		}, (*call).stuck},
		{desk.Command{Verb: "undo"}, nil, (*call).undo},
		{desk.Command{Verb: "overdue", May: leads, Refused: "refuse.overdue", Reads: true}, nil, (*call).overdue},
		{desk.Command{Verb: "due", Reads: true}, nil, (*call).due},
		{desk.Command{Verb: "approve", May: decides}, (*call).approveForm, (*call).approve},
		{desk.Command{Verb: "reject", May: decides, FormAlways: true}, (*call).rejectForm, (*call).reject},
		{desk.Command{Verb: "nudge", Item: true, May: leads, Hidden: true}, nil, (*call).nudge},
		{desk.Command{Verb: "share", May: leads, Hidden: true}, (*call).shareForm, (*call).share},
		{desk.Command{Verb: "take", Item: true, Hidden: true}, nil, (*call).take},
		{desk.Command{Verb: "ask", May: decides, Hidden: true, FormAlways: true}, (*call).askForm, (*call).ask},
		{desk.Command{Verb: "pass", May: decides, Hidden: true}, nil, (*call).pass},
		{desk.Command{Verb: "verify", Item: true, May: checks, FormAlways: true}, (*call).verifyForm, (*call).verify},
		{desk.Command{Verb: "new", May: creates, Refused: "refuse.create", FormAlways: true}, (*call).newForm, (*call).newItem},
		{desk.Command{Verb: "edit", Item: true, FormAlways: true}, (*call).editForm, (*call).edit},
	}
	for _, a := range areas {
		for _, c := range a.Commands {
			all = append(all, &command{Command: c})
		}
	}
	return append(all, &command{desk.Command{Verb: "help", Reads: true}, nil, (*call).help})
}

// homeCommand answers an opened home view, unknownCommand a verb that nobody knows.
var (
	homeCommand    = &command{desk.Command{Verb: "home", Reads: true}, nil, (*call).home}
	unknownCommand = &command{desk.Command{Verb: "unknown", Reads: true}, nil, func(c *call) (chat.Reply, error) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.unknown_verb", "word", desk.Brief(c.Line.Verb, 30))
	}}
)

// verb finds a command by its name, nil for none.
func (b *Bot) verb(name string) *command {
	for _, c := range b.commands {
		if c.Verb == name {
			return c
		}
	}
	return nil
}

func leads(r desk.Reader) bool {
	_, _, refused := isms.OverdueScope(r.Person, r.People)
	return refused == nil
}

func decides(r desk.Reader) bool { return leads(r) || r.Is(isms.Auditor) }

func checks(r desk.Reader) bool { return leads(r) || r.Is(isms.Auditor) }

func creates(r desk.Reader) bool { return isms.CanCreate(r.Person, isms.Action) == nil }

// offers tells whether help, completion and near words show the reader a verb.
func (b *Bot) offers(c *command, r desk.Reader) bool {
	return !c.Hidden && (c.May == nil || c.May(r)) && (c.Stranger == nil || len(b.Messengers) > 1)
}

// Usage is one command as it can be typed, for help and completion.
type Usage struct{ Text, Hint string }

// usages are the commands that the reader may use.
func (b *Bot) usages(r desk.Reader) []Usage {
	var out []Usage
	for _, c := range b.commands {
		if b.offers(c, r) {
			out = append(out, c.usage(r.Speaker))
		}
	}
	return out
}

func (c *command) usage(say *voice.Speaker) Usage {
	return Usage{Text: say.Say("usage." + c.Verb), Hint: say.Say("help." + c.Verb)}
}

// maxHelp is how many lines help has at most.
const maxHelp = 15

// short are the verbs that help shows, the most useful first.
func short() []string {
	return []string{"todo", "overdue", "approve", "report", "show", "done", "extend", "ack", "new", "broadcast", "update", "delegate", "stuck", "snooze", "due", "settings", "link"}
}

// help shows what the sender can do, in full as far as that is short, or one verb.
func (c *call) help() (chat.Reply, error) {
	if verb := strings.ToLower(c.Line.Text); verb != "" {
		cmd := c.b.verb(verb)
		if cmd != nil && cmd.Like != "" {
			verb, cmd = cmd.Like, c.b.verb(cmd.Like)
		}
		if cmd == nil || cmd.Hidden || cmd.May != nil && !cmd.May(c.Reader) {
			c.Line.Verb = verb
			return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.unknown_verb", "word", desk.Brief(verb, 30))
		}
		head := "/isms " + c.Say("usage."+verb)
		return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head},
			chat.Text{Text: c.Say("help." + verb)}, chat.Text{Style: chat.Quiet, Text: c.Say("help.example", "line", "/isms "+c.Say("example."+verb))}}}}, nil
	}
	var facts chat.Facts
	order := short()
	if c.Is(isms.Comms) { // it is their daily work
		order = slices.Insert(order, slices.Index(order, "snooze"), "plan", "training", "campaign")
	}
	for _, cmd := range c.b.commands {
		if !slices.Contains(order, cmd.Verb) {
			order = append(order, cmd.Verb)
		}
	}
	var others []string
	for _, verb := range order {
		switch cmd := c.b.verb(verb); {
		case !c.b.offers(cmd, c.Reader) || verb == "help":
		case len(facts.Facts) < maxHelp-2:
			u := cmd.usage(c.Speaker)
			facts.Facts = append(facts.Facts, chat.Fact{Name: u.Text, Value: u.Hint})
		default:
			others = append(others, verb)
		}
	}
	head := c.Say("help.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, facts,
		chat.Text{Style: chat.Quiet, Text: c.Say("help.more", "verbs", strings.Join(others, ", "))}}}}, nil
}

// Commands are the verbs that people can type, in the order of help: the most
// useful first. A manifest, which everybody shares, is made from them.
func Commands(language string) []Usage {
	all := table(areas(events.New(nil, time.UTC)))
	order := short()
	rank := func(c *command) int {
		if i := slices.Index(order, c.Verb); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b *command) int { return cmp.Compare(rank(a), rank(b)) })
	var out []Usage
	for _, c := range all {
		if !c.Hidden {
			out = append(out, c.usage(voice.For(language)))
		}
	}
	return out
}

// Usages are the commands that the account's person may type, for completion;
// none for an unknown account.
func (b *Bot) Usages(ctx context.Context, a chat.Account) (out []Usage, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		id, err := tx.PersonOf(a)
		if p := people.Get(id); p != nil && err == nil {
			out = b.usages(b.office.Reader(p, people))
		}
		return err
	})
	return out, err
}
