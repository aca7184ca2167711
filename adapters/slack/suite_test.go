package slack_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
)

func TestSlackKeepsWhatEveryAdapterPromises(t *testing.T) {
	chattest.Run(t, func(t *testing.T, h chat.Handler) chattest.Peer {
		w := open(t, func(in chat.Invocation) (chat.Reply, error) { return h.Handle(t.Context(), in) })
		o := w.Options()
		return chattest.Peer{
			Messenger: w.slack, Log: w.log.String,
			One:     chat.Account{Platform: "slack", ID: "U1PRIYA"},
			Other:   chat.Account{Platform: "slack", ID: "U2JON"},
			Secrets: []string{o.BotToken, o.AppToken, o.SigningSecret},
			Say: func(from chat.Account, text string) (string, error) {
				a, err := w.Line(from.ID, text)
				return a.Text(), err
			},
			Press: func(by chat.Account, on chat.MessageRef, command string) (string, error) {
				a, err := w.Press(by.ID, w.message(on), command)
				return a.Text(), err
			},
			Read:  func(ref chat.MessageRef) string { return w.message(ref).Plain() },
			Again: func() error { _, _, err := w.Redeliver(); return err },
			Forge: func() (bool, error) {
				status, _ := w.post(t, formType, commandBody(), func(r *http.Request) {
					r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64))
				})
				return status == http.StatusUnauthorized, nil
			},
			Own: func() error {
				_, err := w.Line(o.BotUserID, "todo")
				return err
			},
			Limit: func(after time.Duration) {
				w.Fail(slackfake.Fault{Method: "chat.postMessage", Status: 429, RetryAfter: strconv.Itoa(int(after.Seconds()))})
			},
			Cut: func() { w.Fail(slackfake.Fault{Method: "chat.postMessage", Accept: true, Cut: true}) },
		}
	})
}

func (w *workspace) message(ref chat.MessageRef) slackfake.Message {
	channel, ts, _ := strings.Cut(string(ref), "/")
	m, _ := w.Message(channel, ts)
	return m
}
