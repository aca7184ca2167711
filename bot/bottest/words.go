package bottest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// Text is what a reply says, note and form included.
func Text(r chat.Reply) string {
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

// Buttons are all buttons of a card, those on its rows included.
func Buttons(c *chat.Card) (out []chat.Button) {
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

// Has fails the test unless the text holds all the words.
func Has(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}

// LastLine is that of a text which may end with a new line.
func LastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// Date reads a day such as 2026-03-16; nothing is no day.
func Date(t testing.TB, s string) isms.Date {
	t.Helper()
	if s == "" {
		return isms.Date{}
	}
	d, err := isms.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Time reads an instant such as 2026-03-16 09:00, in UTC.
func Time(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
