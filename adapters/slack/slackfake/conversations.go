package slackfake

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func number(s string) int { n, _ := strconv.Atoi(s); return n }

func itoa(n int) string { return strconv.Itoa(n) }

// dm is the conversation of the bot with a person.
func dm(user string) string { return "D" + user[1:] }

// conversation resolves what a message is addressed to; call with mu held.
func (s *Server) conversation(id string) (channel, to, code string) {
	switch {
	case id == "":
		return "", "", "channel_not_found"
	case id[0] == 'U' || id[0] == 'W':
		u, known := s.user(id)
		if !known {
			return "", "", "channel_not_found"
		}
		if u.Bot {
			return "", "", "cannot_dm_bot"
		}
		return dm(id), id, ""
	case id[0] == 'D':
		for _, u := range s.users {
			if dm(u.ID) == id {
				return id, u.ID, ""
			}
		}
		return "", "", "channel_not_found"
	case (id[0] == 'C' || id[0] == 'G') && (s.o.Channels == nil || slices.Contains(s.o.Channels, id)):
		return id, id, ""
	}
	return "", "", "channel_not_found"
}

// content reads and judges what a message says; call with mu held.
func (s *Server) content(a args) (text string, blocks []Object, code string) {
	text = a.text("text")
	v, ok := a.json("blocks")
	if !ok {
		return "", nil, s.refuse("invalid_blocks_format", "blocks are not JSON")
	}
	if v != nil {
		if code, why := checkBlocks(v, false); code != "" {
			return "", nil, s.refuse(code, why)
		}
		blocks = objs(v)
	}
	switch {
	case text == "" && len(blocks) == 0:
		return "", nil, s.refuse("no_text", "neither text nor blocks")
	case text == "":
		return "", nil, s.refuse("no_text", "blocks without the text that notifications need")
	case runes(text) > 40_000:
		return "", nil, s.refuse("msg_too_long", "text has "+itoa(runes(text))+" characters")
	}
	return text, blocks, ""
}

func (s *Server) refuse(code, why string) string {
	s.invalid = append(s.invalid, code+": "+why)
	return code
}

func (s *Server) postMessage(a args) (Object, string) {
	channel, to, code := s.conversation(a.text("channel"))
	if code != "" {
		return nil, code
	}
	text, blocks, code := s.content(a)
	if code != "" {
		return nil, code
	}
	delivery, code := s.metadata(a)
	if code != "" {
		return nil, code
	}
	m := &Message{
		Channel: channel, To: to, TS: s.timestamp(), Thread: a.text("thread_ts"),
		Delivery: delivery, At: time.Now(), Options: options(a),
	}
	m.set(text, blocks)
	s.messages = append(s.messages, m)
	return Object{"channel": channel, "ts": m.TS, "message": Object{
		"type": "message", "text": text, "ts": m.TS, "bot_id": "B0BOT", "user": s.o.BotUserID,
	}}, ""
}

// options are the arguments that decide what Slack makes of the text.
func options(a args) Object {
	o := Object{}
	for _, name := range []string{"unfurl_links", "unfurl_media", "link_names", "parse"} {
		if v, found := a[name]; found {
			o[name] = v
		}
	}
	return o
}

func (s *Server) metadata(a args) (delivery, code string) {
	v, ok := a.json("metadata")
	if v == nil && ok {
		return "", ""
	}
	payload, isObject := obj(v)["event_payload"].(Object)
	if !ok || str(obj(v)["event_type"]) == "" || !isObject {
		return "", s.refuse("invalid_metadata_format", "metadata needs event_type and event_payload")
	}
	return str(payload["id"]), ""
}

func (s *Server) postEphemeral(a args) (Object, string) {
	channel, _, code := s.conversation(a.text("channel"))
	if code != "" {
		return nil, code
	}
	user := a.text("user")
	if _, known := s.user(user); !known {
		return nil, "user_not_in_channel"
	}
	text, blocks, code := s.content(a)
	if code != "" {
		return nil, code
	}
	m := s.whisper(channel, user, text, blocks)
	m.Thread = a.text("thread_ts")
	return Object{"message_ts": m.TS}, ""
}

func (s *Server) whisper(channel, user, text string, blocks []Object) *Message {
	m := &Message{Channel: channel, To: user, TS: s.timestamp(), Ephemeral: true, At: time.Now()}
	m.set(text, blocks)
	s.messages = append(s.messages, m)
	return m
}

func (s *Server) update(a args) (Object, string) {
	m := s.find(a.text("channel"), a.text("ts"))
	if m == nil || m.Ephemeral {
		return nil, "message_not_found"
	}
	text, blocks, code := s.content(a)
	if code != "" {
		return nil, code
	}
	if _, sent := a["blocks"]; !sent {
		blocks = m.Blocks
	}
	m.set(text, blocks)
	m.Options = options(a)
	return Object{"channel": m.Channel, "ts": m.TS, "text": text, "message": Object{"text": text}}, ""
}

func (s *Server) conversationsOpen(a args) (Object, string) {
	user := a.text("users")
	if user == "" || user[0] != 'U' && user[0] != 'W' {
		return nil, "user_not_found"
	}
	channel, _, code := s.conversation(user)
	if code != "" {
		return nil, "user_not_found"
	}
	return Object{"channel": Object{"id": channel, "is_im": true}, "no_op": true}, ""
}

func (s *Server) conversationsHistory(a args) (Object, string) {
	channel, _, code := s.conversation(a.text("channel"))
	if code != "" || strings.HasPrefix(a.text("channel"), "U") {
		return nil, "channel_not_found"
	}
	oldest, _ := strconv.ParseFloat(a.text("oldest"), 64)
	size := number(a.text("limit"))
	if size <= 0 || size > 999 {
		size = 100
	}
	var found []any
	for _, m := range slices.Backward(s.messages) {
		at, _ := strconv.ParseFloat(m.TS, 64)
		if m.Channel != channel || m.Ephemeral || m.Deleted || at < oldest {
			continue
		}
		o := Object{"type": "message", "ts": m.TS, "text": m.Text, "bot_id": "B0BOT", "user": s.o.BotUserID}
		if m.Delivery != "" && a.text("include_all_metadata") == "1" {
			o["metadata"] = Object{"event_type": "ismsbot_delivery", "event_payload": Object{"id": m.Delivery}}
		}
		found = append(found, o)
	}
	from := min(number(a.text("cursor")), len(found))
	end := min(from+size, len(found))
	cursor := ""
	if end < len(found) {
		cursor = itoa(end)
	}
	page := append([]any{}, found[from:end]...)
	return Object{"messages": page, "has_more": cursor != "", "response_metadata": Object{"next_cursor": cursor}}, ""
}
