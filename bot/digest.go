package bot

import (
	"slices"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// entry is one line of a digest as it stands now.
type entry struct {
	told   storage.Told
	item   *storage.Record
	answer *storage.Answer // what became of it, nil while nothing has
	open   bool            // still asks something of the reader
	row    *desk.Row       // an area's, which has no item
}

// digestCard draws one person's day: what waits for their decision, their own
// items by urgency, what is late in their line.
func (b *Bot) digestCard(tx *storage.Tx, r reader, d *storage.Delivery, c content, first bool) (*chat.Card, error) {
	entries, err := b.entries(tx, r, d, first)
	if err != nil {
		return nil, err
	}
	waiting, err := tx.PendingFor(r.ID)
	if err != nil {
		return nil, err
	}
	missing, err := b.unreached(tx, r, c)
	if err != nil {
		return nil, err
	}
	extra, err := b.areaLines(tx, r.Reader)
	if err != nil || len(entries)+len(missing)+len(extra.Own)+len(extra.Team)+len(extra.Late) == 0 && first {
		return nil, err
	}
	later, err := b.later(tx, r, entries)
	if err != nil {
		return nil, err
	}
	g := &digest{reader: r, cadence: b.Cadence, waiting: waiting, later: later, missing: missing, extra: extra, greeted: r.Now}
	if !d.SentAt.IsZero() {
		g.greeted = d.SentAt
	}
	g.split(entries)
	if err := g.lookUp(tx); err != nil {
		return nil, err
	}
	if err := g.countLate(b, tx); err != nil {
		return nil, err
	}
	back, err := b.welcomeBack(tx, r, c.Day, len(g.own))
	if err != nil {
		return nil, err
	}
	return g.card(c.Greet, back), nil
}

// entries reads the lines of a digest. On its first showing, lines that no
// longer hold are taken back: they were never told.
func (b *Bot) entries(tx *storage.Tx, r reader, d *storage.Delivery, first bool) ([]entry, error) {
	told, err := tx.ToldIn(d.ID)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, t := range told {
		it, err := tx.Item(t.Item)
		if err != nil {
			return nil, err
		}
		if it == nil {
			continue
		}
		e := entry{told: t, item: it, open: r.still(&it.Item, t)}
		if !e.open && first {
			if err := tx.UntellLine(t); err != nil {
				return nil, err
			}
			continue
		}
		answer, err := tx.LastAnswer(t.Item, t.Due)
		if err != nil {
			return nil, err
		}
		// What was said before this digest asked is no answer to it, except
		// that somebody else has to decide.
		if answer != nil && (!e.open || !answer.At.Before(d.Created) || answer.Verb == "extend") {
			e.answer = answer
		}
		out = append(out, e)
	}
	return out, nil
}

// still tells whether a line holds: the same occurrence, open, and the reader
// in the same place.
func (r reader) still(it *isms.Item, t storage.Told) bool {
	if it.Status == isms.Done {
		return it.VerifyDue == t.Due && (t.Capacity != isms.AsVerifier || it.Verifier == r.ID)
	}
	switch t.Capacity {
	case isms.AsVerifier:
		return false
	case isms.AsOwner:
		return it.IsOpen() && it.Due == t.Due && it.Owner == r.ID
	}
	return it.IsOpen() && it.Due == t.Due
}

// later counts the reader's other open items and finds the next day among them.
func (b *Bot) later(tx *storage.Tx, r reader, shown []entry) (rest []*storage.Record, err error) {
	all, err := tx.OpenOf(r.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(it *storage.Record) bool {
		return slices.ContainsFunc(shown, func(e entry) bool { return e.item.ID == it.ID })
	}), nil
}

// digest is a card in the making.
type digest struct {
	reader
	cadence isms.Cadence
	waiting []*storage.Request
	asked   []*storage.Record // the items of waiting
	own     []entry
	team    []entry
	lateAll int  // what is late wherever the reader leads, shown or not
	leadAll bool // they lead everybody
	later   []*storage.Record
	missing []string
	extra   desk.Lines // of the areas
	greeted time.Time  // when the card was first shown: the hour of its greeting
	served  bool       // some item has the buttons
	buttons chat.Buttons
}

func (g *digest) split(entries []entry) {
	for _, e := range entries {
		switch e.told.Capacity {
		case isms.AsOwner, isms.AsDeputy, isms.AsVerifier:
			g.own = append(g.own, e)
		default:
			g.team = append(g.team, e)
		}
	}
	g.own = append(g.own, rowEntries(g.extra.Own)...)
	slices.SortStableFunc(g.own, func(a, b entry) int { return byDate(g.date(a), g.date(b)) })
	slices.SortStableFunc(g.team, func(a, b entry) int { return a.told.Due.Sub(b.told.Due) })
}

// date is the day that an own line is about.
func (g *digest) date(e entry) isms.Date {
	if e.row != nil {
		return e.row.By
	}
	if e.told.Capacity == isms.AsVerifier {
		return e.item.VerifyDue
	}
	return e.told.Due
}

// countLate counts what is late where the reader leads, so that a digest of
// what is new to them never reads as if it were all.
func (g *digest) countLate(b *Bot, tx *storage.Tx) error {
	if len(g.team) == 0 {
		return nil
	}
	g.leadAll, _, _ = isms.OverdueScope(g.Person, g.People)
	late, err := (&call{Call: desk.Call{Reader: g.Reader, Office: b.office, Tx: tx}, b: b}).late(filter{})
	open := 0
	for _, e := range g.team {
		if e.open {
			open++
		}
	}
	g.lateAll = max(len(late), open)
	return err
}

func (g *digest) lookUp(tx *storage.Tx) error {
	for _, q := range g.waiting {
		it, err := tx.Item(q.Item)
		if err != nil {
			return err
		}
		g.asked = append(g.asked, it)
	}
	return nil
}

func (g *digest) card(greet bool, back string) *chat.Card {
	card := &chat.Card{Summary: g.summary()}
	if greet {
		card.Blocks = append(card.Blocks, chat.Text{Text: g.firstContact()})
	}
	if back != "" {
		card.Blocks = append(card.Blocks, chat.Text{Text: back})
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Title, Text: g.opening()})
	card.Blocks = append(card.Blocks, g.waitingBlocks()...)
	leading := len(g.team)+len(g.waiting) > 0
	if leading {
		card.Blocks = append(card.Blocks, g.teamBlocks()...)
	}
	card.Blocks = append(card.Blocks, g.teamRows()...)
	card.Blocks = append(card.Blocks, g.ownBlocks(leading)...)
	if len(g.buttons.Shown) > 0 {
		card.Blocks = append(card.Blocks, g.buttons)
	}
	card.Blocks = append(card.Blocks, g.footer()...)
	return card
}
