package playground

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
)

// messageView is one message as the page's script receives it.
type messageView struct {
	Ref     chat.MessageRef `json:"ref"`
	In      string          `json:"in"`
	Seq     uint64          `json:"seq"`
	At      time.Time       `json:"at"`
	Mine    bool            `json:"mine,omitempty"`    // the reader typed it
	Private bool            `json:"private,omitempty"` // only the reader sees it
	Line    string          `json:"line,omitempty"`
	Card    *cardView       `json:"card,omitempty"`
	File    *fileView       `json:"file,omitempty"`
}

type fileView struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Size int    `json:"size"`
}

func viewOf(m message) messageView {
	v := messageView{
		Ref: m.ref, In: m.in, Seq: m.seq, At: m.at.UTC(), Mine: m.from != "", Private: m.only != "" && m.from == "",
		Line: m.line, Card: m.card,
	}
	if m.file != nil {
		v.File = &fileView{Name: clean(m.file.Name, maxLabel), URL: "/api/file/" + string(m.ref), Size: len(m.file.Data)}
	}
	return v
}

// status is what the page shows beside the messages.
type status struct {
	Now        time.Time      `json:"now"`
	Travelling bool           `json:"travelling"`
	Unread     map[string]int `json:"unread"`
	Channels   []string       `json:"channels"`
}

func (p *Playground) status(account string) status {
	return status{
		Now: p.Now().UTC().Truncate(time.Minute), Travelling: p.travelling.Load(),
		Unread: p.room.unread(account), Channels: p.room.channels(),
	}
}

const (
	// pace is how often the stream looks at the clock, and at most how often
	// it tells of a change.
	pace = 100 * time.Millisecond
	// quiet is after how long a silent stream says that it is alive.
	quiet = 15 * time.Second
	// patience is how long one write may take.
	patience = 30 * time.Second
)

// getEvents streams what one person sees: first everything, or what changed
// since the revision in Last-Event-ID, then each change.
func (p *Playground) getEvents(w http.ResponseWriter, r *http.Request) {
	account := r.URL.Query().Get("as")
	_, known, err := p.persona(r.Context(), account)
	switch {
	case err != nil:
		p.fault(w, "who is there", err)
		return
	case !known:
		http.Error(w, "There is no such person.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	s := &stream{w: w, control: http.NewResponseController(w), epoch: p.room.epoch}
	rev, resumed := s.resume(r.Header.Get("Last-Event-ID"))
	if !resumed {
		s.event("reset", "{}")
	}
	p.stream(r.Context(), s, account, rev)
}

func (p *Playground) stream(ctx context.Context, s *stream, account string, rev uint64) {
	wake, stop := p.room.listen()
	defer stop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var told status
	woken, first, lastWrite := true, true, time.Now()
	for s.err == nil {
		if woken {
			var changed []message
			if changed, rev = p.room.since(account, rev); len(changed) > 0 || first {
				s.messages(changed, rev)
				lastWrite, first = time.Now(), false
			}
		}
		if now := p.status(account); !reflect.DeepEqual(now, told) {
			s.json("status", now)
			told, lastWrite = now, time.Now()
		}
		if time.Since(lastWrite) > quiet {
			s.write(": still here\n\n")
			lastWrite = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-wake:
			woken = true
		default:
			woken = false
		}
	}
}

// stream writes server-sent events and keeps the first error.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	epoch   string
	err     error
}

// resume reads the id of the last event the page saw; known is false where
// the page must begin anew.
func (s *stream) resume(last string) (rev uint64, known bool) {
	epoch, number, _ := strings.Cut(last, "-")
	rev, err := strconv.ParseUint(number, 10, 64)
	if err != nil || epoch != s.epoch {
		return 0, false
	}
	return rev, true
}

func (s *stream) messages(changed []message, rev uint64) {
	views := make([]messageView, len(changed))
	for i, m := range changed {
		views[i] = viewOf(m)
	}
	s.write(fmt.Sprintf("id: %s-%d\n", s.epoch, rev))
	s.json("messages", views)
}

func (s *stream) json(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		s.err = err
		return
	}
	s.event(name, string(data))
}

func (s *stream) event(name, data string) {
	s.write("event: " + name + "\ndata: " + data + "\n\n")
	if s.err == nil {
		s.err = s.control.Flush()
	}
}

func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	// The server's own timeout is meant for short answers. A writer without
	// deadlines (a test's recorder) has nothing to extend.
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	_, s.err = s.w.Write([]byte(text))
}
