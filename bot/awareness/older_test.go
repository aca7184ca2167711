package awareness_test

import (
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/storage"
)

func agreeOf(t *testing.T, c *chat.Card) string {
	t.Helper()
	for _, b := range buttonsOf(c) {
		if strings.HasPrefix(b.Command, "approve ") {
			return b.Command
		}
	}
	t.Fatalf("nobody can agree: %s", c.Text())
	return ""
}

// Whoever agreed to the first words under an older card has not read the next.
func TestAnOlderCardAgreesToNoOtherWords(t *testing.T) {
	for name, write := range map[string]func(h *house, words string){
		"a draft": func(h *house, words string) {
			h.submits("mia", "broadcast MSG-1", "", "title", "Drill", "text", words, "language", "en", "audience", "everyone")
			h.says("mia", "send MSG-1 9")
		},
		"an audience": func(h *house, words string) {
			h.submits("mia", "broadcast MSG-1", "", "title", "Drill", "text", "On Friday.", "language", "en", "audience", "exact", "who", "Operations, Finance, Grace Adeyemi, Mia Rossi, Nils Ohnechat, Daniel Cole, role:top_management")
			h.change("xaver", func(p *storage.Profile) { p.Department = "Operations" })
			h.says("mia", "send MSG-1 9")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(c *bot.Config) { c.SecondApproverAbove = 1 })
			h.says("mia", "broadcast to everyone | Drill | On Friday. | ack by fri")
			h.says("mia", "send MSG-1 9")
			h.spread()
			asked := h.titled("grace", "Drill").Card
			older := agreeOf(t, &asked)
			h.says("grace", "reject MSG-1 Too soon.")
			write(h, "Send me your password.")
			r := h.presses("grace", older, "")
			h.spread()
			if h.count("jon") != 0 {
				t.Errorf("words that nobody has read are on their way: %s", text(r))
			}
			h.presses("grace", agreeOf(t, r.Card), "")
			h.spread()
			if h.count("jon") != 1 {
				t.Error("it does not go out")
			}
		})
	}
}

// A yes to be named before a few is no yes before everybody.
func TestConsentIsForThoseWhoWereToRead(t *testing.T) {
	h := newHouse(t)
	write := func(id, audience string) {
		h.submits("mia", "broadcast"+id, "", "title", "Well seen", "text", "Jon Reed saw it.", "language", "en", "audience", audience, "named", "jon@example.com")
	}
	write("", "department:Operations")
	h.spread()
	h.presses("jon", yesOf(h.titled("jon", "Well seen").Card), "")
	write(" MSG-1", "everyone")
	has(t, text(h.says("mia", "show MSG-1")), "Jon Reed")
	r := h.says("mia", "send MSG-1 9")
	if strings.Contains(text(r), "on its way") {
		t.Error("it goes to everybody on a yes for a department")
	}
}
