package main

import (
	"context"
	"errors"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// remind plans what is due. People are matched first: somebody who has only
// not been looked up yet must not count as unreachable, or their items would
// go to others. For that it waits until every platform has been there once,
// for a while; while all are away nothing is lost by waiting: what fell due
// comes as one bundle.
func (s *service) remind(ctx context.Context) error {
	defer s.looked.Store(true)
	if !s.complete.Load() || !s.anyConnected() {
		return nil
	}
	if s.directoryConnected() {
		if err := s.match(ctx); err != nil {
			s.log.Error("match people", "error", err)
		}
		s.tried.Store(true)
	}
	return s.bot.Remind(ctx)
}

// triedWithin is how long readiness waits for the first matching of people: a
// large workspace takes minutes to list, and those who are known can be served.
const triedWithin = 15 * time.Second

// scheduled tells why the schedule is not ready. Whoever asks something before
// people were matched the first time would be a stranger.
func (s *service) scheduled(context.Context) error {
	switch {
	case !s.looked.Load():
		return errors.New("it has not looked at what is due yet")
	case !s.tried.Load() && s.directoryConnected() && time.Since(s.began) < triedWithin:
		return errors.New("people have not been matched with their accounts yet")
	}
	return nil
}

// directoryConnected tells whether a platform is there that knows its people.
func (s *service) directoryConnected() bool {
	for _, p := range s.platforms {
		if _, lists := p.messenger.(chat.Directory); lists && p.connected() {
			return true
		}
	}
	return false
}

// match asks the platforms for their people every few hours, and at once when
// somebody is new who has no account.
func (s *service) match(ctx context.Context) error {
	strangers, err := s.strangers(ctx)
	if err != nil || !s.matched.IsZero() && time.Since(s.matched) < syncEvery && (strangers == s.strangersLeft || strangers.Count == 0) {
		return err
	}
	if err := s.bot.SyncMembers(ctx); err != nil {
		return err
	}
	s.matched = time.Now()
	if s.strangersLeft, err = s.strangers(ctx); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.SetMeta(matchedKey, s.matched.Format(time.RFC3339)) })
}

// matchedKey is where the database keeps when people were last matched, on any
// platform: a large workspace takes minutes to list, for which a restart shall
// not wait. Its name is as old as the first databases.
const matchedKey = "slack_matched"

func (s *service) lastMatch(ctx context.Context) (at time.Time, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		text, err := tx.Meta(matchedKey)
		if err == nil && text != "" {
			at, err = time.Parse(time.RFC3339, text)
		}
		return err
	})
	return at, err
}

func (s *service) strangers(ctx context.Context) (out storage.Strangers, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		out, err = tx.Strangers()
		return err
	})
	return out, err
}
