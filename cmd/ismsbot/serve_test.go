package main

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/adapters/slack/slackfake"
)

func TestTheMainJob(t *testing.T) {
	for _, mode := range []string{"http", "socket"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, workspace(), mode, "")
			s.register()
			s.startReady()
			t.Run("a digest arrives at its owner", s.digestsArrive)
			t.Run("done with evidence closes the loop", s.doneWithEvidence)
			t.Run("a typed answer changes the message", s.typedAnswer)
			t.Run("the rest of what people do", s.theRest)
			t.Run("the same request again adds nothing", s.replays)
			t.Run("it stops in time and goes on where it was", s.restarts)
			t.Run("nothing was refused, leaked or broken", s.isClean)
		})
	}
}

func (s *site) digestsArrive(t *testing.T) {
	for to, about := range map[string]string{grace: pentest, priya: payroll, jon: visitors} {
		m := s.message(to, about)
		head := string([]rune(m.Text)[:min(60, len([]rune(m.Text)))])
		if m.Delivery == "" || len(m.Blocks) == 0 || len(m.Text) < 10 {
			t.Errorf("to %s: delivery %q, %d blocks, text %q", to, m.Delivery, len(m.Blocks), m.Text)
		}
		if to == priya && (!strings.Contains(head, payroll[:20]) || !strings.Contains(head, "tomorrow")) {
			t.Errorf("Priya's phone shows %q", head)
		}
		want := slackfake.Object{"unfurl_links": "false", "unfurl_media": "false", "link_names": "false", "parse": "none"}
		if d := cmp.Diff(want, m.Options); d != "" {
			t.Errorf("to %s: options differ (-want +got):\n%s", to, d)
		}
	}
	if m := s.message(jon, visitors); !strings.Contains(m.Plain(), "Hallo Jon") {
		t.Errorf("Jon reads German in Slack, but got\n%s", m.Plain())
	}
	if got := s.slack.To(guest); len(got) > 0 {
		t.Errorf("a guest whom the people file does not name got %d messages", len(got))
	}
	counted := func() string { return s.get("http://" + s.metrics + "/metrics").body }
	s.until(waitFor, "every message is counted", func() bool {
		return strings.Contains(counted(), `ismsbot_deliveries_total{outcome="sent",platform="slack"} 4`)
	})
	for _, want := range []string{"ismsbot_reminders_total 3", "ismsbot_queue_age_seconds 0", "ismsbot_database_bytes"} {
		if body := counted(); !strings.Contains(body, want) {
			t.Errorf("the metrics lack %q:\n%s", want, ourMetrics(body))
		}
	}
	if got := s.get("http://" + s.listen + "/readyz"); got.body != "database: ok\nschedule: ok\nslack: ok\n" {
		t.Errorf("readyz says %+v", got)
	}
}

func ourMetrics(body string) string {
	var out []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "ismsbot_") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

const evidence = "https://wiki.example.com/pentest-report-2026"

func (s *site) doneWithEvidence(t *testing.T) {
	if got := s.types(t, grace, "overdue"); !strings.Contains(got, pentest) || !strings.Contains(got, "TSK-") {
		t.Fatalf("the overdue list lacks it:\n%s", got)
	}
	m := s.message(grace, pentest)
	id := idOf(t, m, pentest)
	open := s.check(t)(s.slack.Press(grace, m, "done "+id))
	if open.View == nil {
		t.Fatalf("no form opened: %+v", open)
	}
	sent := s.check(t)(s.slack.Submit(grace, *open.View, map[string]string{"evidence": evidence}))
	if len(sent.Errors) > 0 {
		t.Fatalf("the form is refused: %v", sent.Errors)
	}
	now := m
	s.until(waitFor, "the message turns into its answer", func() bool {
		now, _ = s.slack.Message(m.Channel, m.TS)
		return len(now.Versions) > 1
	})
	line := lineWith(now.Plain(), id)
	if !strings.Contains(now.Plain(), pentest) || !strings.Contains(now.Plain(), "Done on ") {
		t.Errorf("the answered message says of it %q:\n%s", line, now.Plain())
	}
	used, versions := s.slack.Calls("response_url"), len(now.Versions)
	again := s.check(t)(s.slack.Press(grace, m, "On it"))
	if again.Message == nil || len(again.Message.Versions) == versions || s.slack.Calls("response_url") == used || !strings.Contains(again.Message.Plain(), id) {
		t.Errorf("a press does not turn the message into its answer by its response_url: %+v", again.Message)
	}
	if got := s.types(t, grace, "overdue"); strings.Contains(got, pentest) {
		t.Errorf("it is done and still listed:\n%s", got)
	}
	if got := s.types(t, grace, "show "+id); !strings.Contains(got, evidence) {
		t.Errorf("the evidence is not shown:\n%s", got)
	}
	s.intact(t)
}

func (s *site) typedAnswer(t *testing.T) {
	m := s.message(priya, payroll)
	updates := s.slack.Calls("chat.update")
	id := idOf(t, m, payroll)
	s.types(t, priya, "ack "+id)
	s.until(waitFor, "the digest shows what was typed", func() bool {
		now, _ := s.slack.Message(m.Channel, m.TS)
		return len(now.Versions) > 1 && strings.Contains(now.Plain(), id) && !strings.Contains(now.Plain(), m.Plain())
	})
	if n := s.slack.Calls("chat.update"); n == updates {
		t.Error("it did not come by chat.update")
	}
	if got := s.types(t, priya, "todo"); !strings.Contains(got, payroll) {
		t.Errorf("todo says\n%s", got)
	}
}

func (s *site) theRest(t *testing.T) {
	s.check(t)(s.slack.OpenHome(grace))
	s.until(waitFor, "Grace's home lists what is late", func() bool {
		v, there := s.slack.Home(grace)
		return there && strings.Contains(v.Plain(), visitors)
	})
	s.types(t, grace, "overdue excel")
	s.until(waitFor, "the Excel file is with Grace", func() bool { return len(s.slack.Files()) == 1 })
	f := s.slack.Files()[0]
	if f.Channel != "D0GRACE" || !strings.HasSuffix(f.Name, ".xlsx") || !bytes.HasPrefix(f.Data, []byte("PK")) {
		t.Errorf("the file %q went to %q, %d bytes", f.Name, f.Channel, len(f.Data))
	}
	if got := s.check(t)(s.slack.Line(jon, "todo")).Text(); !strings.Contains(got, visitors) {
		t.Errorf("a line in a direct message is answered %q", got)
	}
	if got := s.types(t, priya, "overdue"); strings.Contains(got, visitors) {
		t.Errorf("Priya leads nobody and reads\n%s", got)
	}
	if got := s.types(t, guest, "overdue"); strings.Contains(got, visitors) || strings.Contains(got, "Jon") {
		t.Errorf("a guest reads\n%s", got)
	}
	if got := s.types(t, lena, "overdue"); !strings.Contains(got, visitors) || !strings.Contains(got, "Jon Reed") {
		t.Errorf("Lena reads\n%s", got)
	}
}

func (s *site) replays(t *testing.T) {
	m := s.message(jon, visitors)
	s.check(t)(s.slack.Press(jon, m, "ack "+idOf(t, m, visitors)))
	s.until(waitFor, "nothing is to be sent now", func() bool {
		return s.count(t, "SELECT count(*) FROM deliveries WHERE state = 'sending' OR state = 'queued' AND not_before <= "+strconv.FormatInt(time.Now().UnixMilli(), 10)) == 0
	})
	before, answers := s.events(t), s.count(t, "SELECT count(*) FROM answers")
	if s.mode == "http" {
		if status, _, err := s.slack.Replay(); err != nil || status/100 != 2 {
			t.Errorf("the replay is answered %d, %v", status, err)
		}
	} else if _, _, err := s.slack.Redeliver(); err != nil {
		t.Error(err)
	}
	time.Sleep(1500 * time.Millisecond) // more than a turn of the schedule
	if after := s.events(t); after != before || s.count(t, "SELECT count(*) FROM answers") != answers {
		t.Errorf("the journal went from %d to %d events", before, after)
	}
}

func (s *site) restarts(t *testing.T) {
	messages := len(s.slack.Messages())
	took, code := s.stop()
	if took > 10*time.Second || code != 0 || !strings.HasSuffix(s.out.From(0), "Stopped. What was not sent waits in the outbox.\n") {
		t.Errorf("it stopped after %v with %d and said %q", took, code, s.out.From(0))
	}
	s.intact(t)
	s.startReady()
	if got := s.types(t, grace, "overdue"); !strings.Contains(got, visitors) || strings.Contains(got, pentest) {
		t.Errorf("after the restart the list is\n%s", got)
	}
	time.Sleep(1500 * time.Millisecond)
	durable := slices.DeleteFunc(s.slack.Messages(), func(m slackfake.Message) bool { return m.Ephemeral })
	before := slices.DeleteFunc(s.slack.Messages()[:messages], func(m slackfake.Message) bool { return m.Ephemeral })
	if len(durable) != len(before) {
		t.Errorf("the restart sent %d messages", len(durable)-len(before))
	}
}

// private is what no log may hold.
var private = []string{botToken, appToken, signingSecret, "Grace", "Adeyemi", "Lena", "Vogt", "Priya", "Nair", "Jon ", "Reed",
	"@example.com", "elsewhere.example", payroll, visitors, pentest, "GoodRead", evidence, "/respond/", "738474920"}

func (s *site) isClean(t *testing.T) {
	if bad := s.slack.Invalid(); len(bad) > 0 {
		t.Errorf("Slack would refuse %q", bad)
	}
	s.stop()
	log := s.log.From(0)
	for _, word := range private {
		if i := strings.Index(log, word); i >= 0 {
			t.Errorf("the log holds %q: …%s…", word, log[max(0, i-200):min(len(log), i+100)])
		}
	}
	for line := range strings.Lines(log) {
		asked := strings.Contains(line, `msg="not ready"`) // by this test, while it was starting
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") && !asked {
			t.Errorf("something went wrong: %s", line)
		}
	}
	if !strings.Contains(log, `msg=connected slack="Slack workspace \"Example\" (T0FAKE) as @isms, mode `+s.mode) {
		t.Errorf("no line says what it is connected to:\n%s", log)
	}
	s.intact(t)
}
