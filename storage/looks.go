package storage

import (
	"database/sql"
	"time"

	"ismsbot/bot/isms"
)

// LookNow asks Remind to look at these people at its next tick.
func (tx *Tx) LookNow(ids ...isms.PersonID) error {
	for _, id := range ids {
		if _, err := tx.exec("UPDATE people SET look_at = 0 WHERE id = $1 AND look_at <> 0", id); err != nil {
			return wrap("ask for a look", err)
		}
	}
	return nil
}

// LookAtEverybody asks Remind to look at all: after an import, a change of
// configuration, a jump in time.
func (tx *Tx) LookAtEverybody() error {
	_, err := tx.exec("UPDATE people SET look_at = 0 WHERE look_at <> 0")
	return wrap("ask for a look at everybody", err)
}

// LookBefore asks Remind to look now at whom it would look at by the instant:
// those among them whom a process took that is gone would wait for no reason.
func (tx *Tx) LookBefore(until time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = 0 WHERE look_at <= $1 AND look_at <> 0", millis(until))
	return wrap("ask for a look", err)
}

// SetLook says when Remind looks at the person next.
func (tx *Tx) SetLook(id isms.PersonID, at time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = $2 WHERE id = $1", id, millis(at))
	return wrap("set the next look", err)
}

// LookBy has Remind look at the person at the instant at the latest.
func (tx *Tx) LookBy(id isms.PersonID, at time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = $2 WHERE id = $1 AND look_at > $2", id, millis(at))
	return wrap("set the next look", err)
}

// ToLookAt returns those whose time has come, at most limit.
func (tx *Tx) ToLookAt(now time.Time, limit int) ([]isms.PersonID, error) {
	ids, err := values[isms.PersonID](tx, "SELECT id FROM people WHERE has_left = 0 AND look_at <= $1 ORDER BY look_at, id LIMIT $2 + 0", millis(now), limit)
	return ids, wrap("find whom to look at", err)
}

// TakeLooks returns those whose time has come, at most limit, and has them
// looked at again at mark: nobody else takes them until then, and nobody is
// forgotten if the process ends.
func (tx *Tx) TakeLooks(now, mark time.Time, limit int) ([]isms.PersonID, error) {
	ids, err := tx.ToLookAt(now, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := tx.SetLook(id, mark); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// Looked says when Remind looks at the person next, unless somebody has asked
// for a look since TakeLooks set mark.
func (tx *Tx) Looked(id isms.PersonID, mark, next time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = $3 WHERE id = $1 AND look_at = $2", id, millis(mark), millis(next))
	return wrap("set the next look", err)
}

// NextLook is the earliest instant at which somebody is to be looked at, zero
// where there is nobody.
func (tx *Tx) NextLook() (time.Time, error) {
	var at sql.NullInt64
	_, err := tx.row("SELECT min(look_at) FROM people WHERE has_left = 0", nil, &at)
	return instant(at.Int64), wrap("find the next look", err)
}
