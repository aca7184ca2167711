package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/isms"
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
	h.presses("jon", "ack MSG-1", m.Ref)
	if got := h.column("SELECT version || ' ' || (acked_at > 0) FROM broadcast_recipients WHERE person = $1 ORDER BY version", int64(h.person("jon").ID)); !slices.Equal(got, []string{"1 1", "2 1"}) {
		t.Error(got)
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Version 2", "Read 1")
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
	h.submits("mia", "broadcast", "", "title", "Invoices", "text", "Call first.", "audience", "everyone", "question", "What first?", "answers", "Call\nPay\nWait", "language", "en")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("jon")
	has(t, m.Card.Text(), "[I have read it…]")
	r := h.presses("jon", "ack MSG-1 …", m.Ref)
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

func TestReminderStandsInTheDailyDigestAndTheManagerSeesWhoIsMissing(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("klara", "ack MSG-1", h.last("klara").Ref)
	h.at("2026-03-17 09:00").tick()
	h.at("2026-03-18 09:00").tick()
	if n := h.count("jon"); n != 1 {
		t.Fatalf("Jon got %d messages before one was due", n)
	}
	h.at("2026-03-19 09:00").tick()
	m := h.last("jon")
	has(t, m.Card.Text(), "Good morning Jon. One thing has your name on it.", "Read: Two fake invoices (1 minute) · MSG-1 - Fri 20 Mar", "[Read it]")
	h.tick()
	h.at("2026-03-19 12:00").tick()
	if n := h.count("jon"); n != 2 {
		t.Errorf("Jon has %d messages", n)
	}
	if n := h.count("klara"); n != 1 {
		t.Errorf("Klara has read it and got %d messages", n)
	}
	has(t, text(h.says("jon", "todo")), "Read: Two fake invoices (1 minute) · MSG-1")
	has(t, text(h.presses("jon", "show MSG-1", m.Ref)), "Both were stopped.", "[I have read it]")
	if got := text(h.says("lena", "overdue")); strings.Contains(got, "Jon") {
		t.Errorf("before the day is over: %s", got)
	}
	h.at("2026-03-20 09:00").tick()
	h.at("2026-03-23 09:00").tick()
	m = h.titled("lena", "Not read in your line")
	has(t, m.Card.Text(), "Not read in your line: Two fake invoices · MSG-1 - 2 people", "Jon Reed, Nils Ohnechat")
	has(t, text(h.says("lena", "overdue")), "Jon Reed, Nils Ohnechat")
	h.says("jon", "ack MSG-1")
	if got := text(h.says("lena", "overdue")); strings.Contains(got, "Jon") {
		t.Error(got)
	}
}

func TestTheAbsentAreAskedOnReturnAndJoinersOnce(t *testing.T) {
	h := newHouse(t)
	h.write(func(tx *storage.Tx) error {
		return tx.SetAbsence(h.person("jon").ID, isms.Absence{From: day("2026-03-16"), To: day("2026-03-18")})
	})
	h.sent()
	if h.count("jon") != 0 {
		t.Fatal("Jon is away")
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Away 1", "1 person is away and is asked on the day they are back.")
	h.at("2026-03-16 11:00")
	h.says("mia", "broadcast to Operations and Finance | Clear desks | Please. | ack by 2026-03-27")
	h.says("mia", "send MSG-2 5")
	h.spread()
	if n := h.count("kemi"); n != 1 {
		t.Errorf("two in one day: %d", n)
	}
	h.at("2026-03-17 09:00").spread()
	if n := h.count("kemi"); n != 2 {
		t.Errorf("on the next morning Kemi has %d", n)
	}
	h.hire([6]string{"Neo New", "Finance", "daniel", "staff", "", ""})
	h.spread()
	m := h.last("neo")
	if h.count("neo") != 1 {
		t.Errorf("Neo got %d messages", h.count("neo"))
	}
	has(t, m.Card.Text(), "Welcome Neo. 2 messages are for you to read.", "Read: Two fake invoices (1 minute) · MSG-1", "Read: Clear desks (1 minute) · MSG-2")
	has(t, text(h.presses("neo", "show MSG-2", m.Ref)), "Please.")
	h.says("neo", "ack MSG-2")
	has(t, text(h.says("mia", "stats MSG-2")), "Joined since 1")
	h.at("2026-03-19 09:00").spread()
	if h.count("jon") != 1 {
		t.Errorf("back, Jon has %d", h.count("jon"))
	}
}

func day(s string) isms.Date {
	d, _ := isms.ParseDate(s)
	return d
}

func TestItIsFinishedSomeTimeAfterItsDay(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	h.at("2026-04-03 10:00").spread()
	has(t, text(h.says("mia", "stats MSG-1")), "Sent, as of")
	h.at("2026-04-04 10:00").spread()
	h.spread()
	has(t, h.titled("mia", "Finished").Card.Text(), "Finished.", "8 of 9 reached, 1 read by Fri 20 Mar (11 %).")
}

func TestTheRegisterProvesEachReader(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	before := len(h.events())
	r := h.says("mia", "register MSG-1 csv")
	if r.File == nil || r.File.Name != "MSG-1-2026-03-16.csv" {
		t.Fatalf("%+v", r)
	}
	sha := h.column("SELECT sha256 FROM broadcast_texts")[0]
	lines := strings.Split(strings.TrimSpace(string(r.File.Data)), "\n")
	if len(lines) != 10 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if strings.Contains(l, "jon@example.com") {
			has(t, l, "MSG-1,Two fake invoices,1,1,jon@example.com,Jon Reed,Operations,everyone,"+sha, "2026-03-16 10:00:00 UTC,2026-03-16 10:00:00 UTC", string(h.last("jon").Ref)+",sent,,2026-03-16 10:00:00 UTC,button")
		}
	}
	if r := h.presses("mia", "register MSG-1", ""); r.File == nil || !strings.HasSuffix(r.File.Name, ".xlsx") {
		t.Error("no Excel file")
	}
	if got := h.kinds(before); !slices.Equal(got, []string{"broadcast.register_exported", "broadcast.register_exported"}) {
		t.Error(got)
	}
}
