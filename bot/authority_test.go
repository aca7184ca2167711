package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestMissingAndNotYoursAreTheSameAnswer(t *testing.T) {
	h := newHouse(t)
	h.says("jon", "extend CA-2 2026-03-27 the book comes late")
	h.says("mia", "todo") // greeted
	h.says("nora", "todo")
	h.says("xaver", "todo")
	for _, c := range []struct {
		who, yours, missing string
		kind                chat.Kind
		fields              map[string]string
	}{
		{who: "mia", yours: "show CA-2"}, {who: "mia", yours: "CA-2"}, {who: "mia", yours: "ack CA-2"}, {who: "mia", yours: "done CA-2 it works"},
		{who: "mia", yours: "update CA-2 words"}, {who: "mia", yours: "extend CA-2 +2w because"}, {who: "mia", yours: "extend CA-2 nonsense"},
		{who: "mia", yours: "delegate CA-2 @Jon"}, {who: "mia", yours: "snooze CA-2 3d"}, {who: "mia", yours: "stuck CA-2 words"},
		{who: "mia", yours: "take CA-2"}, {who: "mia", yours: "edit CA-2"}, {who: "nora", yours: "verify CA-4 works", missing: "verify CA-99 works"},
		{who: "nora", yours: "nudge CA-2"}, {who: "xaver", yours: "show CA-2"}, {who: "xaver", yours: "ack CA-2"},
		{who: "nora", yours: "approve REQ-1", missing: "approve REQ-77"}, {who: "nora", yours: "reject REQ-1 no", missing: "reject REQ-77 no"},
		{who: "nora", yours: "pass REQ-1", missing: "pass REQ-77"}, {who: "nora", yours: "ask REQ-1 why", missing: "ask REQ-77 why"},
		{who: "nora", yours: "approve REQ-1", missing: "approve REQ-0"}, {who: "nora", yours: "approve REQ-1", missing: "approve REQ--1"},
		{who: "mia", yours: "undo 1", missing: "undo 4711"}, {who: "mia", yours: "undo 1", missing: "undo -1"}, {who: "mia", yours: "undo 1", missing: "undo x"},
		{who: "mia", yours: "done CA-2", kind: chat.Pressed}, {who: "mia", yours: "extend CA-2", kind: chat.Pressed}, {who: "mia", yours: "delegate CA-2", kind: chat.Pressed},
		{who: "mia", yours: "stuck CA-2", kind: chat.Pressed}, {who: "mia", yours: "edit CA-2", kind: chat.Pressed}, {who: "mia", yours: "update CA-2", kind: chat.Pressed},
		{who: "nora", yours: "approve REQ-1 …", missing: "approve REQ-77 …", kind: chat.Pressed}, {who: "nora", yours: "reject REQ-1", missing: "reject REQ-77", kind: chat.Pressed},
		{who: "nora", yours: "verify CA-4 fails", missing: "verify CA-99 fails", kind: chat.Pressed},
		{who: "mia", yours: "done CA-2", kind: chat.Submitted, fields: map[string]string{"evidence": "x"}},
		{who: "mia", yours: "edit CA-2", kind: chat.Submitted, fields: map[string]string{"title": "x"}},
		{who: "mia", yours: "extend CA-2", kind: chat.Submitted, fields: map[string]string{"day": "x"}},
		{who: "mia", yours: "delegate CA-2", kind: chat.Submitted, fields: map[string]string{"person": "nobody"}},
		{who: "nora", yours: "reject REQ-1", missing: "reject REQ-77", kind: chat.Submitted},
	} {
		if c.missing == "" {
			c.missing = strings.ReplaceAll(c.yours, "CA-2", "CA-99")
		}
		ask := func(command string) (string, string) {
			before := h.seq()
			r := h.do(chat.Invocation{From: account(c.who), Kind: c.kind, Text: command, Fields: c.fields, Private: true})
			return asJSON(t, r), strings.Join(h.since(before), "\n")
		}
		same := strings.NewReplacer("CA-99", "CA-2", "REQ-77", "REQ-1", "REQ-0", "REQ-1", "REQ--1", "REQ-1")
		if strings.Contains(c.yours, "CA-4") {
			same = strings.NewReplacer("CA-99", "CA-4")
		}
		yours, event := ask(c.yours)
		missing, other := ask(c.missing)
		if yours != same.Replace(missing) {
			t.Errorf("%s: %q and %q differ:\n%s\n%s", c.who, c.yours, c.missing, yours, missing)
		}
		if event != same.Replace(other) || strings.Count(event, "refused ") != 1 || strings.Contains(event, "\n") {
			t.Errorf("%s: %q and %q leave different traces:\n%s\n%s", c.who, c.yours, c.missing, event, other)
		}
		for _, leak := range []string{"Visitor", "archive", "Jon", "Lena", "10 Mar"} {
			if strings.Contains(yours, leak) {
				t.Errorf("%s: %q tells %q: %s", c.who, c.yours, leak, yours)
			}
		}
	}
	h.intact()
}

func TestEnumerationGivesNothingAway(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "todo")
	seen := map[string][]string{}
	for n := 1; n <= 999; n++ {
		id := fmt.Sprintf("CA-%d", n)
		answer := strings.ReplaceAll(asJSON(t, h.says("mia", "ack "+id)), id, "CA-N")
		seen[answer] = append(seen[answer], id)
	}
	if len(seen) != 2 {
		t.Fatalf("%d different answers: %v", len(seen), seen)
	}
	for answer, ids := range seen {
		if len(ids) == 1 && ids[0] != "CA-3" {
			t.Errorf("%v stands out: %s", ids, answer)
		}
	}
}

// Whoever presses is asked again who they are; the message is no authority.
func TestAMessageIsNoAuthority(t *testing.T) {
	for name, c := range map[string]struct {
		who, press, why string
	}{
		"a stranger to the item presses On it":       {"mia", "ack CA-1", "refuse.not_found"},
		"a colleague presses Done":                   {"jon", "done CA-1", "refuse.not_found"},
		"the owner's manager presses Done":           {"lena", "done CA-1", "refuse.not_yours"},
		"an auditor presses On it":                   {"sam", "ack CA-1", "refuse.not_yours"},
		"top management presses Not today":           {"daniel", "snooze CA-1 1d", "refuse.not_yours"},
		"an external auditor presses Open":           {"xaver", "show CA-1", "refuse.not_found"},
		"a colleague presses Undo":                   {"jon", "undo 1", "refuse.nothing_to_undo"},
		"the owner's manager presses Undo":           {"lena", "undo 1", "refuse.nothing_to_undo"},
		"the owner's deputy presses Undo":            {"tom", "undo 1", "refuse.nothing_to_undo"},
		"the ISMS manager presses Undo":              {"grace", "undo 1", "refuse.nothing_to_undo"},
		"staff press Approve":                        {"jon", "approve REQ-1", "refuse.verb"},
		"the asker presses Approve":                  {"priya", "approve REQ-1", "refuse.verb"},
		"staff press Nudge":                          {"jon", "nudge CA-1", "refuse.verb"},
		"another line's manager presses Nudge":       {"nora", "nudge CA-1", "refuse.not_found"},
		"staff press Share":                          {"jon", "share", "refuse.verb"},
		"staff press It works":                       {"jon", "verify CA-4 works", "refuse.verb"},
		"the one who did it presses It works":        {"lena", "verify CA-4 works", "refuse.verify_did"},
		"an owner's manager presses Take":            {"lena", "take CA-1", "refuse.not_yours"},
		"staff press New":                            {"jon", "new action", "refuse.create"},
		"an auditor answers an extension not theirs": {"sam", "approve REQ-1", "refuse.approve"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.says("priya", "extend CA-1 2026-03-27 the engineer comes late")
			h.tick()
			message := h.last("priya")
			before, item := h.seq(), *h.item("CA-1")
			r := h.presses(c.who, c.press, message.Ref)
			h.refused(before, c.who, c.why, r)
			if after := *h.item("CA-1"); asJSON(t, after) != asJSON(t, item) {
				t.Errorf("the item changed:\n%+v\n%+v", item, after)
			}
			h.tick()
			if got := asJSON(t, h.last("priya").Card); got != asJSON(t, message.Card) {
				t.Errorf("somebody else's press changed the message:\n%s", got)
			}
		})
	}
}

func TestAnotherPersonsMessageIsNotShownToWhoPressesIt(t *testing.T) {
	h := newHouse(t)
	h.tick()
	digest := h.last("priya")
	h.says("jon", "ack CA-2")
	for _, command := range []string{"undo 1", "ack CA-2"} {
		r := h.presses("jon", command, digest.Ref)
		if r.Replaces || strings.Contains(text(r), "payroll") {
			t.Errorf("%q on Priya's digest gave Jon\n%s (replaces: %v)", command, text(r), r.Replaces)
		}
	}
}

func TestRightsAreReadAtThePressAndNotBefore(t *testing.T) {
	noRole := func(p *storage.Profile) { p.Roles = nil }
	for name, c := range map[string]struct {
		before func(h *house)
		change func(h *house)
		who    string
		press  string
		why    string
	}{
		"the ISMS manager is one no longer": {change: func(h *house) { h.change("grace", noRole) }, who: "grace", press: "done CA-1 x", why: "refuse.not_found"},
		"the auditor is one no longer":      {change: func(h *house) { h.change("sam", noRole) }, who: "sam", press: "new action Something", why: "refuse.create"},
		"the manager leads nobody now": {change: func(h *house) {
			h.change("nora", noRole)
			h.change("mia", func(p *storage.Profile) { p.Manager = 0 })
		}, who: "nora", press: "overdue", why: "refuse.overdue"},
		"the item has another owner": {change: func(h *house) { h.says("grace", "delegate CA-1 @Jon") }, who: "priya", press: "ack CA-1", why: "refuse.not_found"},
		"the deputy is one no longer": {change: func(h *house) { h.change("priya", func(p *storage.Profile) { p.Deputy = 0 }) },
			who: "tom", press: "ack CA-1", why: "refuse.not_found"},
		"the approver leads the owner no longer": {
			before: func(h *house) { h.says("priya", "extend CA-1 2026-03-27 because") },
			change: func(h *house) { h.change("priya", func(p *storage.Profile) { p.Manager = h.id("nora") }) },
			who:    "lena", press: "approve REQ-1", why: "refuse.approve"},
		"the second approver is ISMS manager no longer": {
			before: func(h *house) {
				h.says("priya", "extend CA-1 2026-03-27 because")
				h.at("2026-03-18 09:00").tick()
			},
			change: func(h *house) { h.change("grace", func(p *storage.Profile) { p.Roles = []isms.Role{isms.Manager} }) },
			who:    "grace", press: "approve REQ-1", why: "refuse.not_found"},
		"who answered on behalf may no longer take it back": {
			before: func(h *house) { h.says("grace", "done CA-1 seen") },
			change: func(h *house) { h.change("grace", noRole) },
			who:    "grace", press: "undo", why: "refuse.nothing_to_undo"},
		"who approved may no longer take it back": {
			before: func(h *house) {
				h.says("priya", "extend CA-1 2026-03-27 because")
				h.says("grace", "approve REQ-1")
			},
			change: func(h *house) { h.change("grace", noRole) },
			who:    "grace", press: "undo", why: "refuse.nothing_to_undo"},
		"the person has left": {change: func(h *house) { h.change("priya", func(p *storage.Profile) { p.Left = true }) },
			who: "priya", press: "done CA-1 x", why: "refuse.unknown_person"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if c.before != nil {
				c.before(h)
			}
			h.tick()
			c.change(h)
			before := h.seq()
			h.refused(before, c.who, c.why, h.presses(c.who, c.press, ""))
			h.intact()
		})
	}
}

func TestNobodyDecidesAboutTheirOwn(t *testing.T) {
	for name, c := range map[string]struct {
		ask, who, answer, why string
		asker                 string
	}{
		"the asker, an ISMS manager":                  {"extend TSK-2 2026-03-27 because", "grace", "approve REQ-1", "refuse.approve", "grace"},
		"the asker on behalf":                         {"extend CA-1 2026-03-27 because", "grace", "approve REQ-1", "refuse.approve", "grace"},
		"the ISMS manager says no to their own":       {"extend TSK-2 2026-03-27 because", "grace", "reject REQ-1 no", "refuse.approve", "grace"},
		"an owner for whom the deputy asked":          {"extend CA-1 2026-03-27 because", "priya", "approve REQ-1", "refuse.verb", "tom"},
		"an owner who leads, for whom somebody asked": {"extend CA-5 2026-03-27 because", "lena", "approve REQ-1", "refuse.approve", "grace"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Lena's own", Severity: isms.Minor}, "lena", "2026-03-20")
			h.says(c.asker, c.ask)
			before := h.seq()
			h.refused(before, c.who, c.why, h.says(c.who, c.answer))
			if q := h.request(1); q.State != storage.Pending {
				t.Errorf("the request is %s", q.State)
			}
		})
	}
}

func TestTheISMSManagersOwnRequestGoesToTheirManager(t *testing.T) {
	h := newHouse(t)
	h.says("grace", "extend TSK-2 2026-03-27 because")
	if q := h.request(1); q.Approver != h.id("daniel") {
		t.Errorf("%v decides", q.Approver)
	}
	before := h.seq()
	r := h.submits("grace", "edit TSK-2", "", "title", "Read the log", "due", "2026-04-30")
	h.refused(before, "grace", "refuse.edit_due", r)
}

func (h *house) request(n int64) (q *storage.Request) {
	h.t.Helper()
	h.view(func(tx *storage.Tx) (err error) {
		q, err = tx.Request(n)
		return err
	})
	return q
}

func TestAFormIsNoAuthorityForWhatItDidNotAsk(t *testing.T) {
	for name, c := range map[string]struct {
		who    string
		fields []string
		why    string
	}{
		"the owner moves the date":         {"priya", []string{"title", "x", "due", "2026-09-01"}, "refuse.edit_due"},
		"the owner gives it away":          {"priya", []string{"title", "x", "owner", "<@UJON>"}, "refuse.edit_owner"},
		"the owner makes it less grave":    {"priya", []string{"title", "x", "severity", "opportunity"}, "refuse.edit_other"},
		"the deputy makes it come round":   {"tom", []string{"title", "x", "repeat", "yearly"}, "refuse.edit_other"},
		"a colleague changes the text":     {"jon", []string{"title", "x"}, "refuse.not_found"},
		"the owner's manager changes text": {"lena", []string{"title", "x"}, "refuse.not_yours"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			item := asJSON(t, h.item("CA-1"))
			before := h.seq()
			h.refused(before, c.who, c.why, h.submits(c.who, "edit CA-1", "", c.fields...))
			if got := asJSON(t, h.item("CA-1")); got != item {
				t.Errorf("it changed: %s", got)
			}
		})
	}
	h := newHouse(t)
	if r := h.submits("grace", "edit CA-1", "", "title", "x", "severity", "catastrophic"); r.Errors["severity"] == "" || h.item("CA-1").Severity != isms.Minor {
		t.Errorf("an unknown severity: %+v", r)
	}
}

func TestStrangersLearnNothingAndLeaveNothing(t *testing.T) {
	h := newHouse(t)
	before := h.seq()
	for _, in := range []chat.Invocation{
		{Text: "todo"}, {Text: "show CA-1"}, {Text: "done CA-1 x"}, {Text: "overdue"}, {Text: "nonsense"}, {Text: "help"}, {Kind: chat.Opened},
		{Text: "link"}, {Text: "link", Kind: chat.Pressed}, {Text: "done CA-1", Kind: chat.Pressed}, {Text: "edit CA-1", Kind: chat.Submitted, Fields: map[string]string{"title": "x"}},
	} {
		for _, from := range []chat.Account{{Platform: "slack", ID: "USTRANGER"}, {Platform: "teams", ID: "UPRIYA"}, {Platform: "slack", ID: ""}, {}} {
			in.From = from
			r := h.do(in)
			if got := text(r); !strings.HasPrefix(got, "I do not know you yet. Please ask your ISMS manager to add you to the people file, or, if you know me on another platform, type link there") {
				t.Errorf("%+v: %s", in, got)
			}
			in.ID = ""
		}
	}
	if events := h.since(before); len(events) != 0 {
		t.Errorf("the journal has %v", events)
	}
}
