package delivery

import (
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// haltFor is how long a platform is left alone that refuses everything.
const haltFor = time.Minute

// maxAttempts is after how many failures a message is given up: with Backoff
// about four hours, so that no outage of an hour buries what was to be sent.
const maxAttempts = 50

// While a platform does not take a message, and that is certain, nothing is
// wrong with the message: for patientFor after it was queued such tries count
// only until Backoff waits longest.
const (
	patientFor   = 24 * time.Hour
	patientTries = 9
)

// fail records that the message did not go out. unsure is set while it may
// have arrived all the same.
func (p *parcel) fail(e *chat.SendError, unsure bool) error {
	p.Count(p.platform, e.Outcome.String())
	now := p.Now()
	reason := clipReason(e.Error())
	return p.DB.Tx(p.keep, func(tx *storage.Tx) error {
		switch e.Outcome {
		case chat.Halted:
			p.halted.Store(true)
			return p.halt(tx, now.Add(haltFor), reason, unsure)
		case chat.Unreachable:
			if p.Dispatch != 0 {
				return p.gone(tx, e.Code, now)
			}
			return p.unreachable(tx, e.Code, now)
		case chat.Rejected:
			return p.giveUp(tx, reason, now)
		}
		if unsure && p.Dispatch != 0 && (!p.findable() || p.Attempts+1 >= maxAttempts) {
			return p.hold(tx, reason, now)
		}
		at := now.Add(chat.Backoff(p.Attempts+1, e.RetryAfter))
		switch {
		case e.Outcome == chat.Retry && (e.RetryAfter > 0 || p.patient(now)):
			return p.putBack(tx, at, reason, unsure)
		case p.Attempts+1 >= maxAttempts:
			return p.giveUp(tx, reason, now)
		}
		return tx.MarkRetry(p.Delivery, at, reason, unsure)
	})
}

// patient tells whether one more try that certainly did not arrive is not to
// count: an outage of hours is no fault of the message.
func (p *parcel) patient(now time.Time) bool {
	return p.Attempts+1 >= patientTries && now.Sub(p.Created) < patientFor
}

// halt leaves the platform alone until an operator may have acted.
func (p *parcel) halt(tx *storage.Tx, until time.Time, reason string, unsure bool) error {
	p.Log.Error("the platform refuses everything", "platform", p.platform, "reason", reason)
	if err := tx.SetMeta(haltKey(p.platform), strconv.FormatInt(until.UnixMilli(), 10)); err != nil {
		return err
	}
	return p.putBack(tx, until, reason, unsure)
}

func (p *parcel) putBack(tx *storage.Tx, at time.Time, reason string, unsure bool) error {
	if !unsure {
		p.SendingAt = time.Time{}
	}
	return tx.PutBack(p.Delivery, at, reason)
}

// unreachable sends the message to the person's other account. Without one the
// message is given up, and what it said reaches those who stand in.
func (p *parcel) unreachable(tx *storage.Tx, code string, now time.Time) error {
	if p.Person == 0 {
		return p.giveUp(tx, code, now)
	}
	account := chat.Account{Platform: p.platform, ID: p.To.To}
	news, err := tx.SetAccount(account, "", "", code)
	if err != nil {
		return err
	}
	other, err := p.Address(tx, p.Person)
	if err != nil {
		return err
	}
	elsewhere := other.To != "" && other != p.To
	if elsewhere {
		p.Wake()
		err = tx.Readdress(p.Delivery, other, now, code)
	} else {
		err = p.giveUp(tx, code, now)
	}
	switch {
	case err != nil:
		return err
	case news:
		return p.Unreachable(tx, account, p.Person, code)
	case elsewhere:
		return nil
	}
	return p.standIn(tx, p.Person)
}

// Unreachable does what follows when an account takes no messages any more, for
// the reason that its platform gave. What waits for it goes to the person's
// other account; without one, those who stand in are looked at.
func (p *Post) Unreachable(tx *storage.Tx, a chat.Account, person isms.PersonID, code string) error {
	elsewhere, err := p.noteUnreachable(tx, a, person, code)
	if elsewhere || err != nil {
		return err
	}
	return p.standIn(tx, person)
}

// noteUnreachable tells whether the person is reached elsewhere, where what
// waits for them goes now.
func (p *Post) noteUnreachable(tx *storage.Tx, a chat.Account, person isms.PersonID, code string) (elsewhere bool, err error) {
	err = tx.Journal(p.Now(), "person.unreachable", map[string]any{"person": person, "platform": a.Platform, "code": code})
	if err != nil {
		return false, err
	}
	other, err := p.Address(tx, person)
	if err != nil || other.To == "" {
		return false, err
	}
	p.Wake()
	return true, tx.ReaddressQueued(person, other, p.Now())
}

// standIn has those looked at who hear of an unreachable person's items.
func (p *Post) standIn(tx *storage.Tx, person isms.PersonID) error {
	people, err := p.People(tx)
	if err != nil {
		return err
	}
	ids := watchers(people, person)
	if x := people.Get(person); x != nil && x.Deputy != 0 {
		ids = append(ids, x.Deputy)
	}
	open, err := tx.OpenOf(person)
	if err != nil {
		return err
	}
	for _, it := range open {
		if it.Deputy != 0 {
			ids = append(ids, it.Deputy)
		}
	}
	return tx.LookNow(ids...)
}

// giveUp keeps the message for an operator. The lines of a digest count as not
// told: they come again on the next working day.
func (p *parcel) giveUp(tx *storage.Tx, reason string, now time.Time) error {
	p.Count(p.platform, "dead")
	if p.Class == storage.ClassDigest {
		if err := tx.TakeBack(p.ID); err != nil {
			return err
		}
		people, err := p.People(tx)
		if err != nil {
			return err
		}
		if err := tx.SetLook(p.Person, p.Calendar(people.Get(p.Person)).Tomorrow(now)); err != nil {
			return err
		}
	}
	return tx.MarkDead(p.Delivery, reason)
}

// clipReason keeps as much as an operator reads, in whole letters: what a
// platform answers may be anything.
func clipReason(s string) string {
	const most = 300
	return strings.ToValidUTF8(s[:min(len(s), most)], "")
}
