package slack

import (
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// Action ids. A select keeps its command in its id, as Slack sends back no
// more than that and the option.
const (
	actionMenu    = "menu"
	actionCommand = "select:"
	// optionPage is the value of a menu's entry that opens a page: Slack wants one.
	optionPage = "page:"
)

// actionButtons are the action ids of the buttons that are shown.
var actionButtons = [chat.MaxShown]string{"button1", "button2", "button3"}

func (p *painter) list(l chat.List) {
	group, left := p.nextGroup(), l.More
	rows := l.Rows
	if len(rows) > maxViewBlocks {
		left += len(rows) - maxViewBlocks
		rows = rows[:maxViewBlocks]
	}
	for _, r := range rows {
		text := rowText(r)
		if text == "" {
			continue
		}
		var accessory *slackapi.Accessory
		if len(r.Menu) == 1 { // one choice needs no menu: "Undo" stands open
			if b := button(r.Menu[0], 0); b != nil {
				accessory = slackapi.NewAccessory(b)
			}
		} else if menu := p.overflow(actionMenu, r.Menu); menu != nil {
			accessory = slackapi.NewAccessory(menu)
		}
		p.parts = append(p.parts, part{
			block: section(mrkdwn(text), accessory), size: utf8.RuneCountInString(text), group: group,
		})
	}
	p.parts = append(p.parts, part{group: -group, more: left})
}

func (p *painter) nextGroup() int {
	group := 1
	for _, x := range p.parts {
		group = max(group, x.group+1)
	}
	return group
}

// rowText is "*Title* · CA-12   Thu 19 Mar", and its note on the line below.
func rowText(r chat.Row) string {
	s := bold(r.Title, maxSection/3)
	if id := readable.Line(r.ID); id != "" {
		if s != "" {
			s += " · "
		}
		s += escapeWithin(id, maxHeader)
	}
	if when := readable.Line(r.When); when != "" {
		if s != "" {
			s += "   "
		}
		s += escapeWithin(when, maxHeader)
	}
	if note := strings.TrimSpace(readable.Text(r.Note)); note != "" {
		if s != "" {
			s += "\n"
		}
		s += escapeWithin(note, maxSection/3)
	}
	return s
}

func (p *painter) buttons(b chat.Buttons) {
	elements := make([]slackapi.BlockElement, 0, chat.MaxShown+1)
	shown, more := b.Shown, b.More
	if len(shown) > chat.MaxShown {
		more = append(append([]chat.Button{}, shown[chat.MaxShown:]...), more...)
		shown = shown[:chat.MaxShown]
	}
	for i, x := range shown {
		if e := button(x, i); e != nil {
			elements = append(elements, e)
		}
	}
	if menu := p.overflow(actionMenu, more); menu != nil {
		elements = append(elements, menu)
	}
	if len(elements) > 0 {
		p.add(slackapi.NewActionBlock("", elements...), 0)
	}
}

// button leaves out one whose command does not fit: half a command could be
// another one. One that opens a page has no command: Slack tells us of its press
// all the same, and there is nothing to do.
func button(b chat.Button, i int) *slackapi.ButtonBlockElement {
	label := readable.Line(b.Label)
	if label == "" || !drawable(b, maxButtonValue) {
		return nil
	}
	e := slackapi.NewButtonBlockElement(actionButtons[i], b.Command, plain(label, maxButtonText))
	if b.URL != "" {
		e.Value, e.URL = "", b.URL
	}
	e.AccessibilityLabel = readable.Clip(readable.Line(b.Spoken), maxSpoken)
	switch b.Look {
	case chat.Primary:
		e.Style = slackapi.StylePrimary
	case chat.Danger:
		e.Style = slackapi.StyleDanger
	}
	return e
}

// drawable tells whether the button can do what it says.
func drawable(b chat.Button, limit int) bool {
	if b.URL != "" {
		return chat.WebAddress(b.URL)
	}
	return b.Command != "" && utf8.RuneCountInString(b.Command) <= limit
}

func (p *painter) overflow(id string, menu []chat.Button) *slackapi.OverflowBlockElement {
	if len(menu) == 0 {
		return nil
	}
	options := make([]*slackapi.OptionBlockObject, 0, min(len(menu), maxOverflow))
	for _, b := range menu {
		label := readable.Line(b.Label)
		if label == "" || !drawable(b, maxOptionValue) {
			continue
		}
		if len(options) == maxOverflow {
			break
		}
		option := slackapi.NewOptionBlockObject(b.Command, plain(label, maxOptionText), nil)
		if b.URL != "" {
			option.Value, option.URL = optionPage, b.URL
		}
		options = append(options, option)
	}
	if len(options) == 0 {
		return nil
	}
	return slackapi.NewOverflowBlockElement(id, options...)
}

func (p *painter) choice(c chat.Select) {
	id := actionCommand + c.Command
	options := selectOptions(c.Options)
	if len(options) == 0 || c.Command == "" || utf8.RuneCountInString(id) > maxActionID {
		return
	}
	placeholder := readable.Line(c.Label)
	if placeholder == "" {
		placeholder = p.say.Say("card.choose")
	}
	menu := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeStatic, plain(placeholder, maxPlaceholder), id, options...)
	p.add(slackapi.NewActionBlock("", menu), 0)
}

func selectOptions(all []chat.Option) []*slackapi.OptionBlockObject {
	var out []*slackapi.OptionBlockObject
	for _, o := range all {
		label := readable.Line(o.Label)
		if label == "" || o.Value == "" || utf8.RuneCountInString(o.Value) > maxOptionValue {
			continue
		}
		if len(out) == maxOptions {
			break
		}
		out = append(out, slackapi.NewOptionBlockObject(o.Value, plain(label, maxOptionText), nil))
	}
	return out
}

// table is a table block on the first table of a message, and lines elsewhere.
func (p *painter) table(t chat.Table) {
	rows := t.Rows
	if len(t.Columns) > 0 {
		rows = append([][]string{t.Columns}, rows...)
	}
	if len(rows) == 0 {
		return
	}
	if !p.tables {
		p.tableLines(rows, t)
		return
	}
	p.tables = false
	block := slackapi.NewTableBlock("")
	size, left, width := 0, t.More, 1
	for _, r := range rows {
		width = max(width, min(len(r), maxTableCells))
	}
	for _, r := range rows {
		cells, n := tableRow(r, width)
		if len(block.Rows) == maxTableRows || size+n > maxTableText {
			left++
			continue
		}
		size += n
		block.AddRow(cells...)
	}
	p.add(block, size)
	p.moreLine(left)
}

func tableRow(r []string, width int) ([]slackapi.TableCell, int) {
	cells, size := make([]slackapi.TableCell, width), 0
	for i := range cells {
		text := " " // an empty cell is refused
		if i < len(r) && readable.Line(r[i]) != "" {
			text = readable.Clip(readable.Line(r[i]), maxHeader)
		}
		size += utf8.RuneCountInString(text)
		cells[i] = slackapi.NewTableRawTextCell(text)
	}
	return cells, size
}

func (p *painter) tableLines(rows [][]string, t chat.Table) {
	var w strings.Builder
	left := t.More
	for i, r := range rows {
		cells := make([]string, len(r))
		for j, c := range r {
			cells[j] = escapeWithin(readable.Line(c), maxHeader)
		}
		s := strings.Join(cells, " · ")
		if i == 0 && len(t.Columns) > 0 && s != "" {
			s = "*" + clipRaw(s, maxSection/2) + "*"
		}
		if utf8.RuneCountInString(w.String())+utf8.RuneCountInString(s)+1 > maxSection {
			left++
			continue
		}
		if w.Len() > 0 {
			w.WriteByte('\n')
		}
		w.WriteString(s)
	}
	if w.Len() > 0 {
		p.mrkdwn(w.String())
	}
	p.moreLine(left)
}

func (p *painter) moreLine(n int) {
	if n > 0 {
		p.add(p.moreBlock(n), 0)
	}
}

func (p *painter) moreBlock(n int) slackapi.Block {
	return slackapi.NewContextBlock("", plain(p.say.Count("card.more", n), maxContext))
}
