package teams

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// verb is what every action that runs a command is called.
const verb = "isms"

func (p *painter) list(l chat.List) {
	of := &list{left: l.More}
	rows := l.Rows
	if len(rows) > maxRows {
		of.left += len(rows) - maxRows
		rows = rows[:maxRows]
	}
	for _, r := range rows {
		if p.line(r.Title, 1)+p.line(r.ID, 1)+p.line(r.When, 1)+p.text(r.Note, 1) == "" {
			continue
		}
		id, menu := p.id("menu"), p.actions(r.Menu, maxMenu)
		x := &part{of: of, menu: len(menu), redraw: func(n int) []element { return p.row(r, id, menu[:n]) }}
		x.elements = x.redraw(len(menu))
		p.put(x)
	}
	p.put(&part{last: of})
}

// row is "Title · ID" with its day beside and its note beneath it. A menu of
// one stands open; a longer one opens when the row is pressed.
func (p *painter) row(r chat.Row, id string, menu []*action) []element {
	var head []textRun
	if title := p.line(r.Title, maxHeading); title != "" {
		head = runs(title, textRun{Weight: bolder})
	}
	if id := p.line(r.ID, maxWord); id != "" {
		if len(head) > 0 {
			id = " · " + id
		}
		head = append(head, runs(id, textRun{})...)
	}
	when, note := p.line(r.When, maxWord), p.text(r.Note, maxText/3)
	if len(head) == 0 {
		head, when = runs(when, textRun{}), ""
	}
	folded := len(menu) > 1
	item := box()
	if utf8.RuneCountInString(when) > maxWhen {
		item.Items = append(item.Items, p.beside(head, "", folded), near(rich(runs(when, textRun{})...)))
	} else {
		item.Items = append(item.Items, p.beside(head, when, folded))
	}
	if note != "" {
		item.Items = append(item.Items, near(rich(runs(note, textRun{Subtle: true})...)))
	}
	if len(menu) == 0 {
		return []element{item}
	}
	set := &actionSet{Type: "ActionSet", Actions: menu}
	set.Spacing = spaceSmall
	if folded {
		set.ID, set.Visible = id, new(false)
		name := p.line(chat.Row{Title: readable.Line(start(r.Title, maxHeading)), ID: readable.Line(start(r.ID, maxWord))}.Heading(), maxHeading)
		item.Select = &action{Type: "Action.ToggleVisibility", Title: p.say.Say("surface.row_menu", "row", name), Targets: []string{id}}
	}
	return []element{item, set}
}

// fold is the sign that a row can be pressed.
const fold = "⋯"

// beside is a row's first line, with its day at the right.
func (p *painter) beside(head []textRun, when string, folded bool) element {
	var aside []textRun
	if when != "" {
		aside = runs(when, textRun{})
	}
	if folded {
		sign := fold
		if when != "" {
			sign = "  " + fold
		}
		aside = append(aside, runs(sign, textRun{Subtle: true})...)
	}
	if len(aside) == 0 {
		return rich(head...)
	}
	at := rich(aside...)
	at.Align = right
	return &columnSet{Type: "ColumnSet", Columns: []column{
		{Type: "Column", Width: "stretch", Items: []element{rich(head...)}},
		{Type: "Column", Width: "auto", Items: []element{at}},
	}}
}

// near puts an element close to the one before it.
func near(e *richText) *richText {
	e.Spacing = spaceNone
	return e
}

func (p *painter) buttons(b chat.Buttons) {
	shown, more := b.Shown, b.More
	if len(shown) > chat.MaxShown {
		more = append(append([]chat.Button{}, shown[chat.MaxShown:]...), more...)
		shown = shown[:chat.MaxShown]
	}
	first, rest := p.actions(shown, chat.MaxShown), p.actions(more, chat.MaxMore)
	if len(first)+len(rest) == 0 {
		return
	}
	for _, a := range rest {
		a.Mode = "secondary"
	}
	x := &part{deed: true, menu: len(rest), redraw: func(n int) []element {
		if len(first)+n == 0 {
			return nil
		}
		return []element{&actionSet{Type: "ActionSet", Actions: append(append([]*action{}, first...), rest[:n]...)}}
	}}
	x.elements = x.redraw(len(rest))
	p.put(x)
}

// actions are the buttons that can be drawn, at most limit of them.
func (p *painter) actions(all []chat.Button, limit int) []*action {
	var out []*action
	for _, b := range all {
		if len(out) == limit {
			break
		}
		if a := p.action(b); a != nil {
			out = append(out, a)
		}
	}
	return out
}

// action leaves out a button whose command does not fit: half a command could
// be another one.
func (p *painter) action(b chat.Button) *action {
	label := p.line(b.Label, maxButtonText)
	var a *action
	switch {
	case label == "":
		return nil
	case b.URL != "" && chat.WebAddress(b.URL):
		a = &action{Type: "Action.OpenUrl", Title: label, URL: b.URL}
	case b.URL != "" || !sound(b.Command, maxCommand):
		return nil
	default:
		a = p.run(label, pressData{Command: b.Command}, b.Form)
	}
	if spoken := p.line(b.Spoken, maxSpoken); spoken != label {
		a.Tooltip = spoken
	}
	if p.choosing && b.URL == "" {
		a.Associated = "none"
	}
	switch b.Look {
	case chat.Primary:
		a.Style = "positive"
	case chat.Danger:
		a.Style = "destructive"
	}
	return a
}

// run is the action that brings data back to us. One that opens a form has
// Teams ask for it; in a dialog there is one way only.
func (p *painter) run(title string, data pressData, form bool) *action {
	plain := submit(title, data)
	switch {
	case p.inDialog:
		return plain
	case form:
		data.MSTeams = &dialog{Type: "task/fetch"}
		return submit(title, data)
	}
	return &action{Type: "Action.Execute", Title: title, Verb: verb, Data: data, Fallback: plain}
}

// sound tells whether a command or a value can travel unchanged.
func sound(s string, limit int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit && !strings.ContainsFunc(s, control)
}

func control(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func (p *painter) choice(c chat.Select) {
	choices := p.choices(c.Options, func(value string) string { return value })
	if len(choices) == 0 || !sound(c.Command, maxCommand) {
		return
	}
	choose := p.say.Say("card.choose")
	label := p.line(c.Label, maxInputLabel)
	if label == "" {
		label = choose
	}
	in := &choiceSet{Type: "Input.ChoiceSet", Style: "compact", Choices: choices, Placeholder: choose, field: field{
		ID: p.id("select"), Label: label, Required: true, Error: p.say.Say("form.needed"),
	}}
	a := p.run(choose, pressData{Command: c.Command, Select: in.ID}, false)
	if label != choose {
		a.Tooltip = label
	}
	p.add(in, &actionSet{Type: "ActionSet", Actions: []*action{a}}).deed = true
}

// choices are the options that can be drawn, with their values as the given
// function makes them.
func (p *painter) choices(all []chat.Option, value func(string) string) []choice {
	out := []choice{}
	for _, o := range all {
		label := p.line(o.Label, maxOptionText)
		if v := value(o.Value); label != "" && sound(v, maxOptionValue) {
			out = append(out, choice{Title: label, Value: v})
		}
		if len(out) == maxOptions {
			break
		}
	}
	return out
}

func (p *painter) table(t chat.Table) {
	width := min(len(t.Columns), maxColumns)
	for _, r := range t.Rows {
		width = max(width, min(len(r), maxColumns))
	}
	if width == 0 {
		return
	}
	drawn := &table{Type: "Table", FirstRowAsHead: len(t.Columns) > 0, ShowGridLines: true, Columns: make([]tableColumn, width)}
	for i := range drawn.Columns {
		drawn.Columns[i].Width = p.columnWidth(t, i)
	}
	if len(t.Columns) > 0 {
		drawn.Rows = append(drawn.Rows, p.cells(t.Columns, width, textRun{Weight: bolder}))
	}
	of := &list{left: t.More, table: drawn}
	p.add(drawn)
	for i, r := range t.Rows {
		if i == maxRows {
			of.left += len(t.Rows) - maxRows
			break
		}
		p.put(&part{of: of, cells: p.cells(r, width, textRun{})})
	}
	p.put(&part{last: of})
}

// columnWidth gives a column room for its longest word, which does not wrap,
// and for half of its longest cell, relative to the others.
func (p *painter) columnWidth(t chat.Table, i int) int {
	most := minColumn
	for _, r := range append([][]string{t.Columns}, t.Rows[:min(len(t.Rows), maxRows)]...) {
		if i >= len(r) {
			continue
		}
		cell := p.line(r[i], maxWord)
		most = max(most, utf8.RuneCountInString(cell)/2)
		for word := range strings.FieldsSeq(cell) {
			most = max(most, utf8.RuneCountInString(word))
		}
	}
	return min(most, maxColumn)
}

func (p *painter) cells(r []string, width int, like textRun) *tableRow {
	row := &tableRow{Type: "TableRow", Cells: make([]tableCell, width)}
	for i := range row.Cells {
		row.Cells[i] = tableCell{Type: "TableCell", Items: []element{}}
		if i >= len(r) {
			continue
		}
		if text := p.line(r[i], maxWord); text != "" {
			row.Cells[i].Items = append(row.Cells[i].Items, rich(runs(text, like)...))
		}
	}
	return row
}
