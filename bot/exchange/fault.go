package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fault is one thing that is wrong with a file, and what would be right.
type Fault struct {
	File   string
	Sheet  string // "sheet actions" of a workbook with several; empty otherwise
	Unit   string // "row", or "entry" of a JSON file, which has no header
	Row    int    // as in a spreadsheet; zero for the whole file
	Column string // empty for the whole row
	Found  string // as it is printed: a value stands in quotes
	// Expected says what belongs there, Hint how to get it; Hint may be empty.
	Expected, Hint string
}

// String is the fault in one line.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Sheet != "" {
		b.WriteString(" " + f.Sheet)
	}
	if f.Row > 0 {
		b.WriteString(" " + f.Unit + " " + strconv.Itoa(f.Row))
	}
	if f.Column != "" {
		b.WriteString(", column " + f.Column)
	}
	b.WriteString(": found " + f.Found + ", expected " + f.Expected)
	if f.Hint != "" {
		b.WriteString(" (" + f.Hint + ")")
	}
	return b.String()
}

// maxFaults is how many faults of a file are kept; the others are counted.
const maxFaults = 100

// Faults are all that is wrong with a file; nothing of it is to be imported.
type Faults struct {
	List []Fault // the first hundred
	More int     // how many there are beyond them
}

// Error is one fault a line. It quotes the file, so it is for the person who
// imports and not for a log.
func (f *Faults) Error() string {
	lines := make([]string, 0, len(f.List)+1)
	for _, x := range f.List {
		lines = append(lines, x.String())
	}
	if f.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", f.More))
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) add(x Fault) {
	if len(f.List) < maxFaults {
		f.List = append(f.List, x)
	} else {
		f.More++
	}
}

// sort puts the faults in the order of the file's sheets and rows.
func (f *Faults) sort() {
	var sheets []string
	for _, x := range f.List {
		if !slices.Contains(sheets, x.Sheet) {
			sheets = append(sheets, x.Sheet)
		}
	}
	slices.SortStableFunc(f.List, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(slices.Index(sheets, a.Sheet), slices.Index(sheets, b.Sheet)), cmp.Compare(a.Row, b.Row))
	})
}

// quote shows a value as a fault does: shortened, with what is invisible made
// visible, and "nothing" for nothing.
func quote(s string) string {
	const most = 60
	if s == "" {
		return "nothing"
	}
	if short := []rune(s); len(short) > most {
		return strconv.Quote(string(short[:most])) + "…"
	}
	return strconv.Quote(s)
}

// oneOf lists words for Expected.
func oneOf[T ~string](words []T) string {
	var b strings.Builder
	b.WriteString("one of ")
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// nearest is a hint that names the word meant by a slip of the finger, empty
// where none is near.
func nearest[T ~string](got string, words []T) string {
	if len(got) > 60 {
		return ""
	}
	plain := strings.NewReplacer(" ", "", "_", "", "-", "")
	from := plain.Replace(strings.ToLower(got))
	best, least := "", max(2, len(from)/3)+1
	for _, w := range words {
		if d := distance(from, plain.Replace(string(w))); d < least && d < len(w) {
			best, least = string(w), d
		}
	}
	if best == "" {
		return ""
	}
	return "nearest: " + best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
