package programme

import (
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// training lists the catalogue, shows one ("training 2"), or gives one to those
// whom it is for ("training 2 give", then with their number).
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
		trained, err := c.Tx.Trained(t.ID)
		if err != nil {
			return nil, err
		}
		list.Rows = append(list.Rows, chat.Row{Title: t.Title, Note: standing(c, t, trained),
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

// standing is how far a training has come, in a line.
func standing(c *desk.Call, t *storage.Training, trained []storage.Trained) string {
	if len(trained) == 0 {
		return c.Say("training.not_given", "audience", t.Audience)
	}
	n := finished(trained)
	return c.Say("training.standing", "finished", n, "people", len(trained), "percent", 100*n/len(trained), "audience", t.Audience)
}

func finished(trained []storage.Trained) int {
	n := 0
	for _, p := range trained {
		if !p.LastOn.IsZero() {
			n++
		}
	}
	return n
}

// trainingCard is one training: for whom, how one sees that it was learned, how
// far it has come, and whether it helped.
func trainingCard(c *desk.Call, t *storage.Training) (*chat.Card, error) {
	trained, err := c.Tx.Trained(t.ID)
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
	add("training.link", t.Link)
	if len(t.Questions) > 0 {
		add("training.questions", c.Count("training.pass", len(t.Questions), "mark", t.PassMark))
	}
	add("training.people", standing(c, t, trained))
	add("training.attended", attended(c, trained))
	effect := t.Effect
	if effect == "" {
		effect = c.Say("training.no_effect")
	}
	add("training.effect", effect)
	card := &chat.Card{Summary: t.Title, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: t.Title}, chat.Facts{Facts: facts}}}
	b := chat.Buttons{Shown: []chat.Button{c.Button("training.button_all", "training")}}
	if plans(c.Reader) {
		n := strconv.FormatInt(t.ID, 10)
		b.Shown = append([]chat.Button{c.Button("training.button_give", command(t, "give")), c.Button("training.button_attendance", "attendance "+n+" …"),
			c.Button("training.button_effect", "effect "+n+" …")}, b.Shown[:0]...)
		b.More = []chat.Button{c.Button("training.button_all", "training")}
	}
	card.Blocks = append(card.Blocks, b)
	return card, nil
}

// attended says who was recorded by attendance list, in numbers.
func attended(c *desk.Call, trained []storage.Trained) string {
	n, by := 0, isms.PersonID(0)
	for _, p := range trained {
		if p.By != 0 {
			n, by = n+1, p.By
		}
	}
	if n == 0 {
		return ""
	}
	return c.Count("training.recorded", n, "name", c.NameOf(by))
}

// trainingDue is how long people have for a training.
const trainingDue = 14

// give makes a task of the training for everybody whom it is for and who has
// none; asked for twice, the second time with their number.
func give(c *desk.Call, t *storage.Training, count string) (chat.Reply, error) {
	if !plans(c.Reader) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.plan_year", "name", c.ManagerName())
	}
	trained, err := c.Tx.Trained(t.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	people, _ := isms.InAudience(t.Audience, c.People)
	people = slices.DeleteFunc(people, func(p *isms.Person) bool {
		return slices.ContainsFunc(trained, func(x storage.Trained) bool {
			return x.Person == p.ID && (x.Task != 0 || t.Repeat == "" && !x.LastOn.IsZero())
		})
	})
	all := strconv.Itoa(len(people))
	switch {
	case len(people) == 0:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.training_given")
	case count != all:
		text := c.Count("training.ask_give", len(people), "title", t.Title)
		return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text},
			chat.Text{Text: c.Say("training.ask_how", "audience", t.Audience, "day", c.Day(c.Calendar.OnOrBefore(c.Today.Add(trainingDue))))},
			chat.Buttons{Shown: []chat.Button{{Label: c.Count("training.button_give_to", len(people)), Command: command(t, "give "+all), Look: chat.Primary},
				c.Button("training.button_back", command(t, ""))}}}}}, nil
	}
	ids := make([]isms.PersonID, 0, len(people))
	for _, p := range people {
		if err := assign(c, t, p, trained); err != nil {
			return chat.Reply{}, err
		}
		ids = append(ids, p.ID)
	}
	if err := c.Tx.Journal(c.Now, "training.given", map[string]any{"by": c.ID, "training": t.ID, "people": ids}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("training.given", "title", t.Title), nil
}

// assign gives one person the task, which comes round as the training does.
func assign(c *desk.Call, t *storage.Training, p *isms.Person, trained []storage.Trained) error {
	r := c.ReaderOf(p)
	due := r.Calendar.OnOrBefore(r.Today.Add(trainingDue))
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: r.Say("training.task", "title", t.Title), Description: t.Link, Owner: p.ID,
		Due: due, FirstDue: due, SeriesStart: due, Repeat: t.Repeat, Status: isms.Open, Source: "training", Training: t.ID,
		Requirements: []string{"iso27001@2022:7.2", "iso27001@2022:A.6.3"}}}
	if err := c.Tx.SaveItem(it); err != nil {
		return err
	}
	one := storage.Trained{Person: p.ID}
	if i := slices.IndexFunc(trained, func(x storage.Trained) bool { return x.Person == p.ID }); i >= 0 {
		one = trained[i]
	}
	one.Task = it.ID.N
	if err := c.Tx.SaveTrained(t.ID, one); err != nil {
		return err
	}
	return c.Tx.LookNow(p.ID)
}
