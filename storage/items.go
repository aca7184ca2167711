package storage

import (
	"fmt"
	"strconv"
	"strings"

	"ismsbot/bot/isms"
)

// Record is an item with what the rules do not need.
type Record struct {
	isms.Item
	Version   int64  // grows with every change
	ImportKey string // how a second import of a foreign file finds it
	Imported  string // JSON: the columns of the last import
}

const itemColumns = `kind, n, ref, import_key, title, description, owner, deputy, due, status, severity, source, requirements,
	audit_kind, auditees, scope, repeat_rule, series_start, evidence_need, found_on, finding, first_due, moves, hand_overs, first_reminded,
	acked_by, stuck, last_word, done_on, done_by, evidence, verifier, verify_due, private, training, version, imported`

func scanItem(r *rows) (*Record, error) {
	var it Record
	var requirements, auditees string
	err := r.Scan(&it.ID.Kind, &it.ID.N, &it.Ref, &it.ImportKey, &it.Title, &it.Description, &it.Owner, &it.Deputy, date{&it.Due}, &it.Status,
		&it.Severity, &it.Source, &requirements, &it.AuditKind, &auditees, &it.Scope, &it.Repeat, date{&it.SeriesStart}, &it.EvidenceNeeded,
		date{&it.FoundOn}, &it.Finding.N, date{&it.FirstDue}, &it.Moves, &it.HandOvers, date{&it.FirstReminded}, &it.AckedBy, &it.Stuck,
		&it.LastWord, date{&it.DoneOn}, &it.DoneBy, &it.Evidence, &it.Verifier, date{&it.VerifyDue}, &it.Private, &it.Training, &it.Version, &it.Imported)
	it.Requirements = split(requirements)
	it.Auditees = splitIDs(auditees)
	if it.Finding.N != 0 {
		it.Finding.Kind = isms.Finding
	}
	return &it, err
}

func itemArgs(it *Record) []any {
	return []any{it.ID.Kind, it.ID.N, it.Ref, it.ImportKey, it.Title, it.Description, it.Owner, it.Deputy, it.Due.String(), it.Status,
		it.Severity, it.Source, strings.Join(it.Requirements, ";"), it.AuditKind, joinIDs(it.Auditees), it.Scope, it.Repeat, it.SeriesStart.String(),
		it.EvidenceNeeded, it.FoundOn.String(), it.Finding.N, it.FirstDue.String(), it.Moves, it.HandOvers, it.FirstReminded.String(), it.AckedBy,
		it.Stuck, it.LastWord, it.DoneOn.String(), it.DoneBy, it.Evidence, it.Verifier, it.VerifyDue.String(), it.Private, it.Training, it.Version, first(it.Imported, "{}"), it.IsOpen()}
}

var (
	insertItem = "INSERT INTO items (" + itemColumns + ", is_open) VALUES (" + numbered(38) + ")"
	selectItem = "SELECT " + unnamed(itemColumns) + " FROM items "
	updateItem = "UPDATE items SET " + assigned(itemColumnList) + " WHERE kind = $1 AND n = $2"

	itemColumnList = strings.Fields(strings.ReplaceAll(itemColumns+", is_open", ",", " ")) // in the order of itemArgs
)

// numbered is "$1, $2 … $n".
func numbered(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(out, ", ")
}

// assigned is "a = $1, b = $2 …".
func assigned(columns []string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = fmt.Sprintf("%s = $%d", strings.TrimSpace(c), i+1)
	}
	return strings.Join(out, ", ")
}

// SaveItem writes the item and counts its version up. One that has no version
// is new and, without a number, gets the next of its kind.
func (tx *Tx) SaveItem(it *Record) error {
	if it.Version != 0 {
		it.Version++
		_, err := tx.exec(updateItem, itemArgs(it)...)
		return wrap("write "+it.ID.String(), err)
	}
	if it.ID.N == 0 {
		var last int64
		if _, err := tx.row("SELECT coalesce(max(n), 0) FROM items WHERE kind = $1", []any{it.ID.Kind}, &last); err != nil {
			return wrap("number an item", err)
		}
		it.ID.N = last + 1
	}
	it.Version = 1
	_, err := tx.exec(insertItem, itemArgs(it)...)
	return wrap("write "+it.ID.String(), err)
}

// ChangeItem writes what is different in after, and counts its version up.
// before is the item as this transaction has read it. Few columns change with
// an answer, and each one written anew costs its indexes as well.
func (tx *Tx) ChangeItem(before, after *Record) error {
	after.Version = before.Version + 1
	was, is := itemArgs(before), itemArgs(after)
	set := make([]string, 0, len(is))
	args := make([]any, 0, len(is)+2)
	for i, column := range itemColumnList {
		if was[i] != is[i] {
			args = append(args, is[i])
			set = append(set, column+" = $"+strconv.Itoa(len(args)))
		}
	}
	n := len(args)
	_, err := tx.exec(fmt.Sprintf("UPDATE items SET %s WHERE kind = $%d AND n = $%d", strings.Join(set, ", "), n+1, n+2),
		append(args, string(before.ID.Kind), before.ID.N)...)
	if err != nil {
		return wrap("write "+before.ID.String(), err)
	}
	return nil
}

// SetImported keeps what a file last said of the item where that changed
// nothing: its version stays, and so does what may be undone.
func (tx *Tx) SetImported(id isms.ItemID, columns string) error {
	_, err := tx.exec("UPDATE items SET imported = $3 WHERE kind = $1 AND n = $2", id.Kind, id.N, columns)
	return wrap("write what was imported of "+id.String(), err)
}

// Item returns one item, nil where there is none.
func (tx *Tx) Item(id isms.ItemID) (*Record, error) {
	return tx.item("WHERE kind = $1 AND n = $2", string(id.Kind), id.N)
}

// ItemByRef finds an item by the organisation's own reference, nil where there is none.
func (tx *Tx) ItemByRef(kind isms.Kind, ref string) (*Record, error) {
	return tx.item("WHERE kind = $1 AND ref = $2 AND ref <> ''", kind, ref)
}

// ItemByImport finds an item by its key in a foreign file, nil where there is none.
func (tx *Tx) ItemByImport(kind isms.Kind, key string) (*Record, error) {
	return tx.item("WHERE kind = $1 AND import_key = $2 AND import_key <> ''", kind, key)
}

func (tx *Tx) item(where string, args ...any) (*Record, error) {
	list, err := tx.items(where, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func (tx *Tx) items(where string, args ...any) ([]*Record, error) {
	var out []*Record
	err := tx.each(selectItem+where, args, func(r *rows) error {
		it, err := scanItem(r)
		out = append(out, it)
		return err
	})
	return out, wrap("read items", err)
}

// AllItems returns the whole register, closed items included, by kind and
// number. What is private is in nobody's register.
func (tx *Tx) AllItems() ([]*Record, error) { return tx.items("WHERE private = 0 ORDER BY kind, n") }

// OpenOf returns what is open and has the person as owner, by due date; items
// without one come last.
func (tx *Tx) OpenOf(owner isms.PersonID) ([]*Record, error) {
	return tx.items("WHERE is_open = 1 AND owner = $1 ORDER BY due = '', due, kind, n", owner)
}

// SharedOf is OpenOf for others than the owner: without what is private.
func (tx *Tx) SharedOf(owner isms.PersonID) ([]*Record, error) {
	return tx.items("WHERE is_open = 1 AND private = 0 AND owner = $1 ORDER BY due = '', due, kind, n", owner)
}

// DeputisedBy returns what is open and names the person as the item's own deputy.
func (tx *Tx) DeputisedBy(deputy isms.PersonID) ([]*Record, error) {
	return tx.items("WHERE is_open = 1 AND deputy = $1 AND deputy <> 0 ORDER BY due = '', due, kind, n", deputy)
}

// ToVerify returns what is done and waits for this person's effectiveness review.
func (tx *Tx) ToVerify(verifier isms.PersonID) ([]*Record, error) {
	return tx.items("WHERE status = 'done' AND verifier = $1 AND verifier <> 0 ORDER BY verify_due, kind, n", verifier)
}

// Reviews returns everything that is done and waits for somebody's review.
func (tx *Tx) Reviews() ([]*Record, error) {
	return tx.items("WHERE status = 'done' AND verify_due <> '' ORDER BY verify_due, kind, n")
}

// HandedOver returns what is open and changed hands at least so often.
func (tx *Tx) HandedOver(times int) ([]*Record, error) {
	return tx.items("WHERE is_open = 1 AND hand_overs > 0 AND hand_overs >= $1 ORDER BY kind, n", times)
}

// ActionsOf returns the corrective actions that answer a finding.
func (tx *Tx) ActionsOf(finding isms.ItemID) ([]*Record, error) {
	return tx.items("WHERE kind = 'action' AND finding = $1 ORDER BY n", finding.N)
}

// Tagged returns the items that carry the requirement, open ones first. A
// requirement without a framework ("A.5.18") is found in all of them.
func (tx *Tx) Tagged(requirement string) ([]*Record, error) {
	return tx.items(`WHERE private = 0 AND (';' || upper(requirements) || ';' LIKE '%;' || upper($1) || ';%' OR upper(requirements) || ';' LIKE '%:' || upper($1) || ';%')
		ORDER BY is_open DESC, due, kind, n LIMIT 500`, requirement)
}

// Due is one open item in short, as the index holds it.
type Due struct {
	ID    isms.ItemID
	Owner isms.PersonID
	Due   isms.Date
}

// DueBefore calls f for every open item due before the day, the oldest first,
// but for what is private.
func (tx *Tx) DueBefore(day isms.Date, f func(Due)) error {
	return tx.dues("WHERE is_open = 1 AND private = 0 AND due > '' AND due < $1 ORDER BY due, owner, kind, n", f, day.String())
}

// DueBetween calls f for every open item due from one day to another, both included,
// but for what is private.
func (tx *Tx) DueBetween(from, to isms.Date, f func(Due)) error {
	return tx.dues("WHERE is_open = 1 AND private = 0 AND due >= $1 AND due <= $2 ORDER BY due, owner, kind, n", f, from.String(), to.String())
}

// SetFirstReminded notes the day on which whoever has to act on that date, of
// a review where the item waits for one, was first told; false where that is
// known already. It is no change of the item: an answer can still be undone.
func (tx *Tx) SetFirstReminded(id isms.ItemID, due, day isms.Date) (bool, error) {
	n, err := tx.exec(`UPDATE items SET first_reminded = $4 WHERE kind = $1 AND n = $2 AND first_reminded = ''
		AND $3 = CASE WHEN status = 'done' AND verify_due <> '' THEN verify_due ELSE due END`, id.Kind, id.N, due.String(), day.String())
	return n == 1, wrap("note a first reminder of "+id.String(), err)
}

// OpenCount counts what is open per owner, but for what is private.
func (tx *Tx) OpenCount() (map[isms.PersonID]int, error) {
	out := map[isms.PersonID]int{}
	err := tx.each("SELECT owner, count(*) FROM items WHERE is_open = 1 AND private = 0 GROUP BY owner", nil, func(r *rows) error {
		var id isms.PersonID
		var n int
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, wrap("count items", err)
}

// OpenOfMany returns what is open of each owner in the list, by due date.
func (tx *Tx) OpenOfMany(owners []isms.PersonID) ([]*Record, error) {
	var out []*Record
	for _, id := range owners {
		list, err := tx.OpenOf(id)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (tx *Tx) dues(where string, f func(Due), args ...any) error {
	// There may be very many: plain types are scanned without reflection, and
	// a date is parsed once for all that are due on it.
	var kind, due, parsed string
	var n, owner int64
	var day isms.Date
	err := tx.each("SELECT kind, n, owner, due FROM items "+where, args, func(r *rows) error {
		if err := r.Scan(&kind, &n, &owner, &due); err != nil {
			return err
		}
		if due != parsed {
			if err := day.UnmarshalText([]byte(due)); err != nil {
				return err
			}
			parsed = due
		}
		f(Due{ID: isms.ItemID{Kind: isms.Kind(kind), N: n}, Owner: isms.PersonID(owner), Due: day})
		return nil
	})
	return wrap("read what is due", err)
}

// NextAudit is the earliest open audit of these kinds on or after the day, nil
// where there is none.
func (tx *Tx) NextAudit(from isms.Date, kinds ...isms.AuditKind) (*Record, error) {
	var best *Record
	for _, k := range kinds {
		it, err := tx.item("WHERE kind = 'audit' AND audit_kind = $1 AND is_open = 1 AND due >= $2 ORDER BY due LIMIT 1", k, from.String())
		if err != nil {
			return nil, err
		}
		if it != nil && (best == nil || it.Due.Before(best.Due)) {
			best = it
		}
	}
	return best, nil
}
