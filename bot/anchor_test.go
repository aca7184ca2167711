package bot_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/storage"
)

func auditors(c *bot.Config) { c.Channels.Auditors = chat.Address{Platform: "slack", To: "CAUDIT"} }

func (d *desk) anchor() {
	d.t.Helper()
	if err := d.AnchorDaily(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// arrive plays the delivery of everything that waits for the auditors.
func (d *desk) arrive() {
	d.t.Helper()
	err := d.db.Tx(d.t.Context(), func(tx *storage.Tx) error {
		all, err := tx.ClaimDue("slack", d.now, time.Minute, 100)
		for _, x := range all {
			if x.To.To != "CAUDIT" {
				continue
			}
			if err := tx.MarkSent(x, "m1", "", d.now); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestTheJournalsHeadIsPostedOnceADayAndCountsWhenItArrived(t *testing.T) {
	d := newDesk(t, auditors)
	d.anchor()
	if cards := d.waiting("CAUDIT"); len(cards) != 0 {
		t.Fatalf("an empty journal was posted: %q", cards)
	}
	d.staffed()
	var head storage.Head
	d.view(func(tx *storage.Tx) (err error) { head, err = tx.Head(); return err })
	d.anchor()
	d.anchor()
	cards := d.waiting("CAUDIT")
	if len(cards) != 1 || !strings.Contains(cards[0], head.String()) || !strings.Contains(cards[0], "Mon 16 Mar") {
		t.Fatalf("the auditors read %q, the head is %s", cards, head)
	}
	if n := len(d.column("SELECT hash FROM anchors")); n != 0 {
		t.Errorf("%d anchors that nobody has seen", n)
	}
	d.arrive()
	d.anchor()
	d.anchor()
	if got := d.column("SELECT seq || ' ' || hash FROM anchors"); len(got) != 1 || got[0] != head.String() {
		t.Errorf("the anchors are %v, want %s", got, head)
	}
	if n := d.count("anchor.posted"); n != 1 {
		t.Errorf("%d events of posting", n)
	}
	d.now = d.now.Add(24 * time.Hour)
	d.anchor()
	if cards := d.waiting("CAUDIT"); len(cards) != 1 || !strings.Contains(cards[0], "Tue 17 Mar") {
		t.Errorf("on the next day: %q", cards)
	}
	d.intact()
}

func TestAJournalCutBehindAPostedHeadIsFound(t *testing.T) {
	d := newDesk(t, auditors).staffed()
	d.anchor()
	d.arrive()
	d.anchor()
	cut, err := sql.Open("sqlite", d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer cut.Close()
	// Whoever cuts the end also mends the note of where it was.
	for _, q := range []string{"DELETE FROM journal WHERE seq > 3", "UPDATE journal_head SET seq = 3, hash = (SELECT hash FROM journal WHERE seq = 3)"} {
		if _, err := cut.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.db.Verify(t.Context()); err == nil || !strings.Contains(err.Error(), "the auditors' channel") {
		t.Errorf("verify says %v", err)
	}
}

func TestWithoutAChannelNothingIsPosted(t *testing.T) {
	d := newDesk(t).staffed()
	d.anchor()
	if n := len(d.column("SELECT key FROM deliveries WHERE key LIKE 'anchor/%'")); n != 0 {
		t.Errorf("%d messages", n)
	}
}
