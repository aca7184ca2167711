package programme

import (
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// course is how far a training has come, in numbers: its people may be
// everybody.
type course struct {
	part     int // have a part in it
	people   int // of those, who are there and are still meant
	through  int // of these
	lacking  int // whom it is for and who have no part in it
	recorded int // by attendance list
	recorder isms.PersonID
}

// coursesAhead counts those of the catalogue, or the one that the line names,
// beside the writer.
func coursesAhead(c *desk.Call) (any, error) {
	if !reads(c.Reader) {
		return nil, nil
	}
	var all []*storage.Training
	var err error
	if c.Line.Text == "" {
		all, err = c.Tx.Trainings()
		all = all[:min(maxRows, len(all))]
	} else {
		var t *storage.Training
		t, _, err = named(c)
		all = append(all, t)
	}
	out := map[int64]course{}
	for _, t := range all {
		if err == nil {
			out[t.ID], err = count(c, t)
		}
	}
	return out, err
}

// courseOf is what was counted ahead, or else counted now.
func courseOf(c *desk.Call, t *storage.Training) (course, error) {
	ready, _ := c.Ready.(map[int64]course)
	if x, ok := ready[t.ID]; ok {
		return x, nil
	}
	return count(c, t)
}

func count(c *desk.Call, t *storage.Training) (x course, err error) {
	trained, err := c.Tx.Trained(t.ID)
	for _, p := range trained {
		x.part++
		if p.How == "attendance" {
			x.recorded++
			if p.By != 0 {
				x.recorder = p.By
			}
		}
		if c.Present(p.Person) == nil || p.Task == 0 && p.LastOn.IsZero() {
			continue // whoever has left, or is no longer meant
		}
		x.people++
		if t.Through(p.LastOn, c.Today) {
			x.through++
		}
	}
	x.lacking = len(lacking(t, c.People, trained))
	return x, err
}

// standing is how far the training has come, in a line.
func (x course) standing(c *desk.Call, t *storage.Training) string {
	switch t.Given {
	case storage.GivenDue:
		return c.Say("training.being_given", "audience", t.Audience)
	case storage.GivenEnds, storage.GivenOver:
		return c.Say("training.over", "audience", t.Audience)
	}
	if x.part == 0 {
		return c.Say("training.not_given", "audience", t.Audience)
	}
	return c.Say("training.standing", "finished", x.through, "people", x.people, "percent", isms.Share(x.through, x.people), "audience", t.Audience)
}

// attended says who was recorded by attendance list, in numbers.
func (x course) attended(c *desk.Call) string {
	if x.recorded == 0 {
		return ""
	}
	name := c.Say("training.from_file")
	if x.recorder != 0 {
		name = c.NameOf(x.recorder)
	}
	return c.Count("training.recorded", x.recorded, "name", name)
}
