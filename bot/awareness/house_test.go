package awareness_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
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
	*bot.Bot
	t     testing.TB
	path  string
	db    *storage.DB
	slack *chattest.Messenger
	now   time.Time
	calls int
}

func newHouse(t testing.TB, change ...func(*bot.Config)) *house {
	t.Helper()
	h := &house{t: t, path: filepath.Join(t.TempDir(), "isms.db"), slack: &chattest.Messenger{}, now: time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)}
	var err error
	if h.db, err = storage.Open(context.Background(), h.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	c := bot.Config{DB: h.db, Messengers: map[string]chat.Messenger{"slack": h.slack}, Now: func() time.Time { return h.now }, Cadence: isms.DefaultCadence,
		Organisation: bot.Organisation{Name: "Example", Language: "en", Calendar: isms.Calendar{Zone: time.UTC, From: 540, To: 1020,
			Working: [7]bool{false, true, true, true, true, true, false}}}}
	for _, f := range change {
		f(&c)
	}
	if h.Bot, err = bot.New(c); err != nil {
		t.Fatal(err)
	}
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

func (h *house) person(name string) (p *storage.Profile) {
	h.t.Helper()
	if err := h.db.View(context.Background(), func(tx *storage.Tx) (err error) {
		p, err = tx.ProfileByEmail(name + "@example.com")
		return err
	}); err != nil || p == nil {
		h.t.Fatalf("%s: %v", name, err)
	}
	return p
}

func (h *house) change(name string, f func(*storage.Profile)) {
	p := h.person(name)
	f(p)
	h.write(func(tx *storage.Tx) error { return tx.SavePerson(p) })
}

func (h *house) write(f func(*storage.Tx) error) {
	h.t.Helper()
	if err := h.db.Tx(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

func account(name string) chat.Account {
	return chat.Account{Platform: "slack", ID: "U" + strings.ToUpper(name)}
}

func (h *house) do(in chat.Invocation) chat.Reply {
	h.t.Helper()
	if in.ID == "" {
		h.calls++
		in.ID = fmt.Sprint("h", h.calls)
	}
	r, err := h.Handle(context.Background(), in)
	if err != nil {
		h.t.Fatalf("%q: %v", in.Text, err)
	}
	if r.Replaces {
		if err := h.slack.Update(context.Background(), chat.Address{Platform: "slack", To: in.From.ID}, in.Message, *r.Card); err != nil {
			h.t.Fatal(err)
		}
	}
	return r
}

func (h *house) says(name, text string) chat.Reply {
	h.t.Helper()
	return h.do(chat.Invocation{From: account(name), Text: text, Private: true})
}

func (h *house) presses(name, text string, on chat.MessageRef) chat.Reply {
	h.t.Helper()
	return h.do(chat.Invocation{From: account(name), Kind: chat.Pressed, Text: text, Message: on, Private: true})
}

func (h *house) submits(name, text string, on chat.MessageRef, fields ...string) chat.Reply {
	h.t.Helper()
	in := chat.Invocation{From: account(name), Kind: chat.Submitted, Text: text, Message: on, Private: true, Fields: map[string]string{}}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	return h.do(in)
}

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
	now, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		h.t.Fatal(err)
	}
	h.now = now
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

// last is the newest message that somebody got.
func (h *house) last(name string) chattest.Sent {
	h.t.Helper()
	all := h.slack.SentTo(account(name).ID)
	if len(all) == 0 {
		h.t.Fatalf("%s got no message", name)
	}
	return all[len(all)-1]
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

func (h *house) column(query string, args ...any) (out []string) {
	h.t.Helper()
	raw, err := sql.Open("sqlite", h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.Query(query, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			h.t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func (h *house) events() []string {
	return h.column("SELECT kind || ' ' || data FROM journal ORDER BY seq")
}

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

func text(r chat.Reply) string {
	var out []string
	for _, c := range []*chat.Card{r.Card, r.Note} {
		if c != nil {
			out = append(out, c.Text())
		}
	}
	if r.Form != nil {
		out = append(out, "form "+r.Form.Title)
	}
	for name, e := range r.Errors {
		out = append(out, name+": "+e)
	}
	return strings.Join(out, "\n")
}

// has fails unless the text holds all the words.
func has(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}
