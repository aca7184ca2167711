package bot

import (
	"encoding/json"
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// content is what an outbox row shows. A view is drawn from the state of the
// moment when it is sent and again whenever something in it changes; a card is
// sent as it stands.
type content struct {
	View    string        `json:"view"`
	Card    *chat.Card    `json:"card,omitempty"`
	Request int64         `json:"request,omitempty"`
	Item    string        `json:"item,omitempty"`
	Due     isms.Date     `json:"due,omitzero"`
	By      isms.PersonID `json:"by,omitempty"`
	Day     isms.Date     `json:"day,omitzero"` // a digest's
	Greet   bool          `json:"greet,omitempty"`
	// Missing are those whom a digest reports as unreachable.
	Missing []isms.PersonID `json:"missing,omitempty"`
	// Data is an area's own.
	Data json.RawMessage `json:"data,omitempty"`
}

// The views, beside desk.AsItIs and those of the areas.
const (
	viewDigest   = "digest"   // the lines of one person's day
	viewRequest  = "request"  // an extension to decide: Request
	viewNudge    = "nudge"    // By asks how Item is going
	viewHandOver = "handover" // By has handed Item over
	viewLeaver   = "leaver"   // By has left; their items are offered
)

// reader is for whom something is drawn, and when, with what only the bot shows.
type reader struct{ desk.Reader }

func (b *Bot) reader(p *isms.Person, people *isms.People) reader {
	return reader{b.office.Reader(p, people)}
}

// draw renders a delivery for its reader, as it leaves the bot.
func (b *Bot) draw(tx *storage.Tx, d *storage.Delivery, first bool) (*chat.Card, error) {
	card, err := b.drawn(tx, d, first)
	b.markForms(card)
	return card, err
}

// drawn is a delivery's card. first is set when it has not been shown yet: then
// a line that no longer holds is left out, and no card at all (nil) means that
// there is nothing left to say.
func (b *Bot) drawn(tx *storage.Tx, d *storage.Delivery, first bool) (*chat.Card, error) {
	var c content
	if err := json.Unmarshal([]byte(d.Content), &c); err != nil {
		return nil, fmt.Errorf("delivery %d: %w", d.ID, err)
	}
	if c.View == desk.AsItIs {
		return c.Card, b.neutral(tx, d.Person, c.Card)
	}
	people, err := b.office.People(tx)
	if err != nil {
		return nil, err
	}
	p := people.Get(d.Person)
	r := b.reader(p, people)
	if p == nil && d.Person != 0 || p != nil && p.Left && first {
		return nil, nil
	}
	card, err := b.view(tx, r, d, c, first)
	if card != nil && err == nil {
		card.Language = r.Speaker.Language()
		if p != nil && p.Neutral {
			card.Summary = r.Say("card.neutral")
		}
	}
	return card, err
}

// neutral takes from a card's notification what it names, where its reader asks
// for that. It reads that person alone: the card may go to everybody.
func (b *Bot) neutral(tx *storage.Tx, id isms.PersonID, c *chat.Card) error {
	if id == 0 || c == nil {
		return nil
	}
	p, err := tx.Profile(id)
	if err == nil && p != nil && p.Neutral {
		c.Summary = voice.For(b.office.Language(&p.Person)).Say("card.neutral")
	}
	return err
}

func (b *Bot) view(tx *storage.Tx, r reader, d *storage.Delivery, c content, first bool) (*chat.Card, error) {
	if area, view, ok := strings.Cut(c.View, "/"); ok {
		return b.areaView(tx, r, d, area, view, c.Data, first)
	}
	if r.Person == nil {
		return nil, nil
	}
	switch c.View {
	case viewDigest:
		return b.digestCard(tx, r, d, c, first)
	case viewRequest:
		q, err := tx.Request(c.Request)
		if err != nil || q == nil {
			return nil, err
		}
		return b.requestCard(tx, r, q, first)
	case viewNudge, viewHandOver:
		return b.askCard(tx, r, d, c, first)
	case viewLeaver:
		return b.leaverCard(tx, r, c, first)
	}
	return nil, fmt.Errorf("delivery %d: unknown view %q", d.ID, c.View)
}

func (b *Bot) areaView(tx *storage.Tx, r reader, d *storage.Delivery, area, view string, data json.RawMessage, first bool) (*chat.Card, error) {
	for _, a := range b.areas {
		if a.Name == area && a.Draw != nil {
			return a.Draw(tx, r.Reader, d, view, data, first)
		}
	}
	return nil, fmt.Errorf("delivery %d: no area draws %q", d.ID, area+"/"+view)
}
