package programme

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	maxRows  = 5
	maxTitle = 200
	maxWords = 200
)

// planCard lists what is to come, the next first.
func planCard(c *desk.Call) (*chat.Card, error) {
	all, err := c.Tx.PlanItems()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		head := c.Say("plan.empty")
		card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: c.Say("plan.empty_next")}}}
		if plans(c.Reader) {
			card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{c.Button("plan.button_year", "plan year"), c.Button("plan.button_new", "plan-new")}})
		}
		return card, nil
	}
	head, late := c.Count("plan.head", len(all), "title", all[0].Title, "day", c.Near(all[0].Due)), 0
	for _, p := range all {
		if p.DaysLate(c.Today) > 0 {
			late++
		}
	}
	if late > 0 {
		head = c.Count("plan.head_late", late, "all", len(all))
	}
	list, err := rows(c, all)
	return &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, list, chat.Buttons{Shown: buttons(c, all)}}}, err
}

func rows(c *desk.Call, all []storage.PlanItem) (chat.List, error) {
	list := chat.List{More: max(0, len(all)-maxRows)}
	for _, p := range all[:min(maxRows, len(all))] {
		when := c.Day(p.Due)
		if late := p.DaysLate(c.Today); late > 0 {
			when = c.Count("date.late", late)
		}
		note := c.Say("plan.row", "audience", p.Audience, "channel", p.Channel, "name", c.NameOf(p.Owner))
		if word := isms.RepeatWord(p.Repeat); word != "" {
			note = c.Say("plan.row_again", "row", note, "repeat", within(c.Say("repeat."+word)))
		}
		sent, send, err := sentNote(c, p)
		if err != nil {
			return list, err
		}
		if sent != "" {
			note = c.Say("plan.row_sent", "row", note, "sent", sent)
		}
		list.Rows = append(list.Rows, chat.Row{Title: p.Title, ID: p.ID.String(), When: when, Note: note, Menu: menu(c, p, send)})
	}
	return list, nil
}

// menu leads to the broadcast, to where it is written, and to the task.
func menu(c *desk.Call, p storage.PlanItem, send *storage.PlanSend) (out []chat.Button) {
	id := p.ID.String()
	add := func(label, command string) {
		out = append(out, chat.Button{Label: label, Spoken: c.Say("button.spoken", "label", strings.TrimSuffix(label, "…"), "title", p.Title, "id", id), Command: command})
	}
	switch {
	case !plans(c.Reader):
	case send != nil:
		add(c.Say("plan.button_message", "id", isms.MessageID(send.ID)), "show "+isms.MessageID(send.ID))
	case p.Source == isms.SourcePlan:
		add(c.Say("button.write"), "broadcast "+id)
		if p.Kind == isms.StoryKind {
			add(c.Say("button.msg_story"), "story")
		}
	}
	add(c.Say("button.open"), "show "+id)
	return out
}

// within is a phrase as it stands within a sentence: its first letter is small.
func within(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

func buttons(c *desk.Call, all []storage.PlanItem) []chat.Button {
	out := []chat.Button{c.Button("plan.button_review", "plan review")}
	if !plans(c.Reader) {
		return out
	}
	out = append(out, c.Button("plan.button_new", "plan-new"))
	if len(missing(c, all)) > 0 {
		out = append(out, c.Button("plan.button_year", "plan year"))
	}
	return out
}

// missing is what of the built-in year the plan does not have.
func missing(c *desk.Call, all []storage.PlanItem) []isms.Communication {
	have := map[string]bool{}
	for _, p := range all {
		have[p.Kind] = true
	}
	var out []isms.Communication
	for _, p := range isms.BuiltInYear(c.Today) {
		if !have[p.Kind] {
			out = append(out, p)
		}
	}
	return out
}

// year shows the built-in year, and takes it over when it is said again with
// "start".
func year(c *desk.Call, word string) (chat.Reply, error) {
	if !plans(c.Reader) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.plan_year", "name", c.ManagerName())
	}
	all, err := c.Tx.PlanItems()
	if err != nil {
		return chat.Reply{}, err
	}
	lacks := missing(c, all)
	switch {
	case len(lacks) == 0:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.plan_complete")
	case word == "start":
		return start(c, lacks)
	}
	head := c.Count("plan.year", len(lacks))
	list := chat.List{}
	for _, p := range lacks {
		list.Rows = append(list.Rows, chat.Row{Title: c.Say("plan.kind_" + p.Kind), When: c.Day(p.First), Note: c.Say("plan.year_row",
			"repeat", c.Say("repeat."+isms.RepeatWord(p.Repeat)), "audience", c.Say("plan.audience_"+p.Kind), "channel", c.Say("plan.channel_"+p.Kind))})
	}
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, list,
		chat.Text{Style: chat.Quiet, Text: c.Say("plan.year_owner", "name", c.NameOf(keeper(c)))},
		chat.Buttons{Shown: []chat.Button{{Label: c.Say("plan.button_start"), Command: "plan year start", Look: chat.Primary}, c.Button("plan.button_back", "plan")}}}}}, nil
}

// keeper is who carries the built-in year out: the sender if communications is
// theirs, else the first whose it is, else the sender.
func keeper(c *desk.Call) isms.PersonID {
	if comms := c.People.With(isms.Comms); len(comms) > 0 && !c.Is(isms.Comms) {
		return comms[0].ID
	}
	return c.ID
}

func start(c *desk.Call, lacks []isms.Communication) (chat.Reply, error) {
	for _, p := range lacks {
		it := isms.Item{Title: c.Say("plan.kind_" + p.Kind), Description: c.Say("plan.text_" + p.Kind), Owner: keeper(c), Due: p.First, Repeat: p.Repeat}
		if _, err := add(c, it, storage.PlanItem{Audience: c.Say("plan.audience_" + p.Kind), Channel: c.Say("plan.channel_" + p.Kind), Kind: p.Kind}); err != nil {
			return chat.Reply{}, err
		}
	}
	card, err := planCard(c)
	return chat.Reply{Card: card}, err
}

// add makes the task and its line in the plan.
func add(c *desk.Call, it isms.Item, p storage.PlanItem) (isms.ItemID, error) {
	it.ID, it.Status, it.Source, it.FirstDue, it.SeriesStart = isms.ItemID{Kind: isms.Task}, isms.Open, isms.SourcePlan, it.Due, it.Due
	if p.Kind == "review" {
		it.Source = isms.SourcePlanReview
	}
	it.Requirements = []string{"iso27001@2022:7.4"}
	p.Record = &storage.Record{Item: it}
	if err := c.Tx.SaveItem(p.Record); err != nil {
		return it.ID, err
	}
	if err := c.Tx.SavePlanItem(p); err != nil {
		return it.ID, err
	}
	sha, err := c.Text(it.Title + "\n" + it.Description)
	if err != nil {
		return it.ID, err
	}
	with, err := c.Text(p.Audience + "\n" + p.Channel)
	if err != nil {
		return it.ID, err
	}
	event := map[string]any{"by": c.ID, "item": p.ID.String(), "owner": it.Owner, "due": it.Due.String(), "repeat": it.Repeat, "text_sha256": sha, "plan_sha256": with}
	if p.Kind != "" {
		event["kind"] = p.Kind
	}
	if err := c.Tx.Journal(c.Now, "item.created", event, p.ID); err != nil {
		return it.ID, err
	}
	return p.ID, c.Tx.LookNow(it.Owner)
}

// newForm asks for what 7.4 asks for: what, when, with whom, how, and who.
func newForm(c *desk.Call) (*chat.Form, error) {
	owner, err := c.Mention(c.ID)
	if err != nil {
		return nil, err
	}
	repeats := []chat.Option{{Label: c.Say("repeat.never"), Value: "never"}}
	for _, w := range []string{"weekly", "monthly", "quarterly", "yearly"} {
		repeats = append(repeats, chat.Option{Label: c.Say("repeat." + w), Value: w})
	}
	return &chat.Form{Title: c.Say("plan.form_title"), Submit: c.Say("plan.form_submit"), Command: "plan-new", Inputs: []chat.Input{
		{Name: "what", Label: c.Say("plan.form_what"), Kind: chat.Line, Max: maxTitle},
		{Name: "due", Label: c.Say("plan.form_when"), Kind: chat.DateInput},
		{Name: "repeat", Label: c.Say("form.repeat"), Kind: chat.Choice, Options: repeats, Value: "never"},
		{Name: "audience", Label: c.Say("plan.form_audience"), Kind: chat.Line, Value: c.Say("plan.everyone"), Max: maxWords},
		{Name: "channel", Label: c.Say("plan.form_channel"), Hint: c.Say("plan.form_channel_hint"), Kind: chat.Line, Max: maxWords},
		{Name: "owner", Label: c.Say("form.owner"), Kind: chat.PersonInput, Value: owner, Optional: true},
	}}, nil
}

// addNew takes the form over.
func addNew(c *desk.Call) (chat.Reply, error) {
	if c.In.Kind != chat.Submitted {
		form, err := newForm(c)
		return chat.Reply{Form: form}, err
	}
	f, errs := c.In.Fields, desk.FieldErrors{}
	line := func(name string, most int) string {
		s := strings.Join(strings.Fields(f[name]), " ")
		switch {
		case s == "":
			errs[name] = c.Say("form.needed")
		case utf8.RuneCountInString(s) > most:
			errs[name] = c.Say("refuse.too_long", "most", most)
		}
		return s
	}
	it := isms.Item{Title: line("what", maxTitle), Owner: c.ID}
	p := storage.PlanItem{Audience: line("audience", maxWords), Channel: line("channel", maxWords)}
	var err error
	if it.Due, err = isms.ParseDate(f["due"]); err != nil {
		errs["due"] = c.Say("form.which_day")
	} else if it.Due.Before(c.Today) {
		errs["due"] = c.Say("form.not_past")
	}
	if w := f["repeat"]; w != "" && w != "never" {
		if it.Repeat, err = isms.ParseRepeat(w); err != nil {
			errs["repeat"] = c.Say("form.needed")
		}
	}
	if who := f["owner"]; who != "" {
		x, _, err := c.Meant(who)
		switch {
		case err != nil:
			return chat.Reply{}, err
		case x == nil:
			errs["owner"] = c.Say("form.nobody")
		default:
			it.Owner = x.ID
		}
	}
	if len(errs) > 0 {
		return chat.Reply{}, errs
	}
	id, err := add(c, it, p)
	if err != nil {
		return chat.Reply{}, err
	}
	head := c.Say("plan.added", "title", it.Title, "id", id.String(), "name", c.NameOf(it.Owner), "day", c.Near(it.Due))
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Text: head},
		chat.Buttons{Shown: []chat.Button{c.Button("plan.button_back", "plan"), c.Button("plan.button_new", "plan-new")}}}}}, nil
}
