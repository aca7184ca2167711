package bot

import (
	"slices"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// mine is everything that asks something of the sender: what they own, what
// they check, and what they do for somebody who is away. Worst first.
func (c *call) mine() ([]entry, error) {
	var out []entry
	add := func(list []*storage.Record, as isms.As) {
		for _, it := range list {
			if !slices.ContainsFunc(out, func(e entry) bool { return e.item.ID == it.ID }) {
				out = append(out, entry{item: it, open: true, told: storage.Told{Capacity: as, Due: it.Due}})
			}
		}
	}
	own, err := c.Tx.OpenOf(c.ID)
	if err != nil {
		return nil, err
	}
	add(own, isms.AsOwner)
	check, err := c.Tx.ToVerify(c.ID)
	if err != nil {
		return nil, err
	}
	add(check, isms.AsVerifier)
	named, err := c.Tx.DeputisedBy(c.ID)
	if err != nil {
		return nil, err
	}
	add(slices.DeleteFunc(named, func(it *storage.Record) bool { return !c.absent(it.Owner) }), isms.AsDeputy)
	for _, p := range c.People.All() {
		if p.Deputy == c.ID && !p.Left && c.absent(p.ID) {
			list, err := c.Tx.SharedOf(p.ID)
			if err != nil {
				return nil, err
			}
			add(list, isms.AsDeputy)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int { return when(a).Sub(when(b)) })
	return out, nil
}

// when orders entries: what has no date comes last.
func when(e entry) isms.Date {
	d := e.told.Due
	switch {
	case e.row != nil:
		d = e.row.By
	case e.told.Capacity == isms.AsVerifier:
		d = e.item.VerifyDue
	}
	if d.IsZero() {
		return isms.NewDate(9999, 1, 1)
	}
	return d
}

func (c *call) absent(id isms.PersonID) bool {
	p := c.People.Get(id)
	return p != nil && p.Away(c.Today)
}

// screen is how many rows a list has before "n more": a phone's screen or two.
const screen = 10

func (c *call) todo() (chat.Reply, error) {
	card, err := c.todoCard(screen)
	return chat.Reply{Card: card}, err
}

func (c *call) todoCard(most int) (*chat.Card, error) {
	all, err := c.mine()
	if err != nil {
		return nil, err
	}
	extra, err := c.b.areaLines(c.Tx, c.Reader)
	if err != nil {
		return nil, err
	}
	all = append(all, rowEntries(extra.Own)...)
	slices.SortStableFunc(all, func(a, b entry) int { return when(a).Sub(when(b)) })
	if len(all) == 0 {
		text := c.Say("todo.empty")
		return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}, nil
	}
	late := 0
	for _, e := range all {
		if when(e).Before(c.Today) {
			late++
		}
	}
	head := c.Count("todo.head", len(all))
	if late > 0 {
		head += " " + c.Count("todo.late", late)
	}
	g := &digest{reader: c.reader(), own: all}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	card.Blocks = append(card.Blocks, g.groups(most)...)
	return card, nil
}

// home is a person's own page: their items, then what they may decide and see.
func (c *call) home() (chat.Reply, error) {
	card, err := c.todoCard(screen)
	if err != nil {
		return chat.Reply{}, err
	}
	card.Blocks = append([]chat.Block{chat.Text{Style: chat.Quiet, Text: c.Say("home.head", "name", c.FirstName(), "day", c.Day(c.Today))}}, card.Blocks...)
	waiting, err := c.Tx.PendingFor(c.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(waiting) > 0 {
		g := &digest{reader: c.reader(), waiting: waiting}
		if err := g.lookUp(c.Tx); err != nil {
			return chat.Reply{}, err
		}
		card.Blocks = append(append(card.Blocks, chat.Divider{}), g.waitingBlocks()...)
	}
	if _, _, r := isms.OverdueScope(c.Person, c.People); r == nil {
		late, err := c.overdueCard(filter{})
		if err != nil {
			return chat.Reply{}, err
		}
		card.Blocks = append(append(card.Blocks, chat.Divider{}), late.Blocks...)
	}
	return chat.Reply{Card: card}, nil
}
