package exchange_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

// brief is an item in one line, for comparing.
func brief(it exchange.ItemRow) string {
	x := it.Item
	words := []string{fmt.Sprint(it.Row), string(x.ID.Kind), x.Ref, x.Title, string(x.Status), string(x.Severity), x.Source, x.Due.String(), it.Owner, it.Deputy}
	if x.Repeat != "" {
		words = append(words, x.Repeat, "since "+x.SeriesStart.String())
	}
	if !x.FoundOn.IsZero() {
		words = append(words, "found "+x.FoundOn.String())
	}
	if it.FindingRef != "" {
		words = append(words, "answers "+it.FindingRef)
	}
	return strings.Join(words, "|")
}

func briefs(b *exchange.Batch) []string {
	var out []string
	for _, it := range b.Items {
		out = append(out, brief(it))
	}
	return out
}

func readFile(t testing.TB, path string) *exchange.Batch {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, path, string(data), exchange.Auto)
}

func TestTaskTemplatesBecomeTasks(t *testing.T) {
	b := readFile(t, "testdata/task_templates.csv")
	if b.Format != exchange.CISOAssistant {
		t.Errorf("read as %s", b.Format)
	}
	want := []string{
		"2|task|BK-1|Restore a backup|open||ciso-assistant|2027-05-21|omar@example.com||monthly|since 2027-05-21",
		"3|task||Look at the logs|open||ciso-assistant|2026-11-23|ada@example.com|lena@example.com|FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU;UNTIL=20270630|since 2026-11-02",
		"4|task||Ask the bank|closed||ciso-assistant|2025-06-30|lena@example.com|",
		"5|task||Old habit|withdrawn||ciso-assistant|2027-05-21|lena@example.com||FREQ=YEARLY;BYMONTH=3,9;COUNT=4|since 2027-05-21",
		"6|task||Committee|open||ciso-assistant|2026-12-01|lena@example.com||FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU,-1TU|since 2026-12-01",
		"7|task||Old habit|open||ciso-assistant|2026-05-05|lena@example.com||FREQ=YEARLY;BYMONTH=5;BYDAY=2FR|since 2026-05-05",
		"8|task||Soon over|open||ciso-assistant|2026-12-24|lena@example.com||FREQ=DAILY;UNTIL=20261224|since 2026-12-24",
	}
	if diff := cmp.Diff(want, briefs(b)); diff != "" {
		t.Error(diff)
	}
	notices := []string{
		"task_templates.csv: columns not read: folder",
		"task_templates.csv rows 2, 5 and 8: task without a due date: without a severity, so due in 180 days, on 2027-05-21",
		"task_templates.csv row 3: only the first two of those assigned are taken, as owner and deputy",
		"task_templates.csv row 3: schedule with an end and a number of occurrences: the end counts",
		"task_templates.csv rows 4 and 5: task without an owner that we know: given to the ISMS manager",
		`task_templates.csv row 5: "eve@example.com" is nobody in the people file`,
		"task_templates.csv row 5: task that is not enabled: withdrawn",
		"task_templates.csv row 7: the title stands in an earlier row too and there is no reference; the order in the file tells them apart",
		"task_templates.csv row 8: the schedule ends before that, so due on its last day, 2026-12-24",
	}
	if diff := cmp.Diff(notices, b.Notices); diff != "" {
		t.Error(diff)
	}
	first := b.Items[0]
	if first.Key != "BK-1" || first.Item.EvidenceNeeded != "A screenshot" || first.Item.Description != "Take a random one\n\nhttps://wiki.example.com/restore" {
		t.Errorf("%+v", first)
	}
	if _, filled := first.Columns["due"]; filled {
		t.Error("a due date that a rule filled in counts as the file's own")
	}
	if b.Items[3].Key == b.Items[5].Key || !strings.HasPrefix(b.Items[3].Key, "sha256:") {
		t.Errorf("keys %s and %s", b.Items[3].Key, b.Items[5].Key)
	}
}

func TestAnItemThatIsThereAlreadyIsNotFilledWithNotices(t *testing.T) {
	k := known()
	k.Refs = func(kind isms.Kind, key string) bool { return kind == isms.Task && key == "BK-1" }
	b, err := exchange.Read("t.csv", []byte("ref_id;name;is_recurrent\nBK-1;Restore;No\n"), exchange.Auto, k)
	if err != nil || len(b.Notices) > 0 {
		t.Errorf("%v %q", err, b.Notices)
	}
}

func TestSecondReadingGivesTheSameKeysAndColumns(t *testing.T) {
	for _, path := range []string{"testdata/task_templates.csv", "testdata/poam.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		later := known()
		later.Today = later.Today.Add(30)
		a, b := readFile(t, path), new(exchange.Batch)
		if b, err = exchange.Read(path, data, exchange.Auto, later); err != nil {
			t.Fatal(err)
		}
		for i := range a.Items {
			if a.Items[i].Key != b.Items[i].Key {
				t.Errorf("%s item %d has the key %s, then %s", path, i, a.Items[i].Key, b.Items[i].Key)
			}
			if diff := cmp.Diff(a.Items[i].Columns, b.Items[i].Columns); diff != "" {
				t.Errorf("%s item %d: %s", path, i, diff)
			}
		}
	}
}

func TestFindingsBecomeFindingsWithActions(t *testing.T) {
	file := workbook(t, "Sheet1", "yyyy",
		[]any{"ref_id", "name", "description", "severity", "status", "filtering_labels", "asset"},
		[]any{"tls.1", "weak ciphers ", "Old ones", "low", "dismissed", "internal|test", "web"},
		[]any{"iam.5", "bypass", nil, "critical", "in_progress", nil, "idp"},
		[]any{nil, "escape", "Out of the box", "high", "mitigated"},
		[]any{nil, "unrated", nil, "--", "identified"})
	b := read(t, "findings.xlsx", string(file), exchange.Auto)
	want := []string{
		"2|finding|tls.1|weak ciphers|closed|minor|ciso-assistant|||",
		"2|action|tls.1|weak ciphers|closed|minor|ciso-assistant|2027-02-20|lena@example.com||answers tls.1",
		"3|finding|iam.5|bypass|in_progress|major|ciso-assistant|||",
		"3|action|iam.5|bypass|in_progress|major|ciso-assistant|2027-01-21|lena@example.com||answers iam.5",
		"4|finding||escape|closed|major|ciso-assistant|||",
		"4|action||escape|closed|major|ciso-assistant|2027-01-21|lena@example.com||answers " + b.Items[4].Key,
		"5|finding||unrated|open||ciso-assistant|||",
		"5|action||unrated|open||ciso-assistant|2027-05-21|lena@example.com||answers " + b.Items[6].Key,
	}
	if diff := cmp.Diff(want, briefs(b)); diff != "" {
		t.Error(diff)
	}
	notices := []string{
		"findings.xlsx: columns not read: filtering_labels, asset",
		"findings.xlsx rows 2, 3, 4 and 5: action without an owner that we know: given to the ISMS manager",
		"findings.xlsx row 2: action without a due date: minor, so due in 90 days, on 2027-02-20",
		"findings.xlsx rows 3 and 4: action without a due date: major, so due in 60 days, on 2027-01-21",
		"findings.xlsx row 5: action without a due date: without a severity, so due in 180 days, on 2027-05-21",
	}
	if diff := cmp.Diff(notices, b.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestIncidentsBecomeFindingsWithTheSourceIncident(t *testing.T) {
	file := workbook(t, "Sheet1", "yyyy",
		[]any{"ref_id", "name", "domain", "description", "status", "severity", "detection"},
		[]any{"IN.01", "Phish", "DEMO", "Somebody clicked", "ongoing", "critical", "internal"})
	b := read(t, "incidents.xlsx", string(file), exchange.CISOAssistant)
	if diff := cmp.Diff([]string{"2|finding|IN.01|Phish|in_progress|major|incident|2027-01-21|lena@example.com|"}, briefs(b)); diff != "" {
		t.Error(diff)
	}
}

func TestUsersBecomePeople(t *testing.T) {
	file := workbook(t, "Sheet1", "yyyy",
		[]any{"first_name", "last_name", "email"}, []any{"jane", "doe", "Jane.Doe@example.com"}, []any{nil, nil, "x@example.com"})
	b := read(t, "users.xlsx", string(file), exchange.Auto)
	want := []exchange.PersonRow{
		{Row: 2, Person: isms.Person{Email: "jane.doe@example.com", Name: "jane doe"}, Columns: map[string]string{"email": "jane.doe@example.com", "name": "jane doe"}},
		{Row: 3, Person: isms.Person{Email: "x@example.com", Name: "x"}, Columns: map[string]string{"email": "x@example.com"}},
	}
	if diff := cmp.Diff(want, b.People, cmp.AllowUnexported(isms.Date{})); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanOfActionBecomesFindingsWithActions(t *testing.T) {
	b := readFile(t, "testdata/poam.json")
	if b.Format != exchange.OSCAL {
		t.Errorf("read as %s", b.Format)
	}
	want := []string{
		"1|finding|item-1|Take rights away|open|major|oscal||||found 2026-03-02",
		"1|action|item-1|Take rights away|open|major|oscal|2027-01-01|lena@example.com||answers item-1",
		"2|finding|item-2|Switch the log on|closed||oscal|||",
		"2|action|item-2|Switch the log on|closed||oscal|2026-02-02|lena@example.com||answers item-2",
		"3|finding||Nothing known|open||oscal|||",
		"3|action||Nothing known|open||oscal|2027-05-21|lena@example.com||answers " + b.Items[4].Key,
	}
	if diff := cmp.Diff(want, briefs(b)); diff != "" {
		t.Error(diff)
	}
	const text = "Least privilege.\n\nDeadline: 2027-01-01\n\nMilestone: Rights taken away (2026-12-01 to 2026-12-24)\n\nAll of them."
	if got := b.Items[1].Item.Description; got != text {
		t.Errorf("the action says %q", got)
	}
	if got := b.Items[0].Item.Description; got != "Least privilege.\n\nToo many rights\n\nWhoever has them can use them." {
		t.Errorf("the finding says %q", got)
	}
	notices := []string{
		"poam.json entries 1, 2 and 3: action without an owner that we know: given to the ISMS manager",
		"poam.json entry 2: action without a deadline: due when its last milestone ends, on 2026-02-02",
		`poam.json entry 3: the risk "gone" is not in the file; its deadline and milestones, if any, are missing`,
		`poam.json entry 3: the observation "gone too" is not in the file`,
		"poam.json entry 3: action without a due date: without a severity, so due in 180 days, on 2027-05-21",
	}
	if diff := cmp.Diff(notices, b.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsOfForeignFiles(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a date that is none", "name;is_recurrent;task_date\nx;No;30.06.2025\n", `f.csv row 2, column task_date: found "30.06.2025", expected a date like 2026-12-31 (German date: write 2025-06-30)`},
		{"a day of the week that is none", "name;schedule_frequency;schedule_days_of_week\nx;WEEKLY;1,9\n", `f.csv row 2, column schedule_days_of_week: found "9", expected whole numbers from 0 to 7`},
		{"a frequency that is none", "name;schedule_frequency\nx;HOURLY\n", `f.csv row 2, column schedule_frequency: found "HOURLY", expected one of daily, weekly, monthly, yearly`},
		{"a task without a name", "ref_id;name;is_recurrent\nT1;;No\n", `f.csv row 2, column name: found nothing, expected a name`},
		{"a reference twice", "ref_id;name;is_recurrent\nT1;x;No\nT1;y;No\n", `f.csv row 3, column ref_id: found "T1", expected each ref_id once (row 2 has it too)`},
		{"a user without an address", "first_name;last_name;email\na;b;\n", `f.csv row 2, column email: found nothing, expected an e-mail like ada@example.com`},
		{"a deadline that is none", `{"plan-of-action-and-milestones":{"risks":[{"uuid":"r","deadline":"soon"}],"poam-items":[{"uuid":"i","title":"t","related-risks":[{"risk-uuid":"r"}]}]}}`, `f.csv entry 1, column deadline: found "soon", expected a date like 2026-12-31T17:00:00Z`},
		{"an item without a title", `{"plan-of-action-and-milestones":{"poam-items":[{"uuid":"i"}]}}`, `f.csv entry 1, column title: found nothing, expected a title`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := faults(t, "f.csv", c.file, exchange.Auto); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("got  %q\nwant %s", got, c.want)
			}
		})
	}
}

func TestTheEarliestDeadlineOfSeveralRisksCounts(t *testing.T) {
	const plan = `{"plan-of-action-and-milestones":{"risks":[
		{"uuid":"a","status":"closed","deadline":"2027-03-01T00:00:00Z","characterizations":[{"facets":[{"name":"severity","value":"low"},{"name":"impact","value":"high"}]}]},
		{"uuid":"b","status":"remediating","deadline":"2027-02-01T23:59:59.5-08:00"},
		{"uuid":"c","status":"open","deadline":"2027-04-01Z"}],
		"poam-items":[{"uuid":"i","title":"t","related-risks":[{"risk-uuid":"a"},{"risk-uuid":"b"},{"risk-uuid":"c"}]}]}}`
	b := read(t, "p.json", plan, exchange.OSCAL)
	if got, want := brief(b.Items[1]), "1|action|i|t|in_progress|minor|oscal|2027-02-01|lena@example.com||answers i"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := b.Items[1].Item.Description, "Deadline: 2027-03-01\n\nDeadline: 2027-02-01\n\nDeadline: 2027-04-01"; got != want {
		t.Errorf("the action says %q", got)
	}
}
