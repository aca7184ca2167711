package bot_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

const questions = "An odd link. What now? | Report it | Open it\nWho gets my password? | Nobody | IT | My manager"

// taught is the house with a training for Operations (Lena and Jon), two
// questions, both to be right, given by Mia.
func taught(t *testing.T) *house {
	h := withComms(t)
	r := h.submits("mia", "training-new", "", "title", "Odd mails", "link", "https://learn.example.com/mails", "audience", "operations", "repeat", "yearly", "questions", questions, "mark", "")
	if r.Card == nil || !strings.Contains(r.Card.Text(), "2 questions, 2 must be right") || !strings.Contains(r.Card.Text(), "given to nobody yet") {
		t.Fatalf("the training is %+v", r)
	}
	r = h.says("mia", "training 1 give")
	if got := commands(r.Card); !slices.Contains(got, "training 1 give 2") {
		t.Fatalf("Mia is asked\n%s", r.Card.Text())
	}
	h.presses("mia", "training 1 give 2", "")
	h.tick()
	return h
}

func (h *house) remind() {
	h.t.Helper()
	if err := h.Remind(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) trained(who string) (out storage.Trained) {
	h.t.Helper()
	h.view(func(tx *storage.Tx) error {
		all, err := tx.Trained(1)
		if i := slices.IndexFunc(all, func(x storage.Trained) bool { return x.Person == h.id(who) }); i >= 0 {
			out = all[i]
		}
		return err
	})
	return out
}

func TestATrainingIsLearnedByAnsweringItsQuestions(t *testing.T) {
	h := taught(t)
	h.at("2026-03-17 09:00").tick()
	digest := h.last("jon")
	if text := digest.Card.Text(); !strings.Contains(text, "Training: Odd mails · TSK-5 - Mon 30 Mar") {
		t.Fatalf("Jon is told\n%s", text)
	}
	if !strings.Contains(h.says("jon", "done TSK-5").Card.Text(), "is finished by doing the training") || !strings.Contains(h.says("jon", "delegate TSK-5 Mia Rossi").Card.Text(), "nobody else can learn it") {
		t.Error("it is done, or given away, without being learned")
	}
	form := h.presses("jon", "learn TSK-5", digest.Ref).Form
	if form == nil || len(form.Inputs) != 2 || form.Inputs[0].Kind != chat.Choice || form.Inputs[0].Options[0].Label != "Open it" || !strings.Contains(form.Intro, "https://learn") {
		t.Fatalf("the form is %+v", form)
	}
	if r := h.submits("jon", "learn TSK-5", digest.Ref, "questiona", "1"); r.Errors["questionb"] == "" {
		t.Errorf("a question left out: %+v", r)
	}
	before := h.seq()
	r := h.submits("jon", "learn TSK-5", digest.Ref, "questiona", "1", "questionb", "0")
	if r.Card == nil || !strings.HasPrefix(r.Card.Summary, "1 of 2 are right, 2 are needed.") || strings.Contains(r.Card.Text(), "Nobody gets") || len(h.since(before)) != 0 {
		t.Errorf("a wrong answer: %+v %v", r, h.since(before))
	}
	r = h.submits("jon", "learn TSK-5", digest.Ref, "questiona", "1", "questionb", "2")
	if !r.Replaces || !strings.Contains(r.Card.Text(), "Done on Tue 17 Mar") {
		t.Errorf("the right answers: %+v", r)
	}
	if it := h.item("TSK-5"); it.Due != date(t, "2027-03-30") {
		t.Errorf("it comes round on %s", it.Due)
	}
	if x := h.trained("jon"); x.LastOn != date(t, "2026-03-17") || x.How != "quiz" {
		t.Errorf("what is kept is %+v", x)
	}
	if e := h.since(before); len(e) != 1 || !strings.HasPrefix(e[0], "item.done ") || strings.Contains(e[0], "right") {
		t.Errorf("the journal has %v", e)
	}
	if r := h.at("2026-04-01 09:00").says("grace", "plan review"); !strings.Contains(r.Card.Text(), "Finished a training: 1 person") {
		t.Errorf("the review says\n%s", r.Card.Text())
	}
	if r := h.says("grace", "training"); !strings.Contains(r.Card.Text(), "1 of 2 are through with it (50 %), for operations") {
		t.Errorf("the catalogue says\n%s", r.Card.Text())
	}
	h.refused(h.seq(), "priya", "refuse.not_found", h.submits("priya", "learn TSK-5", "", "questiona", "1", "questionb", "2"))
	h.refused(h.seq(), "jon", "refuse.nothing_to_undo", h.says("jon", "undo"))
	h.intact()
}

func TestATrainingIsGivenOnceAndOnlyWithTheirNumber(t *testing.T) {
	h := taught(t)
	h.refused(h.seq(), "mia", "refuse.training_given", h.says("mia", "training 1 give 2"))
	h.refused(h.seq(), "sam", "refuse.plan_year", h.says("sam", "training 1 give 2"))
	h.refused(h.seq(), "jon", "refuse.plan", h.says("jon", "training"))
	h.refused(h.seq(), "mia", "refuse.which_training", h.says("mia", "training 7"))
	h.change("klara", func(p *storage.Profile) { p.Department = "Operations" })
	if got := commands(h.says("mia", "training 1 give").Card); !slices.Contains(got, "training 1 give 1") {
		t.Errorf("a joiner is offered as %v", got)
	}
	h.presses("mia", "training 1 give 1", "")
	h.remind()
	if x := h.trained("klara"); x.Task == 0 || h.item("TSK-6").Title != "Schulung: Odd mails" {
		t.Errorf("Klara has %+v", x)
	}
}

func TestAnAttendanceListSaysWhoRecordedIt(t *testing.T) {
	h := taught(t)
	if f := h.presses("mia", "attendance 1 …", "").Form; f == nil || f.Command != "attendance 1" {
		t.Fatalf("the form is %+v", f)
	}
	if r := h.submits("mia", "attendance 1", "", "on", "2026-03-20", "people", "Jon Reed\nwho is that"); r.Errors["on"] == "" || r.Errors["people"] == "" {
		t.Errorf("the errors are %v", r.Errors)
	}
	r := h.submits("mia", "attendance 1", "", "on", "2026-03-13", "people", "Jon Reed\npriya@example.com; jon@example.com")
	if r.Card == nil || !strings.Contains(r.Card.Summary, "Noted for 2 people: Odd mails, Fri 13 Mar.") {
		t.Fatalf("the answer is %+v", r)
	}
	for _, who := range []string{"jon", "priya"} {
		if x := h.trained(who); x.How != "attendance" || x.By != h.id("mia") || x.LastOn != date(t, "2026-03-13") {
			t.Errorf("of %s it keeps %+v", who, x)
		}
	}
	if a := h.says("jon", "show TSK-5").Card.Text(); !strings.Contains(a, "done, said Mia Rossi") {
		t.Errorf("Jon's task says\n%s", a)
	}
	if r := h.says("mia", "training 1"); !strings.Contains(r.Card.Text(), "By attendance list: 2 people, the last recorded by Mia Rossi") {
		t.Errorf("the training says\n%s", r.Card.Text())
	}
	h.intact()
}

func TestAttendanceAndEffectAreTypedToo(t *testing.T) {
	h := taught(t)
	h.refused(h.seq(), "mia", "refuse.attendance_when", h.says("mia", "attendance 1 Jon Reed"))
	h.refused(h.seq(), "mia", "refuse.attendance_when", h.says("mia", "attendance 1 2026-03-20 Jon Reed"))
	h.refused(h.seq(), "mia", "refuse.attendance_who", h.says("mia", "attendance 1 2026-03-13 Jon Reed, who is that"))
	h.refused(h.seq(), "jon", "refuse.plan", h.says("jon", "attendance 1 2026-03-13 Jon Reed"))
	if r := h.says("mia", "attendance 1 2026-03-13 Jon Reed, priya@example.com"); r.Card == nil || !strings.Contains(r.Card.Summary, "Noted for 2 people: Odd mails, Fri 13 Mar.") {
		t.Fatalf("the answer is %+v", r)
	}
	if x := h.trained("jon"); x.How != "attendance" || x.By != h.id("mia") || x.LastOn != date(t, "2026-03-13") {
		t.Errorf("of Jon it keeps %+v", x)
	}
	if r := h.says("mia", "effect 1 Twice as many reports"); r.Card == nil || !strings.Contains(r.Card.Text(), "Whether it helped: Twice as many reports") {
		t.Errorf("the training says %+v", r)
	}
	if r := h.says("mia", "attendance 1"); r.Form == nil {
		t.Errorf("without more it opens %+v", r)
	}
}

func TestWhetherATrainingHelpedIsKept(t *testing.T) {
	h := taught(t)
	r := h.submits("mia", "effect 1", "", "effect", "Twice as many reports as in January")
	if r.Card == nil || !strings.Contains(r.Card.Text(), "Whether it helped: Twice as many reports") {
		t.Errorf("the training says %+v", r)
	}
	if e := h.events(); !strings.HasPrefix(e[len(e)-1], "training.effect ") || strings.Contains(e[len(e)-1], "Twice") {
		t.Errorf("the journal has %s", e[len(e)-1])
	}
	r = h.submits("mia", "training-new", "", "title", "", "link", "javascript:x", "audience", "nowhere", "repeat", "never", "questions", "what?", "mark", "9")
	for _, field := range []string{"title", "link", "audience", "questions", "mark"} {
		if r.Errors[field] == "" {
			t.Errorf("nothing is said at %s", field)
		}
	}
}

func TestAnAttendanceListIsImported(t *testing.T) {
	h := taught(t)
	list := filepath.Join(t.TempDir(), "attendance.csv")
	write := func(rows string) string {
		if err := os.WriteFile(list, []byte("email,training,on\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		_ = h.ImportFiles(context.Background(), &out, []string{list}, "auto", false) // what is wrong is printed
		return out.String()
	}
	for rows, want := range map[string]string{
		"jon@example.com,7,2026-03-13\n":         `the number or the title of a training`,
		"ghost@example.com,1,2026-03-13\n":       `found "ghost@example.com"`,
		"jon@example.com,Odd mails,2026-04-13\n": `a day that has come`,
		"jon@example.com,,2026-03-13\n":          `found nothing`,
		"jon@example.com,1,2026-03-13,\"x\"\n":   `nothing, as this column has no name`,
	} {
		if out := write(rows); !strings.Contains(out, want) || !strings.Contains(out, "nothing of it was written") {
			t.Errorf("%q says\n%s", rows, out)
		}
	}
	if out := write("jon@example.com,7,2026-03-13\njon@example.com,1,13.03.2026\n"); !strings.Contains(out, "row 2, column training") || !strings.Contains(out, "row 3, column on") {
		t.Errorf("not every bad cell is named:\n%s", out)
	}
	rows := "jon@example.com,odd mails,2026-03-13\nPRIYA@example.com,1,2026-03-13\n"
	if out := write(rows); !strings.Contains(out, "Imported attendance.csv: 2 attendances new.") {
		t.Errorf("it says\n%s", out)
	}
	h.tick()
	for _, who := range []string{"jon", "priya"} {
		if x := h.trained(who); x.How != "attendance" || x.By != 0 || x.LastOn != date(t, "2026-03-13") {
			t.Errorf("of %s it keeps %+v", who, x)
		}
	}
	if it := h.item("TSK-5"); it.Due != date(t, "2027-03-30") {
		t.Errorf("Jon's comes round on %s", it.Due)
	}
	if out := write(rows); !strings.Contains(out, "2 attendances as before") {
		t.Errorf("the second time it says\n%s", out)
	}
	h.tick()
	if it := h.item("TSK-5"); it.Due != date(t, "2027-03-30") {
		t.Errorf("twice, Jon's comes round on %s", it.Due)
	}
	if r := h.says("mia", "training 1"); !strings.Contains(r.Card.Text(), "By attendance list: 2 people, the last recorded by an imported list") {
		t.Errorf("the training says\n%s", r.Card.Text())
	}
	h.says("mia", "attendance 1 2026-03-16 Jon Reed") // once more in the same week
	if it, x := h.item("TSK-5"), h.trained("jon"); it.Due != date(t, "2027-03-30") || x.LastOn != date(t, "2026-03-16") {
		t.Errorf("an extra time counts for the next: %s, %+v", it.Due, x)
	}
	h.intact()
}

func TestAnAttendanceOfTodayCountsWhereTheDayHasNotCome(t *testing.T) {
	h := taught(t)
	h.at("2026-03-17 02:00").submits("jon", "settings", "", "language", "default", "zone", "America/Los_Angeles", "hours", "", "neutral", "no")
	list := filepath.Join(t.TempDir(), "attendance.csv")
	if err := os.WriteFile(list, []byte("email,training,on\njon@example.com,1,2026-03-17\nlena@example.com,1,2026-03-17\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.ImportFiles(context.Background(), io.Discard, []string{list}, "auto", false); err != nil {
		t.Fatal(err)
	}
	h.remind()
	for _, who := range []string{"jon", "lena"} {
		if x := h.trained(who); x.How != "attendance" || x.LastOn != date(t, "2026-03-17") {
			t.Errorf("of %s it keeps %+v", who, x)
		}
	}
	h.intact()
}
