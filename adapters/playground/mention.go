package playground

import (
	"cmp"
	"slices"
	"strings"
)

// mention is how a person stands in an invocation.
func mention(who Persona) string { return "<@" + who.Account.ID + ">" }

// command makes what somebody typed into an invocation's text: without
// "/isms", and with each "@Full Name" as the account it names.
func command(line string, people []Persona) string {
	line = strings.TrimSpace(line)
	if rest, ok := strings.CutPrefix(line, "/isms"); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
		line = strings.TrimSpace(rest)
	}
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
