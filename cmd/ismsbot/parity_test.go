package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/adapters/teams/teamsfake"
)

// aad is the directory's id of somebody whom Slack knows by another.
func aad(slackID string) string {
	n := slices.Index([]string{grace, lena, priya, jon}, slackID) + 1
	return fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", n)
}

const ismsChannel = "19:isms@thread.tacv2"

func teamsTenant() teamsfake.Options {
	var users []teamsfake.User
	for _, u := range workspace().Users[:4] {
		users = append(users, teamsfake.User{AAD: aad(u.ID), Name: u.Name, Zone: u.TZ, Locale: u.Locale})
	}
	return teamsfake.Options{Users: users, Channels: []teamsfake.Channel{{ID: ismsChannel, Name: "ISMS", Team: "19:team@thread.tacv2", TeamName: "Security"}}}
}

// bothPeopleFile names everybody's account on both platforms.
func bothPeopleFile() string {
	return "email,name,department,manager,roles,language,slack_id,teams_id\n" +
		"grace@example.com,Grace Adeyemi,Security,,isms_manager,," + grace + "," + aad(grace) + "\n" +
		"lena@example.com,Lena Vogt,Operations,grace@example.com,,," + lena + "," + aad(lena) + "\n" +
		"priya@example.com,Priya Nair,IT,lena@example.com,,," + priya + "," + aad(priya) + "\n" +
		"jon@example.com,Jon Reed,Operations,lena@example.com,,de," + jon + "," + aad(jon) + "\n"
}

// stage is where the same play is given: on Slack, or on Teams.
type stage interface {
	// types is what somebody reads who typed these words in private.
	types(t *testing.T, who, words string) string
	// mentions is the same in a channel, to the bot.
	mentions(t *testing.T, who, words string) string
	// waits is for the message to somebody with these words in it.
	waits(t *testing.T, who, about string) string
	// presses, on the message to owner that says about, what carries the command.
	presses(t *testing.T, who, owner, about, command string) string
	// fills in the form that this opens. A field's error is returned.
	fills(t *testing.T, who, about, command string, values map[string]string) string
}

type slackStage struct{ *site }

func (s slackStage) mentions(t *testing.T, who, words string) string {
	return s.check(t)(s.slack.Mention(who, "C0GENERAL", words)).Text()
}

func (s slackStage) waits(t *testing.T, who, about string) string {
	return s.message(who, about).Plain()
}

func (s slackStage) presses(t *testing.T, who, owner, about, command string) string {
	return s.check(t)(s.slack.Press(who, s.message(owner, about), command)).Text()
}

func (s slackStage) fills(t *testing.T, who, about, command string, values map[string]string) string {
	a := s.check(t)(s.slack.Press(who, s.message(who, about), command))
	if a.View == nil {
		t.Fatalf("%s opened no form: %q", command, a.Text())
	}
	return fmt.Sprint(s.check(t)(s.slack.Submit(who, *a.View, values)).Errors)
}

type teamsStage struct{ *site }

func (s teamsStage) check(t *testing.T) func(teamsfake.Answer, error) teamsfake.Answer {
	return func(a teamsfake.Answer, err error) teamsfake.Answer {
		t.Helper()
		if err != nil || a.Status != 200 {
			t.Fatalf("status %d: %v; the log says\n%s", a.Status, err, s.log.Tail())
		}
		return a
	}
}

func (s teamsStage) types(t *testing.T, who, words string) string {
	return s.check(t)(s.teams.Say(aad(who), words)).Plain()
}

func (s teamsStage) mentions(t *testing.T, who, words string) string {
	return s.check(t)(s.teams.Mention(aad(who), ismsChannel, "isms "+words)).Plain()
}

func (s teamsStage) message(t *testing.T, who, about string) teamsfake.Message {
	t.Helper()
	m, there := s.teams.Await(aad(who), waitFor, func(m teamsfake.Message) bool { return m.To == aad(who) && strings.Contains(m.Plain(), about) })
	if !there {
		t.Fatalf("%s is not told of %s; the log says\n%s", who, about, s.log.Tail())
	}
	return m
}

func (s teamsStage) waits(t *testing.T, who, about string) string {
	return s.message(t, who, about).Plain()
}

func (s teamsStage) presses(t *testing.T, who, owner, about, command string) string {
	return s.check(t)(s.teams.Press(aad(who), s.message(t, owner, about), command)).Plain()
}

func (s teamsStage) fills(t *testing.T, who, about, command string, values map[string]string) string {
	a := s.check(t)(s.teams.Press(aad(who), s.message(t, who, about), command))
	if a.Dialog == nil {
		t.Fatalf("%s opened no dialog: %q", command, a.Plain())
	}
	a = s.check(t)(s.teams.Submit(aad(who), a.Dialog, values))
	if a.Dialog != nil {
		return a.Dialog.Plain()
	}
	return "map[]"
}

// play is what people do in a morning. It reads the same on every stage.
func play(t *testing.T, s *site, on stage) {
	reads := func(got string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Fatalf("nothing says %q in\n%s", want, got)
			}
		}
	}
	reads(on.waits(t, priya, payroll), "CA-1", "A restore had never been tried.")
	reads(on.waits(t, jon, visitors), "CA-2", "Hallo Jon")
	s.settles(t)
	reads(on.types(t, lena, "overdue"), visitors, "Jon Reed")
	reads(on.types(t, priya, "/isms overdue"), "todo")
	reads(on.mentions(t, priya, "todo"), payroll)
	reads(on.types(t, priya, "show CA-99"), "cannot find CA-99")
	s.settles(t)

	reads(on.fills(t, jon, visitors, "done CA-2", map[string]string{"evidence": "https://wiki.example.com/log", "happened": day(t, 2).Format(time.DateOnly)}), "Zukunft")
	reads(on.fills(t, jon, visitors, "done CA-2", map[string]string{"evidence": "https://wiki.example.com/log"}), "map[]")
	s.settles(t)
	reads(on.waits(t, jon, visitors), "Erledigt am")
	reads(on.types(t, lena, "overdue"), "Nothing is late")

	on.presses(t, priya, priya, payroll, "ack CA-1")
	s.settles(t)
	reads(on.waits(t, priya, payroll), "Noted.")
	reads(on.presses(t, jon, priya, payroll, "Undo"), "") // a forwarded message: its button is no authority
	s.settles(t)

	reads(on.types(t, priya, "extend CA-1 "+day(t, 10).Format(time.DateOnly)+" The supplier comes later"), "Lena")
	s.settles(t)
	reads(on.waits(t, lena, "asks for more time"), payroll, "The supplier comes later")
	on.presses(t, lena, lena, "asks for more time", "approve REQ-1")
	s.settles(t)
	reads(on.waits(t, priya, payroll), "moved")
	reads(on.types(t, grace, "show CA-1"), "Lena Vogt moved it to")
}

// settles waits until nothing is to be sent now.
func (s *site) settles(t *testing.T) {
	t.Helper()
	s.until(waitFor, "nothing is to be sent now", func() bool {
		return s.count(t, "SELECT count(*) FROM deliveries WHERE state = 'sending' OR state = 'queued' AND not_before <= "+fmt.Sprint(time.Now().UnixMilli())) == 0
	})
}

// The same play on Slack and on Teams leaves the same journal, but for the
// platform's name and its messages' ids.
func TestSlackAndTeamsLeaveTheSameJournal(t *testing.T) {
	journals := map[string][]string{}
	for name, open := range map[string]func(*testing.T) (*site, stage){
		"slack": func(t *testing.T) (*site, stage) {
			s := newSite(t, workspace(), "http", "")
			return s, slackStage{s}
		},
		"teams": func(t *testing.T) (*site, stage) {
			s := newTeamsSite(t, teamsTenant(), nil, "")
			for _, who := range []string{grace, lena, priya, jon} {
				s.teams.Admit(aad(who))
			}
			return s, teamsStage{s}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, on := open(t)
			s.must("import", s.write("people.csv", bothPeopleFile()), s.write("actions.csv", s.actionsFile()))
			s.startReady()
			if s.teams != nil {
				if _, err := s.teams.Install(aad(priya)); err != nil {
					t.Fatal(err)
				}
			}
			play(t, s, on)
			s.stop()
			s.intact(t)
			journals[name] = s.journal(t)
			if s.teams != nil {
				s.isCleanOnTeams(t)
			}
		})
	}
	if d := cmp.Diff(journals["slack"], journals["teams"]); d != "" || len(journals["slack"]) < 20 {
		t.Errorf("%d and %d events differ (-slack +teams):\n%s", len(journals["slack"]), len(journals["teams"]), d)
	}
}

// journal is every event without what differs from run to run: instants and
// the platform's own ids. What the bot does by itself in one moment, it does in
// any order.
func (s *site) journal(t *testing.T) []string {
	t.Helper()
	var out []string
	from := 0 // where what the bot did by itself begins
	for _, row := range s.column(t, "SELECT kind || ' ' || data FROM journal ORDER BY seq") {
		kind, text, _ := strings.Cut(row, " ")
		var data map[string]any
		if err := json.Unmarshal([]byte(text), &data); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ref", "queued", "at"} {
			delete(data, name)
		}
		if _, named := data["platform"]; named && kind != "account.bound" {
			data["platform"] = "of the stage"
		}
		line, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, kind+" "+string(line))
		if !strings.HasPrefix(kind, "message.") && kind != "reminder.queued" {
			from = len(out)
			continue
		}
		slices.Sort(out[from:])
	}
	return out
}

// isCleanOnTeams is isClean for Teams.
func (s *site) isCleanOnTeams(t *testing.T) {
	t.Helper()
	if bad := s.teams.Invalid(); len(bad) > 0 {
		t.Errorf("Teams would refuse %q", bad)
	}
	log := s.log.From(0)
	for _, word := range append([]string{clientSecret, "eyJ", "The supplier comes later", "wiki.example.com"}, private...) {
		if i := strings.Index(log, word); i >= 0 {
			t.Errorf("the log holds %q: …%s…", word, log[max(0, i-200):min(len(log), i+100)])
		}
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") && !strings.Contains(line, `msg="not ready"`) {
			t.Errorf("something went wrong: %s", line)
		}
	}
}
