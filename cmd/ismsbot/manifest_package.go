package main

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/bot"
)

// The icons are drawn in the SVG files beside them.
//
//go:embed icons/color.png
var colorIcon []byte

//go:embed icons/outline.png
var outlineIcon []byte

func (p *program) manifestTeamsCommand() *cobra.Command {
	var out, version, schema string
	cmd := &cobra.Command{
		Use:   "teams --out FILE",
		Short: "Writes the package of the Teams app (ZIP), filled from the configuration",
		Long: `Writes the package from which Teams makes your organisation's own app: upload it
at https://admin.teams.microsoft.com under "Manage apps", and let a setup policy
install it for everybody who is to be reminded. No secret is needed to write it.
A tenant that does not know manifest 1.29 yet takes the package written with
--schema 1.19; there, the bot's commands are not offered after a slash.
Teams takes a changed package only under a higher version than before.`,
		Example: "  ismsbot manifest teams --out teams.zip\n  ismsbot manifest teams --out teams.zip --schema 1.19 --app-version 1.0.1",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := p.config(SecretsOptional)
			if err != nil {
				return err
			}
			info, _ := debug.ReadBuildInfo()
			if version == "" {
				version = appVersion(info)
			}
			return writeTeamsPackage(c, schema, version, out, p.stdout)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "`FILE` to write")
	flags.StringVar(&schema, "schema", teamsSchemas[0].version, "`VERSION` of the manifest's schema: 1.29 or 1.19")
	flags.StringVar(&version, "app-version", "", "`VERSION` of the app, such as 1.0.1 (default the program's own)")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

var (
	release  = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)(?:\+[\w.-]+)?$`)
	semantic = regexp.MustCompile(`^\d{1,5}\.\d{1,5}\.\d{1,5}$`)
)

// appVersion is the release that this program is, and 1.0.0 for a build between
// releases: Teams compares three numbers.
func appVersion(info *debug.BuildInfo) string {
	if info != nil {
		if m := release.FindStringSubmatch(info.Main.Version); m != nil {
			return m[1]
		}
	}
	return "1.0.0"
}

func writeTeamsPackage(c *Config, schema, version, out string, stdout io.Writer) error {
	i := slices.IndexFunc(teamsSchemas, func(s teamsSchema) bool { return s.version == schema })
	switch {
	case c.Teams == nil:
		return fmt.Errorf("%s: teams is not configured; add a section teams with app_id, tenant_id, a credential and developer", c.Path)
	case i < 0:
		return fmt.Errorf("--schema %s is not a schema that can be written; write 1.29 or 1.19", schema)
	case !semantic.MatchString(version):
		return fmt.Errorf("--app-version %s is not a version; write three numbers, such as 1.0.1", version)
	case out == "-":
		return errors.New("the package is a ZIP and not for a terminal; name a file, such as --out teams.zip")
	}
	app, err := teamsManifest(c, teamsSchemas[i], version, bot.Commands(c.Organisation.Language))
	if err != nil {
		return err
	}
	data, err := teamsPackage(app)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return fmt.Errorf("write the package: %w", err)
	}
	fmt.Fprintf(stdout, "Wrote the Teams package, version %s with manifest %s, to %s.\n", version, schema, out)
	return nil
}

// teamsPackage is the app's ZIP; the same app gives the same bytes.
func teamsPackage(app *teamsApp) ([]byte, error) {
	var manifest, out bytes.Buffer
	e := json.NewEncoder(&manifest)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(app)
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		data []byte
	}{{"manifest.json", manifest.Bytes()}, {app.Icons.Color, colorIcon}, {app.Icons.Outline, outlineIcon}} {
		// The first day that a ZIP can hold.
		w, created := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if created == nil {
			_, created = w.Write(f.data)
		}
		err = errors.Join(err, created)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("write the package: %w", err)
	}
	return out.Bytes(), nil
}
