package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// away sets somebody's absence.
func (h *house) away(who, from, to string) {
	h.t.Helper()
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.id(who), isms.Absence{From: date(h.t, from), To: date(h.t, to)})
	})
}

func TestWhatFollowsATestGoesByTheWayOfMany(t *testing.T) {
	h := newHouse(t)
	h.phished("March invoice", "2026-03-12")
	h.remind()
	rows := h.column("SELECT class || ' ' || (dispatch <> 0) || ' ' || count(*) FROM deliveries WHERE key LIKE 'phishing/%' GROUP BY class, dispatch <> 0")
	if len(rows) != 1 || rows[0] != "broadcast 1 6" { // two are thanked, four trained
		t.Fatalf("the outbox has %v", rows)
	}
	if n := h.column("SELECT count(*) FROM dispatches WHERE name LIKE 'phishing/%'"); n[0] != "1" {
		t.Errorf("%s dispatches", n[0])
	}
	h.tick()
	if n := h.column("SELECT count(*) FROM deliveries WHERE key LIKE 'phishing/%' AND state = 'sent'"); n[0] != "6" {
		t.Errorf("%s are sent", n[0])
	}
	for _, e := range h.events() { // whoever reads it does not see who was thanked and who was not
		if strings.HasPrefix(e, "message.sent ") && strings.Contains(e, `"class":"broadcast"`) && strings.Contains(e, "items") {
			t.Errorf("the journal says what it was: %s", e)
		}
	}
	h.intact()
}

func TestTheTrainingIsReadInItsMessage(t *testing.T) {
	h := newHouse(t)
	h.says("nora", "todo")
	h.phished("March invoice", "2026-03-12")
	h.tick()
	m := h.last("nora")
	text := m.Card.Text()
	if !strings.Contains(text, "A link leads elsewhere.") || !strings.Contains(text, "Only you see this. It has time until Mon 30 Mar.") {
		t.Fatalf("Nora is told\n%s", text)
	}
	for _, day := range []string{"2026-03-17", "2026-03-18", "2026-03-20"} { // no digest repeats it
		h.at(day + " 09:00").tick()
	}
	if n := strings.Count(h.told("nora"), "Three signs"); n != 1 {
		t.Errorf("she is told %d times:\n%s", n, h.told("nora"))
	}
	h.at("2026-03-23 09:00").tick()
	if n := strings.Count(h.told("nora"), "Three signs"); n != 2 {
		t.Errorf("a week before, she was told %d times", n)
	}
	done := commands(&m.Card)
	if len(done) != 1 || !strings.HasPrefix(done[0], "done TSK-") {
		t.Fatalf("the buttons are %v", done)
	}
	if r := h.presses("nora", done[0], m.Ref); !r.Replaces || !strings.Contains(r.Card.Text(), "is done. Thank you.") {
		t.Errorf("the answer is %+v", r)
	}
	h.refused(h.seq(), "jon", "refuse.not_found", h.says("jon", done[0]))
	if r := h.says("grace", "campaign 1"); strings.Contains(r.Card.Text(), "Nora") {
		t.Errorf("it names her:\n%s", r.Card.Text())
	}
	h.intact()
}

func TestTheAbsentHearOfATestWhenTheyAreBack(t *testing.T) {
	h := newHouse(t)
	h.away("priya", "2026-03-16", "2026-03-19") // she reported it
	h.away("nora", "2026-03-16", "2026-03-19")
	h.away("tom", "2026-03-16", "2026-04-20") // for so long that thanks are none
	h.phished("March invoice", "2026-03-12")
	for _, day := range []string{"2026-03-16", "2026-03-17", "2026-03-19"} {
		h.at(day + " 09:00").tick()
		if told := h.told("priya") + h.told("nora") + h.told("tom"); strings.Contains(told, "practice") || strings.Contains(told, "Three signs") {
			t.Fatalf("on %s an absent one is told\n%s", day, told)
		}
	}
	h.at("2026-03-20 09:00").tick()
	if !strings.Contains(h.told("priya"), "You reported the practice e-mail") || !strings.Contains(h.told("nora"), "It has time until Fri 3 Apr") {
		t.Errorf("back, they are told\n%s\n%s", h.told("priya"), h.told("nora"))
	}
	h.at("2026-04-21 09:00").tick()
	if strings.Contains(h.told("tom"), "practice") {
		t.Errorf("Tom is told\n%s", h.told("tom"))
	}
}

func TestWhoGoesAwayBeforeTheirThanksAreSentGetsNone(t *testing.T) {
	h := newHouse(t).at("2026-03-16 19:00")
	h.phished("March invoice", "2026-03-12")
	h.tick() // in the outbox for the morning
	h.away("priya", "2026-03-17", "2026-03-18")
	h.away("nora", "2026-03-17", "2026-03-18")
	for _, day := range []string{"2026-03-17", "2026-03-19"} {
		h.at(day + " 09:00").tick()
	}
	if strings.Contains(h.told("priya"), "practice") {
		t.Errorf("Priya is told\n%s", h.told("priya"))
	}
	h.at("2026-03-24 09:00").tick()
	if !strings.Contains(h.told("nora"), "Three signs") { // by her digest
		t.Errorf("Nora is told\n%s", h.told("nora"))
	}
}

// TestACuriousManagerLearnsNothing asks everything a manager can ask about
// somebody who clicked.
func TestACuriousManagerLearnsNothing(t *testing.T) {
	for name, on := range map[string]bool{"off": false, "on": true} {
		h := newHouse(t, func(c *bot.Config) { c.PersonMetrics = on })
		h.change("nora", func(p *storage.Profile) { p.Roles = append(p.Roles, isms.Comms, isms.TopManagement, isms.Auditor) })
		h.says("nora", "todo")
		h.phished("March invoice", "2026-03-12", "nora")
		h.tick()
		mia := h.column("SELECT 'TSK-' || task FROM campaign_told WHERE task > 0 AND person = (SELECT id FROM people WHERE email = 'mia@example.com')")[0]
		for _, line := range []string{"campaign", "campaign 1", "campaign 1 names", "campaign 1 names 20", "campaign 1 follow", "overdue", "overdue mia", "overdue Finance", "due 30d", "show " + mia,
			"ack " + mia, "edit " + mia, "delegate " + mia + " Nora Haas", "undo", "plan review", "training", "todo"} {
			text := h.says("nora", line)
			if text.Card == nil {
				t.Errorf("%s, %s: no answer", name, line)
				continue
			}
			said := text.Card.Text()
			if strings.Contains(said, "fake e-mail") || strings.Contains(said, "clicked the") || strings.Contains(said, "Mia Rossi | ") {
				t.Errorf("%s, %q says\n%s", name, line, said)
			}
		}
		if e := h.events(); slices.ContainsFunc(e, func(x string) bool { return strings.HasPrefix(x, "campaign.names_seen") }) {
			t.Errorf("%s: a look is recorded that was none", name)
		}
		refusals := slices.DeleteFunc(h.events(), func(x string) bool {
			return !strings.HasPrefix(x, "refused ") || !strings.Contains(x, "campaign_names")
		})
		if len(refusals) != 2 {
			t.Errorf("%s: her attempts are kept as %v", name, refusals)
		}
		h.at("2026-04-20 09:00").tick() // long overdue
		if strings.Contains(h.told("nora"), "fake e-mail") {
			t.Errorf("%s: her digest says\n%s", name, h.told("nora"))
		}
		h.intact()
	}
}
