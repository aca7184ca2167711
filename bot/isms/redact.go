package isms

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Gone is a kind of what Redact takes out of a text.
type Gone string

// The kinds: what tells who somebody is, what was at stake, what others wrote.
const (
	GoneName    Gone = "name"
	GoneAddress Gone = "address" // an e-mail, a mentioned account
	GonePhone   Gone = "phone"
	GoneAmount  Gone = "amount"
	GoneNumber  Gone = "number" // of an account, an order, a machine
	GoneLink    Gone = "link"
	GoneWords   Gone = "words" // that somebody else has written
)

// AllGone are all of them.
var AllGone = []Gone{GoneName, GoneAddress, GonePhone, GoneAmount, GoneNumber, GoneLink, GoneWords}

const (
	money  = `[€$£¥]|\b(?:EUR|USD|GBP|CHF|ZAR)`
	moneys = `[€$£¥]|(?:EUR|USD|GBP|CHF|ZAR|[Ee]uros?|[Dd]ollars?|[Pp]ounds?|[Rr]and|Pfund|Franken)\b`
	figure = `\d(?:[\d.,'’]*\d)?(?:[ \x{a0}]\d{3}\b(?:[.,]\d+)?)*(?: ?(?:k|m|bn|million|Millionen|Mio\.|Tsd\.)\b)?`
)

// patterns are looked for in this order: what stands in quotation marks goes as
// one, and an IBAN is no telephone number.
var patterns = []struct {
	kind   Gone
	find   *regexp.Regexp
	digits int // as few are none, days not counted
}{
	{GoneWords, regexp.MustCompile(`“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|"[^"]*"|(?m:^>.*$)`), 0},
	{GoneLink, regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]+`), 0},
	{GoneAddress, regexp.MustCompile(`<@[^>]*>|[^\s<>"()]+@[^\s<>"()]+\.[^\s<>"().,;:]+`), 0},
	{GoneAmount, regexp.MustCompile(`(?:` + money + `) ?` + figure + `|` + figure + ` ?(?:` + moneys + `)`), 0},
	{GoneNumber, regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`), 0},
	{GoneNumber, regexp.MustCompile(`[\pL\d]*\pL[\pL\d_./-]*\d[\pL\d_./-]*`), 4},
	{GonePhone, regexp.MustCompile(`[+(]?\d[\d ()/.\x{a0}-]{5,}\d`), 7},
	{GoneNumber, regexp.MustCompile(`\d[\d_./-]*\d`), 5},
}

var aDay = regexp.MustCompile(`\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b`)

// Redact takes out of a text what should not be told to everybody, puts what
// instead returns into its place, and counts what went. It proposes: what
// somebody did can also tell who it was, which nothing but a reader sees.
func Redact(text string, people []*Person, instead func(Gone) string) (string, map[Gone]int) {
	gone := map[Gone]int{}
	for _, p := range patterns {
		text = p.find.ReplaceAllStringFunc(text, func(found string) string {
			if p.digits > 0 && countDigits(aDay.ReplaceAllLiteralString(found, "")) < p.digits {
				return found
			}
			gone[p.kind]++
			return instead(p.kind)
		})
	}
	var out strings.Builder
	at := 0
	for _, n := range names(text, people) {
		if n.from < at { // within a longer one
			continue
		}
		out.WriteString(text[at:n.from])
		out.WriteString(begun(out.String(), instead(GoneName)))
		at = n.to
		gone[GoneName]++
	}
	return out.String() + text[at:], gone
}

// begun is the word as it stands behind the text: with a capital letter where it
// begins a sentence.
func begun(text, word string) string {
	text = strings.TrimRight(text, " \n")
	if text != "" && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		return word
	}
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

func countDigits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// NamedIn finds whom a text names: surely, by the whole name or the e-mail, and
// perhaps, by a first or a last name, which can be others' or a word.
func NamedIn(text string, people []*Person) (surely, perhaps []PersonID) {
	for _, n := range names(text, people) {
		if n.whole {
			surely = append(surely, n.person)
		} else {
			perhaps = append(perhaps, n.person)
		}
	}
	emails := strings.Join(slices.DeleteFunc(strings.Fields(strings.ToLower(text)), func(s string) bool { return !strings.Contains(s, "@") }), " ")
	for _, p := range people {
		if emails != "" && p.Email != "" && strings.Contains(emails, p.Email) {
			surely = append(surely, p.ID)
		}
	}
	named := map[PersonID]bool{}
	again := func(id PersonID) bool {
		before := named[id]
		named[id] = true
		return before
	}
	surely = slices.DeleteFunc(surely, again)
	return surely, slices.DeleteFunc(perhaps, again)
}

// naming is one place at which a text names somebody.
type naming struct {
	from, to int
	person   PersonID
	whole    bool
}

// names finds all such places, in order, at one place the longest first. A whole
// name counts however it is written, a part of it as it is written. Of those who
// share a part each stands at its first place, one of them at all.
func names(text string, people []*Person) (out []naming) {
	words := map[string]bool{}
	lower := strings.ToLower(text)
	for w := range strings.FieldsFuncSeq(lower, notInWord) {
		words[w] = true
	}
	known := map[string][]naming{} // thousands have the same first name
	part := func(name string, p *Person) {
		found, ok := known[name]
		if !ok {
			found = places(text, regexp.QuoteMeta(name), naming{person: p.ID})
			known[name] = found[:min(1, len(found))]
		}
		for _, n := range found {
			n.person = p.ID
			out = append(out, n)
		}
	}
	for _, p := range people {
		if !anyOf(words, p.Name) { // nearly everybody
			continue
		}
		parts := strings.Fields(p.Name)
		first, last := parts[0], parts[len(parts)-1]
		if !anyOf(words, first) && !anyOf(words, last) { // "van" names many
			continue
		}
		if len(parts) > 1 {
			if strings.Contains(lower, strings.ToLower(p.Name)) {
				out = append(out, places(text, `(?i)`+regexp.QuoteMeta(p.Name), naming{person: p.ID, whole: true})...)
			}
			part(last, p)
		}
		part(first, p)
	}
	slices.SortStableFunc(out, func(a, b naming) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	return out
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// anyOf tells whether one of the name's pieces is among the words.
func anyOf(words map[string]bool, name string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(name), notInWord) {
		if words[w] {
			return true
		}
	}
	return false
}

// places are where the pattern stands as words of its own. One letter is no name.
func places(text, pattern string, n naming) (out []naming) {
	for _, at := range regexp.MustCompile(pattern).FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		edge := func(r rune, end bool) bool { return end || notInWord(r) }
		if utf8.RuneCountInString(text[at[0]:at[1]]) > 1 && edge(before, at[0] == 0) && edge(after, at[1] == len(text)) {
			n.from, n.to = at[0], at[1]
			out = append(out, n)
		}
	}
	return out
}
