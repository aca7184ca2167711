package main

import (
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
)

// strangeMessage is reported from the menu of somebody's message.
const strangeMessage = "Please pay to the new account today"

// reporting is what somebody does with such a message on one platform.
type reporting interface {
	// opens is what the form holds at first.
	opens(t *testing.T, who string) string
	// sends the form off and gives what is then read.
	sends(t *testing.T, values map[string]string) string
}

type slackReporting struct {
	slackStage
	who  string
	view *slackfake.View
}

func (s *slackReporting) opens(t *testing.T, who string) string {
	a := s.check(t)(s.slack.ReportMessage(who, "isms_report", "C0GENERAL", strangeMessage))
	if a.View == nil {
		t.Fatalf("no form opens: %q", a.Text())
	}
	s.who, s.view = who, a.View
	return fmt.Sprint(a.View.Blocks)
}

func (s *slackReporting) sends(t *testing.T, values map[string]string) string {
	return s.check(t)(s.slack.Submit(s.who, *s.view, values)).Text()
}

type teamsReporting struct {
	teamsStage
	who    string
	dialog *teamsfake.Dialog
}

func (s *teamsReporting) opens(t *testing.T, who string) string {
	a := s.check(t)(s.teams.ReportMessage(aad(who), teams.ActionReport, "", "<p>"+strangeMessage+"</p>"))
	if a.Dialog == nil {
		t.Fatalf("no form opens: %+v", a)
	}
	s.who, s.dialog = who, a.Dialog
	what, _ := a.Dialog.Input("what")
	return what.Value + a.Dialog.Plain()
}

func (s *teamsReporting) sends(t *testing.T, values map[string]string) string {
	return s.check(t)(s.teams.SubmitReport(aad(s.who), teams.ActionReport, "", s.dialog, "", values)).Plain()
}

// A message is reported from its menu, with a name and without, on Slack and on
// Teams, and leaves the same journal.
func TestAMessageIsReportedOnEveryPlatform(t *testing.T) {
	journals := map[string][]string{}
	for name, open := range map[string]func(*testing.T) (*site, stage, reporting){
		"slack": func(t *testing.T) (*site, stage, reporting) {
			s := newSite(t, workspace(), "http", "")
			return s, slackStage{s}, &slackReporting{slackStage: slackStage{s}}
		},
		"teams": func(t *testing.T) (*site, stage, reporting) {
			s := newTeamsSite(t, teamsTenant(), nil, "")
			for _, who := range []string{grace, lena, priya, jon} {
				s.teams.Admit(aad(who))
			}
			return s, teamsStage{s}, &teamsReporting{teamsStage: teamsStage{s}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, on, report := open(t)
			s.must("import", s.write("people.csv", bothPeopleFile()))
			s.startReady()
			if s.teams != nil {
				if _, err := s.teams.Install(aad(grace)); err != nil {
					t.Fatal(err)
				}
			}
			reportTwice(t, s, on, report)
			s.stop()
			s.intact(t)
			journals[name] = s.journal(t)
			if log := s.log.From(0); strings.Contains(log, strangeMessage) || strings.Contains(log, "without my name") {
				t.Errorf("the log holds words:\n%s", log)
			}
		})
	}
	if d := cmp.Diff(withoutText(journals["slack"]), withoutText(journals["teams"])); d != "" {
		t.Errorf("the journals differ (-slack +teams):\n%s", d)
	}
}

// reportTwice reports the message with Priya's name, and then without.
func reportTwice(t *testing.T, s *site, on stage, report reporting) {
	reads := func(got string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Fatalf("nothing says %q in\n%s", want, got)
			}
		}
	}
	reads(report.opens(t, priya), strangeMessage, "https://")
	reads(report.sends(t, map[string]string{"what": " "}), "Please fill this in.")
	reads(report.sends(t, map[string]string{"anonymous": "no"}), "Thank you, that helps. EVT-1 is with Grace")
	s.settles(t)
	reads(on.waits(t, grace, "Urgent: somebody noticed something"), strangeMessage, "Priya Nair", "GDPR until")
	before, log, since := s.dumped(t), s.log.Len(), time.Now()
	report.opens(t, jon)
	reads(report.sends(t, map[string]string{"what": "without my name", "anonymous": "yes"}), "ohne deinen Namen", "report ")
	code := regexp.MustCompile(`report ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})`).FindStringSubmatch(on.types(t, jon, "report anonym ohne meinen Namen"))
	if code == nil {
		t.Fatal("there is no code")
	}
	on.types(t, jon, "report "+code[1])
	on.types(t, jon, "report "+code[1]+" noch etwas")
	if got := s.column(t, "SELECT reporter || at || anonymous FROM events WHERE n > 1"); len(got) != 2 || got[0] != "001" || got[1] != "001" {
		t.Errorf("of those without a name is kept: %s", got)
	}
	leavesNoTrace(t, s, before, log, since)
	reads(on.types(t, grace, "events"), "1 report is open.")
}

// withoutText drops what differs with the platform's own quotation: its link,
// and the receipt's way back.
func withoutText(journal []string) (out []string) {
	for _, e := range journal {
		if strings.HasPrefix(e, "event.") {
			i := strings.Index(e, `"text_sha256"`)
			if i > 0 {
				e = e[:i]
			}
			if i := strings.Index(e, `"since"`); i > 0 {
				e = e[:i]
			}
			out = append(out, e)
		}
	}
	return out
}

// dumped are all rows of all tables, as "table|column=value|…".
func (s *site) dumped(t *testing.T) map[string]bool {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.path("isms.db")+"?_pragma=busy_timeout(5000)&mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string]bool{}
	for _, table := range s.column(t, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range dest {
			dest[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			line := table
			for i, c := range columns {
				line += fmt.Sprintf("|%s=%v", c, values[i])
			}
			out[line] = true
		}
		rows.Close()
	}
	return out
}

// leavesNoTrace fails where what happened since holds who did it or when: Jon,
// who had never written before. That Teams reaches him since is no record of
// what he wrote, and has no time.
func leavesNoTrace(t *testing.T, s *site, before map[string]bool, log int, since time.Time) {
	t.Helper()
	who := []string{jon, aad(jon), "jon@", "Jon Reed"}
	for row := range s.dumped(t) {
		if before[row] {
			continue
		}
		table, _, _ := strings.Cut(row, "|")
		for _, mark := range who {
			if strings.Contains(row, mark) && table != "people" && table != "accounts" && table != "conversations" {
				t.Errorf("a row holds %q: %s", mark, row)
			}
		}
		for _, cell := range strings.Split(row, "|") {
			_, value, _ := strings.Cut(cell, "=")
			if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= since.UnixMilli() && n <= time.Now().UnixMilli() {
				t.Errorf("a row tells when: %s", row)
			}
		}
	}
	for _, mark := range who {
		if strings.Contains(s.log.From(log), mark) {
			t.Errorf("the log holds %q:\n%s", mark, s.log.From(log))
		}
	}
}
