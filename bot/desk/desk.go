// Package desk is where one invocation is answered: who asks, in whose language
// and day, in which transaction. It is what the bot and its areas, which are
// packages of their own, have in common.
package desk

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// Organisation is what everybody shares.
type Organisation struct {
	Name     string
	Language string
	// Calendar has the zone, hours, working days and holidays that hold where
	// a person has none of their own.
	Calendar isms.Calendar
}

// Office is what all invocations share. It is safe for concurrent use; its
// fields are set once, and all but numbers are needed.
type Office struct {
	Organisation Organisation
	// ISMSManagers are e-mails that have the role beside those whom the people
	// file gives it, in lower case.
	ISMSManagers []string
	// SecondApproverAbove is the size of an audience beyond which a second person
	// agrees to a broadcast; 0 for none.
	SecondApproverAbove int
	// Messengers are the platforms, by the name that addresses carry.
	Messengers map[string]chat.Messenger
	// PersonMetrics says that figures by person may be kept, and shown to the
	// ISMS manager.
	PersonMetrics bool
	// Media is the address before the name of a poster that is kept here; empty
	// where nobody could fetch one.
	Media  string
	Now    func() time.Time
	Random io.Reader // what codes and other secrets are made of
	// Wake is called when the outbox has something that may go at once.
	Wake func()
	// Changed does what follows from a change of an item: whom it concerns is
	// looked at again, messages that show it are drawn anew.
	Changed func(tx *storage.Tx, before, after *storage.Record, now time.Time) error
	// Draw renders a message for its reader. first is set when it has not been
	// shown yet; no card means that there is nothing left to say.
	Draw func(tx *storage.Tx, d *storage.Delivery, first bool) (*chat.Card, error)
	// Create adds an item to the register and tells its owner.
	Create func(c *Call, it *storage.Record) error

	zones   sync.Map // zone name → *time.Location
	crowd   atomic.Pointer[Crowd]
	reading sync.Mutex // everybody
}

// Calendar is the organisation's in the person's zone and hours; for nil, the
// organisation's.
func (o *Office) Calendar(p *isms.Person) *isms.Calendar {
	cal := o.Organisation.Calendar
	if p == nil {
		return &cal
	}
	if p.Zone != "" {
		if loc := o.Zone(p.Zone); loc != nil {
			cal.Zone = loc
		}
	}
	if p.Hours != "" {
		if from, to, err := isms.ParseHours(p.Hours); err == nil {
			cal.From, cal.To = from, to
		}
	}
	return &cal
}

// Zone loads a zone once; nil for a name that nobody knows, which is not kept:
// people type such names.
func (o *Office) Zone(name string) *time.Location {
	if loc, ok := o.zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	o.zones.Store(name, loc)
	return loc
}

// Language is the person's, or the organisation's.
func (o *Office) Language(p *isms.Person) string {
	if p != nil && p.Language != "" {
		return p.Language
	}
	return o.Organisation.Language
}

// Reader is the person among the people, now; nil for a channel.
func (o *Office) Reader(p *isms.Person, people *isms.People) Reader {
	now := o.Now()
	cal := o.Calendar(p)
	return Reader{Person: p, Speaker: voice.For(o.Language(p)), People: people, Calendar: cal, Now: now, Today: cal.Today(now), Media: o.Media}
}
