package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"ismsbot/bot/isms"
)

// Config is the whole configuration, read and checked. Its defaults stand in
// defaults, its keys in (*Config).schema.
type Config struct {
	// Path is the file it was read from.
	Path string
	// Warnings are things that work but should be changed, one sentence each.
	Warnings []string

	Organisation Organisation
	Server       Server
	Storage      Storage
	Slack        *Slack // nil where Slack is not configured
	Teams        *Teams // nil where Teams is not configured
	Schedule     Schedule
	Reminders    isms.Cadence
	Channels     Channels
	Roles        Roles
	Broadcasts   Broadcasts
	Privacy      Privacy
	Events       Events
}

// Organisation is whom the bot serves, and when people there work.
type Organisation struct {
	Name     string
	Language string // BCP 47
	Calendar isms.Calendar
}

// Server is where the bot listens.
type Server struct {
	Listen        string
	MetricsListen string // empty for no metrics
	PublicURL     string // without a slash at its end; empty where there is none
}

// Storage is where the bot remembers.
type Storage struct{ DSN string }

// SlackMode is how Slack's requests reach the bot.
type SlackMode string

// Slack's modes.
const (
	SlackSocket SlackMode = "socket" // the bot dials out; nothing needs to reach it
	SlackHTTP   SlackMode = "http"   // Slack calls server.public_url
)

// Slack is the one Slack installation.
type Slack struct {
	Mode           SlackMode
	BotToken       Secret
	AppToken       Secret
	SigningSecrets []Secret
	AppID          string
	APIURL         string // ends in a slash
}

// Teams is the one Teams tenant.
type Teams struct {
	AppID             string
	TenantID          string
	ClientSecret      Secret
	Certificate       Secret
	ManagedIdentity   string
	Federated         string
	Cloud             string
	LoginURL          string
	OpenIDMetadataURL string
	ServiceURLs       []string
	InstallForUsers   bool
	Developer         Developer
}

// Developer is who stands behind the Teams app, as its package must say.
type Developer struct{ Name, Website, Privacy, Terms string }

// Schedule says how often the bot looks for what is due.
type Schedule struct{ RemindEvery, DeliverEvery time.Duration }

// Roles are e-mail addresses, in lower case, beside those to whom the people
// file gives the role.
type Roles struct{ ISMSManager []string }

// Channels are addresses for posts to everybody in them; each may be empty.
type Channels struct{ ISMS, Auditors, Comms string }

// Broadcasts are the safeguards of awareness messages.
type Broadcasts struct {
	// SecondApproverAbove is the size of an audience beyond which a second
	// person must approve; 0 is never.
	SecondApproverAbove int
}

// Privacy is what may be known of people.
type Privacy struct {
	// PersonMetrics lets figures by person be kept, and shown to the ISMS manager.
	PersonMetrics bool
}

// Events are what people report.
type Events struct {
	// Laws are those under which a breach has to be told; empty for the GDPR.
	Laws []isms.LegalClock
}

// Secrets says whether a command needs the secrets of the configuration.
type Secrets int

const (
	// SecretsOptional is for commands without network: a secret that cannot
	// be read here stays empty.
	SecretsOptional Secrets = iota
	// SecretsRequired is for commands that talk to a platform.
	SecretsRequired
)

// LoadConfig reads and checks the configuration file. The error names every
// fault of the file at once (Faults), each with its line and remedy.
func LoadConfig(path string, getenv func(string) string, need Secrets) (*Config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no configuration at %s: write one with \"ismsbot init\", or name another with --config", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return ParseConfig(path, data, getenv, need)
}

// Secrets are all that the file holds or names, for the log to strike out.
func (c *Config) Secrets() []Secret {
	var all []Secret
	if c.Slack != nil {
		all = append(all, c.Slack.BotToken, c.Slack.AppToken)
		all = append(all, c.Slack.SigningSecrets...)
	}
	if c.Teams != nil {
		all = append(all, c.Teams.ClientSecret, c.Teams.Certificate)
	}
	return all
}

func defaults() Config {
	return Config{
		Organisation: Organisation{
			Language: "en",
			Calendar: isms.Calendar{Zone: time.UTC, From: 9 * 60, To: 17 * 60, Working: [7]bool{false, true, true, true, true, true, false}},
		},
		Server:    Server{Listen: ":8080", MetricsListen: "127.0.0.1:9090"},
		Storage:   Storage{DSN: "ismsbot.db"},
		Slack:     &Slack{APIURL: "https://slack.com/api/"},
		Teams:     &Teams{Cloud: "public"},
		Schedule:  Schedule{RemindEvery: time.Minute, DeliverEvery: time.Second},
		Reminders: isms.DefaultCadence,
	}
}
