package exchange

import (
	"fmt"
	"slices"
	"strings"
)

// notices gathers what the operator should know, one sentence for all the rows
// that it is true of.
type notices struct {
	file  string
	unit  string // "row" or "entry"
	order []noticeKey
	rows  map[noticeKey][]int
}

type noticeKey struct{ sheet, text string }

// add notes the sentence for a row; zero is the whole file.
func (n *notices) add(sheet string, row int, text string) {
	if n.rows == nil {
		n.rows = map[noticeKey][]int{}
	}
	k := noticeKey{sheet, text}
	if _, ok := n.rows[k]; !ok {
		n.order = append(n.order, k)
	}
	if !slices.Contains(tail(n.rows[k]), row) {
		n.rows[k] = append(n.rows[k], row)
	}
}

// tail is where a repetition would stand, since rows come in order.
func tail(rows []int) []int { return rows[max(0, len(rows)-1):] }

func (n *notices) sentences() []string {
	out := make([]string, 0, len(n.order))
	for _, k := range n.order {
		where := n.file
		if k.sheet != "" {
			where += " " + k.sheet
		}
		out = append(out, where+n.rowList(n.rows[k])+": "+k.text)
	}
	return out
}

// rowList is " row 3", " rows 3, 4 and 7", " rows 3, 4, … and 12 more", or
// nothing for the whole file.
func (n *notices) rowList(rows []int) string {
	const shown = 10
	if rows[0] == 0 {
		return ""
	}
	words := make([]string, 0, shown)
	for _, r := range rows[:min(shown, len(rows))] {
		words = append(words, fmt.Sprint(r))
	}
	switch last := len(words) - 1; {
	case len(rows) == 1:
		return " " + n.unit + " " + words[0]
	case len(rows) > shown:
		return fmt.Sprintf(" %s %s and %d more", plural(n.unit), strings.Join(words, ", "), len(rows)-shown)
	default:
		return " " + plural(n.unit) + " " + strings.Join(words[:last], ", ") + " and " + words[last]
	}
}

func plural(unit string) string {
	if unit == "entry" {
		return "entries"
	}
	return unit + "s"
}
