package playground_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
)

type messageView struct {
	Ref     chat.MessageRef
	In      string
	Mine    bool
	Private bool
	Line    string
	File    *struct{ Name, URL string }
	Card    *struct {
		Summary string
		Blocks  []struct {
			Text string
			Rows []struct{ Title, ID, When, Note string }
		}
	}
}

func (m messageView) text() string {
	if m.Card == nil || len(m.Card.Blocks) == 0 {
		return ""
	}
	return m.Card.Blocks[0].Text
}

type statusView struct {
	Now        time.Time
	Travelling bool
	Unread     map[string]int
	Channels   []string
}

// event is one server-sent event.
type event struct{ id, name, data string }

// listener reads a stream of events.
type listener struct {
	t      *testing.T
	events chan event
	stop   context.CancelFunc
	lastID string
}

func (w *world) listen(as, last string) *listener {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+"/api/events?as="+as, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(stop)
	l := &listener{t: w.t, events: make(chan event, 100), stop: stop}
	go func() {
		defer close(l.events)
		defer res.Body.Close()
		var e event
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				l.events <- e
				e = event{}
			}
		}
	}()
	return l
}

// next returns the next event of the name.
func (l *listener) next(name string) event {
	l.t.Helper()
	late := time.After(5 * time.Second)
	for {
		select {
		case e, open := <-l.events:
			if !open {
				l.t.Fatalf("the stream ended before %s", name)
			}
			if e.name == name {
				return e
			}
		case <-late:
			l.t.Fatalf("no event %s", name)
		}
	}
}

func (l *listener) messages() []messageView {
	l.t.Helper()
	e := l.next("messages")
	l.lastID = e.id
	var out []messageView
	if err := json.Unmarshal([]byte(e.data), &out); err != nil {
		l.t.Fatal(err)
	}
	return out
}

// until reads statuses until one is as wanted.
func (l *listener) until(what string, wanted func(statusView) bool) {
	l.t.Helper()
	for {
		var s statusView
		if err := json.Unmarshal([]byte(l.next("status").data), &s); err != nil {
			l.t.Fatal(err)
		}
		if wanted(s) {
			return
		}
	}
}

func TestMessagesArriveAsTheyAreSent(t *testing.T) {
	w := newWorld(t)
	priya, jon := w.listen("priya", ""), w.listen("jon", "")
	priya.next("reset")
	if got := priya.messages(); len(got) != 0 {
		t.Fatalf("at first: %+v", got)
	}
	jon.messages()

	ref := w.send("priya", staffDigest())
	if got := priya.messages(); len(got) != 1 || got[0].Ref != ref || got[0].Card.Summary != staffDigest().Summary {
		t.Fatalf("sent: %+v", got)
	}
	if err := w.Update(t.Context(), address("priya"), ref, line("Noted.")); err != nil {
		t.Fatal(err)
	}
	if got := priya.messages(); len(got) != 1 || got[0].Ref != ref || got[0].text() != "Noted." {
		t.Fatalf("updated: %+v", got)
	}

	w.send("#isms", line("Operations: 4 late"))
	for _, l := range []*listener{priya, jon} {
		if got := l.messages(); len(got) != 1 || got[0].In != "#isms" {
			t.Fatalf("a channel is everybody's, a direct message is not: %+v", got)
		}
	}
}

func TestAStreamGoesOnWhereItBroke(t *testing.T) {
	w := newWorld(t)
	kept := w.send("priya", line("first"))
	changed := w.send("priya", line("second"))
	l := w.listen("priya", "")
	if got := l.messages(); len(got) != 2 {
		t.Fatalf("at first: %+v", got)
	}
	l.stop()
	added := w.send("priya", line("third"))
	if err := w.Update(t.Context(), address("priya"), changed, line("second, changed")); err != nil {
		t.Fatal(err)
	}
	again := w.listen("priya", l.lastID)
	got := again.messages()
	if len(got) != 2 || got[0].Ref != changed || got[1].Ref != added {
		t.Fatalf("only what changed since: %+v", got)
	}
	for _, foreign := range []string{"nonsense", "another-1", strings.TrimRight(l.lastID, "0123456789")} {
		anew := w.listen("priya", foreign)
		anew.next("reset")
		if got := anew.messages(); len(got) != 3 || got[0].Ref != kept {
			t.Errorf("after a restart (%q) everything: %+v", foreign, got)
		}
	}
}

func TestAStreamOutlastsTheServersTimeouts(t *testing.T) {
	w := newWorld(t)
	l := w.listen("priya", "")
	l.messages()
	time.Sleep(900 * time.Millisecond)
	w.send("priya", line("later"))
	if got := l.messages(); len(got) != 1 {
		t.Fatalf("%+v", got)
	}
}

func TestUnreadCounts(t *testing.T) {
	w := newWorld(t)
	read := func(as, in string) {
		if code, text := w.request("/api/read", fields{"as": as, "in": in}, nil); code != http.StatusOK {
			t.Fatalf("%d %s", code, text)
		}
	}
	w.send("jon", line("one"))
	w.send("jon", line("two"))
	w.send("#isms", line("three"))
	l := w.listen("priya", "")
	l.until("Jon's two and the channel", func(s statusView) bool { return s.Unread["jon"] == 2 && s.Unread["#isms"] == 1 })
	read("priya", "#isms")
	read("priya", "jon")
	l.until("the channel is read, Jon's stay his", func(s statusView) bool { return s.Unread["jon"] == 2 && s.Unread["#isms"] == 0 })
	read("jon", "jon")
	l.until("Jon has read", func(s statusView) bool { return len(s.Unread) == 0 })
}

func TestTravel(t *testing.T) {
	w := newWorld(t)
	l := w.listen("priya", "")
	l.messages()
	done := make(chan int)
	go func() {
		defer close(done) // also where the request fails and ends this
		code, _ := w.request("/api/travel", fields{"to": "2026-03-23T09:00:00Z"}, nil)
		done <- code
	}()
	l.until("the clock moves", func(s statusView) bool { return s.Travelling })
	if code, _ := w.request("/api/travel", fields{"to": "2026-03-30T09:00:00Z"}, nil); code != http.StatusConflict {
		t.Errorf("a second journey at once: %d", code)
	}
	if got := l.messages(); len(got) != 1 || got[0].text() != "Nothing is due today." {
		t.Errorf("on arrival: %+v", got)
	}
	l.until("the clock has arrived", func(s statusView) bool {
		return !s.Travelling && s.Now.Equal(time.Date(2026, 3, 23, 9, 0, 0, 0, time.UTC))
	})
	if code := <-done; code != http.StatusOK {
		t.Errorf("status %d", code)
	}
}

func TestOnlyTheNewestMessagesAreKept(t *testing.T) {
	w := newWorld(t)
	first := w.send("priya", line("first"))
	for i := range 500 {
		w.send("priya", line(fmt.Sprint(i)))
	}
	err := w.Update(t.Context(), address("priya"), first, line("late"))
	if chat.AsSendError(err).Outcome != chat.Lost {
		t.Errorf("the oldest is still there: %v", err)
	}
	if got := w.listen("priya", "").messages(); len(got) != 500 || got[499].text() != "499" {
		t.Errorf("%d messages", len(got))
	}
}
