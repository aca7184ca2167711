package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) backupCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "backup --out FILE",
		Short: "Copies the database to a new file, also while serve is running",
		Long: `Writes a consistent copy of the database to a new file and reads the journal
of the copy from end to end. To restore it, stop serve and put the copy in the
place of the database.`,
		Example: "  ismsbot backup --out /backup/ismsbot-$(date +%F).db",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := p.database(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return backup(cmd.Context(), db, out, p.stdout)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new `FILE` to write")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func backup(ctx context.Context, db *storage.DB, out string, stdout io.Writer) error {
	if err := db.Backup(ctx, out); err != nil {
		return err
	}
	events, err := verifyCopy(ctx, out)
	if err != nil {
		return fmt.Errorf("%s was written, but its journal is not intact: %w", out, err)
	}
	info, err := os.Stat(out)
	if err != nil {
		return fmt.Errorf("look at the copy: %w", err)
	}
	fmt.Fprintf(stdout, "Backed up %s to %s: %d bytes, journal intact with %d events.\n", db.Path(), out, info.Size(), events)
	return nil
}

func verifyCopy(ctx context.Context, path string) (events int64, err error) {
	db, err := storage.Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return db.Verify(ctx)
}
