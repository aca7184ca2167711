package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestAButtonAndItsTypedTwinDoTheSame(t *testing.T) {
	for name, c := range map[string]struct {
		who, typed, button string
		fields             []string
		on                 string // the item
	}{
		"done":        {"priya", "done CA-1 it works", "done CA-1", []string{"evidence", "it works"}, "CA-1"},
		"done, again": {"priya", "done TSK-1 a screenshot", "done TSK-1", []string{"evidence", "a screenshot", "happened", "2026-03-16"}, "TSK-1"},
		"on it":       {"priya", "ack CA-1", "ack CA-1", nil, "CA-1"},
		"a note":      {"priya", "update CA-1 words", "update CA-1", []string{"reason", "words"}, "CA-1"},
		"more time":   {"priya", "extend CA-1 +2w because", "extend CA-1", []string{"day", "2026-03-30", "reason", "because"}, "CA-1"},
		"not mine":    {"priya", "delegate CA-1 <@UJON> his", "delegate CA-1", []string{"person", "<@UJON>", "reason", "his"}, "CA-1"},
		"nobody's":    {"priya", "delegate CA-1", "delegate CA-1", []string{"person", "", "reason", ""}, "CA-1"},
		"not today":   {"priya", "snooze CA-1 1d", "snooze CA-1 1d", nil, "CA-1"},
		"stuck":       {"priya", "stuck CA-1 words", "stuck CA-1", []string{"reason", "words"}, "CA-1"},
		"it works":    {"sam", "verify CA-4 works two samples", "verify CA-4 works", []string{"reason", "two samples"}, "CA-4"},
		"it fails":    {"sam", "verify CA-4 fails no log", "verify CA-4 fails", []string{"reason", "no log"}, "CA-4"},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(typed bool) (string, string) {
				h := newHouse(t)
				h.tick()
				message := h.last(c.who).Ref
				before := h.seq()
				switch {
				case typed:
					h.says(c.who, c.typed)
				case c.fields == nil:
					if r := h.presses(c.who, c.button, message); !r.Replaces {
						t.Errorf("the message did not become its answer:\n%s", text(r))
					}
				default:
					r := h.presses(c.who, c.button, message)
					if r.Form == nil || r.Form.Command != c.button || r.Form.Cancel == "" {
						t.Fatalf("the button opened %+v\n%s", r.Form, text(r))
					}
					if r = h.submits(c.who, r.Form.Command, message, c.fields...); !r.Replaces {
						t.Errorf("the message did not become its answer:\n%s", text(r))
					}
				}
				if h.seq() != before+1 {
					t.Errorf("%v", h.since(before))
				}
				return asJSON(t, h.item(c.on)), h.since(before)[0]
			}
			item, event := run(true)
			if i, e := run(false); i != item || e != event {
				t.Errorf("they differ:\n%s\n%s\n%s\n%s", item, i, event, e)
			}
		})
	}
}

func TestTheThirdHandOverGoesToTheISMSManager(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "delegate CA-1 @Jon")
	h.says("jon", "delegate CA-1 @Klara")
	r := h.says("klara", "delegate CA-1 @Priya")
	if it := h.item("CA-1"); it.Owner != h.id("grace") {
		t.Errorf("%v has it\n%s", it.Owner, text(r))
	}
	h.tick()
	if got := h.read("jon"); !strings.Contains(got, "Priya hands this to you: Test the payroll backup · CA-1") {
		t.Logf("Jon had no time to read it: %s", got)
	}
	if got := h.read("grace"); !strings.Contains(got, "Klara hands this to you: Test the payroll backup · CA-1") {
		t.Errorf("Grace reads\n%s", got)
	}
}

func TestNotMineWithoutAPersonGoesToTheOwnersManager(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "delegate CA-1")
	if it := h.item("CA-1"); it.Owner != h.id("lena") {
		t.Errorf("%v has it", it.Owner)
	}
}

func TestStuckTellsWhoeverCanHelp(t *testing.T) {
	for _, c := range []struct{ who, says, told, name string }{
		{"priya", "stuck CA-1 no machine", "lena", "Lena Vogt"}, {"tom", "stuck CA-1 no machine", "lena", "Lena Vogt"}, {"grace", "stuck CA-1 no machine", "lena", "Lena Vogt"},
		{"grace", "stuck TSK-2 no machine", "daniel", "Daniel Cole"}, {"lena", "stuck CA-5 no machine", "daniel", "Daniel Cole"}, {"daniel", "stuck CA-6 no machine", "grace", "Grace Adeyemi"},
	} {
		h := newHouse(t)
		h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Lena's own"}, "lena", "2026-03-20")
		h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "The chief's"}, "daniel", "2026-03-20")
		h.says(c.who, "todo")
		r := h.says(c.who, c.says)
		if got := text(r); !strings.Contains(got, "Noted that it is stuck: “no machine”. "+c.name+" will see it.") {
			t.Errorf("%s: %s", c.who, got)
		}
		h.tick()
		if got := h.read(c.told); !strings.Contains(got, "is stuck: ") || !strings.Contains(got, "no machine") {
			t.Errorf("%s reads\n%s", c.told, got)
		}
	}
	h := newHouse(t)
	h.says("priya", "stuck CA-1 words")
	h.says("priya", "ack CA-1")
	if h.item("CA-1").Stuck {
		t.Error("on it, and still stuck")
	}
}

func TestNotTodayMovesNeitherTheDateNorWhoHearsOfIt(t *testing.T) {
	run := func(snoozed bool) (string, bool) {
		h := newHouse(t)
		h.tick()
		if snoozed {
			h.says("jon", "snooze CA-2 31d")
		}
		for range 10 {
			h.now = h.now.AddDate(0, 0, 1)
			h.tick()
		}
		return h.item("CA-2").Due.String(), strings.Contains(h.read("grace"), "Visitor log at the back · CA-2")
	}
	due, above := run(false)
	if d, a := run(true); d != due || a != above || !above {
		t.Errorf("due %s and %s, above %v and %v", due, d, above, a)
	}
}

func TestDoneNeedsTheEvidenceThatTheTaskAsksFor(t *testing.T) {
	h := newHouse(t)
	if got := text(h.says("priya", "done TSK-1")); !strings.Contains(got, "TSK-1 needs something that shows it is done: a screenshot.") || !strings.Contains(got, "Nothing was changed.") {
		t.Error(got)
	}
	if r := h.submits("priya", "done TSK-1", "", "evidence", "  "); r.Errors["evidence"] == "" {
		t.Errorf("%+v", r)
	}
	for _, day := range []string{"2026-03-17", "yesterday", "9999-01-01", "0000-00-00", "2026-02-30"} {
		if r := h.submits("priya", "done TSK-1", "", "evidence", "x", "happened", day); r.Errors["happened"] == "" {
			t.Errorf("done on %s: %s", day, text(r))
		}
	}
	if it := h.item("TSK-1"); it.Due != date(t, "2026-03-19") || h.seq() != 1 {
		t.Errorf("due %s, %v", it.Due, h.events())
	}
	if got := text(h.says("priya", "done TSK-1 https://wiki/x")); !strings.Contains(got, "Done on Mon 16 Mar, 09:00. With a link. Next time: Fri 19 Jun.") {
		t.Error(got)
	}
	if got := text(h.says("priya", "done CA-1 a note")); !strings.Contains(got, "With a note. Sam Okoro checks on Tue 16 Jun that it worked.") {
		t.Error(got)
	}
}

func TestSettingsHoldFromNowOn(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "todo")
	r := h.submits("priya", "settings", "", "language", "de", "zone", "America/New_York", "hours", "08:00-12:00", "neutral", "yes", "from", "2026-03-18", "to", "2026-03-20")
	if got := text(r); got != "Gespeichert. Es gilt ab jetzt." {
		t.Error(got)
	}
	if got := text(h.says("priya", "settings")); !strings.Contains(got, "Sprache: Deutsch") || !strings.Contains(got, "America/New_York") || !strings.Contains(got, "08:00-12:00") ||
		!strings.Contains(got, "Mi 18. März bis Fr 20. März") || !strings.Contains(got, "Neutrale Benachrichtigung: Ja") {
		t.Error(got)
	}
	if form := h.presses("priya", "settings", "").Form; form.Inputs[0].Value != "de" || form.Inputs[1].Value != "America/New_York" || form.Inputs[4].Value != "2026-03-18" {
		t.Errorf("%+v", form.Inputs)
	}
	h.tick() // 09:00 UTC is night in New York
	if h.sent("priya") != 0 {
		t.Errorf("she was written to at night")
	}
	h.at("2026-03-16 12:30").tick() // 08:30 there
	m := h.last("priya").Card
	if m.Summary != "Im ISMS gibt es etwas für dich. Zum Lesen öffnen." || !strings.HasPrefix(m.Text(), "Guten Morgen Priya.") {
		t.Errorf("%s\n%s", m.Summary, m.Text())
	}
	if got := text(h.submits("priya", "settings", "", "language", "default", "zone", "", "hours", "", "neutral", "no")); got != "Saved. It counts from now on." {
		t.Error(got)
	}
	if p := h.person("priya"); p.OwnZone != "" || p.Hours != "" || p.Neutral {
		t.Errorf("%+v", p)
	}
}

func TestSettingsRefuseWhatTheyCannotKeep(t *testing.T) {
	for field, values := range map[string][]string{
		"zone":  {"Mars/Olympus", "Local", "../../etc/passwd", "/etc/passwd", "europe berlin", strings.Repeat("x", 5000)},
		"hours": {"9-17", "25:00-26:00", "17:00-09:00", "always"},
	} {
		for _, v := range values {
			h := newHouse(t)
			if r := h.submits("priya", "settings", "", field, v); r.Errors[field] == "" || h.seq() != 0 {
				t.Errorf("%s %q: %+v", field, v, r)
			}
		}
	}
	for _, span := range [][2]string{{"2026-03-20", "2026-03-18"}, {"2026-03-20", ""}, {"", "2026-03-20"}, {"2026-01-01", "2026-01-05"}, {"x", "y"}} {
		h := newHouse(t)
		if r := h.submits("priya", "settings", "", "from", span[0], "to", span[1]); r.Errors["to"] == "" || h.seq() != 0 {
			t.Errorf("away %v: %+v", span, r)
		}
	}
}

func TestANeutralNotificationHidesWhatItIsAbout(t *testing.T) {
	h := newHouse(t)
	for _, p := range household {
		first, _, _ := strings.Cut(strings.ToLower(p[0]), " ")
		h.change(first, func(p *storage.Profile) { p.Neutral = true })
	}
	h.tick()
	h.says("priya", "extend CA-1 2026-03-27 because")
	h.says("lena", "nudge CA-2")
	h.says("priya", "delegate TSK-1 @Jon")
	h.says("priya", "stuck CA-1 words")
	h.says("lena", "ask REQ-1 why")
	h.says("lena", "approve REQ-1")
	h.now = h.now.AddDate(0, 0, 1)
	h.tick()
	for _, s := range h.slack.Sent() {
		for _, leak := range []string{"payroll", "Visitor", "finance share", "CA-", "TSK-", "Priya", "Lena"} {
			if strings.Contains(s.Card.Summary, leak) {
				t.Errorf("the notification to %s says %q", s.To.To, s.Card.Summary)
			}
		}
	}
}

func TestANewItemComesFromAFormOrALine(t *testing.T) {
	h := newHouse(t)
	if form := h.says("grace", "new action").Form; form == nil || form.Command != "new action" || form.Cancel == "" || form.Language != "en" {
		t.Errorf("%+v", form)
	}
	if form := h.presses("sam", "new finding", "").Form; form == nil || form.Title != "New finding" {
		t.Errorf("%+v", form)
	}
	r := h.submits("grace", "new action", "", "title", " Lock  the\nserver room ", "owner", "<@UJON>", "due", "2026-05-01", "severity", "major")
	if it := h.item("CA-5"); it.Title != "Lock the server room" || it.Owner != h.id("jon") || it.Due != date(t, "2026-05-01") || it.Severity != isms.Major {
		t.Errorf("%+v\n%s", it.Item, text(r))
	}
	h.tick()
	if got := h.read("jon"); !strings.Contains(got, "Grace hands this to you: Lock the server room · CA-5") {
		t.Errorf("Jon reads\n%s", got)
	}
	h.says("grace", "new task Count the keys")
	if it := h.item("TSK-4"); it.Title != "Count the keys" || it.Owner != h.id("grace") || it.Due.IsZero() {
		t.Errorf("%+v", it.Item)
	}
	before := h.seq()
	for field, v := range map[string]string{"title": "", "due": "2026-03-01", "owner": "<@UNOBODY>", "severity": "catastrophic", "repeat": "FREQ=SECONDLY"} {
		fields := map[string]string{"title": "A title", field: v}
		in := chat.Invocation{From: account("grace"), Kind: chat.Submitted, Text: "new task", Fields: fields}
		if r := h.do(in); r.Errors[field] == "" || len(r.Errors) != 1 {
			t.Errorf("%s %q: %+v", field, v, r.Errors)
		}
	}
	if r := h.submits("grace", "new action", "", "title", strings.Repeat("x", 201)); r.Errors["title"] == "" {
		t.Errorf("%+v", r)
	}
	if h.seq() != before {
		t.Errorf("%v", h.since(before))
	}
	for says, why := range map[string]string{"new": "refuse.new_kind", "new audit x": "refuse.new_kind", "new action " + strings.Repeat("x", 201): "refuse.too_long"} {
		before := h.seq()
		h.refused(before, "grace", why, h.says("grace", says))
	}
	before = h.seq()
	h.refused(before, "priya", "refuse.create", h.submits("priya", "new action", "", "title", "x"))
}

func TestAnItemIsEditedWithinOnesRights(t *testing.T) {
	h := newHouse(t)
	names := func(f *chat.Form) (out []string) {
		for _, in := range f.Inputs {
			out = append(out, in.Name)
		}
		return out
	}
	form := h.says("grace", "edit CA-1").Form
	if !slices.Equal(names(form), []string{"title", "description", "owner", "due", "severity"}) || form.Cancel == "" || form.Language == "" {
		t.Errorf("%+v", form)
	}
	if got := names(h.says("priya", "edit CA-1").Form); !slices.Equal(got, []string{"title", "description"}) {
		t.Errorf("%v", got)
	}
	h.submits("priya", "edit CA-1", "", "title", "Test every backup", "description", "All of them.")
	h.submits("grace", "edit CA-1", "", "title", "Test every backup", "owner", "<@UJON>", "due", "2026-04-30", "severity", "major")
	if it := h.item("CA-1"); it.Title != "Test every backup" || it.Owner != h.id("jon") || it.Due != date(t, "2026-04-30") || it.Severity != isms.Major || it.FirstDue != date(t, "2026-03-17") {
		t.Errorf("%+v", it.Item)
	}
}

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

func TestNobodyIsOfferedAButtonThatAlwaysRefuses(t *testing.T) {
	h := newHouse(t)
	h.now = h.now.AddDate(0, 0, 1)
	for _, who := range []string{"priya", "jon", "lena", "grace", "sam", "daniel", "nora", "mia", "klara", "tom"} {
		var cards []*chat.Card
		for _, says := range []string{"todo", "overdue", "due 60d", "show CA-1", "show CA-2", "show CA-3", "show CA-4", "show TSK-1", "show A.8.13"} {
			cards = append(cards, h.says(who, says).Card)
		}
		cards = append(cards, h.do(chat.Invocation{From: account(who), Kind: chat.Opened}).Card)
		h.tick()
		for _, s := range h.slack.SentTo(account(who).ID) {
			cards = append(cards, &s.Card)
		}
		seen := map[string]bool{}
		for _, c := range cards {
			for _, command := range commands(c) {
				if seen[command] || strings.HasPrefix(command, "undo") {
					continue
				}
				seen[command] = true
				fresh := newHouse(t)
				fresh.now = h.now
				r := fresh.presses(who, command, "")
				if events := fresh.events(); len(events) > 0 && strings.HasPrefix(events[0], "refused ") {
					t.Errorf("%s is offered %q: %s", who, command, strings.Split(text(r), "\n")[0])
				}
			}
		}
	}
}
