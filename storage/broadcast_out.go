package storage

import "fmt"

// OPEN (dispatch): this file goes when wip-dispatch is merged, which has the
// same names with a lane, and stops a broadcast at the cost of one row.

// Broadcast is the class of a message that goes to many with the same words.
const Broadcast = "broadcast"

// Held and Gone are states that only messages to many have.
const (
	Held = "held"
	Gone = "unreachable"
)

// MaxChunk is how many messages EnqueueMany takes at once.
const MaxChunk = 500

// EnqueueMany puts at most MaxChunk messages into the outbox and tells how many
// of them are new.
func (tx *Tx) EnqueueMany(list []Delivery) (n int64, err error) {
	if len(list) > MaxChunk {
		return 0, fmt.Errorf("enqueue %d messages: at most %d in one transaction", len(list), MaxChunk)
	}
	for i := range list {
		d := &list[i]
		added, err := tx.exec(`INSERT INTO deliveries (key, class, person, platform, address, content, target, state, not_before, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9) ON CONFLICT (key) DO NOTHING`,
			d.Key, d.Class, int64(d.Person), d.To.Platform, d.To.To, d.Content, d.Target, millis(d.NotBefore), millis(d.Created))
		if err != nil {
			return n, wrap("enqueue", err)
		}
		n += added
	}
	return n, nil
}

const groupHeld = 1 << 52 // milliseconds: beyond any clock

// PauseGroup holds back what is queued under the prefix.
func (tx *Tx) PauseGroup(prefix string) (int64, error) {
	n, err := tx.exec("UPDATE deliveries SET not_before = not_before + $2 WHERE key >= $1 AND key < $1 || '~' AND state = 'queued' AND not_before < $2", prefix, groupHeld)
	return n, wrap("pause", err)
}

// ResumeGroup goes on with what PauseGroup held back.
func (tx *Tx) ResumeGroup(prefix string) (int64, error) {
	n, err := tx.exec("UPDATE deliveries SET not_before = not_before - $2 WHERE key >= $1 AND key < $1 || '~' AND state = 'queued' AND not_before >= $2", prefix, groupHeld)
	return n, wrap("resume", err)
}

// CancelGroup ends what has not been handed to its platform.
func (tx *Tx) CancelGroup(prefix string) (int64, error) {
	n, err := tx.exec("UPDATE deliveries SET state = 'cancelled', claim = '' WHERE key >= $1 AND key < $1 || '~' AND state IN ('queued', 'sending') AND sending_at = 0", prefix)
	return n, wrap("cancel", err)
}
