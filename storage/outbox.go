package storage

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// Delivery is a message on its way, or one that went out.
type Delivery struct {
	ID       int64
	Key      string // what makes a repetition the same message
	Class    string
	Person   isms.PersonID
	To       chat.Address
	Content  string // what to show, in the bot's own terms
	Target   int64  // the delivery that an update brings up to date
	State    string // queued, sending, sent, held, unreachable, dead, cancelled
	Attempts int
	// NotBefore is the earliest instant at which it may go.
	NotBefore time.Time
	Claim     string
	// SendingAt is set from just before the platform is called until the
	// outcome is recorded: such a row may or may not have arrived.
	SendingAt time.Time
	SentAt    time.Time
	Ref       chat.MessageRef
	Sha256    string
	Error     string
	Created   time.Time
	// Dispatch is the one that the message is part of, 0 for none. Enqueue and
	// EnqueueMany set it.
	Dispatch int64
}

// The classes of message, which tell when each may go out.
const (
	ClassDigest  = "digest"  // one a person and working day
	ClassRequest = "request" // somebody waits: inside hours, two a day
	ClassAnswer  = "answer"  // at once
	ClassUrgent  = "urgent"  // at once, at any hour, to named people
	ClassNotice  = "notice"  // to a channel
	ClassUpdate  = "update"  // has an older message drawn again
	// ClassBroadcast goes to many with the same words, on a way of its own and
	// behind everything else. Those whose keys are the same up to the last slash
	// (broadcast/5/1/77) are one dispatch, named by what they share:
	// broadcast/5/1/.
	ClassBroadcast = "broadcast"
)

// The states of a delivery.
const (
	Queued  = "queued"
	Sending = "sending"
	Sent    = "sent"
	Dead    = "dead"
	Dropped = "cancelled"
	// Held may or may not have arrived, and is not repeated unless somebody says so.
	Held = "held"
	// Gone is for a message of a dispatch whose reader has no account that takes messages.
	Gone = "unreachable"
)

// Enqueue puts a message into the outbox and sets its ID; false, with the ID
// of the earlier one, where a message with this key is there already.
func (tx *Tx) Enqueue(d *Delivery) (bool, error) {
	var err error
	if d.Dispatch, err = tx.dispatchOf(d); err != nil {
		return false, err
	}
	n, err := tx.exec(insertOne, d.queued(nil)...)
	if err != nil {
		return false, wrap("enqueue", err)
	}
	_, err = tx.row("SELECT id FROM deliveries WHERE key = $1", []any{d.Key}, &d.ID)
	return n == 1, wrap("enqueue", err)
}

// AboutItems notes which items a delivery shows.
func (tx *Tx) AboutItems(delivery int64, items ...isms.ItemID) error {
	for _, id := range items {
		if _, err := tx.exec("INSERT INTO delivery_items (kind, n, delivery) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id.Kind, id.N, delivery); err != nil {
			return wrap("note a delivery's items", err)
		}
	}
	return nil
}

// EnqueueUpdate asks that a message that went out is drawn again. Several
// changes before it is sent are one update, which waits behind no copies.
func (tx *Tx) EnqueueUpdate(target int64, now time.Time) error {
	_, err := tx.exec(`INSERT INTO deliveries (key, class, person, platform, address, content, target, state, not_before, created)
		SELECT 'update/' || id, 'update', person, platform, address, '', id, 'queued', $2, $2 FROM deliveries WHERE id = $1 AND ref <> ''
		ON CONFLICT (key) DO UPDATE SET state = 'queued', attempts = 0, claim = '', not_before = excluded.not_before, created = excluded.created, dispatch = 0`, target, millis(now))
	return wrap("enqueue an update", err)
}

const deliveryColumns = `id, key, class, person, platform, address, content, target, state, attempts, not_before, claim, sending_at, sent_at, ref, sha256, error, created, dispatch`

func scanDelivery(r *rows) (*Delivery, error) {
	var d Delivery
	var notBefore, sending, sent, created int64
	err := r.Scan(&d.ID, &d.Key, &d.Class, &d.Person, &d.To.Platform, &d.To.To, &d.Content, &d.Target, &d.State, &d.Attempts,
		&notBefore, &d.Claim, &sending, &sent, &d.Ref, &d.Sha256, &d.Error, &created, &d.Dispatch)
	d.NotBefore, d.SendingAt, d.SentAt, d.Created = instant(notBefore), instant(sending), instant(sent), instant(created)
	return &d, err
}

func (tx *Tx) deliveries(where string, args ...any) ([]*Delivery, error) {
	var out []*Delivery
	err := tx.each("SELECT "+deliveryColumns+" FROM deliveries "+where, args, func(r *rows) error {
		d, err := scanDelivery(r)
		out = append(out, d)
		return err
	})
	return out, wrap("read deliveries", err)
}

func (tx *Tx) delivery(where string, args ...any) (*Delivery, error) {
	list, err := tx.deliveries(where, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// Delivery returns one by its id, nil where there is none.
func (tx *Tx) Delivery(id int64) (*Delivery, error) { return tx.delivery("WHERE id = $1", id) }

// DeliveryByRef returns the delivery behind a message, nil where there is none.
func (tx *Tx) DeliveryByRef(platform string, ref chat.MessageRef) (*Delivery, error) {
	return tx.delivery("WHERE platform = $1 AND ref = $2 AND ref <> '' AND class <> 'update'", platform, string(ref))
}

// Showing returns the newest deliveries that show the item, cancelled and dead ones not.
func (tx *Tx) Showing(id isms.ItemID, limit int) ([]*Delivery, error) {
	return tx.deliveries(`WHERE id IN (SELECT delivery FROM delivery_items WHERE kind = $1 AND n = $2 ORDER BY delivery DESC LIMIT $3 + 0)
		AND state IN ('queued', 'sending', 'sent') ORDER BY id DESC`, id.Kind, id.N, limit)
}

// HasDue tells, without a write, whether ClaimDue would find something.
func (tx *Tx) HasDue(platform string, now time.Time) (bool, error) {
	var due bool
	_, err := tx.row(`SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'queued' AND dispatch = 0 AND not_before <= $1 AND platform = $2)
		OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending' AND lease <= $1 AND platform = $2 AND dispatch = 0)`, []any{millis(now), platform}, &due)
	return due, wrap("look for what is due", err)
}

// ClaimDue takes up to limit queued messages of a platform whose time has come,
// and those whose lease ran out while they were being sent (their SendingAt
// tells). Nobody else gets them until the lease ends. What is part of a
// dispatch is left to ClaimBulk.
func (tx *Tx) ClaimDue(platform string, now time.Time, lease time.Duration, limit int) ([]*Delivery, error) {
	c := claim{tx: tx, name: rand.Text(), platform: platform, now: now, until: now.Add(lease)}
	if err := c.take("state = 'queued' AND dispatch = 0 AND platform = $3 AND not_before <= $4 ORDER BY not_before, id LIMIT $5 + 0", platform, millis(now), limit); err != nil {
		return nil, err
	}
	return c.withEnded("dispatch = 0", limit)
}

// claim gathers messages under one name.
type claim struct {
	tx         *Tx
	name       string
	platform   string
	now, until time.Time
	out        []*Delivery
}

// take claims what the condition finds; its parameters begin with $3.
func (c *claim) take(which string, args ...any) error {
	err := c.tx.each("UPDATE deliveries SET state = 'sending', claim = $1, lease = $2 WHERE id IN (SELECT id FROM deliveries WHERE "+which+") RETURNING "+deliveryColumns,
		append([]any{c.name, millis(c.until)}, args...), func(r *rows) error {
			d, err := scanDelivery(r)
			c.out = append(c.out, d)
			return err
		})
	return wrap("claim", err)
}

// withEnded claims what was being sent when its lease ended, too, and returns all.
func (c *claim) withEnded(which string, limit int) ([]*Delivery, error) {
	if err := c.take("state = 'sending' AND lease <= $3 AND platform = $4 AND "+which+" ORDER BY lease LIMIT $5 + 0", millis(c.now), c.platform, limit); err != nil {
		return nil, err
	}
	slices.SortFunc(c.out, func(a, b *Delivery) int { return cmp.Compare(a.ID, b.ID) })
	return c.out, nil
}

// ReleaseAll takes back every lease, for a process that has just started: its
// predecessor is gone. Only one process serves a database. Messages that may
// have arrived are given out again from settled on, when the platform can say;
// those that wait for that since an earlier start wait no longer.
func (tx *Tx) ReleaseAll(settled time.Time) error {
	if _, err := tx.exec("UPDATE deliveries SET state = 'queued', claim = '' WHERE state = 'sending' AND sending_at = 0"); err != nil {
		return wrap("release", err)
	}
	_, err := tx.exec("UPDATE deliveries SET lease = $1, claim = '' WHERE state = 'sending' AND claim <> ''", millis(settled))
	return wrap("release", err)
}

// MarkSending notes that the platform is about to be called with what d.Sha256
// names, and begins the lease anew; false where the claim was lost or the
// message cancelled meanwhile.
func (tx *Tx) MarkSending(d *Delivery, now time.Time, lease time.Duration) (bool, error) {
	n, err := tx.exec("UPDATE deliveries SET sending_at = $3, lease = $4, sha256 = $5 WHERE id = $1 AND claim = $2 AND state = 'sending'",
		d.ID, d.Claim, millis(now), millis(now.Add(lease)), d.Sha256)
	d.SendingAt = now
	return n == 1, wrap("mark as sending", err)
}

// MarkSent records that the message arrived. It counts even where the claim
// was lost, as the message is there.
func (tx *Tx) MarkSent(d *Delivery, ref chat.MessageRef, sha256 string, now time.Time) error {
	_, err := tx.exec(`UPDATE deliveries SET state = CASE WHEN claim = $5 OR class <> 'update' THEN 'sent' ELSE state END,
		ref = $2, sha256 = $3, sent_at = $4, sending_at = 0, error = '', claim = '' WHERE id = $1`, d.ID, string(ref), sha256, millis(now), d.Claim)
	return wrap("mark as sent", err)
}

// MarkRetry puts the message back with the reason; unsure keeps SendingAt, so
// that the next try first asks whether it arrived.
func (tx *Tx) MarkRetry(d *Delivery, at time.Time, reason string, unsure bool) error {
	since := int64(0)
	if unsure {
		since = millis(d.SendingAt)
	}
	_, err := tx.exec(`UPDATE deliveries SET state = 'queued', claim = '', attempts = attempts + 1, not_before = $3, error = $4, sending_at = $5
		WHERE id = $1 AND claim = $2 AND state = 'sending'`, d.ID, d.Claim, millis(at), reason, since)
	return wrap("put back", err)
}

// PutBack leaves the message for later, as it was claimed, and counts no
// attempt: the platform was not asked, or asked us to wait.
func (tx *Tx) PutBack(d *Delivery, at time.Time, reason string) error {
	_, err := tx.exec(`UPDATE deliveries SET state = 'queued', claim = '', not_before = $3, error = $4, sending_at = $5
		WHERE id = $1 AND claim = $2 AND state = 'sending'`, d.ID, d.Claim, millis(at), reason, millis(d.SendingAt))
	return wrap("put back", err)
}

// Readdress sends the message to another account instead, from now on and
// with all its attempts before it.
func (tx *Tx) Readdress(d *Delivery, to chat.Address, now time.Time, reason string) error {
	_, err := tx.exec(`UPDATE deliveries SET state = 'queued', claim = '', attempts = 0, sending_at = 0, platform = $3, address = $4, not_before = $5, error = $6
		WHERE id = $1 AND claim = $2 AND state = 'sending'`, d.ID, d.Claim, to.Platform, to.To, millis(now), reason)
	return wrap("readdress", err)
}

// ReaddressQueued sends what waits for a person to the given account instead.
// What may have arrived where it was sent stays there, as does what only brings
// an older message up to date.
func (tx *Tx) ReaddressQueued(person isms.PersonID, to chat.Address, now time.Time) error {
	_, err := tx.exec(`UPDATE deliveries SET platform = $2, address = $3, attempts = 0, not_before = CASE WHEN attempts > 0 THEN $4 ELSE not_before END
		WHERE state = 'queued' AND person = $1 AND class <> 'update' AND sending_at = 0 AND (platform <> $2 OR address <> $3)`,
		person, to.Platform, to.To, millis(now))
	return wrap("readdress what waits", err)
}

// Drop ends a claimed message that has nothing left to say.
func (tx *Tx) Drop(d *Delivery, reason string) error {
	_, err := tx.exec("UPDATE deliveries SET state = 'cancelled', claim = '', sending_at = 0, error = $3 WHERE id = $1 AND claim = $2", d.ID, d.Claim, reason)
	return wrap("drop", err)
}

// Cancel stops a message that has not been handed to its platform; false where
// it is too late.
func (tx *Tx) Cancel(id int64, reason string) (bool, error) {
	n, err := tx.exec("UPDATE deliveries SET state = 'cancelled', claim = '', error = $2 WHERE id = $1 AND sending_at = 0 AND state IN ('queued', 'sending')", id, reason)
	return n == 1, wrap("cancel", err)
}

// RequestsToday counts the requests sent to the person since the instant.
func (tx *Tx) RequestsToday(person isms.PersonID, since time.Time) (int, error) {
	var n int
	_, err := tx.row("SELECT count(*) FROM deliveries WHERE class = 'request' AND person = $1 AND not_before >= $2 AND state <> 'cancelled'", []any{person, millis(since)}, &n)
	return n, wrap("count requests", err)
}

// Label is the delivery's name in a message's metadata: the database's own
// name and the number, so that two databases on one workspace never mistake
// each other's.
func Label(instance string, id int64) string { return instance + "-" + strconv.FormatInt(id, 10) }
