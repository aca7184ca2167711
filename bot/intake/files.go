package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/storage"
)

// ErrNotImported is wrapped by ImportFiles where a file was at fault: all that
// is to be said, the verdict included, has then been printed.
var ErrNotImported = errors.New("not everything was imported")

// errDryRun undoes what a dry run has done.
var errDryRun = errors.New("dry run")

// ImportFiles brings several files in and prints on w what each did, the
// verdict last. Files of people go first, whatever the order. A file that
// cannot be brought in leaves nothing behind and does not hold up the others;
// the error is then ErrNotImported. A second import of a file changes nothing,
// whatever was answered in chat meanwhile. A dry run plays all of them together
// and undoes it.
func (d *Desk) ImportFiles(ctx context.Context, w io.Writer, paths []string, format string, dryRun bool) error {
	run := &importRun{desk: d, ctx: ctx, w: w, format: exchange.Format(format), dryRun: dryRun}
	if format == "" {
		run.format = exchange.Auto
	}
	for _, path := range paths {
		run.load(path)
	}
	var err error
	if dryRun {
		err = run.rehearse()
	} else {
		err = run.bring()
	}
	if err != nil {
		return err
	}
	return run.verdict(len(paths), dryRun)
}

// importRun is one call of the command.
type importRun struct {
	desk   *Desk
	ctx    context.Context
	w      io.Writer
	format exchange.Format
	dryRun bool
	files  []loaded
	done   []summary
	failed []string
	found  []Finding
}

// loaded is a file as it was read from the disk.
type loaded struct {
	name string
	data []byte
}

func (f loaded) sum() string {
	sum := sha256.Sum256(f.data)
	return hex.EncodeToString(sum[:])
}

// load reads a file, or says why it cannot.
func (r *importRun) load(path string) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	if err == nil && info.Size() > exchange.MaxFileSize {
		err = fmt.Errorf("it has %d MiB, more than the %d that are read; split it", info.Size()>>20, exchange.MaxFileSize>>20)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	if err != nil {
		r.fail(name, fmt.Errorf("%s cannot be read: %w", path, err))
		return
	}
	r.files = append(r.files, loaded{name, data})
}

// bring imports each file in a transaction of its own; reading, which takes
// longest, happens outside.
func (r *importRun) bring() error {
	err := r.inOrder(func(f loaded) (batch *exchange.Batch, err error) {
		err = r.desk.DB.View(r.ctx, func(tx *storage.Tx) error {
			batch, err = r.read(tx, f)
			return err
		})
		return batch, err
	}, func(f loaded, batch *exchange.Batch) (s summary, err error) {
		err = r.desk.DB.Tx(r.ctx, func(tx *storage.Tx) error {
			s, err = r.desk.importInto(tx, *batch, f.sum())
			return err
		})
		return s, err
	})
	if err != nil || r.changes() == 0 {
		return err
	}
	return r.desk.DB.Tx(r.ctx, func(tx *storage.Tx) (err error) {
		if r.found, err = r.desk.Found(tx); err != nil {
			return err
		}
		return r.desk.Tell(tx)
	})
}

// rehearse imports all files in one transaction, so that a later one sees what
// an earlier one would bring, and undoes it.
func (r *importRun) rehearse() error {
	var failed error
	err := r.desk.DB.Tx(r.ctx, func(tx *storage.Tx) error {
		failed = r.inOrder(func(f loaded) (*exchange.Batch, error) { return r.read(tx, f) },
			func(f loaded, batch *exchange.Batch) (summary, error) {
				s, err := r.desk.importInto(tx, *batch, f.sum())
				s.dryRun = true
				return s, err
			})
		if failed == nil {
			r.found, failed = r.desk.Found(tx)
		}
		return errDryRun
	})
	if failed != nil || errors.Is(err, errDryRun) {
		return failed
	}
	return err
}

func (r *importRun) read(tx *storage.Tx, f loaded) (*exchange.Batch, error) {
	known, err := r.desk.known(tx)
	if err != nil {
		return nil, err
	}
	known.Preview = r.dryRun
	return exchange.Read(f.name, f.data, r.format, known)
}

// inOrder imports the files that have people, then the others, which name them.
func (r *importRun) inOrder(read func(loaded) (*exchange.Batch, error), bring func(loaded, *exchange.Batch) (summary, error)) error {
	var rest []loaded
	for _, f := range r.files {
		batch, err := read(f)
		if len(r.files) > 1 && (err != nil || len(batch.People) == 0) {
			rest = append(rest, f)
			continue
		}
		if err := r.one(f, batch, err, bring); err != nil {
			return err
		}
	}
	for _, f := range rest {
		batch, err := read(f)
		if err := r.one(f, batch, err, bring); err != nil {
			return err
		}
	}
	return nil
}

// one imports a file that was read, or could not be. What is wrong with the
// file is printed; an error is ours.
func (r *importRun) one(f loaded, batch *exchange.Batch, err error, bring func(loaded, *exchange.Batch) (summary, error)) error {
	if err != nil {
		r.fail(f.name, err)
		return r.ctx.Err()
	}
	s, err := bring(f, batch)
	var faults *exchange.Faults
	if errors.As(err, &faults) {
		r.fail(f.name, faults)
		return nil
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", f.name, err)
	}
	r.done = append(r.done, s)
	_, err = io.WriteString(r.w, s.body())
	return err
}

func (r *importRun) fail(name string, err error) {
	r.failed = append(r.failed, name)
	fmt.Fprintf(r.w, "%s cannot be imported; nothing of it was written\n", name)
	fmt.Fprintf(r.w, "%v\n\n", err)
}

func (r *importRun) changes() int {
	n := 0
	for _, s := range r.done {
		n += s.changes()
	}
	return n
}

// verdict prints what the register shows now and, last, how it went.
func (r *importRun) verdict(files int, dryRun bool) error {
	if len(r.found) > 0 && r.changes() > 0 {
		fmt.Fprintln(r.w, "What I found")
		for _, f := range r.found {
			fmt.Fprintf(r.w, "  - %s\n    %s\n", f.Text, f.Next)
		}
		fmt.Fprintln(r.w)
	}
	for _, s := range r.done {
		fmt.Fprintln(r.w, s.verdict())
	}
	switch {
	case len(r.failed) > 0:
		fmt.Fprintf(r.w, "%d of %d files not imported: %s.\n", len(r.failed), files, strings.Join(r.failed, ", "))
		return fmt.Errorf("%w: %d of %d files had faults", ErrNotImported, len(r.failed), files)
	case files > 1 && dryRun:
		fmt.Fprintf(r.w, "%d files would be imported. Nothing was written (--dry-run).\n", files)
	case files > 1:
		fmt.Fprintf(r.w, "%d files imported.\n", files)
	}
	return nil
}
