package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Prints the version, the commit and the schema of the database",
		Example: "  ismsbot version",
		Args:    cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			info, _ := debug.ReadBuildInfo()
			fmt.Fprintln(p.stdout, describe(info))
		},
	}
}

// describe tells which build this is; info may be nil.
func describe(info *debug.BuildInfo) string {
	if info == nil {
		return "ismsbot, built without module information"
	}
	version, commit := "development build", "unknown commit"
	if v := info.Main.Version; v != "" && v != "(devel)" {
		version = v
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && s.Value != "":
			commit = "commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return fmt.Sprintf("ismsbot %s (%s%s, %s), schema %d", version, commit, changed, info.GoVersion, storage.Schema)
}
