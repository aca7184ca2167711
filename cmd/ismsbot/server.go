package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
)

// The limits of the listener: they cost nothing to a platform and bound what a
// stranger who reaches it can hold.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 15 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
	maxConnections    = 1024
	// drainWithin leaves the rest of a stop's ten seconds to the database.
	drainWithin = 8 * time.Second
)

// serverConfig is what is served, and where.
type serverConfig struct {
	Listen        string
	MetricsListen string                  // empty for none
	Inbound       map[string]http.Handler // by pattern: where platforms call us
	Metrics       http.Handler            // GET /metrics
	Checks        []check                 // parts of /readyz
	Log           *slog.Logger
}

// server listens from the moment it is made, and answers once it runs.
type server struct {
	main, metrics   *http.Server
	listen, private net.Listener // private is nil without metrics
}

// newServer opens the listeners, so that an address that is taken is found
// before anything else begins.
func newServer(c serverConfig) (*server, error) {
	s := &server{main: newHTTPServer(c.Log, c.routes())}
	var err error
	if s.listen, err = listen(c.Listen, "server.listen"); err != nil {
		return nil, err
	}
	if c.MetricsListen == "" {
		return s, nil
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", c.Metrics)
	s.metrics = newHTTPServer(c.Log, mux)
	if s.private, err = listen(c.MetricsListen, "server.metrics_listen"); err != nil {
		return nil, errors.Join(err, s.listen.Close())
	}
	return s, nil
}

func (c serverConfig) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") })
	mux.Handle("GET /readyz", &readiness{checks: c.Checks, log: c.Log})
	for pattern, h := range c.Inbound {
		mux.Handle(pattern, h)
	}
	return mux
}

func newHTTPServer(log *slog.Logger, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           watched(log, h),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

func listen(address, key string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot listen on %s (%w); end what uses it, or write another address", key, address, err)
	}
	return netutil.LimitListener(l, maxConnections), nil
}

// Addr is where the bot listens, with the port that was given to it.
func (s *server) Addr() string { return s.listen.Addr().String() }

// MetricsAddr is where the metrics are, empty where there are none.
func (s *server) MetricsAddr() string {
	if s.private == nil {
		return ""
	}
	return s.private.Addr().String()
}

// Run answers until ctx ends; then it takes no more, finishes what it has
// begun and returns within drainWithin.
func (s *server) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(ctx, s.main, s.listen) })
	if s.private != nil {
		g.Go(func() error { return serve(ctx, s.metrics, s.private) })
	}
	return g.Wait()
}

func serve(ctx context.Context, h *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
	defer cancel()
	err := h.Shutdown(drain)
	if err != nil {
		err = errors.Join(fmt.Errorf("finish the requests on %s: %w", l.Addr(), err), h.Close())
	}
	<-failed
	return err
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
