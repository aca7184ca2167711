package bot

import (
	"slices"

	"ismsbot/bot/chat"
)

// deptCount is a department's late items.
type deptCount struct {
	name   string
	n, max int
}

func (c *call) departments(late []lateItem) []deptCount {
	var out []deptCount
	for _, x := range late {
		name := c.Say("word.no_department")
		if p := c.People.Get(x.Owner); p != nil && p.Department != "" {
			name = p.Department
		}
		i := slices.IndexFunc(out, func(d deptCount) bool { return d.name == name })
		if i < 0 {
			out = append(out, deptCount{name: name})
			i = len(out) - 1
		}
		out[i].n++
		out[i].max = max(out[i].max, x.days)
	}
	slices.SortStableFunc(out, func(a, b deptCount) int { return b.n - a.n })
	return out
}

func (c *call) byDepartment(late []lateItem) *chat.Card {
	head := c.Count("overdue.head", len(late))
	table := chat.Table{Columns: []string{c.Say("column.department"), c.Say("column.late"), c.Say("column.oldest")}}
	for _, d := range c.departments(late) {
		table.Rows = append(table.Rows, []string{d.name, c.Say("word.number", "n", d.n), c.Days(d.max)})
	}
	return &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, table,
		chat.Buttons{Shown: []chat.Button{c.Button("button.all_late", "overdue"), c.Button("button.share", "share")}}}}
}
