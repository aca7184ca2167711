package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// fakeSpeaker is a platform that can be there or away.
type fakeSpeaker struct {
	chat.Messenger
	name  string
	there atomic.Bool
	fails chan error // ends Run
}

func (f *fakeSpeaker) Run(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-f.fails:
		return err
	}
}

func (f *fakeSpeaker) Ready() error {
	if !f.there.Load() {
		return errors.New(f.name + ": away")
	}
	return nil
}

func (f *fakeSpeaker) Connected() bool { return f.there.Load() }

func (f *fakeSpeaker) Describe() string { return "the " + f.name + " of the test" }

// listing is a platform that knows its people.
type listing struct {
	*fakeSpeaker
	asked atomic.Int64
}

func (l *listing) Members(context.Context) ([]chat.Member, error) {
	l.asked.Add(1)
	return nil, l.Ready()
}

// pair is serve with a Slack and a Teams that the test moves, and an empty
// database.
type pair struct {
	*service
	slack *listing
	teams *fakeSpeaker
	mu    sync.Mutex
	log   bytes.Buffer
}

func (p *pair) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *pair) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func newPair(t *testing.T) *pair {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := parse(t, minimal+"server: {listen: '127.0.0.1:0', metrics_listen: ''}\n")
	p := &pair{slack: &listing{fakeSpeaker: &fakeSpeaker{name: "slack", fails: make(chan error, 1)}}, teams: &fakeSpeaker{name: "teams", fails: make(chan error, 1)}}
	p.service = &service{config: c, log: slog.New(slog.NewTextHandler(p, nil)), db: db, metrics: newMetrics(), reached: make(chan struct{}, 1),
		platforms: []*platform{{name: "slack", speaker: p.slack, messenger: p.slack}, {name: "teams", speaker: p.teams, messenger: p.teams}}}
	p.bot, err = c.newBot(db, map[string]chat.Messenger{"slack": p.slack, "teams": p.teams}, time.Now, p.service.log, p.metrics)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// planned tells whether the schedule plans now; the wake-up that has come is taken.
func (p *pair) planned(t *testing.T) (plans, woken bool) {
	t.Helper()
	select {
	case <-p.reached:
		woken = true
	default:
	}
	if err := p.remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p.complete.Load() && p.anyConnected(), woken
}

func TestPlanningWaitsForEveryPlatformButNotLong(t *testing.T) {
	type state struct{ slack, teams bool }
	type step struct {
		after        time.Duration
		now          state
		plans, woken bool
		asked        int64 // how often Slack's people were asked for by then
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"both come", []step{
			{time.Second, state{}, false, false, 0},
			{time.Second, state{slack: true}, false, false, 0},
			{time.Second, state{true, true}, true, true, 1},
			{time.Second, state{teams: true}, true, false, 1}, // away later holds up nobody
			{time.Second, state{}, false, false, 1},           // but somebody must be there
			{time.Second, state{slack: true}, true, false, 1},
		}},
		{"one goes before the other comes", []step{
			{time.Second, state{teams: true}, false, false, 0},
			{time.Second, state{}, false, false, 0},
			{time.Second, state{slack: true}, true, true, 1},
		}},
		{"Slack does not come", []step{
			{time.Minute, state{}, false, false, 0},
			{time.Minute, state{teams: true}, false, false, 0}, // first seen at most a second later
			{58 * time.Second, state{teams: true}, false, false, 0},
			{3 * time.Second, state{teams: true}, true, true, 0},
			{time.Hour, state{true, true}, true, true, 1}, // its people are matched when it comes
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPair(t)
				ctx, stop := context.WithCancel(t.Context())
				var announcing sync.WaitGroup
				announcing.Go(func() { p.announce(ctx) })
				for i, s := range tt.steps {
					p.slack.there.Store(s.now.slack)
					p.teams.there.Store(s.now.teams)
					time.Sleep(s.after)
					plans, woken := p.planned(t)
					if plans != s.plans || woken != s.woken || p.slack.asked.Load() != s.asked {
						t.Errorf("step %d: plans %v, woken %v, asked %d; want %+v", i+1, plans, woken, p.slack.asked.Load(), s)
					}
				}
				stop()
				announcing.Wait()
			})
		})
	}
}

func TestEachPlatformIsAnnouncedWhenItIsConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.teams.there.Store(true)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go p.announce(ctx)
		time.Sleep(time.Second)
		if log := p.logged(); !strings.Contains(log, `msg=connected teams="the teams of the test"`) || strings.Contains(log, "slack=") {
			t.Errorf("logged %s", log)
		}
		p.slack.there.Store(true)
		time.Sleep(time.Second)
		if log := p.logged(); strings.Count(log, "msg=connected") != 2 || !strings.Contains(log, `msg=connected slack="the slack of the test"`) {
			t.Errorf("logged %s", log)
		}
	})
}

func TestReadyListsEachPlatform(t *testing.T) {
	p := newPair(t)
	p.teams.there.Store(true)
	p.looked.Store(true)
	s, _ := running(t, p.server())
	if status, body, _ := ask(t, http.MethodGet, "http://"+s.Addr()+"/readyz"); status != 503 || body != "database: ok\nschedule: ok\nslack: not ready\nteams: ok\n" {
		t.Errorf("%d %q", status, body)
	}
}

func TestAPlatformThatEndsLeavesTheOtherInPeace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.slack.there.Store(true)
		p.teams.there.Store(true)
		ended := map[string]error{}
		speak := func(x *platform) { ended[x.name] = p.speak(t.Context(), x) }
		p.slack.fails <- errors.New("invalid_auth")
		speak(p.platforms[0])
		if ended["slack"] != nil || !strings.Contains(p.logged(), "works no more") || !strings.Contains(p.logged(), "invalid_auth") {
			t.Errorf("%v; logged %s", ended, p.logged())
		}
		if err := p.platforms[0].ready(); err == nil || !p.anyConnected() {
			t.Errorf("Slack is %v, any is ready: %v", err, p.anyConnected())
		}
		if p.announce(t.Context()); !p.complete.Load() {
			t.Error("planning waits for a platform that has ended")
		}
		p.teams.fails <- errors.New("no such tenant")
		if speak(p.platforms[1]); ended["teams"] == nil {
			t.Error("nothing is left, and serve goes on")
		}
	})
}

func TestTheKeyOfFormsIsTheSameAtEveryStart(t *testing.T) {
	p := newPair(t)
	first, err := p.formKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.formKey(t.Context())
	if err != nil || again != first || len(first) < 16 {
		t.Errorf("%q, then %q, %v", first, again, err)
	}
}
