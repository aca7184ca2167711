package main

import (
	"slices"
	"strings"
)

// nearest returns the name that most resembles what was typed, empty where
// none does: at most a third of its letters may differ.
func nearest(typed string, names []string) string {
	typed = strings.ToLower(typed)
	best, least := "", 1+max(2, len(typed)/3)
	for _, name := range slices.Sorted(slices.Values(names)) {
		d := distance(typed, strings.ToLower(name))
		if d < least && d < len(name) {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with a neighbour to
// make b of a.
func distance(a, b string) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
