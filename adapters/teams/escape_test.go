package teams

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"ismsbot/adapters/readable"
)

func TestEscapeKeepsWhatIsHarmless(t *testing.T) {
	for _, s := range []string{
		"Test restoring the payroll backup · CA-12", "Due Tue 17 Mar (moved once).", "a < b & c > d", `C:\backup`,
		"3 late, oldest 6 days", "2026-03-19", "-5 degrees", "#9", "Mia's poster: \"We paid nothing.\"", "A.5.18", "{n}", "Größe 👍",
	} {
		if got := escape(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestEscapeTakesMarkupItsPower(t *testing.T) {
	for s, want := range map[string]string{
		"*bold* _it_ `code` ~~gone~~":    `\*bold\* \_it\_ \` + "`code\\`" + ` \~\~gone\~\~`,
		"[here](https://evil.example)":   `\[here](https://evil.example)`,
		"![x](https://evil.example/p)":   `!\[x](https://evil.example/p)`,
		"<at>Grace</at>":                 `\<at>Grace\</at>`,
		"<https://evil.example>":         `\<https://evil.example>`,
		"17. März":                       "17." + noBreak + "März",
		"- one":                          "-" + noBreak + "one",
		"# loud":                         "#" + noBreak + "loud",
		"-":                              `\-`,
		"---":                            `\---`,
		"> quoted":                       `\> quoted`,
		"1)":                             `1\)`,
		`\* and \`:                       `\\\* and \\`,
		"&lt;b&gt; and &copy":            `\&lt;b\&gt; and &copy`,
		"{{DATE(2026-03-19T09:00Z)}}":    `\{{DATE(2026-03-19T09:00Z)}}`,
		"":                               "",
		"12345678901. is no list either": "12345678901." + noBreak + "is no list either",
	} {
		if got := escape(s); got != want {
			t.Errorf("%q became %q, not %q", s, got, want)
		}
	}
}

var atStart = regexp.MustCompile(`^(?:(?:[0-9]+[.)]|[-+]|#+)(?: |$)|>|(?:- *){3,}$)`)

// shown is what a reader of Markdown shows of one line. Active markup, if any,
// comes back as its name.
func shown(s string) (text, active string) {
	if atStart.MatchString(s) {
		return "", "the line's beginning"
	}
	var w strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		next := byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		switch {
		case c == '\\' && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", next) >= 0 && next != 0:
			w.WriteByte(next)
			i++
			continue
		case c == '\\' && next == 0:
			return "", "a break"
		case strings.IndexByte("*_`[~", c) >= 0:
			return "", string(c)
		case c == '<' && (next|0x20 >= 'a' && next|0x20 <= 'z' || next == '/' || next == '!' || next == '?'):
			return "", "a tag"
		case c == '&':
			if name, _, ok := strings.Cut(s[i+1:], ";"); ok && name != "" && !strings.ContainsAny(name, " &\\") && strings.Trim(name, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
				return "", "an entity"
			}
		case strings.HasPrefix(s[i:], "{{DATE("), strings.HasPrefix(s[i:], "{{TIME("):
			return "", "a date"
		}
		w.WriteByte(c)
	}
	return strings.ReplaceAll(w.String(), noBreak, " "), ""
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"*a* _b_ [c](d) <at>e</at> &amp; \\", "1. x", "- y", "## z", "{{DATE(2026-01-01T00:00:00Z)}}", "\xff\x00\u202e> q", "{{{{TIME("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := readable.Line(s)
		escaped := escape(line)
		if text, active := shown(escaped); text != line || active != "" {
			t.Fatalf("%q became %q, which shows %q (%s)", line, escaped, text, active)
		}
		if strings.Contains(strings.ToLower(escaped), "<at>") && !strings.Contains(strings.ToLower(escaped), `\<at>`) {
			t.Fatalf("a mention: %q", escaped)
		}
		whole := ""
		for _, r := range runs(line, textRun{}) {
			if strings.Contains(r.Text, "{{DATE(") || strings.Contains(r.Text, "{{TIME(") || !utf8.ValidString(r.Text) {
				t.Fatalf("a date: %q", r.Text)
			}
			whole += r.Text
		}
		if whole != line {
			t.Fatalf("%q became %q", line, whole)
		}
	})
}
