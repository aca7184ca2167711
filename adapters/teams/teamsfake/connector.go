package teamsfake

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// maxMessage is what a message may weigh, in UTF-16.
const maxMessage = 100 * 1024

// create makes a conversation: the personal one, or a thread in a channel.
func (s *Server) create(c *call) *reply {
	var in Object
	if json.Unmarshal(c.body, &in) != nil {
		return s.malformed("a conversation that is not JSON")
	}
	if id := str(obj(in["bot"])["id"]); id != "" && id != s.bot() {
		return s.malformed("a conversation of bot %q", id)
	}
	if in["isGroup"] == true {
		return s.createThread(c, in)
	}
	wanted := objs(in["members"])
	if len(wanted) != 1 {
		return s.malformed("a personal conversation with %d members", len(wanted))
	}
	if str(in["tenantId"]) == "" && str(obj(obj(in["channelData"])["tenant"])["id"]) == "" {
		return s.malformed("a personal conversation without a tenant")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byID[str(wanted[0]["id"])]
	if p == nil || p.state != installed {
		return notInRoster()
	}
	if wait, ok := s.limits.take(creating, p.chat); !ok {
		return throttled(wait)
	}
	return &reply{status: 201, body: Object{"id": p.chat, "serviceUrl": s.base + "/connector"}}
}

func (s *Server) createThread(c *call, in Object) *reply {
	channelID := str(obj(obj(in["channelData"])["channel"])["id"])
	first := obj(in["activity"])
	if channelID == "" || first == nil {
		return s.malformed("a group conversation without a channel or an activity")
	}
	if tooBig(c.body) {
		return s.tooBig()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, refused := s.find(rootOf(channelID))
	if refused != nil {
		return refused
	}
	if at.in == nil {
		return refusal(404, "ConversationNotFound", "Conversation not found.")
	}
	if wait, ok := s.limits.take(creating, at.in.ID); !ok {
		return throttled(wait)
	}
	split, refused := s.judge(first)
	if refused != nil {
		return refused
	}
	c.thread = true
	m := s.add(at, first, "")
	m.Conversation = at.in.ID + ";messageid=" + m.ID
	out := Object{"id": m.Conversation, "activityId": m.ID}
	if split {
		delete(out, "activityId")
	}
	return &reply{status: 201, body: out}
}

// post sends a message, or answers one.
func (s *Server) post(c *call) *reply {
	var in Object
	if json.Unmarshal(c.body, &in) != nil {
		return s.malformed("an activity that is not JSON")
	}
	if tooBig(c.body) {
		return s.tooBig()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, refused := s.speak(c)
	if refused != nil {
		return refused
	}
	if str(in["type"]) == "typing" {
		return &reply{status: 202}
	}
	to := ""
	if c.targeted {
		p := s.byID[str(obj(in["recipient"])["id"])]
		if p == nil {
			s.complain("a targeted message without a recipient who is there")
			return refusal(400, "BadArgument", "The recipient of a targeted message is missing or not a member.")
		}
		to = p.AAD
	}
	split, refused := s.judge(in)
	if refused != nil {
		return refused
	}
	m := s.add(at, in, to)
	m.ReplyTo = c.path("aid")
	if split {
		return &reply{status: 201, body: Object{}}
	}
	return &reply{status: 201, body: Object{"id": m.ID}}
}

func (s *Server) update(c *call) *reply {
	var in Object
	if json.Unmarshal(c.body, &in) != nil {
		return s.malformed("an activity that is not JSON")
	}
	if tooBig(c.body) {
		return s.tooBig()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, refused := s.sent(c)
	if refused != nil {
		return refused
	}
	if _, refused := s.judge(in); refused != nil {
		return refused
	}
	m.set(in)
	return &reply{status: 200, body: Object{"id": m.ID}}
}

func (s *Server) remove(c *call) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, refused := s.sent(c)
	if refused != nil {
		return refused
	}
	m.deleted = true
	return &reply{status: 200}
}

// speak is where a call wants to say something; call with mu held.
func (s *Server) speak(c *call) (place, *reply) {
	at, refused := s.find(c.path("id"))
	if refused != nil {
		return place{}, refused
	}
	if at.team {
		return place{}, refusal(404, "ConversationNotFound", "Conversation not found.")
	}
	if wait, ok := s.limits.take(sending, rootOf(at.id)); !ok {
		return place{}, throttled(wait)
	}
	return at, nil
}

// sent is the message that a call is about; call with mu held.
func (s *Server) sent(c *call) (*Message, *reply) {
	if _, refused := s.speak(c); refused != nil {
		return nil, refused
	}
	m := s.lookup(c.path("id"), c.path("aid"))
	if m == nil || m.Targeted != c.targeted {
		return nil, refusal(404, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")
	}
	return m, nil
}

// judge refuses what Teams refuses, notes what it takes and should not get,
// and tells whether it splits the message; call with mu held.
func (s *Server) judge(in Object) (split bool, refused *reply) {
	text, attachments := str(in["text"]), list(in["attachments"])
	if kind := str(in["type"]); kind != "message" {
		s.complain("an activity of type %q", kind)
		return false, refusal(400, "BadSyntax", "Unknown activity type.")
	}
	if strings.TrimSpace(text) == "" && len(attachments) == 0 {
		s.complain("a message with neither text nor attachments")
		return false, refusal(400, "BadSyntax", "Activity must contain text or attachments.")
	}
	for _, why := range checkActivity(in) {
		s.complain("%s", why)
	}
	if text != "" && len(attachments) > 0 {
		s.complain("a message with text and attachments, which Teams splits and gives no id")
		return true, nil
	}
	return false, nil
}

// add keeps a message; call with mu held.
func (s *Server) add(at place, in Object, targeted string) *Message {
	m := &Message{Conversation: at.id, ID: s.activityID(at), At: time.Now(), Targeted: targeted != "", To: targeted}
	switch {
	case m.Targeted:
	case at.with != nil:
		m.To = at.with.AAD
	default:
		m.To = at.in.ID
	}
	m.set(in)
	s.messages = append(s.messages, m)
	s.readers[m.To] = append(s.readers[m.To], m)
	s.index[[2]string{rootOf(at.id), m.ID}] = m
	return m
}

// activityID looks as in Teams: a time in channels, something with a colon in
// personal chats; call with mu held.
func (s *Server) activityID(at place) string {
	if at.with != nil {
		return fmt.Sprintf("1:1fake%06d", s.next())
	}
	return s.stamp()
}

// stamp is an id that looks like the milliseconds of now; call with mu held.
func (s *Server) stamp() string {
	return strconv.FormatInt(time.Now().UnixMilli()/1000, 10) + fmt.Sprintf("%06d", s.next())
}

func (s *Server) malformed(format string, args ...any) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complain(format, args...)
	return refusal(400, "BadSyntax", fmt.Sprintf(format, args...))
}

func (s *Server) tooBig() *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complain("a message of more than 100 KB")
	return refusal(413, "MessageSizeTooBig", "Message size too large.")
}

func tooBig(body []byte) bool {
	units := 0
	for _, r := range string(body) {
		units += utf16.RuneLen(r)
	}
	return 2*units > maxMessage
}
