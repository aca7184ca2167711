// Package slack lets the bot speak in one Slack workspace, over HTTP or by
// Socket Mode: it proves who sends a request, turns it into a chat.Invocation,
// and draws cards and forms in Block Kit.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// The two ways by which Slack reaches us.
const (
	ModeHTTP   = "http"
	ModeSocket = "socket"
)

// Config is what a workspace's installation consists of.
type Config struct {
	Mode     string // ModeHTTP or ModeSocket
	BotToken string // xoxb-…
	AppToken string // xapp-…, for Socket Mode
	// SigningSecrets are accepted side by side, so that one can be replaced
	// without a pause. HTTP needs at least one.
	SigningSecrets []string
	AppID          string // checked where it is set
	APIURL         string // empty for Slack's own
	// Rate is the number of messages a second to begin with, as Rate returned
	// it in an earlier run; 0 where nothing is known.
	Rate float64

	Log     *slog.Logger     // nil for none
	HTTP    *http.Client     // nil for our own
	Now     func() time.Time // nil for time.Now
	Metrics Metrics
}

// Metrics are told what happens; each may be nil. Their labels are few and
// fixed words.
type Metrics struct {
	Refused func(reason string)                              // a request was turned away
	Called  func(method, outcome string, took time.Duration) // an API call ended
}

// Slack is one workspace. It is a chat.Messenger, Finder, Uploader and
// Directory, and the http.Handler of POST /slack.
type Slack struct {
	config  Config
	handler chat.Handler
	api     *slackapi.Client
	client  *http.Client
	apiURL  *url.URL
	secrets []*secret
	forms   wire.Seal
	log     *slog.Logger
	now     func() time.Time
	pace    *pacer

	home      atomic.Pointer[installation]
	fault     atomic.Pointer[string] // what an operator must mend
	connected atomic.Bool            // Socket Mode
	envelopes sync.WaitGroup
	crew      *wire.Crew
}

// installation is what Slack says of the bot's token.
type installation struct {
	team, teamName, enterprise, user, userName string
	scopes                                     []string
}

// maxRunning is how many invocations may be at work at once; who finds no room
// within a second is turned away with 503 before anything has happened.
const maxRunning = 256

// New checks the configuration and makes the adapter; Run brings it to life.
// The error is one sentence per fault.
func New(c Config, h chat.Handler) (*Slack, error) {
	if err := check(c, h); err != nil {
		return nil, err
	}
	if c.APIURL == "" {
		c.APIURL = slackapi.APIURL
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	s := &Slack{
		config: c, handler: h, log: c.Log, now: c.Now,
		forms: wire.NewSeal(c.BotToken, "ismsbot form metadata, version 1"),
		pace:  newPacer(c.Rate),
	}
	s.apiURL, _ = url.Parse(c.APIURL)
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.crew = wire.NewCrew(maxRunning, s.log)
	for _, secret := range c.SigningSecrets {
		s.secrets = append(s.secrets, newSecret(secret))
	}
	s.client = wire.NewClient(c.HTTP)
	s.api = slackapi.New(c.BotToken, slackapi.OptionAPIURL(c.APIURL), slackapi.OptionHTTPClient(s.client),
		slackapi.OptionAppLevelToken(c.AppToken))
	return s, nil
}

func check(c Config, h chat.Handler) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if h == nil {
		fault("slack: there is no handler")
	}
	if !strings.HasPrefix(c.BotToken, "xoxb-") && !strings.HasPrefix(c.BotToken, "xoxe.xoxb-") {
		fault("slack.bot_token must be the bot's token, which begins with xoxb-")
	}
	switch c.Mode {
	case ModeHTTP:
		if len(c.SigningSecrets) == 0 {
			fault("slack.signing_secrets is empty: mode http needs at least one, found under Basic Information of the app")
		}
	case ModeSocket:
		if !strings.HasPrefix(c.AppToken, "xapp-") {
			fault("slack.app_token must be an app-level token with connections:write, which begins with xapp-: mode socket needs it")
		}
	default:
		fault("slack.mode is %q: it must be http or socket", c.Mode)
	}
	for i, s := range c.SigningSecrets {
		if strings.TrimSpace(s) == "" {
			fault("slack.signing_secrets: number %d is empty", i+1)
		}
	}
	if u, err := url.Parse(c.APIURL); c.APIURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		fault("slack.api_url must be a whole URL, like https://slack.com/api/")
	}
	return errors.Join(faults...)
}

// Run learns which workspace the token belongs to, trying until the network is
// there, then keeps the Socket Mode connection where that is the mode. It
// blocks until ctx ends and what was begun is finished, and returns nil then;
// an error means that the token does not work.
func (s *Slack) Run(ctx context.Context) error {
	defer s.crew.Finish()
	defer s.envelopes.Wait()
	if err := s.learn(ctx); err != nil {
		return err
	}
	if ctx.Err() == nil && s.config.Mode == ModeSocket {
		return s.listen(ctx)
	}
	<-ctx.Done()
	return nil
}

// learn asks auth.test until it answers.
func (s *Slack) learn(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := s.Introduce(ctx)
		if err == nil {
			return nil
		}
		failed := chat.AsSendError(err)
		if failed.Outcome == chat.Halted {
			return fmt.Errorf("slack: auth.test: %w", err)
		}
		s.log.Warn("Slack does not answer yet", "code", failed.Code, "attempt", attempt)
		if !wire.Sleep(ctx, min(chat.Backoff(attempt, failed.RetryAfter), time.Minute)) {
			return nil
		}
	}
}

// Introduce asks Slack once which workspace and bot the token belongs to. Run
// does so by itself; it is for a check of the configuration alone. The error is
// a *chat.SendError.
func (s *Slack) Introduce(ctx context.Context) error {
	var who *slackapi.AuthTestResponse
	err := s.call(ctx, methodAuthTest, "", func(ctx context.Context) (err error) {
		who, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	s.home.Store(&installation{
		team: who.TeamID, teamName: who.Team, enterprise: who.EnterpriseID,
		user: who.UserID, userName: who.User,
		scopes: strings.FieldsFunc(who.Header.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' }),
	})
	return nil
}

// Scopes are those that the token has, empty where Slack did not say or has
// not answered yet.
func (s *Slack) Scopes() []string {
	if h := s.home.Load(); h != nil {
		return slices.Clone(h.scopes)
	}
	return nil
}

// Ready says why no work can be done at present, or nil.
func (s *Slack) Ready() error {
	switch {
	case s.home.Load() == nil:
		return errors.New("slack: the workspace is not known yet; auth.test has not succeeded")
	case s.fault.Load() != nil:
		return fmt.Errorf("slack: %s", *s.fault.Load())
	case s.config.Mode == ModeSocket && !s.connected.Load():
		return errors.New("slack: the Socket Mode connection is not open")
	}
	return nil
}

// Connected tells whether messages can go out at present: the workspace is
// known and, where that is the mode, the Socket Mode connection is open.
func (s *Slack) Connected() bool {
	return s.home.Load() != nil && (s.config.Mode != ModeSocket || s.connected.Load())
}

// Describe names the workspace, the bot and the mode in one line, for the
// start of the log.
func (s *Slack) Describe() string {
	h := s.home.Load()
	if h == nil {
		return "Slack, mode " + s.config.Mode + ", workspace not known yet"
	}
	return fmt.Sprintf("Slack workspace %q (%s) as @%s, mode %s", readable.Line(h.teamName), h.team, readable.Line(h.userName), s.config.Mode)
}

// Rate is the number of messages a second that the workspace is known to take,
// to be kept for Config.Rate; 0 while Slack has refused none, as then it is not
// known where the limit lies.
func (s *Slack) Rate() float64 { return s.pace.known() }
