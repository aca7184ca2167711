package slackfake

import (
	"fmt"
	"strings"
	"time"
)

// Answer is what came of something a person did, once it has settled.
type Answer struct {
	Status int
	Body   string // the acknowledgement
	// Errors are shown beside a form's inputs, which stays open.
	Errors map[string]string
	// Shown are the messages the person newly sees, ephemeral or not.
	Shown []Message
	// View is the dialog that opened or changed; nil where none did.
	View *View
	// Message is the one on which a button was pressed, as it stands now.
	Message *Message
}

// Text is all that the person newly reads: messages, the dialog, errors.
func (a Answer) Text() string {
	var out []string
	for _, m := range a.Shown {
		out = append(out, m.Plain())
	}
	if a.View != nil {
		out = append(out, a.View.Title(), a.View.Plain())
	}
	for _, e := range a.Errors {
		out = append(out, e)
	}
	return strings.Join(out, "\n")
}

// Command types /isms in a channel.
func (s *Server) Command(user, text string) (Answer, error) {
	return s.CommandIn(user, "C0GENERAL", text)
}

// CommandIn types /isms in the given conversation.
func (s *Server) CommandIn(user, channel, text string) (Answer, error) {
	s.mu.Lock()
	u, _ := s.user(user)
	c := s.newInteraction(user, channel, nil)
	s.mu.Unlock()
	fields := [][2]string{
		{"token", "legacy"}, {"team_id", s.teamOf(u)}, {"team_domain", "example"}, {"channel_id", channel},
		{"channel_name", "general"}, {"user_id", user}, {"user_name", "someone"}, {"command", "/isms"}, {"text", text},
		{"api_app_id", s.o.AppID}, {"is_enterprise_install", "false"},
		{"response_url", c.responseURL}, {"trigger_id", c.trigger},
	}
	return s.act(user, nil, delivery{kind: kindCommand, fields: fields, channel: channel})
}

func (s *Server) teamOf(u User) string {
	if u.TeamID != "" {
		return u.TeamID
	}
	return s.o.TeamID
}

type interaction struct{ trigger, responseURL, id string }

// newInteraction makes a trigger and a response_url; call with mu held.
func (s *Server) newInteraction(user, channel string, on *Message) interaction {
	c := interaction{trigger: s.next("13345224609.738474920."), id: s.next("r")}
	s.triggers[c.trigger] = trigger{user: user, at: time.Now()}
	s.responses[c.id] = &responseURL{channel: channel, user: user, message: on, at: time.Now()}
	c.responseURL = s.http.URL + "/respond/" + c.id
	return c
}

// Press presses what is labelled so, or carries that command, on a message;
// an entry of a menu counts as a button.
func (s *Server) Press(user string, m Message, what string) (Answer, error) {
	s.mu.Lock()
	on := s.find(m.Channel, m.TS)
	if on == nil {
		s.mu.Unlock()
		return Answer{}, fmt.Errorf("slackfake: the message %s/%s is gone", m.Channel, m.TS)
	}
	action, err := pressable(on.Blocks, what)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	c := s.newInteraction(user, on.Channel, on)
	payload := s.actions(user, c, action)
	payload["response_url"] = c.responseURL
	payload["container"] = Object{"type": "message", "message_ts": on.TS, "channel_id": on.Channel, "is_ephemeral": on.Ephemeral}
	payload["channel"] = Object{"id": on.Channel, "name": "directmessage"}
	if !on.Ephemeral {
		payload["message"] = Object{"type": "message", "ts": on.TS, "text": on.Text, "bot_id": "B0BOT", "user": s.o.BotUserID}
	}
	s.mu.Unlock()
	return s.act(user, on, delivery{kind: kindInteraction, payload: payload})
}

// PressView is Press on a dialog or the Home tab.
func (s *Server) PressView(user string, v View, what string) (Answer, error) {
	s.mu.Lock()
	action, err := pressable(v.Blocks, what)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	c := s.newInteraction(user, "", nil)
	payload := s.actions(user, c, action)
	payload["container"] = Object{"type": "view", "view_id": v.ID}
	payload["view"] = s.viewObject(&v)
	s.mu.Unlock()
	return s.act(user, nil, delivery{kind: kindInteraction, payload: payload})
}

// Shortcut uses the app's global shortcut.
func (s *Server) Shortcut(user, callback string) (Answer, error) {
	s.mu.Lock()
	c := s.newInteraction(user, "", nil)
	payload := s.base("shortcut", user, c)
	payload["callback_id"] = callback
	s.mu.Unlock()
	return s.act(user, nil, delivery{kind: kindInteraction, payload: payload})
}

// ReportMessage uses the app's shortcut on a message of somebody's, with that
// text, in a channel.
func (s *Server) ReportMessage(user, callback, channel, text string) (Answer, error) {
	s.mu.Lock()
	ts := s.timestamp()
	c := s.newInteraction(user, channel, nil)
	payload := s.base("message_action", user, c)
	payload["callback_id"], payload["response_url"], payload["message_ts"] = callback, c.responseURL, ts
	payload["channel"] = Object{"id": channel, "name": "general"}
	payload["message"] = Object{"type": "message", "user": "U0SOMEBODY", "ts": ts, "text": text}
	s.mu.Unlock()
	return s.act(user, nil, delivery{kind: kindInteraction, payload: payload})
}

// base is what every interaction holds; call with mu held.
func (s *Server) base(kind, user string, c interaction) Object {
	u, _ := s.user(user)
	return Object{
		"type": kind, "token": "legacy", "api_app_id": s.o.AppID, "trigger_id": c.trigger,
		"team": Object{"id": s.o.TeamID, "domain": "example"}, "enterprise": nil, "is_enterprise_install": false,
		"user": Object{"id": user, "username": "someone", "name": "someone", "team_id": s.teamOf(u)},
	}
}

func (s *Server) actions(user string, c interaction, action Object) Object {
	p := s.base("block_actions", user, c)
	action["action_ts"] = s.timestamp()
	p["actions"] = []any{action}
	p["state"] = Object{"values": Object{}}
	return p
}

// pressable finds the element and makes the action that pressing it sends.
func pressable(blocks []Object, what string) (Object, error) {
	var labels []string
	for _, b := range blocks {
		elements := objs(b["elements"])
		if a := obj(b["accessory"]); a != nil {
			elements = append(elements, a)
		}
		for _, e := range elements {
			action := Object{"type": e["type"], "action_id": e["action_id"], "block_id": b["block_id"]}
			if str(e["type"]) == "button" {
				labels = append(labels, textOf(e["text"]))
				if textOf(e["text"]) == what || str(e["value"]) == what {
					action["value"], action["text"] = e["value"], e["text"]
					return action, nil
				}
			}
			for _, o := range objs(e["options"]) {
				labels = append(labels, textOf(o["text"]))
				if textOf(o["text"]) == what || str(o["value"]) == what {
					action["selected_option"] = o
					return action, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("slackfake: nothing to press is called %q; there are %q", what, labels)
}

// Line writes in the bot's direct messages.
func (s *Server) Line(user, text string) (Answer, error) {
	return s.Event(user, Object{
		"type": "message", "channel_type": "im", "user": user, "text": text, "channel": dm(user), "team": s.o.TeamID,
	})
}

// Mention writes in a channel; the bot's mention is put in front of the text.
func (s *Server) Mention(user, channel, text string) (Answer, error) {
	return s.Event(user, Object{
		"type": "app_mention", "user": user, "text": "<@" + s.o.BotUserID + "> " + text, "channel": channel, "team": s.o.TeamID,
	})
}

// OpenHome opens the app's Home tab.
func (s *Server) OpenHome(user string) (Answer, error) {
	return s.Event(user, Object{"type": "app_home_opened", "tab": "home", "user": user, "channel": dm(user)})
}

// UserEvent tells of a person, as "team_join" or "user_change".
func (s *Server) UserEvent(kind string, u User) (Answer, error) {
	s.SetUser(u)
	return s.Event(u.ID, Object{"type": kind, "user": s.userObject(u, true)})
}

// Event delivers an event of the Events API with a new event id. The answer
// holds what the given person then sees.
func (s *Server) Event(user string, event Object) (Answer, error) {
	s.mu.Lock()
	ts := s.timestamp()
	if _, has := event["ts"]; !has {
		event["ts"] = ts
	}
	event["event_ts"] = ts
	payload := Object{
		"token": "legacy", "team_id": s.o.TeamID, "api_app_id": s.o.AppID, "type": "event_callback",
		"event_id": s.next("Ev"), "event_time": time.Now().Unix(), "event": event,
		"authorizations": []any{Object{"team_id": s.o.TeamID, "user_id": s.o.BotUserID, "is_bot": true}},
	}
	s.mu.Unlock()
	return s.act(user, nil, delivery{kind: kindEvent, payload: payload})
}
