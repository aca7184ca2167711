package storage

import (
	"slices"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// EventRecord is a reported event with what the rules do not need.
type EventRecord struct {
	isms.SecurityEvent
	// Code is the SHA-256 of what lets an anonymous reporter read the answers.
	Code string
	// FileAt is when an anonymous report is told and journalled; zero once it is.
	FileAt time.Time
}

const eventColumns = `n, state, outcome, words, noticed, reporter, anonymous, day, at, answer_by, lead, finding, action, reason, change,
	personal, part, aware_at, aware_why, people_why, code, file_at`

func scanEventRecord(r *rows) (*EventRecord, error) {
	var e EventRecord
	var at, aware, file int64
	err := r.Scan(&e.N, &e.State, &e.Outcome, &e.Words, date{&e.Noticed}, &e.Reporter, &e.Anonymous, date{&e.Day}, &at, date{&e.AnswerBy}, &e.Lead,
		&e.Finding.N, &e.Action.N, &e.Reason, &e.Change, &e.Personal, &e.Part, &aware, &e.AwareWhy, &e.PeopleWhy, &e.Code, &file)
	e.At, e.AwareAt, e.FileAt = instant(at), instant(aware), instant(file)
	if e.Finding.N != 0 {
		e.Finding.Kind = isms.Finding
	}
	if e.Action.N != 0 {
		e.Action.Kind = isms.Action
	}
	return &e, err
}

func eventArgs(e *EventRecord) []any {
	return []any{e.N, e.State, e.Outcome, e.Words, e.Noticed.String(), e.Reporter, e.Anonymous, e.Day.String(), millis(e.At), e.AnswerBy.String(), e.Lead,
		e.Finding.N, e.Action.N, e.Reason, e.Change, e.Personal, e.Part, millis(e.AwareAt), e.AwareWhy, e.PeopleWhy, e.Code, millis(e.FileAt)}
}

// AddEvent writes a new event under the next number, which it sets.
func (tx *Tx) AddEvent(e *EventRecord) error {
	var last int64
	if _, err := tx.row("SELECT coalesce(max(n), 0) FROM events", nil, &last); err != nil {
		return wrap("number an event", err)
	}
	e.N = last + 1
	_, err := tx.exec("INSERT INTO events ("+eventColumns+") VALUES ("+numbered(22)+")", eventArgs(e)...)
	return wrap("write an event", err)
}

// SaveEvent writes what an event has become.
func (tx *Tx) SaveEvent(e *EventRecord) error {
	columns := strings.Fields(strings.ReplaceAll(eventColumns, ",", " "))
	_, err := tx.exec("UPDATE events SET "+assigned(columns)+" WHERE n = $1", eventArgs(e)...)
	return wrap("write an event", err)
}

func (tx *Tx) events(where string, args ...any) ([]*EventRecord, error) {
	var out []*EventRecord
	err := tx.each("SELECT "+eventColumns+" FROM events "+where, args, func(r *rows) error {
		e, err := scanEventRecord(r)
		out = append(out, e)
		return err
	})
	return out, wrap("read events", err)
}

func (tx *Tx) event(where string, args ...any) (*EventRecord, error) {
	list, err := tx.events(where, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// EventByNumber returns one event, nil where there is none.
func (tx *Tx) EventByNumber(n int64) (*EventRecord, error) { return tx.event("WHERE n = $1", n) }

// EventByCode finds the anonymous report by its code's SHA-256, nil for none.
func (tx *Tx) EventByCode(hash string) (*EventRecord, error) {
	return tx.event("WHERE code = $1 AND code <> ''", hash)
}

// OpenEvents returns those that are told and not closed, the oldest first.
func (tx *Tx) OpenEvents() ([]*EventRecord, error) {
	return tx.events("WHERE state <> 'closed' AND file_at = 0 ORDER BY n")
}

// EventsToFile returns anonymous reports whose hour has come.
func (tx *Tx) EventsToFile(now time.Time) ([]*EventRecord, error) {
	return tx.events("WHERE file_at <> 0 AND file_at <= $1 ORDER BY n", millis(now))
}

// NextFiling is the next hour at which something anonymous is to be told, or
// what recognises it to be forgotten; zero for none.
func (tx *Tx) NextFiling() (time.Time, error) {
	var at int64
	_, err := tx.row(`SELECT coalesce(min(at), 0) FROM (SELECT file_at AS at FROM events WHERE file_at <> 0
		UNION ALL SELECT file_at FROM event_notes WHERE file_at <> 0 UNION ALL SELECT until FROM event_repeats)`, nil, &at)
	return instant(at), wrap("find what waits to be told", err)
}

// The kinds of an EventNote that are for its reporter or from them, beside the
// outcomes and "closed".
const (
	NoteQuestion = "question"
	NoteReply    = "reply" // the reporter's
)

// inside are the kinds that its reporter does not read: why it is about personal
// data, since when we were aware, whether and why an authority is told, how the
// people concerned were, and what was told later (GDPR 33 and 34).
var inside = []string{"personal", "aware", "duty", "people", "phase"}

// EventNote is one thing that was said about an event.
type EventNote struct {
	ID     int64
	Event  int64
	Kind   string
	Person isms.PersonID // zero for an anonymous reporter
	Day    isms.Date
	At     time.Time // zero for an anonymous reporter
	Words  string
	FileAt time.Time // when an anonymous one is told; zero once it is
}

// Inside tells whether the note is for those alone who look into the event.
func (n *EventNote) Inside() bool { return slices.Contains(inside, n.Kind) }

// AddEventNote keeps a note and sets its ID.
func (tx *Tx) AddEventNote(n *EventNote) (err error) {
	n.ID, err = tx.insert("INSERT INTO event_notes (event, kind, person, day, at, words, file_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		n.Event, n.Kind, n.Person, n.Day.String(), millis(n.At), n.Words, millis(n.FileAt))
	return wrap("keep a note", err)
}

// EventNotes returns what was said about an event, the oldest first.
func (tx *Tx) EventNotes(event int64) ([]*EventNote, error) {
	return tx.eventNotes("WHERE event = $1 ORDER BY id", event)
}

// NotesToFile returns notes of anonymous reporters whose hour has come.
func (tx *Tx) NotesToFile(now time.Time) ([]*EventNote, error) {
	return tx.eventNotes("WHERE file_at <> 0 AND file_at <= $1 ORDER BY id", millis(now))
}

// NoteFiled notes that it was told.
func (tx *Tx) NoteFiled(id int64) error {
	_, err := tx.exec("UPDATE event_notes SET file_at = 0 WHERE id = $1", id)
	return wrap("file a note", err)
}

func (tx *Tx) eventNotes(where string, args ...any) ([]*EventNote, error) {
	var out []*EventNote
	err := tx.each("SELECT id, event, kind, person, day, at, words, file_at FROM event_notes "+where, args, func(r *rows) error {
		var n EventNote
		var at, file int64
		err := r.Scan(&n.ID, &n.Event, &n.Kind, &n.Person, date{&n.Day}, &at, &n.Words, &file)
		n.At, n.FileAt = instant(at), instant(file)
		out = append(out, &n)
		return err
	})
	return out, wrap("read notes", err)
}
