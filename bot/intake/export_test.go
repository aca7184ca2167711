package intake_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot/exchange"
	"ismsbot/storage"
)

// stocked has items of every kind.
func stocked(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t).staffed()
	d.bring("audits.csv", "ref,title,kind,lead_auditor,auditees,due,scope,requirements,status\na1,Access,internal,tom@example.com,priya@example.com;lena@example.com,2026-06-09,\"all of\nit\",,confirmed\n")
	d.bring("tasks.csv", "ref,title,owner,deputy,due,repeat,evidence_needed\nt1,Backup test,priya@example.com,tom@example.com,2026-03-31,FREQ=MONTHLY;BYMONTHDAY=-1,the log\n")
	d.bring("findings.csv", "ref,title,severity\nf1,No log review,minor\n")
	return d
}

func (d *desk) export(ending string) (string, storage.Head) {
	d.t.Helper()
	var out bytes.Buffer
	head, err := d.Export(d.t.Context(), &out, ending)
	if err != nil {
		d.t.Fatal(err)
	}
	return out.String(), head
}

func TestAnExportIsAnchored(t *testing.T) {
	d := stocked(t)
	_, head := d.export("csv")
	last, n := d.journal()["register.exported"], 0
	for _, data := range d.journal() {
		n += len(data)
	}
	if int(head.Seq) != n || len(last) != 1 {
		t.Errorf("the head is %s, the journal has %d events and %d exports", head, n, len(last))
	}
	if _, err := d.DB.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAFormatThatIsNotWrittenLeavesNoTrace(t *testing.T) {
	d := stocked(t)
	before := fmt.Sprint(d.journal())
	if _, err := d.Export(t.Context(), &bytes.Buffer{}, "pdf"); err == nil || !strings.Contains(err.Error(), `"pdf"`) {
		t.Errorf("error: %v", err)
	}
	if after := fmt.Sprint(d.journal()); after != before {
		t.Errorf("was %s\nis %s", before, after)
	}
}

func TestAnExportedRegisterHasEveryKindAndImportsUnchanged(t *testing.T) {
	for _, ending := range []string{"csv", "xlsx", "json"} {
		t.Run(ending, func(t *testing.T) {
			d := stocked(t)
			file, _ := d.export(ending)
			told := d.told
			want := "Imported register." + ending + ": 1 audit as before; 1 finding as before; 3 corrective actions as before; 1 task as before."
			if got := lastLine(d.bring("register."+ending, file)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if d.told != told || d.changed != 0 {
				t.Errorf("told %d more, %d changes", d.told-told, d.changed)
			}
		})
	}
}

func TestAnExportInJSONNamesItsKinds(t *testing.T) {
	file, _ := stocked(t).export(".JSON")
	for _, kind := range []exchange.Format{exchange.Actions, exchange.Audits, exchange.Tasks, exchange.Findings} {
		if !strings.Contains(file, `"`+string(kind)+`"`) {
			t.Errorf("%s are missing in\n%s", kind, file)
		}
	}
}
