package bot_test

import (
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// line is a platform that is reached over a connection.
type line struct {
	*chattest.Messenger
	up *atomic.Bool
}

func (l line) Connected() bool { return l.up.Load() }

func TestAPlatformWithoutAConnectionIsWaitedForAndHoldsUpNoOther(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		far := line{&chattest.Messenger{}, &atomic.Bool{}}
		w := newWorld(t, func(c *bot.Config) { c.Messengers["teams"] = far })
		defer w.stop()
		w.person("Priya", "")
		w.person("Jon", "", func(p *storage.Profile) { p.Platform = "teams" })
		w.write(func(tx *storage.Tx) error {
			_, err := tx.Bind(chat.Account{Platform: "teams", ID: "jon"}, w.ids["Jon"])
			return err
		})
		w.item(isms.Action, "Priya", "2000-01-04")
		w.item(isms.Action, "Jon", "2000-01-04")
		w.until(time.Now().Add(2*time.Hour), 10*time.Second)
		if n := len(w.slack.SentTo("Priya")); n != 1 {
			t.Errorf("%d messages arrived where there is a connection", n)
		}
		if n := len(far.Sent()); n != 0 {
			t.Errorf("%d messages arrived without a connection", n)
		}
		waits := w.rows("SELECT state || ' ' || attempts || ' ' || error FROM deliveries WHERE platform = 'teams'")
		if len(waits) != 1 || waits[0] != "queued 0 " {
			t.Errorf("what waits is %q", waits)
		}
		far.up.Store(true)
		w.until(time.Now().Add(time.Minute), 10*time.Second)
		if n := len(far.SentTo("jon")); n != 1 {
			t.Errorf("%d messages arrived with the connection", n)
		}
	})
}
