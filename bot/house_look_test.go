package bot_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func (h *house) id(name string) isms.PersonID { h.t.Helper(); return h.person(name).ID }

func (h *house) person(name string) (p *storage.Profile) {
	h.t.Helper()
	h.view(func(tx *storage.Tx) (err error) {
		p, err = tx.ProfileByEmail(name + "@example.com")
		return err
	})
	if p == nil {
		h.t.Fatalf("there is no %s", name)
	}
	return p
}

func (h *house) view(f func(*storage.Tx) error) {
	h.t.Helper()
	if err := h.db.View(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) item(id string) (it *storage.Record) {
	h.t.Helper()
	parsed, ok := isms.ParseItemID(id)
	if !ok {
		h.t.Fatalf("%q is no id", id)
	}
	h.view(func(tx *storage.Tx) (err error) {
		it, err = tx.Item(parsed)
		return err
	})
	return it
}

// events are the journal's, as "kind data", the oldest first.
func (h *house) events() []string {
	h.t.Helper()
	return h.column("SELECT kind || ' ' || data FROM journal ORDER BY seq")
}

// since are the journal's events after the first n.
func (h *house) since(n int) []string { return h.events()[n:] }

func (h *house) seq() int { return len(h.events()) }

func (h *house) intact() {
	h.t.Helper()
	if _, err := h.db.Verify(context.Background()); err != nil {
		h.t.Errorf("the journal is broken: %v", err)
	}
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

func (h *house) sent(name string) int { return len(h.slack.SentTo(account(name).ID)) }

// text is what a reply says, note and form included.
func text(r chat.Reply) string {
	var out []string
	for _, c := range []*chat.Card{r.Card, r.Note} {
		if c != nil {
			out = append(out, c.Text())
		}
	}
	if r.Form != nil {
		out = append(out, "form "+r.Form.Title+" "+r.Form.Intro)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Errors)) {
		out = append(out, name+": "+r.Errors[name])
	}
	return strings.Join(out, "\n")
}

// commands are what the buttons of a card run.
func commands(c *chat.Card) []string {
	var out []string
	for _, b := range buttonsOf(c) {
		out = append(out, b.Command)
	}
	return out
}

// buttonsOf are all buttons of a card, those on its rows included.
func buttonsOf(c *chat.Card) (out []chat.Button) {
	if c == nil {
		return nil
	}
	for _, b := range c.Blocks {
		switch b := b.(type) {
		case chat.Buttons:
			out = append(append(out, b.Shown...), b.More...)
		case chat.List:
			for _, r := range b.Rows {
				out = append(out, r.Menu...)
			}
		}
	}
	return out
}

// column reads one column of text beside the bot.
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
