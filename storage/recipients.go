package storage

import (
	"fmt"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// Recipient is one person's part in one version of a broadcast.
type Recipient struct {
	Broadcast int64
	Version   int
	Person    isms.PersonID
	Delivery  int64 // 0 where none could be queued
	Requested time.Time
	Due       time.Time // when it may go
	Reason    string    // why none could be queued
	Away      isms.Date // the first day back of somebody who is away
	Joined    bool      // came after the audience was frozen
	Tries     int
	Language  string // in which it was shown last
	Copy      int    // the edition to which their message was brought, 0 for none, -1 once it asks for nothing more
	Edition   int    // that was shown last, that was read once Acked is set
	Sha256    string // of that edition in their language
	Acked     time.Time
	How       string // button, typed, question, list
	Recorder  isms.PersonID
	Wrong     int
	Reminded  isms.Date
	Key       string // of the delivery to be queued with the row; not kept
}

// NoAccount is the reason for which somebody without chat is not written to, and
// HasLeft that for which somebody is not who has left.
const (
	NoAccount = "no_account"
	HasLeft   = "left"
)

const (
	recipientValues = 9
	recipientRows   = 50
)

func insertRecipients(rows int) string {
	const one = "(?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT id FROM deliveries WHERE key = ?), 0))"
	return `INSERT INTO broadcast_recipients (broadcast, version, person, requested, due, reason, away, joined, delivery)
		VALUES ` + strings.Repeat(one+", ", rows-1) + one + " ON CONFLICT (broadcast, version, person) DO NOTHING"
}

var insertRecipient, insertSomeRecipients = insertRecipients(1), insertRecipients(recipientRows)

// AddRecipients writes rows whose deliveries are in the outbox already, under
// Key. One that is there stays as it is.
func (tx *Tx) AddRecipients(list []Recipient) error {
	for len(list) > 0 {
		query, n := insertRecipient, 1
		if len(list) >= recipientRows {
			query, n = insertSomeRecipients, recipientRows
		}
		args := make([]any, 0, n*recipientValues)
		for _, r := range list[:n] {
			args = append(args, r.Broadcast, int64(r.Version), int64(r.Person), millis(r.Requested), millis(r.Due), r.Reason, r.Away.String(), r.Joined, r.Key)
		}
		if _, err := tx.exec(query, args...); err != nil {
			return wrap("write recipients", err)
		}
		list = list[n:]
	}
	return nil
}

const recipientColumns = `broadcast, version, person, delivery, requested, due, reason, away, joined, tries, language, copy, edition, text_sha256, acked_at, how, recorded_by, wrong, reminded`

func scanRecipient(r *rows) (*Recipient, error) {
	var x Recipient
	var requested, due, acked int64
	err := r.Scan(&x.Broadcast, &x.Version, &x.Person, &x.Delivery, &requested, &due, &x.Reason, date{&x.Away}, &x.Joined, &x.Tries,
		&x.Language, &x.Copy, &x.Edition, &x.Sha256, &acked, &x.How, &x.Recorder, &x.Wrong, date{&x.Reminded})
	x.Requested, x.Due, x.Acked = instant(requested), instant(due), instant(acked)
	return &x, err
}

func (tx *Tx) recipients(where string, args ...any) ([]*Recipient, error) {
	var out []*Recipient
	err := tx.each("SELECT "+recipientColumns+" FROM broadcast_recipients "+where, args, func(r *rows) error {
		x, err := scanRecipient(r)
		out = append(out, x)
		return err
	})
	return out, wrap("read recipients", err)
}

// Recipient returns one person's row, nil where there is none.
func (tx *Tx) Recipient(id int64, version int, person isms.PersonID) (*Recipient, error) {
	list, err := tx.recipients("WHERE broadcast = $1 AND version = $2 AND person = $3", id, version, person)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// SaveRecipient writes what may change of a row.
func (tx *Tx) SaveRecipient(x *Recipient) error {
	n, err := tx.exec(`UPDATE broadcast_recipients SET delivery=$1, due=$2, reason=$3, away=$4, tries=$5, language=$6, edition=$7, text_sha256=$8, acked_at=$9, how=$10,
		recorded_by=$11, wrong=$12, reminded=$13, copy=$14 WHERE broadcast=$15 AND version=$16 AND person=$17`,
		x.Delivery, millis(x.Due), x.Reason, x.Away.String(), x.Tries, x.Language, x.Edition, x.Sha256, millis(x.Acked), x.How,
		x.Recorder, x.Wrong, x.Reminded.String(), x.Copy, x.Broadcast, x.Version, x.Person)
	if err == nil && n != 1 {
		err = fmt.Errorf("person %d is no recipient of broadcast %d", x.Person, x.Broadcast)
	}
	return wrap("write a recipient", err)
}

// UnreadBy are the open broadcasts, in their newest version, that the person
// was sent and has not acknowledged, with the person's row.
func (tx *Tx) UnreadBy(person isms.PersonID) (list []*Sendout, mine []*Recipient, err error) {
	all, err := tx.recipients("WHERE person = $1 AND acked_at = 0 ORDER BY broadcast, version", person)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range all {
		b, err := tx.Broadcast(x.Broadcast)
		if err != nil {
			return nil, nil, err
		}
		if b != nil && b.Version == x.Version && (b.State == isms.Sending || b.State == isms.Paused) {
			list, mine = append(list, b), append(mine, x)
		}
	}
	return list, mine, nil
}

// Unread are those who have not acknowledged the version, by number.
func (tx *Tx) Unread(id int64, version int) ([]isms.PersonID, error) {
	out, err := values[isms.PersonID](tx, "SELECT person FROM broadcast_recipients WHERE broadcast = $1 AND version = $2 AND acked_at = 0 ORDER BY person", id, version)
	return out, wrap("read who has not read", err)
}

// Progress is how far one version has come, in people.
type Progress struct {
	Asked     int // have their row
	Sent      int
	Read      int
	ReadInDay int // by the date, where there is one
	NotSent   int // not reached, for one of Reasons
	Reasons   map[string]int
	Away      int // are asked when they are back
	ToCome    int
	Late      int // joined after the audience was frozen
	Wrong     int // answers to the check question
}

// deliveryState is a message's state d, where what waits in a dispatch that was
// stopped for good, g, is cancelled.
const deliveryState = "CASE WHEN d.state = 'queued' AND g.state = 'cancelled' THEN 'cancelled' ELSE coalesce(d.state, '') END"

// Progress counts the version's recipients. by is the end of the day to
// acknowledge by, zero for none.
func (tx *Tx) Progress(id int64, version int, today isms.Date, by time.Time) (Progress, error) {
	p := Progress{Reasons: map[string]int{}}
	err := tx.each(`SELECT `+deliveryState+`, CASE WHEN r.delivery = 0 THEN r.reason WHEN d.state IN ('dead', 'unreachable', 'held') THEN d.error
				WHEN d.state = 'cancelled' AND EXISTS (SELECT 1 FROM people p WHERE p.id = r.person AND p.has_left = 1) THEN 'left' ELSE '' END,
			r.acked_at > 0, r.away > $3 AND `+deliveryState+` = 'queued', count(*), sum(r.wrong), sum(r.joined), sum(r.acked_at > 0 AND r.acked_at < $4)
		FROM broadcast_recipients r LEFT JOIN deliveries d ON d.id = r.delivery LEFT JOIN dispatches g ON g.id = d.dispatch
		WHERE r.broadcast = $1 AND r.version = $2 GROUP BY 1, 2, 3, 4`,
		[]any{id, int64(version), today.String(), millis(by)}, func(r *rows) error {
			var state, reason string
			var read, away bool
			var n, wrong, joined, inDay int
			if err := r.Scan(&state, &reason, &read, &away, &n, &wrong, &joined, &inDay); err != nil {
				return err
			}
			p.add(state, reason, read, away, n)
			p.Wrong, p.Late, p.ReadInDay = p.Wrong+wrong, p.Late+joined, p.ReadInDay+inDay
			return nil
		})
	return p, wrap("count recipients", err)
}

func (p *Progress) add(state, reason string, read, away bool, n int) {
	p.Asked += n
	if read {
		p.Read += n
	}
	switch {
	case state == Sent:
		p.Sent += n
	case read: // by attendance list or from elsewhere
	case away:
		p.Away += n
	case state == Queued, state == Sending, state == "" && reason == Again:
		p.ToCome += n
	default:
		if reason == "" {
			reason = state
		}
		p.NotSent += n
		p.Reasons[reason] += n
	}
}

// ZoneWaits is when the morning begins of those in a zone who are still to be asked.
type ZoneWaits struct {
	Zone string
	From time.Time
}

// Waiting tells, the first first, in which zones people wait for an hour after
// now; whoever is away does not. own is the zone of those who have none.
func (tx *Tx) Waiting(id int64, version int, today isms.Date, now time.Time, own string) ([]ZoneWaits, error) {
	var out []ZoneWaits
	err := tx.each(`SELECT coalesce(nullif(p.own_zone, ''), nullif(p.zone, ''), (SELECT zone FROM accounts a WHERE a.person = p.id AND zone <> '' ORDER BY used_at DESC, platform LIMIT 1), $5) AS lives,
			min(r.due) AS begins
		FROM broadcast_recipients r CROSS JOIN people p ON p.id = r.person JOIN deliveries d ON d.id = r.delivery
		WHERE r.broadcast = $1 AND r.version = $2 AND r.due > $3 AND r.acked_at = 0 AND r.away <= $4 AND d.state = 'queued' GROUP BY lives ORDER BY begins, lives`,
		[]any{id, version, millis(now), today.String(), own}, func(r *rows) error {
			var z ZoneWaits
			var from int64
			err := r.Scan(&z.Zone, &from)
			z.From = instant(from)
			out = append(out, z)
			return err
		})
	return out, wrap("see who is still to be asked", err)
}

// Proof is a recipient's row with what became of the message.
type Proof struct {
	Recipient
	Title         string // as it was when it was read last
	State         string // of the delivery
	Error         string
	Sent          time.Time
	Ref           string // the platform's message id
	MessageSha256 string // of the whole message as it was sent
}

// RegisterOf calls f for each row of a broadcast, by version and person.
func (tx *Tx) RegisterOf(id int64, f func(Proof)) error {
	titles := map[string]string{}
	texts, err := tx.AllBroadcastTexts(id)
	if err != nil {
		return err
	}
	for _, t := range texts {
		titles[t.Sha256] = t.Title
	}
	err = tx.each(`SELECT r.broadcast, r.version, r.person, r.delivery, r.requested, r.due, r.reason, r.away, r.joined, r.tries, r.language, r.edition, r.text_sha256,
		r.acked_at, r.how, r.recorded_by, r.wrong, `+deliveryState+`, coalesce(d.error, ''), coalesce(d.sent_at, 0), coalesce(d.ref, ''), coalesce(d.sha256, '')
		FROM broadcast_recipients r LEFT JOIN deliveries d ON d.id = r.delivery LEFT JOIN dispatches g ON g.id = d.dispatch
		WHERE r.broadcast = $1 ORDER BY r.version, r.person`, []any{id}, func(r *rows) error {
		var p Proof
		var requested, due, acked, sent int64
		x := &p.Recipient
		err := r.Scan(&x.Broadcast, &x.Version, &x.Person, &x.Delivery, &requested, &due, &x.Reason, date{&x.Away}, &x.Joined, &x.Tries, &x.Language, &x.Edition, &x.Sha256,
			&acked, &x.How, &x.Recorder, &x.Wrong, &p.State, &p.Error, &sent, &p.Ref, &p.MessageSha256)
		x.Requested, x.Due, x.Acked, p.Sent = instant(requested), instant(due), instant(acked), instant(sent)
		p.Title = titles[x.Sha256]
		if err == nil {
			f(p)
		}
		return err
	})
	return wrap("read a register", err)
}
