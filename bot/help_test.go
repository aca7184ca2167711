package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
)

func TestShowTellsStateAndHistory(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "ack CA-1")
	h.says("priya", "update CA-1 machine ordered")
	h.says("tom", "extend CA-1 2026-03-27 because")
	h.says("lena", "approve REQ-1")
	h.says("tom", "done CA-1 https://wiki/x")
	got := text(h.says("grace", "show CA-1"))
	for _, want := range []string{"Test the payroll backup · CA-1", "Status: done, waits for its check", "Owner: Priya Nair", "Fri 27 Mar (moved once; first date Tue 17 Mar)",
		"Source: internal audit", "iso27001@2022:A.8.13", "Evidence: https://wiki/x", "Done: Mon 16 Mar, Tom Baker", "Check that it worked: Tue 16 Jun, Sam Okoro",
		"done, said Tom Baker", "Lena Vogt moved it to Fri 27 Mar", "Tom Baker asked for Fri 27 Mar", "a note by Priya Nair", "acknowledged by Priya Nair"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	h.says("jon", "ack CA-2")
	if got := text(h.says("lena", "show CA-2")); !strings.Contains(got, "Acknowledged by Jon Reed, Mon 16 Mar, 09:00") {
		t.Error(got)
	}
	for _, says := range []string{"show A.8.13", "show iso27001@2022:A.8.13", "show a.8.13"} {
		if got := text(h.says("grace", says)); !strings.Contains(got, "1 item carries it") || !strings.Contains(got, "Evidence: CA-1, https://wiki/x") {
			t.Errorf("%s: %s", says, got)
		}
	}
	before := h.seq()
	h.refused(before, "mia", "refuse.no_requirement", h.says("mia", "show A.8.13"))
}

func TestHelpIsShortAndShowsWhatOneMayDo(t *testing.T) {
	for who, c := range map[string]struct{ has, not []string }{
		"priya":  {[]string{"todo", "done ID", "extend ID"}, []string{"overdue", "approve", "new "}},
		"lena":   {[]string{"todo", "overdue", "approve"}, []string{"new "}},
		"grace":  {[]string{"overdue", "approve", "new "}, nil},
		"sam":    {[]string{"new "}, []string{"overdue"}},
		"xaver":  {[]string{"todo"}, []string{"overdue", "approve", "new "}},
		"daniel": {[]string{"overdue"}, []string{"new "}},
	} {
		h := newHouse(t)
		h.says(who, "todo")
		got := text(h.says(who, "help"))
		if n := strings.Count(got, "\n") + 1; n > 15 {
			t.Errorf("%s: %d lines", who, n)
		}
		for _, x := range c.has {
			if !strings.Contains(got, "\n"+x) {
				t.Errorf("%s: no %q in\n%s", who, x, got)
			}
		}
		for _, x := range c.not {
			if strings.Contains(got, "\n"+x) {
				t.Errorf("%s: %q in\n%s", who, x, got)
			}
		}
	}
	h := newHouse(t)
	if got := text(h.says("lena", "help extend")); !strings.Contains(got, "/isms extend ID DATE reason") {
		t.Error(got)
	}
	before := h.seq()
	h.refused(before, "priya", "refuse.unknown_verb", h.says("priya", "help overdue"))
}

func TestHelpShowsCommunicationsTheirProgramme(t *testing.T) {
	h := withComms(t)
	got := text(h.says("mia", "help"))
	for _, want := range []string{"\nbroadcast to", "\nplan [", "\ntraining [", "\ncampaign ["} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n > 15 {
		t.Errorf("%d lines", n)
	}
	for line, want := range map[string]string{
		"help":        "There is also: snooze, due, settings, undo, edit, send, stats, list, who.",
		"help resend": "pause, resume, stop, resend and register", "help story": "story EVT-9", "pause": "for example: pause MSG-5",
		"story CA-1": "I cannot find CA-1", "list": "There are no lists yet.",
		"broadcast to has not read MSG-99 | x | y": "I cannot find MSG-99",
	} {
		if got := text(h.says("mia", line)); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", line, want, got)
		}
	}
}

func TestAnUnknownWordIsAnsweredWithTheNearest(t *testing.T) {
	h := newHouse(t)
	for who, want := range map[string][]string{"lena": {"overdue", "todo", "help"}, "priya": {"todo", "help"}} {
		r := h.says(who, "overdew")
		if got := commands(r.Card); got[len(got)-1] != "help" || !slices.Equal(got, want) && who == "lena" || slices.Contains(got, "overdue") != (who == "lena") {
			t.Errorf("%s: %v", who, got)
		}
		if got := r.Card.Summary; got != "I do not know “overdew”. Did you mean one of these?" {
			t.Error(got)
		}
	}
}

func TestTheFirstContactIsMadeOnce(t *testing.T) {
	h := newHouse(t)
	const words = "Hello Priya, I am the ISMS bot; Grace Adeyemi invited me."
	for i, says := range []string{"todo", "todo", "ack CA-1", "help"} {
		if got := text(h.says("priya", says)); strings.Contains(got, words) != (i == 0) {
			t.Errorf("%d, %s: %s", i, says, got)
		}
	}
	h.tick()
	if strings.Contains(h.read("priya"), words) {
		t.Error("again in the digest")
	}
	h = newHouse(t)
	h.tick()
	if n := strings.Count(h.read("priya")+text(h.says("priya", "todo")), words); n != 1 {
		t.Errorf("said %d times", n)
	}
	h = newHouse(t)
	if got := text(h.says("priya", "done CA-1 x")); !strings.HasPrefix(got, words) {
		t.Error(got)
	}
}

func TestAManifestNamesTheMostUsefulVerbsFirst(t *testing.T) {
	var verbs []string
	for _, u := range bot.Commands("en") {
		verb, _, _ := strings.Cut(u.Text, " ")
		verbs = append(verbs, verb)
		if u.Hint == "" || strings.Contains(u.Text+u.Hint, "‹") {
			t.Errorf("%+v", u)
		}
	}
	want := "todo overdue approve report show done extend ack new broadcast update delegate stuck snooze due settings link undo reject verify edit send stats list who campaign plan training events help"
	if got := strings.Join(verbs, " "); got != want {
		t.Errorf("the verbs are\n%s, want\n%s", got, want)
	}
	if de := bot.Commands("de-AT"); len(de) != len(verbs) || de[0].Hint != "deine offenen Einträge, das Dringendste zuerst" {
		t.Errorf("in German: %+v", de)
	}
}
