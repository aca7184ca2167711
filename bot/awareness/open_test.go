package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestReminderStandsInTheDailyDigestAndTheManagerSeesWhoIsMissing(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("klara", "ack MSG-1", h.last("klara").Ref)
	h.at("2026-03-17 09:00").tick()
	h.at("2026-03-18 09:00").tick()
	if n := h.count("jon"); n != 1 {
		t.Fatalf("Jon got %d messages before one was due", n)
	}
	h.at("2026-03-19 09:00").tick()
	m := h.last("jon")
	has(t, m.Card.Text(), "Good morning Jon. One thing has your name on it.", "Read: Two fake invoices (1 minute) · MSG-1 - Fri 20 Mar", "[Read it]")
	h.tick()
	h.at("2026-03-19 12:00").tick()
	if n := h.count("jon"); n != 2 {
		t.Errorf("Jon has %d messages", n)
	}
	if n := h.count("klara"); n != 1 {
		t.Errorf("Klara has read it and got %d messages", n)
	}
	has(t, text(h.says("jon", "todo")), "Read: Two fake invoices (1 minute) · MSG-1")
	has(t, text(h.presses("jon", "show MSG-1", m.Ref)), "Both were stopped.", "[I have read it]")
	if got := text(h.says("lena", "overdue")); strings.Contains(got, "Jon") {
		t.Errorf("before the day is over: %s", got)
	}
	h.at("2026-03-20 09:00").tick()
	h.at("2026-03-23 09:00").tick()
	m = h.titled("lena", "Not read in your line")
	has(t, m.Card.Text(), "Not read in your line: Two fake invoices · MSG-1 - 2 people", "Jon Reed, Nils Ohnechat")
	has(t, text(h.says("lena", "overdue")), "Jon Reed, Nils Ohnechat")
	h.says("jon", "ack MSG-1")
	if got := text(h.says("lena", "overdue")); strings.Contains(got, "Jon") {
		t.Error(got)
	}
}

func TestTheAbsentAreAskedOnReturnAndJoinersOnce(t *testing.T) {
	h := newHouse(t)
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.person("jon").ID, isms.Absence{From: day("2026-03-16"), To: day("2026-03-18")})
	})
	h.sent()
	if h.count("jon") != 0 {
		t.Fatal("Jon is away")
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Away 1", "1 person is away and is asked on the day they are back.")
	h.at("2026-03-16 11:00")
	h.says("mia", "broadcast to Operations and Finance | Clear desks | Please. | ack by 2026-03-27")
	h.says("mia", "send MSG-2 5")
	h.spread()
	if n := h.count("kemi"); n != 1 {
		t.Errorf("two in one day: %d", n)
	}
	h.at("2026-03-17 09:00").spread()
	if n := h.count("kemi"); n != 2 {
		t.Errorf("on the next morning Kemi has %d", n)
	}
	h.hire([6]string{"Neo New", "Finance", "daniel", "staff", "", ""})
	h.spread()
	m := h.last("neo")
	if h.count("neo") != 1 {
		t.Errorf("Neo got %d messages", h.count("neo"))
	}
	has(t, m.Card.Text(), "Welcome Neo. 2 messages are for you to read.", "Read: Two fake invoices (1 minute) · MSG-1", "Read: Clear desks (1 minute) · MSG-2")
	has(t, text(h.presses("neo", "show MSG-2", m.Ref)), "Please.")
	h.says("neo", "ack MSG-2")
	has(t, text(h.says("mia", "stats MSG-2")), "Joined since 1")
	h.at("2026-03-19 09:00").spread()
	if h.count("jon") != 1 {
		t.Errorf("back, Jon has %d", h.count("jon"))
	}
}

// Each zone is named with the sender's clock until its morning has begun.
func TestTheSenderSeesWhoseMorningIsToCome(t *testing.T) {
	h := newHouse(t)
	h.change("kemi", func(p *profile) { p.OwnZone = "America/Los_Angeles" })
	h.change("lena", func(p *profile) { p.OwnZone = "Asia/Tokyo" })
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.person("jon").ID, isms.Absence{From: day("2026-03-16"), To: day("2026-03-18")})
	})
	h.sent()
	has(t, text(h.says("mia", "stats MSG-1")), "Still to come 3\nStill to come: New York, from 13:00; Los Angeles, from 16:00; Tokyo, from Tue 17 Mar, 00:00 your time.\n")
	h.at("2026-03-16 10:01").spread()
	has(t, h.titled("mia", "Sent ").Card.Text(), "Still to come: New York, from 13:00; ")
	h.change("mia", func(p *profile) { p.OwnZone, p.OwnLanguage = "Europe/Berlin", "de" })
	has(t, text(h.says("mia", "stats MSG-1")), "Noch offen: New York, ab 14:00; Los Angeles, ab 17:00; Tokyo, ab Di 17. März, 01:00 deiner Zeit.")
	h.at("2026-03-16 13:01").spread()
	if got := text(h.says("mia", "stats MSG-1")); strings.Contains(got, "New York") || !strings.Contains(got, "Los Angeles, ab 17:00") {
		t.Error(got)
	}
	h.says("mia", "pause MSG-1")
	if got := text(h.says("mia", "stats MSG-1")); strings.Contains(got, "Los Angeles") {
		t.Error("paused, nothing has an hour: " + got)
	}
}

func day(s string) isms.Date {
	d, _ := isms.ParseDate(s)
	return d
}

func TestItIsFinishedSomeTimeAfterItsDay(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	h.at("2026-03-16 14:00").spread() // New York
	h.at("2026-04-03 10:00").spread()
	has(t, text(h.says("mia", "stats MSG-1")), "Sent, as of")
	h.at("2026-04-04 10:00").spread()
	h.spread()
	has(t, h.titled("mia", "Finished").Card.Text(), "Finished.", "8 of 9 reached, 1 read by Fri 20 Mar (11 %).")
}

func TestTheRegisterProvesEachReader(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	before := len(h.events())
	r := h.says("mia", "register MSG-1 csv")
	if r.File == nil || r.File.Name != "MSG-1-2026-03-16.csv" {
		t.Fatalf("%+v", r)
	}
	sha := h.column("SELECT sha256 FROM broadcast_texts")[0]
	lines := strings.Split(strings.TrimSpace(string(r.File.Data)), "\n")
	if len(lines) != 10 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if strings.Contains(l, "jon@example.com") {
			has(t, l, "MSG-1,Two fake invoices,1,1,jon@example.com,Jon Reed,Operations,everyone,"+sha, "2026-03-16 10:00:00 UTC,2026-03-16 10:00:00 UTC", string(h.last("jon").Ref)+",sent,,2026-03-16 10:00:00 UTC,button")
		}
	}
	if r := h.presses("mia", "register MSG-1", ""); r.File == nil || !strings.HasSuffix(r.File.Name, ".xlsx") {
		t.Error("no Excel file")
	}
	if got := h.kinds(before); !slices.Equal(got, []string{"broadcast.register_exported", "broadcast.register_exported"}) {
		t.Error(got)
	}
}
