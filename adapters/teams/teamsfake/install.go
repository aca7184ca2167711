package teamsfake

import (
	"fmt"
	"net/http"
)

// catalogID is the app's id in the tenant's catalog.
const catalogID = "33333333-3333-3333-3333-333333333333"

// Install adds the app for a person, as they or an admin would in the client:
// the bot hears of it twice, and its endpoint is looked for first.
func (s *Server) Install(aad string) (Answer, error) {
	p, err := s.change(aad, installed)
	if err != nil {
		return Answer{}, err
	}
	if err := s.head(); err != nil {
		return Answer{}, err
	}
	s.mu.Lock()
	install, update := s.activity(p, "", "installationUpdate"), s.activity(p, "", "conversationUpdate")
	s.mu.Unlock()
	first, _, err := s.send(install)
	if err != nil {
		return Answer{}, err
	}
	a, err := s.act(aad, update, nil)
	if first != http.StatusOK {
		a.Status = first
	}
	return a, err
}

// Uninstall removes the app; the bot hears of it and reaches the person no more.
func (s *Server) Uninstall(aad string) (Answer, error) {
	p, err := s.change(aad, removed)
	if err != nil {
		return Answer{}, err
	}
	s.mu.Lock()
	a := s.activity(p, "", "installationUpdate")
	a["action"] = "remove"
	s.mu.Unlock()
	return s.act(aad, a, nil)
}

// Admit gives a person the app silently, as an admin's setup policy does.
func (s *Server) Admit(aad string) {
	if _, err := s.change(aad, installed); err != nil {
		panic(err.Error())
	}
}

// Installed tells whether a person has the app.
func (s *Server) Installed(aad string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[aad]
	return p != nil && p.state == installed
}

func (s *Server) change(aad string, to installation) (*person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[aad]
	if p == nil {
		return nil, fmt.Errorf("teamsfake: there is no person %q", aad)
	}
	p.state = to
	return p, nil
}

// AddToChannel adds the app to the team of a channel, of which the bot hears.
func (s *Server) AddToChannel(channelID string) (Answer, error) {
	return s.membership(channelID, "membersAdded", "teamMemberAdded", false)
}

// RemoveFromChannel removes the app from the team of a channel.
func (s *Server) RemoveFromChannel(channelID string) (Answer, error) {
	return s.membership(channelID, "membersRemoved", "teamMemberRemoved", true)
}

func (s *Server) membership(channelID, list, event string, left bool) (Answer, error) {
	s.mu.Lock()
	c := s.channels[channelID]
	if c == nil || len(s.order) == 0 {
		s.mu.Unlock()
		return Answer{}, fmt.Errorf("teamsfake: there is no channel %q, or nobody in it", channelID)
	}
	for _, other := range s.channels {
		if other.Team == c.Team {
			other.left = left
		}
	}
	by := s.order[0]
	a := s.activity(by, channelID, "conversationUpdate")
	delete(a, "membersAdded")
	a[list] = []any{Object{"id": s.bot()}}
	obj(a["conversation"])["id"] = channelID
	data := obj(a["channelData"])
	data["eventType"], data["settings"] = event, Object{"selectedChannel": Object{"id": channelID}}
	s.mu.Unlock()
	return s.act(by.AAD, a, nil)
}

// head looks for the endpoint as clients do; any answer will do.
func (s *Server) head() error {
	req, err := s.request(http.MethodHead, nil)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("teamsfake: the bot did not answer: %w", err)
	}
	return resp.Body.Close()
}
