package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// asks has Priya ask for more time on CA-1 and gives Lena's message.
func (h *house) asks() chat.MessageRef {
	h.t.Helper()
	h.tick()
	h.submits("priya", "extend CA-1", h.last("priya").Ref, "day", "2026-03-27", "reason", "The engineer comes on the 24th.")
	h.tick()
	m := h.last("lena")
	if !strings.Contains(m.Card.Text(), "The engineer comes on the 24th.") {
		h.t.Fatalf("Lena was not asked:\n%s", m.Card.Text())
	}
	return m.Ref
}

func TestMoreTimeGoesRoundAndEveryMessageIsBroughtUpToDate(t *testing.T) {
	for name, c := range map[string]struct {
		answer     func(h *house, m chat.MessageRef) chat.Reply
		due        string
		told       string // Priya, at once
		lena, mine string // what the messages become
	}{
		"agreed": {func(h *house, m chat.MessageRef) chat.Reply { return h.presses("lena", "approve REQ-1", m) },
			"2026-03-27", "Lena Vogt agrees", "You moved Test the payroll backup · CA-1 to Fri 27 Mar", "Lena Vogt moved it to Fri 27 Mar"},
		"agreed, typed": {func(h *house, m chat.MessageRef) chat.Reply { return h.says("lena", "approve REQ-1") },
			"2026-03-27", "Lena Vogt agrees", "You moved Test the payroll backup · CA-1 to Fri 27 Mar", "Lena Vogt moved it to Fri 27 Mar"},
		"another date": {func(h *house, m chat.MessageRef) chat.Reply {
			return h.submits("lena", "approve REQ-1", m, "day", "2026-03-24")
		}, "2026-03-24", "is now due Tue 24 Mar", "to Tue 24 Mar", "Lena Vogt moved it to Tue 24 Mar"},
		"another date, typed": {func(h *house, m chat.MessageRef) chat.Reply { return h.says("lena", "approve REQ-1 24 mar") },
			"2026-03-24", "is now due Tue 24 Mar", "to Tue 24 Mar", "Lena Vogt moved it to Tue 24 Mar"},
		"no": {func(h *house, m chat.MessageRef) chat.Reply {
			return h.submits("lena", "reject REQ-1", m, "reason", "The audit is before that.")
		}, "2026-03-17", "The audit is before that.", "You said no", "Lena Vogt said no to Fri 27 Mar"},
		"no, typed": {func(h *house, m chat.MessageRef) chat.Reply {
			return h.says("lena", "reject REQ-1 The audit is before that.")
		}, "2026-03-17", "The audit is before that.", "You said no", "Lena Vogt said no to Fri 27 Mar"},
		"agreed by the ISMS manager": {func(h *house, m chat.MessageRef) chat.Reply { return h.says("grace", "approve REQ-1") },
			"2026-03-27", "Grace Adeyemi agrees", "Grace Adeyemi moved Test the payroll backup · CA-1", "Grace Adeyemi moved it"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.tick()
			digest := h.last("priya").Ref
			m := h.asks()
			if got := h.message("priya", digest); !strings.Contains(got, "You asked for Fri 27 Mar. Lena Vogt decides; until then Tue 17 Mar stands.") {
				t.Errorf("the digest after asking:\n%s", got)
			}
			if it := h.item("CA-1"); it.Due != date(t, "2026-03-17") {
				t.Errorf("the date moved to %s before anybody answered", it.Due)
			}
			r := c.answer(h, m)
			if !strings.Contains(text(r), c.lena) && !strings.Contains(name, "ISMS") {
				t.Errorf("the answer is\n%s", text(r))
			}
			h.tick()
			if it := h.item("CA-1"); it.Due != date(t, c.due) {
				t.Errorf("due %s", it.Due)
			}
			if got := h.last("priya").Card.Text(); !strings.Contains(got, c.told) {
				t.Errorf("Priya was told\n%s", got)
			}
			if got := h.message("priya", digest); !strings.Contains(got, c.mine) {
				t.Errorf("Priya's digest is\n%s", got)
			}
			if got := h.message("lena", m); !r.Replaces && !strings.Contains(got, c.lena) {
				t.Errorf("Lena's message is\n%s", got)
			}
			if got := commands(h.card("lena", m)); !r.Replaces && slices.Contains(got, "approve REQ-1") {
				t.Errorf("it still asks: %v", got)
			}
			h.intact()
		})
	}
}

// card is a message as it stands now.
func (h *house) card(name string, ref chat.MessageRef) *chat.Card {
	h.t.Helper()
	for _, s := range h.slack.SentTo(account(name).ID) {
		if s.Ref == ref {
			return &s.Card
		}
	}
	h.t.Fatalf("%s has no message %s", name, ref)
	return nil
}

func (h *house) message(name string, ref chat.MessageRef) string { return h.card(name, ref).Text() }

func TestTheApproverIsAskedInsideTheirHoursAndToldAtOnceAnswersComeBack(t *testing.T) {
	h := newHouse(t).at("2026-03-16 19:30") // Monday evening
	h.says("priya", "extend CA-1 2026-03-27 because")
	h.tick()
	if h.sent("lena") != 0 {
		t.Fatalf("Lena was asked in the evening: %s", h.last("lena").Card.Text())
	}
	h.at("2026-03-17 09:00").tick()
	var asked []string
	for _, s := range h.slack.SentTo(account("lena").ID) {
		asked = append(asked, s.Card.Summary)
	}
	if !slices.Contains(asked, "Priya asks for 10 more days on CA-1") {
		t.Errorf("in the morning Lena read %q", asked)
	}
	h.at("2026-03-17 20:00")
	h.says("lena", "approve REQ-1")
	h.tick()
	if got := h.last("priya").Card.Text(); !strings.Contains(got, "Lena Vogt agrees") {
		t.Errorf("Priya was not told at once: %s", got)
	}
}

func TestARequestUnansweredForTwoWorkingDaysGoesToTheISMSManagerAsWell(t *testing.T) {
	h := newHouse(t).at("2026-03-19 10:00") // Thursday
	h.says("priya", "extend CA-1 2026-03-27 because")
	h.at("2026-03-23 09:59").tick()
	if q := h.request(1); q.Second != 0 {
		t.Fatalf("%v was asked before two working days were over", q.Second)
	}
	h.at("2026-03-23 10:00").tick()
	if q := h.request(1); q.Second != h.id("grace") {
		t.Fatalf("the second is %v", q.Second)
	}
	if got := h.last("grace").Card.Summary; got != "Priya asks for 10 more days on CA-1" {
		t.Errorf("Grace reads %q", got)
	}
	h.presses("grace", "approve REQ-1", h.last("grace").Ref)
	before := h.seq()
	r := h.says("lena", "approve REQ-1")
	h.refused(before, "lena", "refuse.decided", r)
	if got := text(r); !strings.HasPrefix(got, "Grace Adeyemi has answered this about CA-1 already. Nothing was changed.") {
		t.Error(got)
	}
}

func TestAQuestionGoesToWhoAsked(t *testing.T) {
	for _, typed := range []bool{true, false} {
		h := newHouse(t)
		m := h.asks()
		var r chat.Reply
		if typed {
			r = h.says("lena", "ask REQ-1 Why not earlier?")
		} else {
			r = h.submits("lena", "ask REQ-1", m, "reason", "Why not earlier?")
		}
		h.tick()
		got := h.last("priya").Card
		if !strings.Contains(got.Text(), "Why not earlier?") || !slices.Contains(commands(&got), "update CA-1") || !strings.Contains(text(r), "Priya has your question") {
			t.Errorf("%s\n%s", text(r), got.Text())
		}
		if h.request(1).State != storage.Pending {
			t.Error("a question is no answer")
		}
	}
	h := newHouse(t)
	h.asks()
	before := h.seq()
	h.refused(before, "lena", "refuse.ask_what", h.says("lena", "ask REQ-1"))
}

func TestWhoPassesARequestOnIsAskedNoMore(t *testing.T) {
	h := newHouse(t)
	m := h.asks()
	r := h.presses("lena", "pass REQ-1", m)
	if got := text(r); !r.Replaces || got != "Grace Adeyemi decides about CA-1 now and has been told." {
		t.Errorf("replaces %v: %s", r.Replaces, got)
	}
	h.tick()
	grace := h.last("grace")
	if !slices.Contains(commands(&grace.Card), "approve REQ-1") {
		t.Errorf("Grace reads\n%s", grace.Card.Text())
	}
	before := h.seq()
	r = h.presses("lena", "approve REQ-1", m)
	h.refused(before, "lena", "refuse.approve", r)
	if got := text(r); !strings.Contains(got, "is up to Grace Adeyemi") {
		t.Error(got)
	}
	h.presses("grace", "approve REQ-1", grace.Ref)
	h.tick()
	if got := h.message("lena", m); !strings.Contains(got, "Grace Adeyemi moved Test the payroll backup · CA-1 to Fri 27 Mar") {
		t.Errorf("Lena's message is\n%s", got)
	}
	h = newHouse(t)
	m = h.asks()
	h.says("lena", "pass REQ-1")
	h.tick()
	if got := h.message("lena", m); strings.Contains(got, "Approve") {
		t.Errorf("after the typed twin it still asks:\n%s", got)
	}
}

func TestTheOwnerHearsWhatTheirDeputyAskedFor(t *testing.T) {
	h := newHouse(t)
	h.says("tom", "extend CA-1 2026-03-27 because")
	h.says("lena", "approve REQ-1")
	h.tick()
	for _, name := range []string{"tom", "priya"} {
		if got := h.read(name); !strings.Contains(got, "Lena Vogt agrees") {
			t.Errorf("%s reads\n%s", name, got)
		}
	}
}

// read is everything that somebody was sent, as it stands.
func (h *house) read(name string) string {
	var out []string
	for _, s := range h.slack.SentTo(account(name).ID) {
		out = append(out, s.Card.Text())
	}
	return strings.Join(out, "\n\n")
}
