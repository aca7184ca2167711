// Package isms is what we manage: the register of audits, findings, corrective
// actions and recurring tasks, the people who answer for them, and the rules
// of ISO 27001 work (clauses 9.2, 9.3 and 10.2). Everything here is pure: no
// clock, no database, no platform; the caller says what time it is.
package isms

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what sort of entry an item of the register is.
type Kind string

// The kinds of item, by the word that files and the command "new" use.
const (
	Action  Kind = "action"  // a corrective action, 10.2
	Task    Kind = "task"    // a recurring or single obligation
	Audit   Kind = "audit"   // one audit, internal (9.2) or external
	Finding Kind = "finding" // what an audit or an incident brought up

	// Event is something that somebody reported (A.6.8). It has an id and a
	// history like an item and is none: nobody is reminded of it, and no file
	// holds it.
	Event Kind = "event"
)

// Kinds are those of items, in the order in which files and lists name them.
var Kinds = []Kind{Audit, Finding, Action, Task}

var prefixes = map[Kind]string{Action: "CA", Task: "TSK", Audit: "AUD", Finding: "FND", Event: "EVT"}

// Prefix is the kind's part of an id: "CA" for a corrective action.
func (k Kind) Prefix() string { return prefixes[k] }

// ItemID names one item for good: "CA-12". The zero value names none.
type ItemID struct {
	Kind Kind
	N    int64
}

// String gives the id as people write it, empty for the zero value.
func (id ItemID) String() string {
	if id.N == 0 {
		return ""
	}
	var room [24]byte
	return string(strconv.AppendInt(append(append(room[:0], id.Kind.Prefix()...), '-'), id.N, 10))
}

// ParseItemID reads "CA-12", case-blind. It reports false for anything else,
// an overlong number included.
func ParseItemID(s string) (ItemID, bool) {
	prefix, digits, ok := strings.Cut(s, "-")
	if !ok || len(digits) == 0 || len(digits) > 9 || digits[0] == '0' {
		return ItemID{}, false
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return ItemID{}, false
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return ItemID{}, false
	}
	for kind, p := range prefixes {
		if strings.EqualFold(p, prefix) {
			return ItemID{kind, n}, true
		}
	}
	return ItemID{}, false
}

// Status is where an item stands.
type Status string

// The statuses. Open to Withdrawn are those of actions, tasks and findings;
// Planned to Cancelled those of audits.
const (
	Open       Status = "open"
	InProgress Status = "in_progress"
	// Done is carried out. A corrective action then waits for its
	// effectiveness review (10.2 d) and is not overdue.
	Done      Status = "done"
	Closed    Status = "closed"
	Withdrawn Status = "withdrawn"

	Planned   Status = "planned"
	Confirmed Status = "confirmed"
	Held      Status = "held"
	Reported  Status = "reported"
	Cancelled Status = "cancelled"
)

// Severity is how grave a finding is (ISO/IEC 17021-1, 3.12 and 3.13).
type Severity string

// The severities.
const (
	Major       Severity = "major"
	Minor       Severity = "minor"
	Observation Severity = "observation"
	Opportunity Severity = "opportunity"
)

// AuditKind is whose audit it is and what for.
type AuditKind string

// The kinds of audit. Surveillance and recertification are the certification body's.
const (
	Internal        AuditKind = "internal"
	Surveillance    AuditKind = "surveillance"
	Recertification AuditKind = "recertification"
	Supplier        AuditKind = "supplier"
)

// Item is one entry of the register. Which fields mean something depends on
// its kind; the others are zero.
type Item struct {
	ID ItemID
	// Ref is the organisation's own reference, unique within its kind. Empty
	// for an item that came without one.
	Ref          string
	Title        string
	Description  string
	Owner        PersonID // an audit's lead auditor
	Deputy       PersonID
	Due          Date // civil, judged in the owner's zone; zero for none
	Status       Status
	Severity     Severity
	Source       string // free text: internal_audit, external_audit, incident
	Requirements []string

	AuditKind AuditKind
	Auditees  []PersonID
	Scope     string

	Repeat         string // RRULE or daily, weekly, monthly, quarterly, yearly; empty for once
	SeriesStart    Date   // the first due date of a recurring task
	EvidenceNeeded string // what to attach, empty for nothing in particular

	FoundOn Date
	Finding ItemID // the finding that an action answers; zero for none

	// Private is between the owner and the bot: nobody else sees it, hears of it
	// or answers for it.
	Private bool
	// Training is the one that the task is its owner's part in; zero for none.
	Training int64

	// What has happened to this occurrence. A recurring task begins anew with
	// the next due date.
	FirstDue  Date // the due date before it was ever moved
	Moves     int  // how often it was moved
	HandOvers int  // how often it changed hands at an owner's wish
	// FirstReminded is the day on which the owner was first told; grace before
	// escalation never counts from an earlier day.
	FirstReminded Date
	// AckedBy says "on it": quiet until due. Zero for nobody.
	AckedBy PersonID
	// Stuck is set while the owner says that it cannot go on.
	Stuck bool
	// LastWord is the owner's newest note, to be shown beside the item.
	LastWord string
	DoneOn   Date // the day it happened
	DoneBy   PersonID
	Evidence string // a link or a note
	// Verifier and VerifyDue are who looks when whether it worked (10.2 d).
	Verifier  PersonID
	VerifyDue Date
}

// IsOpen tells whether somebody still has to do something: reminders and
// "overdue" are about these.
func (it *Item) IsOpen() bool {
	switch it.Status {
	case Open, InProgress, Planned, Confirmed:
		return true
	}
	return false
}

// External tells whether a certification body raised the item: its date may
// then move only with the ISMS manager's consent.
func (it *Item) External() bool { return strings.HasPrefix(it.Source, "external") }

// LegalDuty tells whether a law stands behind the item: one of its
// requirements is tagged gdpr or popia.
func (it *Item) LegalDuty() bool {
	for _, r := range it.Requirements {
		framework, _, _ := strings.Cut(strings.ToLower(r), ":")
		framework, _, _ = strings.Cut(framework, "@")
		if framework == "gdpr" || framework == "popia" {
			return true
		}
	}
	return false
}

// DaysLate counts calendar days after the due date; zero or less is not late.
// An item without a due date is never late.
func (it *Item) DaysLate(today Date) int {
	if it.Due.IsZero() || !it.IsOpen() {
		return 0
	}
	return today.Sub(it.Due)
}

// Code sorts refusals.
type Code int

// The codes.
const (
	Invalid   Code = iota // what was asked for makes no sense
	NotFound              // missing or not yours: the two read alike
	Forbidden             // somebody else can
	Conflict              // it is no longer as it was
)

// Refusal is an error that the person reads. Key names the sentence in the
// voice's catalogue, Args its names and values in turn. A value is a string, an
// ItemID, a Kind, a PersonID or a Date; the last three have to be put into the
// reader's words before the sentence is said.
type Refusal struct {
	Code Code
	Key  string
	Args []any
}

// Refuse makes a refusal.
func Refuse(code Code, key string, args ...any) *Refusal { return &Refusal{code, key, args} }

// Error is for logs and tests: the code's number, the key and no values.
func (r *Refusal) Error() string { return fmt.Sprintf("refused (%d): %s", r.Code, r.Key) }
