package exchange

import (
	"slices"
	"strings"

	"ismsbot/bot/isms"
)

const aRef = "a reference of the organisation's own"

// readItems reads one of our own files of a single kind.
func (r *reader) readItems(t *table, kind isms.Kind) {
	all := itemColumns[kind]
	if !r.checkColumns(t, all, all[:required]) {
		return
	}
	refs := make(map[string]int, len(t.rows))
	r.batch.Items = slices.Grow(r.batch.Items, len(t.rows))
	for _, x := range t.rows {
		r.readItem(r.record(t, x), kind, refs)
	}
}

func (r *reader) readItem(c *record, kind isms.Kind, refs map[string]int) {
	it := ItemRow{Row: c.row.n, Columns: c.columns}
	it.Item.ID.Kind = kind
	c.ref(&it)
	c.once("ref", it.Key, refs)
	it.Item.Title = c.needed("title", "a title")
	c.common(&it)
	switch kind {
	case isms.Action:
		it.Owner = c.known("owner")
		it.Item.Due = c.date("due")
	case isms.Finding:
		it.Item.FoundOn = c.date("found_on")
	case isms.Audit:
		it.Owner = c.known("lead_auditor")
		c.auditees(&it)
		it.Item.Due = c.date("due")
		it.Item.AuditKind = word(c, "kind", auditKinds, isms.Internal)
		it.Item.Scope = c.text("scope", maxShort)
	case isms.Task:
		it.Owner = c.known("owner")
		it.Deputy = c.known("deputy")
		it.Item.Due = c.date("due")
		it.Item.EvidenceNeeded = c.text("evidence_needed", maxShort)
		c.repeat(&it)
	}
	it.Item.FirstDue = it.Item.Due
	r.batch.Items = append(r.batch.Items, it)
}

// common reads what several kinds have.
func (c *record) common(it *ItemRow) {
	statuses, first := workStatuses, isms.Open
	if it.Item.ID.Kind == isms.Audit {
		statuses, first = auditStatuses, isms.Planned
	}
	it.Item.Status = word(c, "status", statuses, first)
	it.Item.Requirements = c.list("requirements")
	if slices.ContainsFunc(it.Item.Requirements, func(s string) bool { return strings.Contains(s, ",") }) {
		c.notice("column requirements: a comma does not separate; lists are separated by ;")
	}
	if it.Item.ID.Kind != isms.Audit {
		it.Item.Description = c.text("description", maxDescription)
	}
	if it.Item.ID.Kind == isms.Action || it.Item.ID.Kind == isms.Finding {
		it.Item.Severity = word(c, "severity", severities, "")
		it.Item.Source = c.line("source", maxLine)
	}
}

// ref reads the reference, or the id that export wrote in its place.
func (c *record) ref(it *ItemRow) {
	s := c.mark("ref", aRef)
	if c.isEmpty("ref") {
		c.fault("ref", "nothing", aRef, "")
	}
	it.Key = s
	id, isID := strings.CutPrefix(s, idMark)
	if !isID {
		it.Item.Ref = s
		return
	}
	parsed, ok := isms.ParseItemID(id)
	if !ok || parsed.Kind != it.Item.ID.Kind {
		c.fault("ref", quote(s), aRef, `what begins with id: is the bot's own id, like id:`+it.Item.ID.Kind.Prefix()+"-12")
		return
	}
	it.Item.ID = parsed
	it.Key = idMark + parsed.String()
	c.keep("ref", it.Key)
}

// known reads the e-mail of somebody who takes part.
func (c *record) known(column string) string {
	s := c.email(column)
	c.mustKnow(column, s)
	return s
}

func (c *record) mustKnow(column, email string) {
	if email != "" && !c.r.knows(email) {
		c.fault(column, quote(email), inPeopleFile, "")
	}
}

func (c *record) auditees(it *ItemRow) {
	it.Auditees = c.emails("auditees")
	for _, e := range it.Auditees {
		c.mustKnow("auditees", e)
	}
}

// knows tells whether the e-mail is in the database or among this file's people.
func (r *reader) knows(email string) bool {
	_, ok := r.known.People[email]
	return ok || r.inFile[email]
}

// repeat reads how often a task comes back; its series begins on its due date.
func (c *record) repeat(it *ItemRow) {
	s, _ := cleanLine(c.plain("repeat"))
	rule, err := isms.ParseRepeat(s)
	if err != nil {
		c.fault("repeat", quote(s), "daily, weekly, monthly, quarterly, yearly or an RRULE like FREQ=MONTHLY;INTERVAL=6", "")
	}
	c.keep("repeat", rule)
	if it.Item.Repeat = rule; rule == "" {
		return
	}
	it.Item.SeriesStart = it.Item.Due
	if it.Item.Due.IsZero() {
		c.notice("the task repeats but has no due date, so nobody is reminded until it has one")
	}
}
