package bot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot"
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
	if d.count("item.imported") != 3 || d.count("person.imported") != 5 || d.count("account.bound") != 5 || d.count("file.imported") != 2 {
		t.Error(d.events())
	}
	d.intact()
}

func TestASecondImportChangesNothingThatWasAnsweredMeanwhile(t *testing.T) {
	d := newDesk(t).staffed()
	d.types("U1", "done CA-1 the restore worked")
	d.types("U2", "update CA-2 book ordered")
	d.types("U2", "delegate CA-2 <@U1>")
	before := []any{*d.item("CA-1"), *d.item("CA-2"), *d.item("CA-3")}
	if d.item("CA-1").Status != isms.Done || d.item("CA-2").Owner != d.person("priya@example.com").ID {
		t.Fatalf("the answers did not take: %+v", before)
	}
	events := d.count("item.imported") + d.count("person.imported")
	for name, content := range map[string]string{"actions.csv": actionsCSV, "people.csv": peopleCSV} {
		if got := lastLine(d.bring(name, content)); !strings.HasSuffix(got, "as before.") || strings.Contains(got, "changed") {
			t.Errorf("verdict: %s", got)
		}
	}
	if after := []any{*d.item("CA-1"), *d.item("CA-2"), *d.item("CA-3")}; fmt.Sprint(before...) != fmt.Sprint(after...) {
		t.Errorf("was %+v\nis  %+v", before, after)
	}
	if n := d.count("item.imported") + d.count("person.imported"); n != events {
		t.Errorf("%d events of import, were %d", n, events)
	}
}

func TestANewValueInTheFileWinsOverTheChat(t *testing.T) {
	d := newDesk(t).staffed()
	d.types("U1", "extend CA-1 2026-04-20 the engineer can only come then")
	d.types("U3", "approve 1") // whichever way a request is named, the file comes later
	d.types("U2", "update CA-2 book ordered")
	out := d.bring("actions.csv", strings.ReplaceAll(actionsCSV, "2026-03-17", "2026-05-04"))
	if got := lastLine(out); got != "Imported actions.csv: 1 corrective action changed, 2 as before." {
		t.Errorf("verdict: %s", got)
	}
	it := d.item("CA-1")
	if it.Due.String() != "2026-05-04" || it.FirstPromise().String() != "2026-03-17" || it.Moves == 0 || it.Title != "Payroll backup" {
		t.Errorf("CA-1: %+v", it.Item)
	}
	if it := d.item("CA-2"); it.LastWord != "book ordered" || it.Status != isms.InProgress {
		t.Errorf("CA-2 lost its answer: %+v", it.Item)
	}
	d.view(func(tx *storage.Tx) error {
		waiting, err := tx.PendingOn(it.ID)
		if len(waiting) > 0 {
			t.Error("a request for a date that the file has set still waits")
		}
		return err
	})
	_, data := d.events()
	if last := data[len(data)-2]; !strings.Contains(strings.Join(data, "\n"), `"set":{"due":"2026-05-04"},"was":{"due":"`) {
		t.Errorf("the journal does not hold both dates: %s", last)
	}
	d.intact()
}

func TestWhatTheChatChangedIsNamedWhenTheFileReplacesIt(t *testing.T) {
	d := newDesk(t).staffed()
	d.types("U4", "delegate CA-2 <@U1>")
	out := d.bring("actions.csv", strings.ReplaceAll(actionsCSV, "Visitor log,,tom@", "Visitor log,,lena@"))
	if !strings.Contains(out, "actions.csv row 3: column owner of CA-2 was changed since the last import") {
		t.Errorf("not said:\n%s", out)
	}
	if d.item("CA-2").Owner != d.person("lena@example.com").ID {
		t.Error("the file did not win")
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
	if !errors.Is(err, bot.ErrNotImported) {
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

func TestADryRunLeavesNoTrace(t *testing.T) {
	d := newDesk(t).staffed()
	kinds, _ := d.events()
	var out bytes.Buffer
	paths := []string{d.file("people.csv", strings.Replace(peopleCSV, "Daniel Cole,Board", "Daniel Cole,Office", 1)),
		d.file("actions.csv", actionsCSV+"r4,New one,,tom@example.com,2026-04-01,open,minor,,\n")}
	if err := d.ImportFiles(t.Context(), &out, paths, "auto", true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"people.csv would bring: 1 person changed, 4 as before.", "actions.csv would bring: 1 corrective action new, 3 as before."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if now, _ := d.events(); len(now) != len(kinds) || d.item("CA-4") != nil || d.person("daniel@example.com").Department != "Board" {
		t.Error("something was written")
	}
	// What the bot remembers of people must not be what was undone.
	if card := d.types("U5", "who").Card; card == nil || strings.Contains(card.Text(), "Office") {
		t.Errorf("the undone department is remembered: %v", card)
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
	_, data := d.events()
	all := strings.Join(data, "\n")
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
