package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// command is one verb: what it is called, who may use it, and what it does.
// Help, completion and manifests are made from the table.
type command struct {
	verb string
	// may tells who is offered the verb; nil for all. Rights on an item are
	// asked again when it runs.
	may     func(reader) bool
	refused string // the refusal's key where may says no
	reads   bool   // it changes nothing
	hidden  bool   // not in help: it stands on buttons
	item    bool   // it is about one item, by its id or its own reference
	// stranger tells whether an account that nobody has may use it with this
	// line; nil for never. Its sender is then a person without an id.
	stranger func(line) bool
	// form is what a pressed button opens when it does not carry all that run
	// needs; formAlways where it never can.
	form       func(*call) (*chat.Form, error)
	formAlways bool
	run        func(*call) (chat.Reply, error)
}

func (c *command) refusal() string {
	if c.refused != "" {
		return c.refused
	}
	return "refuse.verb"
}

func (c *command) isForStranger(l line) bool { return c.stranger != nil && c.stranger(l) }

// table is the commands, in the order in which help and completion show them.
func table() []*command {
	return []*command{
		{verb: "todo", reads: true, run: (*call).todo},
		{verb: "show", item: true, reads: true, run: (*call).show},
		{verb: "ack", item: true, run: (*call).ack},
		{verb: "done", item: true, form: (*call).doneForm, run: (*call).done},
		{verb: "update", item: true, form: func(c *call) (*chat.Form, error) {
			return c.wordsForm("update", "form.update_title", "form.how_going", "form.how_hint")
		}, run: (*call).update},
		{verb: "extend", item: true, form: (*call).extendForm, run: (*call).extend},
		{verb: "delegate", item: true, form: (*call).delegateForm, run: (*call).delegate},
		{verb: "snooze", item: true, run: (*call).snooze},
		{verb: "stuck", item: true, form: func(c *call) (*chat.Form, error) {
			return c.wordsForm("stuck", "form.stuck_title", "form.stuck_on", "form.stuck_hint")
		}, run: (*call).stuck},
		{verb: "undo", run: (*call).undo},
		{verb: "overdue", may: leads, refused: "refuse.overdue", reads: true, run: (*call).overdue},
		{verb: "due", reads: true, run: (*call).due},
		{verb: "approve", may: decides, form: (*call).approveForm, run: (*call).approve},
		{verb: "reject", may: decides, form: (*call).rejectForm, formAlways: true, run: (*call).reject},
		{verb: "nudge", item: true, may: leads, run: (*call).nudge, hidden: true},
		{verb: "share", may: leads, form: (*call).shareForm, run: (*call).share, hidden: true},
		{verb: "take", item: true, run: (*call).take, hidden: true},
		{verb: "ask", may: decides, form: (*call).askForm, formAlways: true, run: (*call).ask, hidden: true},
		{verb: "pass", may: decides, run: (*call).pass, hidden: true},
		{verb: "verify", item: true, may: checks, form: (*call).verifyForm, formAlways: true, run: (*call).verify},
		{verb: "new", may: creates, refused: "refuse.create", form: (*call).newForm, formAlways: true, run: (*call).newItem},
		{verb: "edit", item: true, form: (*call).editForm, formAlways: true, run: (*call).edit},
		{verb: "settings", form: (*call).settingsForm, formAlways: true, run: (*call).settings},
		{verb: "link", stranger: func(l line) bool { return l.text != "" }, run: (*call).link},
		{verb: "who", reads: true, run: (*call).who},
		{verb: "help", reads: true, run: (*call).help},
	}
}

// homeCommand answers an opened home view, unknownCommand a verb that nobody knows.
var (
	homeCommand    = &command{verb: "home", reads: true, run: (*call).home}
	unknownCommand = &command{verb: "unknown", reads: true, run: func(c *call) (chat.Reply, error) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.unknown_verb", "word", brief(c.line.verb, 30))
	}}
)

// verb finds a command by its name, nil for none.
func (b *Bot) verb(name string) *command {
	for _, c := range b.commands {
		if c.verb == name {
			return c
		}
	}
	return nil
}

func leads(r reader) bool {
	_, _, refused := isms.OverdueScope(r.Person, r.people)
	return refused == nil
}

func decides(r reader) bool { return leads(r) || r.Is(isms.Auditor) }

func checks(r reader) bool { return leads(r) || r.Is(isms.Auditor) }

func creates(r reader) bool { return isms.CanCreate(r.Person, isms.Action) == nil }

// offers tells whether help, completion and near words show the reader a verb.
func (b *Bot) offers(c *command, r reader) bool {
	return !c.hidden && (c.may == nil || c.may(r)) && (c.stranger == nil || len(b.Messengers) > 1)
}

// Usage is one command as it can be typed, for help and completion.
type Usage struct{ Text, Hint string }

// usages are the commands that the reader may use.
func (b *Bot) usages(r reader) []Usage {
	var out []Usage
	for _, c := range b.commands {
		if b.offers(c, r) {
			out = append(out, c.usage(r.say))
		}
	}
	return out
}

func (c *command) usage(say *voice.Speaker) Usage {
	return Usage{Text: say.Say("usage." + c.verb), Hint: say.Say("help." + c.verb)}
}

// maxHelp is how many lines help has at most.
const maxHelp = 15

// short are the verbs that help shows, the most useful first.
func short() []string {
	return []string{"todo", "overdue", "approve", "show", "done", "extend", "ack", "update", "delegate", "stuck", "snooze", "due", "new", "settings", "link"}
}

// help shows what the sender can do, or one verb in full.
func (c *call) help() (chat.Reply, error) {
	if verb := strings.ToLower(c.line.text); verb != "" {
		cmd := c.b.verb(verb)
		if cmd == nil || cmd.hidden || cmd.may != nil && !cmd.may(c.reader) {
			c.line.verb = verb
			return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.unknown_verb", "word", brief(verb, 30))
		}
		head := "/isms " + c.say.Say("usage."+verb)
		return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head},
			chat.Text{Text: c.say.Say("help." + verb)}, chat.Text{Style: chat.Quiet, Text: c.say.Say("help.example", "line", "/isms "+c.say.Say("example."+verb))}}}}, nil
	}
	var facts chat.Facts
	for _, verb := range short() {
		if cmd := c.b.verb(verb); c.b.offers(cmd, c.reader) && len(facts.Facts) < maxHelp-2 {
			u := cmd.usage(c.say)
			facts.Facts = append(facts.Facts, chat.Fact{Name: u.Text, Value: u.Hint})
		}
	}
	head := c.say.Say("help.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, facts,
		chat.Text{Style: chat.Quiet, Text: c.say.Say("help.more")}}}}, nil
}

// Commands are the verbs that people can type, in the order of help: the most
// useful first. A manifest, which everybody shares, is made from them.
func Commands(language string) []Usage {
	all := table()
	order := short()
	rank := func(c *command) int {
		if i := slices.Index(order, c.verb); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b *command) int { return cmp.Compare(rank(a), rank(b)) })
	var out []Usage
	for _, c := range all {
		if !c.hidden {
			out = append(out, c.usage(voice.For(language)))
		}
	}
	return out
}

// Usages are the commands that the account's person may type, for completion;
// none for an unknown account.
func (b *Bot) Usages(ctx context.Context, a chat.Account) (out []Usage, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		people, err := b.crowdIn(tx)
		if err != nil {
			return err
		}
		id, err := tx.PersonOf(a)
		if p := people.Get(id); p != nil && err == nil {
			out = b.usages(b.reader(p, people))
		}
		return err
	})
	return out, err
}
