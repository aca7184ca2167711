package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/bottest"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// newReports is the house with Ola, who looks after data protection, and Kemi.
func newReports(t testing.TB, change ...func(*bot.Config)) *house {
	t.Helper()
	h := newHouse(t, change...)
	h.moveIn([6]string{"Ola Berg", "Legal", "daniel", "", "dpo", ""})
	h.moveIn([6]string{"Kemi Ade", "Finance", "nora", "", "staff", ""})
	return h
}

// clock is what the scheduler does beside tick.
func (h *house) clock() {
	h.t.Helper()
	if err := h.Clock(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	if err := h.Deliver(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// kinds are the journal's events after the first n, by kind alone.
func (h *house) kinds(n int) (out []string) {
	for _, e := range h.since(n) {
		kind, _, _ := strings.Cut(e, " ")
		if !strings.HasPrefix(kind, "message.") {
			out = append(out, kind)
		}
	}
	return out
}

var says = bottest.Has

func TestAReportIsReceivedAndReachesThoseWhoDecideAtOnceAtNight(t *testing.T) {
	h := newReports(t).at("2026-03-15 23:30") // a Sunday
	r := h.says("kemi", "report A supplier wrote of a new bank account")
	says(t, text(r), "Thank you, that helps. EVT-1 is with Grace; you will hear back by Mon 16 Mar, whatever it turns out to be.")
	h.clock()
	for _, who := range []string{"grace", "ola"} {
		m := h.last(who)
		says(t, m.Card.Summary, "Urgent, new report: A supplier wrote of a new bank account · EVT-1")
		says(t, m.Card.Text(), "Urgent: somebody noticed something, and the legal clock is running.", "Kemi Ade", "GDPR until Wed 18 Mar, 23:30, provisional, from the report on Sun 15 Mar, 23:30.")
	}
	if n := h.sent("daniel") + h.sent("lena") + h.sent("kemi"); n != 0 {
		t.Errorf("%d others were told", n)
	}
	if got := h.kinds(0); !slices.Equal(got, []string{"event.reported", "event.pinged"}) {
		t.Errorf("%v", got)
	}
	if got := h.column("SELECT class FROM deliveries"); !slices.Equal(got, []string{"urgent", "urgent"}) {
		t.Errorf("%v", got)
	}
	for _, e := range h.events() {
		if strings.HasPrefix(e, "message.sent") && !strings.Contains(e, `"class":"urgent"`) {
			t.Error(e)
		}
	}
	h.intact()
}

func TestAReportByFormSaysWhatIsWrong(t *testing.T) {
	h := newReports(t)
	f := h.presses("kemi", "report", "").Form
	if f == nil || f.Command != "report" || len(f.Inputs) != 3 || !strings.Contains(f.Inputs[2].Hint, "The logs of this chat platform may still show that you used a command.") {
		t.Fatalf("%+v", f)
	}
	for name, c := range map[string]struct {
		fields []string
		at     string
	}{
		"nothing written": {[]string{"what", " ", "noticed", "2026-03-16", "anonymous", "no"}, "what"},
		"tomorrow":        {[]string{"what", "x", "noticed", "2026-03-17", "anonymous", "no"}, "noticed"},
		"no day":          {[]string{"what", "x", "noticed", "soon", "anonymous", "no"}, "noticed"},
		"too long":        {[]string{"what", strings.Repeat("x", 3001), "anonymous", "no"}, "what"},
	} {
		if r := h.submits("kemi", "report", "", c.fields...); r.Errors[c.at] == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if h.seq() != 0 {
		t.Errorf("%v", h.events())
	}
	says(t, text(h.submits("kemi", "report", "", "what", "A parcel", "noticed", "2026-03-14", "anonymous", "no")), "EVT-1 is with Grace")
	says(t, text(h.says("grace", "report A visitor followed me in")), "EVT-2 is with Ola") // not with oneself
	says(t, text(h.says("grace", "show EVT-1")), "Noticed: Sat 14 Mar")
	if r := h.says("kemi", "report"); r.Form == nil {
		t.Errorf("typed alone it opens no form: %+v", r)
	}
}

func TestAQuotedMessageFillsTheForm(t *testing.T) {
	h := newReports(t)
	r := h.do(chat.Invocation{From: account("kemi"), Kind: chat.Pressed, Text: "report", Quoted: &chat.Quotation{Text: "please pay to\nthe new account", Link: "https://chat.example.com/p1"}})
	if r.Form == nil || r.Form.Inputs[0].Value != "“please pay to\nthe new account”\nhttps://chat.example.com/p1" {
		t.Fatalf("%+v", r.Form)
	}
	long := h.do(chat.Invocation{From: account("kemi"), Kind: chat.Pressed, Text: "report", Quoted: &chat.Quotation{Text: strings.Repeat("ä", 9000), Link: "https://chat.example.com/p1"}})
	if v := long.Form.Inputs[0].Value; len([]rune(v)) > 3000 || !strings.HasSuffix(v, "/p1") {
		t.Errorf("%d characters", len([]rune(v)))
	}
}

func TestTheButtonUnderABroadcastBeginsAReport(t *testing.T) {
	h := newReports(t)
	r := h.presses("kemi", "report MSG-5: …", "")
	if r.Form == nil || r.Form.Inputs[0].Value != "MSG-5: " || h.seq() != 0 {
		t.Fatalf("%+v, %v", r, h.events())
	}
	says(t, text(h.submits("kemi", r.Form.Command, "", "what", "MSG-5: a third invoice came today", "anonymous", "no")), "EVT-1 is with Grace")
	says(t, text(h.says("grace", "show EVT-1")), "MSG-5: a third invoice came today")
	says(t, text(h.says("kemi", "report One more of these …")), "EVT-2 is with Grace") // typed, it is what they say
}

func TestAnIncidentIsAnsweredDecidedAndClosed(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report A laptop with the list of patients was stolen from a car")
	h.clock()
	card := h.last("grace").Ref
	r := h.submits("grace", "event-incident EVT-1", card, "why", "The disk was not encrypted", "lead", "<@"+account("tom").ID+">")
	if !r.Replaces || !strings.Contains(text(r), "Status: incident") || !strings.Contains(text(r), "Leads the response: Tom Baker") {
		t.Fatalf("%+v", r.Card)
	}
	h.clock()
	says(t, h.last("kemi").Card.Text(), "Your report EVT-1 is an incident and is being dealt with: The disk was not encrypted. You will hear when it is over.")
	if got := h.last("tom").Card.Text(); strings.Contains(got, "Kemi") || !strings.Contains(got, "stolen from a car") {
		t.Errorf("the lead reads %s", got)
	}
	says(t, text(h.submits("ola", "event-data EVT-1", "", "data", "controller", "why", "names and diagnoses")), "Noted")
	says(t, text(h.submits("ola", "event-aware EVT-1", "", "day", "2026-03-16", "time", "08:30", "why", "The owner was sure at breakfast")), "Noted")
	says(t, text(h.says("ola", "show EVT-1")), "GDPR until Thu 19 Mar, 08:30, aware since Mon 16 Mar, 08:30.", "Yes, we are the controller")
	before := h.seq()
	h.refused(before, "grace", "refuse.event_duty", h.submits("grace", "event-close EVT-1", "", "change", "Disks are encrypted now"))
	if r := h.submits("ola", "event-notify EVT-1", "", "decision", "told", "why", "risk to patients", "day", "2026-03-16", "time", "09:30"); r.Errors["day"] == "" {
		t.Errorf("told in half an hour: %+v", r)
	}
	h.submits("ola", "event-notify EVT-1", "", "decision", "tell", "why", "risk to patients")
	says(t, text(h.says("ola", "show EVT-1")), "Decided to notify.")
	h.at("2026-03-17 10:00")
	h.submits("ola", "event-notify EVT-1", "", "decision", "told", "why", "risk to patients", "day", "2026-03-17", "time", "9:45")
	h.submits("ola", "event-people EVT-1", "", "why", "Letter to all 40 on 17 March")
	h.submits("ola", "event-phase EVT-1", "", "why", "The number of patients: 38, on 18 March")
	says(t, text(h.says("ola", "show EVT-1")), "GDPR: told on Tue 17 Mar, 09:45", "Letter to all 40", "told later, says Ola Berg: “The number of patients")
	h.submits("grace", "event-close EVT-1", "", "change", "disks of laptops are encrypted now")
	h.clock()
	says(t, h.last("kemi").Card.Text(), "Your report EVT-1 led to a change: disks of laptops are encrypted now. Thank you, Kemi.")
	says(t, text(h.says("grace", "events")), "No report is open.")
	h.intact()
}

func TestAFindingBringsItsCorrectiveAction(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report The back door does not close")
	r := h.submits("grace", "event-finding EVT-1", "", "title", "Mend the back door", "severity", "minor", "owner", "<@"+account("jon").ID+">", "due", "2026-04-01", "why", "The lock is worn")
	says(t, text(r), "Noted")
	f, a := h.item("FND-1"), h.item("CA-5")
	if f == nil || f.Title != "Mend the back door" || f.Source != "incident" || f.FoundOn != date(t, "2026-03-16") {
		t.Fatalf("%+v", f)
	}
	if a == nil || a.Owner != h.id("jon") || a.Finding != f.ID || a.Due != date(t, "2026-04-01") || a.FirstDue != a.Due {
		t.Fatalf("%+v", a)
	}
	h.clock()
	says(t, h.last("jon").Card.Text(), "Grace hands this to you: Mend the back door · CA-5")
	says(t, h.last("kemi").Card.Text(), "Your report EVT-1 showed something to mend: The lock is worn. You will hear when it is done.")
	says(t, text(h.says("jon", "show EVT-1")), "The back door does not close")
	if got := text(h.says("jon", "show EVT-1")); strings.Contains(got, "Kemi") {
		t.Errorf("the owner reads who reported it: %s", got)
	}
	before := h.seq()
	if r := h.submits("grace", "event-finding EVT-1", "", "title", "Again", "severity", "minor", "why", "x"); h.item("FND-2") != nil {
		t.Errorf("a second finding: %+v", r)
	}
	if got := h.kinds(before); !slices.Equal(got, []string{"refused"}) {
		t.Errorf("%v", got)
	}
	h.intact()
}

func TestNothingToDoIsClosedWithItsReason(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report A mail from the chief executive")
	if r := h.submits("grace", "event-nothing EVT-1", "", "why", "It was an exercise", "personal", "yes"); r.Errors["personal"] == "" {
		t.Errorf("%+v", r)
	}
	if r := h.submits("grace", "event-nothing EVT-1", "", "why", "", "personal", "no"); r.Errors["why"] == "" {
		t.Errorf("%+v", r)
	}
	h.submits("grace", "event-nothing EVT-1", "", "why", "It was an exercise", "personal", "no")
	h.at("2026-03-17 23:00").clock()
	says(t, h.read("kemi"), "Your report EVT-1 was looked into, and nothing needs to be done: It was an exercise. Thank you for telling us, Kemi.")
	before := h.seq()
	h.clock()
	h.refused(before, "ola", "refuse.event_closed", h.submits("ola", "event-incident EVT-1", "", "why", "x"))
}

func TestAQuestionGoesToTheReporterAndComesBack(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report A strange call")
	h.submits("ola", "event-ask EVT-1", "", "question", "Which number was it?")
	h.clock()
	m := h.last("kemi")
	says(t, m.Card.Text(), "Ola asks about your report EVT-1: Which number was it?", "It is about your report: A strange call · EVT-1")
	if !slices.Contains(commands(&m.Card), "event-words EVT-1") {
		t.Errorf("%v", commands(&m.Card))
	}
	says(t, text(h.submits("kemi", "event-words EVT-1", m.Ref, "words", "It began with 0700")), "Thank you. Grace has your words")
	h.clock()
	for _, who := range []string{"grace", "ola"} {
		says(t, h.last(who).Card.Text(), "Kemi Ade adds to A strange call · EVT-1", "It began with 0700")
	}
	says(t, text(h.says("kemi", "report EVT-1 and it was a woman")), "Thank you. Grace has your words")
	says(t, text(h.says("kemi", "show EVT-1")), "Ola asks about your report", "You wrote: and it was a woman")
	if n := len(h.column("SELECT n FROM events")); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestTheListOfReportsHasWhatRunsOutFirst(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report one")
	h.says("kemi", "report two")
	h.submits("ola", "event-data EVT-1", "", "data", "no", "why", "a door")
	h.at("2026-03-18 12:30")
	got := text(h.says("grace", "events"))
	says(t, got, "2 reports are open", "two · EVT-2", "20 hours left", "no answer yet, promised by Tue 17 Mar")
	if strings.Index(got, "EVT-2") > strings.Index(got, "EVT-1") {
		t.Error(got)
	}
	h.at("2026-03-20 12:30")
	says(t, text(h.says("ola", "events")), "the hours are over")
	for _, who := range []string{"kemi", "lena", "sam", "daniel", "xaver"} {
		before := h.seq()
		h.refused(before, who, "refuse.events", h.says(who, "events"))
	}
}

func TestLawsAreThoseOfTheOrganisation(t *testing.T) {
	nis := isms.LegalClock{Name: "NIS2", Limit: 24 * time.Hour, Pings: []int{0, 12, 20}}
	h := newReports(t, func(c *bot.Config) { c.Laws = []isms.LegalClock{isms.GDPR, isms.POPIA, nis} })
	h.says("kemi", "report A list of customers was sent to the wrong firm")
	h.clock()
	says(t, h.last("ola").Card.Text(), "GDPR until Thu 19 Mar, 09:00", "POPIA as soon as reasonably possible, our target Thu 19 Mar, 09:00", "NIS2 until Tue 17 Mar, 09:00")
	if n := h.sent("ola"); n != 1 {
		t.Errorf("%d messages for three laws", n)
	}
	if r := h.submits("ola", "event-notify EVT-1", "", "law", "POPIA", "decision", "not", "why", "encrypted"); r.Errors["decision"] == "" {
		t.Errorf("POPIA has no threshold: %+v", r)
	}
	if r := h.submits("ola", "event-notify EVT-1", "", "decision", "not", "why", "encrypted"); r.Errors["law"] == "" {
		t.Errorf("of which law: %+v", r)
	}
	h.submits("ola", "event-notify EVT-1", "", "law", "GDPR", "decision", "not", "why", "encrypted")
	h.at("2026-03-16 21:00").clock()
	m := h.last("ola")
	says(t, m.Card.Summary, "12 hours have passed")
	says(t, m.Card.Text(), "GDPR: not to be told, decided by Ola Berg")
}
