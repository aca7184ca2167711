package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) exportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export register --out FILE",
		Short: "Writes the register as CSV, XLSX or JSON, by the file's ending",
		Long: `Writes every audit, finding, corrective action and task, closed ones included,
in a form that "ismsbot import" reads again unchanged. It prints where the journal
ended at that moment: keep it beside the file, "ismsbot verify" holds it against
the journal later.`,
		Example: "  ismsbot export register --out register.xlsx",
		Args: func(_ *cobra.Command, what []string) error {
			if len(what) != 1 || what[0] != "register" {
				return errors.New("say what to export: ismsbot export register --out register.xlsx")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config(SecretsOptional)
			if err != nil {
				return err
			}
			db, err := p.database(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			b, err := c.offline(db)
			if err != nil {
				return err
			}
			ending := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
			var head storage.Head
			if err := writeFile(out, func(w io.Writer) (err error) {
				head, err = b.Export(cmd.Context(), w, ending)
				return err
			}); err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "Wrote %s. The journal ended at %v.\n", out, head)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "`FILE` to write, ending in .csv, .xlsx or .json")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// writeFile writes beside the file and puts it in place when it is whole, so
// that a failure leaves what was there.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".ismsbot-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
