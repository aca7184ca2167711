// Package bot decides: it answers commands, plans reminders and draws what is
// sent. It knows what we manage (isms), how we speak (chat, voice) and what we
// remember (storage), and no platform by name.
package bot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/delivery"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Config is all that the bot needs.
type Config struct {
	DB *storage.DB
	// Messengers are the platforms it speaks on, by the name that their
	// accounts and addresses carry.
	Messengers map[string]chat.Messenger
	Now        func() time.Time
	Log        *slog.Logger
	Metrics    Metrics // nil for none

	Organisation Organisation
	Cadence      isms.Cadence
	// ISMSManagers are e-mails that have the role beside those whom the people
	// file gives it, in lower case.
	ISMSManagers []string
	Channels     Channels
}

// Organisation is what everybody shares.
type Organisation struct {
	Name     string
	Language string
	// Calendar has the zone, hours, working days and holidays that hold where
	// a person has none of their own.
	Calendar isms.Calendar
}

// Channels are addresses that everybody in them reads; the zero value is none.
type Channels struct{ ISMS, Auditors, Comms chat.Address }

// Metrics is told what happens, in counts and names of commands, never whose.
type Metrics interface {
	Invocation(verb, outcome string, took time.Duration)
	Delivery(platform, outcome string)
	Reminder(lines int)
}

// Bot answers invocations and sends what is due. It is a chat.Handler and a
// chat.Roster, safe for concurrent use.
type Bot struct {
	Config
	commands []*command
	wake     chan struct{}
	zones    sync.Map // zone name → *time.Location
	people   atomic.Pointer[crowd]
	greeted  sync.Map  // isms.PersonID → bool, told since the crowd was read
	random   io.Reader // what codes are made of
	guesses  guesses
	out      *delivery.Post
}

// New checks the configuration, a sentence a fault.
func New(c Config) (*Bot, error) {
	switch {
	case c.DB == nil:
		return nil, errors.New("the bot needs a database")
	case c.Now == nil:
		return nil, errors.New("the bot needs a clock")
	case c.Organisation.Calendar.Zone == nil:
		return nil, errors.New("the organisation needs a time zone")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = noMetrics{}
	}
	b := &Bot{Config: c, commands: table(), wake: make(chan struct{}, 1), random: rand.Reader}
	b.out = delivery.New(b.delivering())
	return b, nil
}

// Wake is signalled when something new waits in the outbox.
func (b *Bot) Wake() <-chan struct{} { return b.wake }

func (b *Bot) nudgeOutbox() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// crowd is everybody, and whose each account is, at one version of the people
// tables.
type crowd struct {
	version string
	*isms.People
	owners map[chat.Account]isms.PersonID
}

// owner is whose account it is, nil for nobody's.
func (c *crowd) owner(a chat.Account) *isms.Person { return c.Get(c.owners[a]) }

// crowdIn returns everybody as tx sees them.
func (b *Bot) crowdIn(tx *storage.Tx) (*isms.People, error) {
	c, err := b.crowd(tx)
	if err != nil {
		return nil, err
	}
	return c.People, nil
}

// crowd reads the people tables, or nothing but their version while that
// stands.
func (b *Bot) crowd(tx *storage.Tx) (*crowd, error) {
	version, err := tx.PeopleVersion()
	if err != nil {
		return nil, err
	}
	if c := b.people.Load(); c != nil && c.version == version {
		return c, nil
	}
	all, err := tx.AllPeople()
	if err != nil {
		return nil, err
	}
	owners, err := tx.AccountOwners()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		for _, email := range b.ISMSManagers {
			if p.Email == email && !p.Is(isms.ISMSManager) {
				p.Roles = append(p.Roles, isms.ISMSManager)
			}
		}
	}
	c := &crowd{version, isms.NewPeople(all), owners}
	b.people.Store(c)
	return c, nil
}

// calendar is the organisation's in the person's zone and hours.
func (b *Bot) calendar(p *isms.Person) *isms.Calendar {
	cal := b.Organisation.Calendar
	if p == nil {
		return &cal
	}
	if p.Zone != "" {
		if loc := b.zone(p.Zone); loc != nil {
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

// zone loads a zone once; nil for a name that nobody knows, which is not kept:
// people type such names.
func (b *Bot) zone(name string) *time.Location {
	if loc, ok := b.zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	b.zones.Store(name, loc)
	return loc
}

// language is the person's, or the organisation's.
func (b *Bot) language(p *isms.Person) string {
	if p != nil && p.Language != "" {
		return p.Language
	}
	return b.Organisation.Language
}

// fault makes an error of ours fit for a log line and gives it the reference
// that the person is shown.
func (b *Bot) fault(doing string, err error) string {
	ref := fmt.Sprintf("%04X", uint16(b.Now().UnixNano()>>10))
	b.Log.Error(doing, "reference", ref, "error", err)
	return ref
}

type noMetrics struct{}

func (noMetrics) Invocation(string, string, time.Duration) {}
func (noMetrics) Delivery(string, string)                  {}
func (noMetrics) Reminder(int)                             {}
