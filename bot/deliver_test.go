package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// inBubble runs the test with a free clock, from Mon 3 January 2000, 09:00 UTC.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(57 * time.Hour)
		f(t)
	})
}

func refuses(outcome chat.Outcome, code string, wait time.Duration) error {
	return &chat.SendError{Outcome: outcome, Code: code, RetryAfter: wait}
}

// oneDigest is a world in which Priya is to hear of one thing now.
func oneDigest(t *testing.T, change ...func(*bot.Config)) *world {
	w := newWorld(t, change...)
	w.person("Grace", "", role(isms.ISMSManager))
	w.person("Priya", "")
	w.item(isms.Action, "Priya", "2000-01-04")
	return w
}

func TestADigestArrivesOnceAndIsRecorded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		w.tick()
		w.tick()
		got := w.slack.SentTo("Priya")
		if len(got) != 1 || !strings.Contains(got[0].Card.Text(), "CA-1") || got[0].Delivery == "" {
			t.Fatalf("Priya got %d messages: %+v", len(got), got)
		}
		if told := w.told("Priya"); !slices.Equal(told, []string{"CA-1 2000-01-04 1"}) {
			t.Errorf("told: %v", told)
		}
		events := w.rows("SELECT kind || ' ' || data FROM journal WHERE kind IN ('reminder.queued', 'message.sent') ORDER BY seq")
		if len(events) != 2 || !strings.Contains(events[1], `"stage":"1"`) || strings.Contains(strings.Join(events, ""), "Priya") {
			t.Errorf("journal: %v", events)
		}
		if n := w.rows("SELECT count(*) FROM people WHERE greeted = 1"); n[0] != "1" {
			t.Errorf("%s people are greeted", n[0])
		}
		if first := w.rows("SELECT first_reminded FROM items"); first[0] != "2000-01-03" {
			t.Errorf("first reminded %s", first[0])
		}
	})
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

func TestAMessageIsBroughtUpToDate(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		w.tick()
		w.says("Priya", "done CA-1 restored on a spare machine")
		w.tick()
		got := w.slack.SentTo("Priya")
		if len(got) != 1 || len(got[0].Versions) != 2 {
			t.Fatalf("%d messages: %+v", len(got), got)
		}
		if a, b := got[0].Versions[0].Text(), got[0].Versions[1].Text(); a == b {
			t.Errorf("nothing changed in\n%s", a)
		}
		w.exec("UPDATE deliveries SET ref = 'm999' WHERE class = 'digest'")
		w.says("Priya", "undo")
		w.tick()
		if s := w.states("Priya"); s[len(s)-1] != "update cancelled message_not_found" {
			t.Errorf("an update of a message that is gone: %q", s)
		}
	})
}

func TestAnAnswerOvertakesTheMessageOnItsWay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		var once sync.Once
		w.slack.Fail = func(to chat.Address, _ chat.Card) error { // while it is being sent
			if to.To == "Priya" {
				once.Do(func() { w.says("Priya", "done CA-1 restored") })
			}
			return nil
		}
		w.tick()
		w.tick()
		got := w.slack.SentTo("Priya")
		if len(got) != 1 || len(got[0].Versions) != 2 {
			t.Fatalf("%d messages, %+v", len(got), got)
		}
	})
}

func TestAReminderWhoseReasonIsGoneIsNotSent(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		if err := w.bot.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.says("Priya", "done CA-1 restored")
		w.until(time.Now().Add(time.Hour), time.Minute)
		if got := w.slack.SentTo("Priya"); len(got) != 0 {
			t.Errorf("Priya got %v", got[0].Card.Text())
		}
		if n := w.rows("SELECT count(*) FROM reminders"); n[0] != "0" {
			t.Errorf("%s lines are kept that nobody read", n[0])
		}
		w.item(isms.Task, "Priya", "2000-01-04")
		w.until(time.Now().Add(time.Hour), time.Minute)
		if got := w.slack.SentTo("Priya"); len(got) != 1 {
			t.Errorf("what came up later that day was told %d times", len(got))
		}
	})
}

func TestADeadLetterIsSentAgainOnRequest(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Priya", "")
		w.write(func(tx *storage.Tx) error {
			_, err := tx.Enqueue(&storage.Delivery{Key: "k", Class: "answer", Person: w.ids["Priya"], To: chat.Address{Platform: "slack", To: "Priya"},
				Content: `{"view":"card","card":{"summary":"s","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()})
			return err
		})
		w.slack.Fail = func(chat.Address, chat.Card) error { return refuses(chat.Retry, "no_connection", 0) }
		w.until(time.Now().Add(6*time.Hour), time.Minute)
		if s := w.states("Priya"); s[0] != "answer dead retry (no_connection)" {
			t.Fatalf("states %q", s)
		}
		w.slack.Fail = nil
		w.write(func(tx *storage.Tx) error {
			if n, err := tx.Requeue(0, time.Now()); n != 1 || err != nil {
				t.Errorf("%d were put back: %v", n, err)
			}
			return nil
		})
		w.tick()
		if n := len(w.slack.SentTo("Priya")); n != 1 {
			t.Errorf("%d arrived", n)
		}
	})
}

func TestAnUnansweredRequestGoesToTheISMSManagerToo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.person("Grace", "", role(isms.ISMSManager))
		w.person("Lena", "")
		w.person("Priya", "", w.reports("Lena"))
		w.item(isms.Action, "Priya", "2000-03-01")
		w.at("2000-01-06 16:00") // a Thursday
		w.says("Priya", "extend CA-1 2000-03-20 the engineer is ill")
		w.until(time.Date(2000, 1, 10, 15, 59, 0, 0, time.UTC), 10*time.Minute)
		if len(w.slack.SentTo("Lena")) == 0 || len(w.slack.SentTo("Grace")) != 0 {
			t.Fatalf("Lena got %d, Grace %d: %s", len(w.slack.SentTo("Lena")), len(w.slack.SentTo("Grace")), w.slack.SentTo("Grace")[0].Card.Text())
		}
		w.until(time.Date(2000, 1, 12, 12, 0, 0, 0, time.UTC), 10*time.Minute)
		if got := w.slack.SentTo("Grace"); len(got) != 1 || !strings.Contains(got[0].Card.Text(), "Priya") {
			t.Errorf("Grace got %+v", got)
		}
		if s := w.rows("SELECT data FROM journal WHERE kind = 'request.passed_on'"); len(s) != 1 {
			t.Errorf("journal %v", s)
		}
	})
}
