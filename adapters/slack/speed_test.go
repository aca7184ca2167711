package slack_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/slack"
	"ismsbot/bot/chat"
)

// maxAllocations of one signed command with a handler that does nothing; the
// bot's own work comes on top of it.
const maxAllocations = 120

const speedSecret = "fake-signing-secret"

// quickBot is an adapter that knows its workspace and answers with one line.
func quickBot(tb testing.TB) *slack.Slack {
	tb.Helper()
	card := words("Nothing is due.")
	s, err := slack.New(slack.Config{
		Mode: slack.ModeHTTP, BotToken: "xoxb-1-secret", SigningSecrets: []string{speedSecret},
		HTTP: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return answer(200, `{"ok":true,"team_id":"T0FAKE","user_id":"U0BOT"}`), nil
		})},
	}, chat.HandlerFunc(func(context.Context, chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: card}, nil }))
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	tb.Cleanup(func() { stop(); <-ended })
	for s.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	return s
}

// still is a response that nobody reads.
type still struct{ header http.Header }

func (s still) Header() http.Header         { return s.header }
func (s still) Write(p []byte) (int, error) { return len(p), nil }
func (s still) WriteHeader(int)             {}

func TestCommandAllocatesLittle(t *testing.T) {
	s := quickBot(t)
	body := []byte(commandBody())
	r := httptest.NewRequest(http.MethodPost, "/slack", nil)
	signFor(r.Header, body)
	r.ContentLength = int64(len(body))
	got := testing.AllocsPerRun(500, func() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.ServeHTTP(still{http.Header{}}, r)
	})
	t.Logf("%.0f allocations", got)
	if got > maxAllocations {
		t.Errorf("%.0f allocations a command, at most %d", got, maxAllocations)
	}
}

func signFor(h http.Header, body []byte) {
	ts := strconv.FormatInt(time.Now().Unix(), 10)
	h.Set("Content-Type", formType)
	h.Set("X-Slack-Request-Timestamp", ts)
	h.Set("X-Slack-Signature", signature(speedSecret, ts, body))
}

// floorBot is the least that any bot does: slack-go's check and parser, and a
// fixed answer.
func floorBot(w http.ResponseWriter, r *http.Request) {
	v, err := slackapi.NewSecretsVerifier(r.Header, speedSecret)
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, _ := io.ReadAll(io.TeeReader(http.MaxBytesReader(w, r.Body, 1<<20), &v))
	if v.Ensure() != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if c, err := slackapi.SlashCommandParse(r); err != nil || c.Command == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"response_type":"ephemeral","text":"Nothing is due."}`)
}

// BenchmarkCommandBesideFloor compares the adapter with the floor, over 64
// connections, in turns of random order so that neither gains by its place.
// It prints both rates and their ratio; the goal with the bot behind is 0.80.
func BenchmarkCommandBesideFloor(b *testing.B) {
	const turns, perTurn = 10, 4000
	servers := []*httptest.Server{httptest.NewServer(quickBot(b)), httptest.NewServer(http.HandlerFunc(floorBot))}
	for _, s := range servers {
		defer s.Close()
	}
	for b.Loop() {
		var took [2]time.Duration
		var latency [2][]time.Duration
		for range turns {
			for _, i := range rand.Perm(2) {
				began := time.Now()
				latency[i] = append(latency[i], load(b, servers[i].URL, perTurn)...)
				took[i] += time.Since(began)
			}
		}
		rate := func(i int) float64 { return turns * perTurn / took[i].Seconds() }
		b.ReportMetric(rate(0), "value/s")
		b.ReportMetric(rate(1), "floor/s")
		b.ReportMetric(rate(0)/rate(1), "ratio")
		b.ReportMetric(float64(p99(latency[0]))/float64(p99(latency[1])), "p99ratio")
	}
}

func p99(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)*99/100]
}

// load sends n commands over 64 connections and returns how long each took.
func load(b *testing.B, url string, n int) []time.Duration {
	const connections = 64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	body := commandBody()
	out := make([][]time.Duration, connections)
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() {
			header := http.Header{}
			signFor(header, []byte(body))
			for range n / connections {
				began := time.Now()
				r, _ := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
				r.Header = header
				resp, err := client.Do(r)
				if err != nil || resp.StatusCode != 200 {
					b.Error(resp, err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				out[c] = append(out[c], time.Since(began))
			}
		})
	}
	wg.Wait()
	return slices.Concat(out...)
}
