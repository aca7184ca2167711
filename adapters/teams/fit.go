package teams

import (
	"encoding/json"
	"strings"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// part is what is drawn and left out together: an element, a row with its
// menu, a row of a table, the line that counts a list's missing rows.
type part struct {
	elements []element
	size     int   // bytes of JSON
	deed     bool  // something to press, left out last
	of       *list // the list or table whose row it is
	cells    *tableRow
	last     *list // the list or table that it ends
	menu     int   // entries that can be left out
	redraw   func(menu int) []element
	gone     bool
}

// list is a list or a table, of which rows may be missing.
type list struct {
	left  int
	table *table
	rows  []*part // those that are shown
}

// weigh measures the part.
func (x *part) weigh() {
	x.size = 0
	for _, e := range x.elements {
		x.size += weight(e)
	}
	switch {
	case x.cells != nil:
		x.size += weight(x.cells)
	case x.last != nil:
		x.size += maxMoreLine
	}
}

func weight(v any) int {
	data, err := json.Marshal(v)
	if err != nil {
		return maxCard // unheard of; what cannot be sent is left out
	}
	return len(data) + len(",")
}

// root is the card without its body.
func (p *painter) root() *AdaptiveCard {
	c := newCard(p.say)
	c.speakFor(p.plain, p.twin)
	return c
}

// fit makes room: by saying less of what is said twice, by leaving out rows
// from the end of the longest list, by leaving out entries of menus. It tells
// whether that was enough.
func (p *painter) fit() bool {
	p.twin = maxTwin
	over := p.over()
	if over > 0 {
		p.twin = maxTwinShort
		over = p.over()
	}
	for over > 0 {
		l := p.longest()
		if l == nil {
			break
		}
		over -= l.drop()
	}
	for most := maxMenu - 1; over > 0 && most >= 0; most-- {
		for i := len(p.parts) - 1; over > 0 && i >= 0; i-- {
			over -= p.parts[i].shorten(most)
		}
	}
	return over <= 0
}

// over is by how many bytes the card is too large.
func (p *painter) over() int {
	n := weight(p.root()) - maxCard
	for _, x := range p.parts {
		if !x.gone {
			n += x.size
		}
	}
	return n
}

// longest is the list with the most rows, the first of equals; none may lose
// its last row.
func (p *painter) longest() *list {
	var best *list
	for _, l := range p.lists {
		if n := len(l.rows); n > 1 && (best == nil || n > len(best.rows)) {
			best = l
		}
	}
	return best
}

// drop leaves out the last row and tells the bytes won.
func (l *list) drop() int {
	x := l.rows[len(l.rows)-1]
	l.rows = l.rows[:len(l.rows)-1]
	l.left++
	x.gone = true
	return x.size
}

// shorten leaves at most so many entries in the part's menu and tells the
// bytes won.
func (x *part) shorten(most int) int {
	if x.gone || x.menu <= most {
		return 0
	}
	before, at := x.size, *x.elements[0].where()
	x.menu = most
	x.elements = x.redraw(most)
	if len(x.elements) > 0 {
		*x.elements[0].where() = at
	}
	x.weigh()
	return before - x.size
}

// squeeze leaves out whatever stands last but the deeds, and then those too.
func (p *painter) squeeze() {
	over := p.over()
	for _, deeds := range []bool{false, true} {
		for i := len(p.parts) - 1; i >= 0 && over > 0; i-- {
			if x := p.parts[i]; !x.gone && x.deed == deeds && (i > 0 || deeds) {
				over -= x.size
				x.gone = true
			}
		}
	}
	if over > 0 && len(p.parts) > 0 {
		p.parts[0].gone = true
	}
}

// card is what has been drawn, without what is left out. It is never empty.
func (p *painter) card() *AdaptiveCard {
	c := p.root()
	for _, x := range p.parts {
		switch {
		case x.gone:
		case x.cells != nil:
			x.of.table.Rows = append(x.of.table.Rows, x.cells)
		case x.last != nil && x.last.left > 0:
			more := quiet(p.say.Count("card.more", x.last.left))
			more.Spacing = spaceSmall
			c.Body = append(c.Body, more)
		default:
			c.Body = append(c.Body, x.elements...)
		}
	}
	if len(c.Body) == 0 {
		c.Body = append(c.Body, rich(runs(p.title, textRun{})...))
	}
	return c
}

// twin is the card in plain text, about as much of it as is used.
func twin(card chat.Card) string {
	var w strings.Builder
	write := func(b chat.Block) bool {
		w.WriteString(start(chat.Card{Blocks: []chat.Block{b}}.Text(), maxTwin))
		w.WriteByte('\n')
		return w.Len() < 8*maxTwin
	}
	for _, b := range card.Blocks {
		if !eachPart(b, write) {
			break
		}
	}
	text := strings.TrimSpace(readable.Text(start(w.String(), maxTwin)))
	if text == "" {
		text = readable.Line(start(card.Summary, maxSummary))
	}
	return text
}

// eachPart hands a block on in parts, a long list row by row, until one is
// enough.
func eachPart(b chat.Block, write func(chat.Block) bool) bool {
	switch b := b.(type) {
	case chat.List:
		for _, r := range b.Rows {
			if !write(chat.List{Rows: []chat.Row{r}}) {
				return false
			}
		}
		return b.More == 0 || write(chat.List{More: b.More})
	case chat.Table:
		if !write(chat.Table{Columns: b.Columns}) {
			return false
		}
		for _, r := range b.Rows {
			if !write(chat.Table{Columns: r}) {
				return false
			}
		}
		return b.More == 0 || write(chat.List{More: b.More})
	}
	return write(b)
}

// start is more of a text than its first n characters need, so that a huge one
// is not read to its end.
func start(s string, n int) string { return s[:min(len(s), 8*n)] }
