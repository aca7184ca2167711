package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"ismsbot/bot/isms"
)

// Event is one entry of the journal. People stand in it by id only, free text
// by its SHA-256 (see Text).
type Event struct {
	Seq  int64
	At   time.Time
	Kind string // "item.done", "message.sent", "refused"
	Data string // a JSON object
	Prev string
	Hash string
}

// Head is where the journal ends.
type Head struct {
	Seq  int64
	Hash string
}

// String is the head as it is posted and printed: "42 9f86d081…".
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + " " + h.Hash }

// chain is the journal's end while a commit is being made. Known is false
// until the first event of the commit has read it.
type chain struct {
	head  Head
	known bool
	added bool
}

// Journal appends an event. data must marshal to a JSON object without names,
// e-mails or free text. items are those to whose history it belongs.
func (tx *Tx) Journal(now time.Time, kind string, data any, items ...isms.ItemID) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("journal %s: %w", kind, err)
	}
	if !tx.chain.known {
		if tx.chain.head, err = tx.lastEvent(); err != nil {
			return err
		}
		tx.chain.known = true
	}
	e := Event{Seq: tx.chain.head.Seq + 1, At: now, Kind: kind, Data: string(body), Prev: tx.chain.head.Hash}
	e.Hash = hashEvent(e.Seq, millis(now), e.Kind, e.Data, e.Prev)
	_, err = tx.exec("INSERT INTO journal (seq, at, kind, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6)",
		e.Seq, millis(now), e.Kind, e.Data, e.Prev, e.Hash)
	if err != nil {
		return wrap("journal "+kind, err)
	}
	tx.chain.head, tx.chain.added = Head{e.Seq, e.Hash}, true
	for _, id := range items {
		if _, err := tx.exec("INSERT INTO journal_items (kind, n, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id.Kind, id.N, e.Seq); err != nil {
			return wrap("journal "+kind, err)
		}
	}
	return nil
}

func (tx *Tx) lastEvent() (Head, error) {
	var h Head
	_, err := tx.row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", nil, &h.Seq, &h.Hash)
	return h, wrap("read the journal's end", err)
}

// saveHead notes the journal's end once a commit.
func (tx *Tx) saveHead() error {
	if tx.chain == nil || !tx.chain.added {
		return nil
	}
	_, err := tx.exec("INSERT INTO journal_head (one, seq, hash) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
		tx.chain.head.Seq, tx.chain.head.Hash)
	return wrap("note the journal's end", err)
}

// hashEvent is SHA-256 in hex over the fields, a newline after each but the
// last: prev, seq, at (milliseconds), kind, data. The first event's prev is
// empty. JSON and kinds hold no raw newline, so that no two events can share
// one text.
func hashEvent(seq, at int64, kind, data, prev string) string {
	b := make([]byte, 0, len(prev)+len(kind)+len(data)+48)
	b = append(append(b, prev...), '\n')
	b = append(strconv.AppendInt(b, seq, 10), '\n')
	b = append(strconv.AppendInt(b, at, 10), '\n')
	b = append(append(b, kind...), '\n')
	b = append(b, data...)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Text keeps free text beside the journal and returns the SHA-256 by which
// events name it; empty for the empty text.
func (tx *Tx) Text(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	sum := sha256.Sum256([]byte(text))
	name := hex.EncodeToString(sum[:])
	_, err := tx.exec("INSERT INTO texts (sha256, text) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, text)
	return name, wrap("keep a text", err)
}

// TextOf finds a text by its SHA-256, empty where it was erased.
func (tx *Tx) TextOf(name string) (string, error) {
	var text string
	_, err := tx.row("SELECT text FROM texts WHERE sha256 = $1", []any{name}, &text)
	return text, wrap("read a text", err)
}

// ChangedAfter tells whether an event after that one concerns any of the items
// otherwise than by telling somebody of it.
func (tx *Tx) ChangedAfter(seq int64, items []isms.ItemID) (bool, error) {
	for _, id := range items {
		var one int
		found, err := tx.row(`SELECT 1 FROM journal_items i JOIN journal j ON j.seq = i.seq
			WHERE i.kind = $1 AND i.n = $2 AND i.seq > $3 AND j.kind NOT LIKE 'message.%' LIMIT 1`, []any{id.Kind, id.N, seq}, &one)
		if err != nil || found {
			return found, wrap("look for newer events", err)
		}
	}
	return false, nil
}

// Head is where the journal ends now.
func (tx *Tx) Head() (Head, error) { return tx.lastEvent() }

// Anchor notes that somebody outside has seen the head, and where.
func (tx *Tx) Anchor(h Head, place string, now time.Time) error {
	_, err := tx.exec("INSERT INTO anchors (seq, hash, at, place) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", h.Seq, h.Hash, millis(now), place)
	return wrap("note an anchor", err)
}

var selectEvent = "SELECT " + unnamed("j.seq, j.at, j.kind, j.data, j.prev, j.hash")

// History returns an item's events, newest first, at most limit.
func (tx *Tx) History(id isms.ItemID, limit int) ([]Event, error) {
	var out []Event
	err := tx.each(selectEvent+` FROM journal_items i JOIN journal j ON j.seq = i.seq
		WHERE i.kind = $1 AND i.n = $2 ORDER BY i.seq DESC LIMIT $3 + 0`, []any{id.Kind, id.N, limit}, func(r *rows) error {
		e, err := scanEvent(r)
		out = append(out, e)
		return err
	})
	return out, wrap("read history", err)
}

func scanEvent(r *rows) (Event, error) {
	var e Event
	var at int64
	err := r.Scan(&e.Seq, &at, &e.Kind, &e.Data, &e.Prev, &e.Hash)
	e.At = instant(at)
	return e, err
}
