// Package readable makes what strangers wrote fit to be shown, and fit to be
// read as a command. Every adapter passes what comes in and what goes out
// through it before its own platform's escaping.
package readable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ellipsis ends what was cut.
const Ellipsis = "…"

// Text makes a string fit to be shown: valid UTF-8, without control
// characters, without the invisible ones that reorder or hide text, and with
// newlines as the only layout.
func Text(s string) string {
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

// tidy tells, without allocating, that Text has nothing to do.
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

// Line is Text on one line, with single blanks as its only space.
func Line(s string) string {
	s = Text(s)
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

// Clip cuts to at most n characters, the last of which is then an ellipsis.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, keep := 0, 0
	for i := range s {
		if count == n-1 {
			keep = i
		}
		if count == n {
			return strings.TrimRight(s[:keep], " \n") + Ellipsis
		}
		count++
	}
	return s
}

// Pieces splits a long text at line ends, else at spaces, into parts of at
// most n characters, at most limit of them; the last is cut.
func Pieces(s string, n, limit int) []string {
	var out []string
	for len(out) < limit-1 && utf8.RuneCountInString(s) > n {
		end := Offset(s, n)
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
		out = append(out, Clip(s, n))
	}
	return out
}

// Offset is the index in s at which its n-th character begins, len(s) where
// there are fewer.
func Offset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
