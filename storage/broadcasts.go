package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// Sendout is a broadcast with what the rules do not need.
type Sendout struct {
	isms.Broadcast
	Title    string // in Language
	Language string // of the text that all have who have no other
	Minutes  int    // to read it
	Count    int    // the head count as the last preview said, then as frozen
	// Spread is how many of the frozen audience have their row in this version,
	// Crowd the version of people at which joiners were looked for.
	Spread  int
	Crowd   string
	Created time.Time
	SentAt  time.Time
	EndedAt time.Time
	// Story is set for a win story (SaveStory): its people are asked first.
	Story bool
	// ToldLines is set where managers see who is missing before the date.
	ToldLines bool
	Watch     int64  // the delivery of its sender's card
	Watched   string // the figures on that card
	WatchedAt time.Time
	// Resend is from which person on those whom no message has reached are still
	// to be asked once more, 0 for none.
	Resend isms.PersonID
}

const broadcastColumns = `id, sender, state, version, edition, audience, ack_by, urgent, from_day, at, named, approver, change, title, language, minutes,
	head_count, spread, crowd, created, sent_at, ended_at, told_lines, watch, watched, watched_at, resend,
	id IN (SELECT broadcast FROM stories)`

func scanBroadcast(r *rows) (*Sendout, error) {
	var b Sendout
	var audience, named string
	var at, created, sent, ended, watched int64
	err := r.Scan(&b.ID, &b.Sender, &b.State, &b.Version, &b.Edition, &audience, date{&b.AckBy}, &b.Urgent, date{&b.From}, &at, &named, &b.Approver, &b.Change,
		&b.Title, &b.Language, &b.Minutes, &b.Count, &b.Spread, &b.Crowd, &created, &sent, &ended, &b.ToldLines, &b.Watch, &b.Watched, &watched, &b.Resend, &b.Story)
	if err != nil {
		return nil, err
	}
	b.At, b.Created, b.SentAt, b.EndedAt, b.WatchedAt = instant(at), instant(created), instant(sent), instant(ended), instant(watched)
	b.Named = splitIDs(named)
	return &b, json.Unmarshal([]byte(audience), &b.Audience)
}

// Broadcast returns one by its number, nil where there is none.
func (tx *Tx) Broadcast(id int64) (*Sendout, error) {
	list, err := tx.broadcasts("WHERE id = $1", id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// LiveBroadcasts are those that go out or are open, the oldest first.
func (tx *Tx) LiveBroadcasts() ([]*Sendout, error) {
	return tx.broadcasts("WHERE state IN ('sending', 'paused') ORDER BY id")
}

// StoppedSince are those that were stopped since then after they had gone out.
func (tx *Tx) StoppedSince(since time.Time) ([]*Sendout, error) {
	return tx.broadcasts("WHERE state = 'stopped' AND sent_at > 0 AND ended_at >= $1 ORDER BY id", millis(since))
}

// RecentBroadcasts are the newest ones, stopped drafts not.
func (tx *Tx) RecentBroadcasts(limit int) ([]*Sendout, error) {
	return tx.broadcasts("WHERE sent_at > 0 OR state <> 'stopped' ORDER BY id DESC LIMIT $1 + 0", limit)
}

// LastFrom is the newest broadcast that somebody has sent, nil for none.
func (tx *Tx) LastFrom(sender isms.PersonID) (*Sendout, error) {
	list, err := tx.broadcasts("WHERE sender = $1 AND sent_at > 0 ORDER BY sent_at DESC LIMIT 1", sender)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// FinishedBefore is the newest one that had ended when the given one went out.
func (tx *Tx) FinishedBefore(b *Sendout) (*Sendout, error) {
	list, err := tx.broadcasts("WHERE state = 'finished' AND id <> $1 AND sent_at < $2 AND ack_by <> '' ORDER BY sent_at DESC LIMIT 1", b.ID, millis(b.SentAt))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func (tx *Tx) broadcasts(where string, args ...any) ([]*Sendout, error) {
	var out []*Sendout
	err := tx.each("SELECT "+broadcastColumns+" FROM broadcasts "+where, args, func(r *rows) error {
		b, err := scanBroadcast(r)
		out = append(out, b)
		return err
	})
	return out, wrap("read broadcasts", err)
}

// SaveBroadcast writes a broadcast, a new one where its ID is zero, and sets ID.
func (tx *Tx) SaveBroadcast(b *Sendout) error {
	audience, err := json.Marshal(b.Audience)
	if err != nil {
		return fmt.Errorf("write a broadcast: %w", err)
	}
	args := []any{b.Sender, b.State, b.Version, b.Edition, string(audience), b.AckBy.String(), b.Urgent, b.From.String(), millis(b.At), joinIDs(b.Named), b.Approver, b.Change,
		b.Title, b.Language, b.Minutes, b.Count, b.Spread, b.Crowd, millis(b.Created), millis(b.SentAt), millis(b.EndedAt), b.ToldLines, b.Watch, b.Watched, millis(b.WatchedAt), b.Resend}
	if b.ID == 0 {
		b.ID, err = tx.insert(`INSERT INTO broadcasts (sender, state, version, edition, audience, ack_by, urgent, from_day, at, named, approver, change, title, language, minutes,
			head_count, spread, crowd, created, sent_at, ended_at, told_lines, watch, watched, watched_at, resend)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26)`, args...)
		return wrap("write a broadcast", err)
	}
	_, err = tx.exec(`UPDATE broadcasts SET sender=$1, state=$2, version=$3, edition=$4, audience=$5, ack_by=$6, urgent=$7, from_day=$8, at=$9, named=$10, approver=$11,
		change=$12, title=$13, language=$14, minutes=$15, head_count=$16, spread=$17, crowd=$18, created=$19, sent_at=$20, ended_at=$21, told_lines=$22, watch=$23,
		watched=$24, watched_at=$25, resend=$26 WHERE id=$27`, append(args, b.ID)...)
	return wrap("write a broadcast", err)
}

// BroadcastText is one edition of what was written, in one language.
type BroadcastText struct {
	Version, Edition int
	Language         string
	isms.Wording
	Sha256 string // of the wording's JSON
	By     isms.PersonID
	At     time.Time
}

// SaveBroadcastText keeps one edition in one language and sets its Sha256. One
// that is there already is replaced only while the broadcast is a draft, which
// is the caller's to know.
func (tx *Tx) SaveBroadcastText(id int64, t *BroadcastText) error {
	body, err := json.Marshal(t.Wording)
	if err != nil {
		return fmt.Errorf("write a broadcast's text: %w", err)
	}
	sum := sha256.Sum256(body)
	t.Sha256 = hex.EncodeToString(sum[:])
	_, err = tx.exec(`INSERT INTO broadcast_texts (broadcast, version, edition, language, body, sha256, by, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)
		ON CONFLICT (broadcast, version, edition, language) DO UPDATE SET body = excluded.body, sha256 = excluded.sha256, by = excluded.by, at = excluded.at`,
		id, t.Version, t.Edition, t.Language, string(body), t.Sha256, t.By, millis(t.At))
	return wrap("write a broadcast's text", err)
}

// DropBroadcastTexts forgets the texts of a draft that is written anew.
func (tx *Tx) DropBroadcastTexts(id int64, version, edition int) error {
	_, err := tx.exec("DELETE FROM broadcast_texts WHERE broadcast = $1 AND version = $2 AND edition = $3", id, version, edition)
	return wrap("forget a draft's texts", err)
}

// BroadcastTexts returns an edition in all its languages, by language.
func (tx *Tx) BroadcastTexts(id int64, version, edition int) ([]*BroadcastText, error) {
	return tx.broadcastTexts("WHERE broadcast = $1 AND version = $2 AND edition = $3 ORDER BY language", id, version, edition)
}

// AllBroadcastTexts returns everything that was ever written for it, in order.
func (tx *Tx) AllBroadcastTexts(id int64) ([]*BroadcastText, error) {
	return tx.broadcastTexts("WHERE broadcast = $1 ORDER BY version, edition, language", id)
}

func (tx *Tx) broadcastTexts(where string, args ...any) ([]*BroadcastText, error) {
	var out []*BroadcastText
	err := tx.each("SELECT version, edition, language, body, sha256, by, at FROM broadcast_texts "+where, args, func(r *rows) error {
		var t BroadcastText
		var body string
		var at int64
		if err := r.Scan(&t.Version, &t.Edition, &t.Language, &body, &t.Sha256, &t.By, &at); err != nil {
			return err
		}
		t.At = instant(at)
		out = append(out, &t)
		return json.Unmarshal([]byte(body), &t.Wording)
	})
	return out, wrap("read a broadcast's texts", err)
}

// Freeze keeps the audience as it is now and returns the SHA-256 under which
// the journal names it.
func (tx *Tx) Freeze(id int64, people []isms.PersonID, now time.Time) (string, error) {
	list := spans(people)
	sum := sha256.Sum256([]byte(list))
	name := hex.EncodeToString(sum[:])
	_, err := tx.exec(`INSERT INTO broadcast_audiences (broadcast, people, sha256, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (broadcast) DO UPDATE SET people = excluded.people, sha256 = excluded.sha256, at = excluded.at`, id, list, name, millis(now))
	return name, wrap("freeze an audience", err)
}

// Frozen is the audience as it was kept, by number.
func (tx *Tx) Frozen(id int64) ([]isms.PersonID, error) {
	var list string
	if _, err := tx.row("SELECT people FROM broadcast_audiences WHERE broadcast = $1", []any{id}, &list); err != nil {
		return nil, wrap("read an audience", err)
	}
	return unspan(list)
}

// spans writes numbers in a row: "1-40;44".
func spans(people []isms.PersonID) string {
	if !slices.IsSorted(people) {
		people = slices.Sorted(slices.Values(people))
	}
	var w strings.Builder
	for i := 0; i < len(people); {
		end := i
		for end+1 < len(people) && people[end+1] == people[end]+1 {
			end++
		}
		if i > 0 {
			w.WriteByte(';')
		}
		w.WriteString(strconv.FormatInt(int64(people[i]), 10))
		if end > i {
			w.WriteString("-" + strconv.FormatInt(int64(people[end]), 10))
		}
		i = end + 1
	}
	return w.String()
}

func unspan(list string) ([]isms.PersonID, error) {
	var out []isms.PersonID
	for _, part := range split(list) {
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		from, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read an audience: %w", err)
		}
		to, err := strconv.ParseInt(last, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read an audience: %w", err)
		}
		for n := from; n <= to; n++ {
			out = append(out, isms.PersonID(n))
		}
	}
	return out, nil
}
