package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// Told is one line of a digest: who was told of which item, at which stage.
type Told struct {
	Person   isms.PersonID
	Item     isms.ItemID
	Due      isms.Date
	Stage    string
	Capacity isms.As
	On       isms.Date // the stage's day
	Delivery int64
	At       time.Time
	// Superseded is set for a stage that was overtaken before it went out.
	Superseded bool
}

// AddTold keeps the line; false where this stage reached the person before.
func (tx *Tx) AddTold(t Told) (bool, error) {
	state := "told"
	if t.Superseded {
		state = "superseded"
	}
	n, err := tx.exec(`INSERT INTO reminders (person, kind, n, due, stage, capacity, state, on_day, delivery, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		t.Person, t.Item.Kind, t.Item.N, t.Due.String(), t.Stage, t.Capacity, state, t.On.String(), t.Delivery, millis(t.At))
	return n == 1, wrap("keep a reminder", err)
}

// Occurrence is one due date of one item.
type Occurrence struct {
	Item isms.ItemID
	Due  isms.Date
}

// Received returns the stages that have reached the person, or were overtaken,
// of the items that are still open or wait for a review.
func (tx *Tx) Received(person isms.PersonID) (map[Occurrence][]string, error) {
	out := map[Occurrence][]string{}
	err := tx.each(`SELECT r.kind, r.n, r.due, r.stage FROM reminders r JOIN items i ON i.kind = r.kind AND i.n = r.n
		WHERE r.person = $1 AND (i.is_open = 1 OR i.status = 'done')`, []any{person}, func(r *rows) error {
		var o Occurrence
		var stage string
		err := r.Scan(&o.Item.Kind, &o.Item.N, date{&o.Due}, &stage)
		out[o] = append(out[o], stage)
		return err
	})
	return out, wrap("read reminders", err)
}

// ToldIn returns the lines of one digest that were told, in the order they were kept.
func (tx *Tx) ToldIn(delivery int64) ([]Told, error) {
	var out []Told
	err := tx.each("SELECT person, kind, n, due, stage, capacity, on_day, at FROM reminders WHERE delivery = $1 AND state = 'told' ORDER BY rowid", []any{delivery}, func(r *rows) error {
		t := Told{Delivery: delivery}
		var at int64
		err := r.Scan(&t.Person, &t.Item.Kind, &t.Item.N, date{&t.Due}, &t.Stage, &t.Capacity, date{&t.On}, &at)
		t.At = instant(at)
		out = append(out, t)
		return err
	})
	return out, wrap("read a digest's lines", err)
}

// TakeBack removes the lines of a digest that was cancelled before it went
// out, so that Remind decides anew, and frees the person's day.
func (tx *Tx) TakeBack(delivery int64) error {
	if _, err := tx.exec("DELETE FROM reminders WHERE delivery = $1", delivery); err != nil {
		return wrap("take a digest back", err)
	}
	if _, err := tx.exec("UPDATE deliveries SET key = key || '/' || id WHERE id = $1 AND EXISTS (SELECT 1 FROM digests WHERE delivery = $1)", delivery); err != nil {
		return wrap("take a digest back", err)
	}
	_, err := tx.exec("DELETE FROM digests WHERE delivery = $1", delivery)
	return wrap("take a digest back", err)
}

// AddDigest takes the person's day for a digest; false where it is taken.
func (tx *Tx) AddDigest(person isms.PersonID, day isms.Date, delivery int64) (bool, error) {
	n, err := tx.exec("INSERT INTO digests (person, day, delivery) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", person, day.String(), delivery)
	return n == 1, wrap("keep a digest", err)
}

// HasDigest tells whether the person's day is taken.
func (tx *Tx) HasDigest(person isms.PersonID, day isms.Date) (bool, error) {
	var one int
	found, err := tx.row("SELECT 1 FROM digests WHERE person = $1 AND day = $2", []any{person, day.String()}, &one)
	return found, wrap("look for a digest", err)
}

// LastDigest is the day of the person's newest digest before the given one, zero for none.
func (tx *Tx) LastDigest(person isms.PersonID, before isms.Date) (isms.Date, error) {
	var d isms.Date
	_, err := tx.row("SELECT coalesce(max(day), '') FROM digests WHERE person = $1 AND day < $2", []any{person, before.String()}, date{&d})
	return d, wrap("look for a digest", err)
}

// UntellLine takes back one line that was planned and never shown.
func (tx *Tx) UntellLine(t Told) error {
	_, err := tx.exec("DELETE FROM reminders WHERE person = $1 AND kind = $2 AND n = $3 AND due = $4 AND stage = $5",
		t.Person, t.Item.Kind, t.Item.N, t.Due.String(), t.Stage)
	return wrap("take a reminder back", err)
}
