package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"ismsbot/adapters/playground"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// work lets the bot do what is due, unless somebody is travelling.
func (d *demo) work(ctx context.Context) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	return d.step(ctx)
}

func (d *demo) step(ctx context.Context) error {
	if err := errors.Join(d.bot.Remind(ctx), d.bot.Clock(ctx), d.bot.Spread(ctx)); err != nil {
		return err
	}
	return d.bot.Deliver(ctx)
}

// travel moves the clock from one thing that is due to the next, and lets the
// bot do each, until the instant is reached.
func (d *demo) travel(ctx context.Context, to time.Time) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	untilMessage := to.UnixMilli() == d.first.UnixMilli()
	before := d.sent.digests()
	for ctx.Err() == nil {
		now := d.clock.Now()
		next, err := d.bot.NextWake(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(to) {
			next = to
		}
		if next.After(now) {
			d.clock.Set(next)
		} else {
			d.clock.Set(now.Add(time.Second)) // what is due and cannot be done yet
		}
		if err := errors.Join(d.step(ctx), d.bot.AnchorDaily(ctx)); err != nil {
			return err
		}
		if !d.clock.Now().Before(to) || untilMessage && d.sent.digests() > before {
			return nil
		}
	}
	return ctx.Err()
}

// counter counts the messages that reach somebody.
type counter struct {
	*playground.Playground
	mu sync.Mutex
	n  int
}

// Send counts and sends.
func (c *counter) Send(ctx context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	if to.To != "" && to.To[0] != '#' {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
	}
	return c.Playground.Send(ctx, to, card)
}

func (c *counter) digests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func (d *demo) stops(ctx context.Context) ([]playground.Stop, error) {
	now := d.clock.Now()
	cal := d.bot.Organisation.Calendar
	d.first = now.Add(30 * 24 * time.Hour).Truncate(time.Millisecond)
	opening := func(day isms.Date) time.Time { return cal.Opening(day).Add(5 * time.Minute) }
	today := cal.Today(now)
	out := []playground.Stop{{Label: "Next reminder", At: d.first, Open: true}, {Label: "A day", At: opening(today.Add(1))}, {Label: "A week", At: opening(today.Add(7))}}
	err := d.db.View(ctx, func(tx *storage.Tx) error {
		audit, err := tx.NextAudit(today.Add(1), isms.Internal, isms.Surveillance, isms.Recertification)
		if err == nil && audit != nil {
			out = append(out, playground.Stop{Label: "Next audit", At: opening(audit.Due)})
		}
		return err
	})
	return out, err
}
