package chattest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/bot/chat"
)

// Peer is an adapter at work, with a stand-in for its platform and the people
// on it. Its functions return once what they began has settled.
type Peer struct {
	Messenger chat.Messenger
	// One and Other are two people who can be reached.
	One, Other chat.Account
	// Secrets must never stand in an error or a log.
	Secrets []string
	// Log returns what the adapter has logged so far.
	Log func() string
	// Say lets a person write to the bot, and returns what the person then reads.
	Say func(from chat.Account, text string) (string, error)
	// Press presses what carries the command on a message that was sent.
	Press func(by chat.Account, on chat.MessageRef, command string) (string, error)
	// Read is what a message says now.
	Read func(chat.MessageRef) string
	// Again delivers the last thing that happened once more, as the platform
	// does when it had no answer.
	Again func() error
	// Forge delivers a request that nobody signed and tells whether it was
	// turned away.
	Forge func() (refused bool, err error)
	// Own delivers a message that the bot itself wrote.
	Own func() error
	// Limit refuses the next send and asks to be left alone for so long. Nil,
	// as Cut, where nothing stands between the adapter and its readers.
	Limit func(time.Duration)
	// Cut takes the next send and loses the answer.
	Cut func()
}

// Run checks what every adapter promises. Start brings one up around the
// handler and ends it with the test.
func Run(t *testing.T, start func(*testing.T, chat.Handler) Peer) {
	for name, check := range map[string]func(*testing.T, Peer, *listener){
		"a line becomes an invocation":                   line,
		"a redelivery keeps its id":                      redelivery,
		"a forged request is turned away":                forged,
		"the bot does not hear itself":                   ownMessages,
		"a press carries whoever pressed":                press,
		"a press may replace its message":                replacement,
		"an update changes the message":                  update,
		"a limit becomes a time to come again":           limited,
		"a lost answer is unsure and can be looked up":   lostAnswer,
		"an error holds no secret":                       noSecret,
		"markup in a card is text":                       markup,
		"an account's id is an address":                  address,
		"an update of what was never sent is not silent": updateNothing,
	} {
		t.Run(name, func(t *testing.T) {
			l := &listener{}
			check(t, start(t, l), l)
		})
	}
}

// listener is a handler that answers everything with the same reply.
type listener struct {
	mu    sync.Mutex
	heard []chat.Invocation
	reply chat.Reply
}

func (l *listener) Handle(_ context.Context, in chat.Invocation) (chat.Reply, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, in)
	return l.reply, nil
}

func (l *listener) answer(r chat.Reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reply = r
}

func (l *listener) all() []chat.Invocation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]chat.Invocation{}, l.heard...)
}

func (l *listener) only(t *testing.T) chat.Invocation {
	t.Helper()
	all := l.all()
	if len(all) != 1 {
		t.Fatalf("%d invocations instead of one: %+v", len(all), all)
	}
	return all[0]
}

func card(summary string) chat.Card {
	return chat.Card{
		Summary: summary, Delivery: "delivery-1",
		Blocks: []chat.Block{
			chat.Text{Text: summary},
			chat.Buttons{Shown: []chat.Button{{Label: "On it", Spoken: "On it, CA-12", Command: "ack CA-12"}}},
		},
	}
}

func send(t *testing.T, p Peer, to chat.Account, c chat.Card) chat.MessageRef {
	t.Helper()
	ref, err := p.Messenger.Send(t.Context(), direct(to), c)
	if err != nil || ref == "" {
		t.Fatalf("send: %q, %v", ref, err)
	}
	return ref
}

func direct(a chat.Account) chat.Address { return chat.Address{Platform: a.Platform, To: a.ID} }

func line(t *testing.T, p Peer, l *listener) {
	l.answer(chat.Reply{Card: &chat.Card{Summary: "Nothing due", Blocks: []chat.Block{chat.Text{Text: "Nothing is due."}}}})
	shown, err := p.Say(p.One, "  show   CA-12 ")
	if err != nil {
		t.Fatal(err)
	}
	in := l.only(t)
	if in.Kind != chat.Typed || in.Text != "show CA-12" || in.From != p.One || in.ID == "" {
		t.Errorf("invocation: %+v", in)
	}
	if !strings.Contains(shown, "Nothing is due.") {
		t.Errorf("the person reads %q", shown)
	}
}

func redelivery(t *testing.T, p Peer, l *listener) {
	if _, err := p.Say(p.One, "ack CA-12"); err != nil {
		t.Fatal(err)
	}
	if err := p.Again(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Say(p.One, "ack CA-12"); err != nil {
		t.Fatal(err)
	}
	all := l.all()
	if len(all) != 3 || all[0].ID != all[1].ID || all[0].ID == all[2].ID {
		t.Errorf("invocations: %+v", all)
	}
}

func forged(t *testing.T, p Peer, l *listener) {
	refused, err := p.Forge()
	if err != nil || !refused || len(l.all()) != 0 {
		t.Errorf("refused %v, %v, heard %+v", refused, err, l.all())
	}
}

func ownMessages(t *testing.T, p Peer, l *listener) {
	if err := p.Own(); err != nil {
		t.Fatal(err)
	}
	if len(l.all()) != 0 {
		t.Errorf("heard %+v", l.all())
	}
}

func press(t *testing.T, p Peer, l *listener) {
	ref := send(t, p, p.One, card("Test the backup"))
	if _, err := p.Press(p.Other, ref, "ack CA-12"); err != nil {
		t.Fatal(err)
	}
	in := l.only(t)
	if in.Kind != chat.Pressed || in.From != p.Other || in.Text != "ack CA-12" || in.Message != ref {
		t.Errorf("invocation: %+v", in)
	}
}

func replacement(t *testing.T, p Peer, l *listener) {
	ref := send(t, p, p.One, card("Test the backup"))
	l.answer(chat.Reply{Card: &chat.Card{Summary: "Noted", Blocks: []chat.Block{chat.Text{Text: "Noted by Priya."}}}, Replaces: true})
	if _, err := p.Press(p.One, ref, "ack CA-12"); err != nil {
		t.Fatal(err)
	}
	if got := p.Read(ref); !strings.Contains(got, "Noted by Priya.") || strings.Contains(got, "Test the backup") {
		t.Errorf("the message says %q", got)
	}
}

func update(t *testing.T, p Peer, _ *listener) {
	ref := send(t, p, p.One, card("Test the backup"))
	if err := p.Messenger.Update(t.Context(), direct(p.One), ref, card("It is done")); err != nil {
		t.Fatal(err)
	}
	if got := p.Read(ref); !strings.Contains(got, "It is done") || strings.Contains(got, "backup") {
		t.Errorf("the message says %q", got)
	}
}

func limited(t *testing.T, p Peer, _ *listener) {
	if p.Limit == nil {
		t.Skip("this platform has no limit")
	}
	p.Limit(7 * time.Second)
	_, err := p.Messenger.Send(t.Context(), direct(p.One), card("x"))
	got := chat.AsSendError(err)
	if err == nil || got.Outcome != chat.Retry || got.RetryAfter < 7*time.Second || got.RetryAfter > time.Minute {
		t.Errorf("got %v, after %v", err, got.RetryAfter)
	}
}

func lostAnswer(t *testing.T, p Peer, _ *listener) {
	if p.Cut == nil {
		t.Skip("this platform loses no answer")
	}
	began := time.Now()
	p.Cut()
	_, err := p.Messenger.Send(t.Context(), direct(p.One), card("x"))
	if err == nil || chat.AsSendError(err).Outcome != chat.Unsure {
		t.Fatalf("got %v", err)
	}
	finder, able := p.Messenger.(chat.Finder)
	if !able {
		return
	}
	ref, found, err := finder.Find(t.Context(), direct(p.One), "delivery-1", began)
	if err != nil || !found || !strings.Contains(p.Read(ref), "x") {
		t.Errorf("found %v %q, %v", found, ref, err)
	}
	if _, found, err := finder.Find(t.Context(), direct(p.One), "delivery-2", began); found || err != nil {
		t.Errorf("found what was never sent: %v", err)
	}
}

func noSecret(t *testing.T, p Peer, _ *listener) {
	if p.Cut == nil {
		t.Skip("this platform loses no answer")
	}
	p.Cut()
	_, err := p.Messenger.Send(t.Context(), direct(p.One), card("the words of the message"))
	if err == nil {
		t.Fatal("no error")
	}
	for _, secret := range append(p.Secrets, "the words of the message") {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
		if strings.Contains(p.Log(), secret) {
			t.Errorf("the log holds %q: %s", secret, p.Log())
		}
	}
}

func markup(t *testing.T, p Peer, _ *listener) {
	const evil = "<!channel> <@U1> <at>everyone</at> & <https://evil.example|isms>"
	ref := send(t, p, p.One, chat.Card{Summary: "x", Blocks: []chat.Block{
		chat.List{Rows: []chat.Row{{Title: evil, ID: "CA-1"}}}, chat.Text{Text: evil},
	}})
	if got := p.Read(ref); strings.Count(got, evil) != 2 {
		t.Errorf("the message reads %q", got)
	}
}

func address(t *testing.T, p Peer, _ *listener) {
	one, other := send(t, p, p.One, card("x")), send(t, p, p.Other, card("y"))
	if one == other {
		t.Errorf("two messages have one reference %q", one)
	}
}

func updateNothing(t *testing.T, p Peer, _ *listener) {
	if err := p.Messenger.Update(t.Context(), direct(p.One), "no such message", card("x")); err == nil {
		t.Error("no error")
	}
}
