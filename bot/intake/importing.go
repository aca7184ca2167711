package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// errDryRun undoes what a dry run has done.
var errDryRun = errors.New("dry run")

// Import brings what a file says into the register: all of it or, where a row
// cannot be, nothing and the *exchange.Faults that say why. A second import of
// the same file changes nothing, whatever was answered in chat meanwhile: of
// each row only those columns count that differ from the last import. A dry
// run does the same work and undoes it.
func (d *Desk) Import(ctx context.Context, file exchange.Batch, dryRun bool) (Summary, error) {
	text, err := json.Marshal(file)
	if err != nil {
		return Summary{}, fmt.Errorf("import %s: %w", file.File, err)
	}
	var out Summary
	err = d.DB.Tx(ctx, func(tx *storage.Tx) error {
		if out, err = d.importInto(tx, file, sha256Of(text)); err != nil {
			return err
		}
		out.DryRun = dryRun
		if out.changes() > 0 {
			if out.Found, err = d.Found(tx); err != nil {
				return err
			}
		}
		switch {
		case dryRun:
			return errDryRun
		case out.changes() > 0:
			return d.Tell(tx)
		}
		return nil
	})
	if dryRun && errors.Is(err, errDryRun) {
		err = nil
	}
	return out, err
}

// importing is one file on its way into the register.
type importing struct {
	desk   *Desk
	tx     *storage.Tx
	now    time.Time
	today  isms.Date
	file   exchange.Batch
	sum    string // SHA-256 of the file
	faults exchange.Faults
	out    Summary

	ids     map[string]isms.PersonID // by e-mail
	people  *isms.People             // as they are once the file's people are in
	targets []target                 // what the rows of items are about
	keys    map[string]isms.ItemID   // the file's findings, by key
}

// importInto does the work in a transaction of the caller's, who must undo it
// where it fails. All faults are found before the first row is written.
func (d *Desk) importInto(tx *storage.Tx, file exchange.Batch, sum string) (Summary, error) {
	now := d.Now()
	im := &importing{desk: d, tx: tx, now: now, today: d.Calendar(nil).Today(now), file: file, sum: sum, out: newSummary(file), keys: map[string]isms.ItemID{}}
	for _, step := range []func() error{im.readPeople, im.checkPeople, im.findItems, im.fault, im.savePeople, im.saveItems, im.journal} {
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
	im.out.Notices = append(im.out.Notices, fmt.Sprintf(format, args...))
}

// email is how files name a person.
func (im *importing) email(id isms.PersonID) string {
	if p := im.people.Get(id); p != nil {
		return p.Email
	}
	return ""
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
		count["new"] += im.out.Created[k]
		count["changed"] += im.out.Updated[k]
		count["same"] += im.out.Unchanged[k]
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
	for c, text := range last {
		all[c] = text
	}
	for c, text := range columns {
		if before, ok := last[c]; !ok || before != text {
			changed[c] = true
		}
		all[c] = text
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

func sha256Of(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// known is what the reading of files has to know of the database.
func (d *Desk) known(tx *storage.Tx) (exchange.Known, error) {
	people, err := d.People(tx)
	if err != nil {
		return exchange.Known{}, err
	}
	k := exchange.Known{People: map[string]string{}, Today: d.Calendar(nil).Today(d.Now())}
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
