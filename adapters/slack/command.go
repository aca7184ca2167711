package slack

import (
	"encoding/json"
	"net/url"
	"strings"

	"ismsbot/bot/chat"
)

// command is what we read of a slash command. The names are those of its form
// and, in Socket Mode, of its JSON.
type command struct {
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	AppID        string `json:"api_app_id"`
	UserID       string `json:"user_id"`
	ChannelID    string `json:"channel_id"`
	Command      string `json:"command"`
	Text         string `json:"text"`
	ResponseURL  string `json:"response_url"`
	TriggerID    string `json:"trigger_id"`
}

// form is what a request's body holds: a command, or the payload of an
// interaction.
type form struct {
	command
	payload string
}

// parseForm reads the body. A key that stands twice is refused, as readers
// disagree on which one counts.
func parseForm(body string) (form, error) {
	var f form
	var seen uint16
	for body != "" {
		var pair string
		pair, body, _ = strings.Cut(body, "&")
		key, value, _ := strings.Cut(pair, "=")
		field, bit := f.field(key)
		if field == nil {
			if strings.ContainsAny(key, "%+") {
				return form{}, errMalformed
			}
			continue
		}
		if seen&(1<<bit) != 0 {
			return form{}, errMalformed
		}
		seen |= 1 << bit
		text, err := url.QueryUnescape(value)
		if err != nil {
			return form{}, errMalformed
		}
		*field = text
	}
	return f, nil
}

func (f *form) field(key string) (*string, int) {
	switch key {
	case "team_id":
		return &f.TeamID, 0
	case "enterprise_id":
		return &f.EnterpriseID, 1
	case "api_app_id":
		return &f.AppID, 2
	case "user_id":
		return &f.UserID, 3
	case "channel_id":
		return &f.ChannelID, 4
	case "command":
		return &f.Command, 5
	case "text":
		return &f.Text, 6
	case "response_url":
		return &f.ResponseURL, 7
	case "trigger_id":
		return &f.TriggerID, 8
	case "payload":
		return &f.payload, 9
	}
	return nil, 0
}

// parseCommandJSON reads a slash command that came by Socket Mode.
func parseCommandJSON(payload []byte) (command, error) {
	var c command
	if err := json.Unmarshal(payload, &c); err != nil {
		return command{}, errMalformed
	}
	return c, nil
}

// request makes a slash command an invocation. Whether a conversation of two
// is the bot's own is not told, so none counts as private.
func (c command) request(id string) (request, error) {
	if c.UserID == "" || c.Command == "" {
		return request{}, errMalformed
	}
	return request{
		from: onCommand,
		in: chat.Invocation{
			ID: id, From: account(c.UserID), Kind: chat.Typed,
			Text: typed(c.Text), Where: address(c.ChannelID),
		},
		team: c.TeamID, enterprise: c.EnterpriseID, app: c.AppID,
		responseURL: c.ResponseURL, trigger: c.TriggerID, channel: c.ChannelID,
	}, nil
}
