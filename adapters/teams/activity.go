package teams

import "encoding/json"

// activity is what we read of the Bot Framework's activities:
// https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md
type activity struct {
	Type           string           `json:"type"`
	ID             string           `json:"id"`
	Name           string           `json:"name"`   // of an invoke
	Action         string           `json:"action"` // of an installation update
	ChannelID      string           `json:"channelId"`
	ServiceURL     string           `json:"serviceUrl"`
	ReplyToID      string           `json:"replyToId"`
	Text           string           `json:"text"`
	Locale         string           `json:"locale"`
	LocalTimezone  string           `json:"localTimezone"`
	From           party            `json:"from"`
	Recipient      party            `json:"recipient"`
	Conversation   conversation     `json:"conversation"`
	MembersRemoved []party          `json:"membersRemoved"`
	Entities       []activityEntity `json:"entities"`
	Value          json.RawMessage  `json:"value"`
	ChannelData    channelData      `json:"channelData"`
}

// party is somebody in a conversation: a person's or a bot's account.
type party struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	AAD      string `json:"aadObjectId,omitempty"`
	Role     string `json:"role,omitempty"`
	TenantID string `json:"tenantId,omitempty"`
	Targeted bool   `json:"isTargeted,omitempty"`
}

type conversation struct {
	ID       string `json:"id"`
	Kind     string `json:"conversationType"` // personal, groupChat, channel
	TenantID string `json:"tenantId"`
}

type activityEntity struct {
	Type      string `json:"type"`
	Text      string `json:"text"`      // of a mention, as it stands in the activity's text
	Mentioned party  `json:"mentioned"` // of a mention
	Locale    string `json:"locale"`    // of clientInfo
	Timezone  string `json:"timezone"`
}

type channelData struct {
	Tenant  named `json:"tenant"`
	Team    named `json:"team"`
	Channel named `json:"channel"`
	App     named `json:"app"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

const (
	kindPersonal = "personal"
	kindChannel  = "channel"
)

func (a *activity) personal() bool { return a.Conversation.Kind == kindPersonal }

// maxClientInfo is longer than any name of a zone or a language.
const maxClientInfo = 64

// clientInfo is the zone and the language of whoever sent it, both possibly
// empty. A client may write anything there; what cannot be meant is not kept.
func (a *activity) clientInfo() (zone, language string) {
	zone, language = a.LocalTimezone, a.Locale
	for _, e := range a.Entities {
		if e.Type != "clientInfo" {
			continue
		}
		if e.Timezone != "" {
			zone = e.Timezone
		}
		if e.Locale != "" {
			language = e.Locale
		}
	}
	if len(zone) > maxClientInfo {
		zone = ""
	}
	if len(language) > maxClientInfo {
		language = ""
	}
	return zone, language
}
