package bot

import (
	"context"
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// discover looks through the register as it stands in tx.
func (b *Bot) discover(tx *storage.Tx) ([]intake.Discovery, error) {
	people, err := b.office.People(tx)
	if err != nil {
		return nil, err
	}
	all, err := tx.AllItems()
	if err != nil {
		return nil, err
	}
	return intake.Discover(all, people, b.office.Calendar, b.Now()), nil
}

// discovered puts a discovery into words, with the next step.
func (r reader) discovered(d intake.Discovery) intake.Finding {
	ids := make([]string, len(d.Items))
	for i, id := range d.Items {
		ids[i] = id.String()
	}
	const shown = 4
	named := strings.Join(ids[:min(shown, len(ids))], ", ")
	if more := len(ids) - shown; more > 0 {
		named = r.Count("found.more", more, "ids", named)
	}
	pairs := []any{"ids", named, "id", ids[0], "people", d.People, "name", r.People.Name(d.Person), "day", r.Day(d.Day)}
	return intake.Finding{Text: r.Count("found."+d.Key, len(d.Items), pairs...), Next: r.Say("found."+d.Key+"_next", pairs...)}
}

// found is what the operator reads: in English, as everything in a terminal.
func (b *Bot) found(tx *storage.Tx) ([]intake.Finding, error) {
	all, err := b.discover(tx)
	if err != nil {
		return nil, err
	}
	people, err := b.office.People(tx)
	if err != nil {
		return nil, err
	}
	r := b.reader(nil, people)
	r.Speaker = voice.For("en")
	var out []intake.Finding
	for _, d := range all {
		out = append(out, r.discovered(d))
	}
	return out, nil
}

// TellFound sends what an import found and nobody could be told: the command
// that imports speaks to no platform, and after a first import nobody has an
// account. It may be called as often as one likes.
func (b *Bot) TellFound(ctx context.Context) error {
	var round string
	err := b.DB.View(ctx, func(tx *storage.Tx) (err error) {
		round, err = tx.Meta(foundMeta)
		return err
	})
	if err == nil && round != "" {
		err = b.DB.Tx(ctx, b.tellFoundLater)
	}
	if err != nil {
		return fmt.Errorf("tell what an import found: %w", err)
	}
	return nil
}

// foundMeta keeps the round of "What I found" that no ISMS manager was told yet.
const foundMeta = "found"

// tellFound begins a round: every ISMS manager reads once what an import shows.
func (b *Bot) tellFound(tx *storage.Tx) error {
	head, err := tx.Head()
	if err != nil {
		return err
	}
	if err := tx.SetMeta(foundMeta, fmt.Sprintf("found/%d", head.Seq)); err != nil {
		return err
	}
	return b.tellFoundLater(tx)
}

// tellFoundLater sends what waits to the ISMS managers who can be reached by
// now. The round ends with the first who is told.
func (b *Bot) tellFoundLater(tx *storage.Tx) error {
	round, err := tx.Meta(foundMeta)
	if err != nil || round == "" {
		return err
	}
	all, err := b.discover(tx)
	if err != nil {
		return err
	}
	people, err := b.office.People(tx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return tx.SetMeta(foundMeta, "")
	}
	told := false
	for _, p := range people.With(isms.ISMSManager) {
		card := b.reader(p, people).foundCard(all)
		id, err := b.office.Enqueue(tx, desk.Post{Key: fmt.Sprintf("%s/%d", round, p.ID), Class: desk.Request, To: p, What: desk.Card(card)})
		if err != nil {
			return err
		}
		told = told || id != 0
	}
	if !told {
		return nil
	}
	return tx.SetMeta(foundMeta, "")
}

// foundCard is "What I found" for one ISMS manager.
func (r reader) foundCard(all []intake.Discovery) *chat.Card {
	list := chat.List{More: max(0, len(all)-maxRows)}
	for _, d := range all[:min(len(all), maxRows)] {
		f := r.discovered(d)
		list.Rows = append(list.Rows, chat.Row{Title: f.Text, Note: f.Next})
	}
	return &chat.Card{
		Summary:  r.Count("found.summary", len(all)),
		Language: r.Speaker.Language(),
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: r.Say("found.title")},
			list,
			chat.Buttons{Shown: []chat.Button{r.Button("found.button_overdue", "overdue"), r.Button("found.button_due", "due 30d")}},
		},
	}
}
