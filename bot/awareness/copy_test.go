package awareness_test

import (
	"slices"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/storage"
)

// copyButtons are the commands with which a preview sends itself.
func copyButtons(c *chat.Card) (out []string) {
	for _, b := range c.Blocks {
		if x, ok := b.(chat.Buttons); ok {
			for _, more := range x.More {
				if len(more.Command) > 7 && more.Command[:7] == "preview" {
					out = append(out, more.Label+": "+more.Command)
				}
			}
		}
	}
	return out
}

func TestAPreviewIsSentAsItsReadersGetIt(t *testing.T) {
	h := newHouse(t)
	r := h.says("mia", "broadcast to everyone | Title | Text | ack by fri")
	if got := copyButtons(r.Card); !slices.Equal(got, []string{"Send me a copy: preview MSG-1 slack"}) {
		t.Errorf("%q", got)
	}
	has(t, text(h.says("mia", "preview MSG-1 slack")), "exactly as its readers get it")
	h.spread()
	copied := h.last("mia").Card
	h.says("mia", "send MSG-1 9")
	h.spread()
	if got := h.last("jon").Card; got.Text() != copied.Text() || got.Summary != copied.Summary {
		t.Errorf("Jon reads\n%s\nMia saw\n%s", got.Text(), copied.Text())
	}
	before := len(h.events())
	h.says("mia", "preview MSG-1 slack")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_sent"}) {
		t.Error(got)
	}
}

func TestAPreviewSaysWhereItIsRead(t *testing.T) {
	teams := &chattest.Messenger{}
	h := newHouse(t, func(c *bot.Config) { c.Messengers["teams"] = teams })
	h.write(func(tx *storage.Tx) error { _, err := tx.SetAccount(account("jon"), "", "", "blocked"); return err })
	h.bind("jon", "teams")
	r := h.says("mia", "broadcast to everyone | Title | Text")
	has(t, text(r), "Where: Slack 7, Teams 1, 1 without chat", "To see it on Teams too, connect your account there: type link.")
	if got := copyButtons(r.Card); !slices.Equal(got, []string{"Send me a copy on Slack: preview MSG-1 slack"}) {
		t.Errorf("%q", got)
	}
	before := len(h.events())
	h.says("mia", "preview MSG-1 teams")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.preview_on"}) {
		t.Error(got)
	}
	h.bind("mia", "teams")
	r = h.says("mia", "show MSG-1")
	if got := copyButtons(r.Card); !slices.Equal(got, []string{"Send me a copy on Slack: preview MSG-1 slack", "Send me a copy on Teams: preview MSG-1 teams"}) {
		t.Errorf("%q\n%s", got, text(r))
	}
	h.says("mia", "preview MSG-1 teams")
	h.spread()
	if got := teams.SentTo("UMIA"); len(got) != 1 || got[0].Card.Blocks[0] == nil {
		t.Errorf("%+v", got)
	}
	before = len(h.events())
	h.says("jon", "preview MSG-1 slack")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.not_found"}) {
		t.Error(got)
	}
}

// bind gives somebody an account on another platform.
func (h *house) bind(name, platform string) {
	h.t.Helper()
	p := h.person(name)
	h.write(func(tx *storage.Tx) error {
		_, err := tx.Bind(chat.Account{Platform: platform, ID: account(name).ID}, p.ID)
		return err
	})
}
