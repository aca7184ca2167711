// Package bottest is what tests of the bot and its parts share: a database of
// their own, a bot on it that talks to a fake Slack, and ways to look at what
// came of it. It imports testing, so that no program may import it.
package bottest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// emptyDB is a database in which nothing has happened, made once: its schema
// takes longer than most tests do.
var emptyDB = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "isms")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "isms.db")
	db, err := storage.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Empty writes a database in which nothing has happened, and returns its path.
// It goes with the test.
func Empty(t testing.TB) string {
	t.Helper()
	empty, err := emptyDB()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(place(t), "isms.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// place is a directory for a test's database, in memory where the machine has
// room for files there: a test commits a lot, and a disk that others use too
// makes each commit wait, at times so long that a delivery gives up. A
// benchmark measures the disk.
func place(t testing.TB) string {
	t.Helper()
	if _, measures := t.(*testing.B); !measures {
		if dir, err := os.MkdirTemp("/dev/shm", "isms"); err == nil {
			t.Cleanup(func() { os.RemoveAll(dir) })
			return dir
		}
	}
	return t.TempDir()
}

// Store is a database of a test's own. What goes wrong with it ends the test.
type Store struct {
	T    testing.TB
	Path string
	DB   *storage.DB
}

// NewStore opens an empty database that is closed with the test.
func NewStore(t testing.TB) *Store {
	t.Helper()
	path := Empty(t)
	db, err := storage.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &Store{T: t, Path: path, DB: db}
}

// Write changes the database.
func (s *Store) Write(f func(*storage.Tx) error) {
	s.T.Helper()
	if err := s.DB.Tx(context.Background(), f); err != nil {
		s.T.Fatal(err)
	}
}

// View looks into the database.
func (s *Store) View(f func(*storage.Tx) error) {
	s.T.Helper()
	if err := s.DB.View(context.Background(), f); err != nil {
		s.T.Fatal(err)
	}
}

// Item is one of the register, such as CA-1; nil where there is none.
func (s *Store) Item(id string) (it *storage.Record) {
	s.T.Helper()
	parsed, ok := isms.ParseItemID(id)
	if !ok {
		s.T.Fatalf("%q is no id", id)
	}
	s.View(func(tx *storage.Tx) (err error) {
		it, err = tx.Item(parsed)
		return err
	})
	return it
}

// ByEmail is who has the address; nil where nobody has.
func (s *Store) ByEmail(email string) (p *storage.Profile) {
	s.T.Helper()
	s.View(func(tx *storage.Tx) (err error) {
		p, err = tx.ProfileByEmail(email)
		return err
	})
	return p
}

// Events are the journal's, as "kind data", the oldest first.
func (s *Store) Events() []string {
	s.T.Helper()
	return s.Column("SELECT kind || ' ' || data FROM journal ORDER BY seq")
}

// Intact fails the test where the journal's chain is broken.
func (s *Store) Intact() {
	s.T.Helper()
	if _, err := s.DB.Verify(context.Background()); err != nil {
		s.T.Errorf("the journal is broken: %v", err)
	}
}

// Column reads one column of text from the file itself, past the storage.
func (s *Store) Column(query string, args ...any) (out []string) {
	s.T.Helper()
	raw, err := sql.Open("sqlite", s.Path)
	if err != nil {
		s.T.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.Query(query, args...)
	if err != nil {
		s.T.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var x string
		if err := rows.Scan(&x); err != nil {
			s.T.Fatal(err)
		}
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		s.T.Fatal(err)
	}
	return out
}
