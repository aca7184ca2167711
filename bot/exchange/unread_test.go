package exchange

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// secret is in every cell that is not to be kept, thousands of times over.
var secret = strings.Repeat("hunter2-", 12_000)

// unread tells how a file of results is kept: what is left of its table, and
// by how much memory has grown with it.
func unread(t *testing.T, read func(*reader) (*table, error)) (*table, int64) {
	t.Helper()
	r := &reader{batch: &Batch{}, faults: &Faults{}, unit: "row", format: Auto}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, err := read(r)
	if err != nil || got == nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	return got, int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

func TestNothingOfAnUnreadCellIsKept(t *testing.T) {
	const people = 200 // so that all of it is 19 MB
	var events, results, campaign strings.Builder
	events.WriteString("campaign_id,email,time,message,details\n")
	results.WriteString("id,status,ip,latitude,longitude,send_date,reported,modified_date,email,first_name,last_name,position\n")
	campaign.WriteString(`{"name":"March","results":[`)
	for i := range people {
		fmt.Fprintf(&events, "7,p%d@example.com,2026-03-02T08:00:00Z,Submitted Data,%s\n", i, secret)
		fmt.Fprintf(&results, "%[2]s,Email Sent,%[2]s,%[2]s,%[2]s,2026-03-02T08:00:00Z,true,2026,p%[1]d@example.com,%[2]s,A,B\n", i, secret[:24_000])
		fmt.Fprintf(&campaign, `{"ip":"%[2]s","latitude":1,"email":"p%[1]d@example.com","status":"Email Sent","reported":true,"position":"%[2]s"},`, i, secret[:48_000])
	}
	csvs := map[string]string{"events": events.String(), "results": results.String()}
	for name, file := range csvs {
		got, grown := unread(t, func(r *reader) (*table, error) { return r.readCSV([]byte(file)) })
		kept(t, name, got, people, grown)
	}
	whole := []byte(strings.TrimSuffix(campaign.String(), ",") + `],"timeline":[{"details":"` + secret + `"}]}`)
	got, grown := unread(t, func(r *reader) (*table, error) { return r.campaignTable(whole), nil })
	kept(t, "JSON", got, people, grown)
}

func TestNothingOfAnUnreadCellOfAWorkbookIsKept(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"campaign_id", "email", "time", "message", "details"}, {"7", "ada@example.com", "2026-03-02", "Submitted Data", "hunter2"}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	open, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	r := &reader{batch: &Batch{}, faults: &Faults{}, unit: "row", format: Auto}
	rows, err := r.sheetRows(&workbook{file: open, styles: map[int]bool{}}, "Sheet1")
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if all := fmt.Sprint(rows[1]); strings.Contains(all, "hunter2") || !strings.Contains(all, "ada@example.com") {
		t.Errorf("kept is %s", all)
	}
}

func kept(t *testing.T, name string, got *table, people int, grown int64) {
	t.Helper()
	if len(got.rows) != people {
		t.Fatalf("%s: %d rows", name, len(got.rows))
	}
	if all := fmt.Sprint(got.rows); strings.Contains(all, "hunter2") || !strings.Contains(all, "p7@example.com") {
		t.Errorf("%s: what is not read is kept", name)
	}
	if grown > 2<<20 { // a part of a row keeps all of it alive
		t.Errorf("%s: memory has grown by %d bytes", name, grown)
	}
}
