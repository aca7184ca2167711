package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestResultsOfAPhishingTestAreImportedFromTheCommandLine(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("config.yaml", "organisation: {name: Ex, timezone: Europe/London}\nprivacy: {person_metrics: false}\n")
	write("people.csv", "email,name\nada@example.org,Ada Byron\n")
	const secret = "hunter2"
	write("March - Events.csv", "campaign_id,email,time,message,details\n1,ada@example.org,2026-03-02T08:00:00Z,Email Sent,\n"+
		`1,ada@example.org,2026-03-02T08:01:00Z,Submitted Data,"{""payload"":{""password"":[""`+secret+`""]}}"`+"\n")
	write("export.csv", "User Email,Reported At,Clicked At\nada@example.org,2026-03-03,\n")
	write("odd.csv", "User Email,Reported At,Clicked At,Reports by phone\nada@example.org,2026-03-03,,\n")
	for _, step := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"import", "people.csv"}, 0, "1 person new"},
		{[]string{"import", "--dry-run", "March - Events.csv"}, 0, "read as gophish-events"},
		{[]string{"import", "March - Events.csv"}, 0, "Imported March - Events.csv: 1 phishing campaign new."},
		{[]string{"import", "--format", "knowbe4", "export.csv"}, 1, `no name of the campaign in the file's name, expected --campaign "NAME"`},
		{[]string{"import", "--campaign", "Parcel", "--sent", "soon", "export.csv"}, 1, ""},
		{[]string{"import", "--campaign", "Parcel", "people.csv", "export.csv"}, 1, ""},
		{[]string{"import", "--format", "knowbe4", "--campaign", "Parcel", "--sent", "2026-03-02", "export.csv"}, 0, `"Parcel", sent on 2026-03-02 to 1 person: 1 reported it`},
		{[]string{"import", "--campaign", "Parcel", "--sent", "2026-03-02", "--dry-run", "export.csv"}, 0, `read "user email" as e-mail, "reported at" as reported, "clicked at" as clicked`},
		{[]string{"import", "--campaign", "Parcel", "--sent", "2026-03-02", "export.csv"}, 0, "Imported export.csv: 1 phishing campaign as before."},
		{[]string{"import", "--campaign", "Parcel", "--sent", "2026-03-02", "odd.csv"}, 1, "import it with --format knowbe4"},
		{[]string{"verify"}, 0, "intact"},
	} {
		got := ismsbot(t, nil, step.args...)
		if got.Code != step.code || !strings.Contains(got.Stdout, step.want) || strings.Contains(got.Stdout+got.Stderr, secret) {
			t.Errorf("%v: %+v", step.args, got)
		}
	}
	files, err := filepath.Glob("ismsbot.db*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if data, err := os.ReadFile(name); err != nil || strings.Contains(string(data), secret) {
			t.Errorf("%s holds what was typed, %v", name, err)
		}
	}
}
