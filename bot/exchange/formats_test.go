package exchange_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

func utf16LE(s string) string {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

func TestTextFilesComeInManyShapes(t *testing.T) {
	const plain = "ref,title\nA,\"x; y\tü\"\n"
	for name, file := range map[string]string{
		"plain":                         plain,
		"with a byte order mark":        "\xef\xbb\xbf" + plain,
		"with CRLF":                     strings.ReplaceAll(plain, "\n", "\r\n"),
		"with CR alone":                 strings.ReplaceAll(plain, "\n", "\r"),
		"with semicolons":               "ref;title\nA;\"x; y\tü\"\n",
		"with tabs":                     "ref\ttitle\nA\t\"x; y\tü\"\n",
		"as Excel's Unicode text":       utf16LE("ref\ttitle\r\nA\t\"x; y\tü\"\r\n"),
		"with Excel's line":             "sep=;\r\nref;title\r\nA;\"x; y\tü\"\r\n",
		"with empty lines and cells":    "\n\nref;title;;\n;;;\nA;\"x; y\tü\"; ;\n;;;\n\n",
		"with a separator in the title": "\"ref\";\"title\"\nA;\"x; y\tü\"\n",
		"without a last line break":     strings.TrimSuffix(plain, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			b := read(t, "f.csv", file, exchange.Actions)
			if len(b.Items) != 1 || b.Items[0].Item.Ref != "A" || b.Items[0].Item.Title != "x; y ü" {
				t.Errorf("read %+v", b.Items)
			}
		})
	}
}

func TestTheFormatIsKnownByItsColumns(t *testing.T) {
	for _, c := range []struct {
		name, header string
		want         exchange.Format
	}{
		{"f.csv", "email,name", exchange.People},
		{"f.csv", "e-mail,name,department,manager", exchange.People},
		{"f.csv", "ref,title,severity,owner", exchange.Actions},
		{"f.csv", "ref,title,found_on", exchange.Findings},
		{"f.csv", "ref,title,kind,lead_auditor", exchange.Audits},
		{"f.csv", "ref,title,owner,repeat", exchange.Tasks},
		{"f.csv", "kind,ref,title,owner", exchange.Register},
		{"Our corrective actions.csv", "ref,title,owner,due", exchange.Actions},
		{"TASKS-2026.csv", "ref,title,owner,due", exchange.Tasks},
		{"f.csv", "ref_id,name,severity,status", exchange.CISOAssistant},
		{"f.csv", "first_name,last_name,email", exchange.CISOAssistant},
	} {
		b, err := exchange.Read(c.name, []byte(c.header+"\n"), exchange.Auto, known())
		if c.header[1] == '-' {
			if err == nil || !strings.Contains(err.Error(), `found the column "e-mail", expected one of email,`) || !strings.Contains(err.Error(), "nearest: email") {
				t.Errorf("%s: %v", c.header, err)
			}
			continue
		}
		if err != nil || b.Format != c.want {
			t.Errorf("%s with %s: %v %v, want %s", c.name, c.header, b, err, c.want)
		}
	}
}

func TestAGuessByNameIsSaid(t *testing.T) {
	b := read(t, "tasks.csv", "ref,title,owner,due\nA,B,,\n", exchange.Auto)
	if diff := cmp.Diff([]string{"tasks.csv: the columns fit actions and tasks; read as tasks by the file's name"}, b.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestNoticesOfOurOwnFiles(t *testing.T) {
	for _, c := range []struct {
		name, file string
		format     exchange.Format
		want       []string
	}{
		{"nothing below the header", "ref,title\n", exchange.Actions, []string{"f.csv: there are no rows below the header"}},
		{"characters that hide", "ref,title\nA,x\u202ey\nB,z\nC,a\x07b\n", exchange.Actions, []string{"f.csv rows 2 and 4: column title: invisible or control characters were taken out"}},
		{"commas in a list", "ref,title,requirements\nA,B,\"x,y\"\n", exchange.Actions, []string{"f.csv row 2: column requirements: a comma does not separate; lists are separated by ;"}},
		{"a task that never begins", "ref,title,repeat\nA,B,monthly\n", exchange.Tasks, []string{"f.csv row 2: the task repeats but has no due date, so nobody is reminded until it has one"}},
		{"many rows", "ref,title,repeat\n" + strings.Join(strings.Split("ABCDEFGHIJKL", ""), ",B,monthly\n") + ",B,monthly\n", exchange.Tasks, []string{"f.csv rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more: the task repeats but has no due date, so nobody is reminded until it has one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, read(t, "f.csv", c.file, c.format).Notices); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARegisterTellsItsRowsApart(t *testing.T) {
	b := read(t, "f.csv", "kind,ref,title,audit_kind,lead_auditor,auditees,owner,repeat,due\n"+
		"audit,X,Access,supplier,ada@example.com,omar@example.com;LENA@example.com,,,2026-12-01\n"+
		"task,X,Backup,,,,lena@example.com,RRULE:freq=monthly;interval=2,2026-12-02\n", exchange.Auto)
	a, k := b.Items[0], b.Items[1]
	if a.Item.AuditKind != isms.Supplier || a.Owner != "ada@example.com" || a.Item.Status != isms.Planned || cmp.Diff(a.Auditees, []string{"omar@example.com", "lena@example.com"}) != "" {
		t.Errorf("the audit is %+v", a)
	}
	if k.Item.Repeat != "FREQ=MONTHLY;INTERVAL=2" || k.Item.SeriesStart != day("2026-12-02") || k.Owner != "lena@example.com" || k.Item.Status != isms.Open {
		t.Errorf("the task is %+v", k)
	}
	if want := (map[string]string{"ref": "X", "title": "Backup", "owner": "lena@example.com", "repeat": "FREQ=MONTHLY;INTERVAL=2", "due": "2026-12-02"}); cmp.Diff(want, k.Columns) != "" {
		t.Errorf("the task has the columns %v", k.Columns)
	}
	want := []string{
		`f.csv row 2, column audit_kind: found "suplier", expected one of internal, surveillance, recertification, supplier (nearest: supplier)`,
		`f.csv row 3, column audit_kind: found "internal", expected nothing (tasks have no such column)`,
		`f.csv row 4, column kind: found "risk", expected one of audit, finding, action, task (nearest: task)`,
		`f.csv row 5, column kind: found nothing, expected one of audit, finding, action, task`,
	}
	if diff := cmp.Diff(want, faults(t, "f.csv", "kind,ref,title,audit_kind\naudit,A,x,suplier\ntask,A,x,internal\nrisk,A,x,\n,B,x,\n", exchange.Register)); diff != "" {
		t.Error(diff)
	}
}

func TestOurJSONHasListsOfObjects(t *testing.T) {
	b := read(t, "f.json", `{"tasks": [{"ref": 7, "title": "Backup", "owner": "nora@example.com", "requirements": ["a", "b"], "due": null}, {"Ref": "T2", "title": "No owner"}],
		"people": [{"email": "nora@example.com", "name": "Nora", "roles": ["staff", "dpo"]}], "version": 1}`, exchange.Auto)
	if len(b.People) != 1 || len(b.People[0].Person.Roles) != 2 || len(b.Items) != 2 {
		t.Fatalf("read %+v", b)
	}
	if diff := cmp.Diff(map[string]string{"ref": "7", "title": "Backup", "owner": "nora@example.com", "requirements": "a;b", "due": ""}, b.Items[0].Columns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"ref": "T2", "title": "No owner"}, b.Items[1].Columns); diff != "" {
		t.Error("an entry has a column that it does not name: ", diff)
	}
	want := []string{
		"f.json entry 1, column owner: found an object or a truth value, expected a text or a list of texts",
		"f.json entry 2: found a value by itself, expected an object with the columns as keys",
		`f.json entry 3, column due: found "soon", expected a date like 2026-12-31`,
	}
	if diff := cmp.Diff(want, faults(t, "f.json", `[{"ref":"A","title":"B","owner":{}}, 5, {"ref":"C","title":"D","due":"soon"}]`, exchange.Actions)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingOfTheFileReachesTheTerminalAsItIs(t *testing.T) {
	for _, file := range []string{
		"ref,title,\x1b[31m\nA,B,C\n", "ref,title,due\nA,B,\x1b]0;x\x07\n", "{\"\x1b\": []}", `{"actions":[{"ref":"A","title":"B","\u001b[2J":{}}]}`,
		`{"actions":[{"ref":"A","title":"B"}],"\u001b[2J":3}`, "name;severity;detection;\x1b[2J\nx;\x1b[2J;y;z\n",
	} {
		b, err := exchange.Read("f\x1b.csv", []byte(file), exchange.Auto, known())
		text := ""
		if err != nil {
			text = err.Error()
		} else {
			text = strings.Join(b.Notices, "\n")
		}
		if strings.ContainsAny(text, "\x1b\x07") {
			t.Errorf("%q", text)
		}
	}
}
