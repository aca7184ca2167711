package storage

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"ismsbot/bot/isms"
)

// Duties returns what the laws ask in an event, by their names.
func (tx *Tx) Duties(event int64) ([]*isms.Duty, error) {
	var out []*isms.Duty
	err := tx.each("SELECT clock, decision, why, decided_by, decided_at, told_at, delay FROM event_duties WHERE event = $1 ORDER BY clock", []any{event}, func(r *rows) error {
		var d isms.Duty
		var decided, told int64
		err := r.Scan(&d.Clock, &d.Decision, &d.Why, &d.DecidedBy, &decided, &told, &d.Delay)
		d.DecidedAt, d.ToldAt = instant(decided), instant(told)
		out = append(out, &d)
		return err
	})
	return out, wrap("read duties", err)
}

// SaveDuty writes what a law asks in an event.
func (tx *Tx) SaveDuty(event int64, d *isms.Duty) error {
	_, err := tx.exec(`INSERT INTO event_duties (event, clock, decision, why, decided_by, decided_at, told_at, delay) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (event, clock) DO UPDATE SET decision = excluded.decision, why = excluded.why, decided_by = excluded.decided_by,
		decided_at = excluded.decided_at, told_at = excluded.told_at, delay = excluded.delay`,
		event, d.Clock, d.Decision, d.Why, d.DecidedBy, millis(d.DecidedAt), millis(d.ToldAt), d.Delay)
	return wrap("write a duty", err)
}

// AddPing notes that the ping of a clock which began at since was told, or
// superseded by a later one; false where that is known already.
func (tx *Tx) AddPing(event int64, clock string, since time.Time, hours int, superseded bool, now time.Time) (bool, error) {
	state := "told"
	if superseded {
		state = "superseded"
	}
	n, err := tx.exec("INSERT INTO event_pings (event, clock, since, hours, state, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
		event, clock, millis(since), hours, state, millis(now))
	return n == 1, wrap("note a ping", err)
}

// Pings returns the hours that are known of a clock which began at since.
func (tx *Tx) Pings(event int64, clock string, since time.Time) (map[int]bool, error) {
	list, err := values[int](tx, "SELECT hours FROM event_pings WHERE event = $1 AND clock = $2 AND since = $3", event, clock, millis(since))
	out := make(map[int]bool, len(list))
	for _, h := range list {
		out[h] = true
	}
	return out, wrap("read pings", err)
}

// AddEventReader notes that a ping has made somebody party to an event.
func (tx *Tx) AddEventReader(event int64, person isms.PersonID) error {
	_, err := tx.exec("INSERT INTO event_readers (event, person) VALUES ($1, $2) ON CONFLICT DO NOTHING", event, person)
	return wrap("note a reader", err)
}

// IsEventReader tells whether a ping has made the person party to an event.
func (tx *Tx) IsEventReader(event int64, person isms.PersonID) (bool, error) {
	var one int
	found, err := tx.row("SELECT 1 FROM event_readers WHERE event = $1 AND person = $2", []any{event, person}, &one)
	return found, wrap("look for a reader", err)
}

// How an anonymous invocation is recognised when it comes again: by a hash
// under a key, both of which are gone a day later.
const (
	repeatKey = "event_repeat_key"
	keepHash  = 24 * time.Hour
)

// FirstAnonymous is First for an invocation of which nothing may be kept.
func (tx *Tx) FirstAnonymous(platform, event string, now time.Time) (bool, error) {
	key, err := tx.Meta(repeatKey)
	if err == nil && key == "" {
		key = rand.Text()
		err = tx.SetMeta(repeatKey, key)
	}
	if err != nil {
		return false, err
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(platform + "\x00" + event))
	n, err := tx.exec("INSERT INTO event_repeats (hash, until) VALUES ($1, $2) ON CONFLICT DO NOTHING",
		hex.EncodeToString(mac.Sum(nil)), millis(NextHour(now).Add(keepHash)))
	return n == 1, wrap("note something anonymous", err)
}

// ForgetAnonymous drops the hashes of a day ago, and with the last one the key.
// It reports whether there were any: they stand in the log until EmptyLog.
func (tx *Tx) ForgetAnonymous(now time.Time) (bool, error) {
	n, err := tx.exec("DELETE FROM event_repeats WHERE until <= $1", millis(now))
	if err != nil {
		return false, wrap("forget something anonymous", err)
	}
	_, err = tx.exec("DELETE FROM meta WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM event_repeats)", repeatKey)
	return n > 0, wrap("forget a key", err)
}

// NextHour is the full hour after now. What is anonymous happens there, so
// that no record tells when in the hour somebody wrote.
func NextHour(now time.Time) time.Time { return now.Truncate(time.Hour).Add(time.Hour) }
