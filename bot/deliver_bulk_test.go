package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// paced is a platform that takes so many messages a second, and whose answers
// take 200 ms.
type paced struct {
	*chattest.Messenger
	every time.Duration
	next  chan struct{}
}

func newPaced(perSecond int) paced {
	return paced{&chattest.Messenger{}, time.Second / time.Duration(perSecond), make(chan struct{}, 1)}
}

func (p paced) Turn(ctx context.Context, _ chat.Address) (context.Context, error) {
	select {
	case p.next <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	time.Sleep(p.every)
	<-p.next
	return chat.Bulk(ctx), nil
}

func (p paced) TurnToUpdate(ctx context.Context, _ chat.Address) (context.Context, error) {
	select {
	case <-time.After(time.Second):
		return chat.Bulk(ctx), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p paced) Update(ctx context.Context, to chat.Address, ref chat.MessageRef, c chat.Card) error {
	if !chat.IsBulk(ctx) && strings.HasPrefix(to.To, "B") {
		return refuses(chat.Rejected, "a copy is no answer", 0)
	}
	time.Sleep(200 * time.Millisecond)
	return p.Messenger.Update(ctx, to, ref, c)
}

func (p paced) Send(ctx context.Context, to chat.Address, c chat.Card) (chat.MessageRef, error) {
	time.Sleep(200 * time.Millisecond)
	return p.Messenger.Send(ctx, to, c)
}

// tally counts by name, for many at once.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) next(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[name]++
	return t.n[name]
}

const broadcastName = "broadcast/5/1/"

// broadcast queues a card for so many people, who need not be in the database.
func (w *world) broadcast(people int) {
	w.t.Helper()
	rows := make([]storage.Delivery, people)
	for i := range rows {
		rows[i] = storage.Delivery{Key: fmt.Sprint(broadcastName, i), Class: storage.ClassBroadcast, To: chat.Address{Platform: "slack", To: fmt.Sprintf("B%d", i)},
			Content: `{"view":"card","card":{"summary":"New policy","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()}
	}
	for chunk := range slices.Chunk(rows, storage.MaxChunk) {
		w.write(func(tx *storage.Tx) error { _, err := tx.EnqueueMany(chunk); return err })
	}
}

func (w *world) counted() (c storage.GroupCounts) {
	w.t.Helper()
	w.read(func(tx *storage.Tx) (err error) { c, err = tx.GroupCounts(broadcastName); return err })
	return c
}

// answer queues one message at once.
func (w *world) answer(who string, n int) {
	w.t.Helper()
	w.write(func(tx *storage.Tx) error {
		_, err := tx.Enqueue(&storage.Delivery{Key: fmt.Sprint("k", n), Class: "answer", To: chat.Address{Platform: "slack", To: who},
			Content: `{"view":"card","card":{"summary":"s","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()})
		return err
	})
}

// running delivers as serve does until the function it returns is called.
func (w *world) running() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		for ctx.Err() == nil {
			if err := w.bot.Deliver(ctx); err != nil {
				done <- err
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
		done <- nil
	}()
	return func() {
		w.t.Helper()
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}

func TestOneWhoFailsDoesNotStopABroadcast(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		var tries tally
		w.slack.Fail = func(to chat.Address, _ chat.Card) error {
			n := tries.next(to.To)
			switch {
			case strings.HasSuffix(to.To, "7"):
				return refuses(chat.Unreachable, "user_disabled", 0)
			case to.To == "B13":
				return refuses(chat.Rejected, "invalid_blocks", 0)
			case strings.HasSuffix(to.To, "4") && n == 1:
				return refuses(chat.Retry, "no_connection", 0)
			}
			return nil
		}
		w.broadcast(300)
		stop := w.running()
		time.Sleep(time.Minute)
		stop()
		c := w.counted()
		want := storage.GroupCounts{Sent: 269, Dead: 1, Unreachable: 30, Reasons: map[string]int64{"user_disabled": 30}}
		if fmt.Sprint(c) != fmt.Sprint(want) {
			t.Errorf("counted %+v", c)
		}
		checkOnce(t, w.slack.Sent(), 269)
		if n := tries.next("B27") - 1; n != 1 {
			t.Errorf("one who cannot be reached was tried %d times", n)
		}
	})
}

func TestABroadcastInDoubtIsAskedForWhereThatIsPossible(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		w.slack.Cut = func(to chat.Address, _ chat.Card) bool { return strings.HasSuffix(to.To, "3") }
		w.broadcast(100)
		stop := w.running()
		time.Sleep(5 * time.Minute)
		stop()
		if c := w.counted(); c.Sent != 100 {
			t.Errorf("counted %+v", c)
		}
		checkOnce(t, w.slack.Sent(), 100)
	})
}

func TestABroadcastInDoubtIsHeldWhereNobodyCanBeAsked(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := &chattest.Messenger{}
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": mute{slack}} })
		defer w.stop()
		var cuts tally
		slack.Cut = func(to chat.Address, _ chat.Card) bool {
			return cuts.next(to.To) == 1 && (strings.HasSuffix(to.To, "3") || to.To == "Priya")
		}
		w.broadcast(100)
		w.person("Priya", "")
		w.write(func(tx *storage.Tx) error {
			_, err := tx.Enqueue(&storage.Delivery{Key: "k", Class: "answer", Person: w.ids["Priya"], To: chat.Address{Platform: "slack", To: "Priya"},
				Content: `{"view":"card","card":{"summary":"s","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()})
			return err
		})
		stop := w.running()
		time.Sleep(time.Minute)
		if c := w.counted(); c.Sent != 90 || c.Held != 10 || len(slack.Sent()) != 102 || len(slack.SentTo("Priya")) != 2 {
			t.Errorf("counted %+v, %d arrived, %d of them at Priya", c, len(slack.Sent()), len(slack.SentTo("Priya")))
		}
		if held := w.rows("SELECT data FROM journal WHERE kind = 'message.held' ORDER BY seq"); len(held) != 10 || !strings.Contains(held[0], "unsure (cut)") {
			t.Errorf("the journal says %q", held)
		}
		w.write(func(tx *storage.Tx) error {
			list, _, err := tx.HeldLetters(1)
			if err != nil {
				return err
			}
			_, err = tx.Requeue(list[0].ID, time.Now())
			return err
		})
		time.Sleep(time.Minute)
		stop()
		if c := w.counted(); c.Sent != 91 || c.Held != 9 {
			t.Errorf("after one was sent again: %+v", c)
		}
	})
}

func TestAKilledBroadcastGoesOnAndHoldsWhatIsInDoubt(t *testing.T) {
	for name, askable := range map[string]bool{"asked for": true, "held": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				slack := &chattest.Messenger{}
				w := newWorld(t, func(c *bot.Config) {
					c.Messengers["slack"] = mute{slack}
					if askable {
						c.Messengers["slack"] = slack
					}
				})
				w.broadcast(100)
				w.deliver()
				for _, s := range slack.Sent()[:10] {
					w.forget(s) // answered, and not recorded
				}
				w.exec("UPDATE deliveries SET state = 'sending', claim = 'dead', ref = '', sent_at = 0 WHERE id > 90") // claimed, and not begun
				w.stop()
				w.start()
				defer w.stop()
				stop := w.running()
				time.Sleep(5 * time.Second)
				stop()
				c, arrived := w.counted(), len(slack.Sent())
				want := storage.GroupCounts{Sent: 90, Held: 10}
				if askable {
					want = storage.GroupCounts{Sent: 100}
				}
				if c.Sent != want.Sent || c.Held != want.Held || arrived != 110 { // 10 of them in the bubble's first life
					t.Errorf("%d arrived, counted %+v", arrived, c)
				}
			})
		})
	}
}

// No message is lost to doubt by the thousand when a platform stops answering.
func TestAPlatformThatAnswersNothingMoreHoldsFew(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := &chattest.Messenger{}
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": mute{slack}} })
		defer w.stop()
		began := time.Now()
		slack.Fail = func(chat.Address, chat.Card) error {
			time.Sleep(20 * time.Millisecond)
			if since := time.Since(began); since > time.Second && since < time.Hour {
				return refuses(chat.Unsure, "http_504", 0)
			}
			return nil
		}
		w.broadcast(3000)
		stop := w.running()
		time.Sleep(2 * time.Hour)
		stop()
		c := w.counted()
		t.Logf("an hour without an answer: %d of %d held", c.Held, c.All())
		if c.Held > 50 || c.Sent+c.Held != 3000 {
			t.Errorf("counted %+v", c)
		}
	})
}

func TestABroadcastNeitherDelaysNorIsDelayed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := newPaced(50)
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": slack} })
		defer w.stop()
		w.broadcast(3000)
		began := time.Now()
		stop := w.running()
		for i := range 20 {
			time.Sleep(time.Second)
			w.answer(fmt.Sprintf("U%d", i), i)
		}
		for w.counted().Sent < 3000 && time.Since(began) < 2*time.Minute {
			time.Sleep(100 * time.Millisecond)
		}
		took := time.Since(began)
		stop()
		for i := range 20 {
			got := slack.SentTo(fmt.Sprintf("U%d", i))
			if len(got) != 1 || got[0].At.Sub(began.Add(time.Duration(i+1)*time.Second)) > 250*time.Millisecond {
				t.Errorf("answer %d: %+v", i, got)
			}
		}
		if took > 62*time.Second {
			t.Errorf("3,000 at 50 a second took %v", took)
		}
	})
}

// What many have is drawn again at the pace of updates, also after a restart:
// neither an answer nor a message to many waits for it.
func TestCopiesAreRenewedBehindEverythingElse(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := newPaced(50)
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": slack} })
		w.broadcast(400)
		w.deliver()
		var ids []storage.OldCopy
		w.read(func(tx *storage.Tx) error {
			list, err := tx.GroupDeliveries(broadcastName, 0, 400)
			for _, d := range list {
				ids = append(ids, storage.OldCopy{Version: 1, Delivery: d.ID})
			}
			return err
		})
		w.write(func(tx *storage.Tx) error { return tx.RenewCopies(5, 1, 2, ids, time.Now()) })
		stop := w.running()
		time.Sleep(5 * time.Second)
		began := time.Now()
		w.answer("Priya", 0)
		w.write(func(tx *storage.Tx) error {
			_, err := tx.EnqueueMany([]storage.Delivery{{Key: "broadcast/6/1/1", Class: storage.ClassBroadcast, To: chat.Address{Platform: "slack", To: "Eva"},
				Content: `{"view":"card","card":{"summary":"s","blocks":[]}}`, NotBefore: began, Created: began}})
			return err
		})
		time.Sleep(time.Second)
		for _, who := range []string{"Priya", "Eva"} {
			if got := slack.SentTo(who); len(got) != 1 || got[0].At.Sub(began) > 300*time.Millisecond {
				t.Errorf("%s: %+v", who, got)
			}
		}
		stop()
		const renewed = "SELECT seq FROM journal WHERE kind = 'message.updated'"
		before := len(w.rows(renewed))
		w.stop()
		w.start()
		defer w.stop()
		stop = w.running()
		time.Sleep(90 * time.Second)
		stop()
		if got := len(w.rows(renewed)); before == 0 || before > 100 || got != 400 {
			t.Errorf("%d were renewed before the restart, %d in the end", before, got)
		}
	})
}

func TestAStoppedBroadcastStopsAndGoesOn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		slack := newPaced(10)
		w := newWorld(t, func(c *bot.Config) { c.Messengers = map[string]chat.Messenger{"slack": slack} })
		defer w.stop()
		w.broadcast(200)
		stop := w.running()
		time.Sleep(5 * time.Second)
		w.write(func(tx *storage.Tx) error { _, err := tx.PauseGroup(broadcastName); return err })
		time.Sleep(time.Second) // what was on its way
		before := len(slack.Sent())
		time.Sleep(time.Minute)
		if n := len(slack.Sent()); n != before || n < 40 {
			t.Errorf("%d had gone, %d went after it was stopped", before, n-before)
		}
		w.write(func(tx *storage.Tx) error { _, err := tx.ResumeGroup(broadcastName); return err })
		time.Sleep(30 * time.Second)
		stop()
		checkOnce(t, slack.Sent(), 200)
	})
}

func TestOfManyWhoAreGoneEachIsReachedElsewhereOrCounted(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		teams := &chattest.Messenger{}
		w := newWorld(t, func(c *bot.Config) { c.Messengers["teams"] = teams })
		defer w.stop()
		w.person("Grace", "", role(isms.ISMSManager))
		gone := func(to chat.Address, _ chat.Card) error {
			if to.To != "Grace" && to.To != "Eva-on-teams" {
				return refuses(chat.Unreachable, "user_disabled", 0)
			}
			return nil
		}
		w.slack.Fail, teams.Fail = gone, gone
		var rows []storage.Delivery
		for i, name := range []string{"Eva", "Tim", "Max", "Grace"} {
			if name != "Grace" {
				w.person(name, "")
			}
			if name != "Max" {
				w.write(func(tx *storage.Tx) error {
					_, err := tx.Bind(chat.Account{Platform: "teams", ID: name + "-on-teams"}, w.ids[name])
					return err
				})
			}
			rows = append(rows, storage.Delivery{Key: fmt.Sprint(broadcastName, i), Class: storage.ClassBroadcast, Person: w.ids[name], To: chat.Address{Platform: "slack", To: name},
				Content: `{"view":"card","card":{"summary":"New policy","blocks":[]}}`, NotBefore: time.Now(), Created: time.Now()})
		}
		w.write(func(tx *storage.Tx) error { _, err := tx.EnqueueMany(rows); return err })
		stop := w.running()
		time.Sleep(time.Minute)
		stop()
		if c := w.counted(); c.Sent != 2 || c.Unreachable != 2 {
			t.Errorf("counted %+v", c)
		}
		if events := w.rows("SELECT data FROM journal WHERE kind = 'person.unreachable'"); len(events) != 4 {
			t.Errorf("the journal says %q", events)
		}
		if n := w.rows("SELECT count(*) FROM accounts WHERE trouble <> ''"); n[0] != "4" {
			t.Errorf("%s accounts are known to be closed", n[0])
		}
	})
}
