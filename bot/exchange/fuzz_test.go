package exchange_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"ismsbot/bot/exchange"
)

// FuzzRead says that no file, in whatever format it is taken for, makes reading
// panic, and that what was read can be looked up.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"testdata/task_templates.csv", "testdata/poam.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint8(0))
	}
	for i, s := range []string{
		"ref,title,owner,due\nA,\"B\nC\",ada@example.com,2026-12-31\n", "\xff\xfea\x00;\x00", "sep=;\nemail;name\na@b.c;x\n",
		"kind,ref,title,audit_kind\naudit,A,B,supplier\n", `{"actions":[{"ref":"A","title":["x","y"]}],"people":[]}`, `[{"ref":1,"title":null}]`,
		"first_name;email\n;x@y.z\n", "name,severity,detection\nx,high,y\n", "\n\n\"", "ref,title,repeat\nA,B,FREQ=DAILY;COUNT=1\n",
	} {
		f.Add([]byte(s), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		format := exchange.Formats[int(n)%len(exchange.Formats)]
		b, err := exchange.Read("f", data, format, known())
		var all *exchange.Faults
		if errors.As(err, &all) && (len(all.List) == 0 || len(all.List) > 100) {
			t.Fatalf("%d faults", len(all.List))
		}
		if err != nil {
			if bytes.ContainsAny([]byte(err.Error()), "\x00\x1b\r") {
				t.Fatalf("control characters reach the terminal: %q", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, it := range b.Items {
			k := string(it.Item.ID.Kind) + " " + it.Key
			if it.Key == "" || seen[k] || it.Item.Title == "" || it.Item.Status == "" {
				t.Fatalf("an item that cannot be told apart or has nothing in it: %+v", it)
			}
			seen[k] = true
		}
	})
}
