package bottest

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// PeopleCSV is an organisation of five, on Slack as U1 to U5.
const PeopleCSV = `email,name,department,manager,deputy,roles,timezone,language,slack_id
priya@example.com,Priya Nair,IT,lena@example.com,tom@example.com,staff,,,U1
tom@example.com,Tom Baker,IT,lena@example.com,,auditor,,,U2
lena@example.com,Lena Vogt,Operations,daniel@example.com,,manager,Europe/Berlin,de,U3
grace@example.com,Grace Adeyemi,Security,daniel@example.com,,isms_manager,,,U4
daniel@example.com,Daniel Cole,Board,,,top_management,,,U5
`

// ActionsCSV are three corrective actions of theirs: one open and due on 17
// March 2026, one in progress, one done.
const ActionsCSV = `ref,title,description,owner,due,status,severity,source,requirements
r1,Payroll backup,A restore had never been tried,priya@example.com,2026-03-17,open,minor,internal_audit,iso27001@2022:A.8.13
r2,Visitor log,,tom@example.com,2026-03-26,in_progress,major,external_audit,
r3,Old laptops,,priya@example.com,2026-02-10,done,observation,internal_audit,
`

// Importer is the bot or its intake.
type Importer interface {
	ImportFiles(ctx context.Context, out io.Writer, paths []string, format string, dryRun bool) error
}

// File writes a file to be imported.
func File(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Bring imports one file and returns what was printed.
func Bring(t testing.TB, into Importer, name, content string) string {
	t.Helper()
	var out bytes.Buffer
	if err := into.ImportFiles(t.Context(), &out, []string{File(t, name, content)}, "auto", false); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// Staff imports PeopleCSV and ActionsCSV.
func Staff(t testing.TB, into Importer) {
	t.Helper()
	Bring(t, into, "people.csv", PeopleCSV)
	Bring(t, into, "actions.csv", ActionsCSV)
}
