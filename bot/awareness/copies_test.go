package awareness_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"ismsbot/bot/chat"
)

// mends corrects a typo, whoever waits for what.
func (h *house) mends(meaning, words string) {
	h.t.Helper()
	h.submits("mia", "mend MSG-1", "", "meaning", meaning, "title", "Two fake invoices", "text", words)
}

// once is called for the first message to somebody that holds the words, before
// it arrives.
func (h *house) once(name, words string, f func()) {
	var done atomic.Bool // several are on their way at once
	h.slack.Fail = func(to chat.Address, c chat.Card) error {
		if to.To == account(name).ID && strings.Contains(c.Text(), words) && done.CompareAndSwap(false, true) {
			f()
		}
		return nil
	}
}

// shows fails unless everybody's newest copy holds the words.
func (h *house) shows(words string, names ...string) {
	h.t.Helper()
	for _, name := range names {
		if got := h.titled(name, "MSG-1").Card.Text(); !strings.Contains(got, words) {
			h.t.Errorf("%s has\n%s", name, got)
		}
	}
}

var reached = []string{"daniel", "grace", "lena", "jon", "klara", "kemi"}

func TestACopyOfAnOlderVersionSaysSo(t *testing.T) {
	h := newHouse(t).sent()
	jon, kemi := h.last("jon"), h.last("kemi")
	h.presses("jon", "ack MSG-1", jon.Ref)
	h.at("2026-03-17 10:00").mends("yes", "Three were stopped.")
	h.spread()
	for name, ref := range map[string]chat.MessageRef{"jon": jon.Ref, "kemi": kemi.Ref} {
		all := h.slack.SentTo(account(name).ID)
		old := all[slices.IndexFunc(all, func(m sentMessage) bool { return m.Ref == ref })]
		has(t, old.Card.Text(), "There is a newer version: Two fake invoices · MSG-1. It comes in a message of its own.")
		if strings.Contains(old.Card.Text(), "[") || strings.Contains(old.Card.Text(), "Both were stopped") {
			t.Errorf("the older copy still has\n%s", old.Card.Text())
		}
		has(t, h.last(name).Card.Text(), "Three were stopped.", "[I have read it]")
	}
	if got := h.column("SELECT DISTINCT name FROM dispatches g JOIN deliveries d ON d.dispatch = g.id WHERE d.class = 'update' AND person <> $1", int64(h.person("mia").ID)); !slices.Equal(got, []string{"copies/1/"}) {
		t.Errorf("the copies went by way of %q", got)
	}
	h.at("2026-03-18 10:00").mends("yes", "Four were stopped.")
	before := len(h.kinds(0))
	h.spread()
	if n := count(h.kinds(before), "message.updated"); n != 8 { // seven copies of version 2, and Mia's card; those of version 1 say so already
		t.Errorf("%d were drawn again", n)
	}
}

// What was stopped asks nobody for anything any more.
func TestACopyOfWhatWasStoppedSaysSo(t *testing.T) {
	h := newHouse(t).sent()
	h.presses("jon", "ack MSG-1", h.last("jon").Ref)
	h.says("mia", "stop MSG-1")
	h.spread()
	h.shows("This message was stopped. Nothing is left to do.", "daniel", "grace", "lena", "jon", "kemi")
	has(t, h.last("jon").Card.Text(), "Read on Mon 16 Mar, 10:00.")
	if got := h.last("kemi").Card.Text(); strings.Contains(got, "I have read it") {
		t.Error(got)
	}
	before := len(h.kinds(0))
	h.at("2026-03-16 11:00").spread()
	h.presses("kemi", "ack MSG-1", h.last("kemi").Ref)
	h.at("2026-03-16 12:00").spread()
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_stopped", "message.updated"}) {
		t.Errorf("it does not end: %v", got)
	}
}

// Who has joined since the audience was frozen is asked about a new version, too.
func TestJoinersAreAskedAboutANewVersion(t *testing.T) {
	h := newHouse(t).sent()
	h.hire([6]string{"Neo New", "Finance", "daniel", "staff", "", ""})
	h.spread()
	old := h.last("neo")
	h.presses("neo", "ack MSG-1", old.Ref)
	h.at("2026-03-17 10:00").mends("yes", "Three were stopped.")
	h.spread()
	h.spread()
	has(t, h.last("neo").Card.Text(), "Three were stopped.", "[I have read it]")
	if n := h.count("neo"); n != 2 {
		t.Errorf("Neo has %d messages", n)
	}
	has(t, h.slack.SentTo(account("neo").ID)[0].Card.Text(), "There is a newer version")
}

func TestACorrectionOfACorrectionIsWhatAllHave(t *testing.T) {
	h := newHouse(t).sent()
	h.mends("no", "Both were stoped.")
	h.once("klara", "stoped", func() { h.mends("no", "Both were stopped in time.") })
	h.spread()
	h.spread()
	h.shows("Both were stopped in time.", reached...)
}

func TestACorrectionGoesOnAfterARestart(t *testing.T) {
	h := newHouse(t).sent()
	h.mends("no", "Both were stopped in time.")
	if err := h.Spread(context.Background()); err != nil { // queued, and nothing more
		t.Fatal(err)
	}
	if err := h.Recover(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.spread()
	h.shows("Both were stopped in time.", reached...)
}

// What was drawn with the old words and arrives after they were corrected is
// corrected, too.
func TestWhatIsOnItsWayIsCorrected(t *testing.T) {
	h := newHouse(t)
	h.once("kemi", "Both were stopped.", func() {
		h.mends("no", "Both were stopped in time.")
		if err := h.Spread(context.Background()); err != nil {
			t.Error(err)
		}
	})
	h.sent()
	h.at("2026-03-16 10:01").spread()
	h.shows("Both were stopped in time.", reached...)
}

// A press while the copy is on its way is not undone by what was drawn before.
func TestAPressDuringACorrectionStands(t *testing.T) {
	h := newHouse(t).sent()
	m := h.last("jon")
	h.mends("no", "Both were stopped in time.")
	h.once("jon", "stopped in time", func() { h.presses("jon", "ack MSG-1", m.Ref) })
	h.spread()
	h.shows("Read on Mon 16 Mar, 10:00.", "jon")
	h.shows("Both were stopped in time.", reached...)
}

func count(list []string, what string) (n int) {
	for _, x := range list {
		if x == what {
			n++
		}
	}
	return n
}
