package awareness

import (
	"context"
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// words names those that hold, and when all copies were found to show them.
type words struct {
	version, edition int
	at               time.Time
}

// lookForCopies is how often one looks again for what was on its way when the
// words changed.
const lookForCopies = 30 * time.Second

// copies has those drawn again that show older words: of an older edition, which
// is corrected, of an older version, which says that there is a newer one, and of
// what was stopped, which says that nothing is left to do.
// They go behind everything else. What they show is read when they go, so that
// a second change does not wait for the first.
func (s *Schedule) copies(ctx context.Context, b *storage.Sendout, _ bool) error {
	now := s.o.Now()
	done, version := s.copied[b.ID], b.Version
	if b.State == isms.Stopped {
		version++ // as if there were a newer one: nobody's copy is to ask for anything
	}
	if version == 1 && b.Edition == 1 || done.version == version && done.edition == b.Edition && now.Sub(done.at) < lookForCopies && !now.Before(done.at) {
		return nil
	}
	var last storage.OldCopy
	for ctx.Err() == nil {
		var old []storage.OldCopy
		err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
			old, err = tx.OldCopies(b.ID, version, b.Edition, last, chunk)
			return err
		})
		if err != nil {
			return err
		}
		if len(old) == 0 {
			s.copied[b.ID] = words{version, b.Edition, now}
			return nil
		}
		err = s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.RenewCopies(b.ID, version, b.Edition, old, now) })
		if err != nil {
			return err
		}
		last = old[len(old)-1]
		s.o.Wake()
	}
	return nil
}
