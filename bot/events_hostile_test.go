package bot_test

import (
	"strings"
	"testing"
	"unicode"

	"ismsbot/bot/chat"
)

// hostile is what a reporter could write to be read as something else.
var hostile = map[string]string{
	"turned around":     "please \u202eread\u202c this \u2066now\u2069\u200b\ufeff",
	"control signs":     "a\x00b\x1b[31mred\x07\r\nsecond line",
	"a mention":         "<!channel> <@UGRACE> <#C1> @everyone <at>Grace</at>",
	"markup":            "*b* _i_ `c` [Approve](https://evil.example) ![x](https://evil.example/x.png) </at><script>x</script>",
	"our own words":     "‹events.none› {name} {id} %s %d $1 ${1}",
	"SQL":               "'; DROP TABLE events; --",
	"broken UTF-8":      "a\xff\xfeb",
	"marks on a letter": "z" + strings.Repeat("\u0301", 900),
	"no letters at all": "\u200b\u2060\u202e",
	"an id":             "EVT-1",
	"somebody's id":     "EVT-7 what became of this?",
	"another command":   "/isms done CA-1 x",
	"a formula":         "=HYPERLINK(\"https://evil.example\",\"x\")",
	"2,900 signs":       strings.Repeat("wort ", 580),
}

func TestHostileWordsStayWordsOnEveryWay(t *testing.T) {
	for name, words := range hostile {
		h := newReports(t)
		h.says("jon", "report of somebody else")
		ways := map[string]func() chat.Reply{
			"typed":            func() chat.Reply { return h.says("kemi", "report "+words) },
			"typed, nameless":  func() chat.Reply { return h.says("kemi", "report anonymously "+words) },
			"by form":          func() chat.Reply { return h.submits("kemi", "report", "", "what", words, "anonymous", "no") },
			"by form nameless": func() chat.Reply { return h.submits("kemi", "report", "", "what", words, "anonymous", "yes") },
			"quoted": func() chat.Reply {
				return h.do(chat.Invocation{From: account("kemi"), Kind: chat.Pressed, Text: "report", Quoted: &chat.Quotation{Text: words, Link: words}})
			},
			"added": func() chat.Reply { return h.submits("kemi", "event-words EVT-2", "", "words", words) },
			"asked": func() chat.Reply { return h.submits("grace", "event-ask EVT-2", "", "question", words) },
		}
		h.says("kemi", "report of Kemi's")
		for way, act := range ways {
			if r := act(); r.Card == nil && r.Form == nil && r.Errors == nil {
				t.Errorf("%s, %s: no answer", name, way)
			}
		}
		h.at("2026-03-16 10:00").clock()
		h.says("grace", "events")
		for _, who := range []string{"grace", "ola", "kemi"} {
			for _, m := range h.slack.SentTo(account(who).ID) {
				clean(t, name+", to "+who, m.Card.Text()+m.Card.Summary)
			}
			clean(t, name+", shown to "+who, text(h.says(who, "show EVT-2")))
		}
		for _, row := range h.column("SELECT words FROM events UNION ALL SELECT words FROM event_notes") {
			clean(t, name, row)
		}
		for _, e := range h.events() {
			if strings.Contains(e, "evil") || strings.Contains(e, "DROP") || strings.Contains(e, "wort") {
				t.Errorf("%s: the journal holds words: %s", name, e)
			}
		}
		if got := h.column("SELECT count(*) FROM events WHERE reporter = (SELECT id FROM people WHERE email = 'jon@example.com')"); got[0] != "1" {
			t.Errorf("%s: Jon has %s reports", name, got)
		}
		h.intact()
	}
}

// clean fails on what cannot be seen and turns or breaks what can.
func clean(t *testing.T, name, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff' || r == unicode.ReplacementChar) {
			t.Errorf("%s: %U in %q", name, r, s)
			return
		}
	}
}

func TestAHundredKilobytesAreRefusedOnEveryWay(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	long := strings.Repeat("wort ", 20_000)
	for name, act := range map[string]func() chat.Reply{
		"typed":           func() chat.Reply { return h.says("kemi", "report "+long) },
		"typed, nameless": func() chat.Reply { return h.says("kemi", "report anonymously "+long) },
		"one word":        func() chat.Reply { return h.says("kemi", "report "+strings.Repeat("x", 100_000)) },
		"to one's own":    func() chat.Reply { return h.says("kemi", "report EVT-1 "+long) },
		"with a code":     func() chat.Reply { return h.says("kemi", "report K7WM-4RXT-9QAB "+long) },
		"by form":         func() chat.Reply { return h.submits("kemi", "report", "", "what", long, "anonymous", "no") },
		"nameless":        func() chat.Reply { return h.submits("kemi", "report", "", "what", long, "anonymous", "yes") },
		"as a day": func() chat.Reply {
			return h.submits("kemi", "report", "", "what", "x", "noticed", long, "anonymous", "no")
		},
		"added":       func() chat.Reply { return h.submits("kemi", "event-words EVT-1", "", "words", long) },
		"as a reason": func() chat.Reply { return h.submits("grace", "event-incident EVT-1", "", "why", long) },
	} {
		r := act()
		if got := text(r); len(got) > 2000 || !strings.Contains(got, "3000") && !strings.Contains(got, "code") {
			t.Errorf("%s: %d bytes are answered: %.200s", name, len(got), got)
		}
	}
	if got := h.column("SELECT count(*) || ' ' || (SELECT count(*) FROM event_notes) FROM events"); got[0] != "1 0" {
		t.Errorf("%v", got)
	}
}

func TestAReplayedSubmissionReportsOnce(t *testing.T) {
	h := newReports(t)
	for _, nameless := range []string{"no", "yes"} {
		in := chat.Invocation{ID: "the same " + nameless, From: account("kemi"), Kind: chat.Submitted, Text: "report", Private: true, Fields: map[string]string{"what": "x", "anonymous": nameless}}
		first := h.do(in)
		for range 3 {
			if again := h.do(in); again.Card != nil {
				t.Errorf("again: %s", text(again))
			}
		}
		in.Fields["what"] = "another" // under the same name
		h.do(in)
		if first.Card == nil {
			t.Error("no receipt")
		}
	}
	if got := h.column("SELECT words FROM events"); len(got) != 2 || got[0] != "x" || got[1] != "x" {
		t.Errorf("%q", got)
	}
}

func TestOneAccountWakesNobodyAllNight(t *testing.T) {
	h := newReports(t).at("2026-03-16 02:00")
	for i := range 30 {
		r := h.says("kemi", []string{"report x", "report anonymously y"}[i%2])
		if refused := strings.Contains(text(r), "10 reports within an hour"); refused != (i >= 10) {
			t.Errorf("%d: %s", i, text(r))
		}
	}
	if got := h.column("SELECT DISTINCT data FROM journal WHERE kind = 'refused'"); len(got) != 1 || !strings.Contains(got[0], "refuse.report_often") {
		t.Errorf("%v", got)
	}
	if n := len(h.column("SELECT data FROM journal WHERE kind = 'refused'")); n != 10 {
		t.Errorf("%d refusals are kept: those without a name are not", n)
	}
	says(t, text(h.says("jon", "report a door stands open")), "Thank you, that helps")
	says(t, text(h.says("kemi", "report EVT-1 and what else there is")), "Thank you. Grace has your words")
	says(t, text(h.at("2026-03-16 03:00").says("kemi", "report x")), "Thank you, that helps")
}

func TestAnIDAloneIsNoReport(t *testing.T) {
	h := newReports(t)
	h.says("kemi", "report x")
	says(t, text(h.says("kemi", "report EVT-1")), "x · EVT-1", "Status: new")
	for _, id := range []string{"EVT-1", "EVT-9"} {
		says(t, text(h.says("jon", "report "+id)), "I cannot find "+id)
	}
	if n := len(h.column("SELECT n FROM events")); n != 1 {
		t.Errorf("%d reports", n)
	}
}

// A code is 59 bits: what can be guessed is told apart from nothing else.
func TestACodeIsNotGuessed(t *testing.T) {
	h := newReports(t)
	got := text(h.says("kemi", "report anonymously the archive is open"))
	code := codeShape.FindStringSubmatch(got)[1]
	unknown := text(h.says("lena", "report AAAA-AAAA-AAA2"))
	for i := range len(code) {
		if code[i] == '-' {
			continue
		}
		near := []byte(code)
		if near[i]++; !strings.ContainsRune("23456789ABCDEFGHJKMNPQRSTVWXYZ", rune(near[i])) {
			near[i] = 'Q'
		}
		if string(near) == code {
			continue
		}
		if got := text(h.says("lena", "report "+string(near))); got != unknown {
			t.Errorf("one letter off is answered otherwise: %s", got)
		}
	}
	for _, form := range []string{"report EVT-1", "show EVT-1", "report " + code[:9], "report " + strings.ToLower(code[:4]), "report %", "report _"} {
		if got := text(h.says("lena", form)); strings.Contains(got, "the archive is open") {
			t.Errorf("%s reads %s", form, got)
		}
	}
	if n := len(h.column("SELECT hash FROM event_repeats")); n > 5 {
		t.Errorf("guesses are kept: %d", n)
	}
}
