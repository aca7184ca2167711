package teamsfake

import (
	"maps"
	"slices"
	"time"
)

// Message is one message of the bot, as it stands now. Its objects are shared
// with the tenant and must not be changed.
type Message struct {
	Conversation string // a channel's has ";messageid=" in it where it is in a thread
	ID           string
	To           string // the AAD of the person who alone sees it; else the channel
	ReplyTo      string // the activity it answers; empty for none
	Targeted     bool
	Card         Object // the Adaptive Card; nil where there is none
	Activity     Object // as it was sent or updated last
	Versions     []Object
	At           time.Time

	deleted bool
	views   map[string]Object // cards that answered an action, by who pressed
}

// Messages are all that are not deleted, the oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return present(s.messages)
}

// To are the messages that a person alone sees: of the personal chat, and
// targeted ones anywhere.
func (s *Server) To(aad string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return present(s.readers[aad])
}

// In are the messages that all in a channel see, its threads included.
func (s *Server) In(channelID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return present(s.readers[channelID])
}

func present(all []*Message) []Message {
	var out []Message
	for _, m := range all {
		if !m.deleted {
			out = append(out, m.copy())
		}
	}
	return out
}

// Message is the message with that conversation and id as it stands now.
func (s *Server) Message(conversation, activityID string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.lookup(conversation, activityID); m != nil {
		return m.copy(), true
	}
	return Message{}, false
}

// Await is the first message a person sees, now or within that time, for which
// ok says so.
func (s *Server) Await(aad string, within time.Duration, ok func(Message) bool) (Message, bool) {
	seen := 0
	for deadline := time.Now().Add(within); ; time.Sleep(2 * time.Millisecond) {
		s.mu.Lock()
		fresh := s.since(aad, seen)
		seen = len(s.messages)
		s.mu.Unlock()
		if i := slices.IndexFunc(fresh, ok); i >= 0 {
			return fresh[i], true
		}
		if time.Now().After(deadline) {
			return Message{}, false
		}
	}
}

// since are the messages after the first n that a person sees; call with mu held.
func (s *Server) since(aad string, n int) []Message {
	var out []Message
	for _, m := range s.messages[n:] {
		if !m.deleted && (m.To == aad || s.people[m.To] == nil) {
			out = append(out, m.copy())
		}
	}
	return out
}

// lookup finds a message by any spelling of its conversation: an answer may be
// addressed to the channel or to the thread; call with mu held.
func (s *Server) lookup(conversation, id string) *Message {
	if m := s.index[[2]string{rootOf(conversation), id}]; m != nil && !m.deleted {
		return m
	}
	return nil
}

func (m *Message) copy() Message {
	c := *m
	c.Versions, c.views = slices.Clone(m.Versions), maps.Clone(m.views)
	return c
}

// set makes the activity what everybody sees.
func (m *Message) set(activity Object) {
	m.Activity, m.Card, m.views = activity, cardOf(activity), nil
	m.Versions = append(m.Versions, activity)
}

// SeenBy is the message as that person sees it, with the card that answered
// their own press where the message was not changed for all since.
func (m Message) SeenBy(aad string) Message {
	if card := m.views[aad]; card != nil {
		m.Card = card
	}
	return m
}

// cardOf is the Adaptive Card of an activity.
func cardOf(activity Object) Object {
	for _, a := range objs(activity["attachments"]) {
		if str(a["contentType"]) == cardType {
			return obj(a["content"])
		}
	}
	return nil
}
