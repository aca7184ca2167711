package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// Link is a code by which a person connects another account of theirs, known
// by its SHA-256 alone.
type Link struct {
	Hash     string
	Person   isms.PersonID
	Platform string // where it was made
	Expires  time.Time
}

// SaveLink keeps the person's code, which replaces an older one, and drops what
// has expired.
func (tx *Tx) SaveLink(l Link, now time.Time) error {
	if _, err := tx.exec("DELETE FROM links WHERE person = $1 OR expires <= $2", l.Person, millis(now)); err != nil {
		return wrap("drop old codes", err)
	}
	_, err := tx.exec("INSERT INTO links (hash, person, platform, expires) VALUES ($1, $2, $3, $4)", l.Hash, l.Person, l.Platform, millis(l.Expires))
	return wrap("keep a code", err)
}

// Link finds a code that still counts, nil where there is none.
func (tx *Tx) Link(hash string, now time.Time) (*Link, error) {
	l := Link{Hash: hash}
	var expires int64
	found, err := tx.row("SELECT person, platform, expires FROM links WHERE hash = $1 AND expires > $2", []any{hash, millis(now)}, &l.Person, &l.Platform, &expires)
	if err != nil || !found {
		return nil, wrap("find a code", err)
	}
	l.Expires = instant(expires)
	return &l, nil
}

// DropLink ends a code that was used.
func (tx *Tx) DropLink(hash string) error {
	_, err := tx.exec("DELETE FROM links WHERE hash = $1", hash)
	return wrap("drop a code", err)
}
