package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// steps are all that can be done with an event, as a form sends it.
var steps = map[string][]string{
	"event-incident": {"why", "x"}, "event-finding": {"title", "x", "severity", "minor", "why", "x"}, "event-nothing": {"why", "x", "personal", "no"},
	"event-ask": {"question", "x"}, "event-data": {"data", "no", "why", "x"}, "event-aware": {"day", "2026-03-16", "time", "08:00", "why", "x"},
	"event-notify": {"decision", "not", "why", "x"}, "event-people": {"why", "x"}, "event-phase": {"why", "x"}, "event-close": {"change", "x"},
	"event-words": {"words", "x"},
}

func TestMissingAndNotYoursReadAlike(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	h.says("kemi", "report anonymously y") // EVT-2 is there for nobody yet
	tries := map[string]func(id string) chat.Reply{
		"show":   func(id string) chat.Reply { return h.says("lena", "show "+id) },
		"its id": func(id string) chat.Reply { return h.says("lena", id) },
		"done":   func(id string) chat.Reply { return h.says("lena", "done "+id+" x") },
	}
	for verb, fields := range steps {
		tries[verb] = func(id string) chat.Reply { return h.submits("lena", verb+" "+id, "", fields...) }
		tries[verb+", its form"] = func(id string) chat.Reply { return h.presses("lena", verb+" "+id, "") }
	}
	for name, try := range tries {
		before := h.seq()
		missing := text(try("EVT-77"))
		for _, id := range []string{"EVT-1", "EVT-2"} {
			if got := text(try(id)); strings.ReplaceAll(got, id, "EVT-77") != missing {
				t.Errorf("%s: %s reads\n%s, a missing one\n%s", name, id, got, missing)
			}
		}
		for _, e := range h.since(before) {
			if !strings.Contains(e, `"why":"refuse.not_found"`) {
				t.Errorf("%s: %s", name, e)
			}
		}
	}
	if got := h.column("SELECT state || personal FROM events WHERE n = 1"); !slices.Equal(got, []string{"reported"}) {
		t.Errorf("%v", got)
	}
	before := h.seq()
	h.refused(before, "grace", "refuse.not_found", h.says("grace", "show EVT-2"))
}

func TestTamperedIdsLeadNowhere(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	for _, id := range []string{"", "CA-1", "EVT-0", "EVT--1", "EVT-1e3", "EVT-999999999999", "EVT-1;DROP", "REQ-1", "../EVT-1", "EVT-٣"} {
		for verb, fields := range steps {
			before := h.seq()
			r := h.submits("grace", verb+" "+id, "", fields...)
			if got := h.kinds(before); !slices.Equal(got, []string{"refused"}) || r.Errors != nil {
				t.Errorf("%s %s: %v %s", verb, id, got, text(r))
			}
		}
	}
	says(t, text(h.submits("grace", "event-incident evt-1 and more words", "", "why", "x")), "Noted")
}

func TestReportersLeadsAndManagersDecideNothing(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	h.submits("grace", "event-incident EVT-1", "", "why", "x", "lead", "<@"+account("tom").ID+">")
	h.write(func(tx *storage.Tx) error { return tx.AddEventReader(1, h.id("daniel")) })
	for _, who := range []string{"kemi", "tom", "daniel"} {
		says(t, text(h.says(who, "show EVT-1")), "x · EVT-1")
		for verb, fields := range steps {
			if who == "kemi" && verb == "event-words" {
				continue
			}
			before := h.seq()
			r := h.submits(who, verb+" EVT-1", "", fields...)
			if got := h.since(before); len(got) != 1 || !strings.HasPrefix(got[0], "refused ") && r.Errors == nil {
				t.Errorf("%s %s: %v %s", who, verb, got, text(r))
			}
			before = h.seq()
			if r := h.presses(who, verb+" EVT-1", ""); r.Form != nil {
				t.Errorf("%s gets the form of %s", who, verb)
			}
		}
	}
	h.change("daniel", func(p *storage.Profile) { p.Roles = nil })
	before := h.seq()
	h.refused(before, "daniel", "refuse.not_found", h.says("daniel", "show EVT-1"))
}

func TestWhoReportedItDoesNotJudgeItWhileAnotherCan(t *testing.T) {
	h := newReports(t)
	h.says("grace", "report I left the archive open")
	for verb, fields := range map[string][]string{"event-incident": steps["event-incident"], "event-finding": steps["event-finding"], "event-nothing": steps["event-nothing"]} {
		before := h.seq()
		r := h.submits("grace", verb+" EVT-1", "", fields...)
		h.refused(before, "grace", "refuse.event_own", r)
		says(t, text(r), "another person has to say what it is: Ola Berg can")
	}
	says(t, text(h.submits("grace", "event-data EVT-1", "", "data", "no", "why", "paper only")), "Noted") // facts are no judgement
	before := h.seq()
	h.submits("ola", "event-nothing EVT-1", "", "why", "It was locked")
	if got := h.kinds(before); !slices.Equal(got, []string{"event.nothing"}) {
		t.Errorf("%v", got)
	}
	h.change("ola", func(p *storage.Profile) { p.Left = true })
	h.says("grace", "report again")
	before = h.seq()
	h.submits("grace", "event-nothing EVT-2", "", "why", "It was locked", "personal", "no")
	if e := h.since(before); len(e) != 1 || !strings.Contains(e[0], `"own":true`) {
		t.Errorf("alone: %v", e)
	}
}

func TestAMessageOfSomebodyElseIsNotReplaced(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	h.clock()
	of := h.last("grace").Ref
	if r := h.submits("ola", "event-incident EVT-1", of, "why", "x"); r.Replaces {
		t.Error("Ola replaced what Grace reads")
	}
	h.clock()
	says(t, h.last("grace").Card.Text(), "Status: incident")
}

func TestWordsOfReportersAreWordsAlone(t *testing.T) {
	h := newReports(t)
	hostile := "‹events.none› {name} <@UGRACE> <!channel> *bold* [x](https://evil.example) @everyone"
	h.submits("kemi", "report", "", "what", hostile, "anonymous", "no")
	h.clock()
	says(t, h.last("grace").Card.Text(), "{name} <@UGRACE>")
	for _, e := range h.events() {
		if strings.Contains(e, "evil.example") {
			t.Errorf("the journal holds words: %s", e)
		}
	}
}

func TestFiftyReportsAtOnceAreFiftyEvents(t *testing.T) {
	h := newReports(t)
	done := make(chan error, 50)
	who := []string{"kemi", "lena", "jon", "sam", "klara", "tom", "priya"} // more than ten of one are too many
	for i := range cap(done) {
		go func() {
			words := []string{"report a", "report anonymously b"}[i%2]
			_, err := h.Handle(t.Context(), chat.Invocation{ID: fmt.Sprint("many ", i), From: account(who[i%len(who)]), Text: words, Private: true})
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := h.column("SELECT DISTINCT n FROM events"); len(got) != 50 {
		t.Errorf("%d numbers", len(got))
	}
	h.intact()
}

func TestEventsStandInNoFile(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	for _, k := range isms.Kinds {
		if k == isms.Event {
			t.Error("an event is an item")
		}
	}
	file, _ := export(t, h.Bot, "csv")
	if strings.Contains(string(file), "EVT-") {
		t.Errorf("the register holds a report:\n%s", file)
	}
}
