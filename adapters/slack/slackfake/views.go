package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Slack's own limits on what comes after an interaction.
const (
	triggerLife     = 3 * time.Second
	responseLife    = 30 * time.Minute
	responseUses    = 5
	maxViewBytes    = 250_000
	maxResponseBody = 1 << 20
)

type trigger struct {
	user string
	at   time.Time
	used bool
}

type responseURL struct {
	channel, user string
	message       *Message // on which the button stood; nil for a command
	uses          int
	at            time.Time
	answered      []*Message
}

func (s *Server) viewsOpen(a args) (Object, string) {
	id := a.text("trigger_id")
	t, known := s.triggers[id]
	switch {
	case !known:
		return nil, "invalid_trigger_id"
	case t.used:
		return nil, "exchanged_trigger_id"
	case time.Since(t.at) > triggerLife:
		return nil, "expired_trigger_id"
	}
	v, code := s.readView(a, "modal")
	if code != "" {
		return nil, code
	}
	t.used = true
	s.triggers[id] = t
	v.ID, v.User = s.next("V"), t.user
	s.views[v.ID] = v
	return Object{"view": s.viewObject(v)}, ""
}

func (s *Server) viewsUpdate(a args) (Object, string) {
	old := s.views[a.text("view_id")]
	if old == nil {
		return nil, "not_found"
	}
	v, code := s.readView(a, "modal")
	if code != "" {
		return nil, code
	}
	v.ID, v.User = old.ID, old.User
	s.views[v.ID] = v
	return Object{"view": s.viewObject(v)}, ""
}

func (s *Server) viewsPublish(a args) (Object, string) {
	user := a.text("user_id")
	if _, known := s.user(user); !known {
		return nil, "user_not_found"
	}
	v, code := s.readView(a, "home")
	if code != "" {
		return nil, code
	}
	v.ID, v.User = s.next("V"), user
	s.homes[user] = v
	return Object{"view": s.viewObject(v)}, ""
}

func (s *Server) readView(a args, kind string) (*View, string) {
	raw, ok := a.json("view")
	if !ok || raw == nil {
		return nil, s.refuse("invalid_arguments", "no view")
	}
	data, err := json.Marshal(raw)
	if err != nil {
		return nil, "invalid_arguments"
	}
	if len(data) > maxViewBytes {
		return nil, s.refuse("view_too_large", itoa(len(data))+" bytes")
	}
	if why := checkView(obj(raw), kind); why != "" {
		return nil, s.refuse("invalid_arguments", why)
	}
	return &View{Type: kind, Raw: obj(raw), Blocks: objs(obj(raw)["blocks"]), hash: s.next("h")}, ""
}

// viewObject is a view as Slack hands it out; call with mu held.
func (s *Server) viewObject(v *View) Object {
	o := Object{}
	for k, x := range v.Raw {
		o[k] = x
	}
	o["id"], o["team_id"], o["app_id"], o["hash"], o["bot_id"] = v.ID, s.o.TeamID, s.o.AppID, v.hash, "B0BOT"
	o["root_view_id"], o["app_installed_team_id"] = v.ID, s.o.TeamID
	return o
}

// serveResponse is a response_url.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxResponseBody))
	var in Object
	if err != nil || json.Unmarshal(body, &in) != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.activity++
	s.calls["response_url"]++
	if f, failing := s.fault("response_url"); failing && f.fails() {
		f.happen(w)
		return
	}
	u := s.responses[r.PathValue("id")]
	if u == nil {
		http.Error(w, "no_response_url", http.StatusNotFound)
		return
	}
	if u.uses++; u.uses > responseUses || time.Since(u.at) > responseLife {
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	if code := s.respond(u, in); code != "" {
		http.Error(w, code, http.StatusInternalServerError)
		return
	}
	_, _ = io.WriteString(w, "ok")
}

// respond carries out one use of a response_url; call with mu held.
func (s *Server) respond(u *responseURL, in Object) string {
	if in["delete_original"] == true && u.message != nil {
		u.message.Deleted = true
		return ""
	}
	text, blocks, code := s.content(args(in))
	if code != "" {
		return code
	}
	if in["replace_original"] == true && u.message != nil {
		u.message.set(text, blocks)
		return ""
	}
	m := &Message{Channel: u.channel, To: u.user, TS: s.timestamp(), At: time.Now()}
	m.Ephemeral = str(in["response_type"]) != "in_channel"
	if !m.Ephemeral {
		m.To = u.channel
	}
	m.set(text, blocks)
	s.messages = append(s.messages, m)
	u.answered = append(u.answered, m)
	return ""
}
