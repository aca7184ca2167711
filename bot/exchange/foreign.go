package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"ismsbot/bot/isms"
)

// The words that stand as the source of what comes from elsewhere. Together
// with the title they name an item that has no reference.
const (
	sourceCISO     = "ciso-assistant"
	sourceIncident = "incident"
	sourceOSCAL    = "oscal"
)

// foreign is an item of a foreign file on its way into the batch.
type foreign struct {
	where string
	row   ItemRow
}

// set gives one of our columns a value that the file itself has.
func (f *foreign) set(column, text string) { f.row.Columns[column] = text }

func newForeign(where string, row int, kind isms.Kind) *foreign {
	f := &foreign{where, ItemRow{Row: row, Columns: map[string]string{}}}
	f.row.Item.ID.Kind = kind
	return f
}

// name sets what says which item it is: its reference, title and source.
func (r *reader) name(f *foreign, ref, title, source string) {
	it := &f.row.Item
	it.Ref, it.Title, it.Source = ref, title, source
	f.set("title", title)
	if it.ID.Kind != isms.Task {
		f.set("source", source)
	}
	if ref != "" {
		f.set("ref", ref)
	}
	f.row.Key = r.key(f)
}

// key is the reference, or a hash of source and title. Where a file has the
// same title twice without a reference, the second is told apart by its place.
func (r *reader) key(f *foreign) string {
	it := &f.row.Item
	if it.Ref != "" {
		return it.Ref
	}
	if r.keys == nil {
		r.keys = map[string]int{}
	}
	name := it.Source + "|" + it.Title
	seen := string(it.ID.Kind) + "|" + name
	r.keys[seen]++
	if n := r.keys[seen]; n > 1 {
		name = fmt.Sprintf("%s|%d", name, n)
		r.notices.add(f.where, f.row.Row, "the title stands in an earlier row too and there is no reference; the order in the file tells them apart")
	}
	sum := sha256.Sum256([]byte(name))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// isNew tells that the item is not in the database yet, so that the rules for
// what the file lacks apply.
func (r *reader) isNew(f *foreign) bool {
	return r.known.Refs == nil || !r.known.Refs(f.row.Item.ID.Kind, f.row.Key)
}

// describe sets the description, cut where it is too long.
func (r *reader) describe(f *foreign, text string) {
	text = severalLines(text)
	if short := shorten(text, maxDescription); short != text {
		r.notices.add(f.where, f.row.Row, fmt.Sprintf("the description was cut at %d characters", maxDescription))
		text = short
	}
	f.row.Item.Description = text
	f.set("description", text)
}

// assign makes the first of the e-mails the owner and, of a task, the second the
// deputy. Those that nobody has are noted; without any the ISMS manager owns it.
func (r *reader) assign(f *foreign, emails []string) {
	var people []string
	for _, e := range emails {
		if !r.knows(e) {
			r.notices.add(f.where, f.row.Row, quote(e)+" is nobody in the people file")
			continue
		}
		people = append(people, e)
	}
	if len(people) == 0 {
		f.row.Owner = r.known.ISMSManager
		if r.isNew(f) {
			r.notices.add(f.where, f.row.Row, string(f.row.Item.ID.Kind)+" without an owner that we know: given to the ISMS manager")
		}
		return
	}
	f.row.Owner = people[0]
	f.set("owner", people[0])
	rest := people[1:]
	if f.row.Item.ID.Kind == isms.Task && len(rest) > 0 {
		f.row.Deputy = rest[0]
		f.set("deputy", rest[0])
		rest = rest[1:]
	}
	if len(rest) > 0 {
		r.notices.add(f.where, f.row.Row, "only the first two of those assigned are taken, as owner and deputy")
	}
}

// due sets the due date; without one it follows from the severity.
func (r *reader) due(f *foreign, due isms.Date) {
	it := &f.row.Item
	if due.IsZero() {
		it.Due = isms.DueBySeverity(it.Severity, r.known.Today)
		if r.isNew(f) {
			how := "without a severity"
			if it.Severity != "" {
				how = string(it.Severity)
			}
			r.notices.add(f.where, f.row.Row, fmt.Sprintf("%s without a due date: %s, so due in %d days, on %s",
				it.ID.Kind, how, it.Due.Sub(r.known.Today), it.Due))
		}
	} else {
		it.Due = due
		f.set("due", due.String())
	}
	it.FirstDue = it.Due
}

// rate maps a foreign severity onto ours.
func (r *reader) rate(f *foreign, word string) {
	it := &f.row.Item
	switch word = strings.ToLower(word); word {
	case "critical", "high", "major", "very-high", "very high":
		it.Severity = isms.Major
	case "medium", "moderate", "low", "minor", "very-low", "very low":
		it.Severity = isms.Minor
	case "info", "informational":
		it.Severity = isms.Observation
	case "", "--", "undefined", "unknown":
	default:
		r.notices.add(f.where, f.row.Row, "the severity "+quote(word)+" is none that we know; taken as not rated")
	}
	if it.ID.Kind != isms.Task {
		f.set("severity", string(it.Severity))
	}
}

// stand maps a foreign status onto ours.
func (r *reader) stand(f *foreign, word string) {
	status := isms.Open
	switch word = strings.ToLower(word); word {
	case "in_progress", "in progress", "ongoing", "remediating", "investigating", "assigned":
		status = isms.InProgress
	case "dismissed", "mitigated", "resolved", "closed", "deprecated", "completed":
		status = isms.Closed
	case "cancelled", "canceled":
		status = isms.Withdrawn
	case "", "--", "new", "open", "identified", "confirmed", "pending", "undefined", "deviation-requested", "deviation-approved":
	default:
		r.notices.add(f.where, f.row.Row, "the status "+quote(word)+" is none that we know; taken as open")
	}
	f.row.Item.Status = status
	f.set("status", string(status))
}

func (r *reader) take(f *foreign) { r.batch.Items = append(r.batch.Items, f.row) }

// answering makes the action that answers a finding: it has the finding's
// reference, title, severity and status.
func (r *reader) answering(finding *foreign) *foreign {
	from := finding.row.Item
	action := newForeign(finding.where, finding.row.Row, isms.Action)
	r.name(action, from.Ref, from.Title, from.Source)
	action.row.Item.Severity, action.row.Item.Status = from.Severity, from.Status
	action.set("severity", string(from.Severity))
	action.set("status", string(from.Status))
	action.row.FindingRef = finding.row.Key
	return action
}
