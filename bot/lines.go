package bot

import (
	"context"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Spread does what is due for every broadcast: rows for those whom it is for,
// joiners, corrected copies, the sender's card. Call it from one place.
func (b *Bot) Spread(ctx context.Context) error { return unlessEnded(ctx, b.broadcasts.Spread(ctx)) }

// areaLines are what waits for the reader in the areas.
func (b *Bot) areaLines(tx *storage.Tx, r desk.Reader) (all desk.Lines, err error) {
	for _, a := range b.areas {
		if a.Lines == nil {
			continue
		}
		x, err := a.Lines(tx, r)
		if err != nil {
			return all, err
		}
		all.Own, all.Team, all.Late, all.Due = append(all.Own, x.Own...), append(all.Team, x.Team...), append(all.Late, x.Late...), all.Due || x.Due
	}
	return all, nil
}

// areasTold notes that a digest holds what waits for the person in the areas.
func (b *Bot) areasTold(tx *storage.Tx, p *isms.Person) error {
	people, err := b.office.People(tx)
	if err != nil {
		return err
	}
	for _, a := range b.areas {
		if a.Told == nil {
			continue
		}
		if err := a.Told(tx, b.office.Reader(p, people)); err != nil {
			return err
		}
	}
	return nil
}

// addUnread adds to the list of what is late who in the sender's line has not
// read what they were asked to.
func (c *call) addUnread(card *chat.Card) error {
	extra, err := c.b.areaLines(c.Tx, c.Reader)
	if err == nil {
		card.Blocks = append(card.Blocks, (&digest{reader: c.reader(), extra: extra}).teamRows()...)
	}
	return err
}

// rowEntries are rows of the areas among the reader's own lines.
func rowEntries(rows []desk.Row) []entry {
	out := make([]entry, len(rows))
	for i := range rows {
		out[i] = entry{open: true, row: &rows[i]}
	}
	return out
}

// areaRow is an area's line, and its buttons where it is the first that waits
// for an answer.
func (g *digest) areaRow(x *desk.Row) (chat.Row, *chat.Buttons) {
	row := x.Row
	if g.served || len(x.Serve.Shown) == 0 {
		return row, nil
	}
	g.served, row.Menu = true, nil
	return row, &x.Serve
}

// teamRows are what waits in the areas with those whom the reader leads, and
// what is late in what the reader looks after.
func (g *digest) teamRows() []chat.Block {
	return append(g.section("section.not_read", g.extra.Team), g.section("section.late_plan", g.extra.Late)...)
}

// otherwise is what stands on a lock screen where nothing of the reader's own is open.
func (g *digest) otherwise() string {
	switch team, late := g.extra.Team, g.extra.Late; {
	case len(team) > 0:
		return team[0].Title
	case len(late) > 0:
		return g.Say("digest.sum_plan", "title", late[0].Title, "when", late[0].When)
	}
	return g.Say("digest.sum_answered")
}

func (g *digest) section(key string, rows []desk.Row) []chat.Block {
	if len(rows) == 0 {
		return nil
	}
	list := chat.List{More: max(0, len(rows)-maxRows)}
	for _, x := range rows[:min(maxRows, len(rows))] {
		list.Rows = append(list.Rows, x.Row)
	}
	return []chat.Block{chat.Text{Style: chat.Section, Text: g.Say(key)}, list}
}

// byDate orders days; none comes last.
func byDate(a, b isms.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero() || !b.IsZero() && b.Before(a):
		return 1
	}
	return -1
}
