package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// many are the messages of a broadcast to so many people, from the given one on.
func many(name, platform string, from, n int) []storage.Delivery {
	out := make([]storage.Delivery, n)
	for i := range out {
		who := from + i
		out[i] = storage.Delivery{Key: fmt.Sprintf("%s%d", name, who), Class: storage.ClassBroadcast, Person: isms.PersonID(who), To: chat.Address{Platform: platform, To: fmt.Sprintf("U%d", who)},
			Content: `{"view":"card","card":{"summary":"New policy","blocks":[]}}`, NotBefore: now, Created: now}
	}
	return out
}

func enqueue(t testing.TB, db *storage.DB, rows []storage.Delivery) (n int64) {
	t.Helper()
	for chunk := range slices.Chunk(rows, storage.MaxChunk) {
		write(t, db, func(tx *storage.Tx) error {
			added, err := tx.EnqueueMany(chunk)
			n += added
			return err
		})
	}
	return n
}

func claimBulk(t testing.TB, db *storage.DB, at time.Time, limit int) (out []*storage.Delivery) {
	t.Helper()
	due := false
	read(t, db, func(tx *storage.Tx) (err error) { due, err = tx.HasBulk("slack", false, at); return err })
	write(t, db, func(tx *storage.Tx) (err error) {
		out, err = tx.ClaimBulk("slack", false, at, time.Minute, limit)
		return err
	})
	if due != (len(out) > 0) {
		t.Errorf("HasBulk says %v, %d were claimed", due, len(out))
	}
	return out
}

func counts(t testing.TB, db *storage.DB, prefix string) (c storage.GroupCounts) {
	t.Helper()
	read(t, db, func(tx *storage.Tx) (err error) { c, err = tx.GroupCounts(prefix); return err })
	return c
}

func TestABroadcastThatWasBrokenOffIsQueuedFromTheStartAgain(t *testing.T) {
	db := open(t)
	rows := many("broadcast/5/1/", "slack", 1, 1230)
	if n := enqueue(t, db, rows[:700]); n != 700 {
		t.Errorf("%d of 700 are new", n)
	}
	if n := enqueue(t, db, rows); n != 530 {
		t.Errorf("%d of 530 are new", n)
	}
	if c := counts(t, db, "broadcast/5/"); c.Queued != 1230 || c.All() != 1230 {
		t.Errorf("counted %+v", c)
	}
	read(t, db, func(tx *storage.Tx) error {
		d, err := tx.DeliveryByKey("broadcast/5/1/1230")
		if d == nil || d.Person != 1230 || d.To.To != "U1230" || d.State != storage.Queued || !d.NotBefore.Equal(now) {
			t.Errorf("the last row is %+v", d)
		}
		return err
	})
	for name, bad := range map[string][]storage.Delivery{"too many": many("broadcast/6/1/", "slack", 1, 501), "no group": {{Key: "x", Class: storage.ClassBroadcast}}} {
		write(t, db, func(tx *storage.Tx) error {
			if _, err := tx.EnqueueMany(bad); err == nil {
				t.Errorf("%s: it was taken", name)
			}
			return nil
		})
	}
}

func TestWhatIsForOneNeverQueuesBehindWhatIsForMany(t *testing.T) {
	db := open(t)
	enqueue(t, db, many("broadcast/5/1/", "slack", 1, 500))
	write(t, db, func(tx *storage.Tx) error {
		got, err := tx.ClaimDue("slack", now, time.Minute, 10)
		if len(got) != 0 {
			t.Errorf("%d of the broadcast were claimed as ordinary", len(got))
		}
		if due, err := tx.HasDue("slack", now); due || err != nil {
			t.Errorf("due %v, %v", due, err)
		}
		return err
	})
	write(t, db, func(tx *storage.Tx) error {
		_, err := tx.Enqueue(&storage.Delivery{Key: "a", Class: "answer", To: chat.Address{Platform: "slack", To: "U1"}, NotBefore: now, Created: now})
		if err != nil {
			return err
		}
		got, err := tx.ClaimDue("slack", now, time.Minute, 10)
		if len(got) != 1 || got[0].Key != "a" {
			t.Errorf("claimed %d", len(got))
		}
		return err
	})
	for _, d := range claimBulk(t, db, now, 20) {
		if d.Class != storage.ClassBroadcast || d.Dispatch == 0 {
			t.Errorf("claimed in bulk: %+v", d)
		}
	}
	if got := claimBulk(t, db, now.Add(2*time.Minute), 20); len(got) != 40 {
		t.Errorf("%d claimed, 20 of them whose lease had ended", len(got))
	}
}

func TestASmallBroadcastDoesNotWaitForALargeOne(t *testing.T) {
	db := open(t)
	enqueue(t, db, many("broadcast/5/1/", "slack", 1, 500))
	enqueue(t, db, many("broadcast/6/1/", "slack", 1, 20))
	got := map[string]int{}
	for _, d := range claimBulk(t, db, now, 50) {
		got[d.Key[:len("broadcast/5/")]]++
	}
	if got["broadcast/6/"] != 20 || got["broadcast/5/"] != 25 {
		t.Errorf("claimed %v", got)
	}
}

func TestABroadcastIsStoppedResumedAndCancelledAtOnce(t *testing.T) {
	db := open(t)
	enqueue(t, db, many("broadcast/5/1/", "slack", 1, 100))
	enqueue(t, db, many("broadcast/50/1/", "slack", 1, 10))
	turn := func(what func(tx *storage.Tx, prefix string) (int64, error), want int64) {
		t.Helper()
		write(t, db, func(tx *storage.Tx) error {
			n, err := what(tx, "broadcast/5/")
			if n != want {
				t.Errorf("%d dispatches turned, not %d", n, want)
			}
			return err
		})
	}
	first := claimBulk(t, db, now, 4)
	turn((*storage.Tx).PauseGroup, 1)
	turn((*storage.Tx).PauseGroup, 0)
	read(t, db, func(tx *storage.Tx) error {
		for _, d := range first {
			if on, err := tx.Running(d); on != strings.HasPrefix(d.Key, "broadcast/50/") || err != nil {
				t.Errorf("%s goes on: %v, %v", d.Key, on, err)
			}
		}
		return nil
	})
	for _, d := range claimBulk(t, db, now, 50) {
		if !strings.HasPrefix(d.Key, "broadcast/50/") {
			t.Errorf("%s was claimed from what is stopped", d.Key)
		}
	}
	if c := counts(t, db, "broadcast/5/"); !c.Paused || c.Queued != 100 {
		t.Errorf("paused: %+v", c)
	}
	turn((*storage.Tx).ResumeGroup, 1)
	if got := claimBulk(t, db, now, 50); len(got) != 50 {
		t.Errorf("%d claimed after it went on", len(got))
	}
	turn((*storage.Tx).CancelGroup, 1)
	turn((*storage.Tx).ResumeGroup, 0)
	if got := claimBulk(t, db, now, 50); len(got) != 0 {
		t.Errorf("%d claimed of what was cancelled", len(got))
	}
	if c := counts(t, db, "broadcast/5/1/"); c.Paused || c.Cancelled != 48 || c.Queued != 52 { // 52 have been claimed
		t.Errorf("cancelled: %+v", c)
	}
	read(t, db, func(tx *storage.Tx) error {
		list, err := tx.GroupDeliveries("broadcast/5/", 0, 1000)
		states := map[string]int{}
		for _, d := range list {
			states[d.State]++
		}
		if states[storage.Dropped] != 48 || states[storage.Sending] != 52 {
			t.Errorf("listed %v", states)
		}
		return err
	})
}

func TestABroadcastIsCountedByWhatBecameOfIt(t *testing.T) {
	db := open(t)
	enqueue(t, db, many("broadcast/5/1/", "slack", 1, 60))
	got := claimBulk(t, db, now, 50)
	write(t, db, func(tx *storage.Tx) error {
		for i, d := range got {
			var err error
			switch {
			case i < 10:
				err = tx.Hold(d, "unsure (deadline)")
			case i < 13:
				err = tx.MarkGone(d, "user_disabled")
			case i < 15:
				err = tx.MarkGone(d, "cannot_dm_bot")
			case i < 16:
				err = tx.MarkDead(d, "rejected (invalid_blocks)")
			case i < 40:
				err = tx.MarkSent(d, chat.MessageRef("D/"+d.Key), "f", now)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	c := counts(t, db, "broadcast/5/1/")
	want := storage.GroupCounts{Queued: 20, Sent: 24, Held: 10, Dead: 1, Unreachable: 5, Reasons: map[string]int64{"user_disabled": 3, "cannot_dm_bot": 2}}
	if fmt.Sprint(c) != fmt.Sprint(want) {
		t.Errorf("counted %+v", c)
	}
}

func TestWhatIsHeldIsSentAgainOnlyWhenAskedFor(t *testing.T) {
	db := open(t)
	enqueue(t, db, many("broadcast/5/1/", "slack", 1, 3))
	write(t, db, func(tx *storage.Tx) error {
		got, err := tx.ClaimBulk("slack", false, now, time.Minute, 3)
		for _, d := range got {
			if _, err := tx.MarkSending(d, now, time.Minute); err != nil {
				return err
			}
			if err := tx.Hold(d, "unsure"); err != nil {
				return err
			}
		}
		return err
	})
	requeue := func(what func(tx *storage.Tx) (int64, error), want int64) {
		t.Helper()
		write(t, db, func(tx *storage.Tx) error {
			n, err := what(tx)
			if n != want {
				t.Errorf("%d were put back, not %d", n, want)
			}
			return err
		})
	}
	requeue(func(tx *storage.Tx) (int64, error) { return tx.Requeue(0, now) }, 0)
	requeue(func(tx *storage.Tx) (int64, error) { return tx.Requeue(2, now) }, 1)
	if got := claimBulk(t, db, now, 10); len(got) != 1 || got[0].ID != 2 || !got[0].SendingAt.IsZero() {
		t.Errorf("claimed %+v", got)
	}
	read(t, db, func(tx *storage.Tx) error {
		list, all, err := tx.HeldLetters(1)
		if len(list) != 1 || all != 2 {
			t.Errorf("%d listed of %d", len(list), all)
		}
		return err
	})
	requeue(func(tx *storage.Tx) (int64, error) { return tx.RequeueHeld(now) }, 2)
}
