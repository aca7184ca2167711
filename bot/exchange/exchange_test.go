package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

func day(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// known is a database with three people.
func known() exchange.Known {
	return exchange.Known{
		People:      map[string]string{"ada@example.com": "Ada Byron", "lena@example.com": "Lena Fischer", "omar@example.com": "Omar Haddad"},
		Today:       day("2026-11-22"),
		ISMSManager: "lena@example.com",
	}
}

func read(t testing.TB, name, content string, format exchange.Format) *exchange.Batch {
	t.Helper()
	b, err := exchange.Read(name, []byte(content), format, known())
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return b
}

// faults reads a file that is wrong and gives the sentences.
func faults(t testing.TB, name, content string, format exchange.Format) []string {
	t.Helper()
	b, err := exchange.Read(name, []byte(content), format, known())
	if err == nil {
		t.Fatalf("the file was read, with %d people and %d items", len(b.People), len(b.Items))
	}
	var all *exchange.Faults
	if !errors.As(err, &all) {
		t.Fatalf("the file could not be read: %v", err)
	}
	return strings.Split(err.Error(), "\n")
}

func TestPeopleComeFromExcelsCSV(t *testing.T) {
	const file = "\xef\xbb\xbfName;E-Mail;Manager;Roles;Timezone;Language;Department\r\n" +
		"Jürgen Öz;Juergen@Example.com;mia@example.com;auditor; Europe/Berlin ;de_CH;\"IT;\r\nOperations\"\r\n" +
		";;;;;;\r\n" +
		"Mia Koch;mia@example.com;;top_management;manager;;;\r\n\r\n"
	content := strings.Replace(strings.Replace(file, "E-Mail", "EMAIL", 1), "top_management;manager;", "\"Top_Management;manager\";", 1)
	b := read(t, "/some/where/team.csv", content, exchange.Auto)
	if b.Format != exchange.People || b.File != "team.csv" {
		t.Errorf("read as %s of %s", b.Format, b.File)
	}
	want := []exchange.PersonRow{{
		Row: 2, Manager: "mia@example.com",
		Person: isms.Person{Email: "juergen@example.com", Name: "Jürgen Öz", Department: "IT; Operations",
			Roles: []isms.Role{isms.Auditor}, Zone: "Europe/Berlin", Language: "de-CH"},
		Columns: map[string]string{"email": "juergen@example.com", "name": "Jürgen Öz", "manager": "mia@example.com",
			"roles": "auditor", "timezone": "Europe/Berlin", "language": "de-CH", "department": "IT; Operations"},
	}, {
		Row:    4,
		Person: isms.Person{Email: "mia@example.com", Name: "Mia Koch", Roles: []isms.Role{isms.TopManagement, isms.Manager}},
		Columns: map[string]string{"email": "mia@example.com", "name": "Mia Koch", "manager": "",
			"roles": "top_management;manager", "timezone": "", "language": "", "department": ""},
	}}
	if diff := cmp.Diff(want, b.People, cmp.AllowUnexported(isms.Date{})); diff != "" {
		t.Error(diff)
	}
}

func TestActionsAreReadWithTheirDefaults(t *testing.T) {
	b := read(t, "x.csv", "ref,title,owner,due,severity,source,requirements\n"+
		"A-1,'=Close the gap,ADA@example.com,2026-12-31,Major,internal_audit,iso27001@2022:A.5.18; gdpr:32;gdpr:32\n"+
		"\n"+
		"A-2,\"Two\nlines\",,,,,\n", exchange.Actions)
	want := []exchange.ItemRow{{
		Row: 2, Owner: "ada@example.com", Key: "A-1",
		Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Ref: "A-1", Title: "=Close the gap", Due: day("2026-12-31"), FirstDue: day("2026-12-31"),
			Status: isms.Open, Severity: isms.Major, Source: "internal_audit", Requirements: []string{"iso27001@2022:A.5.18", "gdpr:32"}},
		Columns: map[string]string{"ref": "A-1", "title": "=Close the gap", "owner": "ada@example.com", "due": "2026-12-31",
			"severity": "major", "source": "internal_audit", "requirements": "iso27001@2022:A.5.18;gdpr:32"},
	}, {
		Row: 4, Key: "A-2",
		Item:    isms.Item{ID: isms.ItemID{Kind: isms.Action}, Ref: "A-2", Title: "Two lines", Status: isms.Open},
		Columns: map[string]string{"ref": "A-2", "title": "Two lines", "owner": "", "due": "", "severity": "", "source": "", "requirements": ""},
	}}
	if diff := cmp.Diff(want, b.Items, cmp.AllowUnexported(isms.Date{})); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFaultSaysWhereItIsAndWhatIsExpected(t *testing.T) {
	const actions, people, tasks = exchange.Actions, exchange.People, exchange.Tasks
	for _, c := range []struct {
		name   string
		format exchange.Format
		file   string
		want   []string
	}{
		{"a German date", actions, "ref,title,due\nA,B,31.12.2026\n", []string{`f.csv row 2, column due: found "31.12.2026", expected a date like 2026-12-31 (German date: write 2026-12-31)`}},
		{"a German date with a short year", actions, "ref,title,due\nA,B,1.2.26\n", []string{`f.csv row 2, column due: found "1.2.26", expected a date like 2026-12-31 (German date: write YYYY-MM-DD with all four digits of the year)`}},
		{"a US date", actions, "ref,title,due\nA,B,12/31/2026\n", []string{`f.csv row 2, column due: found "12/31/2026", expected a date like 2026-12-31 (US date: write 2026-12-31)`}},
		{"a British date", actions, "ref,title,due\nA,B,31/12/2026\n", []string{`f.csv row 2, column due: found "31/12/2026", expected a date like 2026-12-31 (day first: write 2026-12-31)`}},
		{"a date that could be either", actions, "ref,title,due\nA,B,03/04/2026\n", []string{`f.csv row 2, column due: found "03/04/2026", expected a date like 2026-12-31 (day and month could be either way round: write YYYY-MM-DD)`}},
		{"a day that does not exist", actions, "ref,title,due\nA,B,2026-02-30\n", []string{`f.csv row 2, column due: found "2026-02-30", expected a date like 2026-12-31 (there is no such day)`}},
		{"Excel's serial number", actions, "ref,title,due\nA,B,46387\n", []string{`f.csv row 2, column due: found "46387", expected a date like 2026-12-31 (Excel's number for 2026-12-31: write that, or format the column as a date)`}},
		{"a time of day", actions, "ref,title,due\nA,B,2026-12-31 17:00\n", []string{`f.csv row 2, column due: found "2026-12-31 17:00", expected a date like 2026-12-31 (without a time: write 2026-12-31)`}},
		{"words", actions, "ref,title,due\nA,B,soon\n", []string{`f.csv row 2, column due: found "soon", expected a date like 2026-12-31`}},
		{"a status with a slip", actions, "ref,title,status\nA,B,In Progress\n", []string{`f.csv row 2, column status: found "In Progress", expected one of open, in_progress, done, closed, withdrawn (nearest: in_progress)`}},
		{"a severity of another world", actions, "ref,title,severity\nA,B,critical\n", []string{`f.csv row 2, column severity: found "critical", expected one of major, minor, observation, opportunity`}},
		{"an unknown owner", actions, "ref,title,owner\nA,B,bob@example.com\n", []string{`f.csv row 2, column owner: found "bob@example.com", expected the e-mail of somebody in the people file`}},
		{"an owner by name", actions, "ref,title,owner\nA,B,Ada Byron\n", []string{`f.csv row 2, column owner: found "Ada Byron", expected an e-mail like ada@example.com (it has a space)`}},
		{"a letter that only looks like one", actions, "ref,title,owner\nA,B,аda@example.com\n", []string{`f.csv row 2, column owner: found "аda@example.com", expected an e-mail like ada@example.com (it has a character outside the English alphabet, which may only look like a letter)`}},
		{"two owners", actions, "ref,title,owner\nA,B,\"ada@example.com,lena@example.com\"\n", []string{`f.csv row 2, column owner: found "ada@example.com,lena@example.com", expected an e-mail like ada@example.com (one person; lists are separated by ;)`}},
		{"no title and no reference", actions, "ref,title,owner\n, ,ada@example.com\n", []string{`f.csv row 2, column ref: found nothing, expected a reference of the organisation's own`, `f.csv row 2, column title: found nothing, expected a title`}},
		{"a reference twice", actions, "ref,title\nA,B\nC,D\nA,E\n", []string{`f.csv row 4, column ref: found "A", expected each ref once (row 2 has it too)`}},
		{"an invisible character in a reference", actions, "ref,title\nA\u00ad1,B\n", []string{`f.csv row 2, column ref: found "A\u00ad1", expected a reference of the organisation's own (it has an invisible character)`}},
		{"an id of another kind", actions, "ref,title\nid:TSK-4,B\n", []string{`f.csv row 2, column ref: found "id:TSK-4", expected a reference of the organisation's own (what begins with id: is the bot's own id, like id:CA-12)`}},
		{"an unknown column", actions, "ref,title,ownr\nA,B,\n", []string{`f.csv row 1: found the column "ownr", expected one of ref, title, description, owner, due, status, severity, source, requirements (nearest: owner)`}},
		{"a missing column", actions, "title,owner\nA,\n", []string{`f.csv row 1: found no column "ref", expected the columns ref, title`}},
		{"a column twice", actions, "ref,title,Ref\nA,B,C\n", []string{`f.csv row 1: found "ref" twice, expected each column once (columns A and C)`}},
		{"a short row", actions, "ref,title,due\nA,B\n", []string{`f.csv row 2: found 2 cells, expected 3, as in the header`}},
		{"a long row", actions, "ref,title\nA,B, then C\n", []string{`f.csv row 2, column C: found " then C", expected nothing, as this column has no name (a text that holds the separator must stand in quotes)`}},
		{"a quotation mark by itself", actions, "ref,title\nA,due\nB,\"C\nD,E\n", []string{`f.csv row 3: found a quotation mark that opens or closes nothing, expected cells with a quotation mark or a line break in quotes, each mark inside them doubled (the rows after it were not read)`}},
		{"a title without end", actions, "ref,title\nA," + strings.Repeat("x", 301) + "\n", []string{`f.csv row 2, column title: found 301 characters, expected at most 300`}},
		{"a row after a quoted line break and an empty line", actions, "ref,title,due\nA,\"B\nB\",\n\nC,D,x\n", []string{`f.csv row 4, column due: found "x", expected a date like 2026-12-31`}},
		{"a rule that is none", tasks, "ref,title,due,repeat\nA,B,2026-12-31,fortnightly\n", []string{`f.csv row 2, column repeat: found "fortnightly", expected daily, weekly, monthly, quarterly, yearly or an RRULE like FREQ=MONTHLY;INTERVAL=6`}},
		{"a person without name and address", people, "email,name\n,x\nbob@example.com,\n", []string{`f.csv row 2, column email: found nothing, expected an e-mail like ada@example.com`, `f.csv row 3, column name: found nothing, expected a name`}},
		{"one address for two", people, "email,name\nbob@example.com,Bob\nBOB@example.com,Bobby\n", []string{`f.csv row 3, column email: found "bob@example.com", expected each email once (row 2 has it too)`}},
		{"a Teams account that is no object id", people, "email,name,teams_id\nbob@example.com,Bob,bob@example.com\nbo@example.com,Bo,{0f8fad5b-d9cb-469f-a165-70867728950e}\n" +
			"al@example.com,Al,0f8fad5bd9cb469fa16570867728950e\nxi@example.com,Xi,0f8fad5b-d9cb-469f-a165-70867728950g\n", []string{
			`f.csv row 2, column teams_id: found "bob@example.com", expected the person's object id in Microsoft Entra, like 0f8fad5b-d9cb-469f-a165-70867728950e`,
			`f.csv row 3, column teams_id: found "{0f8fad5b-d9cb-469f-a165-70867728950e}", expected the person's object id in Microsoft Entra, like 0f8fad5b-d9cb-469f-a165-70867728950e`,
			`f.csv row 4, column teams_id: found "0f8fad5bd9cb469fa16570867728950e", expected the person's object id in Microsoft Entra, like 0f8fad5b-d9cb-469f-a165-70867728950e`,
			`f.csv row 5, column teams_id: found "0f8fad5b-d9cb-469f-a165-70867728950g", expected the person's object id in Microsoft Entra, like 0f8fad5b-d9cb-469f-a165-70867728950e`}},
		{"one Teams account for two, in another case", people, "email,name,teams_id\nbob@example.com,Bob,0f8fad5b-d9cb-469f-a165-70867728950e\nbo@example.com,Bo,0F8FAD5B-D9CB-469F-A165-70867728950E\n", []string{
			`f.csv row 3, column teams_id: found "0f8fad5b-d9cb-469f-a165-70867728950e", expected each teams_id once (row 2 has it too)`}},
		{"one account for two", people, "email,name,slack_id\nbob@example.com,Bob,U1\nbo@example.com,Bo,U1\n", []string{`f.csv row 3, column slack_id: found "U1", expected each slack_id once (row 2 has it too)`}},
		{"an unknown role", people, "email,name,roles\nbob@example.com,Bob,staff;audtor\n", []string{`f.csv row 2, column roles: found "audtor", expected one of staff, auditor, manager, top_management, comms, isms_manager, dpo, facilitator, external_auditor (nearest: auditor)`}},
		{"roles with commas", people, "email,name,roles\nbob@example.com,Bob,\"staff,auditor\"\n", []string{`f.csv row 2, column roles: found "staff,auditor", expected one of staff, auditor, manager, top_management, comms, isms_manager, dpo, facilitator, external_auditor (lists are separated by ;)`}},
		{"no such place", people, "email,name,timezone\nbob@example.com,Bob,Europe/Bern\n", []string{`f.csv row 2, column timezone: found "Europe/Bern", expected a time zone like Europe/Berlin`}},
		{"no such language", people, "email,name,language\nbob@example.com,Bob,Klingonish language\n", []string{`f.csv row 2, column language: found "Klingonish language", expected a language like en or de-CH`}},
		{"one's own manager", people, "email,name,manager\nbob@example.com,Bob,bob@example.com\n", []string{`f.csv row 2, column manager: found "bob@example.com", expected somebody else`}},
		{"a manager who is nobody", people, "email,name,manager\nbob@example.com,Bob,eve@example.com\n", []string{`f.csv row 2, column manager: found "eve@example.com", expected the e-mail of somebody in the people file`}},
		{"a ring of managers", people, "email,name,manager\na@x.org,A,b@x.org\nb@x.org,B,c@x.org\nc@x.org,C,b@x.org\n", []string{`f.csv row 3, column manager: found b@x.org → c@x.org → b@x.org, expected managers who do not answer to each other in a ring`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, faults(t, "f.csv", c.file, c.format)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAHundredFaultsAreNamedAndTheRestCounted(t *testing.T) {
	file := "ref,title,due\n"
	for i := range 130 {
		file += fmt.Sprintf("A-%d,x,soon\n", i)
	}
	got := faults(t, "f.csv", file, exchange.Actions)
	if len(got) != 101 || got[100] != "and 30 more" || !strings.HasPrefix(got[99], "f.csv row 101, ") {
		t.Errorf("%d lines, the last %q", len(got), got[len(got)-1])
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name, file string
		format     exchange.Format
		want       string
	}{
		{"nothing", " \n", exchange.Auto, "f.csv: the file is empty"},
		{"Windows-1252", "ref,title\nA,B\nC,\xfcber\n", exchange.Actions, `f.csv: line 3 is not UTF-8 (perhaps Windows-1252); in Excel save as "CSV UTF-8"`},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", exchange.Auto, "f.csv: this is an old or password-protected Excel file; save it as .xlsx without a password"},
		{"a header that fits several", "ref,title,owner,due\n", exchange.Auto, "f.csv: the columns fit actions and tasks; say which with --format"},
		{"a header that fits nothing", "a;b\n", exchange.Auto, `f.csv: the columns "a", "b" fit none of our formats; say which it is with --format people|actions|audits|tasks|findings|register|ciso-assistant|oscal|attendance|gophish|gophish-events|knowbe4`},
		{"a format that is none", "a;b\n", "excel", `f.csv: there is no format "excel"; there are auto, people, actions, audits, tasks, findings, register, ciso-assistant, oscal, attendance, gophish, gophish-events, knowbe4`},
		{"broken JSON", "{", exchange.Auto, "f.csv: the file is not valid JSON: unexpected EOF"},
		{"JSON of another kind", "{\"catalog\":{}}", exchange.Auto, `f.csv: the JSON has neither "plan-of-action-and-milestones" nor a list called people, actions, audits, tasks or findings`},
		{"a broken workbook", "PK\x03\x04 and no more", exchange.Auto, "f.csv: the file is not a workbook that can be read: zip: not a valid zip file"},
		{"a plan that is a table", "a;b\n", exchange.OSCAL, "f.csv: an OSCAL plan of action and milestones is a JSON file; this is a table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := exchange.Read("f.csv", []byte(c.file), c.format, known())
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
