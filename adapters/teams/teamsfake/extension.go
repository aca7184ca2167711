package teamsfake

import "strings"

// ReportMessage uses an action of the app in the menu of somebody's message,
// whose body is HTML, in a channel or, where none is named, in a chat of two
// people in which the bot has no part.
func (s *Server) ReportMessage(aad, action, channelID, body string) (Answer, error) {
	a := s.onMessage(aad, "composeExtension/fetchTask", channelID)
	value := obj(a["value"])
	value["commandId"], value["requestId"] = action, s.nextID()
	value["messagePayload"] = Object{
		"id": "1570648370123", "replyToId": nil, "createdDateTime": "2026-03-16T09:00:00.000Z", "lastModifiedDateTime": nil, "deleted": false,
		"subject": nil, "summary": nil, "importance": "normal", "locale": "en-us",
		"linkToMessage": "https://teams.microsoft.com/l/message/19:someone@unq.gbl.spaces/1570648370123",
		"body":          Object{"contentType": "html", "content": body},
		"from": Object{"device": nil, "conversation": nil, "application": nil,
			"user": Object{"userIdentityType": "aadUser", "id": "bbbbbbbb-0000-4000-8000-000000000009", "displayName": "Somebody Else"}},
		"attachments": []any{},
	}
	return s.act(aad, a, func(a *Answer) bool {
		if a.Status == 200 && strings.TrimSpace(string(a.Body)) == "" {
			return true // nothing opens
		}
		if s.readInvoke("composeExtension/fetchTask", a) {
			s.task("composeExtension/fetchTask", Message{}, a)
		}
		return a.Dialog != nil || a.Status/100 != 2
	})
}

// SubmitReport sends off the dialog of an action, by the button that carries
// that command or is titled so; the first one where none is named.
func (s *Server) SubmitReport(aad, action, channelID string, d *Dialog, command string, values map[string]string) (Answer, error) {
	pressed, err := submitOf(d.Card, command)
	if err != nil {
		return Answer{}, err
	}
	filled, err := s.fillIn(d.Inputs, values)
	if err != nil {
		return Answer{}, err
	}
	a := s.onMessage(aad, "composeExtension/submitAction", channelID)
	value := obj(a["value"])
	value["commandId"], value["data"] = action, merged(obj(pressed["data"]), filled)
	return s.act(aad, a, func(a *Answer) bool {
		if a.Status == 200 && strings.TrimSpace(string(a.Body)) == "" {
			return false // which closes it
		}
		if s.readInvoke("composeExtension/submitAction", a) {
			s.task("composeExtension/submitAction", Message{}, a)
		}
		return a.Dialog != nil || a.Status/100 != 2
	})
}

// onMessage is an invoke of a message's menu.
func (s *Server) onMessage(aad, name, channelID string) Object {
	a := s.ActivityIn(aad, channelID, "invoke")
	a["name"], a["value"] = name, Object{"commandContext": "message", "context": Object{"theme": "default"}}
	if channelID == "" {
		obj(a["conversation"])["id"] = "19:" + aad + "_bbbbbbbb-0000-4000-8000-000000000009@unq.gbl.spaces"
	}
	return a
}

func (s *Server) nextID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stamp()
}
