// Package storage is what we remember: the register, who is who, the outbox,
// and the journal, in one SQLite file. All writes of a process go through one
// writer, which shares a commit among those that wait; readers do not feel it.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// readers is how many connections read beside the writer.
const readers = 4

// DB is an open database. It is safe for concurrent use.
type DB struct {
	path  string
	sql   *sql.DB
	write *conn
	reads chan *conn
	jobs  chan job
	stop  chan struct{}
	wg    sync.WaitGroup
	once  sync.Once
}

// conn is one connection with the statements prepared on it.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

// Open opens the SQLite file at path, creates it where it is missing (readable
// by its owner alone), and brings its schema up to date. It refuses a file that
// a newer version has written. Close it.
func Open(ctx context.Context, path string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	pool.SetMaxOpenConns(readers + 2) // one to spare for migrations and backups
	pool.SetMaxIdleConns(readers + 2)
	db := &DB{path: path, sql: pool, reads: make(chan *conn, readers), jobs: make(chan job, maxBatch), stop: make(chan struct{})}
	if err := db.start(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) start(ctx context.Context) error {
	if err := migrate(ctx, db.sql, db.path); err != nil {
		return err
	}
	var err error
	if db.write, err = db.connect(ctx); err != nil {
		return err
	}
	for range readers {
		c, err := db.connect(ctx)
		if err != nil {
			return err
		}
		db.reads <- c
	}
	db.wg.Add(1)
	go db.writer()
	return nil
}

func (db *DB) connect(ctx context.Context) (*conn, error) {
	c, err := db.sql.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", db.path, err)
	}
	return &conn{c: c, stmts: map[string]*sql.Stmt{}}, nil
}

// create makes an empty file that only its owner can read: it will hold
// people's names and words.
func create(path string) error {
	if strings.HasPrefix(path, "postgres://") || strings.HasPrefix(path, "postgresql://") {
		return errors.New("this version keeps its data in SQLite; give storage.dsn a file name such as ismsbot.db")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	return f.Close()
}

// dsn sets the pragmas for every connection of the pool; one executed once
// would reach one connection only.
func dsn(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	v := url.Values{}
	v.Add("_pragma", "busy_timeout(5000)")
	v.Add("_pragma", "journal_mode(WAL)")
	v.Add("_pragma", "synchronous(FULL)")
	v.Add("_pragma", "foreign_keys(1)")
	v.Add("_txlock", "immediate")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Close waits for what is being written and closes the file.
func (db *DB) Close() error {
	db.once.Do(func() { close(db.stop) })
	db.wg.Wait()
	db.write.close()
	for range readers {
		(<-db.reads).close()
	}
	return db.sql.Close()
}

// close ends the statements first: with one of them open the driver would not
// let go of the file, and its write-ahead log would stay beside it.
func (c *conn) close() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.c.Close()
}

// Path is the file's name as given to Open.
func (db *DB) Path() string { return db.path }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return db.View(ctx, func(tx *Tx) error {
		_, err := tx.Meta("instance")
		return err
	})
}

// Size is the file's size and that of its write-ahead log, in bytes.
func (db *DB) Size() (file, wal int64) {
	if info, err := os.Stat(db.path); err == nil {
		file = info.Size()
	}
	if info, err := os.Stat(db.path + "-wal"); err == nil {
		wal = info.Size()
	}
	return file, wal
}

// Backup writes a consistent copy to the new file out while others read and
// write. It refuses a file that is there already.
func (db *DB) Backup(ctx context.Context, out string) error {
	if _, err := os.Stat(out); err == nil {
		return fmt.Errorf("%s is already there; give --out a new name, nothing was overwritten", out)
	}
	if err := create(out); err != nil {
		return err
	}
	if _, err := db.sql.ExecContext(ctx, "VACUUM INTO $1", out); err != nil {
		return fmt.Errorf("back up to %s: %w", out, err)
	}
	return nil
}

// Tx is what may be read and, inside DB.Tx, written. It must not be used after
// the function that it was given to has returned, nor from another goroutine.
type Tx struct {
	conn  *conn
	chain *chain // nil while reading
}

// View runs f with a Tx that reads. All its queries see the database as it was
// at the first of them: a write made meanwhile, even by f's caller, shows in
// the next View.
func (db *DB) View(ctx context.Context, f func(*Tx) error) error {
	select {
	case c := <-db.reads:
		defer func() { db.reads <- c }()
		return (&Tx{conn: c}).view(f)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// view runs f between BEGIN and COMMIT: a query outside of them takes and
// gives back the file's locks alone, which costs more than to read a row.
func (tx *Tx) view(f func(*Tx) error) (err error) {
	if _, err := tx.exec("BEGIN"); err != nil {
		return wrap("begin to read", err)
	}
	defer func() {
		if _, end := tx.exec("COMMIT"); err == nil {
			err = wrap("end reading", end)
		}
	}()
	return f(tx)
}

// stmt prepares a query once per connection. A bound LIMIT is written "$1 + 0":
// SQLite plans a query anew whenever a bare one is bound, which costs more
// than to run it.
func (tx *Tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := tx.conn.stmts[query]; ok {
		return s, nil
	}
	s, err := tx.conn.c.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	tx.conn.stmts[query] = s
	return s, nil
}

// Queries run without the caller's context: a commit is shared, and the driver
// spends a goroutine on every context that can be cancelled.

func (tx *Tx) exec(query string, args ...any) (int64, error) {
	s, err := tx.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (tx *Tx) insert(query string, args ...any) (int64, error) {
	s, err := tx.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// row reads one row into dest and reports whether there was one.
func (tx *Tx) row(query string, args []any, dest ...any) (bool, error) {
	s, err := tx.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls scan for every row.
func (tx *Tx) each(query string, args []any, scan func(*sql.Rows) error) error {
	s, err := tx.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// values collects the single column of a query.
func values[T any](tx *Tx, query string, args ...any) ([]T, error) {
	var out []T
	err := tx.each(query, args, func(r *sql.Rows) error {
		var v T
		if err := r.Scan(&v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	})
	return out, err
}
