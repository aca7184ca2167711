package main

import (
	"log/slog"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// newBot makes the bot that the configuration describes. messengers may be
// filled after it, as an adapter needs the bot to exist first.
func (c *Config) newBot(db *storage.DB, messengers map[string]chat.Messenger, now func() time.Time, log *slog.Logger, metrics bot.Metrics) (*bot.Bot, error) {
	platform := "slack" // the only platform whose channels the configuration can mean
	channel := func(id string) chat.Address {
		if id == "" {
			return chat.Address{}
		}
		return chat.Address{Platform: platform, To: id}
	}
	return bot.New(bot.Config{
		DB: db, Messengers: messengers, Now: now, Log: log, Metrics: metrics,
		Organisation: bot.Organisation{Name: c.Organisation.Name, Language: c.Organisation.Language, Calendar: c.Organisation.Calendar},
		Cadence:      c.Reminders, ISMSManagers: c.Roles.ISMSManager,
		Channels: bot.Channels{ISMS: channel(c.Channels.ISMS), Auditors: channel(c.Channels.Auditors), Comms: channel(c.Channels.Comms)},
	})
}

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
