package bot_test

import (
	"bytes"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// planned is the house with the built-in year, and the ids of its tasks by kind.
func planned(t *testing.T) (*house, map[string]string) {
	var faults bytes.Buffer
	h := withComms(t, func(c *bot.Config) {
		c.Log = slog.New(slog.NewTextHandler(&faults, &slog.HandlerOptions{Level: slog.LevelError}))
	})
	t.Cleanup(func() {
		if faults.Len() > 0 {
			t.Errorf("the log has\n%s", &faults)
		}
	})
	h.says("mia", "plan year start")
	ids := map[string]string{}
	h.view(func(tx *storage.Tx) error {
		all, err := tx.PlanItems()
		for _, p := range all {
			ids[p.Kind] = p.ID.String()
		}
		return err
	})
	return h, ids
}

// filled are the form's fields as it opens, with some of them changed.
func filled(f *chat.Form, change ...string) (out []string) {
	values := map[string]string{}
	for _, in := range f.Inputs {
		values[in.Name] = in.Value
	}
	for i := 0; i < len(change); i += 2 {
		values[change[i]] = change[i+1]
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out = append(out, name, values[name])
	}
	return out
}

func (h *house) planText(who string) string { return h.says(who, "plan").Card.Text() }

func TestAPlannedCommunicationIsWrittenFromItsReminderAndDoneWhenItGoesOut(t *testing.T) {
	h, ids := planned(t)
	id := ids["poster"]
	h.at("2026-03-31 09:00").tick() // two weeks ahead
	digest := h.last("mia")
	if !slices.Contains(commands(&digest.Card), "broadcast "+id) && !strings.Contains(digest.Card.Text(), id) {
		t.Fatalf("Mia is told\n%s", digest.Card.Text())
	}
	if got := commands(h.says("mia", "show "+id).Card); len(got) == 0 || got[0] != "broadcast "+id {
		t.Errorf("the task offers %v", got)
	}
	form := h.presses("mia", "broadcast "+id, digest.Ref).Form
	if form == nil || form.Command != "broadcast "+id || !strings.HasPrefix(form.Intro, "From the plan: Poster of the month, for everyone, broadcast with a picture, Tue 14 Apr.") {
		t.Fatalf("the form is %+v", form)
	}
	got := map[string]string{}
	for _, in := range form.Inputs {
		got[in.Name] = in.Value
	}
	if got["title"] != "Who is that in the corridor?" || !strings.Contains(got["text"], "without a badge") || got["audience"] != "everyone" || got["other_title"] != "Wer ist das auf dem Flur?" || got["from"] != "2026-04-14" || got["ack_by"] != "2026-04-21" {
		t.Errorf("the form says %v", got)
	}
	if r := h.submits("mia", form.Command, "", filled(form)...); r.Card == nil || !strings.Contains(r.Card.Text(), "MSG-1") {
		t.Fatalf("the preview is %+v", r)
	}
	if text := h.planText("mia"); !strings.Contains(text, "MSG-1 is being written") {
		t.Errorf("the plan says\n%s", text)
	}
	if again := h.presses("mia", "broadcast "+id, "").Form; again == nil || again.Command != "broadcast MSG-1" {
		t.Errorf("pressed again it opens %+v", again)
	}
	h.says("mia", "send MSG-1 10")
	h.spread()
	h.tick()
	if text := h.planText("mia"); !strings.Contains(text, "MSG-1 goes out on Tue 14 Apr") || h.item(id).Due != date(t, "2026-04-14") {
		t.Errorf("the plan says\n%s", text)
	}
	before := h.seq()
	h.at("2026-04-14 09:30").spread()
	h.tick()
	h.tick()
	if it := h.item(id); it.Due != date(t, "2026-05-12") || !it.IsOpen() {
		t.Errorf("it comes round on %s", it.Due)
	}
	if text := h.planText("grace"); !strings.Contains(text, "last time MSG-1, sent Tue 14 Apr") {
		t.Errorf("the plan says\n%s", text)
	}
	done := slices.DeleteFunc(h.since(before), func(e string) bool { return !strings.HasPrefix(e, "item.done ") })
	if len(done) != 1 || !strings.Contains(done[0], `"broadcast":1`) || !strings.Contains(done[0], `"happened":"2026-04-14"`) {
		t.Errorf("the journal has %v", done)
	}
	if r := h.at("2026-05-04 09:00").says("mia", "plan review"); !strings.Contains(r.Card.Text(), "Carried out: 1 communication") {
		t.Errorf("the review says\n%s", r.Card.Text())
	}
	h.intact()
}

func TestAPlannedTextIsNotSentWithItsGaps(t *testing.T) {
	h, ids := planned(t)
	form := h.presses("mia", "broadcast "+ids["certification"], "").Form
	r := h.submits("mia", form.Command, "", filled(form)...)
	if !strings.Contains(r.Errors["text"], "still to be filled in: [… When were the auditors here") {
		t.Fatalf("the answer is %+v", r)
	}
	if r := h.submits("mia", form.Command, "", filled(form, "text", "The auditors were here in March.", "other_title", "", "other_text", "")...); r.Card == nil {
		t.Fatalf("the answer is %+v", r)
	}
	form = h.presses("mia", "broadcast "+ids["refresher"], "").Form
	if r := h.submits("mia", form.Command, "", filled(form)...); r.Card == nil || !strings.Contains(r.Card.Text(), "MSG-2") {
		t.Fatalf("the refresher with its question: %+v", r)
	}
	h.submits("mia", "stop MSG-2", "", "reason", "not now")
	if text := h.planText("mia"); strings.Contains(text, "MSG-2") || !strings.Contains(text, "MSG-1 is being written") {
		t.Errorf("the plan says\n%s", text)
	}
}

func TestABroadcastForThePlanIsTypedToo(t *testing.T) {
	h, ids := planned(t)
	h.submits("mia", "plan-new", "", "what", "Clean desks", "due", "2026-03-16", "repeat", "never", "audience", "the night shift", "channel", "broadcast", "owner", "<@UJON>")
	h.at("2026-03-16 10:00")
	r := h.says("mia", "broadcast TSK-9")
	if r.Card == nil || !slices.Contains(commands(r.Card), "broadcast TSK-9") || !strings.Contains(r.Card.Text(), "From the plan: Clean desks, for the night shift") {
		t.Fatalf("the answer is %+v", r)
	}
	form := h.presses("mia", "broadcast TSK-9", "").Form
	if r := h.submits("mia", form.Command, "", filled(form, "text", "Please clear them.")...); r.Errors["who"] == "" {
		t.Errorf("an audience that nobody can read: %+v", r)
	}
	h.says("mia", "broadcast TSK-9 to Operations | Clean desks | Please clear them. | ack by 2026-03-20")
	h.says("mia", "send MSG-1 2")
	h.spread()
	h.tick()
	if it := h.item("TSK-9"); it.Status != isms.Closed || it.Evidence != "MSG-1" || it.DoneBy != h.id("mia") {
		t.Errorf("the task is %+v", it.Item)
	}
	if text := h.says("jon", "show TSK-9").Card.Text(); !strings.Contains(text, "done, said Mia Rossi") {
		t.Errorf("Jon's task says\n%s", text)
	}
	h.refused(h.seq(), "mia", "refuse.planned_done", h.says("mia", "broadcast TSK-9 to Operations | Again | And again."))
	h.refused(h.seq(), "mia", "refuse.not_planned", h.says("mia", "broadcast TSK-1 to Operations | Restore | Test."))
	h.refused(h.seq(), "mia", "refuse.not_planned", h.says("mia", "broadcast "+ids["review"]))
	h.refused(h.seq(), "jon", "refuse.broadcast_role", h.says("jon", "broadcast "+ids["poster"]))
	h.intact()
}

func TestWhatIsLateInThePlanIsShownToThoseWhoLookAfterIt(t *testing.T) {
	h := withComms(t)
	h.change("tom", func(p *storage.Profile) { p.Roles = append(p.Roles, isms.Comms) }) // who has nothing of his own
	h.says("tom", "todo")
	h.submits("mia", "plan-new", "", "what", "Clean desks", "due", "2026-03-20", "repeat", "never", "audience", "Operations", "channel", "team meeting", "owner", "<@UJON>")
	if got := commands(h.says("jon", "show TSK-4").Card); slices.Contains(got, "broadcast TSK-4") {
		t.Errorf("Jon is offered %v", got)
	}
	for _, day := range []string{"2026-03-19", "2026-03-20"} {
		h.at(day + " 09:00").tick()
	}
	shown := func(who string) bool {
		return strings.Contains(h.last(who).Card.Text(), "Late in the communication plan") && strings.Contains(h.last(who).Card.Text(), "Clean desks · TSK-4")
	}
	if shown("mia") || shown("grace") || h.sent("tom") != 0 {
		t.Fatal("it is called late on its day")
	}
	h.at("2026-03-23 09:00").tick() // the Monday after
	for _, who := range []string{"mia", "grace", "tom"} {
		if !shown(who) {
			t.Errorf("%s is told\n%s", who, h.last(who).Card.Text())
		}
	}
	if shown("nora") || shown("sam") {
		t.Error("others are told")
	}
	if text := h.planText("sam"); !strings.HasPrefix(text, "1 of 1 planned communications is late") {
		t.Errorf("the plan says\n%s", text)
	}
	h.at("2026-03-24 09:00").tick()
	if n, summary := h.sent("tom"), h.last("tom").Card.Summary; n != 1 || summary != "Late in the plan: Clean desks, 3 days" {
		t.Errorf("Tom got %d messages, the last %q", n, summary)
	}
	h.says("jon", "done TSK-4")
	h.at("2026-03-25 09:00").tick()
	if text := h.last("mia").Card.Text(); strings.Contains(text, "Late in the communication plan") && strings.Contains(text, "TSK-4") {
		t.Errorf("Mia is told\n%s", text)
	}
}

func TestWhatWasClosedByHandIsNotClosedAgain(t *testing.T) {
	h, ids := planned(t)
	id := ids["poster"]
	h.says("mia", "broadcast "+id+" to everyone | Who is that? | Ask. | ack by 2026-03-20")
	h.says("mia", "done "+id+" on the wall")
	h.says("mia", "send MSG-1 10")
	h.spread()
	h.tick()
	h.at("2026-03-17 09:00").tick()
	if it := h.item(id); it.Due != date(t, "2026-05-12") {
		t.Errorf("it comes round on %s", it.Due)
	}
	if text := h.planText("mia"); !strings.Contains(text, "last time MSG-1, sent Mon 16 Mar") {
		t.Errorf("the plan says\n%s", text)
	}
	if left := h.column("SELECT count(*) FROM comms_plan_broadcasts WHERE done = 0"); left[0] != "0" {
		t.Errorf("%s are looked at for ever", left[0])
	}
}

func TestTheLookAtLastMonthEndsWithWhatWasDecided(t *testing.T) {
	h, ids := planned(t)
	if got := commands(h.says("mia", "plan review").Card); slices.Contains(got, "done "+ids["review"]) {
		t.Errorf("three weeks ahead it offers %v", got)
	}
	h.at("2026-04-06 10:00")
	if got := commands(h.says("mia", "plan review").Card); !slices.Contains(got, "done "+ids["review"]) {
		t.Fatalf("it offers %v", got)
	}
	if got := commands(h.says("grace", "plan review").Card); slices.Contains(got, "done "+ids["review"]) {
		t.Errorf("Grace is offered %v", got)
	}
	if f := h.presses("mia", "done "+ids["review"], "").Form; f == nil {
		t.Fatal("no form asks what was decided")
	}
	h.submits("mia", "done "+ids["review"], "", "evidence", "Next month: screens", "happened", "2026-04-06")
	if it := h.item(ids["review"]); it.Due != date(t, "2026-05-04") {
		t.Errorf("it comes round on %s", it.Due)
	}
}
