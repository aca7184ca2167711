package storage

import (
	"path/filepath"
	"strings"
	"testing"
)

// Each message of a broadcast asks this while others wait to write.
func TestWhetherSomebodyWasReachedWalksOverNoRecipients(t *testing.T) {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.sql.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+reachedSince, 1, 2, 3, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	const want = "SEARCH r USING PRIMARY KEY (broadcast=? AND version=? AND person=?)"
	if got := strings.Join(plan, "\n"); !strings.Contains(got, want) {
		t.Errorf("it reads recipients otherwise than by their key:\n%s", got)
	}
}
