package awareness

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/chat"
)

func TestWhatStandsOutIsToldBesideTheWords(t *testing.T) {
	const page = "https://a.example/x_y_z"
	for text, want := range map[string][]chat.Run{
		"Call **first**, *then* _pay_.":    {{Text: "Call "}, {Text: "first", Bold: true}, {Text: ", "}, {Text: "then", Italic: true}, {Text: " "}, {Text: "pay", Italic: true}, {Text: "."}},
		"**_Both_**":                       {{Text: "Both", Bold: true, Italic: true}},
		"*a* *b*":                          {{Text: "a", Italic: true}, {Text: " "}, {Text: "b", Italic: true}},
		"See [the page](" + page + "), ok": {{Text: "See the page ("}, {Text: page, URL: page}, {Text: "), ok"}},
		"**" + page + "**":                 {{Text: page, URL: page, Bold: true}},
		"- one\n- **two**":                 {{Text: "• one\n• "}, {Text: "two", Bold: true}},
		"2 * 3 * 4 and snake_case_name":    nil,
		"http://a.example/ and `code`":     nil,
		"https://me@evil.example/":         nil,
	} {
		all := blocks(text)
		if len(all) != 1 {
			t.Errorf("%q: %+v", text, all)
			continue
		}
		got := all[0].(chat.Text)
		if diff := cmp.Diff(want, got.Runs); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
		together(t, got)
	}
}

func together(t *testing.T, x chat.Text) {
	t.Helper()
	var all strings.Builder
	for _, r := range x.Runs {
		all.WriteString(r.Text)
	}
	if x.Runs != nil && all.String() != x.Text {
		t.Errorf("%q is drawn as %q", x.Text, all.String())
	}
}

func FuzzWords(f *testing.F) {
	f.Add("**b** *i* _i_ [x](https://a.example/y) https://a.example/z\n> q\n# h\n- l")
	f.Fuzz(func(t *testing.T, text string) {
		for _, b := range blocks(text) {
			x := b.(chat.Text)
			if together(t, x); strings.TrimSpace(x.Text) == "" {
				t.Errorf("%q has an empty paragraph", text)
			}
		}
	})
}
