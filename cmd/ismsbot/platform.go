package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/teams"
	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// speaker is what serve needs of every adapter beside its messages.
type speaker interface {
	// Run blocks until ctx ends; an error means that an operator must act.
	Run(ctx context.Context) error
	// Ready says why no work can be done at present, or nil. A fault that only
	// an operator mends stays until something works again.
	Ready() error
	// Connected tells whether there is any use in trying.
	Connected() bool
	// Describe names, in one line, what it is connected to.
	Describe() string
}

// platform is one chat on which the bot speaks.
type platform struct {
	name string // as accounts and addresses carry it
	how  string // how its requests come in, for the log
	speaker
	messenger chat.Messenger
	// patterns are the routes on which it calls us, inbound answers them.
	patterns []string
	inbound  http.Handler

	met   atomic.Bool // it has been connected once
	ended atomic.Pointer[error]
}

// ready is the adapter's answer, or why it works no more.
func (p *platform) ready() error {
	if err := p.ended.Load(); err != nil {
		return *err
	}
	return p.Ready()
}

// connected tells whether there is any use in trying. A fault is none to wait
// for: whether it is mended shows when something goes out.
func (p *platform) connected() bool { return p.ended.Load() == nil && p.Connected() }

// plug makes the platforms that are configured and gives the bot their voices;
// nothing is called yet.
func (s *service) plug(ctx context.Context, messengers map[string]chat.Messenger) error {
	if s.config.Slack != nil {
		rate, err := s.learnedRate(ctx)
		if err != nil {
			return err
		}
		refused, called := s.metrics.Platform("slack")
		sl, err := s.config.newSlack(s.bot, rate, s.log, slack.Metrics{Refused: refused, Called: called})
		if err != nil {
			return err
		}
		p := &platform{name: "slack", how: string(s.config.Slack.Mode), speaker: sl, messenger: sl, inbound: sl}
		if s.config.Slack.Mode == SlackHTTP {
			p.patterns = []string{"POST /slack"}
		}
		s.platforms, s.rate = append(s.platforms, p), sl.Rate
	}
	if s.config.Teams != nil {
		key, err := s.formKey(ctx)
		if err != nil {
			return err
		}
		refused, called := s.metrics.Platform("teams")
		t, err := s.config.newTeams(s.bot, s.db, key, s.log, teams.Metrics{Refused: refused, Called: called})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, &platform{name: "teams", how: s.config.Teams.Cloud, speaker: t, messenger: t, inbound: t,
			patterns: []string{"POST /api/messages", "HEAD /api/messages"}})
	}
	for _, p := range s.platforms {
		messengers[p.name] = p.messenger
	}
	return nil
}

// formKeyKey is where the database keeps what seals open forms in Teams: the
// configuration may hold no secret that could do so.
const formKeyKey = "teams_form_key"

// formKey is made at the first start and stays, so that a form that is open
// during a restart can still be sent.
func (s *service) formKey(ctx context.Context) (key string, err error) {
	err = s.db.Tx(ctx, func(tx *storage.Tx) error {
		if key, err = tx.Meta(formKeyKey); err != nil || key != "" {
			return err
		}
		key = rand.Text()
		return tx.SetMeta(formKeyKey, key)
	})
	return key, err
}

// speak runs a platform. Where it can work no more while another can, serve
// goes on with that one, and /readyz says so.
func (s *service) speak(ctx context.Context, p *platform) error {
	err := p.Run(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	p.ended.Store(&err)
	if !slices.ContainsFunc(s.platforms, func(other *platform) bool { return other.ended.Load() == nil }) {
		return err
	}
	s.log.Error("a platform works no more; mend the cause and start again", "platform", p.name, "error", err)
	return nil
}

// meetWithin is how long planning waits for the other platforms once one is there.
const meetWithin = 2 * time.Minute

// announce says of each platform what it is connected to, once it is, and
// lets the schedule begin when all have been there, or meetWithin after the
// first. A platform that has ended is not waited for.
func (s *service) announce(ctx context.Context) {
	var first time.Time
	for began := time.Now(); ; {
		missing := s.meet()
		if first.IsZero() && s.anyMet() {
			first = time.Now()
		}
		if !s.complete.Load() && !first.IsZero() && (missing == 0 || time.Since(first) >= meetWithin) {
			s.complete.Store(true)
			s.look()
		}
		if missing == 0 || !pause(ctx, pollEvery(time.Since(began))) {
			return
		}
	}
}

// meet notes and logs who has become connected, and counts who has not.
func (s *service) meet() (missing int) {
	for _, p := range s.platforms {
		switch {
		case p.met.Load() || p.ended.Load() != nil:
		case !p.connected():
			missing++
		default:
			p.met.Store(true)
			s.log.Info("connected", p.name, p.Describe(), "database", s.db.Path())
			if s.complete.Load() {
				s.look() // people may be matched there now
			}
		}
	}
	return missing
}

func (s *service) anyMet() bool {
	return slices.ContainsFunc(s.platforms, func(p *platform) bool { return p.met.Load() })
}

// look has the schedule look at what is due now.
func (s *service) look() {
	select {
	case s.reached <- struct{}{}:
	default:
	}
}

// untilConnected waits for the first platform, which at the start may come after
// us; false where ctx ends first.
func (s *service) untilConnected(ctx context.Context) bool {
	for began := time.Now(); !s.anyConnected(); {
		if !pause(ctx, pollEvery(time.Since(began))) {
			return false
		}
	}
	return true
}

func (s *service) anyConnected() bool { return slices.ContainsFunc(s.platforms, (*platform).connected) }

// pollEvery asks often at first and then once a second: a platform may be away
// for days.
func pollEvery(waited time.Duration) time.Duration {
	return min(max(waited/50, 20*time.Millisecond), time.Second)
}

// pause tells whether it ended by itself.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// inbound are the routes on which platforms call us, and fetch posters.
func (s *service) inbound() map[string]http.Handler {
	out := map[string]http.Handler{}
	if s.config.Server.media() != "" {
		out[mediaPattern] = &media{db: s.db, log: s.log}
	}
	for _, p := range s.platforms {
		for _, pattern := range p.patterns {
			out[pattern] = p.inbound
		}
	}
	return out
}

// checks are the parts of /readyz.
func (s *service) checks() []check {
	out := []check{
		{"database", s.db.Ping},
		{"schedule", s.scheduled},
	}
	for _, p := range s.platforms {
		out = append(out, check{p.name, func(context.Context) error { return p.ready() }})
	}
	return out
}

// unconfigured says that there is nobody to speak to, nil where there is.
func (c *Config) unconfigured() error {
	if c.Slack != nil || c.Teams != nil {
		return nil
	}
	return fmt.Errorf("%s: neither slack nor teams is configured, so there is nobody to speak to; \"ismsbot demo\" needs no account", c.Path)
}
