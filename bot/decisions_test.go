package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestADecisionIsRefusedWhereItMakesNoSense(t *testing.T) {
	for name, c := range map[string]struct {
		before, answer, why string
		fields              []string
	}{
		"a day that is over":       {answer: "approve REQ-1 2026-03-02", why: "refuse.date_past"},
		"an earlier day":           {answer: "approve REQ-1 2026-03-16", why: "refuse.date_not_later"},
		"no day at all":            {answer: "approve REQ-1 someday", why: "refuse.when"},
		"no without a reason":      {answer: "reject REQ-1", why: "refuse.reject_why"},
		"it is done meanwhile":     {before: "done CA-1 seen", answer: "approve REQ-1", why: "refuse.lapsed"},
		"it was asked anew":        {before: "extend CA-1 2026-04-10 because", answer: "approve REQ-1", why: "refuse.lapsed"},
		"it was taken back":        {before: "undo", answer: "approve REQ-1", why: "refuse.lapsed"},
		"the number has a sign":    {answer: "approve REQ-+1 x", why: "refuse.when"},
		"a number beyond all":      {answer: "approve REQ-99999999999999999999", why: "refuse.not_found"},
		"no number":                {answer: "approve", why: "refuse.not_found"},
		"an item instead":          {answer: "approve CA-1", why: "refuse.not_found"},
		"a second answer":          {before: "lena approve REQ-1", answer: "approve REQ-1", why: "refuse.decided"},
		"a second, different one":  {before: "lena approve REQ-1", answer: "reject REQ-1 no", why: "refuse.decided"},
		"a question after the end": {before: "lena approve REQ-1", answer: "ask REQ-1 why", why: "refuse.decided"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.says("priya", "extend CA-1 2026-03-27 because")
			if rest, ok := strings.CutPrefix(c.before, "lena "); ok {
				h.says("lena", rest)
			} else if c.before != "" {
				h.says("priya", c.before)
			}
			before, item := h.seq(), asJSON(t, h.item("CA-1"))
			r := h.says("lena", c.answer)
			h.refused(before, "lena", c.why, r)
			if asJSON(t, h.item("CA-1")) != item {
				t.Error("the item changed")
			}
			if got := text(r); c.why != "refuse.not_found" && !strings.Contains(got, "Nothing was changed") {
				t.Errorf("it does not say that nothing was changed: %s", got)
			}
		})
	}
	h := newHouse(t)
	h.says("priya", "extend CA-1 2026-03-27 because")
	if r := h.submits("lena", "approve REQ-1", "", "day", "2026-03-02"); r.Errors["day"] == "" {
		t.Errorf("the form closed: %+v", r)
	}
	if r := h.submits("lena", "reject REQ-1", "", "reason", "  "); r.Errors["reason"] == "" {
		t.Errorf("the form closed: %+v", r)
	}
}

func TestADecisionIsAboutTheDateThatWasAskedAbout(t *testing.T) {
	h := newHouse(t)
	m := h.asks()
	h.alter("CA-1", func(it *isms.Item) { it.Due = date(t, "2026-06-01") })
	before := h.seq()
	h.refused(before, "lena", "refuse.moved_on", h.presses("lena", "approve REQ-1", m))
	if got := h.item("CA-1").Due; got != date(t, "2026-06-01") {
		t.Errorf("an old request moved it back to %s", got)
	}
}

func TestATakenBackDecisionWaitsAgain(t *testing.T) {
	h := newHouse(t)
	m := h.asks()
	r := h.presses("lena", "approve REQ-1", m)
	var undo string
	for _, command := range commands(r.Card) {
		if strings.HasPrefix(command, "undo ") {
			undo = command
		}
	}
	if undo == "" {
		t.Fatalf("there is no Undo on\n%s", text(r))
	}
	h.tick()
	h.now = h.now.Add(9 * time.Minute)
	r = h.presses("lena", undo, m)
	if !slices.Contains(commands(r.Card), "approve REQ-1") || h.item("CA-1").Due != date(t, "2026-03-17") || h.request(1).State != storage.Pending {
		t.Errorf("due %s, %s\n%s", h.item("CA-1").Due, h.request(1).State, text(r))
	}
	h.tick()
	if got := h.last("priya").Card.Text(); !strings.Contains(got, "Lena Vogt took the answer about CA-1 back") {
		t.Errorf("Priya reads\n%s", got)
	}
}

func TestWhoDecidesFollowsTheItem(t *testing.T) {
	h := newHouse(t)
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "From outside", Severity: isms.Minor, Source: "external_audit"}, "priya", "2026-03-20")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Lena's own", Severity: isms.Minor}, "lena", "2026-03-20")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "The chief's", Severity: isms.Minor}, "daniel", "2026-03-20")
	for i, c := range []struct{ who, id, want string }{
		{"priya", "CA-1", "lena"}, {"mia", "CA-3", "grace"}, {"priya", "CA-5", "grace"}, {"lena", "CA-6", "daniel"}, {"daniel", "CA-7", "grace"}, {"grace", "TSK-2", "daniel"},
	} {
		h.says(c.who, "extend "+c.id+" 2026-06-01 because")
		if q := h.request(int64(i + 1)); q == nil || q.Approver != h.id(c.want) {
			t.Errorf("%s of %s: %+v, not %s", c.id, c.who, q, c.want)
		}
	}
}
