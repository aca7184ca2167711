package intake

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// importing is one file on its way into the register.
type importing struct {
	desk   *Desk
	tx     *storage.Tx
	now    time.Time
	file   exchange.Batch
	sum    string // SHA-256 of the file
	faults exchange.Faults
	out    summary

	ids       map[string]isms.PersonID // by e-mail
	trainings map[string]int64         // by number and by title, in lower case
	people    *isms.People             // as they are once the file's people are in
	targets   []target                 // what the rows of items are about
	keys      map[string]isms.ItemID   // the file's findings, by key
}

// importInto brings what a file says into the register: all of it or, where a
// row cannot be, nothing and the *exchange.Faults that say why, all of which are
// found before the first row is written. The caller must undo the transaction
// where it fails. A second import of the same file changes nothing, whatever was
// answered in chat meanwhile: of each row only those columns count that differ
// from the last import.
func (d *Desk) importInto(tx *storage.Tx, file exchange.Batch, sum string) (summary, error) {
	now := d.Now()
	im := &importing{desk: d, tx: tx, now: now, file: file, sum: sum, out: newSummary(file), keys: map[string]isms.ItemID{}}
	for _, step := range []func() error{im.readPeople, im.checkPeople, im.findItems, im.checkAttendance, im.fault, im.savePeople, im.saveItems, im.saveCampaign, im.saveAttendance, im.journal} {
		if err := step(); err != nil {
			return im.out, err
		}
	}
	return im.out, nil
}

// fault ends the import if a row cannot be brought in.
func (im *importing) fault() error {
	if len(im.faults.List) == 0 {
		return nil
	}
	return &im.faults
}

// maxFaults is how many faults of a file are named; the others are counted.
const maxFaults = 100

func (im *importing) addFault(row int, column, found, expected, hint string) {
	if len(im.faults.List) == maxFaults {
		im.faults.More++
		return
	}
	im.faults.List = append(im.faults.List, exchange.Fault{File: im.file.File, Unit: "row", Row: row, Column: column, Found: found, Expected: expected, Hint: hint})
}

func (im *importing) notice(format string, args ...any) {
	im.out.notices = append(im.out.notices, fmt.Sprintf(format, args...))
}

// emails is how files name people.
func emails(people *isms.People) func(isms.PersonID) string {
	return func(id isms.PersonID) string {
		if p := people.Get(id); p != nil {
			return p.Email
		}
		return ""
	}
}

// journal notes the file itself; its name may hold anything, so it stands
// beside.
func (im *importing) journal() error {
	name, err := im.tx.Text(im.file.File)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, k := range im.out.kinds() {
		count["new"] += im.out.created[k]
		count["changed"] += im.out.updated[k]
		count["same"] += im.out.unchanged[k]
	}
	return im.tx.Journal(im.now, "file.imported", map[string]any{"by": 0, "file": im.sum, "name": name, "format": im.file.Format, "rows": count})
}

// news are the columns of a row whose text is not what the last import said,
// in no order, and the text of all to be kept for the next one.
func news(columns map[string]string, imported string) (changed map[string]bool, last map[string]string, keep string, err error) {
	last = map[string]string{}
	if imported != "" {
		if err := json.Unmarshal([]byte(imported), &last); err != nil {
			return nil, nil, "", fmt.Errorf("read what was imported before: %w", err)
		}
	}
	changed, all := map[string]bool{}, map[string]string{}
	maps.Copy(all, last)
	maps.Copy(all, columns)
	for c, text := range columns {
		if before, ok := last[c]; !ok || before != text {
			changed[c] = true
		}
	}
	body, err := json.Marshal(all)
	return changed, last, string(body), err
}

// set gives a field its value and reports whether that was another one.
func set[T comparable](field *T, v T) bool {
	if *field == v {
		return false
	}
	*field = v
	return true
}

// known is what the reading of files has to know of the database.
func (d *Desk) known(tx *storage.Tx) (exchange.Known, error) {
	people, err := d.People(tx)
	if err != nil {
		return exchange.Known{}, err
	}
	k := exchange.Known{People: map[string]string{}, Today: d.Calendar(nil).Today(d.Now()), Campaign: d.Campaign, Sent: d.Sent}
	if k.Trainings, err = trainings(tx); err != nil {
		return k, err
	}
	for _, p := range people.All() {
		k.People[p.Email] = p.Name
	}
	if m := people.With(isms.ISMSManager); len(m) > 0 {
		k.ISMSManager = m[0].Email
	}
	k.Refs = func(kind isms.Kind, key string) bool {
		it, err := itemByKey(tx, kind, key)
		return err == nil && it != nil
	}
	return k, nil
}

// idMark stands before the bot's own id in files, where an item has no reference.
const idMark = "id:"

// itemByKey finds the item that a row of a file is about, nil where there is none.
func itemByKey(tx *storage.Tx, kind isms.Kind, key string) (*storage.Record, error) {
	if id, ok := strings.CutPrefix(key, idMark); ok {
		parsed, ok := isms.ParseItemID(id)
		if !ok || parsed.Kind != kind {
			return nil, nil
		}
		return tx.Item(parsed)
	}
	it, err := tx.ItemByRef(kind, key)
	if err != nil || it != nil {
		return it, err
	}
	return tx.ItemByImport(kind, key)
}
