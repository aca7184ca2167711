package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/bot"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// offline makes a bot that speaks to nobody, for commands that need its rules.
func (c *Config) offline(db *storage.DB) (*bot.Bot, error) {
	return c.newBot(db, nil, time.Now, slog.New(slog.DiscardHandler), nil)
}

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Reads people and registers from CSV, XLSX and JSON files",
		Long: `Reads people, actions, findings, audits and tasks in our own columns, whole
registers, attendance lists, CISO Assistant's files, NIST's plan of action and milestones, and what
came of phishing tests in GoPhish and KnowBe4. The format is found out from the
file. Each file is taken whole or not at all, and a
second import updates what the first one made.`,
		Example: `  ismsbot import people.csv actions.xlsx
  ismsbot import --dry-run task_templates.csv
  ismsbot import --format knowbe4 --campaign "March invoice" --sent 2026-03-02 recipients.csv`,
		Args: func(_ *cobra.Command, files []string) error {
			if len(files) == 0 {
				return errors.New("name the files to import, for example: ismsbot import people.csv actions.csv")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.importFiles(cmd.Context(), files, f)
		},
	}
	cmd.Flags().StringVar(&f.format, "format", "auto", "people, actions, audits, tasks, findings, register, ciso-assistant, oscal, attendance, gophish, gophish-events or knowbe4")
	cmd.Flags().StringVar(&f.campaign, "campaign", "", "the phishing campaign's name, where the file's name is another")
	cmd.Flags().StringVar(&f.sent, "sent", "", "the day on which it was sent, where the file has none: YYYY-MM-DD")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would happen and write nothing")
	return cmd
}

// importFlags are the command's; campaign and sent are about one file of
// phishing results.
type importFlags struct {
	format, campaign, sent string
	dryRun                 bool
}

// day reads --sent.
func (f importFlags) day(files []string) (day isms.Date, err error) {
	if f.campaign+f.sent != "" && len(files) > 1 {
		return day, errors.New("--campaign and --sent are about one file; import the others by themselves")
	}
	if f.sent != "" {
		if day, err = isms.ParseDate(f.sent); err != nil {
			return day, fmt.Errorf("--sent %q is not a day like 2026-03-02", f.sent)
		}
	}
	return day, nil
}

func (p *program) importFiles(ctx context.Context, files []string, f importFlags) error {
	day, err := f.day(files)
	if err != nil {
		return err
	}
	c, err := p.config(SecretsOptional)
	if err != nil {
		return err
	}
	path, done, err := c.importInto(f.dryRun)
	if err != nil {
		return err
	}
	defer done()
	db, err := storage.Open(ctx, path)
	if err != nil {
		return err
	}
	defer db.Close()
	b, err := c.offline(db)
	if err != nil {
		return err
	}
	if f.campaign+f.sent == "" {
		err = b.ImportFiles(ctx, p.stdout, files, f.format, f.dryRun)
	} else {
		err = b.ImportCampaign(ctx, p.stdout, files[0], f.campaign, day, f.format, f.dryRun)
	}
	if errors.Is(err, bot.ErrNotImported) {
		return errSaid
	}
	return err
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
