package exchange

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ismsbot/bot/isms"
)

// WriteXLSX writes a register as a workbook with one sheet a kind; due dates
// are real dates. It reads again, as Register, to the same items.
func WriteXLSX(w io.Writer, items []*isms.Item, email func(isms.PersonID) string) error {
	b := newBook()
	defer b.file.Close()
	for _, kind := range isms.Kinds {
		columns := itemColumns[kind]
		var rows [][]string
		for _, it := range items {
			if it.ID.Kind != kind {
				continue
			}
			texts, cells := Row(it, email), make([]string, len(columns))
			for i, c := range columns {
				cells[i] = texts[c]
			}
			rows = append(rows, cells)
		}
		b.sheet(string(formatOf(kind)), columns, rows, func(column int, _ string) cellKind {
			if c := columns[column]; c == "due" || c == "found_on" {
				return dateCell
			}
			return textCell
		})
	}
	return b.write(w)
}

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9]\d{0,8})$`)

// WriteSheet writes one table as a workbook, for people to work with: what is
// a date or a whole number becomes one, what would be a formula has ' before it.
// The title names the sheet; Excel's limits on it are kept.
func WriteSheet(w io.Writer, title string, columns []string, rows [][]string) error {
	b := newBook()
	defer b.file.Close()
	b.sheet(sheetName(title), columns, rows, func(_ int, text string) cellKind {
		if wholeNumber.MatchString(text) {
			return numberCell
		}
		if _, err := isms.ParseDate(text); err == nil {
			return dateCell
		}
		return textCell
	})
	return b.write(w)
}

// sheetName makes a title fit: 31 characters without : \ / ? * [ ] and without
// ' at an end.
func sheetName(title string) string {
	const most = 31
	name := regexp.MustCompile(`[:\\/?*\[\]]+`).ReplaceAllString(oneLine(title), " ")
	var kept []rune
	units := 0
	for _, r := range name {
		if units += utf16Len(r); units > most {
			break
		}
		kept = append(kept, r)
	}
	if name = regexp.MustCompile(`^'+|'+$`).ReplaceAllString(oneLine(string(kept)), ""); name == "" {
		return "Sheet1"
	}
	return name
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// book is a workbook in the making. It keeps the first error.
type book struct {
	file         *excelize.File
	bold, date   int
	wrap, sheets int
	err          error
}

func newBook() *book {
	b := &book{file: excelize.NewFile()}
	iso, top := "yyyy-mm-dd", &excelize.Alignment{Vertical: "top", WrapText: true}
	b.bold = b.style(&excelize.Style{Font: &excelize.Font{Bold: true}})
	b.date = b.style(&excelize.Style{CustomNumFmt: &iso, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}})
	b.wrap = b.style(&excelize.Style{Alignment: top})
	return b
}

func (b *book) style(s *excelize.Style) int {
	id, err := b.file.NewStyle(s)
	b.fail(err)
	return id
}

func (b *book) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// sheet adds a sheet; kind says how a cell is to be written.
func (b *book) sheet(name string, columns []string, rows [][]string, kind func(column int, text string) cellKind) {
	if b.err != nil {
		return
	}
	if b.sheets == 0 {
		b.fail(b.file.SetSheetName("Sheet1", name))
	} else if _, err := b.file.NewSheet(name); err != nil {
		b.fail(err)
	}
	b.sheets++
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		b.fail(err)
		return
	}
	for i, width := range widths(columns, rows) {
		b.fail(out.SetColWidth(i+1, i+1, width))
	}
	b.fail(out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	header := make([]any, len(columns))
	for i, c := range columns {
		header[i] = excelize.Cell{StyleID: b.bold, Value: guard(severalLines(c))}
	}
	b.fail(out.SetRow("A1", header))
	for n, texts := range rows {
		cells := make([]any, len(texts))
		for i, text := range texts {
			cells[i] = b.cell(text, kind(i, text))
		}
		b.fail(out.SetRow("A"+strconv.Itoa(n+2), cells))
	}
	b.fail(out.Flush())
}

func (b *book) cell(text string, kind cellKind) any {
	switch kind {
	case dateCell:
		// Excel takes 1900 for a leap year: its earliest days are off by one.
		if d, err := isms.ParseDate(text); err == nil && d.Time().Year() > 1900 {
			return excelize.Cell{StyleID: b.date, Value: d.Time()}
		}
	case numberCell:
		if n, err := strconv.Atoi(text); err == nil {
			return excelize.Cell{Value: n}
		}
	}
	return excelize.Cell{StyleID: b.wrap, Value: guard(severalLines(text))}
}

// widths fits each column to its longest cell, within reason.
func widths(columns []string, rows [][]string) []float64 {
	const least, most = 8, 60
	out := make([]float64, len(columns))
	for i, c := range columns {
		longest := utf8.RuneCountInString(c)
		for _, texts := range rows {
			if i < len(texts) {
				longest = max(longest, min(most, utf8.RuneCountInString(texts[i])))
			}
		}
		out[i] = float64(max(least, longest+2))
	}
	return out
}

func (b *book) write(w io.Writer) error {
	if b.err != nil {
		return fmt.Errorf("make the workbook: %w", b.err)
	}
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}
