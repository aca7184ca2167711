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
	sql   *sql.DB // for migrations and backups
	write *conn
	check *conn // for checkpoints beside the writer
	reads chan *conn
	open  int // how many reads has when nobody reads
	jobs  chan job
	stop  chan struct{}
	over  chan struct{} // closed once the writer takes nothing more
	wg    sync.WaitGroup
	once  sync.Once
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
	db := &DB{path: path, sql: pool, reads: make(chan *conn, readers), jobs: make(chan job, maxBatch), stop: make(chan struct{}), over: make(chan struct{})}
	if err := db.start(ctx); err != nil {
		return nil, errors.Join(err, db.release())
	}
	return db, nil
}

func (db *DB) start(ctx context.Context) error {
	if err := migrate(ctx, db.sql, db.path); err != nil {
		return err
	}
	var err error
	if db.write, err = db.connect(); err != nil {
		return err
	}
	if db.check, err = db.connect(); err != nil {
		return err
	}
	for range readers {
		c, err := db.connect()
		if err != nil {
			return err
		}
		db.reads <- c
		db.open++
	}
	db.wg.Add(1)
	go db.writer()
	return nil
}

func (db *DB) connect() (*conn, error) {
	c, err := db.sql.Driver().Open(dsn(db.path))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", db.path, err)
	}
	return &conn{c: c, stmts: map[string]*stmt{}}, nil
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
	v.Add("_pragma", "wal_autocheckpoint(0)") // see checkpoints
	v.Add("_pragma", "secure_delete(1)")      // what is deleted is overwritten: hashes of who wrote, erased words
	v.Add("_pragma", "temp_store(MEMORY)")    // a savepoint notes pages there, in a file otherwise
	v.Add("_txlock", "immediate")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Close waits for what is being written and closes the file.
func (db *DB) Close() (err error) {
	db.once.Do(func() {
		close(db.stop)
		db.wg.Wait()
		err = db.release()
	})
	return err
}

// release closes what start has opened.
func (db *DB) release() error {
	for _, c := range []*conn{db.write, db.check} {
		if c != nil {
			c.close()
		}
	}
	for range db.open {
		(<-db.reads).close()
	}
	return db.sql.Close()
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

// EmptyLog takes the write-ahead log into the file and cuts it to nothing:
// until then it holds what was written before something was deleted, and in
// which order. It reports false where somebody reads so long that it has to be
// tried again. What the disk itself keeps of a file is beyond it.
func (db *DB) EmptyLog(ctx context.Context) (done bool, err error) {
	c, err := db.sql.Conn(ctx)
	if err != nil {
		return false, wrap("empty the log", err)
	}
	defer c.Close()
	const brief, usual = "PRAGMA busy_timeout(250)", "PRAGMA busy_timeout(5000)" // writers wait meanwhile
	if _, err := c.ExecContext(ctx, brief); err != nil {
		return false, wrap("empty the log", err)
	}
	var busy, pages, moved int
	err = c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	_, back := c.ExecContext(context.WithoutCancel(ctx), usual)
	return err == nil && busy == 0, wrap("empty the log", errors.Join(err, back))
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

func (tx *Tx) exec(query string, args ...any) (int64, error) {
	s, err := tx.conn.stmt(query, args)
	if err != nil {
		return 0, err
	}
	res, err := s.exec()
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (tx *Tx) insert(query string, args ...any) (int64, error) {
	s, err := tx.conn.stmt(query, args)
	if err != nil {
		return 0, err
	}
	res, err := s.exec()
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// errEnough ends a query before its rows do.
var errEnough = errors.New("enough")

// row reads the first row into dest and reports whether there was one.
func (tx *Tx) row(query string, args []any, dest ...any) (bool, error) {
	err := tx.each(query, args, func(r *rows) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		return errEnough
	})
	if err == errEnough {
		return true, nil
	}
	return false, err
}

// each calls scan for every row. A query must not run again while its own rows
// are looked at.
func (tx *Tx) each(query string, args []any, scan func(*rows) error) error {
	s, err := tx.conn.stmt(query, args)
	if err != nil {
		return err
	}
	return s.each(scan)
}

// values collects the single column of a query.
func values[T any](tx *Tx, query string, args ...any) ([]T, error) {
	var out []T
	err := tx.each(query, args, func(r *rows) error {
		var v T
		if err := r.Scan(&v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	})
	return out, err
}
