package bot

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
)

// lookup finds the command for an invocation; the home view and an empty line
// are commands too.
func (b *Bot) lookup(l desk.Line, in chat.Invocation) *command {
	if in.Kind == chat.Opened {
		return homeCommand
	}
	verb := l.Verb
	if verb == "" {
		verb = "todo"
	}
	if l.ID.N == 0 && l.Text != "" {
		if c := b.ofArea(verb, l.Text); c != nil {
			return c
		}
	}
	if c := b.verb(verb); c != nil {
		return c
	}
	return unknownCommand
}

// ofArea is what a verb does with an id that is an area's own; nil where the
// text does not begin with one.
func (b *Bot) ofArea(verb, text string) *command {
	first, _ := desk.FirstWord(text)
	first = desk.OneDash(first)
	for _, a := range b.areas {
		if a.Prefix == "" || len(first) <= len(a.Prefix) || !strings.EqualFold(first[:len(a.Prefix)], a.Prefix) {
			continue
		}
		for i := range a.Own {
			if a.Own[i].Verb == verb {
				return &command{Command: a.Own[i]}
			}
		}
	}
	return nil
}

// nearest returns up to three verbs that the reader may use and may have meant.
func (b *Bot) nearest(word string, r desk.Reader) []string {
	var out []string
	for distance := 1; distance <= 3 && len(out) < 2; distance++ {
		for _, c := range b.commands {
			if len(out) < 2 && b.offers(c, r) && edits(word, c.Verb) == distance {
				out = append(out, c.Verb)
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
