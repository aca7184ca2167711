package bot_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

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
