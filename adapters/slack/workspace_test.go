package slack_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

// workspace is a Slack with the adapter beside it.
type workspace struct {
	*slackfake.Server
	slack *slack.Slack
	bot   *httptest.Server
	log   *lockedBuffer

	mu      sync.Mutex
	heard   []chat.Invocation
	members []chat.Member
	refused []string
	reply   func(chat.Invocation) (chat.Reply, error)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var people = []slackfake.User{
	{ID: "U1PRIYA", Name: "Priya Nair", Email: "priya@example.org", TZ: "Europe/London", Locale: "en-GB"},
	{ID: "U2JON", Name: "Jon Reed", Email: "jon@example.org", TZ: "America/New_York", Locale: "en-US"},
	{ID: "W3AMY", Name: "Amy Park", Email: "amy@example.org"},
	{ID: "U4GUEST", Name: "A guest", Restricted: true},
	{ID: "U5OUT", Name: "A stranger", TeamID: "TOTHER", Stranger: true},
	{ID: "U6GONE", Name: "Gone Person", Deleted: true},
	{ID: "U0BOT", Name: "isms", Bot: true},
	{ID: "USLACKBOT", Name: "Slackbot"},
}

// open starts a workspace in which reply answers everything.
func open(t *testing.T, reply func(chat.Invocation) (chat.Reply, error), change ...func(*slack.Config)) *workspace {
	t.Helper()
	w := &workspace{log: &lockedBuffer{}, reply: reply}
	w.Server = slackfake.New(slackfake.Options{Users: people})
	o := w.Options()
	config := slack.Config{
		Mode: slack.ModeHTTP, BotToken: o.BotToken, AppToken: o.AppToken,
		SigningSecrets: []string{"an older secret", o.SigningSecret}, AppID: o.AppID, APIURL: w.APIURL(),
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Metrics: slack.Metrics{Refused: func(reason string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.refused = append(w.refused, reason)
		}},
	}
	for _, c := range change {
		c(&config)
	}
	var err error
	if w.slack, err = slack.New(config, w); err != nil {
		t.Fatal(err)
	}
	w.bot = httptest.NewServer(w.slack)
	if config.Mode == slack.ModeHTTP {
		w.SetBot(w.bot.URL)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.slack.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		w.bot.Close()
		w.Close()
		for _, why := range w.Invalid() {
			t.Errorf("Slack refused what we sent: %s", why)
		}
	})
	w.await(t, "ready", func() bool { return w.slack.Ready() == nil })
	return w
}

func (w *workspace) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s: %v", what, w.slack.Ready())
		}
	}
}

func (w *workspace) Handle(_ context.Context, in chat.Invocation) (chat.Reply, error) {
	w.mu.Lock()
	w.heard = append(w.heard, in)
	w.mu.Unlock()
	if w.reply == nil {
		return chat.Reply{}, nil
	}
	return w.reply(in)
}

func (w *workspace) MemberChanged(_ context.Context, m chat.Member) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members = append(w.members, m)
	return nil
}

func (w *workspace) invocations() []chat.Invocation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]chat.Invocation{}, w.heard...)
}

// only is the one invocation there was.
func (w *workspace) only(t *testing.T) chat.Invocation {
	t.Helper()
	all := w.invocations()
	if len(all) != 1 {
		t.Fatalf("%d invocations: %+v", len(all), all)
	}
	return all[0]
}

func words(s string) *chat.Card {
	return &chat.Card{Summary: s, Blocks: []chat.Block{chat.Text{Text: s}}}
}

// must is for what a person does in a test.
func must(t *testing.T) func(slackfake.Answer, error) slackfake.Answer {
	return func(a slackfake.Answer, err error) slackfake.Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}
