package exchange

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"ismsbot/bot/isms"
)

// WriteCSV writes a register as one table: what kind each item is, then the
// union of the kinds' columns, an audit's own kind as "audit_kind". It reads
// again, as Register, to the same items. Cells that a spreadsheet would take
// for a formula have ' before them.
func WriteCSV(w io.Writer, items []*isms.Item, email func(isms.PersonID) string) error {
	out := csv.NewWriter(w)
	header := registerColumns()
	if err := out.Write(header); err != nil {
		return fmt.Errorf("write the register: %w", err)
	}
	record := make([]string, len(header))
	for _, it := range items {
		texts := Row(it, email)
		for i, h := range header {
			record[i] = guard(texts[h])
		}
		record[0] = string(it.ID.Kind)
		for i, h := range header {
			if h == auditKind && it.ID.Kind == isms.Audit {
				record[i] = texts["kind"]
			}
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("write the register: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the register: %w", err)
	}
	return nil
}

// WriteJSON writes a register as an object with a list for each kind, under
// the names of the formats; requirements and auditees are lists. It reads
// again, as Register, to the same items.
func WriteJSON(w io.Writer, items []*isms.Item, email func(isms.PersonID) string) error {
	register := map[Format][]map[string]any{}
	for _, kind := range isms.Kinds {
		register[formatOf(kind)] = []map[string]any{}
	}
	for _, it := range items {
		entry := map[string]any{}
		for column, text := range Row(it, email) {
			entry[column] = text
			if column == "requirements" || column == "auditees" {
				entry[column] = append([]string{}, splitList(text)...)
			}
		}
		f := formatOf(it.ID.Kind)
		register[f] = append(register[f], entry)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(register); err != nil {
		return fmt.Errorf("write the register: %w", err)
	}
	return nil
}

// formatOf is the format of a file that holds one kind, also the name of its
// sheet and its list.
func formatOf(kind isms.Kind) Format { return Format(strings.ToLower(string(kind)) + "s") }

// WriteTable writes one table as CSV, for people to work with. Cells that a
// spreadsheet would take for a formula have ' before them.
func WriteTable(w io.Writer, columns []string, rows [][]string) error {
	out := csv.NewWriter(w)
	record := make([]string, len(columns))
	for _, row := range append([][]string{columns}, rows...) {
		for i := range record {
			record[i] = guard(row[i])
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("write a table: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return nil
}
