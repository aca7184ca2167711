package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
)

func TestABroadcastIsPreviewedSentReadAndWatched(t *testing.T) {
	h := newHouse(t)
	got := text(h.says("mia", "broadcast to everyone | Two fake invoices | Both were stopped.\n\nCall **first**: [the list](https://wiki.example.com/list) | ack by fri"))
	has(t, got, "Preview: Two fake invoices · MSG-1", "With whom: everyone (9 people)", "When: in each person's own working hours", "Please read by: Fri 20 Mar",
		"type: send MSG-1 9", "Call first: the list (https://wiki.example.com/list)", "From Mia Rossi · MSG-1, version 1.", "[I have read it]")
	if h.count("jon") != 0 {
		t.Fatal("something went out before it was sent")
	}
	has(t, text(h.says("mia", "send MSG-1 9")), "Two fake invoices · MSG-1 is on its way to 9 people.")
	h.spread()
	m := h.last("jon")
	if m.Card.Summary != "From Mia in Communications: Two fake invoices" {
		t.Error(m.Card.Summary)
	}
	has(t, m.Card.Text(), "Both were stopped.", "Please read by Fri 20 Mar.", "[I have read it] [I have a question…] [I saw one too…]", "[Why me]")
	if n := h.count("ana") + h.count("xaver") + h.count("olga"); n != 0 {
		t.Errorf("%d went to New York at night, to a reader of evidence or a leaver", n)
	}
	h.at("2026-03-16 13:05").spread()
	if h.count("ana") != 1 {
		t.Error("New York's morning has begun")
	}
	h.at("2026-03-16 13:06").spread()
	has(t, h.titled("mia", "Sent ").Card.Text(), "Sent 8 of 9 · Read 0 · Not reached 1", "Not reached: 1 has no account here yet.")
	r := h.presses("jon", "ack MSG-1", m.Ref)
	if !r.Replaces {
		t.Error("the message is not replaced")
	}
	has(t, text(r), "Read on Mon 16 Mar, 13:06. Thank you.", "Both were stopped.")
	saw := slices.IndexFunc(buttonsOf(r.Card), func(b chat.Button) bool { return b.Label == "I saw one too…" })
	if f := h.presses("jon", buttonsOf(r.Card)[saw].Command, m.Ref).Form; f == nil || f.Command != "report" || f.Inputs[0].Value != "MSG-1: " {
		t.Errorf("%+v", f)
	}
	h.at("2026-03-16 13:07").spread()
	has(t, h.titled("mia", "Sent ").Card.Text(), "Read 1")
	has(t, text(h.says("mia", "stats MSG-1")), "Sent 8 of 9 · Read 1 · Not reached 1")
	has(t, text(h.says("mia", "missing MSG-1")), "8 people have not read", "Nils Ohnechat - Facilities", "no account here yet")
	want := []string{"broadcast.drafted", "broadcast.sent", "broadcast.queued", "broadcast.acknowledged"}
	got = strings.Join(slices.DeleteFunc(h.kinds(0), func(k string) bool { return strings.HasPrefix(k, "message.") }), " ")
	has(t, got, strings.Join(want, " "))
	if strings.Contains(strings.Join(h.events(), ""), "invoices") {
		t.Error("the journal holds words")
	}
}

// Attack 15: only those named, with preview, count and a second person; every
// way around ends in a refusal that is on record.
func TestNobodySendsToManyAlone(t *testing.T) {
	const draft = "broadcast to everyone | Title | Text"
	for name, c := range map[string]struct {
		before    []string // who: what
		who, says string
		why       string
	}{
		"staff write":                     {nil, "jon", draft, "refuse.broadcast_role"},
		"a manager writes":                {nil, "lena", draft, "refuse.broadcast_role"},
		"top management writes":           {nil, "daniel", draft, "refuse.broadcast_role"},
		"staff send another's":            {[]string{"mia: " + draft}, "jon", "send MSG-1 9", "refuse.broadcast_role"},
		"a wrong count":                   {[]string{"mia: " + draft}, "mia", "send MSG-1 8", "refuse.send_count"},
		"no count":                        {[]string{"mia: " + draft}, "mia", "send MSG-1", "refuse.send_count"},
		"the ISMS manager sends for Mia":  {[]string{"mia: " + draft}, "grace", "send MSG-1 9", "refuse.broadcast_sender"},
		"a draft that is not there":       {nil, "mia", "send MSG-77 9", "refuse.not_found"},
		"an id that is none":              {nil, "mia", "send MSG-1x 9", "refuse.not_found"},
		"staff look at figures":           {[]string{"mia: " + draft}, "jon", "missing MSG-1", "refuse.not_found"},
		"staff press pause":               {[]string{"mia: " + draft, "mia: send MSG-1 9"}, "jon", "pause MSG-1", "refuse.not_found"},
		"staff take the register":         {[]string{"mia: " + draft, "mia: send MSG-1 9"}, "jon", "register MSG-1", "refuse.not_found"},
		"staff change the words":          {[]string{"mia: " + draft, "mia: send MSG-1 9"}, "jon", "mend MSG-1", "refuse.not_found"},
		"sent twice":                      {[]string{"mia: " + draft, "mia: send MSG-1 9"}, "mia", "send MSG-1 9", "refuse.broadcast_sending"},
		"a second one at once":            {[]string{"mia: " + draft, "mia: send MSG-1 9", "mia: " + draft}, "mia", "send MSG-2 9", "refuse.broadcast_cool"},
		"stopped, then sent":              {[]string{"mia: " + draft, "mia: stop MSG-1"}, "mia", "send MSG-1 9", "refuse.broadcast_stopped"},
		"a title that is too long":        {nil, "mia", "broadcast to everyone | " + strings.Repeat("x", 121) + " | Text", "refuse.too_long"},
		"a text that is too long":         {nil, "mia", "broadcast to everyone | Title | " + strings.Repeat("x", 2501), "refuse.too_long"},
		"an audience that nobody knows":   {nil, "mia", "broadcast to Atlantis | Title | Text", "refuse.audience"},
		"a day that is over":              {nil, "mia", draft + " | ack by 2026-03-01", "refuse.broadcast_past"},
		"a link to somewhere else":        {nil, "mia", draft + " | link javascript:alert(1)", "refuse.broadcast_link"},
		"Mia agrees to her own":           {[]string{"mia: " + draft + " | urgent", "mia: send MSG-1 9"}, "mia", "approve MSG-1 1.1.9", "refuse.broadcast_own"},
		"staff agree":                     {[]string{"mia: " + draft + " | urgent", "mia: send MSG-1 9"}, "jon", "approve MSG-1 1.1.9", "refuse.not_found"},
		"an urgent one agreed to twice":   {[]string{"mia: " + draft + " | urgent", "mia: send MSG-1 9", "grace: agree"}, "grace", "approve MSG-1 1.1.9", "refuse.broadcast_sending"},
		"agreed to before it was sent":    {[]string{"mia: " + draft + " | urgent"}, "grace", "approve MSG-1 1.1.9", "refuse.broadcast_draft"},
		"read before it was sent, by Mia": {[]string{"mia: " + draft}, "mia", "ack MSG-1", "refuse.broadcast_preview"},
		"read before it was sent":         {[]string{"mia: " + draft}, "jon", "ack MSG-1", "refuse.not_found"},
		"read by somebody it is not for":  {[]string{"mia: broadcast to Finance | Title | Text", "mia: send MSG-1 2", ":"}, "jon", "ack MSG-1", "refuse.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			for _, step := range c.before {
				who, says, _ := strings.Cut(step, ": ")
				if who == ":" {
					h.spread()
					continue
				}
				if says == "agree" {
					says = agreeOf(t, h.says(who, "approve MSG-1").Card)
				}
				h.says(who, says)
			}
			before := len(h.events())
			r := h.says(c.who, c.says)
			if got := h.kinds(before); !slices.Equal(got, []string{"refused " + c.why}) {
				t.Errorf("%v\n%s", got, text(r))
			}
			h.spread()
			if n := h.count("kemi"); n > 1 {
				t.Errorf("Kemi got %d messages", n)
			}
		})
	}
}

func TestTheCountCountsOnlyAfterALookAtThePreview(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to everyone | Title | Text")
	h.hire([6]string{"Neo New", "IT", "lena", "staff", "", ""})
	if got := text(h.says("mia", "send MSG-1 9")); strings.Contains(got, "10") || !strings.Contains(got, "has changed since") {
		t.Error(got)
	}
	r := h.says("mia", "send MSG-1 10")
	if got := text(r); !strings.Contains(got, "not the head count") {
		t.Error(got)
	}
	if b := buttonsOf(r.Card); len(b) == 0 || b[0].Command != "show MSG-1" {
		t.Errorf("%+v", b)
	}
	has(t, text(h.says("mia", "show MSG-1")), "10 people")
	has(t, text(h.says("mia", "send MSG-1 10")), "on its way to 10 people")
}

func TestALargeOneNeedsASecondPerson(t *testing.T) {
	h := newHouse(t, func(c *bot.Config) { c.SecondApproverAbove = 8 })
	has(t, text(h.says("mia", "broadcast to everyone | Title | Text")), "A second person then agrees")
	has(t, text(h.says("mia", "send MSG-1 9")), "waits for a second person: Grace Adeyemi.")
	h.spread()
	if h.count("jon") != 0 {
		t.Fatal("it went without the second person")
	}
	m := h.last("grace")
	has(t, m.Card.Text(), "Mia Rossi asks you to agree before it goes: Title · MSG-1", "[Agree, 9 people]")
	has(t, text(h.submits("grace", "reject MSG-1", m.Ref, "reason", "Say who called.")), "Settled another way")
	h.spread()
	has(t, h.last("mia").Card.Text(), "cannot agree", "Say who called.")
	h.says("mia", "broadcast MSG-1 to everyone | Title | Better text")
	h.says("mia", "send MSG-1 9")
	h.spread()
	// The button under the first words agrees to nothing else but what is shown.
	m = h.last("grace")
	r := h.presses("grace", buttonsOf(&m.Card)[0].Command, m.Ref)
	has(t, text(r), "Grace Adeyemi agreed")
	h.spread()
	has(t, h.last("jon").Card.Text(), "Better text")
	if got := strings.Join(h.events(), "\n"); !strings.Contains(got, "broadcast.approved") {
		t.Error(got)
	}
}

func TestAnUrgentOneGoesAtNightOnceTwoAgree(t *testing.T) {
	h := newHouse(t).at("2026-03-14 23:00")
	h.says("mia", "broadcast to everyone | Do not open the mail from Payroll | It is not ours. | urgent")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("grace")
	h.presses("grace", buttonsOf(&m.Card)[0].Command, m.Ref)
	h.spread()
	m = h.last("ana")
	if m.Card.Summary != "Urgent: Do not open the mail from Payroll" {
		t.Error(m.Card.Summary)
	}
}

func TestAFormSaysEverythingThatIsMissing(t *testing.T) {
	h := newHouse(t)
	if r := h.presses("mia", "broadcast", ""); r.Form == nil || len(r.Form.Inputs) != 22 {
		t.Fatalf("%+v", r)
	}
	r := h.submits("mia", "broadcast", "", "title", "", "text", "x", "audience", "everyone", "poster", "https://x.example/p.png", "question", "Who?", "answers", "one",
		"ack_by", "2020-01-01", "except", "Nowhere")
	for _, field := range []string{"title", "alt", "answers", "ack_by", "except"} {
		if r.Errors[field] == "" {
			t.Errorf("%s: %v", field, r.Errors)
		}
	}
	r = h.submits("mia", "broadcast", "", "title", "Poster", "text", "Look", "audience", "department:Operations", "except", "jon@example.com", "poster", "https://x.example/p.png", "alt", "A hook",
		"language", "en", "other_title", "Plakat", "other_text", "Schau", "time", "14:30")
	has(t, text(r), "Operations, except Jon Reed (2 people)", "[A hook]", "Mon 16 Mar, 14:30 (UTC)", "[Auf Deutsch]")
	h.submits("mia", "send MSG-1", "", "count", "2")
	h.spread()
	if h.count("klara") != 0 {
		t.Error("too early")
	}
	h.at("2026-03-16 14:31").spread()
	m := h.last("klara")
	has(t, m.Card.Text(), "Schau", "[In English]", "Von Mia Rossi · MSG-1, Version 1.")
	r = h.presses("klara", "read MSG-1 en", m.Ref)
	has(t, text(r), "Look", "[Auf Deutsch]")
	if !r.Replaces {
		t.Error("shown beside")
	}
}

func TestAReplayAddsNothing(t *testing.T) {
	h := newHouse(t).sent()
	m := h.last("jon")
	in := chat.Invocation{ID: "same", From: account("jon"), Kind: chat.Pressed, Text: "ack MSG-1", Message: m.Ref, Private: true}
	h.do(in)
	before := len(h.events())
	h.do(in)
	h.presses("jon", "ack MSG-1", m.Ref)
	h.says("jon", "ack MSG-1")
	h.spread()
	h.spread()
	if got := h.kinds(before); slices.ContainsFunc(got, func(k string) bool { return strings.HasPrefix(k, "broadcast") }) {
		t.Error(got)
	}
	if n := h.count("kemi"); n != 1 {
		t.Errorf("Kemi has %d messages", n)
	}
}
