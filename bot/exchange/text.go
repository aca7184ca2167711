package exchange

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The limits on texts, in runes.
const (
	maxLine        = 300    // a title, a name, a reference, one entry of a list
	maxShort       = 2_000  // a department, a scope, the evidence asked for
	maxDescription = 16_000 // a cell of Excel holds 32,767 UTF-16 units
)

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n")

// cleanText makes a text of several lines safe to store and show: line breaks
// are \n, what is invisible or turns the reading direction is gone, and so is
// white space at the ends. Altered tells that something other than white space
// or an invisible character at an end was taken away.
func cleanText(s string) (clean string, altered bool) {
	if isPlain(s) {
		return strings.TrimFunc(s, isEdge), false
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = lineBreaks.Replace(s)
	s = strings.TrimFunc(s, isEdge)
	kept := strings.Map(func(r rune) rune {
		if isHidden(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(norm.NFC.String(kept), isEdge), len(kept) != len(s)
}

// cleanLine is cleanText for a text of one line: breaks and tabs become spaces.
func cleanLine(s string) (clean string, altered bool) {
	s, altered = cleanText(s)
	if strings.ContainsAny(s, "\n\t") {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	}
	return s, altered
}

// isPlain tells that the text is printable ASCII, as nearly all is.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\n' && s[i] != '\t' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isEdge is what is taken off both ends of a text.
func isEdge(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200c' || r == '\u200d' || r == '\u200e' || r == '\u200f' || isHidden(r)
}

// isHidden is what no text needs: control characters, zero-width spaces, and
// those that turn the reading direction so that a text shows other than it is.
// Joiners inside a word stay: scripts and emoji need them.
func isHidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r == '\u200b', r == '\u2060', r == '\ufeff', r == '\ufffe', r == '\uffff':
		return true
	}
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// isVisible tells that every character of a reference can be seen, so that two
// that look alike are alike.
func isVisible(s string) bool {
	for _, r := range s {
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Variation_Selector, r) || r == '\u00ad' {
			return false
		}
	}
	return true
}

// isASCII tells that no letter of another script hides in an address.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// shorten cuts a text to so many runes.
func shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	return strings.TrimFunc(string([]rune(s)[:most-1]), isEdge) + "…"
}

// guard puts ' before a cell that a spreadsheet would take for a formula, and
// before one that unguard would take a ' off.
func guard(s string) string {
	if isFormula(s) {
		return "'" + s
	}
	return s
}

// unguard takes off the one ' that guard put on.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && isFormula(s) {
		return s[1:]
	}
	return s
}

func isFormula(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0]))
}
