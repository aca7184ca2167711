package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"modernc.org/sqlite"
)

// maxBatch is how many waiting transactions share one commit.
const maxBatch = 256

// patience is how long the writer waits for another process, such as an
// import, beyond SQLite's own busy_timeout.
const patience = time.Minute

// ErrClosed is returned by Tx once Close was called.
var ErrClosed = errors.New("the database is closed")

type job struct {
	f    func(*Tx) error
	done chan error
}

// Tx runs f in a transaction: all of it or nothing, on disk before Tx returns.
// Transactions that wait at the same time share one commit; each is undone
// alone if its f fails. f runs on the writer's goroutine: it must be quick,
// call no platform and start no other Tx. Once f has begun, cancelling ctx
// changes nothing.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) error {
	j := job{f: f, done: make(chan error, 1)}
	select {
	case db.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.stop:
		return ErrClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-db.over:
		select { // the writer has answered what it has taken
		case err := <-j.done:
			return err
		default:
			return ErrClosed
		}
	}
}

func (db *DB) writer() {
	defer db.wg.Done()
	defer close(db.over)
	batch := make([]job, 0, maxBatch)
	log := newCheckpoints(db.write, db.check)
	defer log.close()
	for {
		select {
		case j := <-db.jobs:
			batch = append(batch[:0], j)
		case p := <-log.passed:
			log.ended(p)
			continue
		case <-db.stop:
			db.refuseRest()
			return
		}
		for len(batch) < maxBatch {
			select {
			case j := <-db.jobs:
				batch = append(batch, j)
				continue
			default:
			}
			break
		}
		db.commit(batch)
		log.committed()
	}
}

func (db *DB) refuseRest() {
	for {
		select {
		case j := <-db.jobs:
			j.done <- ErrClosed
		default:
			return
		}
	}
}

// commit runs the batch in one transaction and answers each of its jobs.
func (db *DB) commit(batch []job) {
	tx := &Tx{conn: db.write, chain: &chain{}}
	errs := make([]error, len(batch))
	err := tx.begin()
	if err == nil {
		for i, j := range batch {
			errs[i] = tx.run(j.f, len(batch) > 1)
		}
		err = tx.finish(len(batch) == 1 && errs[0] != nil)
	}
	for i, j := range batch {
		if err != nil && errs[i] == nil {
			errs[i] = err
		}
		j.done <- errs[i]
	}
}

// begin takes the write lock, waiting for another process that holds it.
func (tx *Tx) begin() error {
	const busy = 5 // SQLITE_BUSY
	for start := time.Now(); ; {
		_, err := tx.exec("BEGIN IMMEDIATE")
		var e *sqlite.Error
		if err == nil || !errors.As(err, &e) || e.Code()&0xff != busy || time.Since(start) > patience {
			return wrap("begin", err)
		}
	}
}

// run calls f inside a savepoint, or without one where f is alone and the
// whole transaction can be undone.
func (tx *Tx) run(f func(*Tx) error, shared bool) error {
	if !shared {
		return tx.call(f)
	}
	if _, err := tx.exec("SAVEPOINT one"); err != nil {
		return wrap("savepoint", err)
	}
	before := *tx.chain
	if err := tx.call(f); err != nil {
		*tx.chain = before
		if _, undo := tx.exec("ROLLBACK TO one"); undo != nil {
			return errors.Join(err, wrap("undo", undo))
		}
		_, undo := tx.exec("RELEASE one")
		return errors.Join(err, wrap("release", undo))
	}
	_, err := tx.exec("RELEASE one")
	return wrap("release", err)
}

// call turns a panic of f into an error, so that one bad command never takes
// its neighbours in the batch with it.
func (tx *Tx) call(f func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return f(tx)
}

func (tx *Tx) finish(undo bool) error {
	if undo {
		_, err := tx.exec("ROLLBACK")
		return wrap("rollback", err)
	}
	err := tx.saveHead()
	if err == nil {
		_, err = tx.exec("COMMIT")
	}
	if err != nil {
		_, _ = tx.exec("ROLLBACK") // the commit's own error is the one to tell
		return wrap("commit", err)
	}
	return nil
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
