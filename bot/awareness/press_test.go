package awareness_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

func (h *house) acknowledged() int { h.t.Helper(); return count(h.kinds(0), "broadcast.acknowledged") }

// However often somebody presses at once, and wherever, they have read it once.
func TestPressesAtOnceAreOneAcknowledgement(t *testing.T) {
	h := newHouse(t).sent()
	m := h.last("jon")
	var pressing sync.WaitGroup
	for i := range 20 {
		pressing.Go(func() {
			in := chat.Invocation{ID: fmt.Sprint("at once ", i), From: account("jon"), Kind: chat.Pressed, Text: "ack MSG-1", Message: m.Ref, Private: true}
			if i%4 == 0 {
				in.Kind, in.Message = chat.Typed, ""
			}
			r, err := h.Handle(context.Background(), in)
			if err != nil || !strings.Contains(text(r), "ead on Mon 16 Mar, 10:00. Thank you.") {
				t.Errorf("%v %s", err, text(r))
			}
		})
	}
	pressing.Wait()
	if n := h.acknowledged(); n != 1 {
		t.Errorf("acknowledged %d times", n)
	}
}

// What stood above the button that was pressed is what counts as read, whatever
// is written meanwhile.
func TestWhatWasNotSeenIsNotAcknowledged(t *testing.T) {
	h := newHouse(t).sent()
	jon, kemi := h.last("jon"), h.last("kemi")
	private := h.says("lena", "show MSG-1").Card // who has it beside their message, too
	h.mends("no", "Both were stopped in time.")
	h.presses("jon", "ack MSG-1", jon.Ref)
	if got, want := h.onRecord("jon"), "1 "+hashOf(t, isms.Wording{Title: "Two fake invoices", Text: "Both were stopped."}); got != want {
		t.Errorf("Jon read the first edition, on record is %s", got)
	}
	h.spread()

	h.mends("yes", "Three were stopped.")
	before, n := len(h.events()), h.acknowledged()
	for _, r := range []chat.Reply{h.presses("kemi", "ack MSG-1", kemi.Ref), h.says("kemi", "ack MSG-1")} { // before their new message is written
		has(t, text(r), "There is a newer version of MSG-1. You get it in a message of its own.")
	}
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.broadcast_newer", "refused refuse.broadcast_newer"}) {
		t.Error(got)
	}
	if got := h.says("nils", "ack MSG-1"); !strings.Contains(text(got), "know") && h.acknowledged() != n {
		t.Error(text(got))
	}
	if err := h.Spread(context.Background()); err != nil {
		t.Fatal(err)
	}
	has(t, text(h.says("kemi", "ack MSG-1")), "Three were stopped.", "[I have read it]") // written, and not seen yet
	h.spread()
	for _, command := range []string{buttonsOf(private)[0].Command, "ack MSG-1 1", "ack MSG-1 v1", "ack MSG-1 v3"} {
		has(t, text(h.presses("lena", command, "")), "Three were stopped.", "[I have read it]")
		h.submits("lena", command, "")
	}
	if h.acknowledged() != n {
		t.Errorf("an older button acknowledged the new version: %v", h.kinds(before))
	}
	m := h.last("lena")
	has(t, text(h.presses("lena", buttonsOf(&m.Card)[0].Command, m.Ref)), "Read on Mon 16 Mar, 10:00. Thank you.")
	has(t, text(h.says("kemi", "ack MSG-1")), "read on Mon 16 Mar, 10:00. Thank you.") // typed, of what they have
	if h.acknowledged() != n+2 {
		t.Errorf("%v", h.kinds(before))
	}
}

// A check question that was opened under an older version is answered for nothing.
func TestAnOlderFormAcknowledgesNothing(t *testing.T) {
	h := newHouse(t)
	h.submits("mia", "broadcast", "", "title", "Invoices", "text", "Call first.", "audience", "everyone", "question", "What first?", "answers", "Call\nPay", "language", "en")
	h.says("mia", "send MSG-1 9")
	h.spread()
	m := h.last("jon")
	right := func(f *chat.Form) string {
		for _, o := range f.Inputs[0].Options {
			if o.Label == "Call" {
				return o.Value
			}
		}
		return ""
	}
	f := h.presses("jon", "ack MSG-1 …", m.Ref).Form
	quiz := h.says("jon", "ack MSG-1").Card
	h.submits("mia", "mend MSG-1", "", "meaning", "yes", "title", "Invoices", "text", "Call first, and tell Grace.")
	h.spread()
	h.submits("jon", f.Command, m.Ref, "answer", right(f))
	h.submits("jon", f.Command, "", "answer", right(f))
	for _, b := range buttonsOf(quiz) {
		h.presses("jon", b.Command, "")
	}
	if late := h.presses("jon", "ack MSG-1 …", m.Ref).Form; late != nil {
		h.submits("jon", late.Command, m.Ref, "answer", right(late))
	}
	if h.acknowledged() != 0 {
		t.Fatal("an older form acknowledged the new version")
	}
	now := h.last("jon")
	f = h.presses("jon", buttonsOf(&now.Card)[0].Command, now.Ref).Form
	has(t, text(h.submits("jon", f.Command, now.Ref, "answer", right(f))), "Read on")
	for _, b := range buttonsOf(h.says("kemi", "ack MSG-1").Card) {
		if b.Label == "Call" {
			has(t, text(h.presses("kemi", b.Command, "")), "read on")
		}
	}
	if h.acknowledged() != 2 {
		t.Error("the question that is asked now cannot be answered")
	}
}

// A stop, a pause and somebody else's message change nothing of who may press what.
func TestAPressAfterAStop(t *testing.T) {
	h := newHouse(t).sent()
	jon := h.last("jon")
	h.says("mia", "pause MSG-1")
	has(t, text(h.presses("kemi", "ack MSG-1", h.last("kemi").Ref)), "Read on") // who has it may read it
	before := len(h.events())
	h.presses("xaver", "ack MSG-1", jon.Ref)
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.not_found"}) {
		t.Error(got)
	}
	r := h.presses("lena", "ack MSG-1", jon.Ref) // Jon's message, forwarded
	if r.Replaces || !strings.Contains(text(r), "read on") {
		t.Errorf("replaces %v: %s", r.Replaces, text(r))
	}
	if got := h.column("SELECT count(*) FROM broadcast_recipients WHERE acked_at > 0 AND person = $1", int64(h.person("jon").ID)); got[0] != "0" {
		t.Error("Lena's press counts for Jon")
	}
	h.says("mia", "stop MSG-1")
	before = len(h.events())
	for _, command := range []string{"ack MSG-1", "ack MSG-1 v2", "ack MSG-1 …"} {
		h.presses("jon", command, jon.Ref)
	}
	for _, verb := range []string{"pause", "resume", "resend", "mend", "stop", "tell", "send"} {
		h.says("mia", verb+" MSG-1")
	}
	if got := h.kinds(before); slices.ContainsFunc(got, func(k string) bool { return k != "refused refuse.broadcast_stopped" }) {
		t.Errorf("%v", got)
	}
	h.at("2026-03-17 10:00").spread()
	if n := h.count("ana"); n != 0 {
		t.Errorf("Ana got %d messages of what was stopped", n)
	}
}
