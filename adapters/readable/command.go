package readable

import (
	"strings"
	"unicode"
)

// Command makes a command of what somebody typed, once the platform's own
// markup is gone: the typewriter's niceties straightened, one blank between
// words, and without the leading "/isms" or "isms" that people also write where
// it is not needed.
func Command(s string) string { return withoutName(straightened(s)) }

func straightened(s string) string {
	if plainWords(s) {
		return strings.Trim(s, " ")
	}
	return squeeze(strings.Map(straighten, Text(s)))
}

func withoutName(s string) string {
	first, rest, _ := strings.Cut(s, " ")
	if strings.EqualFold(first, "/isms") || strings.EqualFold(first, "isms") {
		return strings.TrimSpace(rest)
	}
	return s
}

// plainWords tells that there is nothing to straighten or squeeze.
func plainWords(s string) bool {
	space := false
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return true
}

func straighten(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»':
		return '"'
	case '‘', '’', '‚', '‛':
		return '\''
	}
	if r != '\n' && unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// squeeze makes one space of several and trims every line.
func squeeze(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n ")
}
