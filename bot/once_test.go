package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

func TestTheSameEventTwiceDoesNothingMore(t *testing.T) {
	for name, in := range map[string]chat.Invocation{
		"typed done":        {Text: "done CA-1 it works"},
		"typed ack":         {Text: "ack CA-1"},
		"typed note":        {Text: "update CA-1 words"},
		"typed stuck":       {Text: "stuck CA-1 words"},
		"typed snooze":      {Text: "snooze CA-1 3d"},
		"typed delegate":    {Text: "delegate CA-1 @Jon"},
		"typed extend":      {Text: "extend CA-1 +2w because"},
		"a task done":       {Text: "done TSK-1 a link"},
		"pressed ack":       {Text: "ack CA-1", Kind: chat.Pressed},
		"pressed snooze":    {Text: "snooze CA-1 1d", Kind: chat.Pressed},
		"submitted done":    {Text: "done CA-1", Kind: chat.Submitted, Fields: map[string]string{"evidence": "x", "happened": "2026-03-16"}},
		"submitted text":    {Text: "edit CA-1", Kind: chat.Submitted, Fields: map[string]string{"title": "Another"}},
		"a refusal":         {Text: "done CA-2 x"},
		"a refused verb":    {Text: "overdue"},
		"a refused press":   {Text: "done CA-2", Kind: chat.Pressed},
		"an unknown verb":   {Text: "overdew"},
		"a refused form":    {Text: "extend CA-2", Kind: chat.Submitted, Fields: map[string]string{"day": "2026-03-27", "reason": "x"}},
		"settings":          {Text: "settings", Kind: chat.Submitted, Fields: map[string]string{"language": "de"}},
		"undo with nothing": {Text: "undo"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in.ID, in.From, in.Private = "the same", account("priya"), true
			h.do(in)
			once := asJSON(t, h.item("CA-1")) + asJSON(t, h.item("TSK-1")) + strings.Join(h.events(), "\n")
			h.do(in)
			h.do(in)
			if twice := asJSON(t, h.item("CA-1")) + asJSON(t, h.item("TSK-1")) + strings.Join(h.events(), "\n"); twice != once {
				t.Errorf("it did something:\n%s\n%s", once, twice)
			}
			if h.seq() != 1 {
				t.Errorf("%d events: %v", h.seq(), h.events())
			}
		})
	}
}

func TestThePressOfTwoPlatformsWithOneIDIsTwo(t *testing.T) {
	h := newHouse(t)
	h.do(chat.Invocation{ID: "1", From: account("priya"), Text: "ack CA-1"})
	h.do(chat.Invocation{ID: "1", From: chat.Account{Platform: "teams", ID: "x"}, Text: "ack CA-2"})
	h.do(chat.Invocation{ID: "2", From: account("priya"), Text: "update CA-1 words"})
	if h.seq() != 2 {
		t.Errorf("%v", h.events())
	}
}

func TestFiftyPressesAtOnceAreOneAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		press        string
		who          []string
		kind, losers string
		also         func(*testing.T, *house)
	}{
		"done by one person":        {"done CA-1 it works", []string{"priya"}, "item.done", "refused", nil},
		"done by owner and deputy":  {"done CA-1 it works", []string{"priya", "tom", "grace"}, "item.done", "refused", nil},
		"done with a single task":   {"done TSK-2 it works", []string{"grace"}, "item.done", "refused", nil},
		"a decision":                {"approve REQ-1", []string{"lena", "grace"}, "item.approve", "refused", nil},
		"on it":                     {"ack CA-1", []string{"priya"}, "item.ack", "", nil},
		"a nudge from two managers": {"nudge CA-2", []string{"lena", "grace", "daniel"}, "item.nudged", "refused", nil},
		"a hand-over": {"delegate CA-1 @Jon", []string{"priya"}, "item.delegate", "refused", func(t *testing.T, h *house) {
			if it := h.item("CA-1"); it.HandOvers != 1 || it.Owner != h.id("jon") {
				t.Errorf("%d hand-overs to %v", it.HandOvers, it.Owner)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if strings.Contains(c.press, "REQ") {
				h.says("priya", "extend CA-1 2026-03-27 because")
			}
			before := h.seq()
			const many = 50
			var all sync.WaitGroup
			for i := range many {
				all.Go(func() {
					_, err := h.Handle(context.Background(), chat.Invocation{ID: fmt.Sprint("press ", i), From: account(c.who[i%len(c.who)]), Kind: chat.Pressed, Text: c.press, Private: true})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			counts := map[string]int{}
			for _, e := range h.since(before) {
				kind, _, _ := strings.Cut(e, " ")
				counts[kind]++
			}
			losers := 0
			if c.losers != "" {
				losers = many - 1
			}
			if counts[c.kind] != 1 || counts[c.losers] != losers {
				t.Errorf("%v", counts)
			}
			if c.also != nil {
				c.also(t, h)
			}
			h.intact()
		})
	}
}

func TestFiftyPressesFinishOneOccurrence(t *testing.T) {
	h := newHouse(t)
	h.tick()
	digest := h.last("priya").Ref
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			_, err := h.Handle(context.Background(), chat.Invocation{ID: fmt.Sprint("press ", i), From: account("priya"), Kind: chat.Submitted, Text: "done TSK-1",
				Message: digest, Fields: map[string]string{"evidence": "a screenshot"}, Private: true})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if it := h.item("TSK-1"); it.Due != date(t, "2026-06-19") {
		t.Errorf("the task is due %s: more than one occurrence was finished", it.Due)
	}
}

func TestASecondOnItAddsNothing(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "ack CA-1")
	before, item := h.seq(), asJSON(t, h.item("CA-1"))
	r := h.says("priya", "ack CA-1")
	if got := text(r); got != "You have Test the payroll backup · CA-1 already. I am quiet about it until it is due." {
		t.Error(got)
	}
	if h.seq() != before || asJSON(t, h.item("CA-1")) != item {
		t.Errorf("it added %v", h.since(before))
	}
	h.says("tom", "ack CA-1")
	h.says("priya", "ack CA-1")
	if n := strings.Count(strings.Join(h.events(), "\n"), "item.ack "); n != 2 {
		t.Errorf("%d acknowledgements of two people", n)
	}
}

func TestAnswersOnBehalfAreMarkedSo(t *testing.T) {
	for _, c := range []struct {
		who, says string
		behalf    bool
	}{{"priya", "done CA-1 x", false}, {"tom", "done CA-1 x", true}, {"grace", "done CA-1 x", true}, {"tom", "ack CA-1", true}, {"grace", "extend CA-1 +2w because", true}} {
		h := newHouse(t)
		h.says(c.who, c.says)
		event := h.events()[0]
		if want := fmt.Sprintf(`"behalf":%d`, h.id("priya")); strings.Contains(event, want) != c.behalf {
			t.Errorf("%s %q: %s", c.who, c.says, event)
		}
		if it := h.item("CA-1"); strings.HasPrefix(c.says, "done") && (it.Status != isms.Done || it.DoneBy != h.id(c.who)) {
			t.Errorf("%+v", it.Item)
		}
	}
}
