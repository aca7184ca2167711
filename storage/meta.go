package storage

import "time"

var metaQuery = "SELECT " + unnamed("value") + " FROM meta WHERE key = $1"

// Meta reads a small value by name, empty where there is none. "instance" is a
// random name of this database.
func (tx *Tx) Meta(key string) (string, error) {
	var v string
	if _, err := tx.row(metaQuery, []any{key}, &v); err != nil {
		return "", wrap("read "+key, err)
	}
	return v, nil
}

// SetMeta writes a small value by name.
func (tx *Tx) SetMeta(key, value string) error {
	_, err := tx.exec("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	return wrap("write "+key, err)
}

// keepSeen is how long an event's id is remembered; platforms repeat within
// minutes, a replayed signature is refused after five.
const keepSeen = 7 * 24 * time.Hour

// First notes the event and tells whether it is new. It belongs into the
// transaction of the event's effect.
func (tx *Tx) First(platform, event string, now time.Time) (bool, error) {
	n, err := tx.exec("INSERT INTO seen (platform, event, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", platform, event, millis(now))
	return n == 1, wrap("note an event", err)
}

// Seen tells whether the event was noted, without noting it.
func (tx *Tx) Seen(platform, event string) (bool, error) {
	var one int
	found, err := tx.row("SELECT 1 FROM seen WHERE platform = $1 AND event = $2", []any{platform, event}, &one)
	return found, wrap("look for an event", err)
}

// ForgetSeen drops event ids that are too old to come again.
func (tx *Tx) ForgetSeen(now time.Time) error {
	_, err := tx.exec("DELETE FROM seen WHERE at < $1", millis(now.Add(-keepSeen)))
	return wrap("forget events", err)
}

// millis is how instants are kept; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
