package exchange

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds what a workbook may grow to when it is unpacked.
const maxUnzipped = 256 << 20

// readXLSX reads the visible sheets of a workbook. Macros are never looked at.
func (r *reader) readXLSX(data []byte) (err error) {
	defer func() {
		// excelize panics on some files that are broken inside.
		if p := recover(); p != nil {
			err = fmt.Errorf("the workbook is broken: %v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped})
	if err != nil {
		return fmt.Errorf("the file is not a workbook that can be read: %w", err)
	}
	defer f.Close()
	w := &workbook{file: f, styles: map[int]bool{}}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.date1904 = *props.Date1904
	}
	var names []string
	var sheets [][]row
	for _, name := range f.GetSheetList() {
		if shown, err := f.GetSheetVisible(name); err == nil && !shown {
			r.notices.add("sheet "+oneLine(name), 0, "not read, as it is hidden")
			continue
		}
		rows, err := r.sheetRows(w, name)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			names, sheets = append(names, name), append(sheets, rows)
		}
	}
	var tables []*table
	for i, rows := range sheets {
		t := &table{name: names[i], guards: true}
		if len(sheets) > 1 {
			t.where = "sheet " + oneLine(t.name)
		}
		if err := r.fillTable(t, w, rows); err != nil {
			return err
		}
		tables = append(tables, t)
	}
	return r.readTables(tables)
}

// fillTable takes the first row as the header and the others for what they are.
func (r *reader) fillTable(t *table, w *workbook, rows []row) error {
	for _, x := range rows {
		for i, c := range x.cells {
			var err error
			if x.cells[i], err = w.classify(t.name, x.n, i, c.text); err != nil {
				return err
			}
		}
		if t.header == nil {
			r.setHeader(t, x)
			continue
		}
		r.addRow(t, x, false)
	}
	return nil
}

// workbook tells dates from numbers. excelize streams the cells' values but
// not their formats; for these it loads the sheet whole, which happens only
// when a cell is met whose meaning depends on it.
type workbook struct {
	file     *excelize.File
	date1904 bool
	styles   map[int]bool // whether the style shows a date
}

// sheetRows gives the rows of a sheet that hold something, as plain text.
func (r *reader) sheetRows(w *workbook, sheet string) ([]row, error) {
	in, err := w.file.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("read sheet %s: %w", sheet, err)
	}
	defer in.Close()
	var out []row
	var p *phishing
	for n := 1; in.Next(); n++ {
		values, err := in.Columns()
		if err != nil {
			return nil, fmt.Errorf("read sheet %s row %d: %w", sheet, n, err)
		}
		if err := r.count(len(values)); err != nil {
			return nil, err
		}
		x := row{n: n, cells: make([]cell, len(values))}
		for i, s := range values {
			x.cells[i].text = p.sees(i, s)
		}
		if x.isEmpty() {
			continue
		}
		if len(out) > MaxRows {
			return nil, fmt.Errorf("sheet %s has more than %d rows; split it", sheet, MaxRows)
		}
		if out = append(out, x); len(out) == 1 {
			p = r.phishing(namesOf(x))
		}
	}
	if err := in.Error(); err != nil {
		return nil, fmt.Errorf("read sheet %s: %w", sheet, err)
	}
	return out, nil
}

// namesOf are the headings of a row, as setHeader takes them.
func namesOf(x row) []string {
	out := make([]string, len(x.cells))
	for i, c := range x.cells {
		out[i] = strings.ToLower(oneLine(c.text))
	}
	return out
}

var numeric = regexp.MustCompile(`^-?\d+(\.\d+)?([eE][+-]?\d+)?$`)

// classify says what kind a cell is, and gives a date and a number the text
// that a person sees.
func (w *workbook) classify(sheet string, n, column int, text string) (cell, error) {
	isNumber, isError := numeric.MatchString(text), strings.HasPrefix(text, "#")
	if !isNumber && !isError {
		return cell{text: text}, nil
	}
	at, err := excelize.CoordinatesToCellName(column+1, n)
	if err != nil {
		return cell{}, fmt.Errorf("read sheet %s row %d: %w", sheet, n, err)
	}
	kind, err := w.file.GetCellType(sheet, at)
	if err != nil {
		return cell{}, fmt.Errorf("read sheet %s cell %s: %w", sheet, at, err)
	}
	switch {
	case isError && kind == excelize.CellTypeError:
		return cell{text, errorCell}, nil
	case !isNumber || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset:
		return cell{text: text}, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return cell{text: text}, nil
	}
	isDate, err := w.showsDate(sheet, at)
	if err != nil {
		return cell{}, err
	}
	if isDate {
		if t, err := excelize.ExcelDateToTime(number, w.date1904); err == nil {
			return cell{dateText(t.Round(time.Second)), dateCell}, nil
		}
	}
	// Excel keeps 15 digits and writes 1.1 as 1.1000000000000001.
	if short, err := strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64); err == nil {
		number = short
	}
	return cell{strconv.FormatFloat(number, 'f', -1, 64), numberCell}, nil
}

func dateText(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

// showsDate tells whether the cell's number format has a day or a year.
func (w *workbook) showsDate(sheet, at string) (bool, error) {
	index, err := w.file.GetCellStyle(sheet, at)
	if err != nil {
		return false, fmt.Errorf("read the format of sheet %s cell %s: %w", sheet, at, err)
	}
	if known, ok := w.styles[index]; ok {
		return known, nil
	}
	style, err := w.file.GetStyle(index)
	if err != nil {
		return false, fmt.Errorf("read the format of sheet %s cell %s: %w", sheet, at, err)
	}
	w.styles[index] = isDateFormat(style)
	return w.styles[index], nil
}

var notShown = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.`)

// isDateFormat knows the built-in date formats by number (ECMA-376, 18.8.30,
// those of East Asia included) and others by their letters.
func isDateFormat(s *excelize.Style) bool {
	if s.CustomNumFmt != nil {
		format := strings.ToLower(notShown.ReplaceAllString(*s.CustomNumFmt, ""))
		return format != "general" && strings.ContainsAny(format, "dy")
	}
	n := s.NumFmt
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58
}
