package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// broadcast has Mia send one on the day to the ten who are not from outside,
// and the first so many read it a day later.
func (h *house) broadcast(n int, day, by string, readers ...string) {
	h.t.Helper()
	h.at(day + " 10:00")
	h.says("mia", fmt.Sprintf("broadcast to everyone | Lock your screen | Somebody may look. | ack by %s", by))
	if r := h.says("mia", fmt.Sprintf("send MSG-%d 10", n)); r.Card == nil || !strings.Contains(r.Card.Text(), "sent") && !strings.Contains(r.Card.Text(), "on its way") {
		h.t.Fatalf("Mia is told %+v", r.Card)
	}
	h.spread()
	h.tick()
	for _, who := range readers {
		h.says(who, fmt.Sprintf("ack MSG-%d", n))
	}
}

func (h *house) spread() {
	h.t.Helper()
	if err := h.Spread(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func TestTheReviewSaysHowBroadcastsWereRead(t *testing.T) {
	h := withComms(t)
	h.broadcast(1, "2026-01-13", "2026-01-16", "jon", "priya", "tom", "sam")
	h.broadcast(2, "2026-02-03", "2026-02-06", "jon", "priya", "tom", "sam", "grace", "mia")
	h.at("2026-02-10 10:00")
	h.says("lena", "ack MSG-2") // late
	h.broadcast(3, "2026-02-24", "2026-03-20", "jon", "priya")
	h.at("2026-02-26 10:00") // for another month
	h.says("mia", "broadcast to everyone | In March | Later. | from 2026-03-09")
	h.says("mia", "send MSG-4 10")
	h.spread()
	h.at("2026-03-02 10:00")
	r := h.says("mia", "plan review")
	for _, want := range []string{"2 broadcasts went out, 20 messages in all: 20 arrived and 9 were read (45 %). In time: 8 of 20 (40 %). The month before: 40 %. 1 of them can still be read in time."} {
		if !strings.Contains(r.Card.Text(), want) {
			t.Errorf("the review does not say %s:\n%s", want, r.Card.Text())
		}
	}
	h.at("2026-04-01 10:00")
	if r := h.says("grace", "Plan REVIEW please"); !strings.Contains(r.Card.Text(), "1 broadcast went out to 10 people") {
		t.Errorf("the review says\n%s", r.Card.Text())
	}
}

func TestTheReviewCountsReportsAndNamesNobody(t *testing.T) {
	h := withComms(t)
	h.at("2026-01-20 10:00")
	h.says("jon", "report A door was open")
	reporters := []string{"jon", "priya", "tom", "sam", "mia", "klara"}
	for i, who := range reporters {
		h.at(fmt.Sprintf("2026-02-0%d 09:00", i+2))
		h.says(who, "report A strange mail from CloudDesk")
	}
	h.says("nora", "report anonymously The server room is open")
	for i, hours := range []int{1, 2, 30, 5, 90} { // after 09:00 on the 2nd, 3rd …
		h.at(fmt.Sprintf("2026-02-0%d 09:00", i+2))
		h.now = h.now.Add(time.Duration(hours) * time.Hour)
		what := "event-nothing"
		if i == 2 {
			what = "event-incident"
		}
		h.submits("grace", fmt.Sprintf("event-data EVT-%d", i+2), "", "data", "no", "why", "A mail")
		h.submits("grace", fmt.Sprintf("%s EVT-%d", what, i+2), "", "why", "It was advertising")
	}
	h.at("2026-03-02 10:00")
	h.clock() // an anonymous report is told at a full hour
	text := h.says("mia", "plan review").Card.Text()
	for _, want := range []string{"7 events were reported (the month before: 1): 1 incident, 4 with nothing to do, 2 not judged yet.",
		"Half of those who gave their name heard back within 5 hours."} {
		if !strings.Contains(text, want) {
			t.Errorf("the review does not say %s:\n%s", want, text)
		}
	}
	for _, never := range []string{"Jon Reed", "Priya", "Klara", "CloudDesk", "EVT-"} {
		if strings.Contains(text, never) {
			t.Errorf("the review says %s:\n%s", never, text)
		}
	}
	h.at("2026-02-25 10:00")
	if text := h.says("mia", "plan review").Card.Text(); !strings.Contains(text, "1 event was reported") || !strings.Contains(text, "is shown from five answers on") {
		t.Errorf("of one report it says\n%s", text)
	}
}
