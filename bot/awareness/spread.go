package awareness

import (
	"context"
	"fmt"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// chunk is how many recipients one transaction writes: others wait for it.
const chunk = 100

// Schedule is what of broadcasts happens by itself. It is for one caller at a
// time.
type Schedule struct {
	db     *storage.DB
	o      *desk.Office
	looked map[int64]time.Time // when a broadcast's figures were counted last
	copied map[int64]words     // what all copies of it show
}

// NewSchedule is the schedule of an office on its database.
func NewSchedule(db *storage.DB, o *desk.Office) *Schedule {
	return &Schedule{db, o, map[int64]time.Time{}, map[int64]words{}}
}

// Spread does what is due for every broadcast that is out: rows for those whom
// it is for, joiners, corrected copies, the sender's card, the end. Running it
// again, or after a crash, does nothing twice.
func (s *Schedule) Spread(ctx context.Context) error {
	var live, stopped []*storage.Sendout
	err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
		if live, err = tx.LiveBroadcasts(); err == nil {
			stopped, err = tx.StoppedSince(s.o.Now().Add(-24 * time.Hour))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range stopped {
		if err := s.copies(ctx, b, false); err != nil {
			return fmt.Errorf("spread broadcast %d: %w", b.ID, err)
		}
	}
	for _, b := range live {
		for _, step := range []func(context.Context, *storage.Sendout, bool) error{s.rows, s.missed, s.again, s.copies, s.watch, s.finish} {
			if err := step(ctx, b, len(live) > 1); err != nil {
				return fmt.Errorf("spread broadcast %d: %w", b.ID, err)
			}
		}
	}
	return s.joiners(ctx, live)
}

// batch is rows to be written together.
type batch struct {
	letters []storage.Delivery
	rows    []storage.Recipient
}

// rows writes the rows of the frozen audience, from where it was left.
func (s *Schedule) rows(ctx context.Context, b *storage.Sendout, others bool) error {
	if b.State != isms.Sending || b.Spread >= b.Count {
		return nil
	}
	var people []isms.PersonID
	err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
		people, err = tx.Frozen(b.ID)
		return err
	})
	for err == nil && b.Spread < len(people) && ctx.Err() == nil {
		to := min(b.Spread+chunk, len(people))
		var x batch
		if x, err = s.batch(ctx, b, people[b.Spread:to], others); err != nil {
			return err
		}
		goesOn := false
		err = s.db.Tx(ctx, func(tx *storage.Tx) error {
			if goesOn, err = tx.SpreadTo(b, to); err != nil || !goesOn {
				return err
			}
			if err := x.write(tx); err != nil || to < len(people) {
				return err
			}
			return tx.Journal(s.o.Now(), "broadcast.queued", map[string]any{"broadcast": b.ID, "version": b.Version, "count": len(people)})
		})
		if err != nil || !goesOn {
			return err
		}
		b.Spread = to
		s.o.Wake()
	}
	return err
}

func (x *batch) write(tx *storage.Tx) error {
	if _, err := tx.EnqueueMany(x.letters); err != nil {
		return err
	}
	return tx.AddRecipients(x.rows)
}

// batch decides, beside the writer, when and where each is asked.
func (s *Schedule) batch(ctx context.Context, b *storage.Sendout, people []isms.PersonID, others bool) (x batch, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		all, err := s.o.People(tx)
		if err != nil {
			return err
		}
		to, err := s.o.Addresses(tx, people[0], people[len(people)-1])
		if err != nil {
			return err
		}
		for _, id := range people {
			p := all.Get(id)
			if p == nil || p.Left {
				continue // since the audience was frozen
			}
			if err := s.ask(tx, &x, b, p, to[id], others); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

// ask adds one person's row, and their message where they have an account.
func (s *Schedule) ask(tx *storage.Tx, x *batch, b *storage.Sendout, p *isms.Person, to chat.Address, others bool) error {
	now := s.o.Now()
	row := storage.Recipient{Broadcast: b.ID, Version: b.Version, Person: p.ID, Requested: now, Key: key(b, 1, p.ID)}
	var err error
	if row.Due, row.Away, err = s.due(tx, b, p, others); err != nil {
		return err
	}
	if to.To == "" {
		row.Reason = storage.NoAccount
	} else {
		x.letters = append(x.letters, s.letter(b, p, to, row.Key, row.Due))
	}
	x.rows = append(x.rows, row)
	return nil
}

// due is when the person is asked: not on a day on which another broadcast
// asks them already, unless it is urgent.
func (s *Schedule) due(tx *storage.Tx, b *storage.Sendout, p *isms.Person, others bool) (time.Time, isms.Date, error) {
	cal := s.o.Calendar(p)
	at, away := b.Due(p, cal, s.o.Now())
	if b.Urgent || !others {
		return at, away, nil
	}
	at, err := freeDay(tx, p, b, cal, at)
	return at, away, err
}

// mostPutOff is how many days a broadcast may be put off by others.
const mostPutOff = 10

// freeDay is the first instant from at on that is on a day on which no other
// broadcast asks the person.
func freeDay(tx *storage.Tx, p *isms.Person, b *storage.Sendout, cal *isms.Calendar, at time.Time) (time.Time, error) {
	for range mostPutOff {
		day := cal.Today(at)
		taken, err := tx.AskedOn(p.ID, b.ID, day.In(cal.Zone), day.Add(1).In(cal.Zone))
		if err != nil || !taken {
			return at, err
		}
		at = isms.DueFrom(p, cal, day.Add(1))
	}
	return at, nil
}

// letter is the message to one person.
func (s *Schedule) letter(b *storage.Sendout, p *isms.Person, to chat.Address, key string, due time.Time) storage.Delivery {
	body := fmt.Sprintf(`{"view":"awareness/%s","data":{"broadcast":%d,"version":%d}}`, viewPoster, b.ID, b.Version) // as desk.View is kept
	return storage.Delivery{Key: key, Class: storage.ClassBroadcast, Person: p.ID, To: to, Content: body, NotBefore: due, Created: s.o.Now()}
}
