package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func refuses(outcome chat.Outcome, code string, wait time.Duration) error {
	return &chat.SendError{Outcome: outcome, Code: code, RetryAfter: wait}
}

func TestWhatBecomesOfASendThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		fail    func(try int) error // nil: it arrives
		after   time.Duration
		arrives int
		state   string
	}{
		"a rate limit is waited out and costs no attempt": {func(n int) error {
			if n <= 100 {
				return refuses(chat.Retry, "ratelimited", 30*time.Second)
			}
			return nil
		}, 2 * time.Hour, 1, "digest sent "},
		"a platform that is away for an hour loses nothing": {func(int) error {
			if time.Now().Before(time.Date(2000, 1, 3, 10, 0, 0, 0, time.UTC)) {
				return refuses(chat.Retry, "no_connection", 0)
			}
			return nil
		}, 90 * time.Minute, 1, "digest sent "},
		"a digest that cannot go all day comes again on the next": {func(int) error {
			if time.Now().Before(time.Date(2000, 1, 4, 8, 0, 0, 0, time.UTC)) {
				return refuses(chat.Retry, "no_connection", 0)
			}
			return nil
		}, 25 * time.Hour, 1, "digest sent "},
		"a halted platform is asked once a minute": {func(n int) error {
			if n <= 3 {
				return refuses(chat.Halted, "token_revoked", 0)
			}
			return nil
		}, 4 * time.Minute, 1, "digest sent "},
		"a card that is refused goes as plain text": {func(n int) error {
			if n == 1 {
				return refuses(chat.Rejected, "invalid_blocks", 0)
			}
			return nil
		}, time.Minute, 1, "digest sent "},
		"a card that is refused in every form is given up with its reason": {func(int) error {
			return refuses(chat.Rejected, "invalid_blocks", 0)
		}, time.Minute, 0, "digest dead rejected (invalid_blocks)"},
		"a long reason is cut between letters": {func(int) error {
			return refuses(chat.Rejected, "x"+strings.Repeat("é", 400), 0)
		}, time.Minute, 0, "digest dead rejected (x" + strings.Repeat("é", 144)},
		"a panic of the adapter is an answer that was lost": {func(n int) error {
			if n == 1 {
				panic("bug")
			}
			return nil
		}, time.Minute, 1, "digest sent "},
		"a person who cannot be reached is given up at once": {func(int) error {
			return refuses(chat.Unreachable, "user_disabled", 0)
		}, time.Minute, 0, "digest dead user_disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := oneDigest(t)
				defer w.stop()
				var tries atomic.Int32
				w.slack.Fail = func(to chat.Address, _ chat.Card) error {
					if to.To != "Priya" {
						return nil
					}
					return c.fail(int(tries.Add(1)))
				}
				w.until(time.Now().Add(c.after), 10*time.Second)
				if got := w.slack.SentTo("Priya"); len(got) != c.arrives {
					t.Errorf("%d arrived after %d tries\n%s", len(got), tries.Load(), w.log.String())
				}
				states := w.states("Priya")
				if last := states[len(states)-1]; last != c.state {
					t.Errorf("states %q, want %q at the end", states, c.state)
				}
			})
		})
	}
}

func TestAnOutageOfADayBuriesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		away    time.Duration
		fails   error
		arrives int
		state   string
	}{
		"what certainly did not arrive is tried for a day and more": {27 * time.Hour, refuses(chat.Retry, "no_connection", 0), 1, "notice sent "},
		"but not for ever": {72 * time.Hour, refuses(chat.Retry, "no_connection", 0), 0, "notice dead retry (no_connection)"},
		"an hour in which every answer is lost loses nothing": {time.Hour, refuses(chat.Unsure, "http_503", 0), 1, "notice sent "},
		"what may have arrived is given up after some hours":  {12 * time.Hour, refuses(chat.Unsure, "http_503", 0), 0, "notice dead unsure (http_503)"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				slack := &chattest.Messenger{}
				back := time.Now().Add(c.away)
				away := func() error {
					if time.Now().Before(back) {
						return c.fails
					}
					return nil
				}
				slack.Fail = func(chat.Address, chat.Card) error { return away() }
				w := newWorld(t, func(conf *bot.Config) {
					conf.Messengers = map[string]chat.Messenger{"slack": dark{slack, away}}
					conf.Channels.Auditors = chat.Address{Platform: "slack", To: "C1"}
				})
				defer w.stop()
				w.write(func(tx *storage.Tx) error { return tx.Journal(time.Now(), "test", nil) })
				if err := w.bot.AnchorDaily(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.until(back.Add(10*time.Minute), 30*time.Second)
				if n := len(slack.SentTo("C1")); n != c.arrives {
					t.Errorf("%d arrived", n)
				}
				if s := w.rows("SELECT class || ' ' || state || ' ' || error FROM deliveries"); len(s) != 1 || s[0] != c.state {
					t.Errorf("states %q, want %q", s, c.state)
				}
			})
		})
	}
}

// dark is a platform that answers no question either while it is away.
type dark struct {
	*chattest.Messenger
	away func() error
}

func (d dark) Find(ctx context.Context, to chat.Address, delivery string, since time.Time) (chat.MessageRef, bool, error) {
	if err := d.away(); err != nil {
		return "", false, err
	}
	return d.Messenger.Find(ctx, to, delivery, since)
}

func TestAHaltedPlatformIsLeftAlone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		for i := range 200 {
			name := fmt.Sprintf("P%d", i)
			w.person(name, "")
			w.item(isms.Task, name, "2000-01-04")
		}
		var tries atomic.Int32
		w.slack.Fail = func(chat.Address, chat.Card) error { tries.Add(1); return refuses(chat.Halted, "token_revoked", 0) }
		w.until(time.Now().Add(5*time.Minute), time.Second)
		// Each minute as many as were on their way when the first refusal came.
		if n := tries.Load(); n < 5 || n > 6*8 {
			t.Errorf("%d tries in five minutes", n)
		}
		w.slack.Fail = nil
		w.until(time.Now().Add(2*time.Minute), time.Second)
		if n := len(w.slack.Sent()); n != 200 {
			t.Errorf("%d of 200 arrived", n)
		}
	})
}

func TestAnUnsureSendIsLookedUpBeforeItIsRepeated(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		w.slack.Cut = func(chat.Address, chat.Card) bool { return true }
		w.until(time.Now().Add(time.Minute), time.Second)
		if got := w.slack.SentTo("Priya"); len(got) != 1 {
			t.Fatalf("%d arrived", len(got))
		}
		if s := w.states("Priya"); s[0] != "digest sent " {
			t.Errorf("states %q", s)
		}
		ref := w.rows("SELECT ref FROM deliveries WHERE class = 'digest' AND person = $1", int64(w.ids["Priya"]))
		if ref[0] != string(w.slack.SentTo("Priya")[0].Ref) {
			t.Errorf("reference %q", ref)
		}
	})
}

// mute is a platform that cannot tell what has arrived.
type mute struct{ chat.Messenger }

func TestAnUnsureReminderIsRepeatedWhereThePlatformCannotTell(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := &chattest.Messenger{}
		w := oneDigest(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": mute{slack}} })
		defer w.stop()
		cuts := 0
		slack.Cut = func(chat.Address, chat.Card) bool { cuts++; return cuts == 1 }
		w.until(time.Now().Add(time.Minute), time.Second)
		if got := slack.SentTo("Priya"); len(got) != 2 || got[0].Delivery != got[1].Delivery {
			t.Errorf("%d arrived", len(got))
		}
	})
}

func TestAnUnreachablePersonIsReachedElsewhereOrStoodInFor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		teams := &chattest.Messenger{}
		w := newWorld(t, func(c *bot.Config) { c.Messengers["teams"] = teams })
		defer w.stop()
		w.person("Grace", "", role(isms.ISMSManager))
		w.person("Lena", "")
		w.person("Tom", "", w.reports("Lena"))
		w.person("Priya", "", w.reports("Lena"), func(p *storage.Profile) { p.Deputy = w.ids["Tom"] })
		w.person("Jon", "", w.reports("Lena"), func(p *storage.Profile) { p.Platform = "slack" })
		w.write(func(tx *storage.Tx) error {
			_, err := tx.Bind(chat.Account{Platform: "teams", ID: "jon-on-teams"}, w.ids["Jon"])
			return err
		})
		w.item(isms.Action, "Priya", "2000-01-04")
		w.item(isms.Action, "Jon", "2000-01-04")
		w.slack.Fail = func(to chat.Address, _ chat.Card) error {
			if to.To == "Priya" || to.To == "Jon" {
				return refuses(chat.Unreachable, "user_disabled", 0)
			}
			return nil
		}
		w.until(time.Now().Add(time.Minute), 10*time.Second)
		if got := teams.SentTo("jon-on-teams"); len(got) != 1 {
			t.Errorf("Jon got %d messages on Teams", len(got))
		}
		if told := w.told("Tom"); !slices.Equal(told, []string{"CA-1 2000-01-04 1"}) {
			t.Errorf("the deputy was told %v", told)
		}
		grace := w.slack.SentTo("Grace")
		if len(grace) != 1 || !strings.Contains(grace[0].Card.Text(), "Priya") || strings.Contains(grace[0].Card.Text(), "Jon") {
			t.Errorf("the ISMS manager got %+v", grace)
		}
		events := w.rows("SELECT data FROM journal WHERE kind = 'person.unreachable'")
		if len(events) != 2 || !strings.Contains(events[0], "user_disabled") {
			t.Errorf("journal: %v", events)
		}
		w.until(time.Now().Add(24*time.Hour), time.Hour)
		if got := w.slack.SentTo("Grace"); len(got) != 1 {
			t.Errorf("Priya is named to the ISMS manager %d times", len(got))
		}
	})
}

// counts are the outcomes that the metrics were told.
type counts struct {
	bot.Metrics
	mu  sync.Mutex
	all map[string]int
}

func (c *counts) Delivery(_, outcome string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[outcome]++
}

func TestAMessageToAChannelThatIsGoneCountsAsGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		told := &counts{all: map[string]int{}}
		w := newWorld(t, func(c *bot.Config) {
			c.Metrics = told
			c.Channels.Auditors = chat.Address{Platform: "slack", To: "C1"}
		})
		defer w.stop()
		w.slack.Fail = func(chat.Address, chat.Card) error { return refuses(chat.Unreachable, "is_archived", 0) }
		w.write(func(tx *storage.Tx) error { return tx.Journal(time.Now(), "test", nil) })
		if err := w.bot.AnchorDaily(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.bot.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := w.rows("SELECT state || ' ' || error FROM deliveries"); len(s) != 1 || s[0] != "dead is_archived" {
			t.Errorf("states %q", s)
		}
		if told.all["dead"] != 1 {
			t.Errorf("counted %v", told.all)
		}
	})
}
