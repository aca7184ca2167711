package bot

import (
	"strings"
	"unicode"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// line is a typed command taken apart: VERB [ID] [words].
type line struct {
	verb  string // lower case; empty for none
	id    isms.ItemID
	words string // what follows the verb and the id, as it was written
	text  string // what follows the verb
}

// maxLine is how much of a typed command is read, in bytes.
const maxLine = 4000

// parse takes a command apart. It accepts anything and never fails: what makes
// no sense is a verb that nobody knows.
func parse(text string) line {
	if len(text) > maxLine {
		text = text[:maxLine]
	}
	text = tidy(text)
	verb, rest, _ := strings.Cut(text, " ")
	l := line{verb: strings.ToLower(verb), text: strings.TrimSpace(rest)}
	if id, ok := isms.ParseItemID(verb); ok { // "CA-12" alone means to see it
		return line{verb: "show", id: id, text: text}
	}
	word, after, _ := strings.Cut(l.text, " ")
	if id, ok := isms.ParseItemID(word); ok {
		l.id, l.words = id, strings.TrimSpace(after)
	} else {
		l.words = l.text
	}
	return l
}

// tidy makes one kind of blank, quote and dash of the many that keyboards and
// word processors write, and drops what cannot be seen.
func tidy(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case r == '“' || r == '”' || r == '„':
			return '"'
		case r == '‘' || r == '’':
			return '\''
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	s = strings.TrimSpace(s)
	for _, prefix := range []string{"/isms", "isms"} {
		if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) && (len(s) == len(prefix) || s[len(prefix)] == ' ') {
			return strings.TrimSpace(s[len(prefix):])
		}
	}
	return s
}

// lookup finds the command for an invocation; the home view and an empty line
// are commands too.
func (b *Bot) lookup(l line, in chat.Invocation) *command {
	if in.Kind == chat.Opened {
		return homeCommand
	}
	verb := l.verb
	if verb == "" {
		verb = "todo"
	}
	if c := b.verb(verb); c != nil {
		return c
	}
	return unknownCommand
}

// nearest returns up to three verbs that the reader may use and may have meant.
func (b *Bot) nearest(word string, r reader) []string {
	var out []string
	for distance := 1; distance <= 3 && len(out) < 2; distance++ {
		for _, c := range b.commands {
			if len(out) < 2 && !c.hidden && (c.may == nil || c.may(r)) && edits(word, c.verb) == distance {
				out = append(out, c.verb)
			}
		}
	}
	if len(out) < 2 {
		out = append(out, "todo")
	}
	return append(out, "help")
}

// edits is the Levenshtein distance, which stops counting where words are long.
func edits(a, b string) int {
	if len(a) > 20 || len(b) > 20 {
		return 99
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left, diagonal := i+1, i
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(left+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j], left = row[j+1], left, next
		}
		row[len(b)] = left
	}
	return row[len(b)]
}
