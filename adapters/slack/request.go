package slack

import (
	"errors"
	"strings"

	"ismsbot/bot/chat"
)

// platform is the name under which our accounts and addresses stand.
const platform = "slack"

// surface is where something happened, and so where an answer can go.
type surface int

const (
	onCommand surface = iota // a slash command or a shortcut
	onMessage                // a button of a message
	onHome                   // a button of the Home tab
	onModal                  // a button of a dialog
	onSubmit                 // a form that was sent off
	onLine                   // a line in the bot's direct messages
	onMention                // a line in a channel that mentions the bot
	onOpened                 // the Home tab came into view
)

// request is one invocation and everything its answer may need.
type request struct {
	in   chat.Invocation
	from surface

	team, enterprise, app string // whose installation it claims to be for
	userTeam              string // the team of the person, where told

	responseURL string
	trigger     string
	channel     string
	thread      string
	ephemeral   bool
	view        string          // id of the view in which a button stood
	origin      origin          // of a submitted form
	expired     bool            // the form is not ours or too old
	inputs      []string        // block ids of its inputs, under which a form says what is wrong
	files       map[string]file // of the form, to be fetched
	lastTry     bool            // Slack does not deliver it again
	room        int             // bytes that the acknowledgement may carry
}

// forget drops the event's id, which logs would name, where the bot asks that.
func (r *request) forget(reply chat.Reply) {
	if reply.Traceless {
		r.in.ID = ""
	}
}

// errIgnored marks what is none of our business: it is acknowledged and dropped.
var errIgnored = errors.New("not for us")

// errMalformed marks what is signed and yet not what Slack sends.
var errMalformed = errors.New("not a payload of Slack's")

func account(user string) chat.Account { return chat.Account{Platform: platform, ID: user} }

func address(to string) chat.Address { return chat.Address{Platform: platform, To: to} }

func reference(channel, ts string) chat.MessageRef {
	if channel == "" || ts == "" {
		return ""
	}
	return chat.MessageRef(channel + "/" + ts)
}

// split is the opposite of reference.
func split(ref chat.MessageRef) (channel, ts string, ok bool) {
	channel, ts, ok = strings.Cut(string(ref), "/")
	return channel, ts, ok && channel != "" && ts != ""
}

// direct tells whether the channel is a conversation of two.
func direct(channel string) bool { return strings.HasPrefix(channel, "D") }
