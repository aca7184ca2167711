package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/storage"
)

func TestATypoIsCorrectedAndReadersStayReaders(t *testing.T) {
	h := newHouse(t).sent()
	jon, kemi := h.last("jon"), h.last("kemi")
	h.presses("jon", "ack MSG-1", jon.Ref)
	read := h.column("SELECT text_sha256 FROM broadcast_recipients WHERE acked_at > 0")
	if r := h.presses("mia", "mend MSG-1", ""); r.Form == nil {
		t.Fatal(text(r))
	}
	h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", "Two fake invoices", "text", "Both were stopped!")
	h.spread()
	for name, m := range map[string]string{"jon": string(jon.Ref), "kemi": string(kemi.Ref)} {
		now := h.last(name)
		if string(now.Ref) != m {
			t.Errorf("%s got another message", name)
		}
		has(t, now.Card.Text(), "Both were stopped!", "Words corrected Mon 16 Mar, 10:00; the meaning is the same.")
	}
	has(t, h.last("jon").Card.Text(), "Read on Mon 16 Mar, 10:00.")
	if got := h.column("SELECT text_sha256 FROM broadcast_recipients WHERE acked_at > 0"); !slices.Equal(got, read) {
		t.Errorf("what Jon is on record for changed from %v to %v", read, got)
	}
	if got := h.column("SELECT sha256 FROM broadcast_texts"); len(got) != 2 || got[0] == got[1] {
		t.Errorf("not both texts are kept: %v", got)
	}
	e := h.events()
	i := slices.IndexFunc(e, func(e string) bool { return strings.HasPrefix(e, "broadcast.mended ") })
	if i < 0 || !strings.Contains(e[i], `"texts_before":{"en":"`+read[0]) {
		t.Error(e)
	}
	before := len(h.events())
	h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", "Two fake invoices", "text", "Both were stopped!")
	h.spread()
	if got := h.kinds(before); len(got) > 0 {
		t.Errorf("the same words again: %v", got)
	}
}

// Who mends words that somebody else has mended meanwhile sees those first.
func TestTwoWhoMendDoNotUndoEachOther(t *testing.T) {
	h := newHouse(t).sent()
	mia, grace := h.presses("mia", "mend MSG-1", "").Form, h.presses("grace", "mend MSG-1", "").Form
	h.submits("mia", mia.Command, "", "meaning", "no", "title", "Two fake invoices", "text", "Both were stopped in time.")
	before := len(h.events())
	has(t, text(h.submits("grace", grace.Command, "", "meaning", "no", "title", "Two fake invoices!", "text", "Both were stopped.")), "Somebody else has changed the words of MSG-1 meanwhile.")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_mended"}) {
		t.Error(got)
	}
	h.spread()
	h.shows("Both were stopped in time.", reached...)
	h.submits("grace", h.presses("grace", "mend MSG-1", "").Form.Command, "", "meaning", "no", "title", "Two fake invoices!", "text", "Both were stopped in time.")
	h.spread()
	h.shows("Two fake invoices!", reached...)
}

func TestANewVersionAsksEverybodyAgain(t *testing.T) {
	h := newHouse(t).sent()
	old := h.last("jon")
	h.presses("jon", "ack MSG-1", old.Ref)
	h.at("2026-03-17 10:00")
	h.submits("mia", "mend MSG-1", "", "meaning", "yes", "title", "Two fake invoices", "text", "Three were stopped.")
	h.spread()
	m := h.last("jon")
	if m.Ref == old.Ref {
		t.Fatal("Jon was not asked again")
	}
	has(t, m.Card.Text(), "Three were stopped.", "version 2.", "The meaning has changed", "[I have read it]")
	// The button on the older copy acknowledges nothing: it shows what is asked now.
	before := len(h.events())
	has(t, text(h.presses("jon", "ack MSG-1", old.Ref)), "Three were stopped.")
	if got := h.kinds(before); len(got) > 0 {
		t.Error(got)
	}
	h.presses("jon", buttonsOf(&m.Card)[0].Command, m.Ref)
	if got := h.column("SELECT version || ' ' || (acked_at > 0) FROM broadcast_recipients WHERE person = $1 ORDER BY version", int64(h.person("jon").ID)); !slices.Equal(got, []string{"1 1", "2 1"}) {
		t.Error(got)
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Version 2.", "Read 1")
	has(t, text(h.says("mia", "tell MSG-1")), "Managers see in their digest who is missing.")
}

func TestNewWordsNeedTheSecondPersonToo(t *testing.T) {
	h := newHouse(t, func(c *bot.Config) { c.SecondApproverAbove = 5 })
	h.says("mia", "broadcast to everyone | Title | Text")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("grace")
	h.presses("grace", buttonsOf(&m.Card)[0].Command, m.Ref)
	h.spread()
	has(t, text(h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", "Title", "text", "Send your password to Mia")), "waits for a second person")
	h.spread()
	has(t, h.last("jon").Card.Text(), "Text")
	has(t, h.last("grace").Card.Text(), "Mia Rossi corrects the words", "Send your password to Mia")
	h.submits("grace", "reject MSG-1", h.last("grace").Ref, "reason", "no")
	h.spread()
	if strings.Contains(h.last("jon").Card.Text(), "password") {
		t.Error("the words went out")
	}
}

func TestPauseHoldsResumeGoesOnStopEnds(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to everyone | Title | Text | ack by fri")
	h.says("mia", "send MSG-1 9")
	has(t, text(h.says("mia", "pause MSG-1")), "Paused")
	h.spread()
	if h.count("jon") != 0 {
		t.Fatal("it went while paused")
	}
	h.says("mia", "resume MSG-1")
	h.spread()
	if h.count("jon") != 1 || h.count("ana") != 0 {
		t.Fatal("it did not go on")
	}
	h.says("mia", "pause MSG-1")
	h.at("2026-03-16 15:00").spread()
	if h.count("ana") != 0 {
		t.Error("New York got it while paused")
	}
	h.says("mia", "resume MSG-1")
	has(t, text(h.submits("mia", "stop MSG-1", "", "reason", "wrong poster")), "Stopped")
	h.spread()
	has(t, text(h.says("mia", "stats MSG-1")), "Sent 7 of 9 · Read 0 · Not reached 2", "1 was stopped before it went")
	if f := string(h.says("mia", "register MSG-1 csv").File.Data); !strings.Contains(f, ",cancelled,") || strings.Contains(f, ",queued,") {
		t.Errorf("the register does not say what was stopped:\n%s", f)
	}
	if h.count("ana") != 0 {
		t.Error("New York got it after it was stopped")
	}
	h.at("2026-03-23 09:00").tick()
	if n := h.count("jon"); n != 1 {
		t.Errorf("Jon is reminded of what was stopped: %d messages", n)
	}
	before := len(h.events())
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_stopped"}) {
		t.Error(got)
	}
}

func TestTheMissedAreAskedOnceMore(t *testing.T) {
	h := newHouse(t).sent()
	before := len(h.events())
	h.says("mia", "resend MSG-1")
	h.spread()
	if n := h.count("jon"); n != 1 {
		t.Errorf("Jon has %d messages", n)
	}
	if got := h.kinds(before); !slices.Contains(got, "broadcast.resent") {
		t.Error(got)
	}
	h.write(func(tx *storage.Tx) error { _, err := tx.Bind(account("nils"), h.person("nils").ID); return err })
	h.spread()
	h.spread()
	has(t, h.titled("nils", "Both were stopped").Card.Text(), "[I have read it]")
	if n := h.count("nils"); n != 1 {
		t.Errorf("Nils has %d messages", n)
	}
}

func TestWhoHasNoChatIsRecordedByList(t *testing.T) {
	h := newHouse(t).sent()
	has(t, text(h.submits("mia", "record MSG-1", "", "people", "Nils Ohnechat, Mia Rossi")), "Recorded 1 person")
	if got := h.column("SELECT how || ' ' || recorded_by FROM broadcast_recipients WHERE acked_at > 0"); !slices.Equal(got, []string{"list 3"}) {
		t.Error(got) // not Mia herself
	}
}

func TestACheckQuestionIsAskedUntilItIsRight(t *testing.T) {
	h := newHouse(t)
	r := h.submits("mia", "broadcast", "", "title", "Invoices", "text", "Call first.", "audience", "everyone", "question", "What first?", "answers", "Call\nPay\nWait", "language", "en")
	has(t, text(r), "Check question: What first? Right: Call. Also offered: Pay, Wait.")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("jon")
	has(t, m.Card.Text(), "[I have read it…]")
	r = h.presses("jon", "ack MSG-1 …", m.Ref)
	if r.Form == nil || len(r.Form.Inputs) != 1 {
		t.Fatal(text(r))
	}
	right, wrong := "", ""
	for _, o := range r.Form.Inputs[0].Options {
		if o.Label == "Call" {
			right = o.Value
		} else {
			wrong = o.Value
		}
	}
	has(t, text(h.submits("jon", "ack MSG-1", m.Ref, "answer", wrong)), "Not quite.")
	has(t, text(h.says("jon", "ack MSG-1")), "What first?", "[Pay]")
	has(t, text(h.submits("jon", "ack MSG-1", m.Ref, "answer", right)), "Read on")
	if got := h.column("SELECT how || ' ' || wrong FROM broadcast_recipients WHERE acked_at > 0"); !slices.Equal(got, []string{"question 1"}) {
		t.Error(got)
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Wrong answers 1")
}

func TestQuestionsReachTheSenderAndComeBack(t *testing.T) {
	h := newHouse(t).sent()
	m := h.last("jon")
	has(t, text(h.submits("jon", "question MSG-1", m.Ref, "question", "Which supplier?")), "Mia Rossi has your question")
	has(t, text(h.says("mia", "stats MSG-1")), "Questions 1", "[Answer 1 question]")
	has(t, text(h.says("mia", "questions MSG-1")), "Jon Reed", "“Which supplier?”", "[Reply to Jon…]")
	has(t, text(h.submits("mia", "reply MSG-1 1", "", "answer", "CloudDesk.")), "Jon Reed has your answer")
	h.spread()
	has(t, h.last("jon").Card.Text(), "Mia Rossi answers your question", "Which supplier?", "CloudDesk.")
	before := len(h.events())
	h.says("mia", "reply MSG-1 1 again")
	h.says("jon", "reply MSG-1 1 again")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.question_answered", "refused refuse.not_found"}) {
		t.Error(got)
	}
}

func TestPeopleInAStoryAgreeFirst(t *testing.T) {
	h := newHouse(t)
	story := []string{"title", "One call", "text", "Kemi phoned.", "audience", "everyone", "named", "kemi@example.com", "language", "en"}
	r := h.submits("mia", "broadcast", "", story...)
	has(t, text(r), "as soon as these agree to be named: Kemi Balogun", "Named: Kemi Balogun")
	before := len(h.events())
	h.says("mia", "send MSG-1 9")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_consent"}) {
		t.Error(got)
	}
	h.spread()
	m := h.last("kemi")
	has(t, m.Card.Text(), "Mia Rossi would like to name you in this story", "You are free to say no", "Kemi phoned.")
	yes := buttonsOf(&m.Card)[0].Command
	story[3] = "Kemi phoned and saved 18,400 pounds."
	h.submits("mia", "broadcast MSG-1", "", story...)
	has(t, text(h.presses("kemi", yes, m.Ref)), "18,400") // a yes to other words counts for nothing
	h.spread()
	h.says("mia", "show MSG-1")
	before = len(h.events())
	h.says("mia", "send MSG-1 9")
	h.says("jon", "consent MSG-1")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_consent", "refused refuse.not_found"}) {
		t.Error(got)
	}
	m = h.last("kemi")
	has(t, text(h.presses("kemi", buttonsOf(&m.Card)[0].Command, m.Ref)), "Noted that you may be named")
	h.says("mia", "show MSG-1")
	has(t, text(h.says("mia", "send MSG-1 9")), "on its way")
	h.spread()
	has(t, h.last("jon").Card.Text(), "Named with their consent: Kemi.")
}
