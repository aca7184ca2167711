package slackfake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

type kind int

const (
	kindCommand kind = iota
	kindInteraction
	kindEvent
)

// delivery is one request to the bot.
type delivery struct {
	kind    kind
	fields  [][2]string // of a command
	payload Object
	channel string
	view    string // that was submitted
	// As it was sent over HTTP, for a replay.
	body      []byte
	timestamp string
	retry     int
}

// Sign is the signature header for a body at a timestamp.
func (s *Server) Sign(timestamp string, body []byte) string {
	h := hmac.New(sha256.New, []byte(s.o.SigningSecret))
	fmt.Fprintf(h, "v0:%s:%s", timestamp, body)
	return "v0=" + hex.EncodeToString(h.Sum(nil))
}

// act delivers something a person did and waits until it has settled.
func (s *Server) act(user string, on *Message, d delivery) (Answer, error) {
	s.mu.Lock()
	before, seen := s.snapshot(user)
	activity := s.activity
	s.last = d
	s.mu.Unlock()
	status, body, err := s.send(&d)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Status: status, Body: string(body)}
	s.mu.Lock()
	s.last = d
	done, err := s.acknowledged(user, d, body, &a)
	s.mu.Unlock()
	if err != nil {
		return a, err
	}
	if !done && status/100 == 2 {
		s.settle(activity)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observe(user, before, seen, on, &a)
	return a, nil
}

// acknowledged makes of the acknowledgement what Slack shows, and tells
// whether that is all there is to wait for; call with mu held.
func (s *Server) acknowledged(user string, d delivery, body []byte, a *Answer) (bool, error) {
	if len(body) == 0 || a.Status != http.StatusOK {
		return a.Status != http.StatusOK, nil
	}
	var in Object
	if err := json.Unmarshal(body, &in); err != nil {
		return true, fmt.Errorf("slackfake: the acknowledgement is not JSON: %w", err)
	}
	if d.kind == kindCommand {
		text, blocks, code := s.content(args(in))
		if code != "" {
			return true, errors.New("slackfake: the answer to a command is refused: " + s.invalid[len(s.invalid)-1])
		}
		s.whisper(d.channel, user, text, blocks)
		return true, nil
	}
	switch str(in["response_action"]) {
	case "errors":
		a.Errors = map[string]string{}
		for k, v := range obj(in["errors"]) {
			a.Errors[k] = str(v)
		}
		return true, nil
	case "update", "push":
		v, code := s.readView(args(in), "modal")
		if code != "" {
			return true, errors.New("slackfake: the view in an acknowledgement is refused: " + s.invalid[len(s.invalid)-1])
		}
		v.ID, v.User = s.next("V"), user
		s.views[v.ID] = v
	}
	return false, nil
}

// settle waits until something has happened and nothing more does.
func (s *Server) settle(before int) {
	deadline := time.Now().Add(s.o.Patience)
	last, since := before, time.Now()
	for time.Now().Before(deadline) {
		time.Sleep(2 * time.Millisecond)
		s.mu.Lock()
		now := s.activity
		s.mu.Unlock()
		if now != last {
			last, since = now, time.Now()
			deadline = since.Add(s.o.Patience)
		}
		if last != before && time.Since(since) > s.o.Quiet {
			return
		}
	}
}

// snapshot remembers what a person sees; call with mu held.
func (s *Server) snapshot(user string) (messages int, views map[string]string) {
	views = map[string]string{}
	for id, v := range s.views {
		if v.User == user {
			views[id] = v.hash
		}
	}
	return len(s.messages), views
}

func (s *Server) observe(user string, before int, views map[string]string, on *Message, a *Answer) {
	for _, m := range s.messages[before:] {
		if m.To == user && !m.Deleted {
			a.Shown = append(a.Shown, m.copy())
		}
	}
	for id, v := range s.views {
		if v.User == user && views[id] != v.hash {
			c := *v
			a.View = &c
		}
	}
	if on != nil && !on.Deleted {
		c := on.copy()
		a.Message = &c
	}
}

// Replay delivers the last request once more, byte by byte.
func (s *Server) Replay() (status int, body string, err error) {
	s.mu.Lock()
	d := s.last
	s.mu.Unlock()
	out, data, err := s.send(&d)
	return out, string(data), err
}

// Redeliver delivers the last event again as Slack does when it was not
// acknowledged: signed anew and counted.
func (s *Server) Redeliver() (status int, body string, err error) {
	s.mu.Lock()
	s.last.retry++
	s.last.body = nil
	d := s.last
	s.mu.Unlock()
	out, data, err := s.send(&d)
	return out, string(data), err
}

func (s *Server) send(d *delivery) (int, []byte, error) {
	s.mu.Lock()
	to := s.botURL
	s.mu.Unlock()
	if to == "" {
		body, err := s.sendSocket(*d)
		return http.StatusOK, body, err
	}
	media := "application/x-www-form-urlencoded"
	if d.kind == kindEvent {
		media = "application/json"
	}
	if d.body == nil {
		body, err := d.encode()
		if err != nil {
			return 0, nil, err
		}
		d.body, d.timestamp = body, strconv.FormatInt(time.Now().Unix(), 10)
	}
	req, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(d.body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", media)
	req.Header.Set("X-Slack-Request-Timestamp", d.timestamp)
	req.Header.Set("X-Slack-Signature", s.Sign(d.timestamp, d.body))
	if d.retry > 0 {
		req.Header.Set("X-Slack-Retry-Num", itoa(d.retry))
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	client := http.Client{Timeout: 3 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("slackfake: the bot did not answer: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

func (d *delivery) encode() ([]byte, error) {
	switch d.kind {
	case kindCommand:
		var w bytes.Buffer
		for i, f := range d.fields {
			if i > 0 {
				w.WriteByte('&')
			}
			w.WriteString(f[0] + "=" + url.QueryEscape(f[1]))
		}
		return w.Bytes(), nil
	case kindInteraction:
		data, err := json.Marshal(d.payload)
		return []byte("payload=" + url.QueryEscape(string(data))), err
	}
	return json.Marshal(d.payload)
}
