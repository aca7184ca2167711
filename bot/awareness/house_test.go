package awareness_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/bottest"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// staff is everybody: name, department, manager, roles, zone, language.
var staff = [][6]string{
	{"Daniel Cole", "Board", "", "top_management", "", ""},
	{"Grace Adeyemi", "Security", "daniel", "isms_manager", "", ""},
	{"Mia Rossi", "Communications", "daniel", "comms", "", ""},
	{"Lena Vogt", "Operations", "daniel", "manager", "", ""},
	{"Jon Reed", "Operations", "lena", "staff", "", ""},
	{"Klara Brandt", "Operations", "lena", "staff", "", "de"},
	{"Kemi Balogun", "Finance", "daniel", "staff", "", ""},
	{"Ana Torres", "Finance", "daniel", "staff", "America/New_York", ""},
	{"Nils Ohnechat", "Facilities", "lena", "staff", "", ""},
	{"Xaver Outside", "", "", "external_auditor", "", ""},
	{"Olga Gone", "Operations", "lena", "staff", "", ""},
}

type (
	profile     = storage.Profile
	sentMessage = chattest.Sent
)

// house is an organisation of eleven on Monday 16 March 2026, 10:00: Nils has
// no chat, Xaver only reads evidence, Olga has left. Everyone is nine people.
type house struct {
	*bottest.House
	t     testing.TB
	path  string
	db    *storage.DB
	slack *chattest.Messenger
	now   time.Time
}

func newHouse(t testing.TB, change ...func(*bot.Config)) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)}
	h.House = bottest.New(t, func() time.Time { return h.now }, change...)
	h.path, h.db, h.slack = h.Path, h.DB, h.Slack
	for _, x := range staff {
		h.hire(x)
	}
	h.change("olga", func(p *storage.Profile) { p.Left = true })
	for _, x := range staff {
		h.quiet(strings.ToLower(strings.Fields(x[0])[0]))
	}
	return h
}

func (h *house) hire(x [6]string) {
	h.t.Helper()
	first := strings.ToLower(strings.Fields(x[0])[0])
	p := &storage.Profile{Person: isms.Person{Name: x[0], Email: first + "@example.com", Department: x[1], Roles: []isms.Role{isms.Role(x[3])}}, FileZone: x[4], FileLanguage: x[5]}
	if x[2] != "" {
		p.Manager = h.person(x[2]).ID
	}
	h.write(func(tx *storage.Tx) error {
		if err := tx.SavePerson(p); err != nil || first == "nils" {
			return err
		}
		_, err := tx.Bind(account(first), p.ID)
		return err
	})
}

// quiet has the first contact's words said already.
func (h *house) quiet(name string) {
	p := h.person(name)
	h.write(func(tx *storage.Tx) error { return tx.SetGreeted(p.ID) })
	h.write(func(tx *storage.Tx) error { return tx.SetMeta("people_version", fmt.Sprint("greeted", p.ID)) })
}

// The shared house's ways to act and to look, by the short names of this package.
var (
	account   = bottest.Account
	text      = bottest.Text
	buttonsOf = bottest.Buttons
	has       = bottest.Has
)

func (h *house) do(in chat.Invocation) chat.Reply { h.t.Helper(); return h.Do(in) }

func (h *house) says(name, text string) chat.Reply { h.t.Helper(); return h.Says(name, text) }

func (h *house) presses(name, text string, on chat.MessageRef) chat.Reply {
	h.t.Helper()
	return h.Presses(name, text, on)
}

func (h *house) submits(name, text string, on chat.MessageRef, fields ...string) chat.Reply {
	h.t.Helper()
	return h.Submits(name, text, on, fields...)
}

func (h *house) person(name string) *storage.Profile { h.t.Helper(); return h.Person(name) }

func (h *house) change(name string, f func(*storage.Profile)) { h.t.Helper(); h.Change(name, f) }

func (h *house) write(f func(*storage.Tx) error) { h.t.Helper(); h.Write(f) }

func (h *house) last(name string) chattest.Sent { h.t.Helper(); return h.Last(name) }

func (h *house) column(query string, args ...any) []string {
	h.t.Helper()
	return h.Column(query, args...)
}

func (h *house) events() []string { h.t.Helper(); return h.Events() }

// spread is what the scheduler does for broadcasts.
func (h *house) spread() {
	h.t.Helper()
	for _, f := range []func(context.Context) error{h.Spread, h.Deliver} {
		if err := f(context.Background()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// tick is all that the scheduler does.
func (h *house) tick() {
	h.t.Helper()
	if err := h.Remind(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	h.spread()
}

func (h *house) at(s string) *house {
	h.t.Helper()
	h.now = bottest.Time(h.t, s)
	return h
}

// sent is a broadcast to everyone on its way.
func (h *house) sent() *house {
	h.t.Helper()
	h.says("mia", "broadcast to everyone | Two fake invoices | Both were stopped. | ack by fri")
	if r := h.says("mia", "send MSG-1 9"); !strings.Contains(text(r), "on its way to 9 people") {
		h.t.Fatal(text(r))
	}
	h.spread()
	return h
}

// titled is the newest state of the message with those words that somebody got.
func (h *house) titled(name, words string) chattest.Sent {
	h.t.Helper()
	all := h.slack.SentTo(account(name).ID)
	for _, m := range slices.Backward(all) {
		if strings.Contains(m.Card.Summary+m.Card.Text(), words) {
			return m
		}
	}
	h.t.Fatalf("%s got no message with %q: %v", name, words, all)
	return chattest.Sent{}
}

func (h *house) count(name string) int { return len(h.slack.SentTo(account(name).ID)) }

// kinds are the journal's kinds of event since the first n, refusals with why.
func (h *house) kinds(n int) (out []string) {
	for _, e := range h.events()[n:] {
		kind, _, _ := strings.Cut(e, " ")
		if kind == "refused" {
			kind += " " + e[strings.LastIndex(e, `"why":"`)+7:len(e)-2]
		}
		out = append(out, kind)
	}
	return out
}
