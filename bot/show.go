package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// maxHistory is how many events of an item's history a card shows.
const maxHistory = 8

var requirement = regexp.MustCompile(`^(?i)([a-z0-9]+(@[0-9]+)?:)?(A\.)?[0-9]{1,2}(\.[0-9]{1,2}){0,3}$`)

// show is an item's state and history, or everything that carries a requirement.
func (c *call) show() (chat.Reply, error) {
	for _, a := range c.b.areas {
		if a.Show != nil && c.Line.ID.N != 0 && c.Line.ID.Kind == a.Kind {
			return a.Show(&c.Call)
		}
	}
	if c.Line.ID.N == 0 && requirement.MatchString(c.Line.Words) {
		return c.showRequirement(c.Line.Words)
	}
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	head := heading(it)
	card := &chat.Card{Summary: head, Blocks: append(make([]chat.Block, 0, 6), chat.Text{Style: chat.Title, Text: head})}
	if it.Description != "" {
		card.Blocks = append(card.Blocks, chat.Text{Text: desk.Brief(it.Description, 600)})
	}
	facts, err := c.facts(it)
	if err != nil {
		return chat.Reply{}, err
	}
	card.Blocks = append(card.Blocks, chat.Facts{Facts: facts})
	if b, ok := c.itemButtons(it); ok {
		card.Blocks = append(card.Blocks, b)
	}
	history, err := c.history(it)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(history) > 0 {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Section, Text: c.Say("section.history")},
			chat.Text{Style: chat.Quiet, Text: strings.Join(history, "\n")})
	}
	return chat.Reply{Card: card}, nil
}

// itemButtons are what the sender can do with the item they look at.
func (c *call) itemButtons(it *storage.Record) (chat.Buttons, bool) {
	_, r := isms.Standing(&it.Item, c.Person, c.People)
	var b chat.Buttons
	switch {
	case it.Status == isms.Done && it.Verifier == c.ID:
		b = c.reader().serve(&it.Item, isms.AsVerifier)
	case it.IsOpen() && r == nil:
		b = c.reader().serve(&it.Item, isms.AsOwner)
	case it.IsOpen():
		b = c.reader().serve(&it.Item, isms.AsLineManager)
	}
	keep := b.More[:0]
	for _, x := range b.More {
		if !strings.HasPrefix(x.Command, "show") {
			keep = append(keep, x)
		}
	}
	b.More = keep
	edits := slices.ContainsFunc(b.More, func(x chat.Button) bool { return strings.HasPrefix(x.Command, "edit") })
	if !edits && isms.CanEdit(&it.Item, c.Person, c.People, "text") == nil && len(b.More) < chat.MaxMore {
		b.More = append(b.More, c.reader().act("button.edit", "edit "+it.ID.String(), &it.Item))
	}
	return b, len(b.Shown)+len(b.More) > 0
}

func (c *call) facts(it *storage.Record) ([]chat.Fact, error) {
	out := make([]chat.Fact, 0, 8)
	add := func(key, value string) {
		if value != "" {
			out = append(out, chat.Fact{Name: c.Say(key), Value: value})
		}
	}
	if it.Ref != it.ID.String() {
		add("fact.reference", it.Ref)
	}
	add("fact.status", c.Say("state."+string(it.Status)))
	add("fact.owner", c.NameOf(it.Owner))
	if it.Private {
		add("fact.private", c.Say("fact.private_why"))
	}
	add("fact.deputy", c.People.Name(it.Deputy))
	if !it.Due.IsZero() {
		due := c.reader().dueHistory(&it.Item)
		if late := it.DaysLate(c.Today); late > 0 {
			due += ", " + c.Count("date.late", late)
		}
		add("fact.due", due)
	}
	ack, err := c.acknowledgedBy(it)
	if err != nil {
		return nil, err
	}
	add("fact.acknowledged", ack)
	add("fact.answer", c.reader().status(&it.Item))
	if it.Severity != "" {
		add("fact.severity", c.Say("severity."+string(it.Severity)))
	}
	add("fact.source", c.reader().source(it.Source))
	add("fact.requirements", strings.Join(it.Requirements, ", "))
	add("fact.repeat", c.reader().repeats(it.Repeat))
	add("fact.evidence_needed", it.EvidenceNeeded)
	if !it.DoneOn.IsZero() {
		add("fact.done", c.Say("fact.done_by", "day", c.Day(it.DoneOn), "name", c.People.Name(it.DoneBy)))
	}
	add("fact.evidence", desk.Brief(it.Evidence, 300))
	if !it.VerifyDue.IsZero() && it.Status == isms.Done {
		add("fact.check", c.Say("fact.check_by", "day", c.Day(it.VerifyDue), "name", c.NameOf(it.Verifier)))
	}
	if it.Finding.N != 0 {
		add("fact.finding", it.Finding.String())
	}
	add("fact.scope", it.Scope)
	return out, nil
}

// source is where an item came from: in the reader's words where we know it,
// else as somebody wrote it.
func (r reader) source(s string) string {
	if key := "source." + s; voice.Has(key) {
		return r.Say(key)
	}
	return strings.ReplaceAll(s, "_", " ")
}

// repeats says how often a task comes round.
func (r reader) repeats(rule string) string {
	if rule == "" {
		return ""
	}
	if word := isms.RepeatWord(rule); word != "" {
		return r.Say("repeat." + word)
	}
	return r.Say("repeat.rule", "rule", rule)
}

// acknowledgedBy is "Acknowledged by NAME, DATE".
func (c *call) acknowledgedBy(it *storage.Record) (string, error) {
	if it.AckedBy == 0 {
		return "", nil
	}
	answers, err := c.Tx.Answers(it.ID, 50)
	for _, a := range answers {
		if a.Verb == "ack" && !a.Undone {
			return c.Say("fact.acknowledged_by", "name", c.People.Name(a.By), "moment", c.Moment(a.At)), err
		}
	}
	return c.People.Name(it.AckedBy), err
}

func (c *call) history(it *storage.Record) ([]string, error) {
	events, err := c.Tx.History(it.ID, maxHistory)
	var out []string
	for _, e := range events {
		if line := c.eventLine(e); line != "" {
			out = append(out, line)
		}
	}
	return out, err
}

// eventLine says one event of the journal in words, empty for one that says
// nothing to a reader.
func (c *call) eventLine(e storage.Event) string {
	var data struct {
		By     isms.PersonID `json:"by"`
		Person isms.PersonID `json:"person"`
		To     any           `json:"to"`
	}
	if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
		return ""
	}
	name := c.People.Name(data.By)
	if name == "" {
		name = c.People.Name(data.Person)
	}
	key := "event." + strings.ReplaceAll(e.Kind, ".", "_")
	if !voice.Has(key) {
		return ""
	}
	return c.Say("event.line", "moment", c.Moment(e.At), "what", c.Say(key, "name", name, "to", c.eventTarget(e.Kind, data.To)))
}

func (c *call) eventTarget(kind string, to any) string {
	switch v := to.(type) {
	case string:
		if d, err := isms.ParseDate(v); err == nil {
			return c.Day(d)
		}
		return v
	case float64:
		return c.People.Name(isms.PersonID(v))
	}
	return ""
}

// showRequirement is a requirement on one card: who answers for it, when it was
// last audited, the newest evidence, what is open and the next date.
func (c *call) showRequirement(word string) (chat.Reply, error) {
	items, err := c.Tx.Tagged(word)
	if err != nil {
		return chat.Reply{}, err
	}
	items = slices.DeleteFunc(items, func(it *storage.Record) bool { return !isms.CanSee(&it.Item, c.Person, c.People) })
	if len(items) == 0 {
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.no_requirement", "id", desk.Brief(word, 40))
	}
	title := c.Count("requirement.head", len(items), "id", word)
	card := &chat.Card{Summary: title, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: title}, chat.Facts{Facts: c.requirementFacts(items)}}}
	var list chat.List
	for _, it := range items {
		if !it.IsOpen() {
			continue
		}
		if len(list.Rows) == maxRows {
			list.More++
			continue
		}
		row := c.reader().teamRow(&it.Item, true)
		list.Rows = append(list.Rows, row)
	}
	if len(list.Rows) > 0 {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Section, Text: c.Say("section.open")}, list)
	}
	return chat.Reply{Card: card}, nil
}

func (c *call) requirementFacts(items []*storage.Record) []chat.Fact {
	var owner, evidence string
	var audited, next isms.Date
	for _, it := range items {
		if owner == "" && it.Owner != 0 && it.ID.Kind != isms.Audit {
			owner = c.People.Name(it.Owner)
		}
		if it.ID.Kind == isms.Audit && (it.Status == isms.Held || it.Status == isms.Reported) && it.Due.After(audited) {
			audited = it.Due
		}
		if it.Evidence != "" {
			evidence = fmt.Sprintf("%s, %s", it.ID, desk.Brief(it.Evidence, 120))
		}
		if it.IsOpen() && !it.Due.IsZero() && (next.IsZero() || it.Due.Before(next)) {
			next = it.Due
		}
	}
	none := c.Say("word.none")
	or := func(s string) string {
		if s == "" {
			return none
		}
		return s
	}
	day := func(d isms.Date) string {
		if d.IsZero() {
			return none
		}
		return c.Day(d)
	}
	return []chat.Fact{{Name: c.Say("fact.owner"), Value: or(owner)}, {Name: c.Say("fact.audited"), Value: day(audited)},
		{Name: c.Say("fact.evidence"), Value: or(evidence)}, {Name: c.Say("fact.next"), Value: day(next)}}
}
