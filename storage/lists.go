package storage

import (
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// List is people under a name, whatever its case.
type List struct {
	Name   string
	People []isms.PersonID // by number
	By     isms.PersonID
	At     time.Time
}

// Lists are all of them, by name.
func (tx *Tx) Lists() ([]*List, error) { return tx.lists("ORDER BY name") }

// List is the one of that name, nil for none.
func (tx *Tx) List(name string) (*List, error) {
	all, err := tx.lists("WHERE name = $1", strings.ToLower(name))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func (tx *Tx) lists(where string, args ...any) ([]*List, error) {
	var out []*List
	err := tx.each("SELECT shown, people, by, at FROM lists "+where, args, func(r *rows) error {
		var l List
		var people string
		var at int64
		if err := r.Scan(&l.Name, &people, &l.By, &at); err != nil {
			return err
		}
		var err error
		l.People, err = unspan(people)
		l.At = instant(at)
		out = append(out, &l)
		return err
	})
	return out, wrap("read lists", err)
}

// SaveList writes a list, in the place of the one of that name; without people
// there is none any more. Whoever keeps whom an audience means looks again.
func (tx *Tx) SaveList(l *List) (err error) {
	if len(l.People) == 0 {
		_, err = tx.exec("DELETE FROM lists WHERE name = $1", strings.ToLower(l.Name))
	} else {
		_, err = tx.exec(`INSERT INTO lists (name, shown, people, by, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name) DO UPDATE SET shown = excluded.shown, people = excluded.people, by = excluded.by, at = excluded.at`,
			strings.ToLower(l.Name), l.Name, spans(l.People), l.By, millis(l.At))
	}
	if err != nil {
		return wrap("write a list", err)
	}
	return tx.peopleChanged()
}
