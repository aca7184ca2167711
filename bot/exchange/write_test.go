package exchange_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

var addresses = map[isms.PersonID]string{1: "ada@example.com", 2: "lena@example.com", 3: "omar@example.com"}

func email(id isms.PersonID) string { return addresses[id] }

// hostile are texts that spreadsheets, parsers and eyes stumble over.
var hostile = []string{"=1+1", "'=1", "''=1", "'", "'tis", "+49", "-", "@x", "\tx", "\rx", `"`, `a"b`, "a;b,c\td", "a\nb\r\nc\rd", "\ufeffx",
	"_x000D_", "_x005F_", "x\u202ey", "\u200b", "é", "e\u0301", "e\u200b\u0301", "👩\u200d💻", "46387", "1.10", "1E5", "#REF!", "TRUE", "2026-12-31", "31.12.2026",
	"x\x00y", "\xff", "sep=;", "null", " x ", "\u00a0x", "\u2028", "id", "<b>&amp;", "\ufffe", "'\t=", "\u200b=1", "'\u200b=1"}

func hostileText(t *rapid.T, label string) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringN(0, 8, 40)), 0, 3).Draw(t, label)
	return strings.Join(parts, "")
}

func anyItem(t *rapid.T, n int) *isms.Item {
	day := rapid.Custom(func(t *rapid.T) isms.Date {
		if rapid.Bool().Draw(t, "none") {
			return isms.Date{}
		}
		return isms.NewDate(1900, 1, 1).Add(rapid.IntRange(0, 109_000).Draw(t, "day"))
	})
	person := rapid.SampledFrom([]isms.PersonID{0, 1, 2, 3})
	it := &isms.Item{
		ID:           isms.ItemID{Kind: rapid.SampledFrom(isms.Kinds).Draw(t, "kind"), N: int64(n)},
		Title:        fmt.Sprint(n, hostileText(t, "title")),
		Requirements: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return hostileText(t, "requirement") }), 0, 3).Draw(t, "requirements"),
		Status:       rapid.SampledFrom([]isms.Status{isms.Open, isms.InProgress, isms.Done, isms.Closed, isms.Withdrawn}).Draw(t, "status"),
	}
	if rapid.Bool().Draw(t, "a title that begins badly") {
		it.Title = hostileText(t, "title") + fmt.Sprint(n)
	}
	if rapid.Bool().Draw(t, "has a reference") {
		it.Ref = rapid.SampledFrom([]string{"", "=", "'+", "-", "A", "12", "2026-12-", "CA-", "1."}).Draw(t, "ref") + fmt.Sprint(n)
	}
	if it.ID.Kind != isms.Audit {
		it.Description = hostileText(t, "description")
	}
	switch it.ID.Kind {
	case isms.Action:
		it.Owner, it.Due = person.Draw(t, "owner"), day.Draw(t, "due")
		it.Severity = rapid.SampledFrom([]isms.Severity{"", isms.Major, isms.Opportunity}).Draw(t, "severity")
		it.Source = hostileText(t, "source")
	case isms.Finding:
		it.FoundOn, it.Source = day.Draw(t, "found"), hostileText(t, "source")
	case isms.Audit:
		it.Status = rapid.SampledFrom([]isms.Status{isms.Planned, isms.Cancelled}).Draw(t, "status")
		it.AuditKind = rapid.SampledFrom([]isms.AuditKind{isms.Internal, isms.Supplier}).Draw(t, "kind of audit")
		it.Owner, it.Due, it.Scope = person.Draw(t, "lead"), day.Draw(t, "due"), hostileText(t, "scope")
		it.Auditees = rapid.SliceOfNDistinct(rapid.SampledFrom([]isms.PersonID{1, 2, 3}), 0, 3, rapid.ID).Draw(t, "auditees")
	case isms.Task:
		it.Owner, it.Deputy, it.Due = person.Draw(t, "owner"), person.Draw(t, "deputy"), day.Draw(t, "due")
		it.EvidenceNeeded = hostileText(t, "evidence")
		it.Repeat = rapid.SampledFrom([]string{"", "monthly", "FREQ=MONTHLY;BYDAY=1MO;INTERVAL=2"}).Draw(t, "repeat")
	}
	return it
}

var writers = map[string]func(*bytes.Buffer, []*isms.Item) error{
	"register.csv":  func(b *bytes.Buffer, items []*isms.Item) error { return exchange.WriteCSV(b, items, email) },
	"register.xlsx": func(b *bytes.Buffer, items []*isms.Item) error { return exchange.WriteXLSX(b, items, email) },
	"register.json": func(b *bytes.Buffer, items []*isms.Item) error { return exchange.WriteJSON(b, items, email) },
}

func TestAnExportedRegisterReadsAgainUnchanged(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				var items []*isms.Item
				want := map[string]map[string]string{}
				for n := range rapid.IntRange(1, 6).Draw(t, "items") {
					it := anyItem(t, n+1)
					items = append(items, it)
					row := exchange.Row(it, email)
					want[string(it.ID.Kind)+row["ref"]] = row
				}
				var file bytes.Buffer
				if err := write(&file, items); err != nil {
					t.Fatal(err)
				}
				for _, format := range []exchange.Format{exchange.Auto, exchange.Register} {
					b, err := exchange.Read(name, file.Bytes(), format, known())
					if err != nil {
						t.Fatalf("read again as %s: %v\n%q", format, err, file.String())
					}
					got := map[string]map[string]string{}
					for _, it := range b.Items {
						got[string(it.Item.ID.Kind)+it.Columns["ref"]] = it.Columns
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("as %s: %s", format, diff)
					}
				}
			})
		})
	}
}

func TestACSVRegisterHoldsNoFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file bytes.Buffer
		if err := exchange.WriteCSV(&file, []*isms.Item{anyItem(t, 1)}, email); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range rows[1] {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Fatalf("the cell %q begins a formula", cell)
			}
		}
	})
}

func TestTheCSVRegisterIsTheUnionOfTheColumns(t *testing.T) {
	items := []*isms.Item{
		{ID: isms.ItemID{Kind: isms.Audit, N: 3}, Ref: "IA-1", Title: "=Access", AuditKind: isms.Internal, Owner: 1, Auditees: []isms.PersonID{2, 3}, Due: day("2026-12-01"), Status: isms.Planned},
		{ID: isms.ItemID{Kind: isms.Action, N: 12}, Title: "'+1", Owner: 2, Status: isms.Closed, Severity: isms.Minor, Requirements: []string{"a", "b"}},
	}
	var file bytes.Buffer
	if err := exchange.WriteCSV(&file, items, email); err != nil {
		t.Fatal(err)
	}
	const want = `kind,ref,title,description,owner,due,status,severity,source,requirements,deputy,repeat,evidence_needed,audit_kind,lead_auditor,auditees,scope,found_on
audit,IA-1,'=Access,,,2026-12-01,planned,,,,,,,internal,ada@example.com,lena@example.com;omar@example.com,,
action,id:CA-12,''+1,,lena@example.com,,closed,minor,,a;b,,,,,,,,
`
	if diff := cmp.Diff(want, file.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAnItemWithoutReferenceComesBackByItsID(t *testing.T) {
	b := read(t, "f.csv", "ref,title\nid:ca-12,x\n", exchange.Actions)
	it := b.Items[0]
	if it.Item.ID != (isms.ItemID{Kind: isms.Action, N: 12}) || it.Item.Ref != "" || it.Key != "id:CA-12" || it.Columns["ref"] != "id:CA-12" {
		t.Errorf("read as %+v", it)
	}
}

func TestASheetForPeopleHasRealDatesAndNumbersAndNoFormulas(t *testing.T) {
	var file bytes.Buffer
	title := "Overdue: [everything] that is late/later"
	if err := exchange.WriteSheet(&file, title, []string{"id", "due", "days", "title"}, [][]string{{"CA-1", "2026-11-01", "21", "=HYPERLINK(\"x\")"}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	if sheet != "Overdue everything that is lat" && len(sheet) > 31 {
		t.Errorf("the sheet is called %q", sheet)
	}
	for cell, want := range map[string]string{"A1": "id", "A2": "CA-1", "B2": "2026-11-01", "C2": "21", "D2": `'=HYPERLINK("x")`} {
		if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s shows %q, want %q (%v)", cell, got, want, err)
		}
		if formula, _ := f.GetCellFormula(sheet, cell); formula != "" {
			t.Errorf("%s computes %q", cell, formula)
		}
	}
	for _, cell := range []string{"B2", "C2"} {
		if kind, _ := f.GetCellType(sheet, cell); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
			t.Errorf("%s is of type %d, not a number", cell, kind)
		}
	}
}
