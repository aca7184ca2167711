package intake

import (
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// event journals an item that was created or changed: each column as it was
// and as it is.
func (im *importing) event(row exchange.ItemRow, before, after *storage.Record, columns []string) error {
	is, was := map[string]any{}, map[string]any{}
	for _, c := range columns {
		v, err := im.value(&after.Item, c)
		if err != nil {
			return err
		}
		if before.Version == 0 {
			if v != nil {
				is[c] = v
			}
			continue
		}
		is[c] = v
		if was[c], err = im.value(&before.Item, c); err != nil {
			return err
		}
	}
	data := map[string]any{"by": 0, "item": after.ID.String(), "file": im.sum, "row": row.Row, "set": is}
	if before.Version == 0 {
		data["new"] = true
	} else {
		data["was"] = was
	}
	return im.tx.Journal(im.now, "item.imported", data, after.ID)
}

// value is what the journal keeps of a column: people by id, words of our own
// and dates as they are, everything else by its SHA-256; nil for nothing.
func (im *importing) value(it *isms.Item, column string) (any, error) {
	switch column {
	case "owner", "lead_auditor":
		return someone(it.Owner), nil
	case "deputy":
		return someone(it.Deputy), nil
	case "auditees":
		if len(it.Auditees) == 0 {
			return nil, nil
		}
		return it.Auditees, nil
	case "finding":
		return word(it.Finding.String()), nil
	case "due":
		return word(it.Due.String()), nil
	case "found_on":
		return word(it.FoundOn.String()), nil
	case "status":
		return word(string(it.Status)), nil
	case "severity":
		return word(string(it.Severity)), nil
	case "kind":
		return word(string(it.AuditKind)), nil
	case "repeat":
		return word(it.Repeat), nil
	}
	name, err := im.tx.Text(freeText(it, column))
	if err != nil || name == "" {
		return nil, err
	}
	return name, nil
}

func word(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func someone(id isms.PersonID) any {
	if id == 0 {
		return nil
	}
	return id
}

func freeText(it *isms.Item, column string) string {
	switch column {
	case "ref":
		return it.Ref
	case "title":
		return it.Title
	case "description":
		return it.Description
	case "source":
		return it.Source
	case "scope":
		return it.Scope
	case "evidence_needed":
		return it.EvidenceNeeded
	case "requirements":
		return strings.Join(it.Requirements, ";")
	}
	return ""
}
