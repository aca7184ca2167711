package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Kills while a broadcast is spread and while its copies are corrected: nobody
// is missed, nobody is asked twice, and all have the words that hold.
func TestKillsInSpreadAndCorrections(t *testing.T) {
	const people = 30
	s := settled(t, people, "10", day(t, 300))
	s.must("import", s.write("comms.csv", "email,name,department,roles,slack_id\np0@example.com,Person 0,Operations,comms,U00000\n"))
	s.startReady()
	killed := func(kills int) {
		for range kills {
			time.Sleep(time.Duration(rand.Int64N(int64(1200 * time.Millisecond))))
			s.kill()
			s.startReady()
		}
	}
	s.types(t, "U00000", "broadcast to everyone | Fire drill | The old words.")
	if said := s.types(t, "U00000", fmt.Sprintf("send MSG-1 %d", people)); !strings.Contains(said, "on its way") {
		t.Fatal(said)
	}
	killed(3)
	const sent = "SELECT count(*) FROM broadcast_recipients r JOIN deliveries d ON d.id = r.delivery WHERE d.state = 'sent'"
	s.until(2*time.Minute, "all have it", func() bool { return s.count(t, sent) == people })
	copies := func(words string) (with, all int) {
		for i := range people {
			for _, m := range s.slack.To(fmt.Sprintf("U%05d", i)) {
				if text := m.Plain(); !m.Ephemeral && strings.Contains(text, "From Person 0 · MSG-1, version 1") {
					all++
					if strings.Contains(text, words) {
						with++
					}
				}
			}
		}
		return with, all
	}
	if with, all := copies("The old words."); with != people || all != people {
		t.Fatalf("%d copies, %d with the words: %s", all, with, s.slack.To("U00003")[0].Plain())
	}
	form := s.check(t)(s.slack.Press("U00000", s.message("U00000", "Sent 30 of 30"), "Fix the words…")).View
	if form == nil {
		t.Fatal("no form")
	}
	if a := s.check(t)(s.slack.Submit("U00000", *form, map[string]string{"title": "Fire drill", "text": "The new words.", "meaning": "no"})); len(a.Errors) > 0 {
		t.Fatal(a.Errors)
	}
	killed(3)
	s.until(2*time.Minute, "all copies are corrected", func() bool { with, _ := copies("The new words."); return with == people })
	if _, all := copies(""); all != people {
		t.Errorf("%d copies", all)
	}
	s.intact(t)
}
