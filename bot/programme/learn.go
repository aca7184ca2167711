package programme

import (
	"strconv"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// own is the sender's task and its training.
func own(c *desk.Call) (*storage.Record, *storage.Training, error) {
	it, err := c.Tx.Item(c.Line.ID)
	if err != nil {
		return nil, nil, err
	}
	if it == nil || it.Training == 0 || it.Owner != c.ID {
		return nil, nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
	}
	t, err := c.Tx.Training(it.Training)
	if err == nil && t == nil {
		return nil, nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
	}
	return it, t, err
}

// learnForm shows where the training is, and its questions.
func learnForm(c *desk.Call) (*chat.Form, error) {
	it, t, err := own(c)
	if err != nil {
		return nil, err
	}
	trial := it.Item
	if r := trial.ClearStuck(); r != nil {
		return nil, r
	}
	intro := t.Title
	if t.Link != "" {
		intro += "\n" + t.Link
	}
	f := &chat.Form{Title: c.Say("training.learn_title"), Submit: c.Say("training.learn_submit"), Command: "learn " + it.ID.String(), Intro: intro}
	for i, q := range t.Questions {
		in := chat.Input{Name: question(i), Label: q.Text, Kind: chat.Choice}
		for n, a := range q.Offered() {
			in.Options = append(in.Options, chat.Option{Label: a, Value: strconv.Itoa(n)})
		}
		f.Inputs = append(f.Inputs, in)
	}
	if len(f.Inputs) == 0 {
		f.Inputs = []chat.Input{{Name: "note", Label: c.Say("training.note"), Kind: chat.Line, Optional: true, Max: maxWords}}
	}
	return f, nil
}

// question is the name of a question's field.
func question(i int) string { return "question" + string(rune('a'+i)) }

// learn takes the answers: enough right ones finish the task; which was wrong
// is not said, and no score is kept.
func learn(c *desk.Call) (chat.Reply, error) {
	if c.In.Kind != chat.Submitted {
		form, err := learnForm(c)
		return chat.Reply{Form: form}, err
	}
	it, t, err := own(c)
	if err != nil {
		return chat.Reply{}, err
	}
	given := make([]string, len(t.Questions))
	errs := desk.FieldErrors{}
	for i, q := range t.Questions {
		n, err := strconv.Atoi(c.In.Fields[question(i)])
		if offered := q.Offered(); err == nil && n >= 0 && n < len(offered) {
			given[i] = offered[n]
		} else {
			errs[question(i)] = c.Say("form.needed")
		}
	}
	if len(errs) > 0 {
		return chat.Reply{}, errs
	}
	right, passed := t.Passed(given)
	if !passed {
		text := c.Say("training.again", "right", right, "questions", len(t.Questions), "mark", t.PassMark)
		return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text},
			chat.Buttons{Shown: []chat.Button{c.Button("training.button_again", "learn "+it.ID.String())}}}}}, nil
	}
	how := "quiz"
	if len(t.Questions) == 0 {
		how = "done"
	}
	if err := handOf(c).finish(t, it, how, c.Today); err != nil {
		return chat.Reply{}, err
	}
	if reply, ok, err := c.Redrawn(); ok || err != nil {
		return reply, err
	}
	return c.Sentence("training.passed", "title", t.Title), nil
}

// hand is by whose hand something is recorded, and when.
type hand struct {
	tx     *storage.Tx
	o      *desk.Office
	people *isms.People
	by     isms.PersonID // zero for an imported file
	now    time.Time
	today  isms.Date
}

func handOf(c *desk.Call) hand { return hand{c.Tx, c.Office, c.People, c.ID, c.Now, c.Today} }

// finish records that the task's owner is through with the training. It is not
// taken back: what was learned is.
func (h hand) finish(t *storage.Training, it *storage.Record, how string, on isms.Date) error {
	before, owner := *it, h.people.Get(it.Owner)
	result, refused := it.MarkDone(owner, on, "", h.today, 0, h.o.Calendar(owner))
	if refused != nil {
		return refused
	}
	a := &storage.Answer{Verb: "learn", By: h.by, At: h.now, Detail: map[string]string{"happened": on.String()}}
	if !result.Next.IsZero() {
		a.Detail["next"] = result.Next.String()
	}
	event := map[string]any{"by": h.by, "item": it.ID.String(), "due": before.Due.String(), "happened": on.String(), "training": t.ID, "how": how, "next": result.Next.String()}
	if h.by != it.Owner {
		a.Behalf, event["behalf"] = it.Owner, it.Owner
	}
	if h.by == 0 { // a history names somebody: whom the list names
		a.By, a.Behalf = it.Owner, 0
	}
	one := storage.Trained{Person: it.Owner, Task: it.ID.N, LastOn: on, How: how}
	if how == "attendance" {
		one.By = h.by
	}
	if err := h.tx.SaveTrained(t.ID, one); err != nil {
		return err
	}
	return keepDone(h.tx, h.o, &before, it, a, event)
}

// keepDone writes that a task is done: the answer, of which it fills in what the
// task says, and the journal's event.
func keepDone(tx *storage.Tx, o *desk.Office, before, it *storage.Record, a *storage.Answer, event map[string]any) error {
	if err := tx.ChangeItem(before, it); err != nil {
		return err
	}
	a.Item, a.Due, a.Before, a.Version = it.ID, before.Due, before.Item, it.Version
	if err := tx.AddAnswer(a); err != nil {
		return err
	}
	if err := tx.Journal(a.At, "item.done", event, it.ID); err != nil {
		return err
	}
	if err := desk.Lapse(tx, a.At, it.ID, "done"); err != nil {
		return err
	}
	return o.Changed(tx, before, it, a.At)
}
