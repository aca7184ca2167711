package teamsfake

import (
	"fmt"
	"slices"
	"strings"
)

// Answer is what came of something a person did, once it has settled.
type Answer struct {
	Status int
	Body   []byte
	Invoke Object // what an invoke was answered with
	// Messages are those the person newly sees, of everybody's channels too.
	Messages []Message
	Dialog   *Dialog // that opened or stayed open; nil where none did
	Text     string  // that an invoke was answered with, an error's included
	// Message is the one on which something was pressed, as that person sees
	// it now.
	Message *Message
}

// Plain is all that the person newly reads: messages, the text, the dialog, and
// the card that took the place of the one pressed on.
func (a Answer) Plain() string {
	var out []string
	for _, m := range a.Messages {
		out = append(out, m.Plain())
	}
	if a.Text != "" {
		out = append(out, a.Text)
	}
	if a.Dialog != nil {
		out = append(out, a.Dialog.Title, a.Dialog.Plain())
	}
	if a.Message != nil {
		out = append(out, a.Message.Plain())
	}
	return strings.Join(out, "\n")
}

// Say writes in the personal chat; who writes there has the app.
func (s *Server) Say(aad, text string) (Answer, error) {
	return s.write(aad, "", func(p *person) Object { return s.message(p, "", text) })
}

// Mention writes to the bot in a channel, or in a thread of it. The bot's
// mention stands before the text without a blank.
func (s *Server) Mention(aad, channelID, text string) (Answer, error) {
	return s.MentionPeople(aad, channelID, text)
}

// MentionPeople is Mention with mentions of people too, in place of "@" and the
// name in the text, or at its end.
func (s *Server) MentionPeople(aad, channelID, text string, people ...string) (Answer, error) {
	if i := slices.IndexFunc(people, func(aad string) bool { _, ok := s.Person(aad); return !ok }); i >= 0 {
		return Answer{}, fmt.Errorf("teamsfake: there is no person %q", people[i])
	}
	return s.write(aad, channelID, func(p *person) Object {
		at := "<at>" + s.o.BotName + "</at>"
		for _, other := range people {
			name := s.people[other].Name
			tag := "<at>" + name + "</at>"
			switch {
			case strings.Contains(text, tag):
			case strings.Contains(text, "@"+name):
				text = strings.Replace(text, "@"+name, tag, 1)
			default:
				text += " " + tag
			}
		}
		a := s.message(p, channelID, at+text)
		for _, other := range people {
			mention(a, s.people[other].ID, s.people[other].Name)
		}
		mention(a, s.bot(), s.o.BotName)
		return a
	})
}

// Slash types a slash command, in a channel or in the personal chat: a message
// that nobody else sees.
func (s *Server) Slash(aad, channelID, text string) (Answer, error) {
	return s.write(aad, channelID, func(p *person) Object {
		a := s.message(p, channelID, text)
		obj(a["recipient"])["isTargeted"] = true
		return a
	})
}

func (s *Server) write(aad, channelID string, make func(*person) Object) (Answer, error) {
	s.mu.Lock()
	p := s.people[aad]
	if p == nil || channelID != "" && s.channels[rootOf(channelID)] == nil {
		s.mu.Unlock()
		return Answer{}, fmt.Errorf("teamsfake: there is no person %q or no channel %q", aad, channelID)
	}
	if channelID == "" {
		p.state = installed
	}
	a := make(p)
	s.mu.Unlock()
	return s.act(aad, a, nil)
}
