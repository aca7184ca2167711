package playground

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
)

func TestWhatDoesNotFitIsCounted(t *testing.T) {
	rows := make([]chat.Row, maxRows+4)
	buttons := make([]chat.Button, 9)
	view := renderCard(chat.Card{Language: "de", Blocks: []chat.Block{
		chat.List{Rows: rows, More: 3}, chat.Buttons{Shown: buttons, More: buttons},
	}})
	if got := view.Blocks[0]; len(got.Rows) != maxRows || got.More != "+ 7 weitere" {
		t.Errorf("%d rows and %q", len(got.Rows), got.More)
	}
	if got := view.Blocks[1]; len(got.Shown) != chat.MaxShown || len(got.Menu) != chat.MaxMore {
		t.Errorf("%d buttons, %d in the menu", len(got.Shown), len(got.Menu))
	}
	many := renderCard(chat.Card{Blocks: make([]chat.Block, maxBlocks+2)})
	if got := many.Blocks[maxBlocks]; len(many.Blocks) != maxBlocks+1 || got.Text != "+ 2 more" {
		t.Errorf("%d blocks, the last %q", len(many.Blocks), got.Text)
	}
}

func TestButtonsOpenPages(t *testing.T) {
	view := renderCard(chat.Card{Blocks: []chat.Block{chat.Buttons{Shown: []chat.Button{
		{Label: "Open", URL: "https://intranet.example.com/a"}, {Label: "Bad", URL: "javascript:alert(1)"}}}}})
	if got := view.Blocks[0].Shown; len(got) != 1 || got[0].URL != "https://intranet.example.com/a" {
		t.Errorf("%+v", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Priya Nair": "PN", "Jon van der Reed": "JR", "Cher": "C", "": "", "élan \u202eX": "ÉX", "李 小龙": "李小",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestCommandPrefersTheLongestName(t *testing.T) {
	people := []Persona{{Account: chat.Account{ID: "1"}, Name: "Jon"}, {Account: chat.Account{ID: "2"}, Name: "Jon Reed"}, {}}
	for line, want := range map[string]string{
		"delegate CA-1 @Jon Reed": "delegate CA-1 <@2>",
		"ask @Jon, please":        "ask <@1>, please",
		"/isms":                   "",
		"/isms\ttodo":             "todo",
		"mail a@b.example":        "mail a@b.example",
	} {
		if got := command(line, people); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func FuzzRenderCard(f *testing.F) {
	f.Add("CA-12", 3, 1)
	f.Add("\u202e\x00\xff<b>\u2066", 1000, 9)
	f.Fuzz(func(t *testing.T, text string, rows, look int) {
		list := chat.List{Rows: make([]chat.Row, min(max(rows, 0), 2*maxRows))}
		for i := range list.Rows {
			list.Rows[i] = chat.Row{Title: text, ID: text, When: text, Note: text}
		}
		view := renderCard(chat.Card{Summary: text, Language: text, Blocks: []chat.Block{
			chat.Text{Style: chat.Style(look), Text: text}, list,
			chat.Buttons{Shown: []chat.Button{{Label: text, Look: chat.Look(look)}}},
		}})
		if _, err := json.Marshal(view); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{view.Summary, view.Blocks[0].Text, view.Blocks[2].Shown[0].Label} {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText || strings.ContainsFunc(s, hidden) {
				t.Errorf("%q became %q", text, s)
			}
		}
	})
}

func hidden(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && r != '\n' && r != '\t'
}
