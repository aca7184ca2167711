package bot_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// inBubble runs the test with a free clock, from Mon 3 January 2000, 09:00 UTC,
// and beside others: nothing in there waits for a real clock.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(57 * time.Hour)
		f(t)
	})
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
		w.until(time.Now().Add(36*time.Hour), time.Minute)
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

func TestADigestThatWasGivenUpIsPlannedAnewOnRequest(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		w.slack.Fail = func(chat.Address, chat.Card) error { return refuses(chat.Rejected, "invalid_blocks", 0) }
		w.until(time.Now().Add(time.Minute), time.Second)
		w.slack.Fail = nil
		w.write(func(tx *storage.Tx) error {
			if n, err := tx.Requeue(0, time.Now()); n != 1 || err != nil {
				t.Errorf("%d were put back: %v", n, err)
			}
			return nil
		})
		w.tick()
		if got := w.slack.SentTo("Priya"); len(got) != 1 || !strings.Contains(got[0].Card.Text(), "CA-1") {
			t.Errorf("%d arrived", len(got))
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

func TestMessagesToOnePersonKeepTheirOrder(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := oneDigest(t)
		defer w.stop()
		var want []string
		for i := range 40 {
			text := "message " + strconv.Itoa(i)
			want = append(want, text)
			w.write(func(tx *storage.Tx) error {
				_, err := tx.Enqueue(&storage.Delivery{Key: text, Class: "answer", Person: w.ids["Priya"], To: chat.Address{Platform: "slack", To: "Priya"},
					Content: `{"view":"card","card":{"summary":"` + text + `","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()})
				return err
			})
		}
		w.deliver()
		var got []string
		for _, s := range w.slack.SentTo("Priya") {
			got = append(got, s.Card.Summary)
		}
		if !slices.Equal(got, want) {
			t.Errorf("arrived: %q", got)
		}
	})
}
