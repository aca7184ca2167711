package bot_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot/bottest"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// The shared house's ways to act and to look, by the short names of this package.
var (
	account   = bottest.Account
	date      = bottest.Date
	text      = bottest.Text
	buttonsOf = bottest.Buttons
	lastLine  = bottest.LastLine
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

func (h *house) write(f func(*storage.Tx) error) { h.t.Helper(); h.Write(f) }

func (h *house) view(f func(*storage.Tx) error) { h.t.Helper(); h.View(f) }

func (h *house) change(name string, f func(*storage.Profile)) { h.t.Helper(); h.Change(name, f) }

func (h *house) id(name string) isms.PersonID { h.t.Helper(); return h.Person(name).ID }

func (h *house) person(name string) *storage.Profile { h.t.Helper(); return h.Person(name) }

func (h *house) item(id string) *storage.Record { h.t.Helper(); return h.Item(id) }

func (h *house) last(name string) chattest.Sent { h.t.Helper(); return h.Last(name) }

func (h *house) column(query string, args ...any) []string {
	h.t.Helper()
	return h.Column(query, args...)
}

func (h *house) events() []string { h.t.Helper(); return h.Events() }

func (h *house) intact() { h.t.Helper(); h.Intact() }

// since are the journal's events after the first n.
func (h *house) since(n int) []string { return h.events()[n:] }

func (h *house) seq() int { return len(h.events()) }

func (h *house) sent(name string) int { return len(h.slack.SentTo(account(name).ID)) }

// commands are what the buttons of a card run.
func commands(c *chat.Card) []string {
	var out []string
	for _, b := range buttonsOf(c) {
		out = append(out, b.Command)
	}
	return out
}

// refused fails unless the reply is a refusal that says so, and the journal
// holds exactly one new event, of that person, with that reason.
func (h *house) refused(before int, name, why string, r chat.Reply) {
	h.t.Helper()
	events := h.since(before)
	want := fmt.Sprintf(`"by":%d,`, h.id(name))
	if len(events) != 1 || !strings.HasPrefix(events[0], "refused ") || !strings.Contains(events[0], want) || !strings.Contains(events[0], `"why":"`+why+`"`) {
		h.t.Errorf("%s was to be refused with %s: %v\n%s", name, why, events, text(r))
	}
	if r.Form != nil || r.Replaces || r.File != nil {
		h.t.Errorf("a refusal came with more than words: %+v", r)
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
