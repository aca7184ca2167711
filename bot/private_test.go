package bot_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// secret gives Jon a task that is between him and the bot, late since Friday.
func (h *house) secret() isms.ItemID {
	return h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Three signs of a fake e-mail", Private: true, Requirements: []string{"iso27001@2022:A.6.3"}}, "jon", "2026-03-13")
}

func TestAPrivateTaskIsSeenByItsOwnerAlone(t *testing.T) {
	h := newHouse(t)
	id := h.secret().String()
	for _, verb := range []string{"show ", "done ", "ack ", "snooze ", "delegate ", "nudge ", "edit ", "take "} {
		before := h.seq()
		for _, who := range []string{"grace", "lena", "daniel", "sam", "priya"} {
			rest := map[string]string{"snooze ": " 2d", "delegate ": " Mia Rossi"}[verb]
			reply := h.says(who, verb+id+rest)
			if reply.Card == nil || reply.Card.Summary != "I cannot find "+id+" among the things you can see." && verb != "nudge " {
				t.Errorf("%s reads after %s%s: %+v", who, verb, id, reply.Card)
			}
			if strings.Contains(reply.Card.Text(), "fake") {
				t.Errorf("%s reads its title after %s", who, verb)
			}
		}
		for _, e := range h.events()[before:] {
			if !strings.HasPrefix(e, "refused ") {
				t.Errorf("%s: %s", verb, e)
			}
		}
	}
	for _, line := range []string{"overdue", "overdue Jon", "overdue by department", "due 30d", "show A.6.3", "todo"} {
		for _, who := range []string{"grace", "lena", "daniel"} {
			if r := h.says(who, line); strings.Contains(r.Card.Text(), id) || strings.Contains(r.Card.Text(), "fake") {
				t.Errorf("%s finds it with %s:\n%s", who, line, r.Card.Text())
			}
		}
	}
	if r := h.says("jon", "show "+id); !strings.Contains(r.Card.Text(), "Only you see this one") {
		t.Errorf("its owner reads\n%s", r.Card.Text())
	}
	if r := h.says("jon", "todo"); !strings.Contains(r.Card.Text(), id) {
		t.Errorf("its owner's list is\n%s", r.Card.Text())
	}
}

func TestAPrivateTaskIsNeverPassedOnWhenItIsLate(t *testing.T) {
	h := newHouse(t)
	id := h.secret().String()
	for range 30 {
		h.tick()
		h.now = h.now.AddDate(0, 0, 1)
	}
	if sent := h.slack.SentTo(account("jon").ID); !strings.Contains(sent[0].Card.Text(), "fake e-mail") {
		t.Fatalf("Jon is told\n%s", sent[0].Card.Text())
	}
	for _, who := range []string{"grace", "lena", "daniel", "priya", "tom"} {
		for _, m := range h.slack.SentTo(account(who).ID) {
			if strings.Contains(m.Card.Text(), id) || strings.Contains(m.Card.Text(), "fake") {
				t.Errorf("%s is told\n%s", who, m.Card.Text())
			}
		}
	}
}

func TestADeputyDoesNotSeeWhatIsPrivate(t *testing.T) {
	h := newHouse(t)
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Three signs of a fake e-mail", Private: true}, "priya", "2026-03-16")
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.id("priya"), isms.Absence{From: date(t, "2026-03-16"), To: date(t, "2026-03-20")})
	})
	h.tick()
	if r := h.says("tom", "todo"); !strings.Contains(r.Card.Text(), "CA-1") || strings.Contains(r.Card.Text(), "fake") {
		t.Errorf("Tom, who stands in, reads\n%s", r.Card.Text())
	}
	for _, m := range h.slack.SentTo(account("tom").ID) {
		if strings.Contains(m.Card.Text(), "fake") {
			t.Errorf("Tom, who stands in, is told\n%s", m.Card.Text())
		}
	}
}

func TestNobodyIsDrawnIntoAPrivateTask(t *testing.T) {
	h := newHouse(t)
	id := h.secret().String()
	var commands []string
	for _, b := range buttonsOf(h.says("jon", "show "+id).Card) {
		commands = append(commands, b.Command)
	}
	if slices.ContainsFunc(commands, func(c string) bool {
		return strings.HasPrefix(c, "extend") || strings.HasPrefix(c, "delegate") || strings.HasPrefix(c, "stuck") || strings.HasPrefix(c, "edit")
	}) {
		t.Errorf("its buttons are %v", commands)
	}
	for _, line := range []string{"extend " + id + " fri no time", "delegate " + id + " Mia Rossi", "stuck " + id + " no time", "edit " + id} {
		if r := h.says("jon", line); r.Card == nil || !strings.Contains(r.Card.Summary, "between you and me") {
			t.Errorf("%s answers %+v", line, r)
		}
	}
	if r := h.says("jon", "done "+id); r.Card == nil || !strings.HasPrefix(r.Card.Summary, "Done on") {
		t.Errorf("done answers %+v", r.Card)
	}
}

func TestALeaversPrivateTaskIsOfferedToNobody(t *testing.T) {
	h := newHouse(t)
	id := h.secret().String()
	if err := h.MemberChanged(context.Background(), chat.Member{Account: account("jon"), Gone: true}); err != nil {
		t.Fatal(err)
	}
	h.tick()
	for _, m := range h.slack.SentTo(account("lena").ID) {
		if strings.Contains(m.Card.Text(), id) {
			t.Errorf("Lena is told\n%s", m.Card.Text())
		}
	}
}

func TestWhatIsPrivateIsInNoExport(t *testing.T) {
	h := newHouse(t)
	h.secret()
	var out bytes.Buffer
	if _, err := h.Export(t.Context(), &out, ".csv"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "Visitor log at the back") || strings.Contains(out.String(), "fake") {
		t.Errorf("the register is\n%s", &out)
	}
}

func TestAnUnreachableOwnerIsNotNamedForAPrivateTaskAlone(t *testing.T) {
	h := newHouse(t)
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Three signs of a fake e-mail", Private: true}, "nora", "2026-03-16")
	h.write(func(tx *storage.Tx) error {
		_, err := tx.SetAccount(account("nora"), "", "", "blocked")
		return err
	})
	h.tick()
	for _, m := range h.slack.SentTo(account("grace").ID) {
		if strings.Contains(m.Card.Text(), "Nora") {
			t.Errorf("Grace is told\n%s", m.Card.Text())
		}
	}
}
