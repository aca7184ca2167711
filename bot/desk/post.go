package desk

import (
	"encoding/json"
	"fmt"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// The classes of message (when each may go out).
const (
	Request = storage.ClassRequest // somebody waits: inside hours, two a day
	Answer  = storage.ClassAnswer  // at once
	Urgent  = storage.ClassUrgent  // at once, at any hour
	Notice  = storage.ClassNotice  // to a channel
	// Many goes to many, after everything else. The key says to which dispatch
	// it belongs, up to its last slash.
	Many = storage.ClassBroadcast
)

// Content is what a message shows; Card and View make one.
type Content struct {
	View string     `json:"view"`
	Card *chat.Card `json:"card,omitempty"`
	Data any        `json:"data,omitempty"`
	// Item is what the message is about, in whose history it then stands; empty
	// for nothing that has an id.
	Item string `json:"item,omitempty"`
}

// AsItIs is the view of a card that is sent as it stands.
const AsItIs = "card"

// Card is a card that is sent as it stands.
func Card(c *chat.Card) Content { return Content{View: AsItIs, Card: c} }

// View is drawn by the area whose name begins the view's ("awareness/poster"),
// when it is sent and again whenever it is to be brought up to date. data is
// kept as JSON; it says what the view is about, not what stands in it.
func View(name string, data any) Content { return Content{View: name, Data: data} }

// Post is a message to be put into the outbox.
type Post struct {
	Key   string // one that is there already is not put there again
	Class string
	To    *isms.Person
	// What is shown, kept as JSON: a Content, or what only the bot can draw.
	What  any
	Items []isms.ItemID // it is drawn again when one of them changes
	// On is the platform to send it on, where the person can be reached there;
	// empty for where they are reached.
	On string
	// At is the earliest instant; zero for now, or inside hours for a Request.
	At time.Time
}

// Enqueue puts a message to a person into the outbox, in the transaction of
// the change it tells of, and returns its delivery's id: 0 where the person
// has no account that takes messages, or the message is there already.
func (o *Office) Enqueue(tx *storage.Tx, p Post) (int64, error) {
	to, err := o.addressOn(tx, p.To.ID, p.On)
	if err != nil || to.To == "" {
		return 0, err
	}
	body, err := json.Marshal(p.What)
	if err != nil {
		return 0, fmt.Errorf("enqueue %s: %w", p.Key, err)
	}
	at, err := o.earliest(tx, p)
	if err != nil {
		return 0, err
	}
	d := storage.Delivery{Key: p.Key, Class: p.Class, Person: p.To.ID, To: to, Content: string(body), NotBefore: at, Created: o.Now()}
	fresh, err := tx.Enqueue(&d)
	if err != nil || !fresh {
		return 0, err
	}
	o.Wake()
	return d.ID, tx.AboutItems(d.ID, p.Items...)
}

// EnqueueTo puts a message to a channel into the outbox.
func (o *Office) EnqueueTo(tx *storage.Tx, key string, to chat.Address, what Content) error {
	body, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", key, err)
	}
	now := o.Now()
	_, err = tx.Enqueue(&storage.Delivery{Key: key, Class: Notice, To: to, Content: string(body), NotBefore: now, Created: now})
	o.Wake()
	return err
}

// maxPings is how many requests may reach one person a day; what is beyond
// waits for the next morning.
const maxPings = 2

// earliest keeps requests inside the reader's hours and within two a day.
func (o *Office) earliest(tx *storage.Tx, p Post) (time.Time, error) {
	now := o.Now()
	if !p.At.IsZero() {
		return p.At, nil
	}
	if p.Class != Request {
		return now, nil
	}
	cal := o.Calendar(p.To)
	at := cal.NextOpen(now)
	today := cal.Today(at)
	n, err := tx.RequestsToday(p.To.ID, today.In(cal.Zone))
	if err != nil || n < maxPings {
		return at, err
	}
	return cal.Opening(cal.OnOrAfter(today.Add(1))), nil
}

// Address chooses where a person is reached: the platform they set, else the
// one they last answered on, among the accounts that take messages; zero for
// nowhere.
func (o *Office) Address(tx *storage.Tx, id isms.PersonID) (chat.Address, error) {
	return o.addressOn(tx, id, "")
}

// addressOn is Address for somebody who had set that platform, if one is given.
func (o *Office) addressOn(tx *storage.Tx, id isms.PersonID, platform string) (chat.Address, error) {
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
		if a.Trouble != "" || o.Messengers[a.Platform] == nil {
			continue
		}
		if best.To == "" || a.Platform == platform {
			best = chat.Address{Platform: a.Platform, To: a.ID}
		}
	}
	return best, nil
}

// Addresses is Address for all with numbers from first to last at once; who
// cannot be reached is missing.
func (o *Office) Addresses(tx *storage.Tx, first, last isms.PersonID) (map[isms.PersonID]chat.Address, error) {
	out := map[isms.PersonID]chat.Address{}
	err := tx.ReachedBetween(first, last, func(x storage.Reached) {
		if _, have := out[x.Person]; o.Messengers[x.Platform] != nil && (!have || x.Platform == x.Wants) {
			out[x.Person] = chat.Address{Platform: x.Platform, To: x.ID}
		}
	})
	return out, err
}

// Readdress sends what waits for a person to where they are reached now.
func (o *Office) Readdress(tx *storage.Tx, id isms.PersonID) error {
	to, err := o.Address(tx, id)
	if err != nil || to.To == "" {
		return err
	}
	o.Wake()
	return tx.ReaddressQueued(id, to, o.Now())
}
