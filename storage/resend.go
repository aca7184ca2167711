package storage

import "ismsbot/bot/isms"

// Again is the reason of those who are to be asked once more.
const Again = "again"

// missed is the condition of a recipient who is still there and whom no message
// has reached.
const missed = `acked_at = 0 AND reason <> 'again' AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = person AND p.has_left = 1) AND (delivery = 0
	OR delivery IN (SELECT id FROM deliveries WHERE id = broadcast_recipients.delivery AND state IN ('dead', 'unreachable', 'held', 'cancelled')))`

// CountMissed counts those of a version whom no message has reached. It walks
// over all of them.
func (tx *Tx) CountMissed(id int64, version int) (n int64, err error) {
	_, err = tx.row("SELECT count(*) FROM broadcast_recipients WHERE broadcast = $1 AND version = $2 AND "+missed, []any{id, version}, &n)
	return n, wrap("count those missed", err)
}

// Missed are at most limit of those of a version whom no message has reached, by
// number, from the given one on.
func (tx *Tx) Missed(id int64, version int, from isms.PersonID, limit int) ([]isms.PersonID, error) {
	out, err := values[isms.PersonID](tx, "SELECT person FROM broadcast_recipients WHERE broadcast = $1 AND version = $2 AND person >= $3 AND "+missed+" ORDER BY person LIMIT $4 + 0",
		id, version, from, limit)
	return out, wrap("look for those missed", err)
}

// MarkMissed marks those to be asked once more whom still no message has
// reached, and notes from whom on others are still to be marked, 0 for none.
func (tx *Tx) MarkMissed(b *Sendout, people []isms.PersonID, next isms.PersonID) error {
	for _, p := range people {
		if _, err := tx.exec(`UPDATE broadcast_recipients SET tries = tries + 1, delivery = 0, reason = 'again'
			WHERE broadcast = $1 AND version = $2 AND person = $3 AND `+missed, b.ID, b.Version, p); err != nil {
			return wrap("ask again", err)
		}
	}
	// Who has asked anew meanwhile begins from the start.
	_, err := tx.exec("UPDATE broadcasts SET resend = $1 WHERE id = $2 AND version = $3 AND resend = $4", next, b.ID, b.Version, b.Resend)
	return wrap("note whom to ask again", err)
}

// ToAskAgain are at most limit of those who are marked to be asked once more.
func (tx *Tx) ToAskAgain(id int64, version, limit int) ([]*Recipient, error) {
	return tx.recipients("WHERE broadcast = $1 AND version = $2 AND delivery = 0 AND reason = 'again' ORDER BY person LIMIT $3 + 0", id, version, limit)
}

// MarkAgain marks one who had no account, unless that changed meanwhile.
func (tx *Tx) MarkAgain(x *Recipient) error {
	_, err := tx.exec("UPDATE broadcast_recipients SET reason = $1 WHERE broadcast = $2 AND version = $3 AND person = $4 AND delivery = 0 AND reason = $5 AND acked_at = 0",
		Again, x.Broadcast, x.Version, x.Person, NoAccount)
	return wrap("ask again", err)
}
