package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/bot"
	"ismsbot/storage"
)

// offline makes a bot that speaks to nobody, for commands that need its rules.
func (c *Config) offline(db *storage.DB) (*bot.Bot, error) {
	return c.newBot(db, nil, time.Now, slog.New(slog.DiscardHandler), nil)
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
		Args: func(_ *cobra.Command, files []string) error {
			if len(files) == 0 {
				return errors.New("name the files to import, for example: ismsbot import people.csv actions.csv")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			c, err := p.config(SecretsOptional)
			if err != nil {
				return err
			}
			path, done, err := c.importInto(dryRun)
			if err != nil {
				return err
			}
			defer done()
			db, err := storage.Open(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer db.Close()
			b, err := c.offline(db)
			if err != nil {
				return err
			}
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

// importInto is the database to import into. A dry run where there is none
// begins one elsewhere, as it has promised to write nothing.
func (c *Config) importInto(dryRun bool) (path string, done func(), err error) {
	if _, err := os.Stat(c.Storage.DSN); !dryRun || !errors.Is(err, fs.ErrNotExist) {
		return c.Storage.DSN, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "ismsbot-dry-run-")
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary directory: %w", err)
	}
	return filepath.Join(dir, "ismsbot.db"), func() { os.RemoveAll(dir) }, nil
}
