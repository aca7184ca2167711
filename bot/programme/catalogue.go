package programme

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func effectForm(c *desk.Call) (*chat.Form, error) {
	t, _, err := named(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("training.effect_title"), Submit: c.Say("form.save"), Command: "effect " + strconv.FormatInt(t.ID, 10), Intro: t.Title, Inputs: []chat.Input{
		{Name: "effect", Label: c.Say("training.effect_ask"), Hint: c.Say("training.effect_hint"), Kind: chat.Paragraph, Value: t.Effect, Max: desk.MaxWords}}}, nil
}

// effect keeps whether a training helped (7.2 c).
func effect(c *desk.Call) (chat.Reply, error) {
	t, words, err := named(c)
	if err != nil {
		return chat.Reply{}, err
	}
	switch {
	case c.In.Kind == chat.Submitted:
		words = strings.TrimSpace(c.In.Fields["effect"])
	case strings.Trim(words, "…") == "":
		form, err := effectForm(c)
		return chat.Reply{Form: form}, err
	}
	if words == "" {
		return chat.Reply{}, desk.FieldErrors{"effect": c.Say("form.needed")}
	}
	t.Effect = words
	if err := c.Tx.SaveTraining(t); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "training.effect", map[string]any{"by": c.ID, "training": t.ID, "text_sha256": sha}); err != nil {
		return chat.Reply{}, err
	}
	card, err := trainingCard(c, t)
	return chat.Reply{Card: card}, err
}

// newTrainingForm asks for what the catalogue holds.
func newTrainingForm(c *desk.Call) (*chat.Form, error) {
	repeats := []chat.Option{{Label: c.Say("repeat.never"), Value: "never"}, {Label: c.Say("repeat.quarterly"), Value: "quarterly"}, {Label: c.Say("repeat.yearly"), Value: "yearly"}}
	return &chat.Form{Title: c.Say("training.new_title"), Submit: c.Say("form.create"), Command: "training-new", Inputs: []chat.Input{
		{Name: "title", Label: c.Say("form.item_title"), Kind: chat.Line, Max: maxTitle},
		{Name: "link", Label: c.Say("training.link_ask"), Hint: c.Say("training.link_hint"), Kind: chat.Line, Optional: true, Max: maxWords},
		{Name: "audience", Label: c.Say("plan.form_audience"), Hint: c.Say("training.audience_hint"), Kind: chat.Line, Value: "everyone", Max: maxWords},
		{Name: "repeat", Label: c.Say("form.repeat"), Kind: chat.Choice, Options: repeats, Value: "yearly"},
		{Name: "joiners", Label: c.Say("training.joiners_ask"), Hint: c.Say("training.joiners_hint"), Kind: chat.Choice, Options: joinersOptions(c), Value: string(isms.JoinersSoon)},
		{Name: "questions", Label: c.Say("training.questions_ask"), Hint: c.Say("training.questions_hint"), Kind: chat.Paragraph, Optional: true, Max: desk.MaxWords},
		{Name: "mark", Label: c.Say("training.mark_ask"), Hint: c.Say("training.mark_hint"), Kind: chat.Line, Optional: true, Max: 2},
	}}, nil
}

// noJoiners is the value of the choice, which has to be a word.
const noJoiners isms.Joiners = "no"

func joinersWord(j isms.Joiners) isms.Joiners {
	if j == isms.JoinersNot {
		return noJoiners
	}
	return j
}

func joinersOptions(c *desk.Call) (out []chat.Option) {
	for _, j := range []isms.Joiners{isms.JoinersSoon, isms.JoinersFirst, noJoiners} {
		out = append(out, chat.Option{Label: c.Say("training.joiners_" + string(j)), Value: string(j)})
	}
	return out
}

// newTraining adds to the catalogue; nobody has it yet.
func newTraining(c *desk.Call) (chat.Reply, error) {
	if c.In.Kind != chat.Submitted {
		form, err := newTrainingForm(c)
		return chat.Reply{Form: form}, err
	}
	t := &storage.Training{}
	if errs := fillTraining(c, &t.Training); len(errs) > 0 {
		return chat.Reply{}, errs
	}
	if err := c.Tx.SaveTraining(t); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(t.Title + "\n" + t.Link + "\n" + c.In.Fields["questions"])
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "training.created", map[string]any{"by": c.ID, "training": t.ID, "text_sha256": sha, "questions": len(t.Questions), "pass_mark": t.PassMark}); err != nil {
		return chat.Reply{}, err
	}
	card, err := trainingCard(c, t)
	return chat.Reply{Card: card}, err
}

func fillTraining(c *desk.Call, t *isms.Training) desk.FieldErrors {
	f, errs := c.In.Fields, desk.FieldErrors{}
	t.Title, t.Link = strings.Join(strings.Fields(f["title"]), " "), strings.TrimSpace(f["link"])
	if t.Title == "" || utf8.RuneCountInString(t.Title) > maxTitle {
		errs["title"] = c.Say("form.title_needed")
	}
	if t.Link != "" && !strings.HasPrefix(t.Link, "https://") && !strings.HasPrefix(t.Link, "http://") {
		errs["link"] = c.Say("training.link_hint")
	}
	t.Audience = strings.Join(strings.Fields(f["audience"]), " ")
	if _, ok := isms.InAudience(t.Audience, c.People); !ok {
		errs["audience"] = c.Say("training.audience_hint")
	}
	switch f["repeat"] {
	case "quarterly", "yearly":
		t.Repeat = f["repeat"]
	}
	switch j := isms.Joiners(f["joiners"]); j {
	case isms.JoinersSoon, isms.JoinersFirst:
		t.Joiners = j
	}
	var bad int
	if t.Questions, bad = isms.ParseQuestions(f["questions"]); bad > 0 {
		errs["questions"] = c.Say("training.questions_bad", "line", bad)
	}
	t.PassMark = len(t.Questions)
	if mark := strings.TrimSpace(f["mark"]); mark != "" {
		n, err := strconv.Atoi(mark)
		if err != nil || n < 1 || n > max(1, len(t.Questions)) {
			errs["mark"] = c.Say("training.mark_hint")
		}
		t.PassMark = min(n, len(t.Questions))
	}
	return errs
}
