package bot_test

import (
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

func TestTwoPeopleOfOneNameAreNotMistakenForEachOther(t *testing.T) {
	h := newHouse(t)
	h.moveIn([6]string{"Amy Park", "IT", "lena", "", "staff", ""})
	h.change("amy", func(p *storage.Profile) { p.Name = "Jon Reed" })
	for _, name := range []string{"Jon Reed", "@Jon", "jon reed", "JON"} {
		before := h.seq()
		h.refused(before, "priya", "refuse.who", h.says("priya", "delegate CA-1 "+name))
	}
	h.says("priya", "delegate CA-1 amy@example.com")
	if it := h.item("CA-1"); it.Owner != h.id("amy") {
		t.Errorf("%v has it", it.Owner)
	}
	h = newHouse(t)
	h.moveIn([6]string{"Amy Park", "IT", "lena", "", "staff", ""})
	h.change("amy", func(p *storage.Profile) { p.Name = "Jon" }) // the whole name before the first name
	h.says("priya", "delegate CA-1 jon")
	if it := h.item("CA-1"); it.Owner != h.id("amy") {
		t.Errorf("%v has it", it.Owner)
	}
	h = newHouse(t)
	h.change("jon", func(p *storage.Profile) { p.Left = true })
	before := h.seq()
	h.refused(before, "priya", "refuse.who", h.says("priya", "delegate CA-1 @Jon"))
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

func TestNobodyIsOfferedAButtonThatAlwaysRefuses(t *testing.T) {
	t.Parallel()
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
			for _, b := range buttonsOf(c) {
				command := b.Command
				if seen[command] || strings.HasPrefix(command, "undo") {
					continue
				}
				seen[command] = true
				fresh := newHouse(t)
				fresh.now = h.now
				r := fresh.presses(who, command, "")
				if events := fresh.events(); len(events) > 0 && strings.HasPrefix(events[0], "refused ") {
					t.Errorf("%s is offered %q: %s", who, command, strings.Split(text(r), "\n")[0])
				} else if (r.Form != nil) != b.Form {
					t.Errorf("%s: to press %q opens a form: %v, the button said %v", who, command, r.Form != nil, b.Form)
				}
			}
		}
	}
}

func TestAnItemIsFoundByTheOrganisationsOwnReference(t *testing.T) {
	h := newHouse(t)
	err := h.db.Tx(t.Context(), func(tx *storage.Tx) error {
		it, err := tx.Item(isms.ItemID{Kind: isms.Action, N: 1})
		if err != nil {
			return err
		}
		it.Ref = "NC-2026/7"
		return tx.SaveItem(it)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := text(h.says("priya", "show NC-2026/7")); !strings.Contains(got, "CA-1") || !strings.Contains(got, "Your reference: NC-2026/7") {
		t.Errorf("show:\n%s", got)
	}
	h.says("priya", "update NC-2026/7 half of it is done")
	if it := h.item("CA-1"); it.LastWord != "half of it is done" {
		t.Errorf("the note is %q", it.LastWord)
	}
	if yours, missing := text(h.says("mia", "show NC-2026/7")), text(h.says("mia", "show NC-2026/8")); yours != missing {
		t.Errorf("not yours reads\n%s\nand missing\n%s", yours, missing)
	}
}
