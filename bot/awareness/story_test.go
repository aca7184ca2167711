package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// closedReport is a report of Kemi's that is over, with the given words.
func (h *house) closedReport(words string) {
	h.t.Helper()
	h.says("kemi", "report "+words)
	h.submits("grace", "event-nothing EVT-1", "", "why", "The supplier confirmed it", "personal", "no")
	h.write(func(tx *storage.Tx) error {
		e, err := tx.EventByNumber(1)
		e.Change = "bank details now need a call"
		return firstErr(err, tx.SaveEvent(e))
	})
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestAClosedEventBecomesADraftThatNamesNobody(t *testing.T) {
	h := newHouse(t)
	h.closedReport("Jon Reed got a false invoice over 18,400 pounds from boss@evil.example, Lena phoned +44 20 7946 0958. They wrote \"pay today\"")
	f := h.presses("grace", "story EVT-1", "").Form
	if f == nil {
		t.Fatal("no form")
	}
	has(t, f.Inputs[1].Value, "A colleague got a false invoice over [amount] from [e-mail address], a colleague phoned [phone number]. They wrote [somebody's words]", "What came of it: bank details now need a call")
	has(t, f.Intro, "EVT-1", "Left out of the proposal: 2 names, 1 e-mail address, 1 phone number, 1 amount, somebody's words, once.")
	r := h.submits("grace", f.Command, "", "title", f.Inputs[0].Value, "text", f.Inputs[1].Value, "sender", "grace@example.com")
	has(t, text(r), "Noticed in time · MSG-1", "With whom: everyone (9 people)", "A colleague got a false invoice over [amount]")
	if got := h.column("SELECT state || ' ' || named || ' ' || event FROM broadcasts JOIN stories ON broadcast = id"); !slices.Equal(got, []string{"draft  1"}) {
		t.Errorf("%q", got)
	}
	has(t, text(h.says("grace", "show EVT-1")), "Told as: MSG-1")
	before := len(h.events())
	h.presses("grace", "story EVT-1", "")
	h.submits("grace", "story EVT-1", "", "title", "x", "text", "y")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.story_told", "refused refuse.story_told"}) {
		t.Errorf("a second time: %v", got)
	}
	h.submits("grace", "stop MSG-1", "", "reason", "too early")
	if f := h.presses("grace", "story EVT-1", "").Form; f == nil {
		t.Error("after its draft was dropped it cannot be told again")
	}
}

func TestTheWordsOfANamelessReportAreNotTold(t *testing.T) {
	h := newHouse(t)
	h.says("kemi", "report anonymously my very own way of saying it")
	h.write(func(tx *storage.Tx) error {
		e, err := tx.EventByNumber(1)
		e.FileAt = h.now.Add(-1)
		return firstErr(err, tx.SaveEvent(e))
	})
	if err := h.Clock(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.submits("grace", "event-nothing EVT-1", "", "why", "The lock was mended", "personal", "no")
	f := h.presses("grace", "story EVT-1", "").Form
	if f == nil || f.Inputs[1].Value != "" || !strings.Contains(f.Intro, "nobody can guess who noticed it") {
		t.Fatalf("%+v", f)
	}
}

func TestAStoryNamesNobodyWhoDidNotSayYes(t *testing.T) {
	h := newHouse(t)
	r := h.submits("mia", "story", "", "title", "One call", "text", "Jon Reed got a false invoice, and Kemi called.")
	has(t, text(r), "It can go as soon as these agree to be named:", "Jon Reed", "Kemi Balogun")
	h.tick()
	before := len(h.events())
	h.says("mia", "send MSG-1 9")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_consent"}) {
		t.Fatalf("%v", got)
	}
	ask := h.last("jon")
	has(t, ask.Card.Text(), "Mia Rossi would like to name you in this story", "Jon Reed got a false invoice")
	h.presses("jon", "decline MSG-1", ask.Ref)
	h.presses("kemi", yesOf(h.last("kemi").Card), h.last("kemi").Ref)
	has(t, text(h.says("mia", "show MSG-1")), "Rather not named: Jon Reed")

	// Named is who the text names, whatever the draft's form says of it.
	r = h.submits("mia", "broadcast MSG-1", "", "title", "One call", "text", "Jon Reed got it, Kemi Balogun called, LENA VOGT paid nothing.", "audience", "everyone", "language", "en", "named", "")
	has(t, text(r), "Lena Vogt", "Kemi Balogun")
	// Also by what a picture shows, by the check question and in the other language.
	r = h.submits("mia", "broadcast MSG-1", "", "title", "One call", "text", "It was stopped.", "audience", "everyone", "language", "en", "named", "",
		"poster", "https://intranet.example.com/p.png", "alt", "Lena Vogt at her desk", "question", "Who called?", "answers", "Kemi Balogun\nNobody",
		"other_title", "Ein Anruf", "other_text", "Ana Torres zahlte nichts.")
	has(t, text(r), "agree to be named: Lena Vogt, Kemi Balogun, Ana Torres")
	h.submits("mia", "broadcast MSG-1", "", "title", "One call", "text", "Jon Reed got it, Kemi Balogun called.", "audience", "everyone", "language", "en", "named", "")
	// Who said no and is named no longer is not asked again.
	asked := h.count("jon")
	h.submits("mia", "broadcast MSG-1", "", "title", "One call", "text", "A colleague got it, Kemi Balogun called.", "audience", "everyone", "language", "en", "named", "jon@example.com, kemi@example.com")
	h.tick()
	if n := h.count("jon"); n != asked {
		t.Errorf("Jon is asked again: %s", h.last("jon").Card.Text())
	}
	if got := h.column("SELECT named FROM broadcasts"); len(got) != 1 || strings.Contains(got[0], ";") {
		t.Errorf("named are %q", got)
	}
	h.presses("kemi", yesOf(h.last("kemi").Card), h.last("kemi").Ref)
	has(t, text(h.says("mia", "send MSG-1 9")), "on its way to 9 people")
	h.tick()

	// What is out cannot begin to name somebody.
	r = h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", "One call", "text", "Lena Vogt got it, Kemi Balogun called.")
	if !strings.Contains(r.Errors["text"], "Lena Vogt was not asked") {
		t.Errorf("%+v", r)
	}
	h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", "One call", "text", "A colleague noticed it, Kemi Balogun called.")
	if got := h.column("SELECT edition FROM broadcasts"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("%q", got)
	}
}

func TestAStoryIsForThoseWhoMayTellIt(t *testing.T) {
	h := newHouse(t)
	h.says("kemi", "report x")
	before := len(h.events())
	h.presses("grace", "story EVT-1", "")
	h.presses("kemi", "story EVT-1", "")
	h.submits("lena", "story", "", "title", "x", "text", "y")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.event_not_closed", "refused refuse.broadcast_role", "refused refuse.broadcast_role"}) {
		t.Errorf("%v", got)
	}
	for _, id := range []string{"EVT-1", "EVT-9"} { // to comms both are not there
		if got := text(h.presses("mia", "story "+id, "")); !strings.Contains(got, "I cannot find "+id) {
			t.Error(got)
		}
	}
	if r := h.submits("grace", "story", "", "title", "x", "text", "Olga Gone saw it"); !strings.Contains(r.Errors["text"], "Olga Gone cannot be asked") {
		t.Errorf("%+v", r)
	}
	if r := h.submits("grace", "story", "", "title", "x", "text", "Nils Ohnechat saw it"); !strings.Contains(r.Errors["text"], "Nils Ohnechat cannot be asked") {
		t.Errorf("%+v", r)
	}
	if r := h.submits("grace", "story", "", "title", "", "text", ""); r.Errors["title"] == "" || r.Errors["text"] == "" {
		t.Errorf("%+v", r)
	}
	if got := h.column("SELECT id FROM broadcasts"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestAStoryIsHandedToWhoSendsIt(t *testing.T) {
	h := newHouse(t)
	f := h.presses("grace", "story", "").Form
	if f == nil || f.Inputs[2].Value != "grace@example.com" || len(f.Inputs[2].Options) != 2 {
		t.Fatalf("%+v", f)
	}
	has(t, text(h.submits("grace", "story", "", "title", "One call", "text", "It was stopped.", "sender", "mia@example.com")), "One call · MSG-1 is with Mia Rossi")
	h.tick()
	m := h.last("mia")
	has(t, m.Card.Text(), "Grace Adeyemi has written a story for you to send: One call · MSG-1")
	has(t, text(h.presses("mia", "show MSG-1", m.Ref)), "It was stopped.")
	h.submits("grace", "story", "", "title", "Two", "text", "x", "sender", "jon@example.com") // not one of them
	if got := h.column("SELECT sender = (SELECT id FROM people WHERE email = 'mia@example.com') FROM broadcasts ORDER BY id"); !slices.Equal(got, []string{"1", "0"}) {
		t.Errorf("%q", got)
	}
}

// yesOf is what the button that agrees to be named carries.
func yesOf(card chat.Card) string {
	for _, b := range card.Blocks {
		if x, ok := b.(chat.Buttons); ok {
			return x.Shown[0].Command
		}
	}
	return ""
}
