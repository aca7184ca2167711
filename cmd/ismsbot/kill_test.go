package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/storage"
)

const firstPostWithin = 2 * time.Second

// crowded is a site of that many people, each with an item due tomorrow, in a
// workspace of which an earlier run has learned how many messages a second it
// takes: so many that the kills fall among them.
func crowded(t testing.TB, people int, rate string) *site {
	t.Helper()
	return settled(t, people, rate, day(t, 1))
}

// settled is crowded with another due date.
func settled(t testing.TB, people int, rate string, on time.Time) *site {
	t.Helper()
	zone := noonZone()
	o := slackfake.Options{Patience: 5 * time.Millisecond, Quiet: time.Millisecond}
	var who, what strings.Builder
	who.WriteString("email,name,department,slack_id\n")
	what.WriteString("ref,title,owner,due\n")
	due := on.Format(time.DateOnly)
	for i := range people {
		o.Users = append(o.Users, slackfake.User{ID: fmt.Sprintf("U%05d", i), Name: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("p%d@example.com", i), TZ: zone})
		fmt.Fprintf(&who, "p%d@example.com,Person %d,Operations,U%05d\n", i, i, i)
		fmt.Fprintf(&what, "A-%d,Read the log of server %d,p%d@example.com,%s\n", i, i, i, due)
	}
	s := newSite(t, o, "http", "")
	s.must("import", s.write("people.csv", who.String()), s.write("actions.csv", what.String()))
	db, err := storage.Open(t.Context(), s.path("isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	err = db.Tx(t.Context(), func(tx *storage.Tx) error { return tx.SetMeta(rateKey, rate) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Goal 11: kills at random moments while reminders go out lose none, send none
// twice, and hold nothing up.
func TestKillsWhileRemindersGoOutLoseNothingAndDoubleNothing(t *testing.T) {
	k := killing{class: "digest", people: 2000, kills: 12}
	rate := "120"
	if testing.Short() || raceEnabled {
		k.people, k.kills, rate = 200, 4, "40"
	}
	s := crowded(t, k.people, rate)
	s.startReady()
	s.until(time.Minute, "the first reminder is out", func() bool { return len(s.slack.Messages()) > 0 })
	k.arrived = s.onSlack
	s.survives(t, k)
	s.wellOnSlack(t, k)
}

// killing is what goes out while the process is killed.
type killing struct {
	class         string
	people, kills int
	arrived       func() []time.Time
	latency       time.Duration // until the platform carries out a post
	slowest       time.Duration // from a restart to the first message
}

// onSlack is when each message arrived.
func (s *site) onSlack() (at []time.Time) {
	for _, m := range s.slack.Messages() {
		at = append(at, m.At)
	}
	return at
}

// survives kills serve at random moments and starts it again, until all is sent
// or held.
func (s *site) survives(t testing.TB, k killing) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	ended := fmt.Sprintf("SELECT count(*) FROM deliveries WHERE class = '%s' AND state IN ('sent', 'held')", k.class)
	for i := range k.kills {
		time.Sleep(time.Duration(random.Int64N(int64(1500 * time.Millisecond))))
		s.kill()
		sent := len(k.arrived())
		s.start()
		if sent >= k.people || s.count(t, "SELECT count(*) FROM deliveries WHERE state = 'queued'") == 0 {
			t.Logf("kill %d came after the last message", i+1)
			continue
		}
		s.until(10*time.Second, "a message goes out after the restart", func() bool {
			for _, at := range k.arrived()[sent:] {
				if took := at.Sub(s.begun); took > k.latency { // else the process before it had posted it
					k.slowest = max(k.slowest, took)
					return true
				}
			}
			return false
		})
	}
	s.until(3*time.Minute, "everything is recorded as sent or held", func() bool { return s.count(t, ended) == int64(k.people) })
	if _, code := s.stop(); code != 0 {
		t.Errorf("it stopped with %d", code)
	}
	t.Logf("goal 11: %d messages of class %s, %d kills: first one after a restart %v at the latest (%v allowed)", k.people, k.class, k.kills, k.slowest.Round(time.Millisecond), firstPostWithin)
	if k.slowest > firstPostWithin {
		t.Error("goal 11 is missed")
	}
	s.intact(t)
}

// wellOnSlack wants everybody to have got their message once, as what is in
// doubt can be asked for there.
func (s *site) wellOnSlack(t testing.TB, k killing) {
	t.Helper()
	lost, double := s.judge(t, k.class, k.people)
	found := s.count(t, `SELECT count(*) FROM journal WHERE kind = 'message.sent' AND data LIKE '%"found":true%'`)
	t.Logf("goal 11: lost %d (0 allowed), double %d (0 allowed), %d in doubt were asked for and %d of them found", lost, double, s.slack.Calls("conversations.history"), found)
	if lost+double > 0 {
		t.Error("goal 11 is missed")
	}
	if s.slack.Calls("conversations.history") == 0 {
		t.Error("no kill left a message in doubt, so nothing was tried")
	}
	if bad := s.slack.Invalid(); len(bad) > 0 {
		t.Errorf("Slack would refuse %q", bad)
	}
}

// judge counts who got no message and how many got one too many, and wants each
// recorded under the message that the person has.
func (s *site) judge(t testing.TB, class string, people int) (lost, double int) {
	t.Helper()
	got := map[string]int{}
	for _, m := range s.slack.Messages() {
		got[m.To]++
	}
	for i := range people {
		switch n := got[fmt.Sprintf("U%05d", i)]; {
		case n == 0:
			lost++
		case n > 1:
			double += n - 1
		}
	}
	if n := s.count(t, "SELECT count(*) FROM journal WHERE kind = 'message.sent'"); n != int64(people) {
		t.Errorf("the journal knows of %d messages", n)
	}
	if n := s.count(t, fmt.Sprintf("SELECT count(DISTINCT ref) FROM deliveries WHERE class = '%s' AND state = 'sent' AND ref <> ''", class)); n != int64(people) {
		t.Errorf("%d messages are known by their reference", n)
	}
	return lost, double
}
