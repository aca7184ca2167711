package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Says whether the journal is intact, or names the first event that is not",
		Long: `Reads the whole journal and checks the hash of every event, their order, the
end, and every head that was posted or exported. It changes nothing and works
beside a running serve.`,
		Example: "  ismsbot verify",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := p.database(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return verifyJournal(cmd.Context(), db, p.stdout)
		},
	}
}

func verifyJournal(ctx context.Context, db *storage.DB, stdout io.Writer) error {
	events, err := db.Verify(ctx)
	var broken *storage.Broken
	if errors.As(err, &broken) {
		fmt.Fprintf(stdout, "The journal of %s is NOT intact: %v.\n", db.Path(), broken)
		return errSaid
	}
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	var head storage.Head
	if err := db.View(ctx, func(tx *storage.Tx) (err error) { head, err = tx.Head(); return err }); err != nil {
		return fmt.Errorf("read the journal's end: %w", err)
	}
	fmt.Fprintf(stdout, "The journal of %s is intact: %d events, head %v.\n", db.Path(), events, head)
	return nil
}
