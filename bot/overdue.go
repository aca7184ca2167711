package bot

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// filter narrows a list of late or coming items.
type filter struct {
	owner      isms.PersonID
	department string
	kind       isms.Kind
	on         isms.Date // judge as of this day; zero for today
	coming     bool      // what is due within ahead days, not what is late
	ahead      int
	byDept     bool
	words      string // as typed, to repeat in buttons
}

// lateItem is one row of the list in short.
type lateItem struct {
	storage.Due
	days int
}

// overdue lists what is late in the sender's line: private, worst first,
// grouped by owner.
func (c *call) overdue() (chat.Reply, error) {
	if _, _, r := isms.OverdueScope(c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	const excel = "excel"
	if cut := len(c.Line.Text) - len(excel); cut >= 0 && strings.EqualFold(c.Line.Text[cut:], excel) && (cut == 0 || c.Line.Text[cut-1] == ' ') {
		return c.overdueFile(c.Line.Text[:cut])
	}
	f, err := c.filter(c.Line.Text)
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := c.overdueCard(f)
	if err == nil && f == (filter{}) {
		err = c.addUnread(card)
	}
	return chat.Reply{Card: card}, err
}

// due lists what comes in the next days, for those who lead their line's, for
// everybody else their own.
func (c *call) due() (chat.Reply, error) {
	f := filter{coming: true, ahead: 30}
	if c.Line.Text != "" {
		d, _, ok := desk.ParseDay(c.Line.Text, c.Today)
		if !ok || d.Before(c.Today) || d.Sub(c.Today) > 3660 {
			return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.when", "words", desk.Brief(c.Line.Text, 40))
		}
		f.ahead = d.Sub(c.Today)
	}
	card, err := c.overdueCard(f)
	return chat.Reply{Card: card}, err
}

// filter reads what stands behind "overdue": a person, a department, a kind, a
// date, in any order that makes sense; nothing for all.
func (c *call) filter(words string) (filter, error) {
	f := filter{words: words}
	word := strings.TrimSpace(words)
	switch lower := strings.ToLower(word); {
	case word == "":
		return f, nil
	case lower == "by department":
		f.byDept = true
		return f, nil
	case kindOf(lower) != "":
		f.kind = kindOf(lower)
		return f, nil
	}
	for _, p := range c.People.All() {
		if p.Department != "" && strings.EqualFold(p.Department, word) {
			f.department = p.Department
			return f, nil
		}
	}
	if d, rest, ok := desk.ParseDay(word, c.Today); ok && rest == "" {
		f.on = d
		return f, nil
	}
	p, rest, err := c.Meant(word)
	if err != nil {
		return f, err
	}
	if p == nil || rest != "" {
		return f, isms.Refuse(isms.Invalid, "refuse.filter", "words", desk.Brief(word, 40))
	}
	f.owner = p.ID
	return f, nil
}

// kindOf reads a kind as people type it, empty for none.
func kindOf(word string) isms.Kind {
	switch strings.TrimSuffix(word, "s") {
	case "ca", "action", "corrective action":
		return isms.Action
	case "tsk", "task":
		return isms.Task
	case "aud", "audit":
		return isms.Audit
	case "fnd", "finding":
		return isms.Finding
	}
	return ""
}

// zonesApart is by how many days today can differ from one zone to another.
const zonesApart = 2

// late reads what is late, or due ahead, within the sender's scope, from the
// index alone; the oldest first.
func (c *call) late(f filter) ([]lateItem, error) {
	all, line, r := isms.OverdueScope(c.Person, c.People)
	if r != nil {
		line = map[isms.PersonID]bool{c.ID: true}
	}
	if line != nil && f.coming {
		line[c.ID] = true
	}
	today := c.Today
	if !f.on.IsZero() {
		today = f.on
	}
	var out []lateItem
	keep := func(d storage.Due) {
		if !all && !line[d.Owner] || f.owner != 0 && d.Owner != f.owner || f.kind != "" && d.ID.Kind != f.kind {
			return
		}
		owner := c.People.Get(d.Owner)
		if f.department != "" && (owner == nil || owner.Department != f.department) {
			return
		}
		days := today.Sub(d.Due)
		if !f.coming && f.on.IsZero() && owner != nil && days <= zonesApart && !d.Due.Before(c.b.office.Calendar(owner).Today(c.Now)) {
			return // the day has not ended where the owner is
		}
		out = append(out, lateItem{d, days})
	}
	if f.coming {
		if err := c.Tx.DueBetween(today, today.Add(f.ahead), keep); err != nil {
			return nil, err
		}
		err := c.withPrivate(&out, today, today.Add(f.ahead), keep)
		return out, err
	}
	err := c.Tx.DueBefore(today.Add(1), keep)
	return slices.DeleteFunc(out, func(x lateItem) bool { return x.days <= 0 }), err
}

// withPrivate adds what nobody but the sender is shown to a list that keep
// fills, and sorts it by date again.
func (c *call) withPrivate(out *[]lateItem, from, to isms.Date, keep func(storage.Due)) error {
	own, err := c.Tx.OpenOf(c.ID)
	before := len(*out)
	for _, it := range own {
		if it.Private && !it.Due.Before(from) && !it.Due.After(to) {
			keep(storage.Due{ID: it.ID, Owner: it.Owner, Due: it.Due})
		}
	}
	if len(*out) > before {
		slices.SortStableFunc(*out, func(a, b lateItem) int { return a.Due.Due.Sub(b.Due.Due) })
	}
	return err
}

func (c *call) overdueCard(f filter) (*chat.Card, error) {
	late, err := c.late(f)
	if err != nil {
		return nil, err
	}
	if len(late) == 0 {
		return c.nothingLate(f)
	}
	if f.byDept {
		return c.byDepartment(late), nil
	}
	head := c.Count("overdue.head", len(late))
	if f.coming {
		head = c.Count("due.head", len(late), "day", c.Near(c.Today.Add(f.ahead)))
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	blocks, first, err := c.ownerGroups(late, f)
	if err != nil {
		return nil, err
	}
	card.Blocks = append(card.Blocks, blocks...)
	if !f.coming {
		card.Blocks = append(card.Blocks, c.totals(late), c.overdueButtons(f, first))
	}
	return card, nil
}

// ownerGroups are the first screen of the list under their owners' names, the
// owner of the worst first.
func (c *call) ownerGroups(late []lateItem, f filter) ([]chat.Block, *isms.Item, error) {
	audit, err := c.Tx.NextAudit(c.Today, isms.Surveillance, isms.Recertification)
	if err != nil {
		return nil, nil, err
	}
	shown := late[:min(screen, len(late))]
	var owners []isms.PersonID
	groups := map[isms.PersonID]*chat.List{}
	var first *isms.Item
	for _, x := range shown {
		it, err := c.Tx.Item(x.ID)
		if err != nil || it == nil {
			return nil, nil, err
		}
		if first == nil {
			first = &it.Item
		}
		if groups[x.Owner] == nil {
			groups[x.Owner] = &chat.List{}
			owners = append(owners, x.Owner)
		}
		row := c.reader().teamRow(&it.Item, false)
		if !f.coming {
			row.When = c.Days(x.days)
		}
		if !f.coming && audit != nil && (it.Severity == isms.Major || it.Moves > 0) {
			row.Note = strings.TrimSpace(row.Note + "\n" + c.Say("overdue.audit", "day", c.Day(audit.Due)))
		}
		groups[x.Owner].Rows = append(groups[x.Owner].Rows, row)
	}
	groups[owners[len(owners)-1]].More = len(late) - len(shown)
	var out []chat.Block
	for _, id := range owners {
		out = append(out, chat.Text{Style: chat.Section, Text: c.NameOf(id)}, *groups[id])
	}
	return out, first, nil
}

func (c *call) totals(late []lateItem) chat.Block {
	owners := map[isms.PersonID]bool{}
	kinds := map[isms.Kind]int{}
	for _, x := range late {
		owners[x.Owner] = true
		kinds[x.ID.Kind]++
	}
	var parts []string
	for _, k := range isms.Kinds {
		if kinds[k] > 0 {
			parts = append(parts, c.Count("count."+string(k), kinds[k]))
		}
	}
	return chat.Text{Style: chat.Quiet, Text: c.Count("overdue.totals", len(owners), "kinds", strings.Join(parts, ", "), "oldest", c.Days(late[0].days))}
}

func (c *call) overdueButtons(f filter, first *isms.Item) chat.Buttons {
	var b chat.Buttons
	if first != nil {
		b.Shown, _ = c.reader().leadActions(first)
	}
	b.Shown = append(b.Shown, c.Button("button.share", "share"))
	b.More = []chat.Button{c.Button("button.by_department", "overdue by department"), c.Button("button.only_ca", "overdue action"),
		c.Button("button.excel", strings.TrimSpace("overdue "+f.words)+" excel")}
	if f.words != "" {
		b.More = append(b.More, c.Button("button.all_late", "overdue"))
	}
	return b
}

// nothingLate says what comes next instead of nothing.
func (c *call) nothingLate(f filter) (*chat.Card, error) {
	text := c.Say("overdue.empty")
	if f.coming {
		text = c.Say("due.empty", "day", c.Near(c.Today.Add(f.ahead)))
	}
	next, err := c.late(filter{coming: true, ahead: 365, owner: f.owner, department: f.department, kind: f.kind})
	if err != nil {
		return nil, err
	}
	card := &chat.Card{}
	if len(next) > 0 {
		text += " " + c.Say("overdue.next", "id", next[0].ID.String(), "name", c.FirstNameOf(next[0].Owner), "day", c.Day(next[0].Due.Due))
	}
	card.Summary = text
	card.Blocks = []chat.Block{chat.Text{Text: text}, chat.Buttons{Shown: []chat.Button{c.Button("button.due", "due 30d"), c.Button("button.todo", "todo")}}}
	return card, nil
}
