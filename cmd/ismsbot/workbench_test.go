package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	benchSecret = "fake-signing-secret"
	benchPeople = 50
)

// workbench is serve's own wiring over a filled database, without the
// schedule: what answers a person and nothing beside it. items is how many
// corrective actions are open.
type workbench struct {
	config  *Config
	db      *storage.DB
	service *service
	handler http.Handler
}

func newWorkbench(tb testing.TB, items int) *workbench {
	tb.Helper()
	workspace := slackfake.New(slackfake.Options{})
	tb.Cleanup(workspace.Close)
	return newWorkbenchOn(tb, workspace.APIURL(), items)
}

// newWorkbenchOn is newWorkbench on another stand-in for Slack.
func newWorkbenchOn(tb testing.TB, api string, items int) *workbench {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "isms.db")
	c, err := ParseConfig("bench.yaml", fmt.Appendf(nil, `
organisation: {name: Example, timezone: Europe/London}
storage: {dsn: %q}
slack: {mode: http, bot_token: xoxb-1-fake-token, signing_secrets: [%s], api_url: %q}
`, file, benchSecret, api), environment(), SecretsRequired)
	if err != nil {
		tb.Fatal(err)
	}
	db, err := storage.Open(tb.Context(), c.Storage.DSN)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	furnish(tb, db, items)
	w := &workbench{config: c, db: db}
	w.start(tb)
	return w
}

// start connects a service to the database; once more, after what it reads when
// it starts was changed.
func (w *workbench) start(tb testing.TB) {
	tb.Helper()
	s := &service{config: w.config, log: slog.New(slog.DiscardHandler), db: w.db, metrics: newMetrics()}
	if err := s.connect(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.platforms[0].Run(ctx) }()
	tb.Cleanup(func() { stop(); <-ended })
	for s.platforms[0].Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	w.service, w.handler = s, newHTTPServer(s.log, s.server().routes()).Handler
}

// furnish fills the database: people in a line of managers, and corrective
// actions as a finding's answer looks some weeks in.
func furnish(tb testing.TB, db *storage.DB, items int) {
	tb.Helper()
	now := time.Now()
	err := db.Tx(tb.Context(), func(tx *storage.Tx) error {
		for i := range benchPeople {
			p := storage.Profile{Person: isms.Person{Email: fmt.Sprintf("p%d@example.com", i), Name: fmt.Sprintf("Priya%d Shah", i),
				Department: "Operations", Manager: isms.PersonID((i + 9) / 10), Greeted: true}}
			if i == 0 {
				p.Roles = []isms.Role{isms.ISMSManager}
			}
			if err := tx.SavePerson(&p); err != nil {
				return err
			}
			if _, err := tx.Bind(slackAccount(i), p.ID); err != nil {
				return err
			}
		}
		for i := range items {
			it := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Ref: fmt.Sprintf("NC-%d", i), Title: "Test restoring the payroll backup",
				Description: "The restore has not been tried since the move.", Owner: isms.PersonID(i%benchPeople + 1), Due: isms.DateOf(now).Add(i%60 - 20),
				Status: isms.Open, Severity: isms.Minor, Source: "internal_audit", Requirements: []string{"iso27001@2022:A.8.13"}}}
			if err := tx.SaveItem(&it); err != nil {
				return err
			}
			if err := tx.Journal(now, "item.imported", map[string]any{"item": it.ID.String()}, it.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func slackAccount(i int) chat.Account {
	return chat.Account{Platform: "slack", ID: fmt.Sprintf("U%03d", i)}
}

// ownerOf is who owns CA-n, by their account.
func ownerOf(n int) string { return slackAccount((n - 1) % benchPeople).ID }

// slash is a signed slash command as Slack sends it. Each has a trigger of its
// own, so that no two are one event.
func slash(user, text, trigger string) (body []byte, header http.Header) {
	body = []byte(url.Values{"token": {"gone"}, "team_id": {"T0FAKE"}, "team_domain": {"example"}, "channel_id": {"C0GENERAL"}, "channel_name": {"general"},
		"user_id": {user}, "user_name": {"priya"}, "command": {"/isms"}, "text": {text}, "api_app_id": {"A0FAKE"}, "is_enterprise_install": {"false"},
		"response_url": {"https://hooks.slack.com/commands/T0FAKE/1/" + trigger}, "trigger_id": {trigger}}.Encode())
	return body, signed(body)
}

// press is a signed press of a button that carries the command, on a message in
// a person's direct messages, as Slack sends it.
func press(user, command, trigger, responseURL string) (body []byte, header http.Header) {
	payload := fmt.Sprintf(`{"type":"block_actions","token":"gone","api_app_id":"A0FAKE","trigger_id":%q,"response_url":%q,"enterprise":null,"is_enterprise_install":false,
		"team":{"id":"T0FAKE","domain":"example"},"user":{"id":%q,"username":"priya","name":"priya","team_id":"T0FAKE"},"channel":{"id":"D%s","name":"directmessage"},
		"container":{"type":"message","message_ts":"1795780000.000100","channel_id":"D%s","is_ephemeral":false},"state":{"values":{}},
		"message":{"type":"message","ts":"1795780000.000100","text":"Lock your screen","bot_id":"B0BOT","user":"U0BOT"},
		"actions":[{"type":"button","action_id":"c1","block_id":"b1","value":%q,"action_ts":"1795780001.000200","text":{"type":"plain_text","text":"I have read it"}}]}`,
		trigger, responseURL, user, user, user, command)
	body = []byte(url.Values{"payload": {payload}}.Encode())
	return body, signed(body)
}

// signed are the headers that Slack gives a form.
func signed(body []byte) http.Header {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(benchSecret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Slack-Request-Timestamp": {stamp},
		"X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}
