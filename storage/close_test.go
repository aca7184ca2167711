package storage_test

import (
	"path/filepath"
	"testing"
	"time"

	"ismsbot/storage"
)

func TestAClosedDatabaseIsOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	db, err := storage.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Tx(t.Context(), func(tx *storage.Tx) error { return tx.Journal(time.Unix(1, 0), "test", struct{}{}) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %q", left)
	}
}
