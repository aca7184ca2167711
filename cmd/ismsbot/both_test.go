package main

import (
	"regexp"
	"strings"
	"testing"

	"ismsbot/adapters/teams/teamsfake"
)

// One organisation on both platforms: nobody is told twice, an answer on either
// is seen on both, and an account is connected by a code.
func TestOneOrganisationOnBothPlatforms(t *testing.T) {
	slack := workspace()
	s := newTeamsSite(t, teamsTenant(), &slack, "")
	people := strings.Replace(bothPeopleFile(), aad(jon), "", 1) // Jon is known on Slack alone
	s.must("import", s.write("people.csv", people), s.write("actions.csv", s.actionsFile()))
	for _, who := range []string{grace, lena, priya, jon} {
		s.teams.Admit(aad(who))
	}
	s.startReady()
	on := teamsStage{s}
	if got := s.get("http://" + s.listen + "/readyz"); got.body != "database: ok\nschedule: ok\nslack: ok\nteams: ok\n" {
		t.Errorf("readyz says %+v", got)
	}
	t.Run("one message to one person", func(t *testing.T) {
		s.message(priya, payroll)
		s.settles(t)
		if n := len(s.teams.To(aad(priya))); n != 0 {
			t.Errorf("and %d more in Teams", n)
		}
	})
	t.Run("an answer on either is seen on both", func(t *testing.T) {
		on.types(t, priya, "ack CA-1")
		s.until(waitFor, "the message in Slack shows what was answered in Teams", func() bool { return strings.Contains(s.message(priya, payroll).Plain(), "Noted.") })
		s.until(waitFor, "Priya is known to answer in Teams", func() bool {
			return s.count(t, "SELECT count(*) FROM accounts WHERE platform = 'teams' AND used_at > 0") == 1
		})
		s.check(t)(s.slack.Command(lena, "nudge CA-1")) // goes to where Priya last answered
		on.waits(t, priya, "Lena")
	})
	t.Run("an account is connected by a code", func(t *testing.T) {
		if got := on.types(t, jon, "todo"); strings.Contains(got, visitors) || !strings.Contains(got, "link") {
			t.Errorf("a stranger reads\n%s", got)
		}
		code := regexp.MustCompile(`[A-Z0-9]{4}-[A-Z0-9]{4}`).FindString(s.types(t, jon, "link"))
		if got := on.types(t, jon, "link AAAA-AAAA"); strings.Contains(got, visitors) {
			t.Errorf("a wrong code reads\n%s", got)
		}
		on.types(t, jon, "link "+strings.ToLower(code))
		if got := on.types(t, jon, "todo"); !strings.Contains(got, visitors) {
			t.Errorf("after %q Jon reads\n%s", code, got)
		}
		if got := on.types(t, lena, "link "+code); strings.Contains(got, visitors) {
			t.Errorf("the code worked twice: %s", got)
		}
		if n := s.count(t, `SELECT count(*) FROM journal WHERE kind = 'account.bound' AND data LIKE '%"how":"code"%'`); n != 1 {
			t.Errorf("%d accounts were bound by a code", n)
		}
		if log := s.log.From(0); strings.Contains(log, code) || s.count(t, "SELECT count(*) FROM journal WHERE data LIKE '%"+code+"%'") != 0 {
			t.Error("the code was kept")
		}
	})
	t.Run("who removes the app is told on the other platform", func(t *testing.T) {
		if _, err := s.teams.Uninstall(aad(priya)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.slack.Command(lena, "nudge CA-1"); err != nil {
			t.Fatal(err)
		}
		if trouble := s.column(t, "SELECT trouble FROM accounts WHERE platform = 'teams' AND account = '"+aad(priya)+"'"); trouble[0] != "uninstalled" {
			t.Errorf("trouble: %q", trouble)
		}
	})
	s.stop()
	s.intact(t)
	s.isCleanOnTeams(t)
}

// serve comes up and goes on without the login hosts, and says so.
func TestTeamsMayComeAfterTheBot(t *testing.T) {
	s := newTeamsSite(t, teamsTenant(), nil, "")
	s.must("import", s.write("people.csv", bothPeopleFile()), s.write("actions.csv", s.actionsFile()))
	for _, who := range []string{grace, lena, priya, jon} {
		s.teams.Admit(aad(who))
	}
	s.teams.Fail(teamsfake.Fault{Op: "metadata", Status: 503, Times: 2})
	s.start()
	if got := s.get("http://" + s.listen + "/readyz"); got.status != 503 || !strings.Contains(got.body, "teams: not ready") {
		t.Errorf("readyz says %+v", got)
	}
	teamsStage{s}.waits(t, priya, payroll)
	if got := s.run("doctor"); !strings.Contains(got.Stdout, "teams: the credential gives tokens for app") {
		t.Errorf("doctor: %+v", got)
	}
}
