package teams_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

// The people of the tests by their ids in the directory.
const (
	priya = "aaaaaaaa-0000-4000-8000-000000000001"
	jon   = "aaaaaaaa-0000-4000-8000-000000000002"
	lena  = "aaaaaaaa-0000-4000-8000-000000000003" // has not installed the app
	isms  = "19:isms@thread.tacv2"
	board = "19:board@thread.tacv2"
)

// tenant is the adapter at work in a stand-in for Teams.
type tenant struct {
	*teamsfake.Server
	teams *teams.Teams
	log   logged
	front *httptest.Server

	mu      sync.Mutex
	heard   []chat.Invocation
	members []chat.Member
	kept    map[string]string
	refused map[string]int
	answer  func(chat.Invocation) (chat.Reply, error)
}

// open brings a tenant up in which Priya and Jon have the app. change may alter
// the configuration.
func open(t *testing.T, answer func(chat.Invocation) (chat.Reply, error), change ...func(*teams.Config, *teamsfake.Options)) *tenant {
	t.Helper()
	o := teamsfake.Options{
		Users: []teamsfake.User{{AAD: priya, Name: "Priya Nair", Zone: "Europe/Berlin", Locale: "en-IE"}, {AAD: jon, Name: "Jon Reed"}, {AAD: lena, Name: "Lena Vogt"}},
		Channels: []teamsfake.Channel{{ID: isms, Name: "ISMS", Team: "19:team@thread.tacv2", TeamName: "Security"},
			{ID: board, Name: "Board", Team: "19:team@thread.tacv2", TeamName: "Security"}},
	}
	c := teams.Config{FormKey: strings.Repeat("k", 32)}
	for _, f := range change {
		f(&c, &o)
	}
	x := &tenant{Server: teamsfake.New(o), kept: map[string]string{}, refused: map[string]int{}, answer: answer}
	t.Cleanup(x.Close)
	o = x.Options()
	c.AppID, c.TenantID = o.AppID, o.TenantID
	if c.Credential == (teams.Credential{}) {
		c.Credential.ClientSecret = o.ClientSecret
	}
	if c.LoginURL == "" {
		c.LoginURL = x.LoginURL()
	}
	c.OpenIDMetadataURL, c.ServiceURLs, c.GraphURL = x.MetadataURL(), []string{x.ServiceURL()}, strings.TrimSuffix(x.GraphURL(), "/v1.0")
	c.Log = slog.New(slog.NewTextHandler(&x.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c.Metrics.Refused = func(reason string) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.refused[reason]++
	}
	c.Store = x.store()
	var err error
	if x.teams, err = teams.New(c, x); err != nil {
		t.Fatal(err)
	}
	x.front = httptest.NewServer(x.teams)
	t.Cleanup(x.front.Close)
	x.SetBot(x.front.URL + "/api/messages")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- x.teams.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for !x.teams.Connected() {
		time.Sleep(time.Millisecond)
	}
	x.Admit(priya)
	x.Admit(jon)
	return x
}

func (x *tenant) store() teams.Store {
	return teams.Store{
		Load: func(_ context.Context, address string) (string, bool, error) {
			x.mu.Lock()
			defer x.mu.Unlock()
			data, found := x.kept[address]
			return data, found, nil
		},
		Save: func(_ context.Context, address, data string) error {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.kept[address] = data
			return nil
		},
		List: func(_ context.Context, prefix string, limit int) (out []string, _ error) {
			x.mu.Lock()
			defer x.mu.Unlock()
			for address := range x.kept {
				if strings.HasPrefix(address, prefix) {
					out = append(out, address)
				}
			}
			slices.Sort(out)
			return out[:min(len(out), limit)], nil
		},
	}
}

// Handle and MemberChanged make the tenant the bot that the adapter speaks for.
func (x *tenant) Handle(_ context.Context, in chat.Invocation) (chat.Reply, error) {
	x.mu.Lock()
	x.heard = append(x.heard, in)
	answer := x.answer
	x.mu.Unlock()
	if answer == nil {
		return chat.Reply{}, nil
	}
	return answer(in)
}

func (x *tenant) MemberChanged(_ context.Context, m chat.Member) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.members = append(x.members, m)
	return nil
}

func (x *tenant) invocations() []chat.Invocation {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.heard)
}

func (x *tenant) news() []chat.Member {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.members)
}

func (x *tenant) turnedAway() map[string]int {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := map[string]int{}
	for k, v := range x.refused {
		out[k] = v
	}
	return out
}

// only is the one thing that was heard.
func (x *tenant) only(t *testing.T) chat.Invocation {
	t.Helper()
	all := x.invocations()
	if len(all) != 1 {
		t.Fatalf("%d invocations instead of one: %+v", len(all), all)
	}
	return all[0]
}

// sound fails the test where Teams would have refused something.
func (x *tenant) sound(t *testing.T) {
	t.Helper()
	if bad := x.Invalid(); len(bad) > 0 {
		t.Errorf("Teams would refuse %q", bad)
	}
}

func must(t *testing.T) func(teamsfake.Answer, error) teamsfake.Answer {
	return func(a teamsfake.Answer, err error) teamsfake.Answer {
		t.Helper()
		if err != nil || a.Status != http.StatusOK {
			t.Fatalf("status %d: %v", a.Status, err)
		}
		return a
	}
}

func to(address string) chat.Address { return chat.Address{Platform: teams.Platform, To: address} }

func (x *tenant) send(t *testing.T, address string, card chat.Card) (chat.MessageRef, teamsfake.Message) {
	t.Helper()
	ref, err := x.teams.Send(t.Context(), to(address), card)
	if err != nil {
		t.Fatal(err)
	}
	return ref, x.at(t, ref)
}

// at is the message with that reference.
func (x *tenant) at(t *testing.T, ref chat.MessageRef) teamsfake.Message {
	t.Helper()
	i := strings.LastIndexByte(string(ref), '/')
	m, found := x.Message(string(ref[:max(i, 0)]), string(ref[i+1:]))
	if !found {
		t.Fatalf("there is no message %q", ref)
	}
	return m
}

func words(text string) *chat.Card {
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}
}

// reminder is a message to be answered.
func reminder() chat.Card {
	return chat.Card{
		Summary: "Test the payroll backup, tomorrow", Delivery: "d-17",
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: "Good morning Priya."},
			chat.List{Rows: []chat.Row{{Title: "Test restoring the payroll backup", ID: "CA-12", When: "Tue 17 Mar",
				Menu: []chat.Button{{Label: "Stuck…", Command: "stuck CA-12", Form: true}, {Label: "Open", Command: "show CA-12"}}}}},
			chat.Buttons{
				Shown: []chat.Button{{Label: "On it", Command: "ack CA-12"}, {Label: "Done…", Command: "done CA-12", Look: chat.Primary, Form: true}},
				More:  []chat.Button{{Label: "Not mine…", Command: "delegate CA-12", Form: true}},
			},
			chat.Select{Label: "Snooze", Command: "snooze CA-12", Options: []chat.Option{{Label: "1 day", Value: "1d"}, {Label: "3 days", Value: "3d"}}},
		},
	}
}

// logged is what the adapter has written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
