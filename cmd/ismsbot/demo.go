package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"ismsbot/adapters/playground"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/scheduler"
	"ismsbot/storage"
)

func (p *program) demoCommand() *cobra.Command {
	d := &demo{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Shows an example organisation in the browser; no account, no configuration",
		Long: `Serves a local chat with an example organisation: be anybody in it, press the
buttons, type /isms, and jump in time to see what the bot does. It ends on Ctrl-C;
without --db nothing is kept.`,
		Example: "  ismsbot demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := p.logger()
			if err != nil {
				return err
			}
			d.log, d.say = log, func(format string, args ...any) { fmt.Fprintf(p.stdout, format+"\n", args...) }
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&d.listen, "listen", "127.0.0.1:8080", "`ADDRESS` to listen on")
	cmd.Flags().StringVar(&d.path, "db", "", "`FILE` to keep the example in (default a temporary one)")
	cmd.Flags().BoolVar(&d.quiet, "no-browser", false, "do not open the browser")
	return cmd
}

// demo is the playground around an example organisation.
type demo struct {
	listen, path string
	quiet        bool
	log          *slog.Logger
	say          func(format string, args ...any)

	clock  clock
	db     *storage.DB
	bot    *bot.Bot
	ground *playground.Playground
	// turn is held by whoever lets the bot work: the schedule, or a journey.
	turn sync.Mutex
	// first is the instant that stands for "as soon as somebody gets a message".
	first time.Time
	sent  *counter
}

func (d *demo) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", d.listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (%w); end what uses it, or give another address with --listen", d.listen, err)
	}
	defer listener.Close()
	if d.path == "" {
		dir, err := os.MkdirTemp("", "ismsbot-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary directory: %w", err)
		}
		defer os.RemoveAll(dir)
		d.path = filepath.Join(dir, "demo.db")
	}
	if d.db, err = storage.Open(ctx, d.path); err != nil {
		return err
	}
	defer d.db.Close()
	if err := d.build(ctx); err != nil {
		return err
	}
	url := "http://" + listener.Addr().String() + "/"
	d.say("The example organisation is open at %s\nEvery card and form stands on %scards. Press Ctrl-C to end.", url, url)
	if !d.quiet {
		browse(url)
	}
	if err := d.serve(ctx, listener); err != nil {
		return err
	}
	d.say("Ended.")
	return nil
}

// demoMedia is where the example organisation's posters would be fetched by
// Slack and Teams; the playground gets them from its own server.
const demoMedia = "https://isms.harbour.example" + mediaPath

// demoCalendar is the example organisation's: London's working days.
func demoCalendar() (isms.Calendar, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return isms.Calendar{}, err
	}
	holiday, err := isms.Holidays("GB")
	return isms.Calendar{Zone: zone, From: 9 * 60, To: 17 * 60, Working: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, Holiday: holiday}, err
}

// demoVisit is what a visit needs of a working day.
const demoVisit = time.Hour

// demoStart is when the demo opens: now, within working hours that last for a
// while yet, or on the coming working morning. In the evening its people would
// neither have the morning's digests nor get an answer.
func demoStart(cal *isms.Calendar, now time.Time) time.Time {
	if soon := cal.NextOpen(now.Add(demoVisit)); soon.Sub(now) > demoVisit {
		return soon
	}
	return cal.NextOpen(now)
}

// build makes the bot and the playground and fills an empty database.
func (d *demo) build(ctx context.Context) error {
	cal, err := demoCalendar()
	if err != nil {
		return err
	}
	messengers := map[string]chat.Messenger{}
	d.bot, err = bot.New(bot.Config{DB: d.db, Messengers: messengers, Now: d.clock.Now, Log: d.log,
		Organisation: bot.Organisation{Name: "Harbour Ltd", Language: "en", Calendar: cal},
		Media:        demoMedia,
		Cadence:      isms.Cadence{Stages: []int{14, 7, 1, 0}, Repeat: 2, Manager: 2, ISMSManager: 5, TopManagement: 10},
		Channels:     bot.Channels{ISMS: chat.Address{Platform: playground.Platform, To: "#isms"}, Auditors: chat.Address{Platform: playground.Platform, To: "#auditors"}}})
	if err != nil {
		return err
	}
	d.ground, err = playground.New(playground.Config{People: d.people, Now: func() time.Time { return d.bot.Now() }, Travel: d.travel, Stops: d.stops, Commands: d.commands,
		Samples: d.samples, Renderers: renderers(), Channels: []string{"#isms", "#auditors"}, Media: demoMedia, Log: d.log}, d.bot)
	if err != nil {
		return err
	}
	d.sent = &counter{Playground: d.ground}
	messengers[playground.Platform] = d.sent
	start := demoStart(&cal, time.Now())
	empty, err := d.empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		if err := seed(ctx, d.db, d.bot, cal.Opening(cal.Today(start))); err != nil {
			return err
		}
	}
	d.clock.Set(start)
	return d.bot.Recover(ctx)
}

func (d *demo) empty(ctx context.Context) (empty bool, err error) {
	err = d.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.AllPeople()
		empty = len(all) == 0
		return err
	})
	return empty, err
}

func (d *demo) serve(ctx context.Context, l net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	mux := http.NewServeMux()
	mux.Handle(mediaPattern, &media{db: d.db, log: d.log})
	mux.Handle("/", d.ground)
	server := newHTTPServer(d.log, mux)
	server.WriteTimeout = 0 // the stream of messages stays open
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	g.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the playground: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
		defer cancel()
		return server.Shutdown(stop)
	})
	g.Go(func() error {
		return scheduler.Run(ctx, d.log,
			scheduler.Job{Name: "work", Every: time.Second, Wake: d.bot.Wake(), Run: d.work},
			scheduler.Job{Name: "anchor", Every: time.Minute, Run: d.bot.AnchorDaily})
	})
	return g.Wait()
}

// browse opens the page where there is a browser; where there is none, the
// address has been printed.
func browse(url string) {
	name := map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]
	if name == "" {
		name = "xdg-open"
	}
	cmd := exec.Command(name, url)
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
