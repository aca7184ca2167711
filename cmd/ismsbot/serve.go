package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

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
			if err := c.unconfigured(); err != nil {
				return err
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
	config    *Config
	log       *slog.Logger
	db        *storage.DB
	bot       *bot.Bot
	platforms []*platform
	metrics   *Metrics
	// reached wakes the schedule when a platform has answered for the first time.
	reached chan struct{}
	// complete is set once planning need not wait for further platforms.
	complete atomic.Bool
	// looked is set once the schedule has looked at what is due.
	looked atomic.Bool
	// tried is set once people were matched for the first time, or could not be.
	tried atomic.Bool
	began time.Time
	// matched is when people were last matched, strangersLeft who was not found.
	matched       time.Time
	strangersLeft storage.Strangers
	// rate is how fast Slack can be written to, nil without Slack; kept is
	// what stands of it in the database.
	rate func() float64
	kept float64
}

func (c *Config) serve(ctx context.Context, log *slog.Logger) error {
	db, err := storage.Open(ctx, c.Storage.DSN)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &service{config: c, log: log, db: db, metrics: newMetrics(), reached: make(chan struct{}, 1), began: time.Now()}
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
	serving := []any{"database", db.Path(), "schema", storage.Schema, "listen", listener.Addr(), "metrics", listener.MetricsAddr()}
	for _, p := range s.platforms {
		serving = append(serving, p.name, p.how)
	}
	log.Info("serving", serving...)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return listener.Run(ctx) })
	for _, p := range s.platforms {
		g.Go(func() error { return s.speak(ctx, p) })
	}
	g.Go(func() error { return scheduler.Run(ctx, log, s.jobs()...) })
	g.Go(func() error { s.announce(ctx); return nil })
	err = g.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return s.keepRate(context.Background())
	}
	return err
}

// connect makes the bot and its platforms; nothing is called yet.
func (s *service) connect(ctx context.Context) (err error) {
	messengers := map[string]chat.Messenger{}
	if s.bot, err = s.config.newBot(s.db, messengers, time.Now, s.log, s.metrics); err != nil {
		return err
	}
	if s.matched, err = s.lastMatch(ctx); err != nil {
		return err
	}
	if err := s.plug(ctx, messengers); err != nil {
		return err
	}
	s.metrics.Watch(Gauges{QueueAge: s.queueAge, Database: s.db.Size})
	return nil
}

func (s *service) server() serverConfig {
	return serverConfig{Listen: s.config.Server.Listen, MetricsListen: s.config.Server.MetricsListen, Inbound: s.inbound(),
		Metrics: s.metrics.Handler(), Log: s.log, Checks: s.checks()}
}

// How often what is not in schedule: happens.
const (
	syncEvery   = 6 * time.Hour
	anchorEvery = 10 * time.Minute
	foundEvery  = time.Minute
	clockEvery  = time.Minute
	spreadEvery = 2 * time.Second
	rateEvery   = time.Minute
	tidyEvery   = time.Hour
)

func (s *service) jobs() []scheduler.Job {
	return []scheduler.Job{
		{Name: "remind", Every: s.config.Schedule.RemindEvery, Wake: s.reached, Run: s.remind},
		{Name: "deliver", Every: s.config.Schedule.DeliverEvery, Wake: s.bot.Wake(), Run: func(ctx context.Context) error {
			if !s.untilConnected(ctx) {
				return nil
			}
			return s.bot.Deliver(ctx)
		}},
		{Name: "spread", Every: spreadEvery, Run: s.bot.Spread},
		{Name: "anchor", Every: anchorEvery, Run: s.bot.AnchorDaily},
		{Name: "clock", Every: clockEvery, Run: s.bot.Clock},
		{Name: "found", Every: foundEvery, Run: s.bot.TellFound},
		{Name: "rate", Every: rateEvery, Run: s.keepRate},
		{Name: "tidy", Every: tidyEvery, Run: func(ctx context.Context) error {
			return s.db.Tx(ctx, func(tx *storage.Tx) error { return tx.ForgetSeen(time.Now()) })
		}},
	}
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
	if s.rate == nil {
		return nil
	}
	rate := s.rate()
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
