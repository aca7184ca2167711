package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis ends what was cut.
const ellipsis = "…"

// clean makes a string fit to be shown: valid UTF-8, without control
// characters, without the invisible ones that reorder or hide text, and with
// newlines as the only layout.
func clean(s string) string {
	if tidy(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// tidy tells, without allocating, that clean has nothing to do.
func tidy(s string) bool {
	for _, r := range s {
		if r != '\n' && (r == utf8.RuneError || r == '\u2028' || r == '\u2029' || hidden(r)) {
			return false
		}
	}
	return true
}

// hidden are control characters, bidirectional overrides, zero-width
// characters and the invisible tag block.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0xad:
		return false
	case r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return !unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Co, r)
}

// line is clean on one line.
func line(s string) string {
	s = clean(s)
	if spaced(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// spaced tells, without allocating, that single blanks are the only space in s
// and that none stands at an end.
func spaced(s string) bool {
	blank := true
	for _, r := range s {
		if r != ' ' && unicode.IsSpace(r) || r == ' ' && blank {
			return false
		}
		blank = r == ' '
	}
	return s == "" || !blank
}

// clip cuts to at most n characters, the last of which is then an ellipsis.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, keep := 0, 0
	for i := range s {
		if count == n-1 {
			keep = i
		}
		if count == n {
			return strings.TrimRight(s[:keep], " \n") + ellipsis
		}
		count++
	}
	return s
}

// escaper is exactly what Slack's mrkdwn asks for; the code fence is ours, as
// an unclosed one swallows the rest of the message.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'")

// escape makes a clean string harmless in mrkdwn and in a message's text: no
// mention, no link, no code.
func escape(s string) string { return escaper.Replace(s) }

// escapeWithin escapes and cuts so that the escaped string has at most n
// characters and no half entity.
func escapeWithin(s string, n int) string {
	if out := escape(s); utf8.RuneCountInString(out) <= n {
		return out
	}
	size, keep := 0, 0
	for i, r := range s {
		if size <= n-1 {
			keep = i
		}
		size += escapedWidth(r)
		if size > n {
			break
		}
	}
	return escape(strings.TrimRight(s[:keep], " \n")) + ellipsis
}

func escapedWidth(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return 1
}

// pieces splits a long text at line ends, else at spaces, into parts of at
// most n characters, at most limit of them; the last is cut.
func pieces(s string, n, limit int) []string {
	var out []string
	for len(out) < limit-1 && utf8.RuneCountInString(s) > n {
		end := runeOffset(s, n)
		cut := strings.LastIndexByte(s[:end], '\n')
		if cut < end/2 {
			cut = strings.LastIndexByte(s[:end], ' ')
		}
		if cut < end/2 {
			cut = end
		}
		out = append(out, strings.TrimRight(s[:cut], " \n"))
		s = strings.TrimLeft(s[cut:], " \n")
	}
	if s != "" {
		out = append(out, clip(s, n))
	}
	return out
}

// runeOffset is the index in s at which its n-th character begins.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
