package awareness_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

// What is missing, and what is not one's own, read alike, whatever a button
// was made to carry.
func TestTamperedIdsReadAsMissing(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to Finance | Salaries | Nobody else reads this. | ack by fri")
	h.says("mia", "send MSG-1 2")
	h.spread()
	h.says("kemi", "question MSG-1 Which ones?")
	h.says("grace", "broadcast to IT, Security | Keys | Are changed.")
	for _, press := range []string{"show MSG-1", "read MSG-1", "read MSG-1 de", "ack MSG-1", "ack MSG-1 1", "why MSG-1", "question MSG-1 what", "questions MSG-1", "reply MSG-1 1 yes",
		"pause MSG-1", "resume MSG-1", "stop MSG-1", "resend MSG-1", "mend MSG-1", "missing MSG-1", "register MSG-1", "register MSG-1 csv", "tell MSG-1", "record MSG-1 Jon Reed",
		"consent MSG-1", "decline MSG-1", "approve MSG-1", "approve MSG-1 1.1.2", "reject MSG-1 no", "ack MSG-999999999999999999999", "ack MSG--1", "show MSG-2", "ack MSG-2"} {
		before := len(h.events())
		r := h.says("jon", press)
		_, rest, _ := strings.Cut(press, " ")
		id, _, _ := strings.Cut(rest, " ")
		if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.not_found"}) || r.File != nil {
			t.Errorf("%s: %v %s", press, got, text(r))
			continue
		}
		if got := r.Card.Summary; got != "I cannot find "+id+" among the things you can see." {
			t.Errorf("%s: %s", press, got)
		}
		if r := h.presses("jon", press+" …", ""); r.Form != nil || r.Replaces || strings.Contains(text(r), "Salaries") {
			t.Errorf("pressed, %s: %s", press, text(r))
		}
	}
	// A question of one broadcast is not answered by way of another.
	before := len(h.events())
	h.says("grace", "reply MSG-2 1 yes")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.not_found"}) {
		t.Error(got)
	}
}

func TestASpreadThatBegunAgainWritesNothingTwice(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	before := h.column("SELECT group_concat(person || ':' || delivery || ':' || acked_at) FROM broadcast_recipients")
	raw, err := sql.Open("sqlite", h.path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("UPDATE broadcasts SET spread = 0"); err != nil { // as if the process had died before it noted how far it was
		t.Fatal(err)
	}
	h.spread()
	if after := h.column("SELECT group_concat(person || ':' || delivery || ':' || acked_at) FROM broadcast_recipients"); !slices.Equal(before, after) {
		t.Errorf("%v became %v", before, after)
	}
	for _, who := range []string{"jon", "kemi", "klara"} {
		if n := h.count(who); n != 1 {
			t.Errorf("%s has %d messages", who, n)
		}
	}
}

func TestWhatSomebodyWroteIsNoMarkup(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to everyone | *Bold* <!channel> | # Heading\n**b** [bank](https://evil.example/x) <@U1>\n> said so\n- one | link https://ok.example/a")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("jon")
	has(t, m.Card.Text(), "Heading", "b bank (https://evil.example/x) <@U1>", "said so", "• one", "[Open ok.example] https://ok.example/a")
	var styles []chat.Style
	for _, b := range m.Card.Blocks {
		if x, ok := b.(chat.Text); ok {
			styles = append(styles, x.Style)
		}
	}
	if want := []chat.Style{chat.Title, chat.Section, chat.Body, chat.Quote, chat.Body, chat.Quiet}; !slices.Equal(styles, want) {
		t.Errorf("%v, want %v", styles, want)
	}
}

func TestSenderAndReadersChangeWhileItGoes(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to everyone | Title | Text | ack by fri")
	h.says("mia", "send MSG-1 9")
	h.change("mia", func(p *profile) { p.Roles = nil }) // is in communications no longer
	h.change("kemi", func(p *profile) { p.Left = true })
	before := len(h.events())
	h.says("mia", "stats MSG-1")
	h.says("mia", "pause MSG-1")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_role", "refused refuse.not_found"}) {
		t.Error(got)
	}
	h.spread()
	if h.count("kemi") != 0 || h.count("jon") != 1 {
		t.Errorf("Kemi has left and got %d, Jon %d", h.count("kemi"), h.count("jon"))
	}
	has(t, text(h.says("grace", "pause MSG-1")), "Paused")
}

// What stands last in an address says whose page it is: that is never cut off.
func TestAButtonNamesWhosePageItOpens(t *testing.T) {
	h := newHouse(t)
	long := "login.example.com." + strings.Repeat("aaaaaaaa.", 10) + "evil.example"
	h.says("mia", "broadcast to everyone | Title | Text | link https://"+long+"/x")
	h.says("mia", "send MSG-1 9")
	h.spread()
	card := h.last("jon").Card
	if label := buttonsOf(&card)[0].Label; !strings.HasSuffix(label, ".evil.example") || !strings.HasPrefix(label, "Open …") || len(label) > 75 {
		t.Errorf("%q", label)
	}
}
