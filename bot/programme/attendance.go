package programme

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// attendanceForm asks who was there, and when.
func attendanceForm(c *desk.Call) (*chat.Form, error) {
	t, _, err := named(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("training.attendance_title"), Submit: c.Say("form.save"), Command: "attendance " + strconv.FormatInt(t.ID, 10), Intro: t.Title, Inputs: []chat.Input{
		{Name: "on", Label: c.Say("training.attendance_on"), Kind: chat.DateInput, Value: c.Today.String()},
		{Name: "people", Label: c.Say("training.attendance_people"), Hint: c.Say("training.attendance_hint"), Kind: chat.Paragraph, Max: desk.MaxWords},
	}}, nil
}

// attendance records those who were there, with or without a task, and who
// recorded it.
func attendance(c *desk.Call) (chat.Reply, error) {
	t, rest, err := named(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind != chat.Submitted && strings.Trim(rest, "…") == "" {
		form, err := attendanceForm(c)
		return chat.Reply{Form: form}, err
	}
	on, people, err := whoWasThere(c, rest)
	if err != nil {
		return chat.Reply{}, err
	}
	for _, id := range people {
		if err := handOf(c).attend(t, id, on); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := c.Tx.Journal(c.Now, "training.attended", map[string]any{"by": c.ID, "training": t.ID, "people": people, "happened": on.String()}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("training.attendance_kept", "people", c.Count("who.people", len(people)), "title", t.Title, "day", c.Day(on)), nil
}

// roll is who was there, found beside the writer: each name is looked for among
// everybody.
type roll struct {
	on     isms.Date
	people []isms.PersonID
}

func attendanceAhead(c *desk.Call) (any, error) {
	if !plans(c.Reader) {
		return nil, nil
	}
	_, rest, err := named(c)
	if err != nil {
		return nil, err
	}
	on, people, err := whoWasThere(c, rest)
	return roll{on, people}, err
}

// whoWasThere reads the form, or "2026-03-13 Jon Reed, mia@example.com".
func whoWasThere(c *desk.Call, line string) (on isms.Date, people []isms.PersonID, err error) {
	if x, ok := c.Ready.(roll); ok {
		return x.on, x.people, nil
	}
	if c.In.Kind != chat.Submitted {
		on, words, ok := desk.ParseDay(line, c.Today)
		if !ok || on.After(c.Today) {
			return on, nil, isms.Refuse(isms.Invalid, "refuse.attendance_when")
		}
		people, unknown := present(c, words)
		if unknown != "" || len(people) == 0 {
			return on, nil, isms.Refuse(isms.Invalid, "refuse.attendance_who", "words", desk.Brief(unknown, 40))
		}
		return on, people, nil
	}
	errs := desk.FieldErrors{}
	if on, err = isms.ParseDate(c.In.Fields["on"]); err != nil || on.After(c.Today) {
		errs["on"] = c.Say("form.not_later")
	}
	people, unknown := present(c, c.In.Fields["people"])
	switch {
	case unknown != "":
		errs["people"] = c.Say("training.attendance_unknown", "words", desk.Brief(unknown, 40))
	case len(people) == 0:
		errs["people"] = c.Say("form.needed")
	}
	if len(errs) > 0 {
		return on, nil, errs
	}
	return on, people, nil
}

// present reads names and e-mails, one a line or with ; or , between them;
// unknown is the first that is nobody's.
func present(c *desk.Call, text string) (people []isms.PersonID, unknown string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' || r == ',' }) {
		word = strings.ToLower(strings.Join(strings.Fields(word), " "))
		if word == "" {
			continue
		}
		p := c.Named(word)
		if p == nil {
			return nil, word
		}
		if !slices.Contains(people, p.ID) {
			people = append(people, p.ID)
		}
	}
	return people, ""
}

// attend records that somebody was there, with a task or without one.
func (h hand) attend(t *storage.Training, id isms.PersonID, on isms.Date) error {
	one, err := h.tx.TrainedOne(t.ID, id)
	if err != nil || !one.LastOn.Before(on) {
		return err // it, or something later, is known
	}
	if one.Task != 0 {
		it, err := h.tx.Item(isms.ItemID{Kind: isms.Task, N: one.Task})
		if err != nil {
			return err
		}
		if it != nil && it.IsOpen() && it.Owner == id && t.Counts(on, one.LastOn, it.Due) {
			return h.finish(t, it, "attendance", on)
		}
	}
	return h.tx.SaveTrained(t.ID, storage.Trained{Person: id, Task: one.Task, LastOn: on, How: "attendance", By: h.by})
}

// settle records what imported attendance lists say, some at a time.
func settle(ctx context.Context, o *desk.Office, db *storage.DB) error {
	for ctx.Err() == nil {
		var waiting []storage.Attended
		err := db.View(ctx, func(tx *storage.Tx) (err error) {
			waiting, err = tx.ToSettle(atOnce)
			return err
		})
		if err != nil || len(waiting) == 0 {
			return err
		}
		err = db.Tx(ctx, func(tx *storage.Tx) error {
			people, err := o.People(tx)
			for _, a := range waiting {
				if err == nil {
					err = settleOne(tx, o, people, a)
				}
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("record an attendance: %w", err)
		}
	}
	return nil
}

func settleOne(tx *storage.Tx, o *desk.Office, people *isms.People, a storage.Attended) error {
	t, err := tx.Training(a.Training)
	if err != nil {
		return err
	}
	if t != nil && people.Get(a.Person) != nil {
		today := o.Calendar(nil).Today(o.Now()) // a list is read on the organisation's day, which may not have come where they are
		if err := (hand{tx, o, people, 0, o.Now(), today}).attend(t, a.Person, a.On); err != nil {
			return err
		}
	}
	return tx.Settled(a)
}
