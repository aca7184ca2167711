package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// readJSON reads an OSCAL plan, or our own lists: an object with the keys
// people, audits, findings, actions and tasks, or one list by itself.
func (r *reader) readJSON(data []byte) error {
	if t := r.campaignTable(data); t != nil {
		if len(t.rows) > MaxRows {
			return fmt.Errorf("the file has more than %d entries; split it", MaxRows)
		}
		return r.readTables([]*table{t})
	}
	var top any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&top); err != nil {
		return fmt.Errorf("the file is not valid JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("the file is not valid JSON: something stands after its end")
	}
	r.unit = "entry"
	list, isList := top.([]any)
	if isList {
		t, err := r.listTable(&table{}, list)
		if err != nil {
			return err
		}
		return r.readTables([]*table{t})
	}
	object := top.(map[string]any)
	if _, ok := object[poamKey]; ok && (r.format == Auto || r.format == OSCAL) {
		return r.readOSCAL(data)
	}
	if r.format == OSCAL {
		return fmt.Errorf("this is not an OSCAL plan of action and milestones: it has no %q", poamKey)
	}
	return r.readLists(object)
}

func (r *reader) readLists(object map[string]any) error {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if _, ok := object[key].([]any); !ok || formatOfSheet(key) == "" {
			r.notices.add("list "+oneLine(key), 0, "not read")
			continue
		}
		keys = append(keys, key)
	}
	var tables []*table
	for _, key := range keys {
		where := ""
		if len(keys) > 1 {
			where = "list " + key
		}
		t, err := r.listTable(&table{name: key, where: where}, object[key].([]any))
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	if len(tables) == 0 {
		return fmt.Errorf("the JSON has neither %q nor a list called people, actions, audits, tasks or findings", poamKey)
	}
	if !slices.ContainsFunc(tables, func(t *table) bool { return len(t.header) > 0 }) {
		r.batch.Format = Register
		return nil
	}
	return r.readTables(tables)
}

// listTable fills a table from a list of objects.
func (r *reader) listTable(t *table, list []any) (*table, error) {
	if len(list) > MaxRows {
		return nil, fmt.Errorf("the file has more than %d entries; split it", MaxRows)
	}
	at := map[string]int{}
	for i, x := range list {
		entry, ok := x.(map[string]any)
		if !ok {
			r.fault(t, i+1, "", "a value by itself", "an object with the columns as keys", "")
			continue
		}
		for _, k := range slices.Sorted(maps.Keys(entry)) {
			name := strings.ToLower(oneLine(k))
			if _, ok := at[name]; !ok {
				at[name] = len(t.header)
				t.header = append(t.header, name)
			}
		}
		if err := r.count(len(t.header)); err != nil {
			return nil, err
		}
	}
	for i, x := range list {
		entry, _ := x.(map[string]any)
		cells := slices.Repeat([]cell{{kind: absentCell}}, len(t.header))
		for _, k := range slices.Sorted(maps.Keys(entry)) {
			text, ok := jsonText(entry[k])
			if !ok {
				r.fault(t, i+1, oneLine(k), "an object or a truth value", "a text or a list of texts", "")
			}
			cells[at[strings.ToLower(oneLine(k))]] = cell{text: text}
		}
		if entry != nil {
			t.rows = append(t.rows, row{i + 1, cells})
		}
	}
	return t, nil
}

// jsonText is a value as the text of a cell.
func jsonText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case []any:
		var words []string
		for _, x := range v {
			s, ok := x.(string)
			if !ok {
				return "", false
			}
			words = append(words, s)
		}
		return strings.Join(words, ";"), true
	}
	return "", false
}
