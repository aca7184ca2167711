package main

import (
	"errors"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/bot"
	"ismsbot/storage"
)

// offline opens the database and makes a bot that speaks to nobody, for
// commands that need its rules.
func (p *program) offline(cmd *cobra.Command, create bool) (*storage.DB, *bot.Bot, error) {
	c, err := p.config(SecretsOptional)
	if err != nil {
		return nil, nil, err
	}
	db, err := p.database(cmd.Context())
	if create {
		db, err = storage.Open(cmd.Context(), c.Storage.DSN)
	}
	if err != nil {
		return nil, nil, err
	}
	b, err := c.newBot(db, nil, time.Now, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, b, nil
}

func (p *program) importCommand() *cobra.Command {
	var format string
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Reads people and registers from CSV, XLSX and JSON files",
		Long: `Reads people, actions, findings, audits and tasks in our own columns, whole
registers, CISO Assistant's files and NIST's plan of action and milestones. The
format is found out from the file. Each file is taken whole or not at all, and a
second import updates what the first one made.`,
		Example: `  ismsbot import people.csv actions.xlsx
  ismsbot import --dry-run task_templates.csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			db, b, err := p.offline(cmd, true)
			if err != nil {
				return err
			}
			defer db.Close()
			err = b.ImportFiles(cmd.Context(), p.stdout, files, format, dryRun)
			if errors.Is(err, bot.ErrNotImported) {
				return errSaid
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "auto", "people, actions, audits, tasks, findings, register, ciso-assistant or oscal")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would happen and write nothing")
	return cmd
}
