package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

func TestWhatPeopleTypeIsRead(t *testing.T) {
	for name, c := range map[string]struct{ line, event string }{
		"capitals":                    {"DONE ca-1 it works", "item.done"},
		"with the command's name":     {"/isms done CA-1 it works", "item.done"},
		"with a bare name":            {"ISMS done CA-1 it works", "item.done"},
		"blanks":                      {"  done \t CA-1   it works ", "item.done"},
		"no-break spaces":             {"done\u00a0CA-1\u00a0it works", "item.done"},
		"narrow and wide spaces":      {"done\u2009CA-1\u3000it works", "item.done"},
		"a line break after the id":   {"done CA-1\nit works", "item.done"},
		"a line break after the verb": {"done\nCA-1\nit works", "item.done"},
		"a non-breaking hyphen":       {"done CA\u20111 it works", "item.done"},
		"an en dash":                  {"done CA–1 it works", "item.done"},
		"an em dash in the id":        {"done CA—1 it works", "item.done"},
		"an em dash before words":     {"done CA-1 — it works", "item.done"},
		"two hyphens before words":    {"done CA-1 -- it works", "item.done"},
		"a colon":                     {"done CA-1: it works", "item.done"},
		"quotes":                      {`done "CA-1" "it works"`, "item.done"},
		"smart quotes":                {"done “CA-1” “it works”", "item.done"},
		"invisible marks":             {"do\u200bne \u202eCA\u2060-1\u202c it works", "item.done"},
		"NUL and escape":              {"done\x00 CA-1\x07 \x1bit works", "item.done"},
		"invalid UTF-8":               {"done CA-1 it \xff\xfe works", "item.done"},
		"emoji":                       {"update CA-1 👍🏽 done by 👩‍💻", "item.update"},
		"SQL":                         {"update CA-1 '); DROP TABLE items; --", "item.update"},
		"shell":                       {"update CA-1 $(rm -rf /) `id` && true | cat > /dev/null", "item.update"},
		"a format":                    {"update CA-1 %s %d {words} {{.}} ‹x›", "item.update"},
		"3,000 characters":            {"update CA-1 " + strings.Repeat("ä", 3000), "item.update"},
		"a German day":                {"extend CA-1 ende april weil", "item.extend"},
		"a day in full":               {"extend CA-1 Fri 27 March 2026 because", "item.extend"},
		"a span":                      {"extend CA-1 +2w because", "item.extend"},
		"the day the clocks change":   {"extend CA-1 2026-03-29 because", "item.extend"},
		"the leap day":                {"extend CA-1 2028-02-29 because", "item.extend"},
		"New Year's Eve":              {"extend CA-1 2026-12-31 because", "item.extend"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			r := h.says("priya", c.line)
			if h.seq() != 1 || !strings.HasPrefix(h.events()[0], c.event+" ") {
				t.Errorf("%v\n%s", h.events(), text(r))
			}
		})
	}
	h := newHouse(t)
	h.says("priya", "done CA-1 — it \x00works\u202e")
	if got := h.item("CA-1").Evidence; got != "it works" {
		t.Errorf("kept %q", got)
	}
	h.says("priya", "update TSK-1 👩‍💻 says “no”")
	if got := h.item("TSK-1").LastWord; got != "👩‍💻 says \"no\"" {
		t.Errorf("kept %q", got)
	}
}

func TestWhatMakesNoSenseIsRefusedKindly(t *testing.T) {
	for line, why := range map[string]string{
		"ack ack": "refuse.which_item", "ack": "refuse.which_item", "done": "refuse.which_item", "ack CA": "refuse.which_item", "ack CA-": "refuse.which_item",
		"ack CA-0": "refuse.which_item", "ack CA-01": "refuse.which_item", "ack CA--1": "refuse.which_item", "ack CA-1.5": "refuse.which_item",
		"ack CA-99999999999999999999": "refuse.which_item", "ack CA-999999999": "refuse.not_found", "ack REV-1": "refuse.which_item", "ack CA-１": "refuse.which_item",
		"extend CA-1 2026-02-30 because": "refuse.when", "extend CA-1 0000-01-01 because": "refuse.when", "extend CA-1 9999-12-31 because": "refuse.when",
		"extend CA-1 2027-02-29 because": "refuse.when", "extend CA-1 3/4 because": "refuse.when", "extend CA-1 03.04.2026 because": "refuse.when",
		"extend CA-1 29 feb 2027 because": "refuse.when", "extend CA-1 +99999999999999999999d because": "refuse.when", "extend CA-1 -5d because": "refuse.when",
		"extend CA-1": "refuse.when", "extend CA-1 +2w": "refuse.extend_why", "extend CA-1 2026-03-02 because": "refuse.date_past", "extend CA-1 today because": "refuse.date_not_later",
		"update CA-1": "refuse.words_missing", "update CA-1    ": "refuse.words_missing", "stuck CA-1": "refuse.words_missing", "update CA-1 \u200b\u202e": "refuse.words_missing",
		"update CA-1 " + strings.Repeat("x", 3001): "refuse.too_long", "done CA-1 " + strings.Repeat("x", 100_000): "refuse.too_long",
		"snooze CA-1 1y": "refuse.when", "snooze CA-1 60d": "refuse.snooze", "snooze CA-1 0d": "refuse.snooze", "snooze CA-1 today": "refuse.snooze",
		"delegate CA-1 @Nobody": "refuse.who", "delegate CA-1 <@UNOBODY>": "refuse.who", "delegate CA-1 <@UJON": "refuse.who", "delegate CA-1 <@>": "refuse.who",
		"delegate CA-1 @Priya": "refuse.owner_same", "delegate CA-1 @Xaver": "refuse.owner_cannot", "due nonsense": "refuse.when", "due 2026-03-01": "refuse.when",
		"show A.99.99": "refuse.no_requirement", "show %": "refuse.which_item", "done TSK-1": "refuse.evidence", "\"": "refuse.unknown_verb", "'; DROP TABLE items; --": "refuse.unknown_verb",
		"help nudge": "refuse.unknown_verb", "verify CA-4 works": "refuse.verb", "undo 99999999999999999999": "refuse.nothing_to_undo",
	} {
		h := newHouse(t)
		before := asJSON(t, h.item("CA-1"))
		r := h.says("priya", line)
		if len(line) > 60 {
			line = line[:60] + "…"
		}
		if len(h.events()) != 1 || !strings.Contains(h.events()[0], `"why":"`+why+`"`) {
			t.Errorf("%q was to be refused with %s: %v\n%s", line, why, h.events(), text(r))
		}
		if asJSON(t, h.item("CA-1")) != before {
			t.Errorf("%q changed CA-1", line)
		}
	}
}

func TestDaysAreReadAsPeopleWriteThem(t *testing.T) { // today is Mon 16 March 2026
	for words, want := range map[string]string{
		"tomorrow": "2026-03-17", "morgen": "2026-03-17", "fri": "2026-03-20", "Friday,": "2026-03-20", "freitag": "2026-03-20", "am freitag": "2026-03-20", "mon": "2026-03-23",
		"on mon": "2026-03-23", "next week": "2026-03-23", "nächste woche": "2026-03-23", "3d": "2026-03-19", "+3d": "2026-03-19", "+ 3 days": "2026-03-19", "2w": "2026-03-30",
		"2 weeks": "2026-03-30", "1m": "2026-04-16", "1 monat": "2026-04-16", "27 mar": "2026-03-27", "mar 27": "2026-03-27", "27. märz": "2026-03-27", "27. März 2027": "2027-03-27",
		"Mar 27, 2027": "2027-03-27", "1 mar": "2027-03-01", "end of april": "2026-04-30", "ende april": "2026-04-30", "end of february": "2027-02-28", "end of month": "2026-03-31",
		"end of the year": "2026-12-31", "ende des jahres": "2026-12-31", "end of week": "2026-03-20", "2026-03-27": "2026-03-27", "2200-12-31": "2200-12-31",
	} {
		h := newHouse(t)
		h.alter("CA-1", func(it *isms.Item) { it.Due = date(t, "2026-03-10") })
		r := h.says("priya", "extend CA-1 "+words+" because of it")
		q := h.request(1)
		if q == nil || q.NewDue.String() != want || q.Reason != "because of it" {
			t.Errorf("%q: %+v instead of %s\n%s", words, q, want, text(r))
		}
	}
}

// FuzzHandle has people type, press and submit anything: never a panic, never a
// fault of ours, never a word that is in no catalogue.
func FuzzHandle(f *testing.F) {
	verbs := []string{"todo", "show", "ack", "done", "update", "extend", "delegate", "snooze", "stuck", "undo", "overdue", "due", "approve", "reject", "nudge",
		"share", "take", "ask", "pass", "verify", "new", "edit", "settings", "who", "help", "home", "unknown", ""}
	for i, v := range verbs {
		for _, rest := range []string{"", " CA-1", " CA-1 2026-03-27 words", " REQ-1 +2w", " TSK-1 works", " action Title", " <@UJON> excel", " “x” — \xff\x00\u202e", " CA-99999999999999999999 0000-00-00"} {
			f.Add(v+rest, rest, uint8(i))
		}
	}
	f.Add("done CA-1\nwords", strings.Repeat("x", 3001), uint8(6))
	f.Add("edit CA-1", "=cmd|' /C calc'!A0", uint8(2))
	h := newHouse(f)
	var n atomic.Int64
	people := []string{"priya", "lena", "grace", "sam", "daniel", "xaver", "klara", "stranger"}
	f.Fuzz(func(t *testing.T, line, field string, how uint8) {
		in := chat.Invocation{ID: fmt.Sprint(n.Add(1)), From: account(people[how%8]), Kind: chat.Kind(how / 8 % 4), Text: line, Private: true}
		if in.Kind == chat.Submitted {
			in.Fields = map[string]string{}
			for _, name := range []string{"evidence", "happened", "reason", "day", "person", "title", "description", "owner", "due", "severity", "repeat",
				"language", "zone", "hours", "neutral", "from", "to", "where"} {
				in.Fields[name] = field
			}
		}
		r, err := h.Handle(context.Background(), in)
		if err != nil {
			t.Fatalf("%q, %q: %v", line, field, err)
		}
		if got := text(r); !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || r == '\u202e') }) {
			t.Errorf("%q, %q is answered with %q", line, field, got)
		}
		if got := text(r); strings.Contains(got, "‹") && !strings.Contains(line+field, "‹") {
			t.Errorf("%q, %q: a word is missing in\n%s", line, field, got)
		}
	})
}
