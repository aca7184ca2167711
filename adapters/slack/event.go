package slack

import (
	"encoding/json"

	slackapi "github.com/slack-go/slack"

	"ismsbot/bot/chat"
)

// event is what we read of the Events API's envelope.
type event struct {
	Type         string          `json:"type"`
	Challenge    string          `json:"challenge"`
	TeamID       string          `json:"team_id"`
	EnterpriseID string          `json:"enterprise_id"`
	AppID        string          `json:"api_app_id"`
	EventID      string          `json:"event_id"`
	Event        json.RawMessage `json:"event"`
}

// inner is what we read of the event itself.
type inner struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	User        json.RawMessage `json:"user"` // an id, or in news of people all of them
	BotID       string          `json:"bot_id"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	Tab         string          `json:"tab"`
	Team        string          `json:"team"`
	UserTeam    string          `json:"user_team"`
	SourceTeam  string          `json:"source_team"`
	Tokens      struct {
		Bot []string `json:"bot"`
	} `json:"tokens"`
}

func parseEvent(payload []byte) (event, inner, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return e, inner{}, errMalformed
	}
	var in inner
	if e.Type != "event_callback" {
		return e, in, nil
	}
	if err := json.Unmarshal(e.Event, &in); err != nil || e.EventID == "" {
		return e, in, errMalformed
	}
	return e, in, nil
}

// request makes what somebody said or opened an invocation. Our own messages,
// other bots' and everything with a subtype are none.
func (e event) request(in inner, bot string) (request, error) {
	user := in.userID()
	if user == "" || user == bot || user == "USLACKBOT" || in.BotID != "" || in.Subtype != "" {
		return request{}, errIgnored
	}
	r := request{
		in:   chat.Invocation{ID: e.EventID, From: account(user), Where: address(in.Channel)},
		team: e.TeamID, enterprise: e.EnterpriseID, app: e.AppID,
		userTeam: orElse(in.UserTeam, orElse(in.SourceTeam, in.Team)),
		channel:  in.Channel, thread: in.ThreadTS,
	}
	switch {
	case in.Type == "message" && in.ChannelType == "im":
		r.from, r.in.Private = onLine, true
		r.in.Text = typed(withoutMention(in.Text, bot))
	case in.Type == "app_mention":
		r.from = onMention
		r.in.Text = typed(withoutMention(in.Text, bot))
	case in.Type == "app_home_opened" && in.Tab != "messages":
		r.from, r.in.Kind = onOpened, chat.Opened
		r.in.Where, r.in.Private = address(user), true
	default:
		return request{}, errIgnored
	}
	return r, nil
}

func (in inner) userID() string {
	var id string
	if json.Unmarshal(in.User, &id) != nil {
		return ""
	}
	return id
}

// member reads the person of whom an event brings news.
func (in inner) member(team string) (chat.Member, bool) {
	var u slackapi.User
	if json.Unmarshal(in.User, &u) != nil || u.ID == "" {
		return chat.Member{}, false
	}
	return memberOf(u, team), true
}
