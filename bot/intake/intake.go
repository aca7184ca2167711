// Package intake takes files in and gives them out again: it matches the rows
// that exchange has read with what storage remembers, brings in what is news,
// says what the register shows afterwards, and writes the register so that
// intake takes it back unchanged. Intake is the field's word for how people,
// findings and tasks reach an ISMS; the register is what they become there.
// It knows files and the database, and nobody who chats.
package intake

import (
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Finding is one thing that somebody should look at, and the next step.
type Finding struct{ Text, Next string }

// Desk is where files come in and go out. All its functions must be set.
type Desk struct {
	DB  *storage.DB
	Now func() time.Time
	// Calendar is the person's, or the organisation's for nil.
	Calendar func(*isms.Person) *isms.Calendar
	// People are all as the transaction sees them, with the roles they hold.
	People func(*storage.Tx) (*isms.People, error)
	// Changed does what follows from another version of an item that was there.
	Changed func(tx *storage.Tx, before, after *storage.Record, now time.Time) error
	// Found puts into words for the operator what Discover finds.
	Found func(*storage.Tx) ([]Finding, error)
	// Tell does what follows from an import that changed something.
	Tell func(*storage.Tx) error
	// PersonMetrics says that figures by person may be kept.
	PersonMetrics bool
	// Campaign and Sent are what the operator says of a file of phishing
	// results; either may be zero.
	Campaign string
	Sent     isms.Date
}
