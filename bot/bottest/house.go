package bottest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// House is a bot on a database of its own, with nobody in it. People have the
// address first name @example.com, and the account Account on Slack.
type House struct {
	*bot.Bot
	*Store
	Slack *chattest.Messenger
	calls int
}

// New opens a house whose clock is now; change alters what the bot is made of.
func New(t testing.TB, now func() time.Time, change ...func(*bot.Config)) *House {
	t.Helper()
	h := &House{Store: NewStore(t), Slack: &chattest.Messenger{}}
	c := Config(h.Slack, now)
	c.DB = h.DB
	for _, f := range change {
		f(&c)
	}
	var err error
	if h.Bot, err = bot.New(c); err != nil {
		t.Fatal(err)
	}
	return h
}

// Config is that of Example, which works from nine to five on weekdays, in UTC
// and in English; it lacks a database.
func Config(slack chat.Messenger, now func() time.Time) bot.Config {
	return bot.Config{Messengers: map[string]chat.Messenger{"slack": slack}, Now: now, Cadence: isms.DefaultCadence,
		Organisation: bot.Organisation{Name: "Example", Language: "en", Calendar: Office()}}
}

// Office is a calendar from nine to five on weekdays, in UTC, without holidays.
func Office() isms.Calendar {
	return isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}}
}

// Account is somebody's on Slack, by the first name.
func Account(name string) chat.Account {
	return chat.Account{Platform: "slack", ID: "U" + strings.ToUpper(name)}
}

// Person is somebody who has to be there, by the first name.
func (h *House) Person(name string) *storage.Profile {
	h.T.Helper()
	p := h.ByEmail(name + "@example.com")
	if p == nil {
		h.T.Fatalf("there is no %s", name)
	}
	return p
}

// Change alters a person as a later import would.
func (h *House) Change(name string, f func(*storage.Profile)) {
	h.T.Helper()
	p := h.Person(name)
	f(p)
	h.Write(func(tx *storage.Tx) error { return tx.SavePerson(p) })
}

// Do hands an invocation to the bot, under an id of its own where it has none,
// and replaces the message as an adapter does.
func (h *House) Do(in chat.Invocation) chat.Reply {
	h.T.Helper()
	if in.ID == "" {
		h.calls++
		in.ID = fmt.Sprint("h", h.calls)
	}
	reply, err := h.Handle(context.Background(), in)
	if err != nil {
		h.T.Fatalf("%q: %v", in.Text, err)
	}
	if reply.Replaces {
		if err := h.Slack.Update(context.Background(), chat.Address{Platform: "slack", To: in.From.ID}, in.Message, *reply.Card); err != nil {
			h.T.Fatalf("%q replaces %s: %v", in.Text, in.Message, err)
		}
	}
	return reply
}

// Says has somebody type a command.
func (h *House) Says(name, text string) chat.Reply {
	h.T.Helper()
	return h.Do(chat.Invocation{From: Account(name), Kind: chat.Typed, Text: text, Private: true})
}

// Presses has somebody press the button with the command on a message.
func (h *House) Presses(name, text string, on chat.MessageRef) chat.Reply {
	h.T.Helper()
	return h.Do(chat.Invocation{From: Account(name), Kind: chat.Pressed, Text: text, Message: on, Private: true})
}

// Submits has somebody send a form off; fields are names and values in turn.
func (h *House) Submits(name, text string, on chat.MessageRef, fields ...string) chat.Reply {
	h.T.Helper()
	return h.Do(chat.Invocation{From: Account(name), Kind: chat.Submitted, Text: text, Message: on, Private: true, Fields: Fields(fields...)})
}

// Fields are those of a form, from names and values in turn.
func Fields(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// Last is the newest message that somebody got, who has to have got one.
func (h *House) Last(name string) chattest.Sent {
	h.T.Helper()
	all := h.Slack.SentTo(Account(name).ID)
	if len(all) == 0 {
		h.T.Fatalf("%s got no message", name)
	}
	return all[len(all)-1]
}
