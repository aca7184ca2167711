package bot

import (
	"context"
	"slices"

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
		all.Own, all.Team, all.Due = append(all.Own, x.Own...), append(all.Team, x.Team...), all.Due || x.Due
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
	if err == nil && len(extra.Team) > 0 {
		g := &digest{reader: c.reader(), served: true}
		card.Blocks = append(card.Blocks, g.extraBlocks(c.Say("section.not_read"), extra.Team, maxRows)...)
	}
	return err
}

// extraBlocks are rows of the areas under their heading, at most so many. The
// first has the card's buttons where no item has them.
func (g *digest) extraBlocks(heading string, rows []desk.Row, most int) []chat.Block {
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b desk.Row) int { return byDate(a.By, b.By) })
	list := chat.List{More: max(0, len(rows)-most)}
	for _, x := range rows[:min(most, len(rows))] {
		list.Rows = append(list.Rows, x.Row)
	}
	if len(g.buttons.Shown) == 0 && !g.served && len(rows[0].Serve.Shown) > 0 {
		g.served = true
		list.Rows[0].Menu = nil
		first := chat.List{Rows: list.Rows[:1]}
		list.Rows = list.Rows[1:]
		out := []chat.Block{chat.Text{Style: chat.Section, Text: heading}, first, rows[0].Serve}
		if len(list.Rows)+list.More > 0 {
			out = append(out, list)
		}
		return out
	}
	return []chat.Block{chat.Text{Style: chat.Section, Text: heading}, list}
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
