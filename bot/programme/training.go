package programme

import (
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// training lists the catalogue, shows one ("training 2"), gives one to those
// whom it is for ("training 2 give", then with their number), or ends it.
func training(c *desk.Call) (chat.Reply, error) {
	if c.Line.Text == "" {
		card, err := catalogue(c)
		return chat.Reply{Card: card}, err
	}
	t, rest, err := named(c)
	if err != nil {
		return chat.Reply{}, err
	}
	word, rest := desk.FirstWord(rest)
	switch strings.ToLower(word) {
	case "":
		card, err := trainingCard(c, t)
		return chat.Reply{Card: card}, err
	case "give":
		return give(c, t, rest)
	case "end":
		return end(c, t, rest)
	}
	return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.which_training")
}

// named is the training whose number begins the line.
func named(c *desk.Call) (*storage.Training, string, error) {
	first, rest := desk.FirstWord(c.Line.Text)
	n, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return nil, "", isms.Refuse(isms.Invalid, "refuse.which_training")
	}
	t, err := c.Tx.Training(n)
	if err == nil && t == nil {
		return nil, "", isms.Refuse(isms.NotFound, "refuse.which_training")
	}
	return t, rest, err
}

func command(t *storage.Training, words string) string {
	return strings.TrimSpace("training " + strconv.FormatInt(t.ID, 10) + " " + words)
}

func catalogue(c *desk.Call) (*chat.Card, error) {
	all, err := c.Tx.Trainings()
	if err != nil {
		return nil, err
	}
	head := c.Count("training.head", len(all))
	if len(all) == 0 {
		head = c.Say("training.none")
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	list := chat.List{More: max(0, len(all)-maxRows)}
	for _, t := range all[:min(maxRows, len(all))] {
		x, err := courseOf(c, t)
		if err != nil {
			return nil, err
		}
		list.Rows = append(list.Rows, chat.Row{Title: t.Title, Note: x.standing(c, t),
			Menu: []chat.Button{{Label: c.Say("button.open"), Spoken: c.Say("training.open_spoken", "title", t.Title), Command: command(t, "")}}})
	}
	if len(list.Rows) > 0 {
		card.Blocks = append(card.Blocks, list)
	}
	var b chat.Buttons
	if len(all) > 0 {
		b.Shown = append(b.Shown, c.Button("training.button_latest", command(all[0], "")))
	}
	if plans(c.Reader) {
		b.Shown = append(b.Shown, c.Button("training.button_new", "training-new"))
	}
	if len(b.Shown) > 0 {
		card.Blocks = append(card.Blocks, b)
	}
	return card, nil
}

// trainingCard is one training: for whom, how one sees that it was learned, how
// far it has come, and whether it helped.
func trainingCard(c *desk.Call, t *storage.Training) (*chat.Card, error) {
	x, err := courseOf(c, t)
	if err != nil {
		return nil, err
	}
	facts := []chat.Fact{{Name: c.Say("training.audience"), Value: t.Audience}}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, chat.Fact{Name: c.Say(key), Value: value})
		}
	}
	if word := isms.RepeatWord(t.Repeat); word != "" {
		add("fact.repeat", c.Say("repeat."+word))
	}
	add("training.joiners", c.Say("training.joiners_"+string(joinersWord(t.Joiners))))
	add("training.link", t.Link)
	if len(t.Questions) > 0 {
		add("training.questions", c.Count("training.pass", len(t.Questions), "mark", t.PassMark))
	}
	add("training.people", x.standing(c, t))
	add("training.attended", x.attended(c))
	effect := t.Effect
	if effect == "" {
		effect = c.Say("training.no_effect")
	}
	add("training.effect", effect)
	card := &chat.Card{Summary: t.Title, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: t.Title}, chat.Facts{Facts: facts}}}
	card.Blocks = append(card.Blocks, trainingButtons(c, t, x.lacking))
	return card, nil
}

// trainingButtons are what can be done about a training as it stands.
func trainingButtons(c *desk.Call, t *storage.Training, lacking int) chat.Buttons {
	all := c.Button("training.button_all", "training")
	if !plans(c.Reader) {
		return chat.Buttons{Shown: []chat.Button{all}}
	}
	n := strconv.FormatInt(t.ID, 10)
	var b chat.Buttons
	over := t.Given == storage.GivenEnds || t.Given == storage.GivenOver
	if !over && t.Given != storage.GivenDue && lacking > 0 {
		b.Shown = append(b.Shown, c.Button("training.button_give", command(t, "give")))
	}
	b.Shown = append(b.Shown, c.Button("training.button_attendance", "attendance "+n+" …"), c.Button("training.button_effect", "effect "+n+" …"))
	if !over {
		b.More = append(b.More, c.Button("training.button_end", command(t, "end")))
	}
	b.More = append(b.More, all)
	return b
}
