// Package exchange carries people and registers between the bot and files:
// CSV, XLSX and JSON in our own columns, attendance lists, the files of CISO Assistant and of
// NIST's OSCAL, and the results of phishing programs. It knows no database: reading gives rows to be matched
// with what is there, writing takes items.
//
// Limits: a file of 32 MiB and 200,000 rows; titles, names and references of
// 300 characters, departments, scopes and evidence of 2,000, descriptions of 16,000.
package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"ismsbot/bot/isms"
)

// Format is what a file is, by the word that --format takes.
type Format string

// The formats. Auto looks at the header, the sheets or the JSON keys.
const (
	Auto          Format = "auto"
	People        Format = "people"
	Actions       Format = "actions"
	Audits        Format = "audits"
	Tasks         Format = "tasks"
	Findings      Format = "findings"
	Register      Format = "register"
	CISOAssistant Format = "ciso-assistant"
	OSCAL         Format = "oscal"
	Attendance    Format = "attendance" // of trainings
)

// Formats are all of them.
var Formats = []Format{Auto, People, Actions, Audits, Tasks, Findings, Register, CISOAssistant, OSCAL, Attendance, GoPhish, GoPhishEvents, KnowBe4}

// kindOf gives the kind of item that a format of one kind holds.
var kindOf = map[Format]isms.Kind{Actions: isms.Action, Audits: isms.Audit, Tasks: isms.Task, Findings: isms.Finding}

// Known is what reading has to know of the database.
type Known struct {
	// People maps the lower-case e-mail of everybody in the database to their name.
	People map[string]string
	// Refs tells whether an item with this key (see ItemRow.Key) is there
	// already: what a foreign file lacks is then not filled, and not announced.
	// It may be nil.
	Refs func(kind isms.Kind, key string) bool
	// Today is the day from which an absent due date is counted.
	Today isms.Date
	// ISMSManager is the e-mail of who gets a foreign file's items without an
	// owner. Empty leaves them without.
	ISMSManager string
	// Campaign and Sent are what the operator says of a file of phishing results;
	// either may be missing.
	Campaign string
	Sent     isms.Date
	// Trainings are those of the catalogue, by number and by lower-case title;
	// nil where any is taken.
	Trainings map[string]int64
	// Preview is set where nothing will be brought in. Otherwise a file whose
	// columns were guessed is refused, with how they were understood.
	Preview bool
}

// Batch is what a file says, checked but not yet compared with the database.
type Batch struct {
	File       string
	Format     Format
	People     []PersonRow
	Items      []ItemRow
	Attendance []AttendanceRow
	// Campaign is a phishing test; nil for every other file.
	Campaign *Campaign
	// Notices are sentences for the operator: rules applied where the file said
	// nothing, columns not read, references to nothing. Each names file and rows.
	Notices []string
}

// PersonRow is one person of a file.
type PersonRow struct {
	Row    int // as in a spreadsheet: the header is row 1
	Person isms.Person
	// Manager and Deputy are e-mails, empty for none. Both are of this file or known.
	Manager, Deputy  string
	SlackID, TeamsID string
	// Columns is the canonical text of each column that the file has (see
	// PersonColumns), to be compared with what it was at the last import.
	Columns map[string]string
}

// AttendanceRow says that somebody was at a training.
type AttendanceRow struct {
	Row      int
	Email    string
	Training string // its number or its title
	On       isms.Date
}

// ItemRow is one item of a file.
type ItemRow struct {
	Row int
	// Item has its people zero: they are Owner, Deputy and Auditees below. Its
	// ID has the kind; the number is zero except where our own export wrote
	// "id:CA-12" for an item that has no reference of its own.
	Item          isms.Item
	Owner, Deputy string // e-mails, empty for none; an audit's Owner is its lead auditor
	Auditees      []string
	// FindingRef is the Key of the finding that this action answers, which
	// stands before it in the same batch. Empty for none.
	FindingRef string
	// Key says, within the kind, that a row of a later import is this same
	// item: its reference, or a hash of source and title for a foreign item without one.
	Key string
	// Columns is the canonical text of each of our columns that the file gave a
	// value for (see Columns), to be compared with what it was at the last
	// import. What a rule filled in is not among them.
	Columns map[string]string
}

// The limits on a file.
const (
	MaxFileSize = 32 << 20
	MaxRows     = 200_000
	maxColumns  = 1_000
	maxCells    = 8_000_000
)

// Read understands a file of the given name and content. An error is *Faults,
// everything that is wrong with its rows, or a sentence on why the file cannot
// be read at all.
func Read(name string, data []byte, format Format, known Known) (*Batch, error) {
	r := &reader{
		known: known, format: format,
		batch:  &Batch{File: oneLine(filepath.Base(name)), Format: format},
		faults: &Faults{}, unit: "row",
	}
	r.notices.file = r.batch.File
	if err := r.read(data); err != nil {
		return nil, fmt.Errorf("%s: %w", r.batch.File, err)
	}
	if len(r.faults.List) > 0 {
		r.faults.sort()
		return nil, r.faults
	}
	r.notices.unit = r.unit
	if len(r.batch.People)+len(r.batch.Items)+len(r.batch.Attendance) == 0 && r.batch.Campaign == nil {
		r.notices.add("", 0, "there are no rows below the header")
	}
	r.batch.Notices = r.notices.sentences()
	return r.batch, nil
}

// reader is the reading of one file.
type reader struct {
	known   Known
	format  Format
	batch   *Batch
	faults  *Faults
	notices notices
	unit    string          // what the file counts: "row", or "entry" of JSON
	keys    map[string]int  // how often a foreign item without reference had this name
	cells   int             // how many have been read
	inFile  map[string]bool // e-mails of the file's own people
}

// count refuses a file that is small but unfolds to more cells than anybody's register.
func (r *reader) count(cells int) error {
	if r.cells += cells; cells > maxColumns || r.cells > maxCells {
		return fmt.Errorf("the file has more than %d columns or %d cells", maxColumns, maxCells)
	}
	return nil
}

func (r *reader) read(data []byte) error {
	if len(data) > MaxFileSize {
		return fmt.Errorf("the file has %d MiB, more than the %d that are read; split it", len(data)>>20, MaxFileSize>>20)
	}
	switch body := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case len(body) == 0:
		return errors.New("the file is empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return r.readXLSX(data)
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return errors.New("this is an old or password-protected Excel file; save it as .xlsx without a password")
	case body[0] == '{' || body[0] == '[':
		return r.readJSON(body)
	}
	t, err := r.readCSV(data)
	if err != nil {
		return err
	}
	return r.readTables([]*table{t})
}
