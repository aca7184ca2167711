package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// Consent is what somebody says to standing in a story.
type Consent struct {
	Broadcast int64
	Person    isms.PersonID
	State     string // asked, given, refused
	Sha256    string // of the text they were shown
	At        time.Time
}

// The states of a consent.
const (
	ConsentAsked   = "asked"
	ConsentGiven   = "given"
	ConsentRefused = "refused"
)

// Consents returns what those in the story have said, by person.
func (tx *Tx) Consents(id int64) ([]Consent, error) {
	var out []Consent
	err := tx.each("SELECT broadcast, person, state, sha256, at FROM broadcast_consents WHERE broadcast = $1 ORDER BY person", []any{id}, func(r *rows) error {
		var x Consent
		var at int64
		err := r.Scan(&x.Broadcast, &x.Person, &x.State, &x.Sha256, &at)
		x.At = instant(at)
		out = append(out, x)
		return err
	})
	return out, wrap("read consents", err)
}

// SaveConsent writes what somebody says.
func (tx *Tx) SaveConsent(x Consent) error {
	_, err := tx.exec(`INSERT INTO broadcast_consents (broadcast, person, state, sha256, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (broadcast, person) DO UPDATE SET state = excluded.state, sha256 = excluded.sha256, at = excluded.at`,
		x.Broadcast, x.Person, x.State, x.Sha256, millis(x.At))
	return wrap("write a consent", err)
}

// Question is one that a reader has about a broadcast.
type Question struct {
	ID         int64
	Broadcast  int64
	Person     isms.PersonID
	At         time.Time
	Text       string
	Answer     string
	AnsweredBy isms.PersonID
	AnsweredAt time.Time
}

// AddQuestion writes a new question and sets its ID.
func (tx *Tx) AddQuestion(q *Question) (err error) {
	q.ID, err = tx.insert("INSERT INTO broadcast_questions (broadcast, person, at, text) VALUES ($1, $2, $3, $4)", q.Broadcast, q.Person, millis(q.At), q.Text)
	return wrap("write a question", err)
}

// AnswerQuestion writes the answer.
func (tx *Tx) AnswerQuestion(q *Question) error {
	_, err := tx.exec("UPDATE broadcast_questions SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1", q.ID, q.Answer, q.AnsweredBy, millis(q.AnsweredAt))
	return wrap("write an answer", err)
}

// OpenQuestions are those that wait for an answer, the oldest first.
func (tx *Tx) OpenQuestions(id int64) ([]*Question, error) {
	return tx.questions("WHERE broadcast = $1 AND answered_at = 0 ORDER BY id", id)
}

// Question returns one by its number, nil where there is none.
func (tx *Tx) Question(id int64) (*Question, error) {
	list, err := tx.questions("WHERE id = $1", id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// QuestionsSince counts what somebody has asked about it since the instant.
func (tx *Tx) QuestionsSince(id int64, person isms.PersonID, since time.Time) (n int, err error) {
	_, err = tx.row("SELECT count(*) FROM broadcast_questions WHERE broadcast = $1 AND person = $2 AND at >= $3", []any{id, person, millis(since)}, &n)
	return n, wrap("count questions", err)
}

func (tx *Tx) questions(where string, args ...any) ([]*Question, error) {
	var out []*Question
	err := tx.each("SELECT id, broadcast, person, at, text, answer, answered_by, answered_at FROM broadcast_questions "+where, args, func(r *rows) error {
		var q Question
		var at, answered int64
		err := r.Scan(&q.ID, &q.Broadcast, &q.Person, &at, &q.Text, &q.Answer, &q.AnsweredBy, &answered)
		q.At, q.AnsweredAt = instant(at), instant(answered)
		out = append(out, &q)
		return err
	})
	return out, wrap("read questions", err)
}

// Without are those of a version who had no account when they were to be asked.
func (tx *Tx) Without(id int64, version int) ([]*Recipient, error) {
	return tx.recipients("WHERE broadcast = $1 AND version = $2 AND delivery = 0 AND reason = $3 AND acked_at = 0 ORDER BY person", id, version, NoAccount)
}

// Asked are all who have a row in the version.
func (tx *Tx) Asked(id int64, version int) (map[isms.PersonID]bool, error) {
	out := map[isms.PersonID]bool{}
	err := tx.each("SELECT person FROM broadcast_recipients WHERE broadcast = $1 AND version = $2", []any{id, version}, func(r *rows) error {
		var p isms.PersonID
		err := r.Scan(&p)
		out[p] = true
		return err
	})
	return out, wrap("read who was asked", err)
}

// reachedSince begins with the few broadcasts that count: whoever claims
// messages asks this for each, and must not walk over all recipients.
const reachedSince = `SELECT 1 FROM broadcasts b CROSS JOIN broadcast_recipients r CROSS JOIN deliveries d
	WHERE b.urgent = 0 AND b.id <> $2 AND (b.state IN ('sending', 'paused') OR b.ended_at >= $3)
		AND r.broadcast = b.id AND r.version IN (b.version, b.version - 1) AND r.person = $1
		AND d.id = r.delivery AND d.id <> $4 AND (d.state = 'sent' AND d.sent_at >= $3 OR d.state = 'sending' AND d.sending_at > 0) LIMIT 1`

// ReachedSince tells whether another broadcast than the message's own, not an
// urgent one, has gone to the person since then or is on its way.
func (tx *Tx) ReachedSince(d *Delivery, own int64, since time.Time) (bool, error) {
	var one int
	found, err := tx.row(reachedSince, []any{int64(d.Person), own, millis(since), d.ID}, &one)
	return found, wrap("look for another broadcast", err)
}

// AnyUnread tells whether anybody has not acknowledged the version.
func (tx *Tx) AnyUnread(id int64, version int) (bool, error) {
	var one int
	found, err := tx.row("SELECT 1 FROM broadcast_recipients WHERE broadcast = $1 AND version = $2 AND acked_at = 0 LIMIT 1", []any{id, version}, &one)
	return found, wrap("look for who has not read", err)
}

// SpreadTo notes that rows of the frozen audience were written, unless the
// broadcast was stopped, paused or changed meanwhile.
func (tx *Tx) SpreadTo(b *Sendout, to int) (bool, error) {
	n, err := tx.exec("UPDATE broadcasts SET spread = $1 WHERE id = $2 AND version = $3 AND spread = $4 AND state = 'sending'", to, b.ID, b.Version, b.Spread)
	return n == 1, wrap("note how far a broadcast is", err)
}

// LookedForJoiners notes at which version of people that was done, unless there
// is a newer version of the words: its joiners are still to be looked for.
func (tx *Tx) LookedForJoiners(b *Sendout, crowd string) error {
	_, err := tx.exec("UPDATE broadcasts SET crowd = $1 WHERE id = $2 AND version = $3", crowd, b.ID, b.Version)
	return wrap("note a look for joiners", err)
}

// SetWatched notes which figures the sender's card is about to show.
func (tx *Tx) SetWatched(id int64, figures string, now time.Time) error {
	_, err := tx.exec("UPDATE broadcasts SET watched = $2, watched_at = $3 WHERE id = $1", id, figures, millis(now))
	return wrap("note what a card shows", err)
}

// EndBroadcast finishes one that is out, unless that changed meanwhile.
func (tx *Tx) EndBroadcast(id int64, now time.Time) (bool, error) {
	n, err := tx.exec("UPDATE broadcasts SET state = 'finished', ended_at = $2 WHERE id = $1 AND state = 'sending'", id, millis(now))
	return n == 1, wrap("finish a broadcast", err)
}

// AskedOn tells whether the person is asked to read another broadcast, not an
// urgent one, that goes out in that span.
func (tx *Tx) AskedOn(person isms.PersonID, but int64, from, to time.Time) (bool, error) {
	var one int
	found, err := tx.row(`SELECT 1 FROM broadcast_recipients r JOIN broadcasts b ON b.id = r.broadcast
		WHERE r.person = $1 AND r.acked_at = 0 AND r.broadcast <> $2 AND r.due >= $3 AND r.due < $4 AND b.urgent = 0 LIMIT 1`, []any{person, but, millis(from), millis(to)}, &one)
	return found, wrap("look for another broadcast", err)
}

// DeliveryNumber is the id of the message with that key, 0 for none.
func (tx *Tx) DeliveryNumber(key string) (id int64, err error) {
	_, err = tx.row("SELECT id FROM deliveries WHERE key = $1", []any{key}, &id)
	return id, wrap("find a message", err)
}
