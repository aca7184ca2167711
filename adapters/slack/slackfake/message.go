package slackfake

import (
	"slices"
	"strings"
	"time"
)

// Object is a JSON object.
type Object = map[string]any

// Message is one message in the workspace, as it stands now.
type Message struct {
	Channel   string
	TS        string
	To        string // the person, in direct messages; else the channel
	Thread    string
	Text      string
	Blocks    []Object
	Ephemeral bool   // seen by To alone, and lost on reload
	Delivery  string // the id in its metadata
	Deleted   bool
	At        time.Time
	Options   Object    // unfurl_links, parse and the like, as they were sent last
	Versions  []Version // what it said in turn
}

// Version is what a message said at one time.
type Version struct {
	Text   string
	Blocks []Object
}

// View is a dialog or a Home tab.
type View struct {
	ID     string
	User   string
	Type   string
	Blocks []Object
	Raw    Object
	hash   string
}

// File is one uploaded file.
type File struct {
	ID, Name, Channel string
	Data              []byte
	Done              bool
}

// Messages are all that are not deleted, the oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Message, 0, len(s.messages))
	for _, m := range s.messages {
		if !m.Deleted {
			out = append(out, m.copy())
		}
	}
	return out
}

// To are the messages that a person or a channel got and still sees, the
// oldest first.
func (s *Server) To(id string) []Message {
	return slices.DeleteFunc(s.Messages(), func(m Message) bool { return m.To != id && m.Channel != id })
}

// Message is the message with that channel and timestamp as it stands now.
func (s *Server) Message(channel, ts string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(channel, ts); m != nil {
		return m.copy(), true
	}
	return Message{}, false
}

// Home is what the person sees on the app's Home tab.
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.homes[user]; v != nil {
		return *v, true
	}
	return View{}, false
}

// Files are those whose upload was completed.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []File
	for _, f := range s.files {
		if f.Done {
			out = append(out, *f)
		}
	}
	return out
}

func (s *Server) find(channel, ts string) *Message {
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts && !m.Deleted {
			return m
		}
	}
	return nil
}

func (m *Message) copy() Message {
	c := *m
	c.Versions = slices.Clone(m.Versions)
	return c
}

func (m *Message) set(text string, blocks []Object) {
	m.Text, m.Blocks = text, blocks
	m.Versions = append(m.Versions, Version{Text: text, Blocks: blocks})
}

// Plain is what a person reads in the message.
func (m Message) Plain() string {
	if len(m.Blocks) == 0 {
		return unescape(m.Text)
	}
	return plain(m.Blocks)
}

// Plain is what a person reads in the view.
func (v View) Plain() string { return plain(v.Blocks) }

// Title is the dialog's head.
func (v View) Title() string { return str(obj(v.Raw["title"])["text"]) }

// Pings are the mentions in a message that would notify somebody: <!channel>,
// <@U1> and the like, where Slack reads markup.
func (m Message) Pings() []string {
	var out []string
	walk(m.Blocks, func(o Object) {
		if str(o["type"]) == "mrkdwn" {
			out = append(out, pings(str(o["text"]))...)
		}
	})
	return append(out, pings(m.Text)...)
}

func pings(text string) []string {
	var out []string
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			return out
		}
		end := strings.IndexByte(text[i:], '>')
		if end < 0 {
			return out
		}
		out = append(out, text[i:i+end+1])
		text = text[i+end+1:]
	}
}

func plain(blocks []Object) string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	for _, b := range blocks {
		switch str(b["type"]) {
		case "section", "header":
			add(textOf(b["text"]))
			for _, f := range objs(b["fields"]) {
				add(textOf(f))
			}
		case "context":
			for _, e := range objs(b["elements"]) {
				add(textOf(e))
			}
		case "image":
			add(str(b["alt_text"]))
		case "input":
			add(textOf(b["label"]))
		case "rich_text":
			add(richText(b))
		case "table":
			for _, row := range list(b["rows"]) {
				var cells []string
				for _, c := range objs(row) {
					cells = append(cells, strings.TrimSpace(str(c["text"])))
				}
				add(strings.Join(cells, " | "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// textOf is a text object as it is read: markup applied, entities resolved.
func textOf(v any) string {
	o := obj(v)
	text := str(o["text"])
	if str(o["type"]) == "mrkdwn" {
		text = unescape(strings.ReplaceAll(text, "*", ""))
	}
	return text
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// walk visits every object in the value, at any depth.
func walk(v any, visit func(Object)) {
	switch v := v.(type) {
	case []Object:
		for _, o := range v {
			walk(o, visit)
		}
	case []any:
		for _, x := range v {
			walk(x, visit)
		}
	case Object:
		visit(v)
		for _, x := range v {
			walk(x, visit)
		}
	}
}

func str(v any) string { s, _ := v.(string); return s }

func obj(v any) Object { o, _ := v.(Object); return o }

func list(v any) []any { l, _ := v.([]any); return l }

func objs(v any) []Object {
	var out []Object
	for _, x := range list(v) {
		out = append(out, obj(x))
	}
	return out
}
