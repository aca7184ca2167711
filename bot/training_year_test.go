package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// course puts a training without questions into the catalogue and gives it to
// the so many people whom it is for.
func (h *house) course(n, title, audience, repeat, joiners, people string) {
	h.t.Helper()
	if r := h.submits("mia", "training-new", "", "title", title, "audience", audience, "repeat", repeat, "joiners", joiners); r.Card == nil {
		h.t.Fatalf("%s is not made: %+v", title, r)
	}
	h.presses("mia", "training "+n+" give "+people, "")
	h.remind()
}

// tasks are somebody's open trainings by title, with their due date.
func (h *house) tasks(who string) (out []string) {
	h.t.Helper()
	h.view(func(tx *storage.Tx) error {
		all, err := tx.OpenOf(h.id(who))
		for _, it := range all {
			if it.Training != 0 {
				out = append(out, it.Due.String()+" "+it.Title)
			}
		}
		return err
	})
	slices.Sort(out)
	return out
}

func TestJoinersGetWhatIsGivenToAllInOneMessage(t *testing.T) {
	h := withComms(t)
	h.course("1", "How we handle information", "everyone", "never", "first", "10")
	h.course("2", "Odd mails", "everyone", "yearly", "soon", "10")
	h.course("3", "Forklift keys", "operations", "yearly", "soon", "2")
	h.course("4", "The new office", "everyone", "never", "no", "10")
	h.at("2026-06-01 08:00")
	h.moveIn([6]string{"Neo Lang", "Operations", "lena", "", "staff", ""})
	h.tick()
	h.at("2026-06-01 09:00").tick()
	h.tick()
	want := []string{"2026-06-02 Training: How we handle information", "2026-06-15 Training: Forklift keys", "2026-06-15 Training: Odd mails"}
	if got := h.tasks("neo"); !slices.Equal(got, want) {
		t.Fatalf("Neo has %q", got)
	}
	if n := h.sent("neo"); n != 1 {
		t.Errorf("Neo got %d messages", n)
	}
	for _, title := range []string{"How we handle information", "Odd mails", "Forklift keys"} {
		if text := h.last("neo").Card.Text(); !strings.Contains(text, title) {
			t.Errorf("Neo is not told of %s:\n%s", title, text)
		}
	}
	if r := h.says("mia", "training 2"); !strings.Contains(r.Card.Text(), "0 of 11 are through with it") || !strings.Contains(r.Card.Text(), "Who joins later: gets it too, within two weeks") {
		t.Errorf("the training says\n%s", r.Card.Text())
	}
	e := h.events()
	if i := slices.IndexFunc(e, func(x string) bool {
		return strings.HasPrefix(x, "training.assigned ") && strings.Contains(x, `"training":3`)
	}); i < 0 {
		t.Error("the journal does not say who got the third")
	}
	h.intact()
}

func TestTrainingsOverAYear(t *testing.T) {
	t.Parallel()
	h := withComms(t)
	h.course("1", "Odd mails", "everyone", "yearly", "soon", "10") // due on 30 March
	h.course("2", "Forklift keys", "operations", "yearly", "soon", "2")
	digests := 0
	for day := date(t, "2026-03-17"); !day.After(date(t, "2027-04-05")); day = day.Add(1) {
		switch wd, quiet := day.Weekday(), day.After(date(t, "2026-04-15")) && day.Before(date(t, "2027-03-10")); {
		case wd == 0 || wd == 6, quiet && wd != 1 && !slices.Contains([]string{"2026-07-01", "2026-07-03", "2026-10-01", "2026-10-02"}, day.String()):
			continue
		}
		h.at(day.String() + " 09:00")
		before := h.sent("jon")
		h.tick()
		if strings.Contains(text2(h, "jon", before), "Odd mails") {
			digests++
		}
		switch day.String() {
		case "2026-03-18":
			h.says("jon", "learn "+h.taskOf("jon", "Odd mails"))
			h.submits("jon", "learn "+h.taskOf("jon", "Odd mails"), "", "note", "")
			h.submits("tom", "learn "+h.taskOf("tom", "Odd mails"), "", "note", "")
		case "2026-07-01":
			h.change("tom", func(p *storage.Profile) { p.Left = true })
			h.change("jon", func(p *storage.Profile) { p.Department = "IT" })
		case "2026-07-03":
			if got := h.tasks("tom"); len(got) != 0 {
				t.Errorf("Tom has left and has %v", got)
			}
			if got := h.tasks("jon"); !slices.Equal(got, []string{"2027-03-30 Training: Odd mails"}) {
				t.Errorf("Jon has %v", got)
			}
			if r := h.says("mia", "training 1"); !strings.Contains(r.Card.Text(), "1 of 9 are through with it (11 %)") {
				t.Errorf("the training says\n%s", r.Card.Text())
			}
		case "2026-10-01":
			h.change("tom", func(p *storage.Profile) { p.Left = false })
		case "2026-10-02":
			if got := h.tasks("tom"); !slices.Equal(got, []string{"2027-03-18 Training: Odd mails"}) {
				t.Errorf("Tom is back and has %v", got)
			}
		}
	}
	if digests < 3 { // at first, and again a year on
		t.Errorf("Jon was told %d times", digests)
	}
	if got := h.tasks("jon"); !slices.Equal(got, []string{"2027-03-30 Training: Odd mails"}) {
		t.Errorf("Jon has %v", got)
	}
	if r := h.says("mia", "training 1"); !strings.Contains(r.Card.Text(), "0 of 10 are through with it") {
		t.Errorf("a year on the training says\n%s", r.Card.Text())
	}
	h.submits("jon", "learn "+h.taskOf("jon", "Odd mails"), "", "note", "")
	if got := h.tasks("jon"); !slices.Equal(got, []string{"2028-03-30 Training: Odd mails"}) {
		t.Errorf("after the second time Jon has %v", got)
	}
	h.intact()
}

func text2(h *house, who string, before int) (out string) {
	for _, m := range h.slack.SentTo(account(who).ID)[before:] {
		out += m.Card.Text()
	}
	return out
}

// taskOf is the id of somebody's task for a training.
func (h *house) taskOf(who, title string) (id string) {
	h.view(func(tx *storage.Tx) error {
		all, err := tx.OpenOf(h.id(who))
		for _, it := range all {
			if strings.HasSuffix(it.Title, title) {
				id = it.ID.String()
			}
		}
		return err
	})
	return id
}

func TestALeaversTrainingsAreOfferedToNobody(t *testing.T) {
	h := taught(t)
	if got := h.column("SELECT count(*) FROM items WHERE training = 1 AND is_open = 1"); got[0] != "2" {
		t.Fatalf("%s have it", got[0])
	}
	h.change("jon", func(p *storage.Profile) { p.Left = true })
	h.remind()
	h.remind()
	if got := h.column("SELECT count(*) FROM items WHERE training = 1 AND is_open = 1"); got[0] != "1" {
		t.Errorf("%s have it", got[0])
	}
	if it := h.item("TSK-5"); it.Status != isms.Withdrawn {
		t.Errorf("Jon's is %s", it.Status)
	}
	if x := h.trained("jon"); x.Task != 0 {
		t.Errorf("what is kept is %+v", x)
	}
	if e := h.events(); !strings.HasPrefix(e[len(e)-1], "training.dropped ") && !slices.ContainsFunc(e, func(x string) bool { return strings.HasPrefix(x, "training.dropped ") }) {
		t.Errorf("the journal has %s", e[len(e)-1])
	}
	h.intact()
}

func TestATrainingThatIsOverIsAskedOfNobody(t *testing.T) {
	h := taught(t)
	h.submits("jon", "learn TSK-5", "", "questiona", "1", "questionb", "2")
	if got := commands(h.says("mia", "training 1 end").Card); len(got) == 0 || got[0] != "training 1 end now" {
		t.Fatalf("Mia is offered %v", got)
	}
	h.refused(h.seq(), "sam", "refuse.plan_year", h.says("sam", "training 1 end now"))
	before := h.seq()
	h.presses("mia", "training 1 end now", "")
	h.tick()
	if got := h.column("SELECT count(*) FROM items WHERE training = 1 AND is_open = 1"); got[0] != "0" {
		t.Errorf("%s have it", got[0])
	}
	if x := h.trained("jon"); x.LastOn != date(t, "2026-03-16") || x.Task != 0 {
		t.Errorf("of Jon it keeps %+v", x)
	}
	r := h.says("mia", "training 1")
	if !strings.Contains(r.Card.Text(), "is over: nobody gets it any more") || slices.Contains(commands(r.Card), "training 1 give") {
		t.Errorf("the training says\n%s", r.Card.Text())
	}
	if got := h.since(before); len(got) == 0 || !strings.HasPrefix(got[0], "training.ended ") {
		t.Errorf("the journal has %v", got)
	}
	h.refused(h.seq(), "mia", "refuse.training_over", h.says("mia", "training 1 end now"))
	h.change("klara", func(p *storage.Profile) { p.Department = "Operations" })
	h.tick()
	if x := h.trained("klara"); x.Task != 0 {
		t.Errorf("Klara has %+v", x)
	}
	h.presses("mia", "training 1 give", "") // it begins again
	h.presses("mia", "training 1 give 3", "")
	h.tick()
	if x := h.trained("klara"); x.Task == 0 {
		t.Errorf("Klara has %+v", x)
	}
	h.intact()
}

func TestATrainingForAllIsToldInTheNextMorning(t *testing.T) {
	h := withComms(t)
	for range 3 { // those who lead are told once the owners are
		h.tick()
	}
	before := len(h.column("SELECT id FROM deliveries"))
	h.course("1", "Odd mails", "everyone", "yearly", "soon", "10")
	h.tick()
	if n := len(h.column("SELECT id FROM deliveries")); n != before {
		t.Errorf("%d messages at once", n-before)
	}
	h.at("2026-03-17 09:00").tick()
	for _, who := range []string{"nora", "sam", "tom"} {
		if n := strings.Count(h.told(who), "Training: Odd mails"); n != 1 {
			t.Errorf("%s is told %d times:\n%s", who, n, h.told(who))
		}
	}
}
