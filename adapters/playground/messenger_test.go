package playground_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
)

func TestSendRefusesWhatCannotBeReached(t *testing.T) {
	w := newWorld(t)
	ref := w.send("priya", line("here"))
	for _, c := range []struct {
		name string
		to   chat.Address
		want chat.Outcome
	}{
		{"somebody who is not there", address("nobody"), chat.Unreachable},
		{"no address", address(""), chat.Unreachable},
		{"an address of another platform", chat.Address{Platform: "slack", To: "priya"}, chat.Unreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Send(t.Context(), c.to, line("x"))
			if got := chat.AsSendError(err).Outcome; err == nil || got != c.want {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	for name, err := range map[string]error{
		"a message that never was":        w.Update(t.Context(), address("priya"), "x", line("y")),
		"a message of other conversation": w.Update(t.Context(), address("jon"), ref, line("y")),
	} {
		if got := chat.AsSendError(err).Outcome; err == nil || got != chat.Lost {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFindLooksTheDeliveryUp(t *testing.T) {
	w := newWorld(t)
	card := line("Due tomorrow")
	card.Delivery = "d-1"
	ref := w.send("priya", card)
	for _, c := range []struct {
		name, to, delivery string
		since              time.Time
		want               bool
	}{
		{"what arrived", "priya", "d-1", w.clock().Add(-time.Minute), true},
		{"another delivery", "priya", "d-2", w.clock().Add(-time.Minute), false},
		{"another conversation", "jon", "d-1", w.clock().Add(-time.Minute), false},
		{"only later ones", "priya", "d-1", w.clock().Add(time.Minute), false},
		{"no delivery", "priya", "", w.clock().Add(-time.Minute), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, found, err := w.Find(t.Context(), address(c.to), c.delivery, c.since)
			if err != nil || found != c.want || found && got != ref {
				t.Errorf("%q %v %v", got, found, err)
			}
		})
	}
}

func TestHostileTextStaysText(t *testing.T) {
	w := newWorld(t)
	title := "<script>alert(1)</script><!channel> <@U1> \u202egnp.exe\u2066\x00\x1b[31m \xff"
	long := strings.Repeat("🧨", 100_000)
	w.send("priya", chat.Card{Summary: title, Blocks: []chat.Block{
		chat.Text{Text: title},
		chat.List{Rows: []chat.Row{{Title: long, ID: title, Menu: []chat.Button{{Label: long, Command: "x", Look: 99}}}}},
	}})
	data := w.listen("priya", "").next("messages").data
	if len(data) > 20_000 {
		t.Errorf("%d bytes", len(data))
	}
	var got []messageView
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	const want = "<script>alert(1)</script><!channel> <@U1> gnp.exe[31m \ufffd"
	if got[0].text() != want || got[0].Card.Summary != want {
		t.Errorf("%q", got[0].text())
	}
	if strings.Contains(data, "<script>") {
		t.Error("the stream holds raw markup")
	}
}

func TestThePageForbidsForeignCode(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/cards"} {
		page := w.get(path)
		for _, bad := range []string{`src="http`, `href="http`, `src="//`, " style=", " onclick=", "<script>"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s contains %s", path, bad)
			}
		}
	}
	res, err := w.server.Client().Get(w.server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	policy := res.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q lacks %s", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
}
