package bot

import (
	"slices"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// undoable are the answers that can be taken back.
var undoable = map[string]bool{"done": true, "ack": true, "update": true, "stuck": true, "snooze": true, "delegate": true,
	"take": true, "extend": true, "approve": true, "reject": true}

// item reads the item of the command again and asks whether the sender may see it.
func (c *call) item() (*storage.Record, error) {
	if c.Line.ID.N == 0 {
		return nil, isms.Refuse(isms.Invalid, "refuse.which_item", "verb", c.cmd.Verb)
	}
	it, err := c.Tx.Item(c.Line.ID)
	if err != nil {
		return nil, err
	}
	if it == nil || !isms.CanSee(&it.Item, c.Person, c.People) {
		return nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
	}
	return it, nil
}

// answerable is the item, if the sender may answer for it and the button on
// which they pressed still means the same occurrence.
func (c *call) answerable() (*storage.Record, error) {
	it, err := c.item()
	if err != nil {
		return nil, err
	}
	if _, r := isms.Standing(&it.Item, c.Person, c.People); r != nil {
		return nil, r
	}
	switch c.cmd.Verb {
	case "extend", "stuck":
		if r := isms.OwnersAlone(&it.Item); r != nil {
			return nil, r
		}
	}
	d, err := c.Pressed()
	if err != nil || d == nil {
		return it, err
	}
	due, err := c.shownDue(d, it.ID)
	if err != nil {
		return nil, err
	}
	if r := it.StillDue(due); r != nil {
		return nil, r
	}
	return it, nil
}

// shownDue is the due date under which a message shows an item, zero where it
// does not say.
func (c *call) shownDue(d *storage.Delivery, id isms.ItemID) (isms.Date, error) {
	what, err := shownIn(d)
	if err != nil || what.View != viewDigest {
		return what.Due, err
	}
	told, err := c.Tx.ToldIn(d.ID)
	for _, t := range told {
		if t.Item == id {
			return t.Due, err
		}
	}
	return isms.Date{}, err
}

func (c *call) done() (chat.Reply, error) {
	it, err := c.answerable()
	if err != nil {
		return chat.Reply{}, err
	}
	if it.Training != 0 && it.IsOpen() {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.learn", "id", it.ID)
	}
	happened, evidence := c.Today, c.Words("evidence")
	if day := c.In.Fields["happened"]; day != "" {
		if happened, err = isms.ParseDate(day); err != nil || happened.After(c.Today) {
			return chat.Reply{}, desk.FieldErrors{"happened": c.Say("form.not_later")}
		}
	}
	if it.EvidenceNeeded != "" && evidence == "" && it.IsOpen() {
		if c.In.Kind == chat.Submitted {
			return chat.Reply{}, desk.FieldErrors{"evidence": c.Say("form.needed")}
		}
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.evidence", "id", it.ID, "needed", it.EvidenceNeeded)
	}
	before := *it
	var verifier isms.PersonID
	if it.ID.Kind == isms.Action || it.ID.Kind == isms.Finding {
		verifier = isms.Verifier(&it.Item, c.People, isms.StrictIndependence(c.People), c.ID)
	}
	result, r := it.MarkDone(c.Person, happened, evidence, c.Today, verifier, c.Calendar)
	if r != nil {
		return chat.Reply{}, r
	}
	sha, err := c.Text(evidence)
	if err != nil {
		return chat.Reply{}, err
	}
	detail := map[string]string{"evidence": evidence, "happened": happened.String()}
	if verifier != 0 {
		detail["verifier"], detail["check"] = strconv.FormatInt(int64(verifier), 10), it.VerifyDue.String()
	}
	if !result.Next.IsZero() {
		detail["next"] = result.Next.String()
	}
	a, err := c.record(&before, it, storage.Answer{Verb: "done", Detail: detail},
		map[string]any{"happened": happened.String(), "evidence_sha256": sha, "next": result.Next.String(), "skipped": result.Skipped, "verifier": verifier})
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.lapse(it.ID, "done"); err != nil {
		return chat.Reply{}, err
	}
	return c.respond(a)
}

func (c *call) lapse(id isms.ItemID, why string) error { return desk.Lapse(c.Tx, c.Now, id, why) }

func (c *call) doneForm() (*chat.Form, error) {
	it, err := c.unfinished()
	if err != nil {
		return nil, err
	}
	hint := it.EvidenceNeeded
	if hint == "" {
		hint = c.Say("form.evidence_hint")
	}
	return &chat.Form{Title: c.Say("form.done_title"), Submit: c.Say("form.done_submit"), Command: "done " + it.ID.String(), Intro: heading(it) + "\n" + c.Say("form.now_due", "day", c.Day(it.Due)),
		Inputs: []chat.Input{
			{Name: "evidence", Label: c.Say("form.evidence"), Hint: hint, Kind: chat.Paragraph, Optional: it.EvidenceNeeded == "", Max: desk.MaxWords},
			{Name: "happened", Label: c.Say("form.happened"), Kind: chat.DateInput, Value: c.Today.String()},
		}}, nil
}

// heading names an item at the head of a form.
func heading(it *storage.Record) string { return it.Title + " · " + it.ID.String() }

func (c *call) ack() (chat.Reply, error) {
	it, err := c.answerable()
	if err != nil {
		return chat.Reply{}, err
	}
	again, err := c.acknowledged(it)
	if err != nil {
		return chat.Reply{}, err
	}
	before := *it
	if _, r := it.Acknowledge(c.Person); r != nil {
		return chat.Reply{}, r
	}
	if again {
		return c.Sentence("ack.again", "id", it.ID.String(), "title", it.Title), nil
	}
	it.Stuck = false
	a, err := c.record(&before, it, storage.Answer{Verb: "ack"}, map[string]any{})
	if err != nil {
		return chat.Reply{}, err
	}
	return c.respond(a)
}

// acknowledged tells whether the sender has said "on it" to this occurrence
// and nothing has put an end to that, an acknowledgement by others included.
func (c *call) acknowledged(it *storage.Record) (bool, error) {
	if it.AckedBy == 0 || it.Stuck {
		return false, nil
	}
	given, err := c.Tx.Answers(it.ID, 50)
	return slices.ContainsFunc(given, func(a *storage.Answer) bool {
		return a.Verb == "ack" && a.By == c.ID && a.Due == it.Due && !a.Undone
	}), err
}

// unfinished is an answerable item that is still open, for a form about it.
func (c *call) unfinished() (*storage.Record, error) {
	it, err := c.answerable()
	if err != nil {
		return nil, err
	}
	trial := it.Item
	if r := trial.ClearStuck(); r != nil {
		return nil, r
	}
	return it, nil
}

func (c *call) snooze() (chat.Reply, error) {
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	if it.Verifier != c.ID {
		if it, err = c.answerable(); err != nil {
			return chat.Reply{}, err
		}
	}
	words := c.Words("until")
	if words == "" {
		words = "1d"
	}
	until, _, ok := desk.ParseDay(words, c.Today)
	switch {
	case !ok:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.when", "words", desk.Brief(words, 40))
	case !until.After(c.Today) || until.Sub(c.Today) > 31:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.snooze", "date", until)
	case !it.IsOpen() && it.Status != isms.Done:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.closed", "id", it.ID)
	}
	until = c.Calendar.OnOrAfter(until)
	before := *it
	a, err := c.record(&before, it, storage.Answer{Verb: "snooze", Detail: map[string]string{"until": until.String()}}, map[string]any{"until": until.String()})
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Snooze(c.ID, it.ID, until); err != nil {
		return chat.Reply{}, err
	}
	return c.respond(a)
}
