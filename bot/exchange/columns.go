package exchange

import (
	"slices"
	"strings"

	"ismsbot/bot/isms"
)

// columns are those of our own files, the required ones first.
var (
	peopleColumns = []string{"email", "name", "department", "manager", "deputy", "roles", "timezone", "language", "slack_id", "teams_id", "site"}
	// All of an attendance list's must be there.
	attendanceColumns = []string{"email", "training", "on"}
	itemColumns       = map[isms.Kind][]string{
		isms.Action:  {"ref", "title", "description", "owner", "due", "status", "severity", "source", "requirements"},
		isms.Finding: {"ref", "title", "description", "severity", "source", "requirements", "found_on", "status"},
		isms.Audit:   {"ref", "title", "kind", "lead_auditor", "auditees", "due", "scope", "requirements", "status"},
		isms.Task:    {"ref", "title", "description", "owner", "deputy", "due", "repeat", "evidence_needed", "requirements", "status"},
	}
	workStatuses  = []isms.Status{isms.Open, isms.InProgress, isms.Done, isms.Closed, isms.Withdrawn}
	auditStatuses = []isms.Status{isms.Planned, isms.Confirmed, isms.Held, isms.Reported, isms.Cancelled}
	severities    = []isms.Severity{isms.Major, isms.Minor, isms.Observation, isms.Opportunity}
	auditKinds    = []isms.AuditKind{isms.Internal, isms.Surveillance, isms.Recertification, isms.Supplier}
)

// required is how many of the first columns must be there.
const required = 2

// auditKind is what the audits' column "kind" is called in a register of one
// table, whose column "kind" says what each row is.
const auditKind = "audit_kind"

// idMark stands before the bot's own id where an item has no reference.
const idMark = "id:"

// Columns are the columns of the kind's own file, in order.
func Columns(kind isms.Kind) []string { return slices.Clone(itemColumns[kind]) }

// registerColumns are "kind" and then the union of the kinds' columns.
func registerColumns() []string {
	out := []string{"kind"}
	for _, kind := range []isms.Kind{isms.Action, isms.Task, isms.Audit, isms.Finding} {
		for _, c := range itemColumns[kind] {
			if c = inRegister(c); !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// inRegister is what a kind's column is called in a register of one table.
func inRegister(column string) string {
	if column == "kind" {
		return auditKind
	}
	return column
}

// Row is the canonical text of each of the item's columns, as it is exported
// and as reading it again gives it. An item without a reference shows its id as
// "id:CA-12". The function gives a person's e-mail, empty for nobody.
func Row(it *isms.Item, email func(isms.PersonID) string) map[string]string {
	out := make(map[string]string, len(itemColumns[it.ID.Kind]))
	for _, c := range itemColumns[it.ID.Kind] {
		out[c] = column(it, c, email)
	}
	return out
}

func column(it *isms.Item, name string, email func(isms.PersonID) string) string {
	switch name {
	case "ref":
		if it.Ref == "" && it.ID.N != 0 {
			return idMark + it.ID.String()
		}
		return oneLine(it.Ref)
	case "title":
		return oneLine(it.Title)
	case "description":
		return severalLines(it.Description)
	case "owner", "lead_auditor":
		return email(it.Owner)
	case "deputy":
		return email(it.Deputy)
	case "auditees":
		all := make([]string, len(it.Auditees))
		for i, id := range it.Auditees {
			all[i] = email(id)
		}
		return strings.Join(splitList(strings.Join(all, ";")), ";")
	case "due":
		return it.Due.String()
	case "found_on":
		return it.FoundOn.String()
	case "status":
		return string(it.Status)
	case "severity":
		return string(it.Severity)
	case "source":
		return oneLine(it.Source)
	case "requirements":
		return strings.Join(splitList(oneLine(strings.Join(it.Requirements, ";"))), ";")
	case "kind":
		return string(it.AuditKind)
	case "scope":
		return severalLines(it.Scope)
	case "repeat":
		return it.Repeat
	case "evidence_needed":
		return severalLines(it.EvidenceNeeded)
	}
	panic("exchange: no column " + name)
}

func oneLine(s string) string {
	s, _ = cleanLine(s)
	return s
}

func severalLines(s string) string {
	s, _ = cleanText(s)
	return s
}
