package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// broadcastName is the group of the tests' broadcast.
const broadcastName = "broadcast/1/1/"

// broadcastRows are a card for each of these accounts, of the people numbered
// from 1 on.
func broadcastRows(platform string, accounts []string) []storage.Delivery {
	now := time.Now()
	rows := make([]storage.Delivery, len(accounts))
	for i, id := range accounts {
		rows[i] = storage.Delivery{Key: fmt.Sprint(broadcastName, i+1), Class: storage.ClassBroadcast, Person: isms.PersonID(i + 1),
			To: chat.Address{Platform: platform, To: id}, NotBefore: now, Created: now, Content: `{"view":"card","card":{"summary":"New policy: locking the screen","blocks":[` +
				`{"is":"text","data":{"Style":1,"Text":"Lock your screen"}},{"is":"text","data":{"Style":0,"Text":"Whoever leaves their desk locks it. It takes two keys and a second."}}]}}`}
	}
	return rows
}

// enqueueBroadcast queues them as a command's background work does.
func enqueueBroadcast(tb testing.TB, db *storage.DB, rows []storage.Delivery) {
	tb.Helper()
	for chunk := range slices.Chunk(rows, storage.MaxChunk) {
		err := db.Tx(context.Background(), func(tx *storage.Tx) error { _, err := tx.EnqueueMany(chunk); return err })
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func accountsOf(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("U%06d", i)
	}
	return out
}

// gated is the whole way out of a broadcast in a bubble: outbox, lanes, adapter,
// and the limit of a platform whose answers take 200 ms.
type gated struct {
	gate *slackfake.Gate // nil for Teams
	db   *storage.DB
	stop func()
}

const gatedLatency = 200 * time.Millisecond

// newGated begins with so many messages queued and the rate that an earlier
// run has learned, 0 for none.
func newGated(t *testing.T, l slackfake.Limit, known float64, messages int) *gated {
	t.Helper()
	g := &gated{gate: slackfake.NewGate(l, gatedLatency)}
	g.open(t, "slack", accountsOf(messages), func(b *bot.Bot) (chat.Messenger, error) {
		s, err := slack.New(slack.Config{Mode: slack.ModeHTTP, BotToken: "xoxb-1-fake-token", SigningSecrets: []string{"s"}, Rate: known, HTTP: &http.Client{Transport: g.gate}}, b)
		if err == nil {
			err = s.Introduce(context.Background())
		}
		return s, err
	})
	return g
}

// open queues a broadcast to the accounts and begins to deliver.
func (g *gated) open(t *testing.T, platform string, accounts []string, adapter func(*bot.Bot) (chat.Messenger, error)) {
	t.Helper()
	dir := t.TempDir()
	if fast, err := os.MkdirTemp("/dev/shm", "ismsbot"); err == nil {
		dir = fast
		t.Cleanup(func() { os.RemoveAll(fast) })
	}
	var err error
	if g.db, err = storage.Open(context.Background(), filepath.Join(dir, "isms.db")); err != nil {
		t.Fatal(err)
	}
	messengers := map[string]chat.Messenger{}
	b, err := bot.New(bot.Config{DB: g.db, Messengers: messengers, Now: time.Now, Cadence: isms.DefaultCadence,
		Organisation: bot.Organisation{Name: "Example", Language: "en", Calendar: isms.Calendar{Zone: time.UTC, To: 24 * 60}}})
	if err != nil {
		t.Fatal(err)
	}
	if messengers[platform], err = adapter(b); err != nil {
		t.Fatal(err)
	}
	enqueueBroadcast(t, g.db, broadcastRows(platform, accounts))
	g.stop = g.deliver(t, b)
}

// deliver sends as serve does until the function it returns is called.
func (g *gated) deliver(t *testing.T, b *bot.Bot) func() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- b.Deliver(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := g.db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// measure prints how many messages passed in the span, beside the most that the
// limit allows, and how many were refused.
func (g *gated) measure(t *testing.T, what string, l slackfake.Limit, span time.Duration, before slackfake.Limited, least, refusable float64) {
	t.Helper()
	start := g.gate.Limited()
	time.Sleep(span)
	now := g.gate.Limited()
	rate, refused := float64(now.Passed-start.Passed)/span.Seconds(), now.Refused-before.Refused
	share := float64(refused) / float64(now.Passed+now.Refused-before.Passed-before.Refused)
	goal(t, fmt.Sprintf("%s: messages/s, at least %.2f of the limit", what, least), rate, l.PerSecond, rate >= least*l.PerSecond)
	goal(t, what+": share of refused messages, at most", share, refusable, share <= refusable)
	if rate < least*l.PerSecond || share > refusable {
		t.Error("the goal is missed")
	}
}

// Goal 9.
func TestABroadcastGoesAsFastAsAKnownLimitAllows(t *testing.T) {
	span := time.Minute
	if testing.Short() || raceEnabled {
		span = 20 * time.Second
	}
	for what, l := range map[string]slackfake.Limit{
		"5 a second":                       {PerSecond: 5, Burst: 1, Penalty: time.Second},
		"50 a second, pauses of 5 s":       {PerSecond: 50, Burst: 5, Penalty: 5 * time.Second, Strict: true},
		"50 a second, without Retry-After": {PerSecond: 50, Burst: 5, Penalty: time.Second, Silent: true, Strict: true},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGated(t, l, l.PerSecond*0.99, int(l.PerSecond*span.Seconds())+500)
				defer g.stop()
				time.Sleep(time.Second) // the first answer
				g.measure(t, "goal 9, "+what, l, span, slackfake.Limited{}, 0.98, 0.01)
			})
		})
	}
}

// Goal 10: half a minute to find the rate, and a minute in which it is judged;
// what was refused counts from the beginning.
func TestABroadcastFindsALimitThatIsUnknownOrHalved(t *testing.T) {
	for what, l := range map[string]slackfake.Limit{
		"50 a second":                      {PerSecond: 50, Burst: 5, Penalty: time.Second},
		"50 a second, pauses of 5 s":       {PerSecond: 50, Burst: 5, Penalty: 5 * time.Second, Strict: true},
		"50 a second, without Retry-After": {PerSecond: 50, Burst: 5, Penalty: time.Second, Silent: true},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGated(t, l, 0, int(l.PerSecond*150))
				defer g.stop()
				time.Sleep(30 * time.Second)
				g.measure(t, "goal 10, unknown, "+what, l, time.Minute, slackfake.Limited{}, 0.90, 0.02)
				before := g.gate.Limited()
				l.PerSecond /= 2
				g.gate.Set(l)
				time.Sleep(30 * time.Second)
				g.measure(t, "goal 10, halved, "+what, l, time.Minute, before, 0.90, 0.02)
			})
		})
	}
}

// inside calls a handler without a connection, which a bubble cannot have.
type inside struct{ handler http.Handler }

func (in inside) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(gatedLatency / 2)
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	in.handler.ServeHTTP(w, r)
	time.Sleep(gatedLatency / 2)
	return w.Result(), nil
}

// On Teams 50 a second go to one tenant, and none is refused.
func TestABroadcastGoesAsFastAsATenantAllows(t *testing.T) {
	const perSecond = 50
	const span = 20 * time.Second
	o := teamsfake.Options{Limits: true}
	accounts := make([]string, perSecond*int(span.Seconds()))
	for i := range accounts {
		accounts[i] = entra(i)
		o.Users = append(o.Users, teamsfake.User{AAD: accounts[i]})
	}
	fake := teamsfake.New(o) // its listener is outside the bubble, and not used
	defer fake.Close()
	for _, id := range accounts {
		fake.Admit(id)
	}
	synctest.Test(t, func(t *testing.T) {
		var g gated
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		g.open(t, "teams", accounts, func(b *bot.Bot) (chat.Messenger, error) {
			o := fake.Options()
			m, err := teams.New(teams.Config{AppID: o.AppID, TenantID: o.TenantID, Credential: teams.Credential{ClientSecret: o.ClientSecret}, LoginURL: fake.LoginURL(),
				OpenIDMetadataURL: fake.MetadataURL(), ServiceURLs: []string{fake.ServiceURL()}, FormKey: "a key for the forms", Store: teamsStore(g.db),
				HTTP: &http.Client{Transport: inside{fake.Handler()}}}, b)
			if err == nil {
				go m.Run(ctx) // so that it is connected
				time.Sleep(time.Second)
			}
			return m, err
		})
		defer g.stop()
		time.Sleep(5 * time.Second)
		before := fake.Limited().Passed
		time.Sleep(span)
		l := fake.Limited()
		rate := float64(l.Passed-before) / span.Seconds()
		goal(t, "Teams: calls/s, at least 0.95 of the tenant's limit", rate, perSecond, rate >= 0.95*perSecond)
		goal(t, "Teams: refused calls, at most one in a hundred", float64(l.Refused), float64(l.Passed)/100, 100*l.Refused <= l.Passed)
		if rate < 0.95*perSecond || 100*l.Refused > l.Passed {
			t.Error("the goal is missed")
		}
	})
}
