package awareness

import (
	"context"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// How often the sender's card is drawn again, at most: while it goes out, and
// when only answers come in.
const (
	refreshSending = 5 * time.Second
	refreshOpen    = 30 * time.Second
)

// watch brings the sender's card up to date where a figure on it has changed.
func (s *Schedule) watch(ctx context.Context, b *storage.Sendout, _ bool) error {
	now := s.o.Now()
	every := refreshOpen
	if b.Spread < b.Count || now.Sub(b.SentAt) < time.Hour {
		every = refreshSending
	}
	if since := now.Sub(s.looked[b.ID]); b.Watch == 0 || since >= 0 && since < every {
		return nil
	}
	s.looked[b.ID] = now
	figures := ""
	err := s.db.View(ctx, func(tx *storage.Tx) error {
		f, err := s.count(tx, b)
		if err != nil {
			return err
		}
		figures, err = f.text()
		return err
	})
	if err != nil || figures == b.Watched {
		return err
	}
	s.o.Wake()
	return s.db.Tx(ctx, func(tx *storage.Tx) error {
		if err := tx.SetWatched(b.ID, figures, now); err != nil {
			return err
		}
		return tx.EnqueueUpdate(b.Watch, now)
	})
}

func (s *Schedule) count(tx *storage.Tx, b *storage.Sendout) (figures, error) {
	people, err := s.o.People(tx)
	if err != nil {
		return figures{}, err
	}
	return count(tx, s.o, b, s.o.Reader(people.Get(b.Sender), people))
}

// finish ends a broadcast some time after its day, or after its day once
// everybody has read it.
func (s *Schedule) finish(ctx context.Context, b *storage.Sendout, _ bool) error {
	cal := s.o.Calendar(nil)
	today := cal.Today(s.o.Now())
	if b.State != isms.Sending || b.Spread < b.Count || b.AckBy.IsZero() && !today.After(b.Closes(cal.Today(b.SentAt))) || !today.After(b.AckBy) {
		return nil
	}
	if !today.After(b.Closes(cal.Today(b.SentAt))) {
		waits := false
		err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
			waits, err = tx.AnyUnread(b.ID, b.Version)
			return err
		})
		if err != nil || waits {
			return err
		}
	}
	return s.end(ctx, b)
}

// end keeps the last figures and draws the sender's card once more.
func (s *Schedule) end(ctx context.Context, b *storage.Sendout) error {
	var f figures
	var text string
	err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
		if f, err = s.count(tx, b); err == nil {
			text, err = f.text()
		}
		return err
	})
	if err != nil {
		return err
	}
	now := s.o.Now()
	s.o.Wake()
	return s.db.Tx(ctx, func(tx *storage.Tx) error {
		ended, err := tx.EndBroadcast(b.ID, now)
		if err != nil || !ended {
			return err
		}
		if err := tx.SetWatched(b.ID, text, now); err != nil {
			return err
		}
		if b.Watch != 0 {
			if err := tx.EnqueueUpdate(b.Watch, now); err != nil {
				return err
			}
		}
		return tx.Journal(now, "broadcast.finished", map[string]any{"broadcast": b.ID, "version": b.Version, "of": f.Of, "sent": f.Sent, "read": f.Read, "read_in_time": f.ReadInDay})
	})
}
