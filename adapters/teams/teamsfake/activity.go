package teamsfake

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Activity is an activity of a person in the personal chat, as Teams would send
// it: message, invoke, installationUpdate, conversationUpdate, typing,
// messageReaction, endOfConversation, or event (a read receipt). What is not
// filled in (text, name, value) is for the caller, who may change everything.
func (s *Server) Activity(aad, kind string) map[string]any { return s.ActivityIn(aad, "", kind) }

// ActivityIn is Activity in a channel, where one is named.
func (s *Server) ActivityIn(aad, channelID, kind string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[aad]
	if p == nil {
		panic(fmt.Sprintf("teamsfake: there is no person %q", aad))
	}
	return s.activity(p, channelID, kind)
}

// activity is one that comes from a person; call with mu held.
func (s *Server) activity(p *person, conversation, kind string) Object {
	now, tenant := time.Now(), s.tenantOf(p)
	id := s.stamp()
	a := Object{
		"type": kind, "id": id, "channelId": "msteams", "serviceUrl": s.base + "/connector",
		"timestamp":      now.UTC().Format("2006-01-02T15:04:05.0000000Z"),
		"localTimestamp": now.In(p.zone).Format("2006-01-02T15:04:05.0000000-07:00"),
		"from":           Object{"id": p.ID, "name": p.Name, "aadObjectId": p.AAD},
		"recipient":      Object{"id": s.bot(), "name": s.o.BotName},
		"conversation":   Object{"id": p.chat, "conversationType": "personal", "tenantId": tenant},
		"channelData":    Object{"tenant": Object{"id": tenant}},
	}
	if c := s.channels[rootOf(conversation)]; c != nil {
		if conversation == c.ID {
			conversation += ";messageid=" + id
		}
		a["conversation"] = Object{"id": conversation, "conversationType": "channel", "tenantId": tenant, "isGroup": true}
		data := obj(a["channelData"])
		data["channel"], data["team"] = Object{"id": c.ID}, Object{"id": c.Team, "name": c.TeamName}
		data["teamsChannelId"], data["teamsTeamId"] = c.ID, c.Team
	}
	s.fill(a, p)
	return a
}

// fill adds what activities of that type have.
func (s *Server) fill(a Object, p *person) {
	switch kind := str(a["type"]); kind {
	case "message", "invoke", "typing", "event":
		a["locale"], a["localTimezone"] = p.Locale, p.Zone
		_, country, _ := strings.Cut(p.Locale, "-")
		a["entities"] = []any{Object{
			"type": "clientInfo", "locale": p.Locale, "country": country, "platform": "Web", "timezone": p.Zone,
		}}
		if kind == "event" {
			a["name"] = "application/vnd.microsoft.readReceipt"
			a["value"] = Object{"lastReadMessageId": s.stamp()}
		}
	case "installationUpdate":
		a["action"] = "add"
		a["locale"], a["entities"] = p.Locale, []any{Object{"type": "clientInfo", "locale": p.Locale}}
		unwritten(a)
		obj(a["channelData"])["source"] = Object{"name": "message"}
		obj(a["channelData"])["settings"] = Object{"selectedChannel": Object{"id": obj(a["conversation"])["id"]}}
	case "conversationUpdate":
		a["membersAdded"] = []any{Object{"id": s.bot()}}
		unwritten(a)
	case "messageReaction":
		a["reactionsAdded"] = []any{Object{"type": "like"}}
		a["replyToId"] = s.stamp()
	case "endOfConversation":
		a["code"] = "unknown"
	}
}

// unwritten makes an activity what nobody wrote: it names the app, and of the
// person only the ids.
func unwritten(a Object) {
	delete(obj(a["from"]), "name")
	delete(a, "localTimestamp")
	obj(a["channelData"])["app"] = Object{"id": catalogID, "version": "1.0.0"}
}

// message is a message activity with that text; call with mu held. The copy as
// HTML stands in an attachment, as in Teams.
func (s *Server) message(p *person, conversation, text string) Object {
	a := s.activity(p, conversation, "message")
	a["text"], a["textFormat"] = text, "plain"
	a["attachments"] = []any{Object{"contentType": "text/html", "content": "<div>" + html.EscapeString(text) + "</div>"}}
	return a
}

// mention adds a mention of somebody to a message.
func mention(a Object, id, name string) {
	a["entities"] = append([]any{Object{
		"type": "mention", "text": "<at>" + name + "</at>", "mentioned": Object{"id": id, "name": name},
	}}, list(a["entities"])...)
}
