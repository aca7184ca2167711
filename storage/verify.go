package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// Broken says where the journal is not as it was written.
type Broken struct {
	Seq int64  // the first bad event
	Why string // in a sentence
}

// Error names the event and what is wrong with it.
func (b *Broken) Error() string { return fmt.Sprintf("event %d: %s", b.Seq, b.Why) }

// Verify reads the whole journal and checks every hash, the order, the end and
// every anchor. It returns the number of events and, where something is wrong,
// a *Broken for the first bad one.
func (db *DB) Verify(ctx context.Context) (events int64, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		last, err := tx.verifyChain(ctx)
		events = last.Seq
		if err != nil {
			return err
		}
		return tx.verifyEnd(last)
	})
	return events, err
}

// verifyChain walks the events in order. Columns are read as they are, so that
// a NULL or a number put in from outside is a finding and not a failure.
func (tx *Tx) verifyChain(ctx context.Context) (last Head, err error) {
	err = tx.each("SELECT seq, at, kind, data, prev, hash FROM journal ORDER BY seq", nil, func(r *rows) error {
		var seq int64
		var at sql.NullInt64
		var kind, data, prev, hash sql.NullString
		if err := r.Scan(&seq, &at, &kind, &data, &prev, &hash); err != nil {
			return &Broken{last.Seq + 1, "it cannot be read"}
		}
		switch {
		case seq != last.Seq+1:
			return &Broken{last.Seq + 1, fmt.Sprintf("it is missing; the next one is %d", seq)}
		case prev.String != last.Hash:
			return &Broken{seq, "it does not follow the event before it"}
		case !hash.Valid || hash.String != hashEvent(seq, at.Int64, kind.String, data.String, prev.String):
			return &Broken{seq, "its content was changed after it was written"}
		}
		last = Head{seq, hash.String}
		return ctx.Err()
	})
	return last, err
}

// verifyEnd compares the end with what the last commit noted and with every
// head that went out.
func (tx *Tx) verifyEnd(last Head) error {
	var head Head
	found, err := tx.row("SELECT seq, hash FROM journal_head", nil, &head.Seq, &head.Hash)
	if err != nil {
		return err
	}
	switch {
	case !found && last.Seq > 0:
		return &Broken{last.Seq, "the note of the journal's end is missing"}
	case head.Seq > last.Seq:
		return &Broken{last.Seq + 1, fmt.Sprintf("it is missing; the journal once ended at event %d", head.Seq)}
	case head != last:
		return &Broken{last.Seq, "it is not the event that was written last"}
	}
	return tx.each("SELECT a.seq, a.hash, a.place, coalesce(j.hash, '') FROM anchors a LEFT JOIN journal j ON j.seq = a.seq ORDER BY a.seq", nil, func(r *rows) error {
		var seq int64
		var hash, place, now string
		if err := r.Scan(&seq, &hash, &place, &now); err != nil {
			return err
		}
		if hash != now {
			return &Broken{seq, "it differs from the head that was shown in " + place}
		}
		return nil
	})
}
