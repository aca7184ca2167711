package bot

import (
	"slices"
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
	long  bool   // more was written than is read
}

// maxLine is how much of a typed command is read, in bytes.
const maxLine = 4*maxWords + 1000

// parse takes a command apart. It accepts anything and never fails: what makes
// no sense is a verb that nobody knows.
func parse(text string) line {
	long := len(text) > maxLine
	if long {
		text = text[:maxLine]
	}
	text = tidy(text)
	verb, rest := firstWord(text)
	if id, ok := itemID(verb); ok { // "CA-12" alone means to see it
		return line{verb: "show", id: id, text: text, long: long}
	}
	l := line{verb: strings.ToLower(verb), text: rest, words: rest, long: long}
	first, after := firstWord(rest)
	if id, ok := itemID(first); ok {
		l.id, l.words = id, undashed(after)
	}
	return l
}

// firstWord cuts the first word off.
func firstWord(s string) (first, rest string) {
	if i := strings.IndexAny(s, " \n"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

// oneDash makes a hyphen of every dash.
func oneDash(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u2010', '\u2011', '\u2012', '–', '—', '\u2212':
			return '-'
		}
		return r
	}, s)
}

// itemID reads an id with whatever dash a keyboard made of it, and with the
// punctuation of the sentence it stands in.
func itemID(s string) (isms.ItemID, bool) {
	return isms.ParseItemID(oneDash(strings.Trim(s, `"':;,.()`)))
}

// undashed drops a dash that only sets the words off: "done CA-1 — it works".
func undashed(s string) string {
	first, rest := firstWord(s)
	if first != "" && strings.Trim(oneDash(first), "-") == "" {
		return rest
	}
	return s
}

// tidy makes one kind of blank and quote of the many that keyboards and word
// processors write, and drops what cannot be seen.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '„':
			return '"'
		case '‘', '’':
			return '\''
		}
		return r
	}, visible(s))
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	s = strings.TrimSpace(s)
	if first, rest := firstWord(s); strings.EqualFold(first, "/isms") || strings.EqualFold(first, "isms") {
		return rest
	}
	return s
}

// visible keeps what can be read: no control characters, no marks that turn
// the direction of writing, no blanks of another kind. What joins the signs of
// one emoji stays.
func visible(s string) string {
	var before rune
	return strings.Map(func(r rune) rune {
		joins := r == '\u200d' && before >= '\u2190'
		before = r
		switch {
		case r == '\n' || joins:
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// readable makes the values of a form readable, as tidy does with a line.
func readable(fields map[string]string) map[string]string {
	if fields == nil {
		return nil
	}
	out := make(map[string]string, len(fields))
	for name, value := range fields {
		out[name] = visible(value)
	}
	return out
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
			if len(out) < 2 && b.offers(c, r) && edits(word, c.verb) == distance {
				out = append(out, c.verb)
			}
		}
	}
	for _, always := range []string{"todo", "help"} {
		if !slices.Contains(out, always) && (len(out) < 2 || always == "help") {
			out = append(out, always)
		}
	}
	return out
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
