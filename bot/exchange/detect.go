package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ismsbot/bot/isms"
)

// shapes are our own formats with their columns and how many of these, from
// the front, must be there.
func shapes() []shape {
	out := []shape{{People, peopleColumns, required}}
	for _, f := range []Format{Actions, Audits, Tasks, Findings} {
		out = append(out, shape{f, itemColumns[kindOf[f]], required})
	}
	return append(out, shape{Register, registerColumns(), required + 1}, shape{Attendance, attendanceColumns, len(attendanceColumns)})
}

type shape struct {
	format  Format
	columns []string
	needed  int
}

// score is how well a header fits: one for each column known, less one for
// each that is not and for each that must be there and is not.
func (s shape) score(header []string) int {
	n := 0
	for _, h := range header {
		if slices.Contains(s.columns, h) {
			n++
		} else if h != "" {
			n--
		}
	}
	for _, c := range s.columns[:s.needed] {
		if !slices.Contains(header, c) {
			n--
		}
	}
	return n
}

// detect guesses which of the formats a table has. Where several fit alike, the
// file's name decides; where that says nothing, nobody guesses.
func (r *reader) detect(t *table) (Format, error) {
	if cisoKindOf(t) != nil {
		return CISOAssistant, nil
	}
	best, least := []Format(nil), 1
	for _, s := range shapes() {
		if t.has("kind") && (s.format == Register) != t.kindIsOurs() && (s.format == Register || s.format == Audits) {
			continue // both have a column "kind": its words tell them apart
		}
		switch n := s.score(t.header); {
		case n > least:
			best, least = []Format{s.format}, n
		case n == least:
			best = append(best, s.format)
		}
	}
	if len(best) > 1 {
		for _, f := range best {
			if strings.Contains(strings.ToLower(r.batch.File), strings.TrimSuffix(string(f), "s")) {
				r.notices.add("", 0, fmt.Sprintf("the columns fit %s; read as %s by the file's name", formatList(best), f))
				return f, nil
			}
		}
		return "", fmt.Errorf("the columns fit %s; say which with --format", formatList(best))
	}
	if len(best) == 0 {
		return "", fmt.Errorf("the columns %s fit none of our formats; say which it is with --format %s",
			strings.Join(quoteAll(t.header), ", "), strings.Join(wordsOf(Formats[1:]), "|"))
	}
	return best[0], nil
}

// kindIsOurs tells whether the column "kind" says action, audit and so on, as a
// register's does.
func (t *table) kindIsOurs() bool {
	if t.has(auditKind) {
		return true
	}
	at := slices.Index(t.header, "kind")
	for _, x := range t.rows {
		if at < len(x.cells) && x.cells[at].text != "" {
			return slices.Contains(isms.Kinds, isms.Kind(strings.ToLower(oneLine(x.cells[at].text))))
		}
	}
	return !t.has("lead_auditor")
}

func quoteAll(header []string) []string {
	const shown = 8
	var out []string
	for _, h := range header[:min(shown, len(header))] {
		out = append(out, quote(h))
	}
	if len(header) > shown {
		out = append(out, "…")
	}
	return out
}

func wordsOf(formats []Format) []string {
	out := make([]string, len(formats))
	for i, f := range formats {
		out[i] = string(f)
	}
	return out
}

func formatList(formats []Format) string {
	words := wordsOf(formats)
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// readTables reads what the sheets of a workbook, the lists of a JSON file or
// the one table of a CSV file say.
func (r *reader) readTables(tables []*table) error {
	tables = slices.DeleteFunc(tables, func(t *table) bool { return len(t.header) == 0 })
	if len(tables) == 0 {
		return errors.New("the file has no header row")
	}
	named := map[Format]*table{}
	for _, t := range tables {
		// A sheet of CISO Assistant's may be called as ours are.
		theirs := r.format == Auto && cisoKindOf(t) != nil || t.phishing != nil
		if f := formatOfSheet(t.name); f != "" && named[f] == nil && !theirs {
			named[f] = t
		}
	}
	if len(named) > 0 && (r.format == Auto || r.format == Register) {
		r.readNamed(tables, named)
		return nil
	}
	one := tables[0]
	if t := named[r.format]; t != nil {
		one = t
	}
	r.passOver(tables, one)
	return r.readOne(one)
}

// readNamed reads the sheets that are called as their kind is, people first,
// because the others name them.
func (r *reader) readNamed(tables []*table, named map[Format]*table) {
	r.batch.Format = Register
	var taken []*table
	for _, s := range shapes() {
		t := named[s.format]
		if t == nil {
			continue
		}
		taken = append(taken, t)
		if len(named) == 1 {
			r.batch.Format = s.format
		}
		r.readAs(t, s.format)
	}
	r.passOver(tables, taken...)
}

// passOver notes the tables that are not read.
func (r *reader) passOver(tables []*table, taken ...*table) {
	for _, t := range tables {
		if !slices.Contains(taken, t) {
			r.notices.add(t.where, 0, "not read")
		}
	}
}

// formatOfSheet is the format that a sheet's name says, in singular or plural.
func formatOfSheet(name string) Format {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, f := range []Format{People, Actions, Audits, Tasks, Findings, Register} {
		if name == string(f) || name+"s" == string(f) {
			return f
		}
	}
	return ""
}

func (r *reader) readOne(t *table) error {
	if t.phishing != nil {
		return r.readPhishing(t)
	}
	format := r.format
	if format == Auto {
		var err error
		if format, err = r.detect(t); err != nil {
			return err
		}
	}
	r.batch.Format = format
	switch format {
	case CISOAssistant:
		return r.readCISO(t)
	case OSCAL:
		return errors.New("an OSCAL plan of action and milestones is a JSON file; this is a table")
	case People, Actions, Audits, Tasks, Findings, Register, Attendance:
		r.readAs(t, format)
		return nil
	}
	return fmt.Errorf("there is no format %q; there are %s", format, strings.Join(wordsOf(Formats), ", "))
}

// readAs reads a table of one of our own formats.
func (r *reader) readAs(t *table, format Format) {
	switch format {
	case People:
		r.readPeople(t)
	case Register:
		r.readRegister(t)
	case Attendance:
		r.readAttendance(t)
	default:
		r.readItems(t, kindOf[format])
	}
}

// checkColumns notes unknown columns and those that must be there and are not.
// Without the latter the rows make no sense, and it reports false.
func (r *reader) checkColumns(t *table, known, needed []string) bool {
	for _, h := range t.header {
		if h != "" && !slices.Contains(known, h) {
			r.fault(t, t.headerRow, "", "the column "+quote(h), oneOf(known), nearest(h, known))
		}
	}
	complete := true
	for _, c := range needed {
		if !t.has(c) {
			r.fault(t, t.headerRow, "", "no column "+quote(c), "the columns "+strings.Join(needed, ", "), "")
			complete = false
		}
	}
	return complete
}

// readRegister reads a register of one table, whose column "kind" says what
// each row is.
func (r *reader) readRegister(t *table) {
	all := registerColumns()
	if !r.checkColumns(t, all, all[:required+1]) {
		return
	}
	views, refs := map[isms.Kind]*table{}, map[isms.Kind]map[string]int{}
	for _, kind := range isms.Kinds {
		views[kind], refs[kind] = registerView(t, kind), map[string]int{}
	}
	r.batch.Items = slices.Grow(r.batch.Items, len(t.rows))
	for _, x := range t.rows {
		c := r.record(t, x)
		kind := word(c, "kind", isms.Kinds, "")
		if c.isEmpty("kind") {
			c.fault("kind", "nothing", oneOf(isms.Kinds), "")
		}
		if kind == "" {
			continue
		}
		for i, h := range t.header {
			if h != "kind" && views[kind].header[i] == "" && !c.isEmpty(h) {
				c.fault(h, quote(c.cell(h).text), "nothing", string(kind)+"s have no such column")
			}
		}
		r.readItem(r.record(views[kind], x), kind, refs[kind])
	}
}

// registerView is the table with the columns of one kind only, under the names
// that they have in its own file.
func registerView(t *table, kind isms.Kind) *table {
	view := *t
	view.rows, view.register = nil, true
	view.header = make([]string, len(t.header))
	for _, c := range itemColumns[kind] {
		if i := slices.Index(t.header, inRegister(c)); i >= 0 {
			view.header[i] = c
		}
	}
	return &view
}
