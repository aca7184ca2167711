package exchange_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"ismsbot/bot/exchange"
)

// workbook makes a file of one sheet; a nil cell is missing. Times are real
// date cells in the given format.
func workbook(t testing.TB, sheet, dateFormat string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	addSheet(t, f, "Sheet1", dateFormat, rows...)
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	return saved(t, f)
}

func addSheet(t testing.TB, f *excelize.File, sheet, dateFormat string, rows ...[]any) {
	t.Helper()
	if _, err := f.NewSheet(sheet); err != nil {
		t.Fatal(err)
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &dateFormat})
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		for c, value := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if value == nil {
				continue
			}
			if err := f.SetCellValue(sheet, at, value); err != nil {
				t.Fatal(err)
			}
			if _, ok := value.(time.Time); ok {
				if err := f.SetCellStyle(sheet, at, at, style); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func saved(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRealDateCellsAreDatesInAnyFormat(t *testing.T) {
	for _, format := range []string{"dd.mm.yyyy", "m/d/yy", "yyyy-mm-dd", `[$-407]d. mmmm yyyy`, `dd/mm/yyyy\ hh:mm`} {
		file := workbook(t, "Sheet1", format,
			[]any{"ref", "title", "due"},
			[]any{12, 1.1, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)},
			nil,
			[]any{"A-2", "typed as text", "2026-03-19"},
			[]any{"A-3", "no date"})
		b := read(t, "x.xlsx", string(file), exchange.Actions)
		var got []string
		for _, it := range b.Items {
			got = append(got, it.Item.Ref+"|"+it.Item.Title+"|"+it.Item.Due.String())
		}
		if diff := cmp.Diff([]string{"12|1.1|2026-12-31", "A-2|typed as text|2026-03-19", "A-3|no date|"}, got); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
		if b.Items[1].Row != 4 {
			t.Errorf("the row after an empty one is row %d", b.Items[1].Row)
		}
	}
}

func TestExcelsOwnMistakesAreNamed(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	addSheet(t, f, "Sheet1", "dd.mm.yyyy",
		[]any{"ref", "title", "due"},
		[]any{time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), "a reference that became a date"},
		[]any{"A", "a number that is no date", 46387},
		[]any{"B", "a time of day", time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)},
		[]any{"C", "German text", "31.12.2026"},
		[]any{"D", "beyond", nil, nil, "x"})
	if err := f.SetCellValue("Sheet1", "B7", "x"); err != nil {
		t.Fatal(err)
	}
	got := faults(t, "x.xlsx", string(saved(t, f)), exchange.Actions)
	want := []string{
		`x.xlsx row 2, column ref: found the date 2026-10-02, expected text (Excel has turned it into a date: format the column as text and type it again)`,
		`x.xlsx row 3, column due: found "46387", expected a date like 2026-12-31 (Excel's number for 2026-12-31: write that, or format the column as a date)`,
		`x.xlsx row 4, column due: found "2026-12-31 17:00:00", expected a date like 2026-12-31 (without a time: write 2026-12-31)`,
		`x.xlsx row 5, column due: found "31.12.2026", expected a date like 2026-12-31 (German date: write 2026-12-31)`,
		`x.xlsx row 6, column E: found "x", expected nothing, as this column has no name`,
		`x.xlsx row 7, column ref: found nothing, expected a reference of the organisation's own`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAWorkbookOfSheetsIsARegister(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	addSheet(t, f, "Actions", "yyyy", []any{"ref", "title", "owner"}, []any{"A", "B", "new@example.com"})
	addSheet(t, f, "people", "yyyy", []any{"email", "name"}, []any{"new@example.com", "Nora New"})
	addSheet(t, f, "Notes", "yyyy", []any{"whatever"})
	addSheet(t, f, "Tasks", "yyyy", []any{"not", "shown"})
	if err := f.SetSheetVisible("Tasks", false); err != nil {
		t.Fatal(err)
	}
	b := read(t, "all.xlsx", string(saved(t, f)), exchange.Auto)
	if b.Format != exchange.Register || len(b.People) != 1 || len(b.Items) != 1 || b.Items[0].Owner != "new@example.com" {
		t.Errorf("read as %s: %+v %+v", b.Format, b.People, b.Items)
	}
	if diff := cmp.Diff([]string{"all.xlsx sheet Tasks: not read, as it is hidden", "all.xlsx sheet Notes: not read"}, b.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestAFaultInAWorkbookNamesItsSheet(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	addSheet(t, f, "actions", "yyyy", []any{"ref", "title", "due"}, []any{"A", "B", "soon"})
	addSheet(t, f, "tasks", "yyyy", []any{"ref", "title"}, []any{"A", "B"})
	got := faults(t, "all.xlsx", string(saved(t, f)), exchange.Auto)
	if want := `all.xlsx sheet actions row 2, column due: found "soon", expected a date like 2026-12-31`; got[0] != want {
		t.Errorf("got  %s\nwant %s", got[0], want)
	}
}

func TestAWorkbookWithA1904CalendarKeepsItsDates(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	yes := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	addSheet(t, f, "Sheet1", "dd.mm.yyyy", []any{"ref", "title", "due"}, []any{"A", "B", time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)})
	if got := read(t, "x.xlsx", string(saved(t, f)), exchange.Actions).Items[0].Item.Due; got != day("2026-12-31") {
		t.Errorf("due %s", got)
	}
}

func TestAFileThatIsTooBigIsRefused(t *testing.T) {
	_, err := exchange.Read("x.csv", make([]byte, exchange.MaxFileSize+1), exchange.Auto, known())
	if err == nil || !strings.Contains(err.Error(), "more than the 32 that are read") {
		t.Error(err)
	}
	rows := "ref,title\n" + strings.Repeat("x,y\n", exchange.MaxRows+1)
	_, err = exchange.Read("x.csv", []byte(rows), exchange.Actions, known())
	var all *exchange.Faults
	if err == nil || errors.As(err, &all) || err.Error() != "x.csv: the file has more than 200000 rows; split it" {
		t.Errorf("%.200v", err)
	}
}

func TestANumberReadsAsExcelShowsIt(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	addSheet(t, f, "Sheet1", "yyyy", []any{"ref", "title"}, []any{nil, nil}, []any{"1.1000000000000001", "1E5"})
	for cell, raw := range map[string]string{"A2": "1.1000000000000001", "B2": "1.2E+6"} {
		if err := f.SetCellDefault("Sheet1", cell, raw); err != nil {
			t.Fatal(err)
		}
	}
	b := read(t, "x.xlsx", string(saved(t, f)), exchange.Actions)
	var got []string
	for _, it := range b.Items {
		got = append(got, it.Item.Ref+"|"+it.Item.Title)
	}
	if diff := cmp.Diff([]string{"1.1|1200000", "1.1000000000000001|1E5"}, got); diff != "" {
		t.Error("numbers are rounded, texts are not: ", diff)
	}
}

func TestASheetOfCISOAssistantsMayBeCalledAsOursAre(t *testing.T) {
	file := workbook(t, "Findings", "yyyy", []any{"ref_id", "name", "severity", "status"}, []any{"F1", "x", "low", "open"})
	if b := read(t, "x.xlsx", string(file), exchange.Auto); b.Format != exchange.CISOAssistant {
		t.Errorf("read as %s", b.Format)
	}
}

func TestASmallFileThatUnfoldsIsRefused(t *testing.T) {
	file := workbook(t, "Sheet1", "yyyy", []any{"ref", "title"}, append(make([]any, 16_383), "x"))
	_, err := exchange.Read("x.xlsx", file, exchange.Actions, known())
	if err == nil || err.Error() != "x.xlsx: the file has more than 1000 columns or 8000000 cells" {
		t.Error(err)
	}
}
