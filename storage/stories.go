package storage

// SaveStory notes that a broadcast is a win story, of an event where it is one's.
func (tx *Tx) SaveStory(broadcast, event int64) error {
	_, err := tx.exec("INSERT INTO stories (broadcast, event) VALUES ($1, $2)", broadcast, event)
	return wrap("note a story", err)
}

// StoryOf is the broadcast that tells, or is to tell, of an event; 0 for none. A
// draft that was dropped does not count.
func (tx *Tx) StoryOf(event int64) (broadcast int64, err error) {
	_, err = tx.row(`SELECT b.id FROM stories s JOIN broadcasts b ON b.id = s.broadcast
		WHERE s.event = $1 AND s.event > 0 AND (b.state <> 'stopped' OR b.sent_at > 0) ORDER BY b.id DESC LIMIT 1`, []any{event}, &broadcast)
	return broadcast, wrap("look for an event's story", err)
}
