package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Checks configuration, database, tokens and reachability, and says what to do",
		Long: `Looks at everything that the bot depends on, names what is wrong with its remedy,
and lists the messages that could not be delivered. It changes nothing.`,
		Example: "  ismsbot doctor",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{out: p.stdout}
			d.examine(cmd.Context(), p)
			if d.faults > 0 {
				fmt.Fprintf(p.stdout, "%d to mend.\n", d.faults)
				return errSaid
			}
			fmt.Fprintln(p.stdout, "All is well.")
			return nil
		},
	}
}

// doctor prints a line a finding and counts those that need mending.
type doctor struct {
	out    io.Writer
	faults int
}

func (d *doctor) good(format string, args ...any) {
	fmt.Fprintf(d.out, "ok    "+format+"\n", args...)
}
func (d *doctor) note(format string, args ...any) {
	fmt.Fprintf(d.out, "note  "+format+"\n", args...)
}

func (d *doctor) bad(format string, args ...any) {
	d.faults++
	fmt.Fprintf(d.out, "MEND  "+format+"\n", args...)
}

func (d *doctor) examine(ctx context.Context, p *program) {
	c, incomplete := p.config(SecretsRequired)
	if incomplete == nil {
		d.good("configuration %s", c.Path)
	} else {
		for line := range strings.Lines(incomplete.Error()) {
			d.bad("%s", strings.TrimSpace(line))
		}
		var err error
		if c, err = p.config(SecretsOptional); err != nil {
			return
		}
	}
	for _, w := range c.Warnings {
		d.note("%s", w)
	}
	d.database(ctx, c)
	d.platforms(ctx, c, incomplete == nil)
}

func (d *doctor) database(ctx context.Context, c *Config) {
	if _, err := os.Stat(c.Storage.DSN); errors.Is(err, fs.ErrNotExist) {
		d.bad("there is no database at %s yet: begin with \"ismsbot import people.csv\"", c.Storage.DSN)
		return
	}
	db, err := storage.Open(ctx, c.Storage.DSN)
	if err != nil {
		d.bad("database: %v", err)
		return
	}
	defer db.Close()
	if n, err := db.Verify(ctx); err != nil {
		d.bad("the journal is not intact: %v; restore a backup and find out who wrote to the file", err)
	} else {
		d.good("database %s, schema %d, journal intact with %d events", db.Path(), storage.Schema, n)
	}
	if err := db.View(ctx, func(tx *storage.Tx) error { return d.contents(tx, c) }); err != nil {
		d.bad("database: %v", err)
	}
}

// maxLetters is how many dead letters are listed one by one.
const maxLetters = 50

func (d *doctor) contents(tx *storage.Tx, c *Config) error {
	people, err := tx.AllPeople()
	if err != nil {
		return err
	}
	managers := 0
	var silent []string
	for _, p := range people {
		if p.Is("isms_manager") && !p.Left {
			managers++
		}
		if !p.Reachable && !p.Left {
			silent = append(silent, strconv.FormatInt(int64(p.ID), 10))
		}
	}
	if n := len(silent); n > 0 {
		d.note("%d people have no account that takes messages, by number: %s", n, strings.Join(silent[:min(n, maxLetters)], ", "))
		for _, remedy := range accountRemedies(c) {
			d.note("%s", remedy)
		}
	}
	switch {
	case len(people) == 0:
		d.bad("there is nobody in the database: \"ismsbot import people.csv\"")
	case managers == 0:
		d.note("nobody has the role isms_manager in the people file; roles.isms_manager of the configuration can name one")
	default:
		d.good("%d people", len(people))
	}
	letters, err := tx.DeadLetters(maxLetters)
	for _, l := range letters {
		d.bad("dead letter %d to person %d (%s) of %s: %s; mend the cause, then \"ismsbot requeue %d\"", l.ID, l.Person, l.Class, l.Created.Format(time.DateOnly), l.Error, l.ID)
	}
	if err != nil {
		return err
	}
	return d.held(tx)
}

// maxHeld is how many messages in doubt are listed one by one: all that an
// outage or a dozen crashes leave behind.
const maxHeld = 1000

// held lists what may or may not have arrived. That is a decision to take and
// no fault.
func (d *doctor) held(tx *storage.Tx) error {
	letters, all, err := tx.HeldLetters(maxHeld)
	for _, l := range letters {
		d.note("held %d to person %d (%s) of %s on %s: may or may not have arrived; \"ismsbot requeue %d\" sends it again", l.ID, l.Person, l.Class, l.Created.Format(time.DateOnly), l.To.Platform, l.ID)
	}
	if all > 0 {
		d.note("%d held in all; \"ismsbot requeue --held\" sends every one of them again", all)
	}
	return err
}
