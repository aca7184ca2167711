package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// opening is the greeting and the count: "Good morning Priya. Three things
// have your name on them."
func (g *digest) opening() string {
	key := "digest.evening"
	switch h := g.greeted.In(g.Calendar.Zone).Hour(); {
	case h < 12:
		key = "digest.morning"
	case h < 17:
		key = "digest.afternoon"
	}
	text := g.Say(key, "name", g.FirstName())
	switch {
	case g.lateAll > 0 && g.leadAll:
		text += " " + g.Count("digest.team_all", g.lateAll)
	case g.lateAll > 0:
		text += " " + g.Count("digest.team", g.lateAll)
	case len(g.own) > 0:
		text += " " + g.Count("digest.own", len(g.own))
	}
	return text
}

// summary is what stands on a lock screen.
func (g *digest) summary() string {
	var parts []string
	if n := len(g.waiting); n > 0 {
		parts = append(parts, g.Count("digest.sum_waiting", n))
	}
	if g.lateAll > 0 {
		parts = append(parts, g.Count("digest.sum_late", g.lateAll))
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ")
	}
	for _, e := range g.own {
		if e.open {
			return g.first(e)
		}
	}
	return g.otherwise()
}

// glance is how many characters a locked phone shows.
const glance = 60

// first is the most urgent of one's own items in a line. Its title gives way
// until the line shows at a glance by when; the id stands in the card.
func (g *digest) first(e entry) string {
	when, title := g.Near(g.date(e)), ""
	switch {
	case e.row != nil:
		when, title = e.row.When, e.row.Title
	default:
		title = e.item.Title
		if late := e.item.DaysLate(g.Today); late > 0 && e.told.Capacity != isms.AsVerifier {
			when = g.Count("date.late", late)
		}
	}
	line := func(title, when string) string {
		return g.Count("digest.sum_own", len(g.own), "title", title, "day", when)
	}
	soon, _, _ := strings.Cut(when, ",")
	room := glance - utf8.RuneCountInString(line("", soon))
	if utf8.RuneCountInString(title) > room {
		title = desk.Brief(title, max(room-1, glance/4))
	}
	return line(title, when)
}

func (g *digest) waitingBlocks() []chat.Block {
	if len(g.waiting) == 0 {
		return nil
	}
	list := chat.List{}
	for i, q := range g.waiting {
		it := g.asked[i]
		if it == nil {
			continue
		}
		if len(list.Rows) == maxRows {
			list.More = len(g.waiting) - maxRows
			break
		}
		list.Rows = append(list.Rows, chat.Row{
			Title: g.Say("request.asks", "name", g.FirstNameOf(q.AskedBy), "title", it.Title), ID: it.ID.String(),
			When: g.Say("request.from_to", "from", g.Day(q.Due), "to", g.Day(q.NewDue)), Menu: g.requestMenu(q),
		})
	}
	if len(g.buttons.Shown) == 0 {
		g.buttons.Shown = append(g.buttons.Shown, g.approveButton(g.waiting[0]))
	}
	return []chat.Block{chat.Text{Style: chat.Section, Text: g.Say("section.waiting")}, list}
}

func (g *digest) teamBlocks() []chat.Block {
	if len(g.team) == 0 {
		return nil
	}
	list := chat.List{}
	for i, e := range g.team {
		if i == maxRows {
			break
		}
		row := g.teamRow(&e.item.Item, true)
		if !e.open {
			row.When, row.Menu = "", []chat.Button{g.act("button.open", "show "+e.item.ID.String(), &e.item.Item)}
			row.Note = g.outcome(e)
		} else if len(g.buttons.Shown) < 2 {
			shown, _ := g.leadActions(&e.item.Item)
			g.buttons.Shown = append(g.buttons.Shown, shown...)
		}
		list.Rows = append(list.Rows, row)
	}
	list.More = max(len(g.team), g.lateAll) - len(list.Rows)
	g.buttons.Shown = append(g.buttons.Shown, g.Button("button.all_late", "overdue"))
	return []chat.Block{chat.Text{Style: chat.Section, Text: g.Say("section.late")}, list}
}

// ownBlocks are the reader's own lines. The first open one has the card's
// buttons, unless those serve the team.
func (g *digest) ownBlocks(leading bool) []chat.Block {
	if leading {
		g.served = true
	}
	return g.groups(maxRows)
}

// groups are the reader's own lines by urgency, at most so many.
func (g *digest) groups(most int) []chat.Block {
	var out []chat.Block
	var list chat.List
	leading, heading, headed, shown := g.served, "", "", 0
	flush := func() {
		if len(list.Rows) > 0 {
			if heading != headed {
				out = append(out, chat.Text{Style: chat.Section, Text: heading})
				headed = heading
			}
			out = append(out, list)
		}
		list = chat.List{}
	}
	for _, e := range g.own {
		if shown == most {
			break
		}
		if h := g.group(e, leading); h != heading {
			flush()
			heading = h
		}
		row, buttons := g.ownRow(e)
		list.Rows = append(list.Rows, row)
		shown++
		if buttons != nil { // they belong to this row: nothing may stand between
			flush()
			out = append(out, *buttons)
		}
	}
	list.More = len(g.own) - shown
	if len(list.Rows) == 0 && list.More > 0 {
		out = append(out, list)
	}
	flush()
	return out
}

// group is the heading under which an own line stands.
func (g *digest) group(e entry, leading bool) string {
	if leading {
		return g.Say("section.yours")
	}
	switch days := g.date(e).Sub(g.Today); {
	case !e.open:
		return g.Say("section.answered")
	case days < 0:
		return g.Say("section.late")
	case days == 0:
		return g.Say("section.today")
	case days == 1:
		return g.Say("section.tomorrow")
	case days < 7:
		return g.Say("section.this_week")
	}
	return g.Say("section.later")
}

// ownRow is one line, and the buttons that serve it where it is the first one
// that waits for an answer.
func (g *digest) ownRow(e entry) (chat.Row, *chat.Buttons) {
	if e.row != nil {
		return g.areaRow(e.row)
	}
	it := &e.item.Item
	as := e.told.Capacity
	row := g.row(it, as)
	if e.answer != nil || !e.open {
		row.Note = g.outcome(e)
	}
	undo, fresh := g.undoButton(e.answer)
	switch {
	case !e.open && fresh:
		row.When, row.Menu = "", []chat.Button{undo}
	case !e.open:
		row.When, row.Menu = "", []chat.Button{g.act("button.open", "show "+it.ID.String(), it)}
	case fresh:
		row.Menu = append([]chat.Button{undo}, row.Menu[:min(len(row.Menu), chat.MaxMore-1)]...)
	case !g.served && e.answer == nil:
		g.served = true
		buttons := g.serve(it, as)
		row.Menu = nil
		row.Note = strings.TrimSpace(strings.Join([]string{row.Note, g.why(it, as)}, "\n"))
		return row, &buttons
	}
	return row, nil
}

// why says in a line or two why the first item matters.
func (g *digest) why(it *isms.Item, as isms.As) string {
	if as == isms.AsVerifier {
		return ""
	}
	text := g.Say("digest.due", "day", g.Day(it.Due))
	if late := it.DaysLate(g.Today); late > 0 {
		text = g.Count("digest.due_late", late, "day", g.Day(it.Due))
	}
	if it.Description != "" {
		text += " " + desk.Brief(it.Description, 200)
	}
	return text
}

// outcome says what became of a line that is answered.
func (g *digest) outcome(e entry) string {
	switch {
	case e.answer != nil:
		return g.answerLine(e.answer)
	case e.item.Status == isms.Withdrawn || e.item.Status == isms.Cancelled:
		return g.Say("outcome.withdrawn")
	case e.item.Due != e.told.Due:
		return g.Say("outcome.moved", "day", g.Day(e.item.Due))
	case e.item.Owner != g.ID && e.told.Capacity == isms.AsOwner:
		return g.Say("outcome.handed", "name", g.NameOf(e.item.Owner))
	case e.item.Status == isms.Closed || e.item.Status == isms.Done:
		return g.Say("outcome.closed")
	}
	return ""
}

func (g *digest) footer() []chat.Block {
	var out []chat.Block
	if len(g.missing) > 0 {
		out = append(out, chat.Text{Style: chat.Section, Text: g.Say("section.unreached")},
			chat.Text{Text: strings.Join(g.missing, "\n")})
	}
	late := 0
	for late < len(g.later) && g.later[late].DaysLate(g.Today) > 0 {
		late++
	}
	if late > 0 {
		out = append(out, chat.Text{Style: chat.Quiet, Text: g.Count("digest.also_late", late)})
	}
	if n := len(g.later) - late; n > 0 && len(g.own) > 0 {
		out = append(out, chat.Text{Style: chat.Quiet, Text: g.Count("digest.later", n, "day", g.Day(g.later[late].Due))})
	}
	for _, e := range g.own {
		if warn := g.consequence(e); warn != "" {
			out = append(out, chat.Text{Style: chat.Quiet, Text: warn})
			break
		}
	}
	why := "digest.why_me"
	switch {
	case len(g.own) > len(g.extra.Own):
	case len(g.own) > 0 && len(g.team) == 0:
		why = "digest.why_read"
	default:
		why = "digest.why_lead"
	}
	return append(out, chat.Text{Style: chat.Quiet, Text: g.Say(why)})
}

// capital is the text with its first letter raised, where it begins a label.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
