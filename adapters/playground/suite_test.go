package playground_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
)

func TestPlaygroundKeepsWhatEveryAdapterPromises(t *testing.T) {
	chattest.Run(t, func(t *testing.T, h chat.Handler) chattest.Peer {
		w := newWorldFor(t, h)
		var again func() error
		events := 0
		do := func(path string, body fields) error {
			events++
			body["id"] = fmt.Sprintf("event-%08d", events)
			again = func() error {
				if code, text := w.request(path, body, nil); code != http.StatusOK {
					return fmt.Errorf("%s: %d %s", path, code, text)
				}
				return nil
			}
			return again()
		}
		return chattest.Peer{
			Messenger: w.Playground, One: account("priya"), Other: account("jon"),
			Secrets: []string{w.token}, Log: w.log.String,
			Say: func(from chat.Account, text string) (string, error) {
				err := do("/api/say", fields{"as": from.ID, "text": text})
				return w.reads(from.ID), err
			},
			Press: func(by chat.Account, on chat.MessageRef, command string) (string, error) {
				err := do("/api/press", fields{"as": by.ID, "text": command, "message": on})
				return w.reads(by.ID), err
			},
			Read: func(ref chat.MessageRef) string {
				for _, as := range []string{"priya", "jon"} {
					for _, m := range w.listen(as, "").messages() {
						if m.Ref == ref {
							return m.words()
						}
					}
				}
				return ""
			},
			Again: func() error { return again() },
			Forge: func() (bool, error) {
				code, _ := w.request("/api/say", fields{"as": "priya", "text": "todo", "id": "event-forged-1"}, func(r *http.Request) {
					r.Header.Set("X-Token", strings.Repeat("A", len(w.token)))
				})
				return code == http.StatusForbidden, nil
			},
			Own: func() error {
				_, err := w.Send(t.Context(), address("#isms"), line("/isms todo"))
				return err
			},
			// No line stands between the bot and the page: nothing limits or loses.
		}
	})
}

// reads is all that stands before somebody.
func (w *world) reads(as string) string {
	var out []string
	for _, m := range w.listen(as, "").messages() {
		out = append(out, m.words())
	}
	return strings.Join(out, "\n")
}

// words is all the text of a message, in order.
func (m messageView) words() string {
	if m.Card == nil {
		return m.Line
	}
	var out []string
	for _, b := range m.Card.Blocks {
		out = append(out, b.Text)
		for _, r := range b.Rows {
			out = append(out, r.Title, r.ID, r.When, r.Note)
		}
	}
	return strings.Join(out, "\n")
}
