package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	deskpkg "ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// tea is an area as small as one can be: Lena, who leads, offers somebody a
// cup, in a message that says what became of it.
type cup struct{ By isms.PersonID }

func tea() deskpkg.Area {
	return deskpkg.Area{Name: "tea", Draw: drawTea, Commands: []deskpkg.Command{
		{Verb: "brew", May: func(r deskpkg.Reader) bool { return r.People.Leads(r.ID) }, Run: brew},
		{Verb: "drink", Hidden: true, Run: drink, Form: func(c *deskpkg.Call) (*chat.Form, error) {
			return &chat.Form{Title: "Tea", Submit: "Drink", Command: "drink MSG-1", Inputs: []chat.Input{{Name: "reason", Label: "How was it?", Kind: chat.Line}}}, nil
		}},
	}}
}

func brew(c *deskpkg.Call) (chat.Reply, error) {
	p, words, err := c.Meant(c.Line.Text)
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "tea.brewed", map[string]any{"by": c.ID, "text_sha256": sha}); err != nil {
		return chat.Reply{}, err
	}
	what := deskpkg.View("tea/cup", cup{c.ID})
	if err := c.EnqueueTo(c.Key("tea-room"), chat.Address{Platform: "slack", To: "C1"}, what); err != nil {
		return chat.Reply{}, err
	}
	_, err = c.Enqueue(deskpkg.Post{Key: c.Key("tea"), Class: deskpkg.Request, To: p, What: what})
	return c.Sentence("share.sent"), err
}

func drink(c *deskpkg.Call) (chat.Reply, error) {
	words, err := c.Reason("reason")
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.SetMeta("tea", words); err != nil {
		return chat.Reply{}, err
	}
	reply, ok, err := c.Redrawn()
	if err != nil || ok {
		return reply, err
	}
	return c.Sentence("settings.saved"), nil
}

func drawTea(tx *storage.Tx, r deskpkg.Reader, d *storage.Delivery, view string, data json.RawMessage, first bool) (*chat.Card, error) {
	var c cup
	if err := json.Unmarshal(data, &c); err != nil || view != "cup" {
		return nil, err
	}
	was, err := tx.Meta("tea")
	text := "tea from " + r.FirstNameOf(c.By) + " on " + r.Day(r.Today) + ": " + was
	if r.Person != nil {
		text = r.Name + ", " + text
	}
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}, chat.Buttons{Shown: []chat.Button{r.Button("button.reply", "drink")}}}}, err
}

func TestAnAreaAnswersAndIsDrawnAsTheBotItself(t *testing.T) {
	h := newHouse(t)
	h.AddArea(tea())
	before := h.seq()
	h.refused(before, "priya", "refuse.verb", h.says("priya", "brew klara"))
	if got := commands(h.says("lena", "brwe").Card); !slices.Contains(got, "brew") {
		t.Errorf("near words are %v", got)
	}
	h.says("lena", "brew Klara Brandt green")
	if e := h.events(); !strings.HasPrefix(e[len(e)-1], "tea.brewed ") {
		t.Errorf("%v", e)
	}
	h.tick()
	sent := h.slack.SentTo(account("klara").ID)
	i := slices.IndexFunc(sent, func(m chattest.Sent) bool { return strings.Contains(m.Card.Summary, "tea") })
	if i < 0 {
		t.Fatalf("Klara is sent %+v", sent)
	}
	got := sent[i]
	if got.Card.Summary != "Klara Brandt, tea from Lena on Mo 16. März: " || got.Card.Language != "de" {
		t.Fatalf("Klara is sent %q in %s", got.Card.Summary, got.Card.Language)
	}
	if b := buttonsOf(&got.Card); len(b) != 1 || !b[0].Form {
		t.Errorf("her button: %+v", b)
	}
	if room := h.slack.SentTo("C1"); len(room) != 1 || room[0].Card.Summary != "tea from Lena on Mon 16 Mar: " {
		t.Errorf("the channel reads %+v", room)
	}
	if r := h.presses("klara", "drink", got.Ref); r.Form == nil || r.Form.Language != "de" || r.Form.Cancel == "" {
		t.Errorf("the press opens %+v", r.Form)
	}
	if r := h.submits("klara", "drink", got.Ref, "reason", ""); r.Errors["reason"] == "" {
		t.Errorf("without words: %+v", r)
	}
	if r := h.submits("klara", "drink MSG-1", got.Ref, "reason", "hot"); !r.Replaces || r.Card.Summary != "Klara Brandt, tea from Lena on Mo 16. März: hot" {
		t.Errorf("it is drawn again as %+v", r.Card)
	}
	if r := h.submits("jon", "drink MSG-1", got.Ref, "reason", "cold"); r.Replaces {
		t.Error("somebody else's message was replaced")
	}
}

func TestNoVerbIsTakenTwice(t *testing.T) {
	var verbs []string
	for _, u := range bot.Commands("en") {
		verb, _, _ := strings.Cut(u.Text, " ")
		if slices.Contains(verbs, verb) {
			t.Errorf("%q is the verb of two commands", verb)
		}
		verbs = append(verbs, verb)
	}
}
