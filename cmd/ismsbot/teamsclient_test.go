//go:build teamsclient

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ismsbot/adapters/teams/teamsfake"
)

// A real client of Teams, which Microsoft ships for trying bots, with a stand-in
// for the login hosts: authenticated, and without a network. TEAMS_CLIENT names
// the directory of a copy of shared/teams-client in which npm install and ca.sh
// have run.
const (
	clientPage  = "http://localhost:56150"
	loginHosts  = "http://127.0.0.1:8090"
	alexAAD     = "33333333-0000-0000-0000-000000000000"
	alexMember  = "29:user-alex"
	alexChat    = "a:personal-alex"
	clientTeam  = "19:team@thread.tacv2"
	clientAppID = "22222222-2222-2222-2222-222222222222"
)

// client is Alex before the client's window.
type client struct {
	t    *testing.T
	site *site
	mu   sync.Mutex
	said []event // what the bot has posted and updated, in turn
}

type event struct {
	Action       string `json:"action"`
	Conversation string `json:"actionConversationId"`
	Message      struct {
		ID          string           `json:"messageId"`
		Attachments []map[string]any `json:"attachments"`
	} `json:"message"`
}

// plain is what stands on the card.
func (e event) plain() string {
	if len(e.Message.Attachments) == 0 {
		return ""
	}
	card, _ := e.Message.Attachments[0]["content"].(map[string]any)
	return teamsfake.PlainCard(card)
}

func TestWithARealClientOfTeams(t *testing.T) {
	dir := os.Getenv("TEAMS_CLIENT")
	if dir == "" {
		t.Skip("TEAMS_CLIENT names no directory")
	}
	keepUp(t, dir, "node", "login-hosts.mjs")
	s := &site{t: t, dir: t.TempDir()}
	t.Cleanup(s.end)
	s.write("config.yaml", s.common()+fmt.Sprintf(`teams: {app_id: %s, tenant_id: 11111111-1111-1111-1111-111111111111, client_secret: not-a-real-secret,
  login_url: %s, openid_metadata_url: %s/v1/.well-known/openidconfiguration, service_urls: ["%s/_connector"]}
`, clientAppID, loginHosts, loginHosts, clientPage))
	s.until(waitFor, "the login hosts are there", func() bool { return s.get(loginHosts+"/v1/.well-known/keys").status == 200 })
	s.must("import", s.write("people.csv", "email,name,roles,teams_id\nalexw@example.com,Alex Wilber,isms_manager,"+alexAAD+"\n"),
		s.write("actions.csv", strings.NewReplacer("priya@example.com", "alexw@example.com", "jon@example.com", "alexw@example.com").Replace(s.actionsFile())))
	s.startReady()
	t.Setenv("BOT", "http://"+s.listen+"/api/messages")
	if out, err := command(dir, "./client.sh", "start").CombinedOutput(); err != nil {
		t.Fatalf("the client does not start: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = command(dir, "./client.sh", "stop").Run() })
	c := &client{t: t, site: s}
	c.listen()

	c.installs()
	digest := c.waits(alexChat, payroll)
	c.says(alexChat, "isms overdue")
	c.waits(alexChat, "1 late. Only you see this.")

	got := c.post("/_conversation/v1/invoke", map[string]any{"from": map[string]any{"id": alexMember}, "conversation": map[string]any{"id": alexChat},
		"replyToId": digest.Message.ID, "name": "adaptiveCard/action",
		"value": map[string]any{"action": map[string]any{"type": "Action.Execute", "verb": "isms", "data": map[string]any{"isms": "ack CA-1"}}, "trigger": "manual"}})
	if !strings.Contains(got, "application/vnd.microsoft.card.adaptive") || !strings.Contains(got, "Noted.") {
		t.Errorf("the press is answered %s", got)
	}
	c.updated(digest.Message.ID, "Noted.")

	c.submits(digest.Message.ID, map[string]any{"isms": "done CA-2", "msteams": map[string]any{"type": "task/fetch"}}) // this client has no dialogs
	form := c.waits(alexChat, "What shows it?")
	sealed := formState(t, form)
	c.submits(form.Message.ID, map[string]any{"isms_form": sealed, "evidence": "", "happened": day(t, 2).Format(time.DateOnly)})
	c.updated(form.Message.ID, "in the future")
	c.submits(form.Message.ID, map[string]any{"isms_form": sealed, "evidence": evidence, "happened": day(t, 0).Format(time.DateOnly)})
	c.updated(digest.Message.ID, "Done on ")

	before := c.heard()
	c.says(clientTeam, "<at>ISMS Bot</at>isms show CA-2")
	c.waits(alexChat, evidence)
	for _, e := range c.since(before) {
		if e.Conversation != alexChat {
			t.Errorf("everybody in the channel reads %q", e.plain())
		}
	}
	s.settles(t)
	if n := s.count(t, "SELECT count(*) FROM journal WHERE kind IN ('item.ack', 'item.done')"); n != 2 {
		t.Errorf("%d answers are in the journal", n)
	}
	s.stop()
	s.intact(t)
}

// formState is what the form's button carries.
func formState(t *testing.T, e event) string {
	t.Helper()
	text, err := json.Marshal(e.Message.Attachments)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), `"isms_form":"`)
	state, _, _ := strings.Cut(after, `"`)
	if !found {
		t.Fatalf("no form in %s", text)
	}
	return state
}

func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd
}

// keepUp keeps a program up until the test ends.
func keepUp(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := command(dir, name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// listen hears what the bot does, as the client's window does.
func (c *client) listen() {
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(clientPage, "http", "ws", 1)+"/_ws_conversation/v1/conversations/stream", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for {
			var e event
			if conn.ReadJSON(&e) != nil {
				return
			}
			c.mu.Lock()
			c.said = append(c.said, e)
			c.mu.Unlock()
		}
	}()
}

func (c *client) heard() int { return len(c.since(0)) }

func (c *client) since(n int) []event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]event{}, c.said[n:]...)
}

func (c *client) find(what string, is func(event) bool) (found event) {
	c.t.Helper()
	c.site.until(40*time.Second, what, func() bool {
		for _, e := range c.since(0) {
			if is(e) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

func (c *client) waits(conversation, words string) event {
	c.t.Helper()
	return c.find("a message says "+words, func(e event) bool {
		return e.Action == "createMessage" && e.Conversation == conversation && strings.Contains(e.plain(), words)
	})
}

func (c *client) updated(id, words string) {
	c.t.Helper()
	c.find("the message turns into "+words, func(e event) bool {
		return e.Action == "updateMessage" && e.Message.ID == id && strings.Contains(e.plain(), words)
	})
}

func (c *client) post(path string, body any) string {
	c.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.Post(clientPage+path, "application/json", bytes.NewReader(data))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		c.t.Fatalf("%s: %d %s, %v", path, resp.StatusCode, text, err)
	}
	return string(text)
}

// installs the app for Alex, as the window does whenever it is opened.
func (c *client) installs() {
	resp, err := http.Get(clientPage + "/_internal/v1/customActivities/template?type=install&conversationId=" + url.QueryEscape(alexChat))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var activity any
	if err := json.NewDecoder(resp.Body).Decode(&activity); err != nil {
		c.t.Fatal(err)
	}
	c.post("/_internal/v1/customActivities", activity)
}

func (c *client) says(conversation, text string) {
	body := map[string]any{"from": map[string]any{"id": alexMember}, "text": text, "textFormat": "plain"}
	if conversation != alexChat {
		body["mentions"] = []any{map[string]any{"mentioned": map[string]any{"id": "28:" + clientAppID, "name": "ISMS Bot"}, "text": "<at>ISMS Bot</at>"}}
	}
	c.post("/_conversation/v1/conversations/"+url.PathEscape(conversation)+"/messages", body)
}

// submits what an Action.Submit carries, with the inputs beside it.
func (c *client) submits(message string, value map[string]any) {
	c.post("/_conversation/v1/submit", map[string]any{"from": map[string]any{"id": alexMember}, "conversation": map[string]any{"id": alexChat},
		"replyToId": message, "value": value})
}
