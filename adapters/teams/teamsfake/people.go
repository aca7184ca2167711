package teamsfake

import (
	"cmp"
	"strings"
	"time"
)

// SetUser adds a person or replaces the one with that AAD; who has the app
// keeps it.
func (s *Server) SetUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setUser(u)
}

func (s *Server) setUser(u User) {
	u.ID = cmp.Or(u.ID, "29:1-"+u.AAD)
	u.Zone = cmp.Or(u.Zone, "Europe/London")
	u.Locale = cmp.Or(u.Locale, "en-GB")
	p := s.people[u.AAD]
	if p == nil {
		p = &person{chat: "a:1" + strings.ReplaceAll(u.AAD, "-", "")}
		s.people[u.AAD] = p
		s.order = append(s.order, p)
	} else {
		delete(s.byID, p.ID)
	}
	p.User = u
	p.zone = time.UTC
	if zone, err := time.LoadLocation(u.Zone); err == nil {
		p.zone = zone
	}
	s.byID[u.ID], s.byID[u.AAD], s.byChat[p.chat] = p, p, p
}

// Person is the person with that AAD, the defaults filled in.
func (s *Server) Person(aad string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[aad]; p != nil {
		return p.User, true
	}
	return User{}, false
}

// Chat is the id of the bot's personal conversation with a person.
func (s *Server) Chat(aad string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[aad]; p != nil {
		return p.chat
	}
	return ""
}

// tenantOf is the tenant of a person; call with mu held.
func (s *Server) tenantOf(p *person) string { return cmp.Or(p.Tenant, s.o.TenantID) }

// bot is the bot's id in every conversation.
func (s *Server) bot() string { return "28:" + s.o.AppID }

// place is a conversation that a call is about.
type place struct {
	id   string
	with *person  // in a personal chat
	in   *channel // in a channel
	team bool     // a team as a whole, which has members and no messages
}

// find is the conversation with that id, or the refusal; call with mu held.
func (s *Server) find(id string) (place, *reply) {
	if p := s.byChat[id]; p != nil {
		switch p.state {
		case installed:
			return place{id: id, with: p}, nil
		case removed:
			return place{}, refusal(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
		}
		return place{}, notInRoster()
	}
	root := rootOf(id)
	if c := s.channels[root]; c != nil {
		if c.left {
			return place{}, notInRoster()
		}
		return place{id: id, in: c}, nil
	}
	for _, c := range s.channels {
		if c.Team == root && !c.left {
			return place{id: id, team: true}, nil
		}
	}
	return place{}, refusal(404, "ConversationNotFound", "Conversation not found.")
}

func notInRoster() *reply {
	return refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
}

// rootOf is a channel's id without the thread.
func rootOf(conversation string) string {
	root, _, _ := strings.Cut(conversation, ";messageid=")
	return root
}

// members of a conversation; call with mu held.
func (s *Server) membersOf(at place) []*person {
	if at.with != nil {
		return []*person{at.with}
	}
	return s.order
}

func (s *Server) memberObject(p *person) Object {
	given, sur, _ := strings.Cut(p.Name, " ")
	role := "user"
	if p.Guest {
		role = "guest"
	}
	// No e-mail address and no principal name: rosters lost them in 2022.
	return Object{
		"id": p.ID, "name": p.Name, "aadObjectId": p.AAD, "objectId": p.AAD, "givenName": given, "surname": sur,
		"tenantId": s.tenantOf(p), "userRole": role,
	}
}

func (s *Server) members(c *call) *reply {
	return s.roster(c, func(all []*person) *reply {
		out := []any{}
		for _, p := range all {
			out = append(out, s.memberObject(p))
		}
		return &reply{status: 200, body: out}
	})
}

func (s *Server) pagedMembers(c *call) *reply {
	return s.roster(c, func(all []*person) *reply {
		size := number(c.query.Get("pageSize"))
		if size <= 0 || size > 500 {
			size = 500
		}
		from := min(number(c.query.Get("continuationToken")), len(all))
		end := min(from+size, len(all))
		out := []any{}
		for _, p := range all[from:end] {
			out = append(out, s.memberObject(p))
		}
		page := Object{"members": out}
		if end < len(all) {
			page["continuationToken"] = itoa(end)
		}
		return &reply{status: 200, body: page}
	})
}

func (s *Server) member(c *call) *reply {
	return s.roster(c, func(all []*person) *reply {
		p := s.byID[c.path("mid")]
		for _, m := range all {
			if m == p {
				return &reply{status: 200, body: s.memberObject(p)}
			}
		}
		return refusal(404, "MemberNotFoundInConversation", "Member not found in conversation.")
	})
}

func (s *Server) roster(c *call, answer func([]*person) *reply) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, refused := s.find(c.path("id"))
	if refused != nil {
		return refused
	}
	if wait, ok := s.limits.take(reading, rootOf(at.id)); !ok {
		return throttled(wait)
	}
	return answer(s.membersOf(at))
}
