package bot_test

import (
	"slices"
	"strings"
	"testing"
)

func TestEachStepLeadsToTheNextAndItsReasonIsKept(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report A laptop was stolen")
	r := h.submits("grace", "event-incident EVT-1", "", "why", "it spreads") // from a form that no message of ours opened
	says(t, text(r), "Noted. This is how it stands now:", "Status: incident")
	if got := commands(r.Card); !slices.Contains(got, "event-close EVT-1") || !slices.Contains(got, "event-data EVT-1") {
		t.Errorf("the next steps are %v", got)
	}
	for _, c := range []struct{ verb, field, value, leads string }{
		{"event-close EVT-1", "change", "disks are encrypted", "event-data EVT-1"},
		{"event-data EVT-1", "data", "controller", ""},
		{"event-close EVT-1", "change", "disks are encrypted", "event-notify EVT-1"},
		{"event-notify EVT-1", "decision", "not", ""},
		{"event-people EVT-1", "x", "", ""},
		{"event-close EVT-1", "change", "disks are encrypted", ""},
	} {
		r := h.submits("ola", c.verb, "", c.field, c.value, "why", "reason of "+c.verb)
		if got := commands(r.Card); c.leads != "" && got[0] != c.leads {
			t.Errorf("%s is refused and leads to %v: %s", c.verb, got, text(r))
		}
	}
	got := text(h.says("grace", "show EVT-1"))
	says(t, got, "Status: closed", "Ola Berg, on personal data: “reason of event-data EVT-1”", "Ola Berg, on notifying, GDPR: reason of event-notify EVT-1", "on telling the people concerned: “reason of event-people EVT-1”")
	if got := text(h.says("kemi", "show EVT-1")); strings.Contains(got, "reason of") {
		t.Errorf("the reporter reads what is not for them: %s", got)
	}
}

func TestStepsThatAskForWordsAloneCanBeTyped(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report A laptop was stolen")
	h.says("grace", "event-ask EVT-1 Which car park?")
	h.says("kemi", "event-words EVT-1 Level 2")
	says(t, text(h.says("grace", "event-incident EVT-1 it was not encrypted")), "Noted. This is how it stands now:", "Status: incident")
	h.says("ola", "event-people EVT-1 A letter to all")
	h.says("ola", "event-phase EVT-1 The number of them")
	before := h.seq()
	h.refused(before, "grace", "refuse.event_personal", h.says("grace", "event-close EVT-1 disks are encrypted"))
	h.submits("ola", "event-data EVT-1", "", "data", "no", "why", "x")
	says(t, text(h.says("grace", "event-close EVT-1 disks are encrypted")), "Status: closed, an incident")
	got := text(h.says("grace", "show EVT-1"))
	says(t, got, "asked: “Which car park?”", "added: “Level 2”", "it is an incident. “it was not encrypted”", "“A letter to all”", "“The number of them”", "“disks are encrypted”")
	for _, who := range []string{"kemi", "lena"} {
		for _, verb := range []string{"event-incident", "event-ask", "event-close", "event-people", "event-phase"} {
			before := h.seq()
			h.says(who, verb+" EVT-1 x")
			if got := h.since(before); len(got) != 1 || !strings.HasPrefix(got[0], "refused ") {
				t.Errorf("%s types %s: %v", who, verb, got)
			}
		}
	}
	if r := h.says("grace", "event-incident EVT-1"); r.Form != nil {
		t.Error("a closed one opens a form")
	}
}
