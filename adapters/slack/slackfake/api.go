package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// methods are the part of the Web API that is there. Each is called with mu
// held and returns the answer without "ok", or Slack's word for a refusal.
var methods = map[string]func(*Server, args) (Object, string){
	"auth.test":                    (*Server).authTest,
	"users.list":                   (*Server).usersList,
	"chat.postMessage":             (*Server).postMessage,
	"chat.postEphemeral":           (*Server).postEphemeral,
	"chat.update":                  (*Server).update,
	"conversations.open":           (*Server).conversationsOpen,
	"conversations.history":        (*Server).conversationsHistory,
	"views.open":                   (*Server).viewsOpen,
	"views.push":                   (*Server).viewsOpen,
	"views.update":                 (*Server).viewsUpdate,
	"views.publish":                (*Server).viewsPublish,
	"files.getUploadURLExternal":   (*Server).uploadURL,
	"files.completeUploadExternal": (*Server).uploadDone,
	"apps.connections.open":        (*Server).connectionsOpen,
}

// args are a call's arguments, from a form or from JSON.
type args map[string]any

func (a args) text(name string) string { return str(a[name]) }

// json is an argument that is JSON, inside a form as text.
func (a args) json(name string) (any, bool) {
	switch v := a[name].(type) {
	case nil:
		return nil, true
	case string:
		var out any
		err := json.Unmarshal([]byte(v), &out)
		return out, err == nil
	default:
		return v, true
	}
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	a, token, err := readArgs(r)
	if err != nil {
		answer(w, Object{"ok": false, "error": "invalid_form_data"})
		return
	}
	s.mu.Lock()
	s.calls[method]++
	s.activity++
	f, failing := s.fault(method)
	if !failing && method == "chat.postMessage" && s.limit != nil {
		if wait, ok := s.limit.take(time.Now()); !ok {
			l := s.limit
			s.mu.Unlock()
			l.refuse(w, wait)
			return
		}
	}
	s.mu.Unlock()
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	if failing && !f.Accept && f.fails() {
		f.happen(w)
		return
	}
	out := s.perform(method, token, a)
	if failing && f.fails() {
		f.happen(w)
		return
	}
	if method == "auth.test" {
		s.mu.Lock()
		w.Header().Set("X-OAuth-Scopes", s.scopes)
		s.mu.Unlock()
	}
	answer(w, out)
}

// scopes are those of the app's manifest.
const scopes = "commands,chat:write,im:write,im:history,app_mentions:read,users:read,users:read.email,files:write,files:read"

// fails tells a fault from a mere delay.
func (f Fault) fails() bool { return f.Cut || f.Status != 0 || f.Code != "" }

func (s *Server) perform(method, token string, a args) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	do := methods[method]
	if do == nil {
		return Object{"ok": false, "error": "unknown_method"}
	}
	want := s.o.BotToken
	if method == "apps.connections.open" {
		want = s.o.AppToken
	}
	if token == "" {
		return Object{"ok": false, "error": "not_authed"}
	}
	if token != want {
		return Object{"ok": false, "error": "invalid_auth"}
	}
	out, code := do(s, a)
	s.activity++
	if code != "" {
		return Object{"ok": false, "error": code}
	}
	out["ok"] = true
	return out
}

func readArgs(r *http.Request) (args, string, error) {
	a := args{}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
		if err != nil || len(body) == 0 {
			return a, token, err
		}
		return a, token, json.Unmarshal(body, (*map[string]any)(&a))
	}
	if err := r.ParseForm(); err != nil {
		return nil, "", err
	}
	for name, values := range r.Form {
		a[name] = values[0]
	}
	if token == "" {
		token = a.text("token")
	}
	return a, token, nil
}

func answer(w http.ResponseWriter, o Object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(o) // the caller is gone
}

func (s *Server) authTest(args) (Object, string) {
	return Object{
		"url": s.http.URL + "/", "team": s.o.TeamName, "team_id": s.o.TeamID,
		"user": "isms", "user_id": s.o.BotUserID, "bot_id": "B0BOT",
	}, ""
}

func (s *Server) usersList(a args) (Object, string) {
	from, size := number(a.text("cursor")), number(a.text("limit"))
	if size <= 0 || size > 1000 {
		return nil, "limit_required"
	}
	end := min(from+size, len(s.users))
	members := []any{}
	for _, u := range s.users[min(from, len(s.users)):end] {
		members = append(members, s.userObject(u, a.text("include_locale") == "true"))
	}
	cursor := ""
	if end < len(s.users) {
		cursor = itoa(end)
	}
	return Object{"members": members, "response_metadata": Object{"next_cursor": cursor}}, ""
}

func (s *Server) userObject(u User, locale bool) Object {
	team := u.TeamID
	if team == "" {
		team = s.o.TeamID
	}
	o := Object{
		"id": u.ID, "team_id": team, "name": strings.ToLower(strings.ReplaceAll(u.Name, " ", ".")),
		"real_name": u.Name, "deleted": u.Deleted, "tz": u.TZ, "is_bot": u.Bot,
		"is_restricted": u.Restricted, "is_ultra_restricted": u.UltraRestricted, "is_stranger": u.Stranger,
		"profile": Object{"real_name": u.Name, "display_name": u.Name, "email": u.Email, "team": team},
	}
	if locale {
		o["locale"] = u.Locale
	}
	return o
}
