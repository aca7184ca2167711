package readable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ismsbot/adapters/readable"
)

func TestACommandIsWhatWasMeant(t *testing.T) {
	for in, want := range map[string]string{
		"/isms todo": "todo", "ISMS  show CA-1": "show CA-1", "isms": "", "ismsx todo": "ismsx todo", "todo isms": "todo isms",
		"extend CA-12\u00a027 Mar": "extend CA-12 27 Mar", "update CA-12 „so“ ‘it’ is": `update CA-12 "so" 'it' is`,
		"x \u202e\u200bhidden\x00": "x hidden", "a | b\r\n two": "a | b\ntwo",
	} {
		if got := readable.Command(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func FuzzReadable(f *testing.F) {
	f.Add("delegate CA-12 <@U1|jon> „x“\u00a0\xff\u202e", 12)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(n%4000, 4)
		text, line, command := readable.Text(s), readable.Line(s), readable.Command(s)
		for _, got := range []string{text, line, command} {
			if utf8.ValidString(s) && !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\u202e\u200b\r") {
				t.Fatalf("%q became %q", s, got)
			}
		}
		if strings.Contains(line, "  ") || strings.Contains(line, "\n") || strings.Contains(command, "  ") {
			t.Fatalf("%q became %q and %q", s, line, command)
		}
		for _, p := range append(readable.Pieces(text, n, 5), readable.Clip(text, n)) {
			if utf8.RuneCountInString(p) > n {
				t.Fatalf("a piece of %d characters, at most %d", utf8.RuneCountInString(p), n)
			}
		}
	})
}
