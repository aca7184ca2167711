package slack

import slackapi "github.com/slack-go/slack"

// fit leaves out rows, from the end of the longest list, until the card has
// room; then, where there are no rows to spare, whatever stands last but the
// buttons. Each list ends by saying how many rows are not shown.
func (p *painter) fit(maxBlocks int) []slackapi.Block {
	rows := p.rowsByGroup()
	for p.blocks() > maxBlocks || p.size() > maxCardText {
		if group := longest(rows); group > 0 {
			p.dropRow(group)
			rows[group]--
			continue
		}
		if !p.dropLast() {
			break
		}
	}
	out := make([]slackapi.Block, 0, len(p.parts))
	for _, x := range p.parts {
		switch {
		case x.block != nil:
			out = append(out, x.block)
		case x.more > 0:
			out = append(out, p.moreBlock(x.more))
		}
	}
	return out
}

func (p *painter) rowsByGroup() map[int]int {
	rows := map[int]int{}
	for _, x := range p.parts {
		if x.group > 0 {
			rows[x.group]++
		}
	}
	return rows
}

// longest is the list with the most rows, the first of equals; none may lose
// its last row.
func longest(rows map[int]int) int {
	best := 0
	for group, n := range rows {
		if n > 1 && (best == 0 || n > rows[best] || n == rows[best] && group < best) {
			best = group
		}
	}
	return best
}

func (p *painter) blocks() int {
	n := 0
	for _, x := range p.parts {
		if x.block != nil || x.more > 0 {
			n++
		}
	}
	return n
}

func (p *painter) size() int {
	n := 0
	for _, x := range p.parts {
		n += x.size
	}
	return n
}

func (p *painter) dropRow(group int) {
	last := -1
	for i, x := range p.parts {
		switch x.group {
		case group:
			last = i
		case -group:
			p.parts[i].more++
		}
	}
	p.parts = append(p.parts[:last], p.parts[last+1:]...)
}

func (p *painter) dropLast() bool {
	for i := len(p.parts) - 1; i > 0; i-- {
		if _, deed := p.parts[i].block.(*slackapi.ActionBlock); !deed || i > maxActions {
			p.parts = append(p.parts[:i], p.parts[i+1:]...)
			return true
		}
	}
	return false
}
