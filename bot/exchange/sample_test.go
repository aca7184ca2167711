package exchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/exchange"
)

// samples are the files that CISO Assistant and NIST publish. They stand beside
// the project, not in it.
const samples = "../../../shared/data"

func sample(t *testing.T, path string) *exchange.Batch {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, path))
	if os.IsNotExist(err) {
		t.Skip("the published samples are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return read(t, path, string(data), exchange.Auto)
}

// outline leaves out the titles: they are not ours.
func outline(b *exchange.Batch) []string {
	var out []string
	for _, it := range b.Items {
		it.Item.Title = ""
		if it.Item.Ref == "" && it.FindingRef != "" {
			it.FindingRef = "its finding"
		}
		out = append(out, brief(it))
	}
	return out
}

func TestThePublishedTaskTemplates(t *testing.T) {
	b := sample(t, "ciso-assistant/task_templates.csv")
	want := []string{
		"2|task|||open||ciso-assistant|2027-05-21|lena@example.com||monthly|since 2027-05-21",
		"3|task|||open||ciso-assistant|2025-06-30|lena@example.com|",
		"4|task|||open||ciso-assistant|2026-12-31|lena@example.com||FREQ=WEEKLY;UNTIL=20261231|since 2026-12-31",
		"5|task|||open||ciso-assistant|2027-05-21|lena@example.com||yearly|since 2027-05-21",
		"6|task|||open||ciso-assistant|2027-05-21|lena@example.com||FREQ=MONTHLY;INTERVAL=3|since 2027-05-21",
		"7|task|||open||ciso-assistant|2027-05-21|lena@example.com||yearly|since 2027-05-21",
		"8|task|||open||ciso-assistant|2027-05-21|lena@example.com||yearly|since 2027-05-21",
		"9|task|||open||ciso-assistant|2027-05-21|lena@example.com||FREQ=MONTHLY;INTERVAL=6|since 2027-05-21",
		"10|task|||open||ciso-assistant|2026-03-10|lena@example.com||FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20260531|since 2026-03-10",
		"11|task|||open||ciso-assistant|2026-04-01|lena@example.com||FREQ=MONTHLY;BYDAY=2TU,2WE,2MO,1TU,1WE,1MO|since 2026-03-13",
	}
	if diff := cmp.Diff(want, outline(b)); diff != "" {
		t.Error(diff)
	}
	notices := []string{
		"task_templates.csv: columns not read: folder, schedule_overdue_behavior, assets, applied_controls, compliance_assessments, risk_assessments, findings_assessment",
		"task_templates.csv rows 2, 3, 4, 5, 6, 7, 8, 9, 10 and 11: task without an owner that we know: given to the ISMS manager",
		"task_templates.csv rows 2, 4, 5, 6, 7, 8 and 9: task without a due date: without a severity, so due in 180 days, on 2027-05-21",
		"task_templates.csv row 4: the schedule ends before that, so due on its last day, 2026-12-31",
		`task_templates.csv row 10: "bob@i.com" is nobody in the people file`,
	}
	if diff := cmp.Diff(notices, b.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestThePublishedFindings(t *testing.T) {
	b := sample(t, "ciso-assistant/findings.xlsx")
	want := []string{
		"2|finding|tls.001||closed|minor|ciso-assistant|||",
		"2|action|tls.001||closed|minor|ciso-assistant|2027-02-20|lena@example.com||answers tls.001",
		"3|finding|iam.005||in_progress|major|ciso-assistant|||",
		"3|action|iam.005||in_progress|major|ciso-assistant|2027-01-21|lena@example.com||answers iam.005",
		"4|finding|F.07||closed|major|ciso-assistant|||",
		"4|action|F.07||closed|major|ciso-assistant|2027-01-21|lena@example.com||answers F.07",
	}
	if diff := cmp.Diff(want, outline(b)); diff != "" {
		t.Error(diff)
	}
}

func TestThePublishedIncidents(t *testing.T) {
	b := sample(t, "ciso-assistant/incidents.xlsx")
	if diff := cmp.Diff([]string{"2|finding|IN.01||in_progress|major|incident|2027-01-21|lena@example.com|"}, outline(b)); diff != "" {
		t.Error(diff)
	}
}

func TestThePublishedUsers(t *testing.T) {
	b := sample(t, "ciso-assistant/users.xlsx")
	if len(b.People) != 2 || b.People[0].Person.Email != "john.doe@company.com" || b.People[1].Person.Name != "jane doe" {
		t.Errorf("%+v", b.People)
	}
}

func TestThePublishedPlanOfAction(t *testing.T) {
	b := sample(t, "oscal/ifa_plan-of-action-and-milestones.json")
	want := []string{
		"1|finding|e174dfb9-0ae3-4a8f-8e7c-081527b84337||open||oscal||||found 2023-05-19",
		"1|action|e174dfb9-0ae3-4a8f-8e7c-081527b84337||open||oscal|2027-05-21|lena@example.com||answers e174dfb9-0ae3-4a8f-8e7c-081527b84337",
		"2|finding|48c8368d-43ff-4736-9b28-64b1b1284c03||open|major|oscal||||found 2023-06-02",
		"2|action|48c8368d-43ff-4736-9b28-64b1b1284c03||open|major|oscal|2023-06-23|lena@example.com||answers 48c8368d-43ff-4736-9b28-64b1b1284c03",
	}
	if diff := cmp.Diff(want, outline(b)); diff != "" {
		t.Error(diff)
	}
}
