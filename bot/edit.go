package bot

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// maxTitle is how long an item's title may be, in characters.
const maxTitle = 200

// newItem makes an item from a form, or from a line: "new action TITLE".
func (c *call) newItem() (chat.Reply, error) {
	kind, title, err := c.newKind()
	if err != nil {
		return chat.Reply{}, err
	}
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: kind}, Status: isms.Open, Title: title, Owner: c.ID}}
	if c.In.Kind == chat.Submitted {
		it.Title = ""
		if err := c.fill(it); err != nil {
			return chat.Reply{}, err
		}
	}
	switch {
	case it.Title == "":
		form, err := c.newForm()
		return chat.Reply{Form: form}, err
	case utf8.RuneCountInString(it.Title) > maxTitle:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.too_long", "most", maxTitle)
	}
	if it.Due.IsZero() && kind != isms.Finding {
		it.Due = isms.DueBySeverity(it.Severity, c.Today)
	}
	if kind == isms.Finding && it.FoundOn.IsZero() {
		it.FoundOn, it.Due = c.Today, isms.Date{}
	}
	if err := c.create(it); err != nil {
		return chat.Reply{}, err
	}
	text := c.Say("new.done", "title", it.Title, "id", it.ID.String(), "name", c.NameOf(it.Owner), "day", c.Day(it.Due))
	return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text},
		chat.Buttons{Shown: []chat.Button{c.reader().act("button.open", "show "+it.ID.String(), &it.Item), c.reader().act("button.edit", "edit "+it.ID.String(), &it.Item)}}}}}, nil
}

// create is (*call).create for areas.
func (b *Bot) create(c *desk.Call, it *storage.Record) error {
	x := &call{Call: *c, b: b}
	return x.create(it)
}

// create adds the item to the register and tells its owner.
func (c *call) create(it *storage.Record) error {
	it.FirstDue, it.SeriesStart = it.Due, it.Due
	if err := c.Tx.SaveItem(it); err != nil {
		return err
	}
	sha, err := c.Text(it.Title + "\n" + it.Description)
	if err != nil {
		return err
	}
	if err := c.Tx.Journal(c.Now, "item.created", map[string]any{"by": c.ID, "item": it.ID.String(), "owner": it.Owner, "due": it.Due.String(), "text_sha256": sha}, it.ID); err != nil {
		return err
	}
	if err := c.b.changed(c.Tx, it, it, c.Now); err != nil {
		return err
	}
	if it.Owner == c.ID || it.Owner == 0 {
		return nil
	}
	return c.tellNewOwner(it, c.People.Get(it.Owner), it.Version)
}

// newKind reads "action", "task" or "finding" and the title behind it.
func (c *call) newKind() (isms.Kind, string, error) {
	word, title := desk.FirstWord(c.Line.Text)
	kind := kindOf(strings.ToLower(word))
	if kind == "" || kind == isms.Audit {
		return "", "", isms.Refuse(isms.Invalid, "refuse.new_kind")
	}
	if r := isms.CanCreate(c.Person, kind); r != nil {
		return "", "", r
	}
	return kind, strings.Join(strings.Fields(title), " "), nil
}

func (c *call) newForm() (*chat.Form, error) {
	kind, title, err := c.newKind()
	if err != nil {
		return nil, err
	}
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: kind}, Title: title, Owner: c.ID, Severity: isms.Minor}}
	inputs, err := c.fields(it, true)
	return &chat.Form{Title: c.Say("form.new_" + string(kind)), Submit: c.Say("form.create"), Command: "new " + string(kind), Inputs: inputs}, err
}

// fields are the inputs of an item's form; all says whether owner and date are
// among them.
func (c *call) fields(it *storage.Record, all bool) ([]chat.Input, error) {
	out := []chat.Input{
		{Name: "title", Label: c.Say("form.item_title"), Kind: chat.Line, Value: it.Title, Max: maxTitle},
		{Name: "description", Label: c.Say("form.details"), Kind: chat.Paragraph, Value: it.Description, Optional: true, Max: desk.MaxWords},
	}
	if !all {
		return out, nil
	}
	owner, err := c.Mention(it.Owner)
	if err != nil {
		return nil, err
	}
	out = append(out, chat.Input{Name: "owner", Label: c.Say("form.owner"), Kind: chat.PersonInput, Value: owner, Optional: true},
		chat.Input{Name: "due", Label: c.Say("form.due"), Hint: c.Say("form.due_hint"), Kind: chat.DateInput, Value: it.Due.String(), Optional: true})
	if it.ID.Kind != isms.Task {
		var severities []chat.Option
		for _, s := range []isms.Severity{isms.Major, isms.Minor, isms.Observation, isms.Opportunity} {
			severities = append(severities, chat.Option{Label: capital(c.Say("severity." + string(s))), Value: string(s)})
		}
		out = append(out, chat.Input{Name: "severity", Label: c.Say("form.severity"), Kind: chat.Choice, Options: severities, Value: string(it.Severity), Optional: true})
	} else {
		repeats := []chat.Option{{Label: c.Say("repeat.never"), Value: "never"}}
		for _, w := range []string{"weekly", "monthly", "quarterly", "yearly"} {
			repeats = append(repeats, chat.Option{Label: c.Say("repeat." + w), Value: w})
		}
		out = append(out, chat.Input{Name: "repeat", Label: c.Say("form.repeat"), Kind: chat.Choice, Options: repeats, Value: it.Repeat, Optional: true})
	}
	return out, nil
}

// fill takes the form's values over, each with its own error.
func (c *call) fill(it *storage.Record) error {
	f := c.In.Fields
	errs := desk.FieldErrors{}
	it.Title = strings.Join(strings.Fields(desk.Tidy(f["title"])), " ")
	if it.Title == "" || utf8.RuneCountInString(it.Title) > maxTitle {
		errs["title"] = c.Say("form.title_needed")
	}
	it.Description = strings.TrimSpace(f["description"])
	if due := f["due"]; due != "" {
		d, err := isms.ParseDate(due)
		switch {
		case err != nil:
			errs["due"] = c.Say("form.which_day")
		case d != it.Due && d.Before(c.Today):
			errs["due"] = c.Say("form.not_past")
		}
		if err == nil {
			it.Due = d
		}
	}
	if value, given := f["owner"]; given && value != "" {
		p, _, err := c.Meant(value)
		if err != nil {
			return err
		}
		if p == nil {
			errs["owner"] = c.Say("form.nobody")
		} else {
			it.Owner = p.ID
		}
	}
	switch s := isms.Severity(f["severity"]); s {
	case "":
	case isms.Major, isms.Minor, isms.Observation, isms.Opportunity:
		it.Severity = s
	default:
		errs["severity"] = c.Say("form.needed")
	}
	switch w := f["repeat"]; w {
	case "":
	case "never":
		it.Repeat = ""
	default:
		rule, err := isms.ParseRepeat(w)
		if err != nil {
			errs["repeat"] = c.Say("form.needed")
		}
		it.Repeat = rule
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// edit changes an item within the sender's rights: the ISMS manager and
// auditors all of it, owners the text.
func (c *call) edit() (chat.Reply, error) {
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind != chat.Submitted {
		form, err := c.editForm()
		return chat.Reply{Form: form}, err
	}
	if r := isms.CanEdit(&it.Item, c.Person, c.People, "text"); r != nil {
		return chat.Reply{}, r
	}
	before := *it
	if err := c.fill(it); err != nil {
		return chat.Reply{}, err
	}
	if r := c.editRights(&before, it); r != nil {
		return chat.Reply{}, r
	}
	due, owner := it.Due, it.Owner
	it.Due, it.Owner = before.Due, before.Owner
	if due != before.Due {
		if r := it.MoveDue(due, c.Today); r != nil {
			return chat.Reply{}, desk.FieldErrors{"due": c.Phrase(r.Key, r.Args)}
		}
	}
	if owner != before.Owner {
		if r := it.Assign(c.People.Get(owner)); r != nil {
			return chat.Reply{}, desk.FieldErrors{"owner": c.Phrase(r.Key, r.Args)}
		}
	}
	sha, err := c.Text(it.Title + "\n" + it.Description)
	if err != nil {
		return chat.Reply{}, err
	}
	a, err := c.record(&before, it, storage.Answer{Verb: "edit", Detail: map[string]string{"day": it.Due.String(), "to": strconv.FormatInt(int64(it.Owner), 10)}},
		map[string]any{"to_owner": it.Owner, "to": it.Due.String(), "text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	if it.Owner != before.Owner && it.Owner != c.ID && it.Owner != 0 {
		if err := c.tellNewOwner(it, c.People.Get(it.Owner), a.ID); err != nil {
			return chat.Reply{}, err
		}
	}
	if before.Due != it.Due || before.Owner != it.Owner {
		if err := c.lapse(it.ID, "edited"); err != nil {
			return chat.Reply{}, err
		}
	}
	return c.respond(a)
}

// editRights refuses a changed date, owner or kind of thing to whom only the
// text is open. Nobody moves the date of their own: that would be an extension
// which they approve themselves.
func (c *call) editRights(before, after *storage.Record) *isms.Refusal {
	if after.Due != before.Due {
		if before.Owner == c.ID && !before.Due.IsZero() {
			return isms.Refuse(isms.Forbidden, "refuse.edit_due", "id", before.ID)
		}
		if r := isms.CanEdit(&before.Item, c.Person, c.People, "due"); r != nil {
			return r
		}
	}
	if after.Owner != before.Owner {
		if r := isms.CanEdit(&before.Item, c.Person, c.People, "owner"); r != nil {
			return r
		}
	}
	if after.Severity != before.Severity || after.Repeat != before.Repeat {
		return isms.CanEdit(&before.Item, c.Person, c.People, "other")
	}
	return nil
}

func (c *call) editForm() (*chat.Form, error) {
	it, err := c.item()
	if err != nil {
		return nil, err
	}
	if r := isms.CanEdit(&it.Item, c.Person, c.People, "text"); r != nil {
		return nil, r
	}
	inputs, err := c.fields(it, isms.CanEdit(&it.Item, c.Person, c.People, "owner") == nil)
	return &chat.Form{Title: c.Say("form.edit_title"), Submit: c.Say("form.save"), Command: "edit " + it.ID.String(), Intro: heading(it), Inputs: inputs}, err
}
