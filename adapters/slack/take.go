package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"ismsbot/bot/chat"
)

const (
	// ackWithin is how long an answer may take and still be the
	// acknowledgement itself; Slack hangs up after three seconds.
	ackWithin = 2500 * time.Millisecond
	// workWithin is how long one invocation may take in all.
	workWithin = 25 * time.Second
)

// outcome is what the handler made of an invocation.
type outcome struct {
	reply chat.Reply
	err   error
}

// delivery is how a request reached us.
type delivery struct {
	id      string // of a command or an interaction, the same in a replay
	room    int    // bytes that the acknowledgement may carry
	lastTry bool   // Slack does not deliver it again
}

func (s *Slack) takeCommand(ctx context.Context, c command, d delivery) (ack, string) {
	r, err := c.request(d.id)
	r.room = d.room
	return s.take(ctx, r, err)
}

func (s *Slack) takeInteraction(ctx context.Context, payload []byte, d delivery) (ack, string) {
	r, err := s.parseInteraction(payload, d.id)
	r.room = d.room
	return s.take(ctx, r, err)
}

// takeEvent takes what the Events API sends. An event whose handling failed is
// not acknowledged, so that Slack sends it again.
func (s *Slack) takeEvent(ctx context.Context, payload []byte, d delivery) (ack, string) {
	e, in, err := parseEvent(payload)
	if err != nil {
		return ack{status: http.StatusBadRequest}, reasonMalformed
	}
	if e.Type == "url_verification" {
		body, err := json.Marshal(map[string]string{"challenge": e.Challenge})
		if err != nil {
			return ack{status: http.StatusBadRequest}, reasonMalformed
		}
		return ack{status: http.StatusOK, body: body}, ""
	}
	if e.Type != "event_callback" {
		return ack{status: http.StatusOK}, ""
	}
	home := s.home.Load()
	if home == nil {
		return ack{status: http.StatusServiceUnavailable}, reasonNotReady
	}
	r, err := e.request(in, home.user)
	r.lastTry = d.lastTry
	if err != nil {
		if !s.ours(home, request{team: e.TeamID, enterprise: e.EnterpriseID, app: e.AppID}) {
			return ack{status: http.StatusForbidden}, reasonInstallation
		}
		return s.takeNews(ctx, in, home)
	}
	return s.take(ctx, r, nil)
}

// takeNews takes what an event tells of people and of the installation.
func (s *Slack) takeNews(ctx context.Context, in inner, home *installation) (ack, string) {
	switch in.Type {
	case "app_uninstalled":
		s.halt("the app was uninstalled from the workspace")
	case "tokens_revoked":
		if len(in.Tokens.Bot) > 0 {
			s.halt("the bot token was revoked")
		}
	case "team_join", "user_change", "user_profile_changed":
		roster, ok := s.handler.(chat.Roster)
		m, known := in.member(home.team)
		if !ok || !known {
			break
		}
		if err := roster.MemberChanged(ctx, m); err != nil {
			return ack{status: http.StatusInternalServerError}, ""
		}
	}
	return ack{status: http.StatusOK}, ""
}

// take lets the handler answer one request and acknowledges it, within the
// time Slack allows whatever happens. Calls to Slack follow the
// acknowledgement.
func (s *Slack) take(ctx context.Context, r request, err error) (ack, string) {
	home := s.home.Load()
	switch {
	case err == errMalformed:
		return ack{status: http.StatusBadRequest}, reasonMalformed
	case home == nil:
		return ack{status: http.StatusServiceUnavailable}, reasonNotReady
	case !s.ours(home, r):
		return ack{status: http.StatusForbidden}, reasonInstallation
	case err != nil:
		return ack{status: http.StatusOK}, ""
	case outsider(home, r):
		return ack{status: outsiderStatus(r)}, reasonOutsider
	case r.expired:
		return s.expiredForm(r), ""
	}
	came := time.Now()
	work, done, ok := s.crew.Begin(ctx, workWithin)
	if !ok {
		return ack{status: http.StatusServiceUnavailable}, reasonBusy
	}
	return s.run(work, done, r, ackWithin-time.Since(came)), ""
}

// run answers within that time; what is left of the work then goes on.
func (s *Slack) run(ctx context.Context, done func(), r request, within time.Duration) ack {
	answered := make(chan outcome, 1)
	go func() { answered <- s.handle(ctx, r) }()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case o := <-answered:
		r.forget(o.reply)
		a, left := s.drawn(r, o)
		if left.empty() {
			done()
			return a
		}
		go func() {
			defer done()
			s.crew.Guard(r.in.ID, func() { s.deliver(ctx, r, left) })
		}()
		return a
	case <-timer.C:
		go func() {
			defer done()
			o := <-answered
			r.forget(o.reply)
			s.crew.Guard(r.in.ID, func() { s.late(ctx, r, o) })
		}()
		return ack{status: http.StatusOK}
	}
}

// drawn is the answer, or the fault that drawing it was.
func (s *Slack) drawn(r request, o outcome) (a ack, left rest) {
	a.status = http.StatusInternalServerError
	defer s.crew.Recover(r.in.ID)
	return s.answer(r, o)
}

// handle asks the handler; a panic in it is a fault like any other.
func (s *Slack) handle(ctx context.Context, r request) (o outcome) {
	in := r.in
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("the handler panicked", "event", in.ID, "stack", string(debug.Stack()))
			o = outcome{err: fmt.Errorf("slack: the handler panicked: %v", p)}
		}
	}()
	files, errs := s.fetch(ctx, r)
	if errs != nil {
		return outcome{reply: chat.Reply{Errors: errs}}
	}
	in.Files = files
	reply, err := s.handler.Handle(ctx, in)
	return outcome{reply, err}
}

// ours tells whether a request is for this installation of this app.
func (s *Slack) ours(home *installation, r request) bool {
	if s.config.AppID != "" && r.app != s.config.AppID {
		return false
	}
	if r.enterprise != "" && home.enterprise != "" && r.enterprise != home.enterprise {
		return false
	}
	return r.team == home.team
}

// outsider tells whether the person belongs to another organisation and takes
// part through a shared channel.
func outsider(home *installation, r request) bool {
	return r.userTeam != "" && r.userTeam != home.team && (home.enterprise == "" || r.userTeam != home.enterprise)
}

// outsiderStatus: an event is acknowledged, or Slack would send it again.
func outsiderStatus(r request) int {
	if r.from == onLine || r.from == onMention || r.from == onOpened {
		return http.StatusOK
	}
	return http.StatusForbidden
}

func (s *Slack) halt(why string) {
	s.log.Error("Slack needs an operator: " + why)
	s.fault.Store(&why)
}
