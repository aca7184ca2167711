package intake

import (
	"fmt"
	"maps"
	"slices"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// target is the item that a row is about, nil where it is new.
type target struct {
	row    exchange.ItemRow
	before *storage.Record
}

// maxNumber bounds the ids that a file may bring, so that later ones can still
// be typed.
const maxNumber = 1_000_000

// findItems matches rows with the register and finds what cannot be matched.
func (im *importing) findItems() error {
	inFile := map[string]bool{}
	for _, p := range im.file.People {
		inFile[p.Person.Email] = true
	}
	for _, row := range im.file.Items {
		it, err := itemByKey(im.tx, row.Item.ID.Kind, row.Key)
		if err != nil {
			return err
		}
		if it == nil && row.Item.ID.N > maxNumber {
			im.addFault(row.Row, "ref", fmt.Sprintf("%q", row.Key), "an id that is there, or one up to "+fmt.Sprint(maxNumber), "")
		}
		for _, who := range append([]string{row.Owner, row.Deputy}, row.Auditees...) {
			if who != "" && im.ids[who] == 0 && !inFile[who] {
				im.addFault(row.Row, "", fmt.Sprintf("%q", who), "the e-mail of somebody in the people file", "")
			}
		}
		im.targets = append(im.targets, target{row, it})
	}
	return nil
}

func (im *importing) saveItems() error {
	// References that are ids of ours come first: a number given to another
	// row must not take theirs.
	targets := slices.Clone(im.targets)
	slices.SortStableFunc(targets, func(a, b target) int {
		_, first := ownID(a.row.Item)
		_, second := ownID(b.row.Item)
		switch {
		case first == second:
			return 0
		case first:
			return -1
		}
		return 1
	})
	for _, t := range targets {
		save := im.change
		if t.before == nil {
			save = im.create
		}
		if err := save(t); err != nil {
			return fmt.Errorf("%s row %d: %w", im.file.File, t.row.Row, err)
		}
	}
	if im.out.changes() > 0 {
		return im.tx.LookAtEverybody()
	}
	return nil
}

// ownID is the id that an item's reference is already, as a register that was
// kept by hand may have it: "CA-12" of a corrective action is to be CA-12 here.
func ownID(it isms.Item) (isms.ItemID, bool) {
	id, ok := isms.ParseItemID(it.Ref)
	return id, ok && id.Kind == it.ID.Kind && id.N <= maxNumber && it.ID.N == 0
}

func (im *importing) create(t target) error {
	it := storage.Record{Item: t.row.Item}
	if id, ok := ownID(it.Item); ok {
		taken, err := im.tx.Item(id)
		if err != nil {
			return err
		}
		if taken == nil {
			it.ID = id
		}
	}
	if it.Ref == "" && it.ID.N == 0 {
		it.ImportKey = t.row.Key
	}
	it.Owner, it.Deputy, it.Auditees = im.ids[t.row.Owner], im.ids[t.row.Deputy], im.idsOf(t.row.Auditees)
	it.Finding = im.keys[t.row.FindingRef]
	im.enter(&it.Item, it.Status)
	_, _, keep, err := news(t.row.Columns, "")
	if err != nil {
		return err
	}
	it.Imported = keep
	if err := im.tx.SaveItem(&it); err != nil {
		return err
	}
	if id, ok := ownID(t.row.Item); ok && id != it.ID {
		im.notice("%s row %d: %s is another item here already, so this one is %s", im.file.File, t.row.Row, id, it.ID)
	}
	im.note(t.row, it.ID)
	im.out.created[it.ID.Kind]++
	columns := exchange.Columns(it.ID.Kind)
	if it.Finding.N != 0 {
		columns = append(columns, "finding")
	}
	return im.event(t.row, &storage.Record{}, &it, columns)
}

// change brings the columns that are news to the item.
func (im *importing) change(t target) error {
	before := *t.before
	it := t.before
	im.note(t.row, it.ID)
	columns, last, keep, err := news(t.row.Columns, it.Imported)
	if err != nil {
		return err
	}
	now := exchange.Row(&it.Item, emails(im.people))
	var did []string
	for _, c := range slices.Sorted(maps.Keys(columns)) {
		if !im.itemColumn(&it.Item, t.row, c) {
			continue
		}
		did = append(did, c)
		was, known := last[c]
		if is, shown := now[c]; known && shown && is != was && is != t.row.Columns[c] {
			im.notice("%s row %d: column %s of %s was changed since the last import; what the file says now replaces it", im.file.File, t.row.Row, c, it.ID)
		}
	}
	if f := im.keys[t.row.FindingRef]; it.Finding.N == 0 && set(&it.Finding, f) {
		did = append(did, "finding")
	}
	if len(did) == 0 {
		im.out.unchanged[it.ID.Kind]++
		if it.Imported == keep {
			return nil
		}
		return im.tx.SetImported(it.ID, keep)
	}
	it.Imported = keep
	if err := im.tx.SaveItem(it); err != nil {
		return err
	}
	im.out.updated[it.ID.Kind]++
	if err := im.event(t.row, &before, it, did); err != nil {
		return err
	}
	if err := im.lapse(&before.Item, &it.Item); err != nil {
		return err
	}
	return im.desk.Changed(im.tx, &before, it, im.now)
}

// note remembers a finding for the actions that answer it.
func (im *importing) note(row exchange.ItemRow, id isms.ItemID) {
	if id.Kind == isms.Finding {
		im.keys[row.Key] = id
	}
}

func (im *importing) idsOf(emails []string) []isms.PersonID {
	var out []isms.PersonID
	for _, e := range emails {
		out = append(out, im.ids[e])
	}
	return out
}

// itemColumn brings one column to the item, with what follows from it, and
// reports whether that was news.
func (im *importing) itemColumn(it *isms.Item, row exchange.ItemRow, column string) bool {
	from := &row.Item
	switch column {
	case "title":
		return set(&it.Title, from.Title)
	case "description":
		return set(&it.Description, from.Description)
	case "severity":
		return set(&it.Severity, from.Severity)
	case "source":
		return set(&it.Source, from.Source)
	case "scope":
		return set(&it.Scope, from.Scope)
	case "kind":
		return set(&it.AuditKind, from.AuditKind)
	case "evidence_needed":
		return set(&it.EvidenceNeeded, from.EvidenceNeeded)
	case "found_on":
		return set(&it.FoundOn, from.FoundOn)
	case "requirements":
		return setList(&it.Requirements, from.Requirements)
	case "auditees":
		return setList(&it.Auditees, im.idsOf(row.Auditees))
	case "deputy":
		return set(&it.Deputy, im.ids[row.Deputy])
	case "owner", "lead_auditor":
		return im.own(it, im.ids[row.Owner])
	case "due":
		return im.move(it, from.Due)
	case "repeat":
		if !set(&it.Repeat, from.Repeat) {
			return false
		}
		it.SeriesStart = it.Due
		return true
	case "status":
		if it.Status == from.Status {
			return false
		}
		im.enter(it, from.Status)
		return true
	}
	return false
}

func setList[T comparable](field *[]T, v []T) bool {
	if slices.Equal(*field, v) {
		return false
	}
	*field = v
	return true
}

// own gives the item another owner, who has said and heard nothing about it.
func (im *importing) own(it *isms.Item, to isms.PersonID) bool {
	if !set(&it.Owner, to) {
		return false
	}
	it.HandOvers, it.AckedBy, it.Stuck, it.FirstReminded = 0, 0, false, isms.Date{}
	return true
}

// move gives the item another date, past ones included: a register is brought
// as it is. The first date is kept, and a series begins on the new one.
func (im *importing) move(it *isms.Item, to isms.Date) bool {
	was, promise := it.Due, it.FirstPromise()
	if !set(&it.Due, to) {
		return false
	}
	if !was.IsZero() && !to.IsZero() {
		it.FirstDue = promise
		it.Moves++
	}
	it.AckedBy, it.FirstReminded = 0, isms.Date{}
	if it.Repeat != "" {
		it.SeriesStart = to
	}
	return true
}

// enter brings the item into a status as a file states it. What is done waits
// for somebody independent to look whether it worked, from today on.
func (im *importing) enter(it *isms.Item, to isms.Status) {
	it.Status = to
	waits := to == isms.Done && (it.ID.Kind == isms.Action || it.ID.Kind == isms.Finding)
	switch {
	case waits && it.Verifier == 0:
		cal := im.desk.Calendar(im.people.Get(it.Owner))
		it.Verifier = isms.Verifier(it, im.people, isms.StrictIndependence(im.people))
		it.VerifyDue = cal.OnOrAfter(cal.Today(im.now).AddMonths(3))
		it.FirstReminded = isms.Date{}
	case it.IsOpen():
		it.DoneOn, it.DoneBy, it.Evidence, it.Verifier, it.VerifyDue = isms.Date{}, 0, "", 0, isms.Date{}
	}
}

// lapse ends what waits for a decision that the file has taken.
func (im *importing) lapse(before, after *isms.Item) error {
	if before.Due == after.Due && before.Owner == after.Owner && after.IsOpen() {
		return nil
	}
	waiting, err := im.tx.PendingOn(after.ID)
	for _, q := range waiting {
		q.State, q.DecidedAt, q.Note = storage.Lapsed, im.now, "imported"
		if err := im.tx.SaveRequest(q); err != nil {
			return err
		}
		if err := im.tx.Journal(im.now, "request.lapsed", map[string]any{"by": 0, "request": q.ID, "item": after.ID.String(), "why": "imported"}, after.ID); err != nil {
			return err
		}
	}
	return err
}
