package slack

import (
	"encoding/json"
	"regexp"
	"strings"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// Our shortcuts: the global one lists one's open items, that of a message
// reports it.
const (
	shortcutTodo   = "isms_todo"
	shortcutReport = "isms_report"
)

// interaction is what we read of a press, a submitted form or a shortcut.
type interaction struct {
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	AppID       string `json:"api_app_id"`
	Team        *team  `json:"team"`
	Enterprise  *idOf  `json:"enterprise"`
	User        struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Container struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		ChannelID string `json:"channel_id"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Message struct {
		Text string `json:"text"`
		TS   string `json:"ts"`
	} `json:"message"` // of a shortcut
	Channel *idOf    `json:"channel"`
	Actions []action `json:"actions"`
	View    *view    `json:"view"`
}

type idOf struct {
	ID string `json:"id"`
}

func (i *idOf) id() string {
	if i == nil {
		return ""
	}
	return i.ID
}

type team struct {
	idOf
	Domain string `json:"domain"`
}

func (t *team) id() string {
	if t == nil {
		return ""
	}
	return t.ID
}

// action is one pressed element, or one input of a submitted form.
type action struct {
	ActionID             string  `json:"action_id"`
	Value                string  `json:"value"`
	SelectedOption       *option `json:"selected_option"`
	SelectedUser         string  `json:"selected_user"`
	SelectedConversation string  `json:"selected_conversation"`
	SelectedDate         string  `json:"selected_date"`
	Files                []file  `json:"files"`
}

type option struct {
	Value string `json:"value"`
}

type view struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	CallbackID string `json:"callback_id"`
	Metadata   string `json:"private_metadata"`
	State      struct {
		Values map[string]map[string]action `json:"values"`
	} `json:"state"`
	Blocks []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
}

func (s *Slack) parseInteraction(payload []byte, id string) (request, error) {
	var x interaction
	if err := json.Unmarshal(payload, &x); err != nil || x.User.ID == "" {
		return request{}, errMalformed
	}
	r := request{
		in:   chat.Invocation{ID: id, From: account(x.User.ID)},
		team: x.Team.id(), enterprise: x.Enterprise.id(), app: x.AppID, userTeam: x.User.TeamID,
		responseURL: x.ResponseURL, trigger: x.TriggerID,
	}
	switch x.Type {
	case "block_actions":
		return x.press(r)
	case "view_submission":
		return s.submission(x, r)
	case "shortcut":
		if x.CallbackID != shortcutTodo {
			return r, errIgnored
		}
		r.from, r.in.Kind, r.in.Text = onCommand, chat.Typed, "todo"
		r.in.Where, r.in.Private = address(x.User.ID), true
		return r, nil
	case "message_action":
		if x.CallbackID != shortcutReport {
			return r, errIgnored
		}
		// What comes of it is between the bot and the person: no channel, and no
		// response_url, which leads to where others read along.
		r.from, r.in.Kind, r.in.Text, r.responseURL = onCommand, chat.Pressed, "report", ""
		r.in.Where, r.in.Private, r.in.Quoted = address(x.User.ID), true, x.quoted()
		return r, nil
	}
	return r, errIgnored
}

// maxQuoted is how much of a message is quoted, in characters.
const maxQuoted = 2500

var (
	domainName  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	channelName = regexp.MustCompile(`^[A-Z0-9]+$`)
	timestamp   = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)
)

// quoted is the message on which a shortcut was used, with the address under
// which Slack shows it.
func (x *interaction) quoted() *chat.Quotation {
	q := &chat.Quotation{Text: readable.Clip(strings.TrimSpace(readable.Text(unescape.Replace(unfold(x.Message.Text)))), maxQuoted)}
	if x.Team != nil && domainName.MatchString(x.Team.Domain) && channelName.MatchString(x.Channel.id()) && timestamp.MatchString(x.Message.TS) {
		q.Link = "https://" + x.Team.Domain + ".slack.com/archives/" + x.Channel.id() + "/p" + strings.Replace(x.Message.TS, ".", "", 1)
	}
	return q
}

func (x *interaction) press(r request) (request, error) {
	if len(x.Actions) == 0 {
		return r, errMalformed
	}
	r.in.Kind = chat.Pressed
	if r.in.Text = x.Actions[0].command(); r.in.Text == "" {
		return r, errIgnored
	}
	if x.View != nil {
		r.from, r.view = onModal, x.View.ID
		if x.View.Type == "home" {
			r.from = onHome
		}
		r.in.Where, r.in.Private = address(x.User.ID), true
		return r, nil
	}
	r.from, r.ephemeral = onMessage, x.Container.Ephemeral
	r.channel, r.thread = orElse(x.Container.ChannelID, x.Channel.id()), x.Container.ThreadTS
	r.in.Where = address(r.channel)
	if !r.ephemeral {
		r.in.Message = reference(r.channel, x.Container.MessageTS)
		r.in.Private = direct(r.channel)
	}
	return r, nil
}

// command is what the pressed element carried, empty where it opened a page.
func (a action) command() string {
	switch {
	case a.SelectedOption == nil:
		return a.Value
	case strings.HasPrefix(a.ActionID, actionCommand):
		return strings.TrimPrefix(a.ActionID, actionCommand) + " " + a.SelectedOption.Value
	case a.SelectedOption.Value == optionPage:
		return ""
	}
	return a.SelectedOption.Value
}

func (s *Slack) submission(x interaction, r request) (request, error) {
	if x.View == nil || x.View.CallbackID != callbackForm {
		return r, errIgnored
	}
	r.from, r.in.Kind = onSubmit, chat.Submitted
	for _, b := range x.View.Blocks {
		if b.Type == "input" {
			r.inputs = append(r.inputs, b.BlockID)
		}
	}
	o, err := s.unseal(x.View.Metadata, x.User.ID)
	if err != nil {
		r.expired = true
		return r, nil
	}
	r.origin, r.responseURL, r.channel = o, o.ResponseURL, o.Channel
	r.in.Text, r.in.Message = o.Command, o.Message
	r.in.Where, r.in.Private = address(orElse(o.Channel, x.User.ID)), o.Private || o.Channel == ""
	r.in.Fields = make(map[string]string, len(x.View.State.Values))
	for name, elements := range x.View.State.Values {
		if given := elements[inputAction].Files; len(given) > 0 {
			if r.files == nil {
				r.files = map[string]file{}
			}
			r.files[name] = given[0]
		}
		r.in.Fields[name] = elements[inputAction].field()
	}
	return r, nil
}

// field is an input's value in the form the bot reads.
func (a action) field() string {
	switch {
	case a.SelectedOption != nil:
		return a.SelectedOption.Value
	case a.SelectedUser != "":
		return "<@" + a.SelectedUser + ">"
	case a.SelectedConversation != "":
		return "<#" + a.SelectedConversation + ">"
	case a.SelectedDate != "":
		return a.SelectedDate
	}
	return strings.TrimSpace(readable.Text(a.Value))
}
