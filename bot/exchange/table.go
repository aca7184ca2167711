package exchange

import (
	"fmt"
	"slices"
	"strings"
)

// table is one sheet of a file, whatever the file was.
type table struct {
	name      string // a sheet's name, or the key of a list in JSON
	where     string // what faults call it where the file has several: "sheet actions"
	header    []string
	headerRow int
	rows      []row
	guards    bool      // a ' before a formula was put there by export
	phishing  *phishing // how results of a phishing test are read; nil for other tables
	campaign  string    // the name that a file of results gives itself
	register  bool      // a kind's view of a register: its "kind" is called "audit_kind"
}

type row struct {
	n     int // as in a spreadsheet
	cells []cell
}

type cell struct {
	text string
	kind cellKind
}

// cellKind is what a workbook says a cell is. All cells of other files are text.
type cellKind uint8

const (
	textCell   cellKind = iota
	numberCell          // a number without a date's format
	dateCell            // a real date: the text is 2026-12-31, or 2026-12-31 14:30:00
	errorCell           // #REF! and its like
	absentCell          // an entry of JSON that does not have the key
)

// isEmpty tells that a row holds nothing but white space.
func (r row) isEmpty() bool {
	return !slices.ContainsFunc(r.cells, func(c cell) bool { return strings.TrimFunc(c.text, isEdge) != "" })
}

// has tells whether the table has the column.
func (t *table) has(column string) bool { return slices.Contains(t.header, column) }

// setHeader takes the first row as the names of the columns. A name that is
// missing or stands there twice is a fault.
func (r *reader) setHeader(t *table, first row) {
	t.headerRow = first.n
	for len(first.cells) > 0 && strings.TrimFunc(first.cells[len(first.cells)-1].text, isEdge) == "" {
		first.cells = first.cells[:len(first.cells)-1]
	}
	for i, c := range first.cells {
		name, _ := cleanLine(c.text)
		name = strings.ToLower(name)
		if at := slices.Index(t.header, name); at >= 0 && name != "" {
			r.fault(t, first.n, "", quote(name)+" twice", "each column once",
				fmt.Sprintf("columns %s and %s", letter(at), letter(i)))
		}
		t.header = append(t.header, name)
	}
	t.phishing = r.phishing(t.header)
}

// letter is how a spreadsheet names the column: 0 is A, 26 is AA.
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// addRow checks the shape of a row and keeps it; empty ones are left out.
// Strict says that a missing cell is a fault, as in a CSV file, where it means
// that a separator was lost.
func (r *reader) addRow(t *table, x row, strict bool) {
	if x.isEmpty() {
		return
	}
	width := len(t.header)
	if strict && len(x.cells) < width {
		r.fault(t, x.n, "", fmt.Sprintf("%d cells", len(x.cells)), fmt.Sprintf("%d, as in the header", width), "")
		return
	}
	for i, c := range x.cells {
		beyond := i >= width || t.header[i] == ""
		if !beyond || strings.TrimFunc(c.text, isEdge) == "" {
			continue
		}
		hint := ""
		if strict {
			hint = "a text that holds the separator must stand in quotes"
		}
		found := quote(c.text)
		if t.phishing != nil {
			found = "something"
		}
		r.fault(t, x.n, letter(i), found, "nothing, as this column has no name", hint)
		return
	}
	x.cells = x.cells[:min(width, len(x.cells))]
	t.rows = append(t.rows, x)
}

// fault notes what is wrong in a table.
func (r *reader) fault(t *table, row int, column, found, expected, hint string) {
	r.faults.add(Fault{r.batch.File, t.where, r.unit, row, column, found, expected, hint})
}
