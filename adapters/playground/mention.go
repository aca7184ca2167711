package playground

import (
	"cmp"
	"slices"
	"strings"
)

// mention is how a person stands in an invocation.
func mention(who Persona) string { return "<@" + who.Account.ID + ">" }

// command makes what somebody typed into an invocation's text: without
// "/isms", with single spaces, and with each "@Full Name" as the account it
// names.
func command(line string, people []Persona) string {
	words := strings.Fields(line)
	if len(words) > 0 && words[0] == "/isms" {
		words = words[1:]
	}
	line = strings.Join(words, " ")
	if !strings.Contains(line, "@") {
		return line
	}
	// The longest name first: "@Jon Reed" is not "@Jon" and a word.
	byLength := slices.SortedFunc(slices.Values(people), func(a, b Persona) int {
		return cmp.Compare(len(b.Name), len(a.Name))
	})
	var pairs []string
	for _, who := range byLength {
		if who.Name != "" {
			pairs = append(pairs, "@"+who.Name, mention(who))
		}
	}
	return strings.NewReplacer(pairs...).Replace(line)
}
