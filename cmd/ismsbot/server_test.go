package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a server that ends with the test.
func running(t *testing.T, c serverConfig) (s *server, stop func() error) {
	t.Helper()
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s, err := newServer(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return s, stop
}

// onSlack is what answers where Slack calls us.
func onSlack(h http.HandlerFunc) map[string]http.Handler {
	return map[string]http.Handler{"POST /slack": h}
}

func ask(t *testing.T, method, url string) (status int, body string, header http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("x=1"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data), resp.Header
}

func TestRoutes(t *testing.T) {
	slack := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "from Slack") })
	teams := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "from Teams") })
	s, _ := running(t, serverConfig{Inbound: map[string]http.Handler{"POST /slack": slack, "POST /api/messages": teams, "HEAD /api/messages": teams}, MetricsListen: "127.0.0.1:0", Metrics: newMetrics().Handler()})
	without, _ := running(t, serverConfig{})
	main, private, socket := "http://"+s.Addr(), "http://"+s.MetricsAddr(), "http://"+without.Addr()
	tests := []struct {
		name, method, url string
		status            int
		body              string
	}{
		{"the process is healthy", "GET", main + "/healthz", 200, "ok\n"},
		{"nothing to check is ready", "GET", main + "/readyz", 200, ""},
		{"Slack posts", "POST", main + "/slack", 200, "from Slack"},
		{"nobody gets Slack's path", "GET", main + "/slack", 405, "Method Not Allowed\n"},
		{"Teams posts", "POST", main + "/api/messages", 200, "from Teams"},
		{"Teams asks whether we are there", "HEAD", main + "/api/messages", 200, ""},
		{"nobody gets Teams' path", "GET", main + "/api/messages", 405, "Method Not Allowed\n"},
		{"metrics are private", "GET", main + "/metrics", 404, "404 page not found\n"},
		{"the private side has nothing else", "GET", private + "/healthz", 404, "404 page not found\n"},
		{"without HTTP mode there is no path for Slack", "POST", socket + "/slack", 404, "404 page not found\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body, header := ask(t, tt.method, tt.url)
			if status != tt.status || body != tt.body {
				t.Errorf("%d %q, want %d %q", status, body, tt.status, tt.body)
			}
			if len(header.Get("X-Request-Id")) < 16 {
				t.Errorf("request id %q", header.Get("X-Request-Id"))
			}
		})
	}
	if status, body, _ := ask(t, "GET", private+"/metrics"); status != 200 || !strings.Contains(body, "go_goroutines") {
		t.Errorf("metrics: %d %.200s", status, body)
	}
}

func TestReadyNamesEachPartAndLogsOnlyWhatChanges(t *testing.T) {
	var mu sync.Mutex
	fault := errors.New("dial tcp 10.0.0.1: refused")
	var log bytes.Buffer
	s, stop := running(t, serverConfig{
		Log: slog.New(slog.NewTextHandler(&log, nil)),
		Checks: []check{
			{"database", func(context.Context) error { return nil }},
			{"slack", func(context.Context) error { mu.Lock(); defer mu.Unlock(); return fault }},
		},
	})
	for range 3 {
		if status, body, _ := ask(t, "GET", "http://"+s.Addr()+"/readyz"); status != 503 || body != "database: ok\nslack: not ready\n" {
			t.Errorf("%d %q", status, body)
		}
	}
	mu.Lock()
	fault = nil
	mu.Unlock()
	if status, body, _ := ask(t, "GET", "http://"+s.Addr()+"/readyz"); status != 200 || body != "database: ok\nslack: ok\n" {
		t.Errorf("%d %q", status, body)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), "refused") || !strings.Contains(log.String(), "ready again") {
		t.Errorf("logged %d lines:\n%s", n, &log)
	}
}

func TestAPanicIsAnsweredAndTheServerLives(t *testing.T) {
	var log bytes.Buffer
	s, stop := running(t, serverConfig{
		Log:     slog.New(slog.NewTextHandler(&log, nil)),
		Inbound: onSlack(func(http.ResponseWriter, *http.Request) { panic("out of cheese") }),
	})
	for range 2 {
		status, body, header := ask(t, "POST", "http://"+s.Addr()+"/slack")
		if want := "internal error, reference " + header.Get("X-Request-Id") + "\n"; status != 500 || body != want {
			t.Errorf("%d %q", status, body)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "out of cheese") || !strings.Contains(log.String(), "POST /slack") {
		t.Errorf("logged %s", &log)
	}
}

func TestTheRequestLogHoldsNeitherPathNorQueryNorBody(t *testing.T) {
	var log bytes.Buffer
	l, err := newLogger(&log, "text", "debug")
	if err != nil {
		t.Fatal(err)
	}
	s, stop := running(t, serverConfig{Log: l})
	_, _, header := ask(t, "GET", "http://"+s.Addr()+"/healthz?payload=private")
	ask(t, "GET", "http://"+s.Addr()+"/calendar/unguessable")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); strings.Contains(text, "private") || strings.Contains(text, "unguessable") || strings.Contains(text, "x=1") {
		t.Errorf("logged %s", text)
	}
	for _, want := range []string{`route="GET /healthz"`, "status=200", "status=404", "request=" + header.Get("X-Request-Id")} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, &log)
		}
	}
}

func TestAHeaderBeyondTheLimitIsRefused(t *testing.T) {
	s, _ := running(t, serverConfig{})
	conn := dial(t, s.Addr())
	// net/http adds 4 KiB of its own to the limit.
	fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", strings.Repeat("a", maxHeaderBytes+4<<10))
	if line := firstLine(t, conn); !strings.Contains(line, "431") {
		t.Errorf("answered %q", line)
	}
}

// A client that sends a byte now and then must not keep its connection.
func TestSlowlorisIsCutOff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, begin string
		limit       time.Duration
	}{
		{"in the header", "GET /healthz HTTP/1.1\r\n", readHeaderTimeout},
		{"in the body", "POST /slack HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", readTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := running(t, serverConfig{Inbound: onSlack(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					http.Error(w, "too slow", http.StatusRequestTimeout)
				}
			})})
			conn := dial(t, s.Addr())
			_, _ = io.WriteString(conn, tt.begin)
			ended := make(chan struct{})
			go func() { // until the server closes the connection
				defer close(ended)
				_, _ = io.Copy(io.Discard, conn)
			}()
			began := time.Now()
			for {
				select {
				case <-ended:
					if took := time.Since(began); took < tt.limit/2 {
						t.Errorf("cut off after %v already", took)
					}
					return
				case <-time.After(500 * time.Millisecond):
					_, _ = io.WriteString(conn, "a")
				}
				if time.Since(began) > tt.limit+2*time.Second {
					t.Fatal("still connected")
				}
			}
		})
	}
}

func TestStoppingFinishesWhatHasBegun(t *testing.T) {
	begun := make(chan struct{})
	s, stop := running(t, serverConfig{Inbound: onSlack(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		time.Sleep(300 * time.Millisecond)
		if r.Context().Err() != nil {
			t.Error("the request was ended under way")
		}
		_, _ = io.WriteString(w, "done")
	})})
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Post("http://"+s.Addr()+"/slack", "", nil)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		data, _ := io.ReadAll(resp.Body)
		answer <- string(data)
	}()
	<-begun
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := <-answer; got != "done" {
		t.Errorf("answered %q", got)
	}
	if _, err := net.DialTimeout("tcp", s.Addr(), time.Second); err == nil {
		t.Error("still listens")
	}
}

func TestAnAddressThatIsTakenIsSaidAtOnce(t *testing.T) {
	s, _ := running(t, serverConfig{})
	for _, c := range []struct{ main, metrics, key string }{
		{s.Addr(), "", "server.listen"}, {"127.0.0.1:0", s.Addr(), "server.metrics_listen"},
	} {
		_, err := newServer(serverConfig{Listen: c.main, MetricsListen: c.metrics, Metrics: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.HasPrefix(err.Error(), c.key+": cannot listen on "+s.Addr()) {
			t.Errorf("%s: %v", c.key, err)
		}
	}
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func firstLine(t *testing.T, conn net.Conn) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}
