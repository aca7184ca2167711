package intake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestAnImportBringsPeopleAndItems(t *testing.T) {
	d := newDesk(t)
	if got := lastLine(d.bring("people.csv", peopleCSV)); got != "Imported people.csv: 5 people new." {
		t.Errorf("verdict: %s", got)
	}
	if got := lastLine(d.bring("actions.csv", actionsCSV)); got != "Imported actions.csv: 3 corrective actions new." {
		t.Errorf("verdict: %s", got)
	}
	priya, lena, tom := d.person("priya@example.com"), d.person("lena@example.com"), d.person("tom@example.com")
	if priya.Manager != lena.ID || priya.Deputy != tom.ID || !priya.Reachable || lena.Zone != "Europe/Berlin" || lena.Language != "de" {
		t.Errorf("people: %+v %+v", priya, lena)
	}
	it := d.item("CA-1")
	if it.Owner != priya.ID || it.Due.String() != "2026-03-17" || it.Severity != isms.Minor || it.Ref != "r1" || len(it.Requirements) != 1 {
		t.Errorf("CA-1: %+v", it.Item)
	}
	done := d.item("CA-3")
	if done.Verifier != tom.ID || done.VerifyDue.String() != "2026-06-16" {
		t.Errorf("what is done waits for nobody: %+v", done.Item)
	}
	j := d.journal()
	if len(j["item.imported"]) != 3 || len(j["person.imported"]) != 5 || len(j["account.bound"]) != 5 || len(j["file.imported"]) != 2 {
		t.Error(j)
	}
	if _, err := d.DB.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPeopleMayFollowTheFilesThatNameThem(t *testing.T) {
	d := newDesk(t)
	paths := []string{d.file("actions.csv", actionsCSV), d.file("people.csv", peopleCSV)}
	for _, dry := range []bool{true, false} {
		var out bytes.Buffer
		if err := d.ImportFiles(t.Context(), &out, paths, "", dry); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		want := "2 files imported."
		if dry {
			want = "2 files would be imported. Nothing was written (--dry-run)."
		}
		if got := lastLine(out.String()); got != want {
			t.Errorf("verdict: %s\n%s", got, out.String())
		}
		if there := d.person("priya@example.com") != nil; there == dry {
			t.Errorf("dry run %v, but Priya is there: %v", dry, there)
		}
	}
}

func TestAFaultyFileLeavesNothingAndTheOthersGoIn(t *testing.T) {
	d := newDesk(t)
	var out bytes.Buffer
	err := d.ImportFiles(t.Context(), &out, []string{d.file("people.csv", peopleCSV),
		d.file("actions.csv", "ref,title,owner,due\nr1,Good,priya@example.com,2026-03-17\nr2,Bad,nobody@example.com,17.03.2026\n"), "/nowhere/audits.csv"}, "auto", false)
	if !errors.Is(err, intake.ErrNotImported) {
		t.Errorf("error: %v", err)
	}
	for _, want := range []string{"actions.csv row 3, column owner", "actions.csv row 3, column due", "/nowhere/audits.csv cannot be read", "5 people new"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if got := lastLine(out.String()); got != "2 of 3 files not imported: audits.csv, actions.csv." {
		t.Errorf("verdict: %s", got)
	}
	if it := d.item("CA-1"); it != nil {
		t.Errorf("half a file was imported: %+v", it)
	}
}

func TestAnAccountOfSomebodyElseIsAFault(t *testing.T) {
	d := newDesk(t).staffed()
	for name, tc := range map[string]struct{ csv, want string }{
		"taken":   {"email,name,slack_id\nnew@example.com,New,U9\nother@example.com,Other,U1\n", "people.csv row 3, column slack_id: found \"U1\""},
		"another": {"email,name,slack_id\nnew@example.com,New,U9\ntom@example.com,Tom Baker,U77\n", "people.csv row 3, column slack_id: found \"U77\", expected \"U2\""},
	} {
		var out bytes.Buffer
		if err := d.ImportFiles(t.Context(), &out, []string{d.file("people.csv", tc.csv)}, "people", false); err == nil || !strings.Contains(out.String(), tc.want) {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
		if d.person("new@example.com") != nil {
			t.Errorf("%s: half a file was imported", name)
		}
	}
}

func TestAForeignFileIsFoundAgainByItsKey(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", peopleCSV)
	const csv = "ref_id;name;description;severity;status\n;Shared admin password;found in a script;high;identified\nF-2;No log review;;low;dismissed\n"
	first := d.bring("findings.csv", csv)
	if !strings.Contains(first, "2 findings new") || !strings.Contains(first, "corrective actions new") {
		t.Fatalf("first:\n%s", first)
	}
	if it := d.item("CA-1"); it.Finding.String() != "FND-1" || it.Owner != d.person("grace@example.com").ID || it.Due.String() != "2026-05-15" {
		t.Errorf("the action: %+v", it.Item)
	}
	if second := d.bring("findings.csv", csv); strings.Contains(lastLine(second), "new") || strings.Contains(lastLine(second), "changed") {
		t.Errorf("second:\n%s", second)
	}
}

func TestTheJournalOfAnImportNamesNobody(t *testing.T) {
	d := newDesk(t).staffed()
	all := fmt.Sprint(d.journal())
	for _, secret := range []string{"priya", "Priya", "Nair", "@example", "Payroll", "restore", "Visitor", "internal_audit", "people.csv", "U1", "Operations"} {
		if strings.Contains(all, secret) {
			t.Errorf("the journal holds %q", secret)
		}
	}
	d.view(func(tx *storage.Tx) error {
		history, err := tx.History(isms.ItemID{Kind: isms.Action, N: 1}, 10)
		if err != nil || len(history) != 1 {
			t.Fatalf("%d events, %v", len(history), err)
		}
		var e struct{ Set struct{ Title, Due string } }
		if err := json.Unmarshal([]byte(history[0].Data), &e); err != nil {
			return err
		}
		title, err := tx.TextOf(e.Set.Title)
		if title != "Payroll backup" || e.Set.Due != "2026-03-17" {
			t.Errorf("title %q, due %s", title, e.Set.Due)
		}
		return err
	})
}

func TestASeriesBeginsOnTheDateInTheFile(t *testing.T) {
	d := newDesk(t).staffed()
	d.bring("tasks.csv", "ref,title,owner,due,repeat\nt1,Access review,tom@example.com,2026-04-30,quarterly\n")
	if it := d.item("TSK-1"); it.Due.IsZero() || it.SeriesStart != it.Due || it.Repeat != "quarterly" {
		t.Errorf("TSK-1: %+v", it.Item)
	}
}

func TestWhatFollowsAnImport(t *testing.T) {
	later := strings.ReplaceAll(actionsCSV, "2026-03-17", "2026-05-04")
	more := actionsCSV + "r4,New one,,tom@example.com,2026-04-01,open,minor,,\n"
	for name, tc := range map[string]struct {
		file          string
		dry           bool
		told, changed int
		says          bool // what was found
	}{
		"nothing, where all is as before":            {file: actionsCSV},
		"one change, and what was found":             {file: later, told: 1, changed: 1, says: true},
		"a new item has no version before":           {file: more, told: 1, says: true},
		"a dry run says what it found, tells nobody": {file: more, dry: true, says: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t).staffed()
			d.found, d.told = []intake.Finding{{Text: "1 item is late.", Next: "Next: agree a date."}}, 0
			var out bytes.Buffer
			if err := d.ImportFiles(t.Context(), &out, []string{d.file("actions.csv", tc.file)}, "", tc.dry); err != nil {
				t.Fatal(err)
			}
			if d.told != tc.told || d.changed != tc.changed {
				t.Errorf("told %d, changed %d", d.told, d.changed)
			}
			if says := strings.Contains(out.String(), "\n\nWhat I found\n  - 1 item is late.\n    Next: agree a date.\n\n"); says != tc.says {
				t.Errorf("says what was found: %v\n%s", says, out.String())
			}
		})
	}
}

func TestAChangeThatCannotBeFollowedUpIsUndone(t *testing.T) {
	d := newDesk(t).staffed()
	lost := errors.New("lost")
	d.Changed = func(*storage.Tx, *storage.Record, *storage.Record, time.Time) error { return lost }
	err := d.ImportFiles(t.Context(), &bytes.Buffer{}, []string{d.file("actions.csv", strings.ReplaceAll(actionsCSV, "2026-03-17", "2026-05-04"))}, "", false)
	if !errors.Is(err, lost) || errors.Is(err, intake.ErrNotImported) {
		t.Errorf("error: %v", err)
	}
	if due := d.item("CA-1").Due.String(); due != "2026-03-17" {
		t.Errorf("CA-1 is due on %s", due)
	}
}

func TestAReferenceThatIsAnIdOfOursBecomesIt(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", peopleCSV)
	out := d.bring("actions.csv", "ref,title,owner,due\nNC-7,Locks,priya@example.com,2026-04-01\nCA-1,Backups,priya@example.com,2026-04-01\nca-20,Fences,priya@example.com,2026-04-01\nTSK-3,Doors,priya@example.com,2026-04-01\n")
	for id, ref := range map[string]string{"CA-1": "CA-1", "CA-20": "ca-20"} {
		if it := d.item(id); it == nil || it.Ref != ref {
			t.Errorf("%s is %+v\n%s", id, it, out)
		}
	}
	out = d.bring("actions-2.csv", "ref,title,owner,due\nCA-21,Roofs,priya@example.com,2026-04-01\n")
	if it := d.item("CA-21"); it == nil || it.Ref == "CA-21" || !strings.Contains(out, "row 2: CA-21 is another item here already, so this one is CA-23") {
		t.Errorf("a number that is taken is said: %+v\n%s", it, out)
	}
	if again := lastLine(d.bring("actions.csv", "ref,title,owner,due\nCA-1,Backups,priya@example.com,2026-04-01\n")); again != "Imported actions.csv: 1 corrective action as before." {
		t.Error(again)
	}
}

func TestThePeopleFileSaysWherePeopleWork(t *testing.T) {
	d := newDesk(t)
	for _, site := range []string{"Leeds", "Wien", ""} {
		d.bring("people.csv", "email,name,site\npriya@example.com,Priya Nair,"+site+"\n")
		d.view(func(tx *storage.Tx) error {
			p, err := tx.ProfileByEmail("priya@example.com")
			if err == nil && p.Site != site {
				t.Errorf("%q instead of %q", p.Site, site)
			}
			return err
		})
	}
	if out := d.bring("people.csv", "email,name\npriya@example.com,Priya Nair\n"); !strings.Contains(out, "1 person as before") {
		t.Error(out)
	}
}

func TestATeamsAccountIsTheSameInAnyCase(t *testing.T) {
	d := newDesk(t)
	const head = "email,name,teams_id\npriya@example.com,Priya Nair,"
	d.bring("people.csv", head+"0F8FAD5B-D9CB-469F-A165-70867728950E\n")
	d.view(func(tx *storage.Tx) error {
		id, err := tx.PersonOf(chat.Account{Platform: "teams", ID: "0f8fad5b-d9cb-469f-a165-70867728950e"})
		if err == nil && id == 0 {
			t.Error("the account is not known by its id in lower case")
		}
		return err
	})
	if out := d.bring("people.csv", head+"0f8fad5b-d9cb-469f-a165-70867728950e\n"); !strings.Contains(out, "1 person as before") {
		t.Errorf("the same id in another case is news:\n%s", out)
	}
}
