package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// hanging is a platform on which sends to some never come back.
type hanging struct {
	*chattest.Messenger
	hangs func(chat.Address) bool
}

func (h hanging) Send(ctx context.Context, to chat.Address, c chat.Card) (chat.MessageRef, error) {
	if h.hangs(to) {
		<-ctx.Done()
		return "", ctx.Err()
	}
	return h.Messenger.Send(ctx, to, c)
}

func TestOneWhoHangsDoesNotHoldUpTheOthers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := &chattest.Messenger{}
		h := hanging{slack, func(to chat.Address) bool { return to.To == "P7" }}
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": h} })
		defer w.stop()
		for i := range 120 {
			name := fmt.Sprintf("P%d", i)
			w.person(name, "")
			w.item(isms.Task, name, "2000-01-04")
		}
		began := time.Now()
		w.tick()
		if n := len(slack.Sent()); n != 119 {
			t.Errorf("%d of 119 arrived", n)
		}
		for _, s := range slack.Sent() {
			if s.At.Sub(began) > time.Second {
				t.Fatalf("%s waited %s", s.To.To, s.At.Sub(began))
			}
		}
		if s := w.states("P7"); !strings.HasPrefix(s[0], "digest queued unsure") {
			t.Errorf("the one that hangs: %q", s)
		}
	})
}

func TestAStoppedProcessLosesNothingAndSendsNothingTwice(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := &chattest.Messenger{}
		var hang atomic.Bool
		hang.Store(true)
		h := hanging{slack, func(to chat.Address) bool { return hang.Load() && to.To == "P3" }}
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": h} })
		for i := range 60 {
			name := fmt.Sprintf("P%d", i)
			w.person(name, "")
			w.item(isms.Task, name, "2000-01-04")
		}
		if err := w.bot.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.bot.Deliver(ctx) }()
		time.Sleep(time.Second)
		began := time.Now()
		cancel()
		if err := <-done; err != nil || time.Since(began) > 10*time.Second {
			t.Errorf("stopping took %s: %v", time.Since(began), err)
		}
		w.stop()
		hang.Store(false)
		w.start()
		defer w.stop()
		w.until(time.Now().Add(10*time.Second), time.Second)
		checkOnce(t, slack.Sent(), 60)
	})
}

func checkOnce(t testing.TB, sent []chattest.Sent, want int) {
	t.Helper()
	seen := map[string]int{}
	for _, s := range sent {
		seen[s.Delivery]++
	}
	for d, n := range seen {
		if n != 1 {
			t.Errorf("%s arrived %d times", d, n)
		}
	}
	if len(seen) != want {
		t.Errorf("%d of %d arrived", len(seen), want)
	}
}

func TestAKilledProcessIsResumedWithinSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 40 {
			name := fmt.Sprintf("P%d", i)
			w.person(name, "")
			w.item(isms.Task, name, "2000-01-04")
		}
		// The process dies between the platform's answer and the record of it:
		// its rows stay as they were claimed and marked.
		w.tick()
		half := w.slack.Sent()[:20]
		for _, s := range half {
			w.forget(s)
		}
		w.stop()
		w.start()
		defer w.stop()
		w.until(time.Now().Add(10*time.Second), time.Second)
		checkOnce(t, w.slack.Sent(), 40)
		if n := w.rows("SELECT count(*) FROM deliveries WHERE state = 'sent' AND class = 'digest'"); n[0] != "40" {
			t.Errorf("%s of 40 are recorded", n[0])
		}
	})
}

// forget puts a delivery into the state in which a kill after the platform's
// answer leaves it.
func (w *world) forget(s chattest.Sent) {
	w.t.Helper()
	w.exec("UPDATE deliveries SET state = 'sending', claim = 'dead', lease = $1, sending_at = $2, ref = '', sent_at = 0 WHERE ref = $3",
		time.Now().Add(time.Minute).UnixMilli(), s.At.UnixMilli(), string(s.Ref))
}

func TestWhomAKilledProcessWasPlanningForIsNotMadeToWait(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.person("Priya", "")
		w.item(isms.Task, "Priya", "2000-01-04")
		// As Remind takes them, before anything is written.
		w.write(func(tx *storage.Tx) error {
			now := time.Now()
			_, err := tx.TakeLooks(now, now.Add(2*time.Minute), 25)
			return err
		})
		w.stop()
		w.start()
		defer w.stop()
		w.tick()
		if n := len(w.slack.SentTo("Priya")); n != 1 {
			t.Errorf("%d arrived", n)
		}
	})
}
