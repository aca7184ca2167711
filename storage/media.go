package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// Media is a poster that somebody handed in. Whoever knows its name may fetch it.
type Media struct {
	Name   string
	Type   string // media type
	Sha256 string
	Data   []byte
	By     isms.PersonID
	At     time.Time
}

// SaveMedia keeps one that is new.
func (tx *Tx) SaveMedia(m *Media) error {
	_, err := tx.exec("INSERT INTO media (name, type, sha256, data, by, at) VALUES ($1, $2, $3, $4, $5, $6)", m.Name, m.Type, m.Sha256, m.Data, m.By, millis(m.At))
	return wrap("keep a poster", err)
}

// Media returns the one of that name, nil where there is none.
func (tx *Tx) Media(name string) (*Media, error) {
	m := &Media{Name: name}
	var at int64
	found, err := tx.row("SELECT type, sha256, data, by, at FROM media WHERE name = $1", []any{name}, &m.Type, &m.Sha256, &m.Data, &m.By, &at)
	if err != nil || !found {
		return nil, wrap("read a poster", err)
	}
	m.At = instant(at)
	return m, nil
}

// HasMedia tells whether there is one of that name.
func (tx *Tx) HasMedia(name string) (bool, error) {
	var n int
	_, err := tx.row("SELECT count(*) FROM media WHERE name = $1", []any{name}, &n)
	return n > 0, wrap("look for a poster", err)
}
