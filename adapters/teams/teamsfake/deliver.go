package teamsfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patience is how long Teams waits for the bot.
const patience = 15 * time.Second

// act posts something a person did and waits until it has settled. handle, if
// there, reads the answer to an invoke and tells whether that was all.
func (s *Server) act(aad string, activity Object, handle func(*Answer) bool) (Answer, error) {
	s.mu.Lock()
	before, shown := len(s.messages), s.progress(aad).shown
	s.mu.Unlock()
	status, body, err := s.send(activity)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Status: status, Body: body}
	wait := s.o.Patience
	if handle != nil {
		if handle(&a) {
			return a, nil
		}
		// What there is to see is in the answer; more may follow.
		wait = min(wait, s.o.Quiet)
	}
	if status/100 == 2 {
		s.settle(aad, shown, wait)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Messages = s.since(aad, before)
	return a, nil
}

// progress is all that may concern a person; call with mu held.
func (s *Server) progress(aad string) progress {
	n := s.common
	if p := s.people[aad]; p != nil {
		n.calls += p.progress.calls
		n.shown += p.progress.shown
	}
	return n
}

// settle waits until there is something to see and nothing more comes, though
// not for ever where others keep the bot busy. A bot that only fetches a token
// has not shown anything yet.
func (s *Server) settle(aad string, shown int, wait time.Duration) {
	s.mu.Lock()
	last := s.progress(aad)
	s.mu.Unlock()
	since := time.Now()
	deadline, end := since.Add(wait), since.Add(10*s.o.Patience)
	for time.Now().Before(deadline) && time.Now().Before(end) {
		time.Sleep(2 * time.Millisecond)
		s.mu.Lock()
		now := s.progress(aad)
		s.mu.Unlock()
		if now != last {
			last, since = now, time.Now()
			deadline = since.Add(s.o.Patience)
		}
		if last.shown != shown && time.Since(since) > s.o.Quiet {
			return
		}
	}
}

// send posts an activity with a good token and remembers it for Redeliver.
func (s *Server) send(activity Object) (int, []byte, error) {
	body, err := json.Marshal(activity)
	if err != nil {
		return 0, nil, err
	}
	s.mu.Lock()
	s.last = body
	s.mu.Unlock()
	return s.deliver(body, s.inbound())
}

// Post sends anything to the bot: bytes as they are, the rest as JSON. Without
// a token the request has no Authorization header.
func (s *Server) Post(activity any, token string) (status int, body []byte, err error) {
	data, raw := activity.([]byte)
	if !raw {
		if data, err = json.Marshal(activity); err != nil {
			return 0, nil, err
		}
	}
	return s.deliver(data, token)
}

// Redeliver posts the last activity once more, byte by byte, with a new token.
func (s *Server) Redeliver() (status int, body []byte, err error) {
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last == nil {
		return 0, nil, errors.New("teamsfake: nothing was delivered yet")
	}
	return s.deliver(last, s.Token(nil))
}

func (s *Server) deliver(body []byte, token string) (int, []byte, error) {
	req, err := s.request(http.MethodPost, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("teamsfake: the bot did not answer: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

func (s *Server) request(method string, body []byte) (*http.Request, error) {
	s.mu.Lock()
	to := s.botURL
	s.mu.Unlock()
	if to == "" {
		return nil, errors.New("teamsfake: SetBot was not called")
	}
	req, err := http.NewRequest(method, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)")
	return req, nil
}
