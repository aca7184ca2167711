package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"ismsbot/adapters/slack"
)

func (p *program) manifestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Writes what a platform needs to install the bot",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New(`for which platform? Write "ismsbot manifest slack --out FILE" or "ismsbot manifest teams --out FILE"`)
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.AddCommand(p.manifestSlackCommand(), p.manifestTeamsCommand())
	return cmd
}

func (p *program) manifestSlackCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "slack --out FILE",
		Short: "Writes the manifest of the Slack app (YAML), filled from the configuration",
		Long: `Writes the manifest from which Slack makes your organisation's own app: at
https://api.slack.com/apps choose "Create New App", "From a manifest". With
slack.mode http it holds the addresses under server.public_url; with mode
socket it holds none. No token is needed to write it.`,
		Example: "  ismsbot manifest slack --out slack.yaml\n  ismsbot manifest slack --out -",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := p.config(SecretsOptional)
			if err != nil {
				return err
			}
			return writeSlackManifest(c, out, p.stdout)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "`FILE` to write, - for stdout")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func writeSlackManifest(c *Config, out string, stdout io.Writer) error {
	manifest, err := slackManifest(c)
	if err != nil {
		return err
	}
	data, err := yaml.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	mode := "Socket Mode"
	if !manifest.Settings.SocketMode {
		mode = "requests to " + manifest.Settings.Interactivity.RequestURL
	}
	if out == "-" {
		// The verdict is a comment here, so that the whole output is the manifest.
		_, err := fmt.Fprintf(stdout, "%s# The Slack manifest for %s.\n", data, mode)
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	fmt.Fprintf(stdout, "Wrote the Slack manifest for %s to %s.\n", mode, out)
	return nil
}

// slackManifest is the app as the bot needs it: five features, no scope that
// none of them uses.
func slackManifest(c *Config) (*slackApp, error) {
	socket := c.Slack == nil || c.Slack.Mode == SlackSocket
	url := ""
	if !socket {
		if c.Server.PublicURL == "" {
			return nil, fmt.Errorf("%s: server.public_url is empty; write the address under which Slack reaches the bot, or slack.mode socket", c.Path)
		}
		url = c.Server.PublicURL + "/slack"
	}
	app := &slackApp{
		Metadata: slackMetadata{Major: 2},
		Display: slackDisplay{
			Name:        "ISMS Bot",
			Description: "ISO 27001 reminders and acknowledgements",
		},
		Features: slackFeatures{
			AppHome: slackAppHome{Home: true, Messages: true},
			BotUser: slackBotUser{Name: "isms", AlwaysOnline: true},
			SlashCommands: []slackCommand{{
				Command: "/isms", URL: url, Description: "Your ISMS tasks, and what you can do with them",
				UsageHint: "todo | done CA-12 | overdue | help", ShouldEscape: true,
			}},
			Shortcuts: []slackShortcut{{
				Name: "My ISMS tasks", Type: "global", CallbackID: "isms_todo", Description: "Shows your open tasks",
			}, {
				Name: "Report to ISMS", Type: "message", CallbackID: "isms_report", Description: "Reports this message as a security event",
			}},
		},
		OAuth: slackOAuth{Scopes: slackScopes{Bot: slices.Sorted(slices.Values(slices.Concat(slack.Scopes, slack.OptionalScopes)))}},
		Settings: slackSettings{
			Interactivity: slackInteractivity{Enabled: true, RequestURL: url},
			Events: slackEvents{RequestURL: url, Bot: []string{
				"app_home_opened", "app_mention", "app_uninstalled", "message.im",
				"team_join", "tokens_revoked", "user_change", "user_profile_changed",
			}},
			SocketMode: socket,
		},
	}
	return app, nil
}
