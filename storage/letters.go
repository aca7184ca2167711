package storage

import (
	"database/sql"
	"time"
)

// MarkDead gives the message up and keeps the reason for an operator.
func (tx *Tx) MarkDead(d *Delivery, reason string) error { return tx.endAs(d, Dead, reason) }

// Hold keeps a message of which nobody can tell whether it arrived; only
// Requeue sends it again.
func (tx *Tx) Hold(d *Delivery, reason string) error { return tx.endAs(d, Held, reason) }

// MarkGone ends a message of a dispatch whose reader cannot be reached, with
// the platform's word for why.
func (tx *Tx) MarkGone(d *Delivery, code string) error { return tx.endAs(d, Gone, code) }

func (tx *Tx) endAs(d *Delivery, state, reason string) error {
	_, err := tx.exec("UPDATE deliveries SET state = $3, claim = '', sending_at = 0, attempts = attempts + 1, error = $4 WHERE id = $1 AND claim = $2", d.ID, d.Claim, state, reason)
	return wrap("give up", err)
}

// DeadLetters returns the messages that were given up, newest first.
func (tx *Tx) DeadLetters(limit int) ([]*Delivery, error) {
	return tx.deliveries("WHERE state = 'dead' ORDER BY id DESC LIMIT $1 + 0", limit)
}

// HeldLetters returns the messages that may or may not have arrived, newest
// first, and how many there are.
func (tx *Tx) HeldLetters(limit int) (list []*Delivery, all int64, err error) {
	if list, err = tx.deliveries("WHERE state = 'held' ORDER BY id DESC LIMIT $1 + 0", limit); err != nil {
		return nil, 0, err
	}
	_, err = tx.row("SELECT count(*) FROM deliveries WHERE state = 'held'", nil, &all)
	return list, all, wrap("count what is held", err)
}

// Requeue sends one message again that was given up, is held or found nobody,
// or for id 0 all dead letters, and tells how many. A digest whose lines were
// taken back when it was given up has nothing to say any more: its reader is
// looked at instead.
func (tx *Tx) Requeue(id int64, now time.Time) (int64, error) {
	const emptied = "class = 'digest' AND state = 'dead' AND ($1 = 0 OR id = $1) AND NOT EXISTS (SELECT 1 FROM digests WHERE delivery = deliveries.id)"
	if _, err := tx.exec("UPDATE people SET look_at = 0 WHERE id IN (SELECT person FROM deliveries WHERE "+emptied+")", id); err != nil {
		return 0, wrap("requeue", err)
	}
	anew, err := tx.exec("UPDATE deliveries SET state = 'cancelled', error = 'planned anew' WHERE "+emptied, id)
	if err != nil {
		return 0, wrap("requeue", err)
	}
	which := "state = 'dead' AND $1 = 0"
	if id != 0 {
		which = "id = $1 AND state IN ('dead', 'held', 'unreachable')"
	}
	n, err := tx.requeue(which, id, millis(now))
	return anew + n, err
}

// RequeueHeld sends again everything that may or may not have arrived.
func (tx *Tx) RequeueHeld(now time.Time) (int64, error) {
	return tx.requeue("state = 'held' AND $1 = 0", 0, millis(now))
}

func (tx *Tx) requeue(which string, id, now int64) (int64, error) {
	n, err := tx.exec("UPDATE deliveries SET state = 'queued', attempts = 0, error = '', not_before = $2 WHERE "+which, id, now)
	return n, wrap("requeue", err)
}

// QueueAge is since when the oldest message that may go waits, zero for none.
// What is part of a dispatch waits its turn and does not count.
func (tx *Tx) QueueAge(now time.Time) (time.Duration, error) {
	var at sql.NullInt64
	if _, err := tx.row("SELECT min(not_before) FROM deliveries WHERE state = 'queued' AND dispatch = 0 AND not_before <= $1", []any{millis(now)}, &at); err != nil || !at.Valid {
		return 0, wrap("measure the queue", err)
	}
	return now.Sub(instant(at.Int64)), nil
}

// NextDelivery is when the next queued message may go, zero for none.
func (tx *Tx) NextDelivery() (time.Time, error) {
	var next int64
	for _, query := range []string{
		"SELECT min(not_before) FROM deliveries WHERE state = 'queued' AND dispatch = 0",
		"SELECT min(not_before) FROM deliveries WHERE state = 'queued' AND dispatch <> 0 AND dispatch IN (SELECT id FROM dispatches WHERE state = 'running')",
	} {
		var at sql.NullInt64
		if _, err := tx.row(query, nil, &at); err != nil {
			return time.Time{}, wrap("find the next delivery", err)
		}
		if at.Valid && (next == 0 || at.Int64 < next) {
			next = at.Int64
		}
	}
	return instant(next), nil
}
