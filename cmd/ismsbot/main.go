// Command ismsbot keeps an organisation's ISMS alive in its chat. This package
// is the command line, the configuration and the wiring; nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zones must be known on a machine that has none

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it. It returns the exit
// code: 0 only when all is well.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv}
	root := p.command()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, errSaid):
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(stderr, "ismsbot: "+strings.TrimRight(line, "\n"))
		}
		fmt.Fprintf(stdout, "%s failed.\n", cmd.CommandPath())
	}
	return 1
}

// errSaid ends a command that has printed its own verdict, which is bad.
var errSaid = errors.New("the verdict has been printed")

// program is what every command shares.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	configPath          string
	logFormat, logLevel string
}

func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "ismsbot",
		Short: "Keeps an ISO 27001 management system alive where people chat",
		Long: `ismsbot reminds people of audits, corrective actions and recurring duties in
chat, takes their answers in place, and keeps every step as evidence.

Every command ends 0 only when all is well; the last line it prints is its
verdict, and what it logs goes to stderr.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(flagError)
	flags := root.PersistentFlags()
	flags.StringVar(&p.configPath, "config", "", "configuration `FILE` (default config.yaml, or the environment's ISMSBOT_CONFIG)")
	flags.StringVar(&p.logFormat, "log-format", "", "text or json (default text, or the environment's ISMSBOT_LOG)")
	flags.StringVar(&p.logLevel, "log-level", "", "debug, info, warn or error (default info, or the environment's ISMSBOT_LOG_LEVEL)")
	root.AddCommand(p.backupCommand(), p.demoCommand(), p.doctorCommand(), p.exportCommand(), p.importCommand(), p.initCommand(), p.manifestCommand(), p.requeueCommand(), p.serveCommand(), p.verifyCommand(), p.versionCommand())
	return root
}

// file is the path of the configuration: the flag's, the environment's, or
// config.yaml.
func (p *program) file() string {
	if p.configPath != "" {
		return p.configPath
	}
	if path := p.getenv("ISMSBOT_CONFIG"); path != "" {
		return path
	}
	return "config.yaml"
}

// config reads the configuration for a command.
func (p *program) config(need Secrets) (*Config, error) {
	return LoadConfig(p.file(), p.getenv, need)
}

func unknownCommand(parent *cobra.Command, name string) error {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("%q is not a command; did you mean %q?", name, parent.CommandPath()+" "+near)
	}
	return fmt.Errorf("%q is not a command; %q lists them", name, parent.CommandPath()+" --help")
}

// flagError names the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := nearest(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Errorf("%s has no flag --%s; did you mean --%s?", cmd.CommandPath(), unknown.GetSpecifiedName(), near)
	}
	return fmt.Errorf("%s has no flag --%s; \"%s --help\" lists them", cmd.CommandPath(), unknown.GetSpecifiedName(), cmd.CommandPath())
}
