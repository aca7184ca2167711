package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Export writes the whole register, closed items included, in the format of a
// file name's ending: csv, xlsx or json. What it writes imports again
// unchanged. It returns the head of the journal at the same moment, which is
// noted as seen outside: whoever keeps it beside the file can later tell
// whether the journal was cut.
func (d *Desk) Export(ctx context.Context, w io.Writer, ending string) (storage.Head, error) {
	write, err := writerFor(ending)
	if err != nil {
		return storage.Head{}, err
	}
	var head storage.Head
	var items []*isms.Item
	var people *isms.People
	err = d.DB.Tx(ctx, func(tx *storage.Tx) error {
		all, err := tx.AllItems()
		if err != nil {
			return err
		}
		for _, it := range all {
			items = append(items, &it.Item)
		}
		if people, err = d.People(tx); err != nil {
			return err
		}
		if err := tx.Journal(d.Now(), "register.exported", map[string]any{"by": 0, "format": ending, "items": len(items)}); err != nil {
			return err
		}
		if head, err = tx.Head(); err != nil {
			return err
		}
		return tx.Anchor(head, "export", d.Now())
	})
	if err != nil {
		return storage.Head{}, fmt.Errorf("export the register: %w", err)
	}
	var out bytes.Buffer
	if err = write(&out, items, emails(people)); err == nil {
		_, err = out.WriteTo(w)
	}
	if err != nil {
		return storage.Head{}, fmt.Errorf("export the register: %w", err)
	}
	return head, nil
}

type registerWriter func(io.Writer, []*isms.Item, func(isms.PersonID) string) error

func writerFor(ending string) (registerWriter, error) {
	switch strings.ToLower(strings.TrimPrefix(ending, ".")) {
	case "csv":
		return exchange.WriteCSV, nil
	case "xlsx":
		return exchange.WriteXLSX, nil
	case "json":
		return exchange.WriteJSON, nil
	}
	return nil, fmt.Errorf("the register is written as .csv, .xlsx or .json, not as %q", ending)
}
