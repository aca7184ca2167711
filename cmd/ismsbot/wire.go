package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/teams"
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
		Cadence:      c.Reminders, ISMSManagers: c.Roles.ISMSManager, SecondApproverAbove: c.Broadcasts.SecondApproverAbove,
		Channels:      bot.Channels{ISMS: channel(c.Channels.ISMS), Auditors: channel(c.Channels.Auditors), Comms: channel(c.Channels.Comms)},
		PersonMetrics: c.Privacy.PersonMetrics, Laws: c.Events.Laws, Media: c.Server.media(),
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

// newTeams makes the adapter for the configured tenant; nothing is called yet.
// db keeps its conversations and is nil where only Check is asked; formKey
// seals its open forms.
func (c *Config) newTeams(h chat.Handler, db *storage.DB, formKey string, log *slog.Logger, metrics teams.Metrics) (*teams.Teams, error) {
	x := c.Teams
	return teams.New(teams.Config{
		AppID: x.AppID, TenantID: x.TenantID, Cloud: x.Cloud,
		Credential: teams.Credential{ClientSecret: x.ClientSecret.Reveal(), Certificate: x.Certificate.Reveal(), ManagedIdentity: x.ManagedIdentity, Federated: x.Federated},
		LoginURL:   x.LoginURL, OpenIDMetadataURL: x.OpenIDMetadataURL, ServiceURLs: x.ServiceURLs, InstallForUsers: x.InstallForUsers,
		FormKey: formKey, Store: teamsStore(db), Log: log, Metrics: metrics,
	}, h)
}

// teamsStore keeps how people and channels are reached in the database.
func teamsStore(db *storage.DB) teams.Store {
	return teams.Store{
		Load: func(ctx context.Context, address string) (data string, found bool, err error) {
			err = db.View(ctx, func(tx *storage.Tx) (err error) {
				data, found, err = tx.Conversation(teams.Platform, address)
				return err
			})
			return data, found, err
		},
		Save: func(ctx context.Context, address, data string) error {
			return db.Tx(ctx, func(tx *storage.Tx) error {
				return tx.SaveConversation(teams.Platform, address, data, time.Now())
			})
		},
		List: func(ctx context.Context, prefix string, limit int) (addresses []string, err error) {
			err = db.View(ctx, func(tx *storage.Tx) error {
				all, err := tx.ConversationsLike(teams.Platform, prefix, limit)
				for _, c := range all {
					addresses = append(addresses, c.To)
				}
				return err
			})
			return addresses, err
		},
	}
}
