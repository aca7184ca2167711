package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/storage"
)

// Whoever writes while the database is closed, also in the middle of a
// checkpoint, is answered at once; what was answered as written is there.
func TestACloseAnswersWhoeverWritesAtOnce(t *testing.T) {
	text := string(make([]byte, 60_000))
	for i := range 8 {
		path := filepath.Join(t.TempDir(), "isms.db")
		db, err := storage.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		var writing sync.WaitGroup
		var written atomic.Int64
		for w := range 4 {
			writing.Go(func() {
				for n := 0; ; n++ {
					err := db.Tx(context.Background(), func(tx *storage.Tx) error { return tx.SetMeta(fmt.Sprintf("%d-%d", w, n), text) })
					if err != nil {
						if !errors.Is(err, storage.ErrClosed) {
							t.Error(err)
						}
						return
					}
					written.Add(1)
				}
			})
		}
		time.Sleep(time.Duration(20+20*i) * time.Millisecond) // into a checkpoint or between two
		began := time.Now()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		for range 20 {
			if err := db.Tx(context.Background(), func(*storage.Tx) error { return nil }); !errors.Is(err, storage.ErrClosed) {
				t.Error(err)
			}
		}
		writing.Wait()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("they wait %v", took)
		}
		if n := rowsOf(t, path); n < written.Load() {
			t.Errorf("%d of %d are there", n, written.Load())
		}
	}
}

func rowsOf(t *testing.T, path string) (n int64) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.QueryRow("SELECT count(*) FROM meta WHERE key LIKE '%-%'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
