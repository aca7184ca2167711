package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

// exampleConfig is what init writes. The copy at the top of the repository is
// written from it by TestExampleConfig.
//
//go:embed config.example.yaml
var exampleConfig []byte

const nextSteps = `First: set organisation.name and organisation.timezone in %[1]s, and take out
the section slack or fill in the section teams, as you need one or both.
Slack, in ten minutes:
  1. ismsbot manifest slack --out slack.yaml
  2. https://api.slack.com/apps: "Create New App", "From a manifest", paste slack.yaml.
  3. "Install App": export the bot token (xoxb-...) as SLACK_BOT_TOKEN.
  4. "Basic Information", "App-Level Tokens": make one with connections:write and
     export it (xapp-...) as SLACK_APP_TOKEN.
Microsoft Teams, which must reach the bot from the internet:
  1. Set server.public_url, and have it lead to server.listen.
  2. Register a bot of one tenant (an Azure Bot, or "teams app create"); its
     messaging endpoint is server.public_url followed by /api/messages.
  3. Set teams.app_id, teams.tenant_id and teams.developer; export the secret as
     TEAMS_CLIENT_SECRET.
  4. ismsbot manifest teams --out teams.zip
  5. https://admin.teams.microsoft.com: "Manage apps", upload teams.zip; "Setup
     policies" installs it for everybody who is to be reminded.
Then:
  ismsbot import people.csv actions.csv: who is who, and what is to be done.
  ismsbot doctor, then ismsbot serve.
`

func (p *program) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Writes a commented configuration and says the next steps",
		Long: `Writes a commented configuration to config.yaml, or to the file named by
--config. A file that exists is left as it is.`,
		Example: "  ismsbot init\n  ismsbot init --config /etc/ismsbot/config.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path := p.file()
			if err := writeNew(path, exampleConfig); err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, nextSteps, path)
			fmt.Fprintf(p.stdout, "Wrote %s.\n", path)
			return nil
		},
	}
}

// writeNew writes a file that must not exist yet, for its owner alone: a
// secret may come to stand in it.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists and was left as it is; name another file with --config, or move it away", path)
	}
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}
