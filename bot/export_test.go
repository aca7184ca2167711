package bot_test

import (
	"bytes"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// hostileCSV has cells that a spreadsheet, a CSV reader or a careless import
// would change.
const hostileCSV = "ref,title,description,owner,due,status,severity,source,requirements\r\n" +
	"'=1+1,\"'=HYPERLINK(\"\"http://x\"\")\",\"two\r\nlines, and a ; and \"\"quotes\"\"\",priya@example.com,2026-03-17,open,minor,'-source,iso27001@2022:A.5.1;gdpr:32\r\n" +
	"''quoted,'@SUM(A1),\"'+49 30 1234\",,,withdrawn,,,\r\n" +
	"0012,\u00dcbung f\u00fcr \u65e5\u672c,,tom@example.com,2026-12-31,closed,major,'=external,\r\n"

func registered(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t).staffed()
	d.bring("hostile.csv", hostileCSV)
	d.bring("audits.csv", "ref,title,kind,lead_auditor,auditees,due,scope,requirements,status\na1,Access,internal,tom@example.com,priya@example.com;lena@example.com,2026-06-09,\"all of\nit\",,confirmed\n")
	d.bring("tasks.csv", "ref,title,description,owner,deputy,due,repeat,evidence_needed,requirements,status\nt1,Backup test,,priya@example.com,tom@example.com,2026-03-31,FREQ=MONTHLY;BYMONTHDAY=-1,the log,,open\n")
	d.bring("findings.csv", "name,severity,status,ref_id,description\nNo log review,low,identified,,words\n")
	d.types("U1", "update CA-1 waiting for the supplier")
	d.types("U2", "done CA-2 a photo")
	return d
}

func export(t *testing.T, b *bot.Bot, ending string) ([]byte, storage.Head) {
	t.Helper()
	var out bytes.Buffer
	head, err := b.Export(t.Context(), &out, ending)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), head
}

func TestWhatIsExportedImportsAgainUnchanged(t *testing.T) {
	for _, ending := range []string{"csv", "xlsx", "json"} {
		t.Run(ending, func(t *testing.T) {
			d := registered(t)
			if it := d.item("CA-4"); it.Ref != "=1+1" || it.Title != `=HYPERLINK("http://x")` {
				t.Fatalf("the hostile row: %+v", it.Item)
			}
			file, _ := export(t, d.Bot, ending)
			text := d.bring("register."+ending, string(file))
			if last := lastLine(text); strings.Contains(last, "new") || strings.Contains(last, "changed") {
				t.Errorf("it changed something:\n%s", text)
			}
			if again, _ := export(t, d.Bot, "csv"); ending == "csv" && !bytes.Equal(file, again) {
				t.Errorf("a second export differs:\n%s\n%s", file, again)
			}
		})
	}
}

func TestARegisterMovesToAnEmptyDatabaseAndBack(t *testing.T) {
	d := registered(t)
	file, _ := export(t, d.Bot, "csv")
	if !strings.Contains(string(file), "id:FND-1") {
		t.Fatalf("an item without a reference is not named by its id:\n%s", file)
	}
	other := newDesk(t)
	other.bring("people.csv", peopleCSV)
	other.bring("register.csv", string(file))
	if it := other.item("FND-1"); it == nil || it.Title != "No log review" {
		t.Errorf("FND-1 is %+v", it)
	}
	if again, _ := export(t, other.Bot, "csv"); !bytes.Equal(file, again) {
		t.Errorf("was\n%s\nis\n%s", file, again)
	}
}

func TestAnOldExportDoesNotUndoWhatWasAnsweredSince(t *testing.T) {
	d := registered(t)
	file, _ := export(t, d.Bot, "csv")
	d.bring("register.csv", string(file))
	d.types("U1", "done CA-1 it worked")
	if last := lastLine(d.bring("register.csv", string(file))); strings.Contains(last, "changed") || d.item("CA-1").Status != isms.Done {
		t.Errorf("%s, and CA-1 is %s", last, d.item("CA-1").Status)
	}
}
