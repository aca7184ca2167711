package bot_test

import (
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// A button whose time is over does nothing, says why, and its message is drawn
// again.
func TestStaleButtonsExplainThemselves(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(h *house)
		press     string
		fields    []string
		why       string
		says      string
		becomes   string // the message; empty where that is not the point
	}{
		"it is done": {func(h *house) { h.says("tom", "done CA-1 x") }, "done CA-1", nil, "refuse.done",
			"CA-1 was done on Mon 16 Mar by Tom Baker. Nothing was changed.", "Tom Baker did it"},
		"it is done, and the form was open": {func(h *house) { h.says("tom", "done CA-1 x") }, "done CA-1", []string{"evidence", "x"}, "refuse.done",
			"CA-1 was done on Mon 16 Mar by Tom Baker. Nothing was changed.", "Tom Baker did it"},
		"it is done, pressed On it": {func(h *house) { h.says("tom", "done CA-1 x") }, "ack CA-1", nil, "refuse.done", "Nothing was changed.", "Tom Baker did it"},
		"it was withdrawn": {func(h *house) { h.alter("CA-1", func(it *isms.Item) { it.Status = isms.Withdrawn }) }, "done CA-1", nil, "refuse.withdrawn",
			"Nothing was changed.", "Withdrawn: nothing to do."},
		"it was closed by a file": {func(h *house) { h.alter("CA-1", func(it *isms.Item) { it.Status = isms.Closed }) }, "extend CA-1", nil, "refuse.closed",
			"CA-1 is closed already. Nothing was changed.", "This is settled."},
		"it has another owner whom I lead not": {func(h *house) { h.alter("CA-1", func(it *isms.Item) { it.Owner = h.id("jon") }) }, "done CA-1", nil, "refuse.not_found",
			"I cannot find CA-1 among the things you can see.", "Jon Reed has it now."},
		"it was moved": {func(h *house) {
			h.says("grace", "edit CA-1")
			h.submits("grace", "edit CA-1", "", "title", "x", "due", "2026-03-27")
		}, "ack CA-1", nil, "refuse.moved_on",
			"That was about an earlier date: CA-1 is now due Fri 27 Mar. Nothing was changed.", "changed it"},
		"it was moved, pressed Done": {func(h *house) { h.alter("CA-1", func(it *isms.Item) { it.Due = date(h.t, "2026-03-27") }) }, "done CA-1", nil, "refuse.moved_on",
			"is now due Fri 27 Mar. Nothing was changed.", "Moved to Fri 27 Mar."},
		"the task came round": {func(h *house) { h.says("tom", "done TSK-1 a link") }, "done TSK-1", nil, "refuse.moved_on",
			"is now due Fri 19 Jun. Nothing was changed.", "Next time: Fri 19 Jun"},
		"the task came round while the form was open": {func(h *house) { h.says("tom", "done TSK-1 a link") }, "done TSK-1", []string{"evidence", "x"}, "refuse.moved_on",
			"is now due Fri 19 Jun. Nothing was changed.", "Next time: Fri 19 Jun"},
		"the task came round, pressed Not today": {func(h *house) { h.says("tom", "done TSK-1 a link") }, "snooze TSK-1 1d", nil, "refuse.moved_on", "Nothing was changed.", ""},
		"the task came round, pressed Stuck":     {func(h *house) { h.says("tom", "done TSK-1 a link") }, "stuck TSK-1", []string{"reason", "x"}, "refuse.moved_on", "Nothing was changed.", ""},
		"the task came round, pressed More time": {func(h *house) { h.says("tom", "done TSK-1 a link") }, "extend TSK-1", nil, "refuse.moved_on", "Nothing was changed.", ""},
		"the button is a year old and the task came round": {func(h *house) { h.says("tom", "done TSK-1 a link"); h.now = h.now.AddDate(1, 0, 0) }, "done TSK-1", nil, "refuse.moved_on",
			"Nothing was changed.", ""},
		"the button is a year old and the action closed": {func(h *house) {
			h.says("tom", "done CA-1 x")
			h.says("sam", "verify CA-1 works seen")
			h.now = h.now.AddDate(1, 0, 0)
		}, "done CA-1", nil, "refuse.done", "CA-1 was done on Mon 16 Mar 2026 by Tom Baker. Nothing was changed.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.tick()
			digest := h.last("priya").Ref
			c.meanwhile(h)
			before, items := h.seq(), asJSON(t, h.item("CA-1"))+asJSON(t, h.item("TSK-1"))
			var r chat.Reply
			if c.fields != nil {
				r = h.submits("priya", c.press, digest, c.fields...)
			} else {
				r = h.presses("priya", c.press, digest)
			}
			h.refused(before, "priya", c.why, r)
			if got := text(r); !strings.Contains(got, c.says) {
				t.Errorf("it says\n%s", got)
			}
			if got := asJSON(t, h.item("CA-1")) + asJSON(t, h.item("TSK-1")); got != items {
				t.Errorf("it changed something:\n%s\n%s", items, got)
			}
			versions := h.versions("priya", digest)
			h.tick()
			if h.versions("priya", digest) == versions {
				t.Error("the message was not drawn again")
			}
			if got := h.message("priya", digest); !strings.Contains(got, c.becomes) {
				t.Errorf("the message is\n%s", got)
			}
		})
	}
}

// alter changes an item as an import does.
func (h *house) alter(id string, f func(*isms.Item)) {
	h.t.Helper()
	it := h.item(id)
	f(&it.Item)
	h.write(func(tx *storage.Tx) error { return tx.SaveItem(it) })
}

func (h *house) versions(name string, ref chat.MessageRef) int {
	for _, s := range h.slack.SentTo(account(name).ID) {
		if s.Ref == ref {
			return len(s.Versions)
		}
	}
	return 0
}

func TestAnOldReviewButtonDoesNotCloseTheNextRound(t *testing.T) {
	h := newHouse(t)
	h.tick()
	digest := h.last("sam").Ref
	h.says("sam", "verify CA-4 fails the log was empty")
	h.says("lena", "done CA-4 again")
	h.alter("CA-4", func(it *isms.Item) { it.Verifier = h.id("sam") })
	for _, fields := range [][]string{nil, {"reason", "seen"}} {
		before := h.seq()
		var r chat.Reply
		if fields == nil {
			r = h.presses("sam", "verify CA-4 works", digest)
		} else {
			r = h.submits("sam", "verify CA-4 works", digest, fields...)
		}
		h.refused(before, "sam", "refuse.moved_on", r)
	}
	if got := h.item("CA-4").Status; got != isms.Done {
		t.Errorf("the second round is %s", got)
	}
}

func TestAReviewsOutcomeStandsInTheMessageThatAskedForIt(t *testing.T) {
	h := newHouse(t)
	h.tick()
	digest := h.last("sam").Ref
	r := h.submits("sam", "verify CA-4 works", digest, "reason", "Two samples seen.")
	if got := text(r); !r.Replaces || !strings.Contains(got, "Thank you. It works and is closed.") {
		t.Errorf("replaces %v:\n%s", r.Replaces, got)
	}
	h = newHouse(t)
	h.tick()
	if got := text(h.presses("sam", "snooze CA-4 1d", h.last("sam").Ref)); !strings.Contains(got, "Not before Tue 17 Mar. The due date stays.") {
		t.Errorf("Not today:\n%s", got)
	}
	if got := text(h.says("sam", "undo")); !strings.Contains(got, "Taken back") {
		t.Error(got)
	}
}

func TestALateReviewReachesTheISMSManager(t *testing.T) {
	h := newHouse(t)
	h.change("sam", func(p *storage.Profile) { p.Roles = []isms.Role{isms.Auditor} })
	for h.now.Before(time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)) {
		h.tick()
		h.now = h.now.AddDate(0, 0, 1)
	}
	for _, s := range h.slack.SentTo(account("grace").ID) {
		if got := s.Versions[0].Text(); strings.Contains(got, "Check that it worked: Lock the archive · CA-4") && strings.Contains(got, "Sam Okoro") {
			return
		}
	}
	t.Error("Grace was never told that Sam has not checked CA-4")
}

func TestUndoIsForTenMinutesAndWhileNothingElseHappened(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(h *house)
		why       string
	}{
		"after ten minutes":          {func(h *house) { h.now = h.now.Add(10 * time.Minute) }, "refuse.undo_late"},
		"after a year":               {func(h *house) { h.now = h.now.AddDate(1, 0, 0) }, "refuse.undo_late"},
		"after another's answer":     {func(h *house) { h.says("tom", "update CA-1 words") }, "refuse.undo_changed"},
		"after a decision":           {func(h *house) { h.alter("CA-1", func(it *isms.Item) { it.Title = "x" }) }, "refuse.undo_changed"},
		"after it was done":          {func(h *house) { h.says("tom", "done CA-1 x") }, "refuse.undo_changed"},
		"after it was undone":        {func(h *house) { h.says("priya", "undo") }, "refuse.undone"},
		"nine minutes later it goes": {func(h *house) { h.now = h.now.Add(10*time.Minute - time.Second) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.tick()
			digest := h.last("priya").Ref
			h.presses("priya", "ack CA-1", digest)
			c.meanwhile(h)
			before, item := h.seq(), asJSON(t, h.item("CA-1"))
			r := h.presses("priya", "undo 1", digest)
			if c.why == "" {
				if h.item("CA-1").AckedBy != 0 || !r.Replaces {
					t.Errorf("not taken back:\n%s", text(r))
				}
				return
			}
			h.refused(before, "priya", c.why, r)
			if !strings.Contains(text(r), "Nothing was changed.") || asJSON(t, h.item("CA-1")) != item {
				t.Errorf("%s", text(r))
			}
		})
	}
}

func TestUndoTakesBackEveryHarmlessAnswer(t *testing.T) {
	for _, says := range []string{"done CA-1 it works", "ack CA-1", "update CA-1 words", "stuck CA-1 words", "snooze CA-1 3d", "delegate CA-1 @Jon", "extend CA-1 +2w because", "done TSK-1 a link"} {
		h := newHouse(t)
		id := strings.Fields(says)[1]
		before := h.item(id).Item
		h.says("priya", says)
		r := h.says("priya", "undo")
		if after := h.item(id).Item; asJSON(t, after) != asJSON(t, before) {
			t.Errorf("%q:\n%s\n%s\n%s", says, asJSON(t, before), asJSON(t, after), text(r))
		}
		last := h.events()[h.seq()-1]
		if !strings.HasPrefix(last, "item.undone ") {
			t.Errorf("%q: the journal ends with %s", says, last)
		}
		h.intact()
	}
}

// The press is answered at once by the reply. What that cannot do, take Undo
// away when its time is over, an update does.
func TestUndoLeavesTheMessageWhenItsTimeIsOver(t *testing.T) {
	h := newHouse(t)
	h.tick()
	message := h.last("priya")
	reply := h.presses("priya", "ack CA-1", message.Ref)
	if !reply.Replaces || !hasCommand(reply.Card, "undo") {
		t.Fatalf("the press is answered by %+v", reply)
	}
	pressed := len(h.last("priya").Versions)
	h.now = h.now.Add(9 * time.Minute)
	h.tick()
	if got := h.last("priya"); len(got.Versions) != pressed {
		t.Error("it is drawn again too early")
	}
	h.now = h.now.Add(time.Minute)
	h.tick()
	if got := h.last("priya"); len(got.Versions) != pressed+1 || hasCommand(&got.Card, "undo") || !strings.Contains(got.Card.Text(), "Noted.") {
		t.Errorf("%d versions, now\n%s", len(got.Versions), got.Card.Text())
	}
}

func hasCommand(c *chat.Card, verb string) bool {
	for _, command := range commands(c) {
		if strings.HasPrefix(command, verb) {
			return true
		}
	}
	return false
}
