package exchange

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"ismsbot/bot/isms"
)

// record reads the cells of one row by column, notes their faults, and keeps
// the canonical text of each column that the table has.
type record struct {
	r       *reader
	t       *table
	row     row
	columns map[string]string
}

func (r *reader) record(t *table, x row) *record {
	return &record{r, t, x, make(map[string]string, min(len(t.header), len(peopleColumns)))}
}

// cell gives a column's cell, with what export put before a formula taken off.
func (c *record) cell(column string) cell {
	i := slices.Index(c.t.header, column)
	if i < 0 || i >= len(c.row.cells) {
		return cell{}
	}
	x := c.row.cells[i]
	if c.t.guards {
		x.text = unguard(x.text)
	}
	return x
}

// keep remembers a column's canonical text where the row has the column.
func (c *record) keep(column, text string) {
	if c.t.has(column) && c.cell(column).kind != absentCell {
		c.columns[column] = text
	}
}

func (c *record) fault(column, found, expected, hint string) {
	if c.t.register {
		column = inRegister(column)
	}
	c.r.fault(c.t, c.row.n, column, found, expected, hint)
}

func (c *record) notice(text string) { c.r.notices.add(c.t.where, c.row.n, text) }

// plain gives a cell's text, refusing what Excel made of it.
func (c *record) plain(column string) string {
	x := c.cell(column)
	switch x.kind {
	case dateCell:
		c.fault(column, "the date "+x.text, "text", "Excel has turned it into a date: format the column as text and type it again")
		return ""
	case errorCell:
		c.fault(column, "Excel's error "+x.text, "text", "")
		return ""
	}
	return x.text
}

// line reads a text of one line, at most so many runes.
func (c *record) line(column string, most int) string {
	return c.limited(column, most, cleanLine)
}

// text reads a text of several lines, at most so many runes.
func (c *record) text(column string, most int) string {
	return c.limited(column, most, cleanText)
}

func (c *record) limited(column string, most int, clean func(string) (string, bool)) string {
	s, altered := clean(c.plain(column))
	if altered {
		c.notice("column " + column + ": invisible or control characters were taken out")
	}
	if n := utf8.RuneCountInString(s); n > most {
		c.fault(column, fmt.Sprintf("%d characters", n), fmt.Sprintf("at most %d", most), "")
		s = shorten(s, most)
	}
	c.keep(column, s)
	return s
}

// needed reads a line that must not be empty.
func (c *record) needed(column, what string) string {
	s := c.line(column, maxLine)
	if c.isEmpty(column) {
		c.fault(column, "nothing", what, "")
	}
	return s
}

// isEmpty tells that nothing visible stands in the cell.
func (c *record) isEmpty(column string) bool {
	s, _ := cleanLine(c.cell(column).text)
	return s == ""
}

// mark reads what must be the same to the letter, such as a reference.
func (c *record) mark(column, what string) string {
	s := c.line(column, maxLine)
	if !isVisible(s) {
		c.fault(column, quote(s), what, "it has an invisible character")
	}
	return s
}

// word reads one of the words, in any case; fallback is what an empty cell means.
func word[T ~string](c *record, column string, words []T, fallback T) T {
	s, _ := cleanLine(c.plain(column))
	w := T(strings.ToLower(s))
	switch {
	case s == "":
		w = fallback
	case !slices.Contains(words, w):
		c.fault(column, quote(s), oneOf(words), nearest(s, words))
		w = fallback
	}
	c.keep(column, string(w))
	return w
}

// list reads entries separated by semicolons, without those that repeat.
func (c *record) list(column string) []string {
	s, altered := cleanLine(c.plain(column))
	if altered {
		c.notice("column " + column + ": invisible or control characters were taken out")
	}
	entries := splitList(s)
	for i, e := range entries {
		if n := utf8.RuneCountInString(e); n > maxLine {
			c.fault(column, fmt.Sprintf("an entry of %d characters", n), fmt.Sprintf("at most %d", maxLine), "")
			entries[i] = shorten(e, maxLine)
		}
	}
	c.keep(column, strings.Join(entries, ";"))
	return entries
}

// splitList takes a list apart; entries that are empty or repeat are left out.
func splitList(s string) []string {
	var out []string
	for e := range strings.SplitSeq(s, ";") {
		if e = strings.TrimFunc(e, isEdge); e != "" && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// date reads YYYY-MM-DD or a real date cell; empty is none.
func (c *record) date(column string) isms.Date {
	x := c.cell(column)
	d, hint, ok := readDate(x)
	if !ok {
		found := quote(strings.TrimFunc(x.text, isEdge))
		if x.kind == errorCell {
			found = "Excel's error " + x.text
		}
		c.fault(column, found, "a date like 2026-12-31", hint)
	}
	c.keep(column, d.String())
	return d
}

// emails reads a list of e-mails.
func (c *record) emails(column string) []string {
	var out []string
	for _, s := range c.list(column) {
		if s = c.checkEmail(column, s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	c.keep(column, strings.Join(out, ";"))
	return out
}

// email reads one e-mail, in lower case; empty is none.
func (c *record) email(column string) string {
	s, _ := cleanLine(c.plain(column))
	if s != "" {
		s = c.checkEmail(column, s)
	}
	c.keep(column, s)
	return s
}

func (c *record) checkEmail(column, s string) string {
	hint, ok := checkEmail(s)
	if !ok {
		c.fault(column, quote(s), "an e-mail like ada@example.com", hint)
		return ""
	}
	return strings.ToLower(s)
}

// checkEmail tells whether s is a bare address that reads as it is.
func checkEmail(s string) (hint string, ok bool) {
	if !isASCII(s) {
		if strings.ContainsFunc(s, func(r rune) bool { return r > '~' }) {
			return "it has a character outside the English alphabet, which may only look like a letter", false
		}
		return "it has a space", false
	}
	if strings.HasPrefix(strings.ToLower(s), "mailto:") {
		return "leave out mailto:", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsAny(s, `"<>;,()[]\`) {
		if strings.ContainsAny(s, ",;") {
			return "one person; lists are separated by ;", false
		}
		return "", false
	}
	return "", true
}
