// Package bot decides: it answers commands, plans reminders and draws what is
// sent. It knows what we manage (isms), how we speak (chat, voice) and what we
// remember (storage), and no platform by name.
package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ismsbot/bot/awareness"
	"ismsbot/bot/chat"
	"ismsbot/bot/delivery"
	"ismsbot/bot/desk"
	"ismsbot/bot/events"
	"ismsbot/bot/isms"
	"ismsbot/bot/phishing"
	"ismsbot/bot/profile"
	"ismsbot/bot/programme"
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
	// SecondApproverAbove is the size of an audience beyond which a second person
	// agrees to a broadcast; 0 for none.
	SecondApproverAbove int
	Channels            Channels
	// Media is the address before the name of a poster that is kept here, as its
	// readers' platforms fetch it; empty where they could not.
	Media string
	// PersonMetrics says that figures by person may be kept, and shown to the
	// ISMS manager.
	PersonMetrics bool
	// Laws are those under which a breach has to be told; none is the GDPR.
	Laws []isms.LegalClock
}

// Organisation is what everybody shares.
type Organisation = desk.Organisation

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
	office   *desk.Office
	areas    []desk.Area
	events   *events.Events
	commands []*command
	wake     chan struct{}
	// broadcasts is for whoever calls Spread.
	broadcasts *awareness.Schedule
	greeted    sync.Map // isms.PersonID → bool, told since the crowd was read
	out        *delivery.Post
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
	if len(c.Laws) == 0 {
		c.Laws = []isms.LegalClock{isms.GDPR}
	}
	b := &Bot{Config: c, events: events.New(c.Laws, c.Organisation.Calendar.Zone), wake: make(chan struct{}, 1)}
	b.areas = areas(b.events)
	b.commands = table(b.areas)
	b.office = &desk.Office{
		Organisation: c.Organisation, ISMSManagers: c.ISMSManagers, Messengers: c.Messengers, Random: rand.Reader,
		PersonMetrics: c.PersonMetrics, SecondApproverAbove: c.SecondApproverAbove, Media: c.Media,
		Now:  func() time.Time { return b.Now() }, // whoever holds the bot may set its clock
		Wake: b.nudgeOutbox, Draw: b.draw, Create: b.create, Changed: b.changed,
	}
	b.broadcasts = awareness.NewSchedule(c.DB, b.office)
	b.out = delivery.New(b.delivering())
	return b, nil
}

// areas are the parts of the bot that are packages of their own.
func areas(e *events.Events) []desk.Area {
	return []desk.Area{awareness.Area(), profile.Area(), phishing.Area(), programme.Area(), e.Area()}
}

// Clock tells what the legal clocks have come to, and anonymous reports once
// their hour is over. Running it often costs a few reads.
func (b *Bot) Clock(ctx context.Context) error { return b.events.Clock(ctx, b.DB, b.office) }

// Wake is signalled when something new waits in the outbox.
func (b *Bot) Wake() <-chan struct{} { return b.wake }

func (b *Bot) nudgeOutbox() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
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
