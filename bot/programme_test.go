package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// withComms is the house where Mia looks after communication.
func withComms(t *testing.T, change ...func(*bot.Config)) *house {
	h := newHouse(t, change...)
	h.change("mia", func(p *storage.Profile) { p.Roles = append(p.Roles, isms.Comms) })
	h.says("grace", "todo") // the first contact's words are said
	h.says("mia", "todo")
	return h
}

func TestTheBuiltInYearIsShownBeforeItIsTakenOver(t *testing.T) {
	h := withComms(t)
	if r := h.says("grace", "plan"); !slices.Equal(commands(r.Card), []string{"plan year", "plan-new"}) {
		t.Errorf("an empty plan offers %v", commands(r.Card))
	}
	r := h.says("grace", "plan year")
	for _, want := range []string{"The built-in year adds 5 communications", "Poster of the month - Tue 14 Apr", "Every month · everyone · broadcast with a picture",
		"Every quarter · everyone · broadcast with a question", "Twice a year", "a task of Mia Rossi"} {
		if !strings.Contains(r.Card.Text(), want) {
			t.Errorf("the year does not say %s:\n%s", want, r.Card.Text())
		}
	}
	if got := h.column("SELECT count(*) FROM comms_plan"); got[0] != "0" {
		t.Fatalf("a look has planned %s", got[0])
	}
	before := h.seq()
	r = h.presses("grace", "plan year start", "")
	if !strings.HasPrefix(r.Card.Text(), "5 communications planned. Next: Look at last month's communication, Mon 6 Apr") {
		t.Errorf("the plan is\n%s", r.Card.Text())
	}
	if got := h.since(before); len(got) != 5 || !strings.HasPrefix(got[0], "item.created ") || strings.Contains(strings.Join(got, ""), "oster of") {
		t.Errorf("the journal has %v", got)
	}
	h.refused(h.seq(), "mia", "refuse.plan_complete", h.says("mia", "plan year start"))
	h.refused(h.seq(), "jon", "refuse.plan", h.says("jon", "plan"))
	h.refused(h.seq(), "sam", "refuse.plan_year", h.says("sam", "plan year start"))
	h.intact()
}

func TestAPlannedCommunicationIsATaskThatComesRound(t *testing.T) {
	h := withComms(t)
	h.says("mia", "plan year start")
	h.at("2026-04-07 09:00").tick()
	if !strings.Contains(h.told("mia"), "Look at last month's communication") {
		t.Errorf("Mia is told\n%s", h.told("mia"))
	}
	plan := h.says("mia", "plan").Card
	i := strings.Index(plan.Text(), "Poster of the month · ")
	id, _, _ := strings.Cut(plan.Text()[i+len("Poster of the month · "):], " ")
	h.at("2026-04-14 10:00")
	h.says("mia", "done "+id+" https://wiki.example.com/poster")
	if it := h.item(id); it.Due != date(t, "2026-05-12") || it.Status != isms.Open {
		t.Errorf("it comes round on %s, %s", it.Due, it.Status)
	}
	if r := h.says("mia", "show "+id); !strings.Contains(r.Card.Text(), "Repeats: Every month") || !strings.Contains(r.Card.Text(), "Source: communication plan") {
		t.Errorf("it shows\n%s", r.Card.Text())
	}
	h.at("2026-05-04 10:00")
	r := h.says("grace", "plan review")
	for _, want := range []string{"Communication in April: the figures", "Carried out: 1 communication", "Poster of the month · " + id + " - Tue 12 May", "Phishing tests: none"} {
		if !strings.Contains(r.Card.Text(), want) {
			t.Errorf("the review does not say %s:\n%s", want, r.Card.Text())
		}
	}
	h.intact()
}

func TestTheReviewShowsLastMonthsPhishingTest(t *testing.T) {
	h := withComms(t)
	h.phished("January parcel", "2026-01-14", "jon")
	h.phished("February invoice", "2026-02-12")
	r := h.says("mia", "plan review")
	for _, want := range []string{"Communication in February: the figures", "Phishing test of Thu 12 Feb: 29 % reported it, 29 % clicked (reported the time before: 43 %)"} {
		if !strings.Contains(r.Card.Text(), want) {
			t.Errorf("the review does not say %s:\n%s", want, r.Card.Text())
		}
	}
	if strings.Contains(r.Card.Text(), "14 Jan") || strings.Contains(r.Card.Text(), "Priya") {
		t.Errorf("it says too much:\n%s", r.Card.Text())
	}
}

func TestACommunicationIsPlannedInAForm(t *testing.T) {
	h := withComms(t)
	form := h.presses("mia", "plan-new", "").Form
	if form == nil || form.Title != "Add to the plan" || len(form.Inputs) != 6 {
		t.Fatalf("the form is %+v", form)
	}
	r := h.submits("mia", "plan-new", "", "what", "", "due", "2026-03-01", "repeat", "never", "audience", "Operations", "channel", strings.Repeat("x", 300), "owner", "nobody at all")
	for _, field := range []string{"what", "due", "channel", "owner"} {
		if r.Errors[field] == "" {
			t.Errorf("nothing is said at %s: %v", field, r.Errors)
		}
	}
	r = h.submits("mia", "plan-new", "", "what", "Clean  desks", "due", "2026-04-01", "repeat", "yearly", "audience", "Operations", "channel", "team meeting", "owner", "<@UJON>")
	if r.Card == nil || r.Card.Summary != "Clean desks · TSK-4 is in the plan: Wed 1 Apr, Jon Reed." {
		t.Fatalf("the answer is %+v", r)
	}
	if r := h.says("mia", "plan"); !strings.Contains(r.Card.Text(), "Operations · team meeting · Jon Reed · every year") {
		t.Errorf("the plan is\n%s", r.Card.Text())
	}
	if it := h.item("TSK-4"); it.Owner != h.id("jon") || it.Repeat != "yearly" || it.Private {
		t.Errorf("the task is %+v", it)
	}
	h.refused(h.seq(), "sam", "refuse.plan", h.says("sam", "plan-new"))
}
