package storage

import (
	"strconv"
	"time"

	"ismsbot/bot/isms"
)

// OldCopy is a message of a broadcast that shows other words than those that
// hold now.
type OldCopy struct {
	Version  int
	Person   isms.PersonID
	Delivery int64
}

// OldCopies are at most limit of those copies that came before the edition of
// the version, ordered by version and person, behind the given one. What has not
// arrived yet is none: it is found once it has.
func (tx *Tx) OldCopies(id int64, version, edition int, behind OldCopy, limit int) ([]OldCopy, error) {
	var out []OldCopy
	err := tx.each(`SELECT r.version, r.person, r.delivery FROM broadcast_recipients r CROSS JOIN deliveries d ON d.id = r.delivery
		WHERE r.broadcast = $1 AND (r.version, r.person) > ($4, $5) AND r.copy > 0 AND (r.version < $2 OR r.version = $2 AND r.copy < $3) AND d.ref <> ''
		ORDER BY r.version, r.person LIMIT $6 + 0`,
		[]any{id, int64(version), int64(edition), int64(behind.Version), int64(behind.Person), int64(limit)}, func(r *rows) error {
			var c OldCopy
			err := r.Scan(&c.Version, &c.Person, &c.Delivery)
			out = append(out, c)
			return err
		})
	return out, wrap("look for old copies", err)
}

// replaced is the copy of an older version that says there is a newer one, or
// that all was stopped.
const replaced = -1

// RenewCopies has old copies drawn again, behind everything else, and notes that
// they are brought to the edition of the version, or marked as replaced by it.
func (tx *Tx) RenewCopies(id int64, version, edition int, list []OldCopy, now time.Time) error {
	group, err := tx.dispatch(copiesPrefix + strconv.FormatInt(id, 10) + "/")
	if err != nil {
		return err
	}
	for _, c := range list {
		to := edition
		if c.Version < version {
			to = replaced
		}
		if _, err := tx.exec("UPDATE broadcast_recipients SET copy = $1 WHERE broadcast = $2 AND version = $3 AND person = $4", to, id, c.Version, c.Person); err != nil {
			return wrap("note a copy", err)
		}
		// One that waits on the other way draws what holds when it goes.
		_, err := tx.exec(`INSERT INTO deliveries (key, class, person, platform, address, content, target, state, not_before, created, dispatch)
			SELECT 'update/' || id, 'update', person, platform, address, '', id, 'queued', $2, $2, $3 FROM deliveries WHERE id = $1 AND ref <> ''
			ON CONFLICT (key) DO UPDATE SET state = 'queued', attempts = 0, claim = '', not_before = excluded.not_before, created = excluded.created, dispatch = excluded.dispatch
			WHERE deliveries.state <> 'queued'`, c.Delivery, millis(now), group)
		if err != nil {
			return wrap("enqueue a copy", err)
		}
	}
	return nil
}
