package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// BroadcastsSent returns those that were let go from one instant on and before
// another, in that order; when they began to go out is theirs to say.
func (tx *Tx) BroadcastsSent(from, before time.Time) ([]*Sendout, error) {
	return tx.broadcasts("WHERE sent_at >= $1 AND sent_at < $2 AND sent_at > 0 ORDER BY sent_at, id", millis(from), millis(before))
}

// Reports is what came of the events that were reported in a span.
type Reports struct {
	All  int
	Open int // nobody has said yet what it is
	By   map[isms.EventState]int
	// Waits is how long those waited for a first word who gave their name and
	// have had one. Of an anonymous report no instant is known.
	Waits []time.Duration
}

// ReportsBetween looks at the events reported from one day on and before
// another. Who reported them is not read.
func (tx *Tx) ReportsBetween(from, before isms.Date) (Reports, error) {
	out := Reports{By: map[isms.EventState]int{}}
	err := tx.each(`SELECT outcome, at, coalesce((SELECT min(n.at) FROM event_notes n WHERE n.event = e.n AND n.at > 0
			AND n.kind IN ('question', 'incident', 'finding', 'nothing', 'closed')), 0)
		FROM events e WHERE day >= $1 AND day < $2 AND file_at = 0`, []any{from.String(), before.String()}, func(r *rows) error {
		var outcome isms.EventState
		var at, answered int64
		if err := r.Scan(&outcome, &at, &answered); err != nil {
			return err
		}
		out.All++
		if outcome == "" {
			out.Open++
		} else {
			out.By[outcome]++
		}
		if at > 0 && answered > 0 {
			out.Waits = append(out.Waits, instant(answered).Sub(instant(at)))
		}
		return nil
	})
	return out, wrap("count reported events", err)
}
