package programme

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// lacking are those whom the training is for and who have no part in it: no
// task, and where it does not recur nothing that was finished.
func lacking(t *storage.Training, people *isms.People, trained []storage.Trained) []*isms.Person {
	meant, _ := isms.InAudience(t.Audience, people)
	part := map[isms.PersonID]storage.Trained{}
	for _, x := range trained {
		part[x.Person] = x
	}
	return slices.DeleteFunc(meant, func(p *isms.Person) bool {
		x := part[p.ID]
		return x.Task != 0 || t.Repeat == "" && !x.LastOn.IsZero()
	})
}

// give has the training given to everybody whom it is for and who has none;
// asked for twice, the second time with their number.
func give(c *desk.Call, t *storage.Training, count string) (chat.Reply, error) {
	if !plans(c.Reader) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.plan_year", "name", c.ManagerName())
	}
	x, err := courseOf(c, t)
	if err != nil {
		return chat.Reply{}, err
	}
	people, all := x.lacking, strconv.Itoa(x.lacking)
	switch {
	case t.Given == storage.GivenEnds:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.training_over")
	case people == 0 || t.Given == storage.GivenDue:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.training_given")
	case count != all:
		text := c.Count("training.ask_give", people, "title", t.Title)
		return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text},
			chat.Text{Text: c.Say("training.ask_how", "audience", t.Audience, "day", c.Day(t.DueFor(c.Today, isms.Date{}, false, c.Calendar)))},
			chat.Buttons{Shown: []chat.Button{{Label: c.Count("training.button_give_to", people), Command: command(t, "give "+all), Look: chat.Primary},
				c.Button("training.button_back", command(t, ""))}}}}}, nil
	}
	if err := c.Tx.SetGiven(t, storage.GivenDue, t.Crowd); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "training.given", map[string]any{"by": c.ID, "training": t.ID, "count": people}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("training.given", "title", t.Title), nil
}

// end has the training taken from all who have not finished it, and nobody gets
// it any more; asked for twice.
func end(c *desk.Call, t *storage.Training, word string) (chat.Reply, error) {
	switch {
	case !plans(c.Reader):
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.plan_year", "name", c.ManagerName())
	case t.Given == storage.GivenOver || t.Given == storage.GivenEnds:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.training_over")
	case word != "now":
		text := c.Say("training.ask_end", "title", t.Title)
		return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Text: c.Say("training.ask_end_how")},
			chat.Buttons{Shown: []chat.Button{c.Button("training.button_end_now", command(t, "end now")), c.Button("training.button_back", command(t, ""))}}}}}, nil
	}
	if err := c.Tx.SetGiven(t, storage.GivenEnds, t.Crowd); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "training.ended", map[string]any{"by": c.ID, "training": t.ID}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("training.ended", "title", t.Title), nil
}

// atOnce is for how many people one transaction writes: others wait for it.
const atOnce = 100

// giveOut makes a task of each training for those who are to have it and have
// none, joiners among them, and takes it from those whom it is no longer for.
// Each finds all of theirs in the next digest. Running it again gives nothing
// twice.
func giveOut(ctx context.Context, o *desk.Office, db *storage.DB) error {
	var crowd string
	var all []*storage.Training
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		if crowd, err = tx.PeopleVersion(); err == nil {
			all, err = tx.TrainingsToGive(crowd)
		}
		return err
	})
	for _, t := range all {
		if err == nil {
			err = giveOne(ctx, o, db, t, crowd)
		}
	}
	if err != nil {
		return fmt.Errorf("give trainings: %w", err)
	}
	return nil
}

func giveOne(ctx context.Context, o *desk.Office, db *storage.DB, t *storage.Training, crowd string) error {
	var get, drop []isms.PersonID
	err := db.View(ctx, func(tx *storage.Tx) error {
		people, err := o.People(tx)
		if err != nil {
			return err
		}
		trained, err := tx.Trained(t.ID)
		if err != nil {
			return err
		}
		get, drop = changes(t, people, trained)
		return nil
	})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		event  string
		people []isms.PersonID
		do     func(*storage.Tx, *desk.Office, *storage.Training, desk.Reader) error
	}{{"training.assigned", get, assign}, {"training.dropped", drop, unassign}} {
		for some := range slices.Chunk(step.people, atOnce) {
			err := db.Tx(ctx, func(tx *storage.Tx) error {
				people, err := o.People(tx)
				if err != nil {
					return err
				}
				for _, id := range some {
					if p := people.Get(id); p != nil {
						if err := step.do(tx, o, t, o.Reader(p, people)); err != nil {
							return err
						}
					}
				}
				return tx.Journal(o.Now(), step.event, map[string]any{"training": t.ID, "people": some})
			})
			if err != nil {
				return err
			}
		}
	}
	now := storage.GivenDone
	if t.Given == storage.GivenEnds {
		now = storage.GivenOver
	}
	return db.Tx(ctx, func(tx *storage.Tx) error { return tx.SetGiven(t, now, crowd) })
}

// changes are who is to get the training and who is no longer to have it.
func changes(t *storage.Training, people *isms.People, trained []storage.Trained) (get, drop []isms.PersonID) {
	if t.Given == storage.GivenEnds {
		for _, x := range trained {
			if x.Task != 0 {
				drop = append(drop, x.Person)
			}
		}
		return nil, drop
	}
	if t.Given == storage.GivenDue || t.Joiners != isms.JoinersNot {
		for _, p := range lacking(t, people, trained) {
			get = append(get, p.ID)
		}
	}
	meant, known := isms.InAudience(t.Audience, people)
	if !known { // the department has another name now: nobody loses anything by that
		return get, nil
	}
	still := map[isms.PersonID]bool{}
	for _, p := range meant {
		still[p.ID] = true
	}
	for _, x := range trained {
		if x.Task != 0 && !still[x.Person] {
			drop = append(drop, x.Person)
		}
	}
	return get, drop
}

// assign gives one person the task, which comes round as the training does.
func assign(tx *storage.Tx, _ *desk.Office, t *storage.Training, r desk.Reader) error {
	one, err := tx.TrainedOne(t.ID, r.ID)
	if err != nil || one.Task != 0 {
		return err
	}
	joiner := t.Given == storage.GivenDone
	due := t.DueFor(r.Today, one.LastOn, joiner, r.Calendar)
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: r.Say("training.task", "title", t.Title), Description: t.Link, Owner: r.ID,
		Due: due, FirstDue: due, SeriesStart: due, Repeat: t.Repeat, Status: isms.Open, Source: "training", Training: t.ID,
		Requirements: []string{"iso27001@2022:7.2", "iso27001@2022:A.6.3"}}}
	if err := tx.SaveItem(it); err != nil {
		return err
	}
	one.Task = it.ID.N
	if err := tx.SaveTrained(t.ID, one); err != nil {
		return err
	}
	if joiner {
		return tx.LookNow(r.ID)
	}
	// As many digests at once as there are people would hold up everything else.
	return tx.LookBy(r.ID, r.Calendar.Tomorrow(r.Now))
}

// unassign takes the task from somebody who has left, or is no longer of those
// whom the training is for. What they finished stays on record.
func unassign(tx *storage.Tx, o *desk.Office, t *storage.Training, r desk.Reader) error {
	one, err := tx.TrainedOne(t.ID, r.ID)
	if err != nil || one.Task == 0 {
		return err
	}
	it, err := tx.Item(isms.ItemID{Kind: isms.Task, N: one.Task})
	if err != nil {
		return err
	}
	one.Task = 0
	if err := tx.SaveTrained(t.ID, one); err != nil || it == nil || !it.IsOpen() {
		return err
	}
	return desk.Withdraw(tx, o, it, r.Say("training.not_meant"))
}
