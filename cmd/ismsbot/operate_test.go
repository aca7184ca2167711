package main

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
)

func TestServeMayStartBeforeSlackDoes(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	s := newSite(t, workspace(), "http", "")
	s.configure("http://"+address+"/api/", "")
	s.register()
	s.start()
	s.until(waitFor, "serve says what it waits for", func() bool {
		got := s.get("http://" + s.listen + "/readyz")
		return got.status == http.StatusServiceUnavailable && strings.Contains(got.body, "slack: not ready\n") && strings.Contains(got.body, "database: ok\n")
	})
	if got := s.get("http://" + s.listen + "/healthz"); got.status != http.StatusOK {
		t.Errorf("a process that waits is not healthy: %+v", got)
	}
	o := s.slack.Options()
	o.Listen = address
	late := slackfake.New(o)
	t.Cleanup(late.Close)
	s.slack = late
	s.until(waitFor, "it is ready by itself", func() bool { return s.get("http://"+s.listen+"/readyz").status == http.StatusOK })
	s.message(priya, payroll)
	if _, code := s.stop(); code != 0 {
		t.Errorf("it stopped with %d", code)
	}
}

func TestServeStopsInTimeWhileSlackHangs(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	s.register()
	s.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 100, Delay: 12 * time.Second, Cut: true})
	s.startReady()
	s.until(waitFor, "a post hangs", func() bool { return s.slack.Calls("chat.postMessage") > 0 })
	if took, code := s.stop(); took > 10*time.Second || code != 0 {
		t.Errorf("it stopped after %v with %d", took, code)
	}
	s.slack.Heal()
	s.startReady()
	s.message(priya, payroll)
	s.message(jon, visitors)
	for who, n := range map[string]int{grace: 2, priya: 1, jon: 1} {
		s.until(waitFor, who+" has all messages", func() bool { return len(s.slack.To(who)) >= n })
		if got := s.slack.To(who); len(got) != n {
			t.Errorf("%s got %d messages, want %d", who, len(got), n)
		}
	}
}

func TestDoctorNamesWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	says := func(code int, want ...string) {
		t.Helper()
		got := s.run("doctor")
		for _, w := range want {
			if got.Code != code || !strings.Contains(got.Stdout, w) {
				t.Errorf("exit code %d, want %d and %q:\n%s%s", got.Code, code, w, got.Stdout, got.Stderr)
			}
		}
	}
	says(1, "MEND  there is no database", `begin with "ismsbot import people.csv"`, " to mend.\n")
	s.register()
	says(0, "journal intact", "workspace", "All is well.\n")
	s.slack.Fail(slackfake.Fault{Method: "auth.test", Code: "invalid_auth"})
	says(1, "MEND  slack: ", "invalid_auth", "slack.bot_token")
	tamper(t, s.path("isms.db"), "UPDATE journal SET data = '{}' WHERE seq = 2")
	says(1, "MEND  the journal is not intact: event 2")
	s.write("config.yaml", "organisation: {tmezone: UTC}\n")
	says(1, "MEND  ", `config.yaml:1: organisation.tmezone: is not a known key; did you mean "timezone"?`)
}

func TestADeadLetterIsListedAndSentAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	s.register()
	gone := s.slack.Options().Users[2]
	s.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 1000, Code: "msg_blocks_too_long"})
	s.startReady()
	s.until(waitFor, "messages are given up", func() bool { return s.count(t, "SELECT count(*) FROM deliveries WHERE state = 'dead'") >= 3 })
	s.slack.Heal()
	got := s.run("doctor")
	if got.Code != 1 || !strings.Contains(got.Stdout, "rejected (msg_blocks_too_long); mend the cause, then \"ismsbot requeue ") {
		t.Errorf("doctor: %+v", got)
	}
	if strings.Contains(got.Stdout, gone.Name) || strings.Contains(got.Stdout, payroll) {
		t.Errorf("doctor shows whose letter it is:\n%s", got.Stdout)
	}
	for _, bad := range []string{"4711", "x"} {
		if got := s.run("requeue", bad); got.Code != 1 || !strings.Contains(got.Stderr, `"ismsbot doctor" lists them`) {
			t.Errorf("requeue %s: %+v", bad, got)
		}
	}
	said := s.must("requeue")
	if !strings.HasSuffix(said, " put back into the outbox.\n") {
		t.Errorf("requeue says %q", said)
	}
	s.message(grace, "What I found")
	s.message(priya, payroll)
	s.intact(t)
}

func TestABackupWhileServingCanBeServed(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	s.register()
	s.startReady()
	s.message(priya, payroll)
	s.until(waitFor, "all that was due went out", func() bool {
		return s.count(t, "SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending')") == 0
	})
	said := s.must("backup", "--out", s.path("copy.db"))
	if !strings.Contains(said, "journal intact with ") {
		t.Errorf("backup says %q", said)
	}
	s.stop()
	messages := len(s.slack.Messages())
	for _, name := range []string{"isms.db-wal", "isms.db-shm"} {
		if _, err := os.Stat(s.path(name)); err == nil {
			t.Errorf("a clean stop leaves %s", name)
		}
	}
	if err := os.Rename(s.path("copy.db"), s.path("isms.db")); err != nil {
		t.Fatal(err)
	}
	s.startReady()
	if got := s.types(t, lena, "overdue"); !strings.Contains(got, visitors) {
		t.Errorf("the restored register says\n%s", got)
	}
	for _, m := range s.slack.Messages()[messages:] {
		if !m.Ephemeral {
			t.Errorf("the restored bot repeats itself to %s: %q", m.To, m.Text)
		}
	}
	s.intact(t)
}

func TestADatabaseOfANewerVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	s.register()
	tamper(t, s.path("isms.db"), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	before, err := os.ReadFile(s.path("isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "verify", "doctor"} {
		got := s.run(command)
		if got.Code != 1 || !strings.Contains(got.Stdout+got.Stderr, "was written by a newer ismsbot (schema 99") {
			t.Errorf("%s: %+v", command, got)
		}
	}
	after, err := os.ReadFile(s.path("isms.db"))
	if err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestServeWithAWrongTokenEndsAndSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, workspace(), "http", "")
	s.register()
	s.slack.Fail(slackfake.Fault{Method: "auth.test", Times: 100, Code: "invalid_auth"})
	got := s.run("serve")
	if got.Code != 1 || !strings.Contains(got.Stderr, "invalid_auth") || !strings.HasSuffix(got.Stdout, "ismsbot serve failed.\n") {
		t.Errorf("%+v", got)
	}
}
