package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"ismsbot/bot/isms"
)

// Answer is what somebody did with one occurrence of an item.
type Answer struct {
	ID     int64
	Item   isms.ItemID
	Due    isms.Date // of the occurrence
	Verb   string    // "done", "ack", "update", "extend", …
	By     isms.PersonID
	Behalf isms.PersonID // of whom, where the item was not their own
	At     time.Time
	Detail map[string]string // what to show: dates, a person's id, a note
	Before isms.Item         // the item as it was
	// Version is the item's after the answer: undo only works while it stands.
	Version int64
	Undone  bool
}

// AddAnswer keeps an answer and sets its ID.
func (tx *Tx) AddAnswer(a *Answer) error {
	detail, err := json.Marshal(a.Detail)
	if err != nil {
		return wrap("keep an answer", err)
	}
	before, err := json.Marshal(a.Before)
	if err != nil {
		return wrap("keep an answer", err)
	}
	a.ID, err = tx.insert(`INSERT INTO answers (kind, n, due, verb, person, behalf, at, detail, before, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a.Item.Kind, a.Item.N, a.Due.String(), a.Verb, a.By, a.Behalf, millis(a.At), string(detail), string(before), a.Version)
	return wrap("keep an answer", err)
}

// Undo marks an answer as undone; false where it was already.
func (tx *Tx) Undo(id int64) (bool, error) {
	n, err := tx.exec("UPDATE answers SET undone = 1 WHERE id = $1 AND undone = 0", id)
	return n == 1, wrap("undo an answer", err)
}

// LastAnswer returns the newest answer to the occurrence that was not undone,
// nil where there is none.
func (tx *Tx) LastAnswer(id isms.ItemID, due isms.Date) (*Answer, error) {
	return tx.answer("WHERE kind = $1 AND n = $2 AND due = $3 AND undone = 0 ORDER BY id DESC LIMIT 1", id.Kind, id.N, due.String())
}

// LastAnswerBy returns the person's newest answer that was not undone, nil
// where there is none.
func (tx *Tx) LastAnswerBy(person isms.PersonID) (*Answer, error) {
	return tx.answer("WHERE person = $1 AND undone = 0 ORDER BY id DESC LIMIT 1", person)
}

// Answer returns one by its id, nil where there is none.
func (tx *Tx) Answer(id int64) (*Answer, error) { return tx.answer("WHERE id = $1", id) }

// Answers returns all answers to an item, newest first, at most limit.
func (tx *Tx) Answers(id isms.ItemID, limit int) ([]*Answer, error) {
	return tx.answers("WHERE kind = $1 AND n = $2 ORDER BY id DESC LIMIT $3 + 0", id.Kind, id.N, limit)
}

func (tx *Tx) answer(where string, args ...any) (*Answer, error) {
	list, err := tx.answers(where, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func (tx *Tx) answers(where string, args ...any) ([]*Answer, error) {
	var out []*Answer
	err := tx.each("SELECT id, kind, n, due, verb, person, behalf, at, detail, before, version, undone FROM answers "+where, args, func(r *rows) error {
		var a Answer
		var at int64
		var detail, before string
		if err := r.Scan(&a.ID, &a.Item.Kind, &a.Item.N, date{&a.Due}, &a.Verb, &a.By, &a.Behalf, &at, &detail, &before, &a.Version, &a.Undone); err != nil {
			return err
		}
		a.At = instant(at)
		if err := json.Unmarshal([]byte(detail), &a.Detail); err != nil {
			return fmt.Errorf("answer %d: %w", a.ID, err)
		}
		out = append(out, &a)
		return json.Unmarshal([]byte(before), &a.Before)
	})
	return out, wrap("read answers", err)
}

// Request is something that waits for somebody's decision: REQ-8.
type Request struct {
	ID       int64
	Kind     string // "extension"
	Item     isms.ItemID
	Due      isms.Date // as it stood when asked
	NewDue   isms.Date
	Reason   string
	AskedBy  isms.PersonID
	AskedAt  time.Time
	Approver isms.PersonID
	// Second is asked too when the approver has not answered in time.
	Second    isms.PersonID
	State     string // pending, approved, rejected, lapsed
	DecidedBy isms.PersonID
	DecidedAt time.Time
	Note      string
}

// The states of a request.
const (
	Pending  = "pending"
	Approved = "approved"
	Rejected = "rejected"
	Lapsed   = "lapsed"
)

// SaveRequest writes the request, a new one where its ID is zero, and sets ID.
func (tx *Tx) SaveRequest(q *Request) error {
	args := []any{q.Kind, q.Item.N, q.Item.Kind, q.Due.String(), q.NewDue.String(), q.Reason, q.AskedBy, millis(q.AskedAt), q.Approver, q.Second,
		q.State, q.DecidedBy, millis(q.DecidedAt), q.Note}
	var err error
	if q.ID == 0 {
		q.ID, err = tx.insert(`INSERT INTO requests (kind, item_n, item_kind, due, new_due, reason, asked_by, asked_at, approver, second, state, decided_by, decided_at, note)
			VALUES (`+numbered(14)+`)`, args...)
	} else {
		_, err = tx.exec(`UPDATE requests SET kind=$1, item_n=$2, item_kind=$3, due=$4, new_due=$5, reason=$6, asked_by=$7, asked_at=$8, approver=$9, second=$10,
			state=$11, decided_by=$12, decided_at=$13, note=$14 WHERE id=$15`, append(args, q.ID)...)
	}
	return wrap("write a request", err)
}

// Request returns one by its number, nil where there is none.
func (tx *Tx) Request(id int64) (*Request, error) {
	list, err := tx.requests("WHERE id = $1", id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// PendingFor returns what waits for this person's decision, oldest first.
func (tx *Tx) PendingFor(person isms.PersonID) ([]*Request, error) {
	return tx.requests("WHERE state = 'pending' AND (approver = $1 OR second = $1) ORDER BY id", person)
}

// PendingOn returns what waits about an item.
func (tx *Tx) PendingOn(id isms.ItemID) ([]*Request, error) {
	return tx.requests("WHERE state = 'pending' AND item_kind = $1 AND item_n = $2 ORDER BY id", id.Kind, id.N)
}

// PendingRequests returns everything that waits, oldest first.
func (tx *Tx) PendingRequests() ([]*Request, error) {
	return tx.requests("WHERE state = 'pending' ORDER BY id")
}

func (tx *Tx) requests(where string, args ...any) ([]*Request, error) {
	var out []*Request
	err := tx.each(`SELECT id, kind, item_n, item_kind, due, new_due, reason, asked_by, asked_at, approver, second, state, decided_by, decided_at, note
		FROM requests `+where, args, func(r *rows) error {
		var q Request
		var asked, decided int64
		err := r.Scan(&q.ID, &q.Kind, &q.Item.N, &q.Item.Kind, date{&q.Due}, date{&q.NewDue}, &q.Reason, &q.AskedBy, &asked, &q.Approver, &q.Second,
			&q.State, &q.DecidedBy, &decided, &q.Note)
		q.AskedAt, q.DecidedAt = instant(asked), instant(decided)
		out = append(out, &q)
		return err
	})
	return out, wrap("read requests", err)
}

// Snooze keeps the item quiet for the person until the day.
func (tx *Tx) Snooze(person isms.PersonID, id isms.ItemID, until isms.Date) error {
	_, err := tx.exec("INSERT INTO snoozes (person, kind, n, until) VALUES ($1, $2, $3, $4) ON CONFLICT (person, kind, n) DO UPDATE SET until = excluded.until",
		person, id.Kind, id.N, until.String())
	return wrap("snooze", err)
}

// Unsnooze ends every snooze of the item, or only one person's.
func (tx *Tx) Unsnooze(id isms.ItemID, person isms.PersonID) error {
	_, err := tx.exec("DELETE FROM snoozes WHERE kind = $1 AND n = $2 AND ($3 = 0 OR person = $3)", id.Kind, id.N, person)
	return wrap("end a snooze", err)
}

// Snoozed returns until when the person's items are quiet.
func (tx *Tx) Snoozed(person isms.PersonID) (map[isms.ItemID]isms.Date, error) {
	out := map[isms.ItemID]isms.Date{}
	err := tx.each("SELECT kind, n, until FROM snoozes WHERE person = $1", []any{person}, func(r *rows) error {
		var id isms.ItemID
		var until isms.Date
		err := r.Scan(&id.Kind, &id.N, date{&until})
		out[id] = until
		return err
	})
	return out, wrap("read snoozes", err)
}

// Nudge notes that the person was nudged today; false where somebody has
// already done so.
func (tx *Tx) Nudge(person, by isms.PersonID, day isms.Date) (bool, error) {
	n, err := tx.exec("INSERT INTO nudges (person, day, by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", person, day.String(), by)
	return n == 1, wrap("note a nudge", err)
}
