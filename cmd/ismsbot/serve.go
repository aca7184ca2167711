package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"ismsbot/adapters/slack"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/scheduler"
	"ismsbot/storage"
)

func (p *program) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Runs the bot on every platform that is configured",
		Long: `Runs until it is told to stop (SIGTERM or Ctrl-C), and then ends within ten
seconds; what was not sent stays in the outbox. It may start before the network
does: /readyz says when every part is ready.`,
		Example: "  ismsbot serve --config /etc/ismsbot/config.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config(SecretsRequired)
			if err != nil {
				return err
			}
			log, err := p.logger(c.Secrets()...)
			if err != nil {
				return err
			}
			for _, w := range c.Warnings {
				log.Warn(w)
			}
			if c.Slack == nil {
				return fmt.Errorf("%s: slack is not configured, so there is nobody to speak to; \"ismsbot demo\" needs no account", c.Path)
			}
			if err := c.serve(cmd.Context(), log); err != nil {
				return err
			}
			fmt.Fprintln(p.stdout, "Stopped. What was not sent waits in the outbox.")
			return nil
		},
	}
}

// service is a running bot and all that it is connected to.
type service struct {
	config  *Config
	log     *slog.Logger
	db      *storage.DB
	bot     *bot.Bot
	slack   *slack.Slack
	metrics *Metrics
	// reached wakes the schedule when the platform has answered for the first time.
	reached chan struct{}
	// looked is set once the schedule has looked at what is due.
	looked atomic.Bool
	// matched is when people were last matched, strangersLeft who was not found.
	matched       time.Time
	strangersLeft storage.Strangers
	// kept is the rate that stands in the database.
	kept float64
}

func (c *Config) serve(ctx context.Context, log *slog.Logger) error {
	db, err := storage.Open(ctx, c.Storage.DSN)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &service{config: c, log: log, db: db, metrics: newMetrics(), reached: make(chan struct{}, 1)}
	if err := s.connect(ctx); err != nil {
		return err
	}
	listener, err := newServer(s.server())
	if err != nil {
		return err
	}
	if err := s.bot.Recover(ctx); err != nil {
		return err
	}
	log.Info("serving", "database", db.Path(), "schema", storage.Schema, "listen", listener.Addr(), "metrics", listener.MetricsAddr(), "slack", string(c.Slack.Mode))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return listener.Run(ctx) })
	g.Go(func() error { return s.slack.Run(ctx) })
	g.Go(func() error { return scheduler.Run(ctx, log, s.jobs()...) })
	g.Go(func() error { s.announce(ctx); return nil })
	err = g.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return s.keepRate(context.Background())
	}
	return err
}

// connect makes the bot and its platforms; nothing is called yet.
func (s *service) connect(ctx context.Context) error {
	messengers := map[string]chat.Messenger{}
	b, err := s.config.newBot(s.db, messengers, time.Now, s.log, s.metrics)
	if err != nil {
		return err
	}
	rate, err := s.learnedRate(ctx)
	if err != nil {
		return err
	}
	if s.matched, err = s.lastMatch(ctx); err != nil {
		return err
	}
	sl, err := s.config.newSlack(b, rate, s.log, slack.Metrics{
		Refused: func(reason string) { s.metrics.Unproved("slack", reason) },
		Called: func(_, outcome string, _ time.Duration) {
			if outcome != "ok" {
				s.metrics.PlatformError("slack", outcome)
			}
		},
	})
	if err != nil {
		return err
	}
	s.bot, s.slack = b, sl
	messengers["slack"] = sl
	s.metrics.Watch(Gauges{QueueAge: s.queueAge, Database: s.db.Size})
	return nil
}

func (s *service) server() serverConfig {
	var inbound http.Handler
	if s.config.Slack.Mode == SlackHTTP {
		inbound = s.slack
	}
	return serverConfig{Listen: s.config.Server.Listen, MetricsListen: s.config.Server.MetricsListen, Slack: inbound,
		Metrics: s.metrics.Handler(), Log: s.log, Checks: []check{
			{"database", s.db.Ping},
			{"schedule", func(context.Context) error {
				if !s.looked.Load() {
					return errors.New("it has not looked at what is due yet")
				}
				return nil
			}},
			{"slack", func(context.Context) error { return s.slack.Ready() }},
		}}
}

// How often what is not in schedule: happens.
const (
	syncEvery   = 6 * time.Hour
	anchorEvery = 10 * time.Minute
	foundEvery  = time.Minute
	rateEvery   = time.Minute
	tidyEvery   = time.Hour
)

func (s *service) jobs() []scheduler.Job {
	return []scheduler.Job{
		{Name: "remind", Every: s.config.Schedule.RemindEvery, Wake: s.reached, Run: s.remind},
		{Name: "deliver", Every: s.config.Schedule.DeliverEvery, Wake: s.bot.Wake(), Run: func(ctx context.Context) error {
			if !s.untilReady(ctx) {
				return nil // nothing would go through; the rows wait
			}
			return s.bot.Deliver(ctx)
		}},
		{Name: "anchor", Every: anchorEvery, Run: s.bot.AnchorDaily},
		{Name: "found", Every: foundEvery, Run: s.bot.TellFound},
		{Name: "rate", Every: rateEvery, Run: s.keepRate},
		{Name: "tidy", Every: tidyEvery, Run: func(ctx context.Context) error {
			return s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.ForgetSeen(time.Now()) })
		}},
	}
}

// remind plans what is due. People are matched first: somebody who has only
// not been looked up yet must not count as unreachable, or their items would
// go to others. While Slack is away nothing is lost by waiting: what fell due
// comes as one bundle.
func (s *service) remind(ctx context.Context) error {
	defer s.looked.Store(true)
	if s.slack.Ready() != nil {
		return nil
	}
	if err := s.match(ctx); err != nil {
		s.log.Error("match people", "error", err)
	}
	return s.bot.Remind(ctx)
}

// match asks the platforms for their people every few hours, and at once when
// somebody is new who has no account.
func (s *service) match(ctx context.Context) error {
	strangers, err := s.strangers(ctx)
	if err != nil || !s.matched.IsZero() && time.Since(s.matched) < syncEvery && (strangers == s.strangersLeft || strangers.Count == 0) {
		return err
	}
	if err := s.bot.SyncMembers(ctx); err != nil {
		return err
	}
	s.matched = time.Now()
	if s.strangersLeft, err = s.strangers(ctx); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.SetMeta(matchedKey, s.matched.Format(time.RFC3339)) })
}

// matchedKey is where the database keeps when people were last matched: a
// large workspace takes minutes to list, for which a restart shall not wait.
const matchedKey = "slack_matched"

func (s *service) lastMatch(ctx context.Context) (at time.Time, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		text, err := tx.Meta(matchedKey)
		if err == nil && text != "" {
			at, err = time.Parse(time.RFC3339, text)
		}
		return err
	})
	return at, err
}

func (s *service) strangers(ctx context.Context) (out storage.Strangers, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		out, err = tx.Strangers()
		return err
	})
	return out, err
}

// announce says on one line what the bot is connected to, once it is.
func (s *service) announce(ctx context.Context) {
	if s.untilReady(ctx) {
		s.reached <- struct{}{}
		s.log.Info("connected", "slack", s.slack.Describe(), "database", s.db.Path())
	}
}

// untilReady waits for Slack, which at the start may come after us; false
// where ctx ends first.
func (s *service) untilReady(ctx context.Context) bool {
	for s.slack.Ready() != nil {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	return true
}

const rateKey = "slack_rate"

func (s *service) learnedRate(ctx context.Context) (rate float64, err error) {
	err = s.db.View(ctx, func(tx *storage.Tx) error {
		text, err := tx.Meta(rateKey)
		if err == nil && text != "" {
			rate, err = strconv.ParseFloat(text, 64)
		}
		return err
	})
	return rate, err
}

// keepRate remembers how fast the workspace can be written to, so that a
// restart, also after a crash, goes on with it. What is not known yet replaces
// nothing.
func (s *service) keepRate(ctx context.Context) error {
	rate := s.slack.Rate()
	if rate == 0 || rate == s.kept {
		return nil
	}
	err := s.db.Tx(ctx, func(tx *storage.Tx) error {
		return tx.SetMeta(rateKey, strconv.FormatFloat(rate, 'f', 3, 64))
	})
	if err == nil {
		s.kept = rate
	}
	return err
}

func (s *service) queueAge() (age time.Duration) {
	err := s.db.View(context.Background(), func(tx *storage.Tx) (err error) {
		age, err = tx.QueueAge(time.Now())
		return err
	})
	if err != nil {
		s.log.Error("measure the queue", "error", err)
	}
	return age
}
