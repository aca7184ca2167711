package teams

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/adapters/readable"
)

// markup are the characters that begin something in Markdown wherever they
// stand. A backslash is harmless except before punctuation, "<" and "&" except
// before what makes a tag or an entity of them.
const markup = "*_`[~"

// noBreak keeps "1. " and "# " at the beginning of a line from being a list or
// a heading. It looks like the blank that it replaces, where Teams on a phone
// may show the backslash that would do the same.
const noBreak = "\u00a0"

// escape makes one clean line harmless where Teams reads Markdown: it is shown
// as it was, never as a link, a list, emphasis or a mention. There are as few
// backslashes as possible, because older clients on phones show them.
func escape(s string) string {
	if !strings.ContainsAny(s, markup+`\<&{#>+-.)`) {
		return s
	}
	var w strings.Builder
	w.Grow(len(s) + 8)
	s = lineStart(&w, s)
	for i := 0; i < len(s); i++ {
		c := s[i]
		rest := s[i+1:]
		switch {
		case strings.IndexByte(markup, c) >= 0,
			c == '\\' && (rest == "" || punctuation(rest[0])),
			c == '<' && opensTag(rest),
			c == '&' && entity(rest),
			c == '{' && opensDate(rest):
			w.WriteByte('\\')
		}
		w.WriteByte(c)
	}
	return w.String()
}

// lineStart writes what would be markup because it stands first, and returns
// the rest.
func lineStart(w *strings.Builder, s string) string {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	end := digits
	switch {
	case s == "":
		return s
	case s[0] == '>' || len(s) > 1 && s[0] == '-' && strings.Trim(s, "- ") == "":
		w.WriteByte('\\')
		w.WriteByte(s[0])
		return s[1:]
	case digits > 0:
		if end == len(s) || s[end] != '.' && s[end] != ')' {
			return s
		}
		end++
	case s[0] == '-' || s[0] == '+':
		end = 1
	case s[0] == '#':
		end = len(s) - len(strings.TrimLeft(s, "#"))
	default:
		return s
	}
	switch {
	case end == len(s): // nothing but the mark
		w.WriteString(s[:end-1])
		w.WriteByte('\\')
		w.WriteByte(s[end-1])
	case s[end] == ' ':
		w.WriteString(s[:end])
		w.WriteString(noBreak)
		end++
	default:
		return s
	}
	return s[end:]
}

func punctuation(c byte) bool {
	return c > ' ' && c < utf8.RuneSelf && !letter(c) && !(c >= '0' && c <= '9')
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func opensTag(rest string) bool {
	return rest != "" && (letter(rest[0]) || strings.IndexByte("/!?", rest[0]) >= 0)
}

// entity tells whether "&" and what follows could be one character's name.
func entity(rest string) bool {
	name, _, found := strings.Cut(rest, ";")
	return found && name != "" && strings.IndexFunc(name, func(r rune) bool {
		return r != '#' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0
}

// escapeLines is escape for a text whose lines are to stay apart.
func escapeLines(s string) string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = readable.Line(l); l != "" {
			out = append(out, escape(l))
		}
	}
	return strings.Join(out, "\n\n")
}

// speakable keeps a text from being taken for the markup of speech (SSML).
var speakable = strings.NewReplacer("<", "‹", ">", "›")

// runs are a clean text as it stands. Only what Teams would replace by a date
// goes in two parts.
func runs(s string, like textRun) []textRun {
	like.Type = "TextRun"
	var out []textRun
	for from := 0; ; {
		i := strings.Index(s[from:], "{{")
		if i < 0 {
			like.Text = s
			return append(out, like)
		}
		from += i + 1
		if opensDate(s[from:]) {
			like.Text = s[:from]
			out = append(out, like)
			s, from = s[from:], 0
		}
	}
}

func opensDate(s string) bool {
	return strings.HasPrefix(s, "{DATE(") || strings.HasPrefix(s, "{TIME(")
}
