package storage

import (
	"time"

	"ismsbot/bot/chat"
)

// Conversation is how an address is reached, in its adapter's own words.
type Conversation struct {
	chat.Address
	Data string // JSON
	At   time.Time
}

// Conversation returns what an adapter has kept for an address.
func (tx *Tx) Conversation(platform, address string) (data string, found bool, err error) {
	found, err = tx.row("SELECT data FROM conversations WHERE platform = $1 AND address = $2", []any{platform, address}, &data)
	return data, found, wrap("read a conversation", err)
}

// SaveConversation keeps how an address is reached, and writes nothing where
// that is known already. Of the instant it keeps the day: whoever writes for the
// first time may do so without a name.
func (tx *Tx) SaveConversation(platform, address, data string, now time.Time) error {
	_, err := tx.exec(`INSERT INTO conversations (platform, address, data, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (platform, address) DO UPDATE SET data = excluded.data, at = excluded.at WHERE conversations.data <> excluded.data`,
		platform, address, data, millis(now.UTC().Truncate(24*time.Hour)))
	return wrap("write a conversation", err)
}

// ConversationsLike returns those whose address begins with prefix, by address,
// at most limit. Upper and lower case differ.
func (tx *Tx) ConversationsLike(platform, prefix string, limit int) ([]Conversation, error) {
	var out []Conversation
	err := tx.each(`SELECT platform, address, data, at FROM conversations
		WHERE platform = $1 AND address >= $2 AND substr(address, 1, length($2)) = $2 ORDER BY address LIMIT $3 + 0`,
		[]any{platform, prefix, limit}, func(r *rows) error {
			var c Conversation
			var at int64
			err := r.Scan(&c.Platform, &c.To, &c.Data, &at)
			c.At = instant(at)
			out = append(out, c)
			return err
		})
	return out, wrap("read conversations", err)
}
