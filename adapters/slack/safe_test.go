package slack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ismsbot/adapters/readable"
)

func TestTypedWordsAreStraightened(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"  todo  ":                             "todo",
		"extend CA-12\u00a027 Mar":             "extend CA-12 27 Mar",
		"update CA-12 „so“ ‘it’ is":            `update CA-12 "so" 'it' is`,
		"delegate CA-12 <@U1|jon>":             "delegate CA-12 <@U1>",
		"delegate CA-12 <@W1>":                 "delegate CA-12 <@W1>",
		"done CA-12 <https://a.example|here>":  "done CA-12 https://a.example",
		"who <mailto:a@b.example|a@b.example>": "who a@b.example",
		"report <!here> <!subteam^S1|@ops>":    "report @here @ops",
		"a &lt;@U1&gt; &amp;amp; b":            "a <@U1> &amp; b",
		"broadcast to all | T | one\r\n two":   "broadcast to all | T | one\ntwo",
		"x \u202e\u200bhidden\x00":             "x hidden",
		"<unclosed":                            "<unclosed",
		"<>":                                   "",
	} {
		if got := typed(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func FuzzTyped(f *testing.F) {
	f.Add("delegate CA-12 <@U1|jon> „x“ <https://a|b> <!here>\u00a0\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := typed(withoutMention(s, "U0BOT"))
		if utf8.ValidString(s) && !utf8.ValidString(got) || strings.Contains(got, "  ") || strings.ContainsAny(got, "\x00\u202e\u200b") {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

func FuzzEscape(f *testing.F) {
	f.Add("<!channel> & <@U1>", 10)
	f.Add("&&&&&&", 6)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(n%4000, 8)
		got := escapeWithin(readable.Text(s), n)
		if c := utf8.RuneCountInString(got); c > n {
			t.Fatalf("%d characters, at most %d", c, n)
		}
		if strings.ContainsAny(got, "<>`") || !utf8.ValidString(got) {
			t.Fatalf("%q", got)
		}
		for rest := got; ; {
			i := strings.IndexByte(rest, '&')
			if i < 0 {
				break
			}
			rest = rest[i:]
			if !strings.HasPrefix(rest, "&amp;") && !strings.HasPrefix(rest, "&lt;") && !strings.HasPrefix(rest, "&gt;") {
				t.Fatalf("half an entity in %q", got)
			}
			rest = rest[1:]
		}
		for _, p := range readable.Pieces(readable.Text(s), max(n/10, 4), 5) {
			if utf8.RuneCountInString(p) > max(n/10, 4) {
				t.Fatalf("a piece of %d characters", utf8.RuneCountInString(p))
			}
		}
	})
}
