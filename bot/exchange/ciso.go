package exchange

import (
	"fmt"
	"slices"
	"strings"

	"ismsbot/bot/isms"
)

// The columns that are read of CISO Assistant's import files. Others are
// passed over with a notice.
var (
	cisoTaskColumns = []string{"ref_id", "name", "description", "is_recurrent", "task_date", "schedule_frequency", "schedule_interval",
		"schedule_days_of_week", "schedule_weeks_of_month", "schedule_months_of_year", "schedule_end_date", "schedule_occurrences",
		"next_occurrence", "next_occurrence_status", "enabled", "assigned_to", "evidences", "link"}
	cisoUserColumns     = []string{"first_name", "last_name", "email"}
	cisoFindingColumns  = []string{"ref_id", "name", "description", "severity", "status", "due_date"}
	cisoIncidentColumns = []string{"ref_id", "name", "description", "severity", "status"}
)

// cisoFile is one of the kinds of file that CISO Assistant imports.
type cisoFile struct {
	name            string
	columns, needed []string
	read            func(*reader, *record)
}

// cisoKindOf tells which of CISO Assistant's files a header is, nil for none.
func cisoKindOf(t *table) *cisoFile {
	switch {
	case t.has("email") && (t.has("first_name") || t.has("last_name")):
		return &cisoFile{"users", cisoUserColumns, []string{"email"}, (*reader).cisoUser}
	case t.has("name") && (t.has("schedule_frequency") || t.has("is_recurrent") || t.has("task_date")):
		return &cisoFile{"task templates", cisoTaskColumns, []string{"name"}, (*reader).cisoTask}
	case t.has("name") && t.has("severity") && (t.has("detection") || t.has("domain") || t.has("reported_at")):
		return &cisoFile{"incidents", cisoIncidentColumns, []string{"name"}, (*reader).cisoIncident}
	case t.has("name") && t.has("severity") && (t.has("ref_id") || t.has("status") || t.has("filtering_labels")):
		return &cisoFile{"findings", cisoFindingColumns, []string{"name"}, (*reader).cisoFinding}
	}
	return nil
}

// readCISO reads one of CISO Assistant's files.
func (r *reader) readCISO(t *table) error {
	file := cisoKindOf(t)
	if file == nil {
		return fmt.Errorf("the columns %s are none of CISO Assistant's users, task templates, findings or incidents",
			strings.Join(quoteAll(t.header), ", "))
	}
	t.guards = false
	var ignored []string
	for _, h := range t.header {
		if h != "" && !slices.Contains(file.columns, h) {
			ignored = append(ignored, h)
		}
	}
	if len(ignored) > 0 {
		r.notices.add(t.where, 0, "columns not read: "+strings.Join(ignored, ", "))
	}
	refs := map[string]int{}
	for _, x := range t.rows {
		c := r.record(t, x)
		if t.has("ref_id") {
			c.once("ref_id", c.mark("ref_id", aRef), refs)
		}
		file.read(r, c)
	}
	return nil
}

// begin starts an item with the reference, title, and description of the row.
func (r *reader) begin(c *record, kind isms.Kind, source string) *foreign {
	f := newForeign(c.t.where, c.row.n, kind)
	ref, _ := cleanLine(c.cell("ref_id").text)
	title, _ := cleanLine(c.plain("name"))
	if title == "" {
		c.fault("name", "nothing", "a name", "")
	}
	if short := shorten(title, maxLine); short != title {
		c.notice(fmt.Sprintf("the name was cut at %d characters", maxLine))
		title = short
	}
	if strings.HasPrefix(ref, idMark) {
		c.fault("ref_id", quote(ref), aRef, "what begins with id: is the bot's own id")
	}
	r.name(f, ref, title, source)
	return f
}

// cisoUser makes a person of a user.
func (r *reader) cisoUser(c *record) {
	p := PersonRow{Row: c.row.n, Columns: map[string]string{}}
	p.Person.Email = c.email("email")
	if c.isEmpty("email") {
		c.fault("email", "nothing", "an e-mail like ada@example.com", "")
	}
	if r.inFile[p.Person.Email] {
		c.fault("email", quote(p.Person.Email), "each email once", "an earlier row has it too")
	}
	p.Person.Name = strings.TrimSpace(c.line("first_name", maxLine) + " " + c.line("last_name", maxLine))
	if p.Person.Name == "" {
		p.Person.Name, _, _ = strings.Cut(p.Person.Email, "@")
		c.notice("user without a name: called by the e-mail's first part")
	} else {
		p.Columns["name"] = p.Person.Name
	}
	p.Columns["email"] = p.Person.Email
	if r.inFile == nil {
		r.inFile = map[string]bool{}
	}
	r.inFile[p.Person.Email] = true
	r.batch.People = append(r.batch.People, p)
}

// cisoFinding makes a finding, and an action that answers it, of a finding.
func (r *reader) cisoFinding(c *record) {
	f := r.begin(c, isms.Finding, sourceCISO)
	r.describe(f, c.plain("description"))
	r.rate(f, oneLine(c.plain("severity")))
	r.stand(f, oneLine(c.plain("status")))
	r.take(f)
	action := r.answering(f)
	r.assign(action, nil)
	r.due(action, c.date("due_date"))
	r.take(action)
}

// cisoIncident makes a finding of an incident. Nothing else follows it up, so
// it has an owner and a due date of its own.
func (r *reader) cisoIncident(c *record) {
	f := r.begin(c, isms.Finding, sourceIncident)
	r.describe(f, c.plain("description"))
	r.rate(f, oneLine(c.plain("severity")))
	r.stand(f, oneLine(c.plain("status")))
	r.assign(f, nil)
	r.due(f, isms.Date{})
	r.take(f)
}
