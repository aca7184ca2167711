package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// newBot makes the bot that the configuration describes. messengers may be
// filled after it, as an adapter needs the bot to exist first.
func (c *Config) newBot(db *storage.DB, messengers map[string]chat.Messenger, now func() time.Time, log *slog.Logger, metrics bot.Metrics) (*bot.Bot, error) {
	return bot.New(bot.Config{
		DB: db, Messengers: messengers, Now: now, Log: log, Metrics: metrics,
		Organisation: bot.Organisation{Name: c.Organisation.Name, Language: c.Organisation.Language, Calendar: c.Organisation.Calendar},
		Cadence:      c.Reminders, ISMSManagers: c.Roles.ISMSManager,
		Channels: bot.Channels{ISMS: channel(c.Channels.ISMS), Auditors: channel(c.Channels.Auditors), Comms: channel(c.Channels.Comms)},
	})
}

// channel is where a configured channel is; check has seen to it that its
// platform is configured.
func channel(id string) chat.Address {
	switch {
	case id == "":
		return chat.Address{}
	case ofTeams(id):
		return chat.Address{Platform: "teams", To: id}
	}
	return chat.Address{Platform: "slack", To: id}
}

// ofTeams tells whether it is the id of a conversation in Teams, and not of a
// channel in Slack.
func ofTeams(id string) bool { return strings.HasPrefix(id, "19:") }

// newSlack makes the adapter for the configured workspace; nothing is called yet.
func (c *Config) newSlack(h chat.Handler, rate float64, log *slog.Logger, metrics slack.Metrics) (*slack.Slack, error) {
	var secrets []string
	for _, x := range c.Slack.SigningSecrets {
		secrets = append(secrets, x.Reveal())
	}
	return slack.New(slack.Config{
		Mode: string(c.Slack.Mode), BotToken: c.Slack.BotToken.Reveal(), AppToken: c.Slack.AppToken.Reveal(), SigningSecrets: secrets,
		AppID: c.Slack.AppID, APIURL: c.Slack.APIURL, Rate: rate, Log: log, Metrics: metrics,
	}, h)
}

// teamsAdapter and teamsMetrics stand for adapters/teams until it is there.
// OPEN (Teams): replace both and the body of newTeams by *teams.Teams and teams.Metrics.
type (
	teamsAdapter interface {
		speaker
		checker
		chat.Messenger
		http.Handler
	}
	teamsMetrics struct {
		Refused func(reason string)
		Called  func(call, outcome string, took time.Duration)
	}
)

// newTeams makes the adapter for the configured tenant; nothing is called yet.
// db keeps its conversations and is nil where only Check is asked; formKey
// seals its open forms.
func (c *Config) newTeams(h chat.Handler, db *storage.DB, formKey string, log *slog.Logger, metrics teamsMetrics) (teamsAdapter, error) {
	return nil, errors.New("teams: is not built in yet")
}
