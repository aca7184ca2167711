package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
)

// The people of the tests' organisation by their Slack accounts.
const (
	grace = "U0GRACE" // ISMS manager
	lena  = "U0LENA"  // manages Priya and Jon
	priya = "U0PRIYA"
	jon   = "U0JON" // reads German
	guest = "U0GUEST"
)

func workspace() slackfake.Options {
	zone := noonZone()
	return slackfake.Options{Users: []slackfake.User{
		{ID: grace, Name: "Grace Adeyemi", Email: "grace@example.com", TZ: zone, Locale: "en-GB"},
		{ID: lena, Name: "Lena Vogt", Email: "lena@example.com", TZ: zone, Locale: "en-GB"},
		{ID: priya, Name: "Priya Nair", Email: "priya@example.com", TZ: zone, Locale: "en-GB"},
		{ID: jon, Name: "Jon Reed", Email: "jon@example.com", TZ: zone, Locale: "de-DE"},
		{ID: guest, Name: "Guy Outside", Email: "guy@elsewhere.example", TZ: zone, Restricted: true},
	}}
}

const peopleFile = `email,name,department,manager,roles
grace@example.com,Grace Adeyemi,Security,,isms_manager
lena@example.com,Lena Vogt,Operations,grace@example.com,
priya@example.com,Priya Nair,IT,lena@example.com,
jon@example.com,Jon Reed,Operations,lena@example.com,
`

// What the tests' people are to do.
const (
	payroll  = "Test restoring the payroll backup"
	visitors = "Visitor log at the back entrance"
	pentest  = "Annual penetration test" // late since 2025, in the foreign file
)

func (s *site) actionsFile() string {
	return "ref,title,description,owner,due,severity\n" +
		"A-1," + payroll + ",A restore had never been tried.,priya@example.com," + day(s.t, 1).Format("2006-01-02") + ",minor\n" +
		"A-2," + visitors + ",,jon@example.com," + day(s.t, -6).Format("2006-01-02") + ",minor\n"
}

// foreignFiles are what other tools write: theirs where they are at hand, else
// small ones of the same shape.
func (s *site) foreignFiles() []string {
	s.t.Helper()
	data, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data"))
	if err != nil {
		s.t.Fatal(err)
	}
	plans, err := filepath.Glob(filepath.Join(data, "oscal", "*.json"))
	if err != nil {
		s.t.Fatal(err)
	}
	tasks := filepath.Join(data, "ciso-assistant", "task_templates.csv")
	if _, err := os.Stat(tasks); err == nil && len(plans) > 0 {
		return append(plans, tasks)
	}
	s.t.Log("../shared/data is not at hand; small files of the same shape stand in")
	return []string{s.write("task_templates.csv", smallTasks), s.write("poam.json", smallPlan)}
}

const waitFor = 20 * time.Second

const smallTasks = `ref_id;name;description;folder;is_recurrent;task_date;schedule_frequency;schedule_interval;enabled;assigned_to;next_occurrence;next_occurrence_status
;Monthly backup verification;Restore a backup;Global;Yes;;MONTHLY;1;Yes;;;
;` + pentest + `;External test;Global;No;2025-06-30;;;Yes;;2025-06-30;pending
`

const smallPlan = `{"plan-of-action-and-milestones": {"uuid": "714210d2-f8df-448c-be3e-000000000001",
"metadata": {"title": "Plan", "last-modified": "2024-02-01T13:57:28-04:00", "version": "1.1", "oscal-version": "1.1.2"},
"system-id": {"identifier-type": "http://ietf.org/rfc/rfc4122", "id": "8101e04d-8305-4e73-bb95-000000000002"},
"risks": [{"uuid": "8b8bae66-b28c-4fa5-9a20-000000000003", "title": "Too many rights", "description": "d", "statement": "s", "status": "open", "deadline": "2023-06-23T00:00:00-04:00"}],
"poam-items": [{"uuid": "48c8368d-43ff-4736-9b28-000000000004", "title": "Engineers have too many rights", "description": "d",
  "related-risks": [{"risk-uuid": "8b8bae66-b28c-4fa5-9a20-000000000003"}]}]}}
`

func (s *site) register() {
	s.t.Helper()
	s.must("import", s.write("people.csv", peopleFile), s.write("actions.csv", s.actionsFile()))
	s.must(append([]string{"import"}, s.foreignFiles()...)...)
}

// digest waits for the message with that item in it.
func (s *site) message(to, about string) (m slackfake.Message) {
	s.t.Helper()
	s.until(waitFor, to+" is told of "+about, func() bool {
		for _, m = range s.slack.To(to) {
			if !m.Ephemeral && strings.Contains(m.Plain(), about) {
				return true
			}
		}
		return false
	})
	return m
}

// check fails the test where the workspace says that something went wrong.
func (s *site) check(t testing.TB) func(slackfake.Answer, error) slackfake.Answer {
	return func(a slackfake.Answer, err error) slackfake.Answer {
		t.Helper()
		if err != nil || a.Status != 200 {
			t.Fatalf("status %d: %v; the log says\n%s", a.Status, err, s.log.Tail())
		}
		return a
	}
}

// types is what a person reads who typed /isms and these words.
func (s *site) types(t *testing.T, who, words string) string {
	t.Helper()
	return s.check(t)(s.slack.Command(who, words)).Text()
}

// intact has verify read the journal beside a running serve.
func (s *site) intact(t testing.TB) {
	t.Helper()
	if got := s.run("verify"); got.Code != 0 || !strings.Contains(got.Stdout, " is intact: ") {
		t.Errorf("verify: %+v", got)
	}
}

func (s *site) events(t testing.TB) int64 {
	t.Helper()
	return s.count(t, "SELECT count(*) FROM journal")
}

// count reads one number from the database beside a running serve.
func (s *site) count(t testing.TB, query string) int64 {
	t.Helper()
	return countIn(t, s.path("isms.db"), query)
}

func countIn(t testing.TB, file, query string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(columnIn(t, file, query)[0], 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// column reads the only column of what a query finds.
func (s *site) column(t testing.TB, query string) (out []string) {
	t.Helper()
	return columnIn(t, s.path("isms.db"), query)
}

func columnIn(t testing.TB, file, query string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

var idInText = regexp.MustCompile(`\b(?:CA|TSK|AUD|FND)-\d+\b`)

// idOf is the id that stands beside a title.
func idOf(t testing.TB, m slackfake.Message, title string) string {
	t.Helper()
	id := idInText.FindString(lineWith(m.Plain(), title+" · "))
	if id == "" {
		t.Fatalf("%q has no id in\n%s", title, m.Plain())
	}
	return id
}

// lineWith is the first line that holds the words.
func lineWith(text, words string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, words) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
