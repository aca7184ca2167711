package bot

import (
	"encoding/json"
	"fmt"
	"slices"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Whom an ISMS manager has seen named as unreachable is kept as a small value,
// so that nobody is named again before they were reachable in between.

func namedKey(manager isms.PersonID) string { return fmt.Sprintf("unreachable_named/%d", manager) }

func namedTo(tx *storage.Tx, manager isms.PersonID) (out []isms.PersonID, err error) {
	text, err := tx.Meta(namedKey(manager))
	if err != nil || text == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("read who was named to %d: %w", manager, err)
	}
	return out, nil
}

// named notes that the manager has seen these names.
func named(tx *storage.Tx, manager isms.PersonID, more []isms.PersonID, people *isms.People) error {
	before, err := namedTo(tx, manager)
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(append(before, more...), func(id isms.PersonID) bool {
		p := people.Get(id)
		return p == nil || p.Reachable
	})
	slices.Sort(all)
	body, err := json.Marshal(slices.Compact(all))
	if err != nil {
		return err
	}
	return tx.SetMeta(namedKey(manager), string(body))
}
