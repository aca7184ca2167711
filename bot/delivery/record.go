package delivery

import (
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// sentEvent is what the journal keeps of a message: who was shown what, when
// and where, without a word of it.
type sentEvent struct {
	Delivery int64         `json:"delivery"`
	Class    string        `json:"class"`
	Person   isms.PersonID `json:"person,omitempty"`
	Platform string        `json:"platform"`
	Ref      string        `json:"ref"`
	Sha256   string        `json:"sha256"`
	Queued   time.Time     `json:"queued"`
	Attempts int           `json:"attempts"`
	Found    bool          `json:"found,omitempty"` // by asking the platform
	Items    []Line        `json:"items,omitempty"`
}

// Line is what the journal keeps of one line of a message.
type Line struct {
	Item  string  `json:"item"`
	Stage string  `json:"stage,omitempty"`
	As    isms.As `json:"as,omitempty"`
}

// arrived records that the platform has the message.
func (p *parcel) arrived(ref chat.MessageRef, found bool) error {
	p.Count(p.platform, "sent")
	now := p.Now()
	return p.DB.Tx(p.keep, func(tx *storage.Tx) error {
		if err := tx.MarkSent(p.Delivery, ref, p.Sha256, now); err != nil {
			return err
		}
		e := sentEvent{Delivery: p.ID, Class: p.Class, Person: p.Person, Platform: p.platform, Ref: string(ref), Sha256: p.Sha256,
			Queued: p.Created, Attempts: p.Attempts + 1, Found: found}
		about, err := p.shown(tx, &e)
		if err != nil {
			return err
		}
		if err := p.catchUp(tx, about, found); err != nil {
			return err
		}
		return tx.Journal(now, "message.sent", e, about...)
	})
}

// catchUp has the message drawn again if something in it changed while it was
// on its way: nobody could ask for that, as it had no reference yet.
func (p *parcel) catchUp(tx *storage.Tx, about []isms.ItemID, found bool) error {
	stale := found
	if !stale {
		var err error
		if stale, err = tx.ChangedAfter(p.head, about); err != nil {
			return err
		}
	}
	if !stale || len(about) == 0 {
		return nil
	}
	p.Wake()
	return tx.EnqueueUpdate(p.ID, p.Now())
}

// shown completes the event with the message's items, and notes what follows
// for them and for their reader.
func (p *parcel) shown(tx *storage.Tx, e *sentEvent) ([]isms.ItemID, error) {
	what, err := p.Shows(tx, p.Delivery)
	if err != nil {
		return nil, err
	}
	about := what.Items
	for _, id := range about {
		e.Items = append(e.Items, Line{Item: id.String()})
	}
	if p.Class != storage.ClassDigest {
		return about, nil
	}
	told, err := tx.ToldIn(p.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range told {
		about = append(about, t.Item)
		e.Items = append(e.Items, Line{t.Item.String(), t.Stage, t.Capacity})
		if err := p.firstReminded(tx, t, what.Day); err != nil {
			return nil, err
		}
	}
	return about, p.DigestArrived(tx, p.Delivery)
}

// toAct tells whether a line is for its reader to do, not only to know. The
// ISMS manager acts where nobody else can be told, and then hears the item's
// own stages.
func toAct(t storage.Told) bool {
	switch t.Capacity {
	case isms.AsOwner, isms.AsDeputy, isms.AsVerifier:
		return true
	case isms.AsISMSManager:
		return t.Stage != isms.StageHandedOver && !strings.HasPrefix(t.Stage, string(isms.AsISMSManager)+"-")
	}
	return false
}

// firstReminded notes that whoever has to act knows: grace counts from here.
// Those above may have waited for it.
func (p *parcel) firstReminded(tx *storage.Tx, t storage.Told, day isms.Date) error {
	if !toAct(t) {
		return nil
	}
	news, err := tx.SetFirstReminded(t.Item, t.Due, day)
	if err != nil || !news || !t.Due.Before(day) {
		return err
	}
	people, err := p.People(tx)
	if err != nil {
		return err
	}
	it, err := tx.Item(t.Item)
	if err != nil || it == nil {
		return err
	}
	return tx.LookNow(watchers(people, it.Owner)...)
}

// watchers are those to whom a person's items go on: the lines above and the
// ISMS managers.
func watchers(people *isms.People, owner isms.PersonID) []isms.PersonID {
	out := people.Above(owner)
	for _, m := range people.With(isms.ISMSManager) {
		out = append(out, m.ID)
	}
	return out
}
