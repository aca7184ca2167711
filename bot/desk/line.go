package desk

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/isms"
)

// Line is a typed command taken apart: VERB [ID] [words].
type Line struct {
	Verb  string // lower case; empty for none
	ID    isms.ItemID
	Words string // what follows the verb and the id, as it was written
	Text  string // what follows the verb
	Long  bool   // more was written than is read
}

// maxLine is how much of a typed command is read, in bytes.
const maxLine = 4*MaxWords + 1000

// Parse takes a command apart. It accepts anything and never fails: what makes
// no sense is a verb that nobody knows.
func Parse(text string) Line {
	long := len(text) > maxLine
	if long {
		text = text[:maxLine]
	}
	text = Tidy(text)
	verb, rest := FirstWord(text)
	if id, ok := itemID(verb); ok { // "CA-12" alone means to see it
		return Line{Verb: "show", ID: id, Text: text, Long: long}
	}
	l := Line{Verb: strings.ToLower(verb), Text: rest, Words: rest, Long: long}
	first, after := FirstWord(rest)
	if id, ok := itemID(first); ok {
		l.ID, l.Words = id, undashed(after)
	}
	return l
}

// Number reads the id of what is no item, "MSG-5" with the prefix "MSG-", at the
// beginning of the text, and returns what follows.
func (l Line) Number(prefix string) (n int64, rest string, ok bool) {
	word, rest := FirstWord(l.Text)
	digits, ok := strings.CutPrefix(strings.ToUpper(OneDash(word)), prefix)
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, rest, ok && err == nil
}

// FirstWord cuts the first word off.
func FirstWord(s string) (first, rest string) {
	if i := strings.IndexAny(s, " \n"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

// OneDash makes a hyphen of every dash.
func OneDash(s string) string {
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
	return isms.ParseItemID(OneDash(strings.Trim(s, `"':;,.()`)))
}

// undashed drops a dash that only sets the words off: "done CA-1 — it works".
func undashed(s string) string {
	first, rest := FirstWord(s)
	if first != "" && strings.Trim(OneDash(first), "-") == "" {
		return rest
	}
	return s
}

// Tidy makes one kind of blank and quote of the many that keyboards and word
// processors write, and drops what cannot be seen.
func Tidy(s string) string {
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
	if first, rest := FirstWord(s); strings.EqualFold(first, "/isms") || strings.EqualFold(first, "isms") {
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

// readable makes the values of a form readable, as Tidy does with a line.
func Readable(fields map[string]string) map[string]string {
	if fields == nil {
		return nil
	}
	out := make(map[string]string, len(fields))
	for name, value := range fields {
		out[name] = visible(value)
	}
	return out
}

// Brief is a text's beginning, cut at a word.
func Brief(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most])
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// Clip is a text's beginning as it was written, its lines included.
func Clip(s string, most int) string {
	if s = strings.TrimSpace(s); utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
