package exchange_test

import (
	"bytes"
	"fmt"
	"testing"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

func manyItems(n int) []*isms.Item {
	items := make([]*isms.Item, n)
	for i := range items {
		items[i] = &isms.Item{
			ID: isms.ItemID{Kind: isms.Kinds[i%len(isms.Kinds)], N: int64(i + 1)}, Ref: fmt.Sprintf("R-%d", i), Title: "Prüfe die Zugänge", Owner: 1,
			Due: day("2026-12-31"), Status: isms.Open, Description: "A few words on what is to be done and why.", Requirements: []string{"iso27001@2022:A.5.18", "gdpr:32"},
		}
		if items[i].ID.Kind == isms.Audit {
			items[i].Status, items[i].AuditKind = isms.Planned, isms.Internal
		}
	}
	return items
}

func benchmarkRead(b *testing.B, name string, n int) {
	var file bytes.Buffer
	if err := writers[name](&file, manyItems(n)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		got, err := exchange.Read(name, file.Bytes(), exchange.Auto, known())
		if err != nil || len(got.Items) != n {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadCSV100000(b *testing.B) { benchmarkRead(b, "register.csv", 100_000) }
func BenchmarkReadXLSX20000(b *testing.B) { benchmarkRead(b, "register.xlsx", 20_000) }
func BenchmarkReadJSON20000(b *testing.B) { benchmarkRead(b, "register.json", 20_000) }

func BenchmarkWriteXLSX20000(b *testing.B) {
	items := manyItems(20_000)
	b.ReportAllocs()
	for b.Loop() {
		var file bytes.Buffer
		if err := exchange.WriteXLSX(&file, items, email); err != nil {
			b.Fatal(err)
		}
	}
}

// TestARowCostsFewAllocations stands in for a limit on time: reading a large
// register stays a matter of seconds.
func TestARowCostsFewAllocations(t *testing.T) {
	const rows = 2000
	var file bytes.Buffer
	if err := exchange.WriteCSV(&file, manyItems(rows), email); err != nil {
		t.Fatal(err)
	}
	k := known()
	got := testing.AllocsPerRun(3, func() {
		if _, err := exchange.Read("register.csv", file.Bytes(), exchange.Register, k); err != nil {
			t.Fatal(err)
		}
	})
	if per := got / rows; per > 35 {
		t.Errorf("%.1f allocations a row", per)
	} else {
		t.Logf("%.1f allocations a row", per)
	}
}
