package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ismsbot/bot/chat"
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
}

// The views.
const (
	viewCard     = "card"     // Card, as it is
	viewDigest   = "digest"   // the lines of one person's day
	viewRequest  = "request"  // an extension to decide: Request
	viewNudge    = "nudge"    // By asks how Item is going
	viewHandOver = "handover" // By has handed Item over
	viewLeaver   = "leaver"   // By has left; their items are offered
)

// reader is for whom something is drawn, and when.
type reader struct {
	*isms.Person // nil for a channel
	cadence      isms.Cadence
	people       *isms.People
	say          *voice.Speaker
	cal          *isms.Calendar
	now          time.Time
	today        isms.Date
}

func (b *Bot) reader(p *isms.Person, people *isms.People) reader {
	now := b.Now()
	cal := b.calendar(p)
	return reader{Person: p, cadence: b.Cadence, people: people, say: voice.For(b.language(p)), cal: cal, now: now, today: cal.Today(now)}
}

// platformName is what people call a platform.
func (r reader) platformName(platform string) string {
	if key := "platform." + platform; voice.Has(key) {
		return r.say.Say(key)
	}
	return platform
}

func (r reader) platformNames(platforms []string) string {
	names := make([]string, len(platforms))
	for i, p := range platforms {
		names[i] = r.platformName(p)
	}
	return strings.Join(names, ", ")
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
	people, err := b.crowdIn(tx)
	if err != nil {
		return nil, err
	}
	p := people.Get(d.Person)
	r := b.reader(p, people)
	if c.View == viewCard {
		if p != nil && p.Neutral && c.Card != nil {
			c.Card.Summary = r.say.Say("card.neutral")
		}
		return c.Card, nil
	}
	if p == nil || p.Left && first {
		return nil, nil
	}
	card, err := b.view(tx, r, d, c, first)
	if card != nil && err == nil {
		card.Language = r.say.Language()
		if p.Neutral {
			card.Summary = r.say.Say("card.neutral")
		}
	}
	return card, err
}

func (b *Bot) view(tx *storage.Tx, r reader, d *storage.Delivery, c content, first bool) (*chat.Card, error) {
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

// post is a message to be put into the outbox.
type post struct {
	key   string
	class string
	to    *isms.Person
	what  content
	items []isms.ItemID
	// on is the platform to send it on, where the person can be reached there;
	// empty for where they are reached.
	on string
	// at is the earliest instant; zero for now, or inside hours for a request.
	at time.Time
}

// enqueue puts a message to a person into the outbox, in the transaction of
// the change it tells of, and returns its delivery's id: 0 where the person
// has no account that takes messages, or the message is there already.
func (b *Bot) enqueue(tx *storage.Tx, p post) (int64, error) {
	to, err := b.addressOn(tx, p.to.ID, p.on)
	if err != nil || to.To == "" {
		return 0, err
	}
	body, err := json.Marshal(p.what)
	if err != nil {
		return 0, fmt.Errorf("enqueue %s: %w", p.key, err)
	}
	at, err := b.earliest(tx, p)
	if err != nil {
		return 0, err
	}
	d := storage.Delivery{Key: p.key, Class: p.class, Person: p.to.ID, To: to, Content: string(body), NotBefore: at, Created: b.Now()}
	fresh, err := tx.Enqueue(&d)
	if err != nil || !fresh {
		return 0, err
	}
	b.nudgeOutbox()
	return d.ID, tx.AboutItems(d.ID, p.items...)
}

// enqueueTo puts a card for a channel into the outbox.
func (b *Bot) enqueueTo(tx *storage.Tx, key string, to chat.Address, card chat.Card) error {
	body, err := json.Marshal(content{View: viewCard, Card: &card})
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", key, err)
	}
	now := b.Now()
	_, err = tx.Enqueue(&storage.Delivery{Key: key, Class: classNotice, To: to, Content: string(body), NotBefore: now, Created: now})
	b.nudgeOutbox()
	return err
}

// maxPings is how many requests may reach one person a day; what is beyond
// waits for the next morning.
const maxPings = 2

// earliest keeps requests inside the reader's hours and within two a day.
func (b *Bot) earliest(tx *storage.Tx, p post) (time.Time, error) {
	now := b.Now()
	if !p.at.IsZero() {
		return p.at, nil
	}
	if p.class != classRequest {
		return now, nil
	}
	cal := b.calendar(p.to)
	at := cal.NextOpen(now)
	today := cal.Today(at)
	n, err := tx.RequestsToday(p.to.ID, today.In(cal.Zone))
	if err != nil || n < maxPings {
		return at, err
	}
	return cal.Opening(cal.OnOrAfter(today.Add(1))), nil
}

// The classes of message (when each may go out).
const (
	classDigest  = storage.ClassDigest
	classRequest = storage.ClassRequest
	classAnswer  = storage.ClassAnswer
	classNotice  = storage.ClassNotice
)

// addressOf chooses where a person is reached: the platform they set, else the
// one they last answered on, among the accounts that take messages.
func (b *Bot) addressOf(tx *storage.Tx, id isms.PersonID) (chat.Address, error) {
	return b.addressOn(tx, id, "")
}

// addressOn is addressOf for somebody who had set that platform, if one is given.
func (b *Bot) addressOn(tx *storage.Tx, id isms.PersonID, platform string) (chat.Address, error) {
	accounts, err := tx.Accounts(id)
	if err != nil {
		return chat.Address{}, err
	}
	profile, err := tx.Profile(id)
	if err != nil || profile == nil {
		return chat.Address{}, err
	}
	if platform == "" {
		platform = profile.Platform
	}
	var best chat.Address
	for _, a := range accounts {
		if a.Trouble != "" || b.Messengers[a.Platform] == nil {
			continue
		}
		if best.To == "" || a.Platform == platform {
			best = chat.Address{Platform: a.Platform, To: a.ID}
		}
	}
	return best, nil
}

// readdress sends what waits for a person to where they are reached now.
func (b *Bot) readdress(tx *storage.Tx, id isms.PersonID) error {
	to, err := b.addressOf(tx, id)
	if err != nil || to.To == "" {
		return err
	}
	b.nudgeOutbox()
	return tx.ReaddressQueued(id, to, b.Now())
}
