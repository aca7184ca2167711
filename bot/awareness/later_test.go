package awareness_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func (h *house) away(name, from, to string) {
	h.t.Helper()
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.person(name).ID, isms.Absence{From: day(from), To: day(to)})
	})
}

// Whoever goes away after their row was written is asked when they are back.
func TestAnAbsenceEnteredLaterHoldsTheMessageBack(t *testing.T) {
	h := newHouse(t).sent()
	h.at("2026-03-16 11:00").away("ana", "2026-03-16", "2026-03-17") // her morning begins at 13:00
	h.at("2026-03-16 13:05").spread()
	if h.count("ana") != 0 {
		t.Fatal("Ana is away")
	}
	h.at("2026-03-16 13:06").spread()
	has(t, text(h.says("mia", "stats MSG-1")), "Away 1", "1 person is away and is asked on the day they are back.")
	h.at("2026-03-17 15:00").spread()
	h.at("2026-03-18 12:59").spread()
	if h.count("ana") != 0 {
		t.Error("Ana is not back yet")
	}
	h.at("2026-03-18 13:00").spread()
	if h.count("ana") != 1 {
		t.Error("Ana is back and was not asked")
	}
}

// outage lets nothing through until it ends.
func (h *house) outage() (end func()) {
	h.slack.Fail = func(chat.Address, chat.Card) error {
		return &chat.SendError{Outcome: chat.Retry, Code: "no_connection"}
	}
	return func() { h.slack.Fail = nil }
}

func TestAfterAnOutageNobodyIsWokenUp(t *testing.T) {
	for name, c := range map[string]struct {
		last  string // of the command
		night int    // messages of Jon's on the night on which the outage ends
	}{
		"in each person's own morning": {"", 0},
		"at one instant":               {" | at 2026-03-16 10:30", 1},
		"urgent":                       {" | urgent", 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.says("mia", "broadcast to everyone | Title | Text"+c.last)
			h.says("mia", "send MSG-1 9")
			if c.last == " | urgent" {
				h.spread()
				m := h.last("grace")
				h.presses("grace", buttonsOf(&m.Card)[0].Command, m.Ref)
			}
			end := h.outage()
			h.spread()
			h.at("2026-03-16 10:40").spread()
			end()
			h.at("2026-03-16 22:00").spread()
			if n := h.count("jon"); n != c.night {
				t.Errorf("at night Jon has %d messages", n)
			}
			h.at("2026-03-17 08:59").spread()
			h.at("2026-03-17 09:00").spread()
			if n := h.count("jon"); n != 1 {
				t.Errorf("in the morning Jon has %d messages", n)
			}
		})
	}
}

// line counts who stands in it.
type line struct {
	*chattest.Messenger
	turns atomic.Int64
}

func (l *line) Turn(ctx context.Context, _ chat.Address) (context.Context, error) {
	l.turns.Add(1)
	return ctx, nil
}

func (l *line) TurnToUpdate(ctx context.Context, _ chat.Address) (context.Context, error) {
	return ctx, nil
}

// What is put off until a morning does not stand in line before those whose
// morning it is.
func TestWhatIsPutOffTakesNobodysTurn(t *testing.T) {
	l := &line{}
	h := newHouse(t, func(c *bot.Config) {
		l.Messenger = c.Messengers["slack"].(*chattest.Messenger)
		c.Messengers["slack"] = l
	})
	h.says("mia", "broadcast to everyone | Title | Text")
	h.says("mia", "send MSG-1 9")
	if err := h.Spread(t.Context()); err != nil { // planned, and then nothing goes for ten hours
		t.Fatal(err)
	}
	h.at("2026-03-16 20:00").spread() // still the afternoon in New York
	if n := l.turns.Load(); n != 1 || h.count("ana") != 1 || h.count("jon") != 0 {
		t.Errorf("%d stood in line, Ana has %d, Jon %d", n, h.count("ana"), h.count("jon"))
	}
}

// Two that are due on the same morning go on two, and a third on the day after.
func TestAfterAnOutageOneADayGoesOut(t *testing.T) {
	h := newHouse(t)
	end := h.outage()
	for i, title := range []string{"One", "Two", "Three"} {
		h.at([]string{"2026-03-16 10:00", "2026-03-17 10:00", "2026-03-18 10:00"}[i])
		h.says("mia", "broadcast to Operations | "+title+" | Text")
		h.says("mia", "send MSG-"+string(rune('1'+i))+" 3")
		h.spread()
	}
	end()
	h.at("2026-03-19 10:00").spread()
	h.spread()
	for _, who := range []string{"jon", "lena", "klara"} {
		if n := h.count(who); n != 1 {
			t.Errorf("%s has %d messages on the first day", who, n)
		}
	}
	has(t, text(h.says("mia", "stats MSG-3")), "Still to come: UTC, from Mon 23 Mar, 09:00 your time.")
	h.presses("jon", "ack MSG-1", h.last("jon").Ref) // to have read it makes no room for another
	h.at("2026-03-19 15:00").spread()
	if n := h.count("jon"); n != 1 {
		t.Errorf("Jon has read one and has %d messages", n)
	}
	h.at("2026-03-20 10:00").spread()
	h.at("2026-03-23 10:00").spread()
	h.at("2026-03-24 10:00").spread()
	var days []string
	for _, at := range h.column("SELECT strftime('%d', sent_at / 1000, 'unixepoch') FROM deliveries WHERE class = 'broadcast' AND person = $1 ORDER BY sent_at", int64(h.person("jon").ID)) {
		days = append(days, at)
	}
	if !slices.Equal(days, []string{"19", "20", "23"}) {
		t.Errorf("Jon was asked on %v", days)
	}
}

// A joiner's bundle waits, too, while something in it is paused.
func TestABundleWaitsForWhatIsPaused(t *testing.T) {
	h := newHouse(t).sent()
	h.at("2026-03-17 11:00")
	h.says("mia", "broadcast to everyone | Clear desks | Please.")
	h.says("mia", "send MSG-2 9")
	h.spread()
	h.at("2026-03-17 20:00").hire([6]string{"Neo New", "Finance", "daniel", "staff", "", ""})
	h.spread()
	h.says("mia", "pause MSG-2")
	h.at("2026-03-18 09:00").spread()
	if n := h.count("neo"); n != 0 {
		t.Fatalf("Neo got %d messages", n)
	}
	h.says("mia", "resume MSG-2")
	h.at("2026-03-18 09:06").spread()
	has(t, h.last("neo").Card.Text(), "Two fake invoices (1 minute) · MSG-1", "Clear desks (1 minute) · MSG-2")
	h.spread()
	if n := h.count("neo"); n != 1 {
		t.Errorf("Neo got %d messages", n)
	}
}

// What somebody has read already still was their message of the day.
func TestASecondOneWaitsForTomorrowAlsoAfterTheFirstIsRead(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	h.at("2026-03-16 12:00")
	h.says("mia", "broadcast to Operations | Clear desks | Please.")
	h.says("mia", "send MSG-2 3")
	h.spread()
	if n := h.count("jon"); n != 1 {
		t.Errorf("Jon got %d messages in one day", n)
	}
	h.at("2026-03-17 09:00").spread()
	if n := h.count("jon"); n != 2 {
		t.Errorf("on the next morning Jon has %d", n)
	}
	h.says("grace", "broadcast to Operations | Do not open the mail from Payroll | It is not ours. | urgent")
	h.says("grace", "send MSG-3 3")
	h.spread()
	m := h.last("mia")
	h.presses("mia", buttonsOf(&m.Card)[0].Command, m.Ref)
	h.spread()
	if n := h.count("jon"); n != 3 {
		t.Error("an urgent one waited")
	}
}
