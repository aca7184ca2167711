package playground_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/playground"
	"ismsbot/bot/chat"
)

// world is a playground on a real listener, with a bot that answers as the
// voice guide does and remembers what it was asked.
type world struct {
	*playground.Playground
	t      *testing.T
	server *httptest.Server
	token  string

	mu    sync.Mutex
	now   time.Time
	asked []chat.Invocation
	log   bytes.Buffer
}

func account(id string) chat.Account { return chat.Account{Platform: playground.Platform, ID: id} }

func address(to string) chat.Address { return chat.Address{Platform: playground.Platform, To: to} }

func cast() []playground.Persona {
	return []playground.Persona{
		{Account: account("priya"), Name: "Priya Nair", Role: "IT", Language: "en", Zone: "Europe/London"},
		{Account: account("jon"), Name: "Jon Reed", Role: "Operations", Language: "en", Zone: "Europe/London"},
		{Account: account("amy"), Name: "Amy Park", Role: "Operations", Language: "en", Zone: "America/New_York"},
		{Account: account("lena"), Name: "Lena Vogt", Role: "Operations, manager", Language: "de", Zone: "Europe/Berlin"},
		{Account: account("sam"), Name: "Sam Okoro", Role: "Quality, internal auditor", Language: "en", Zone: "Europe/London"},
		{Account: account("mia"), Name: "Mia Rossi", Role: "Communications", Language: "en", Zone: "Europe/London"},
		{Account: account("grace"), Name: "Grace Adeyemi", Role: "ISMS manager", Language: "en", Zone: "Europe/London"},
		{Account: account("daniel"), Name: "Daniel Cole", Role: "CEO", Language: "en", Zone: "Europe/London"},
	}
}

func newWorld(t *testing.T) *world { return newWorldFor(t, nil) }

// newWorldFor puts another bot into the world; nil is the usual one.
func newWorldFor(t *testing.T, h chat.Handler) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)}
	if h == nil {
		h = chat.HandlerFunc(w.handle)
	}
	p, err := playground.New(w.config(), h)
	if err != nil {
		t.Fatal(err)
	}
	w.Playground = p
	w.server = httptest.NewUnstartedServer(p)
	// A server's usual timeouts, shortened: streams and journeys outlast them.
	w.server.Config.ReadTimeout, w.server.Config.WriteTimeout = 400*time.Millisecond, 400*time.Millisecond
	w.server.Config.IdleTimeout = time.Minute
	w.server.Start()
	t.Cleanup(func() {
		w.server.CloseClientConnections()
		w.server.Close()
	})
	w.token = w.pageToken()
	return w
}

func (w *world) config() playground.Config {
	return playground.Config{
		People:   func(context.Context) ([]playground.Persona, error) { return cast(), nil },
		Now:      w.clock,
		Log:      slog.New(slog.NewTextHandler(&w.log, nil)),
		Travel:   w.travel,
		Channels: []string{"#isms"},
		Stops: func(context.Context) ([]playground.Stop, error) {
			now := w.clock()
			return []playground.Stop{
				{Label: "Next reminder", At: now.Add(23 * time.Hour)}, {Label: "A day", At: now.AddDate(0, 0, 1)},
				{Label: "A week", At: now.AddDate(0, 0, 7)}, {Label: "Next audit", At: time.Date(2026, 6, 9, 8, 0, 0, 0, time.UTC)},
			}, nil
		},
		Commands: func(context.Context, chat.Account) []playground.Completion {
			return []playground.Completion{
				{Text: "todo", Hint: "what has your name on it"}, {Text: "overdue", Hint: "what is late, worst first"},
				{Text: "done CA-12", Hint: "Test restoring the payroll backup"}, {Text: "due", Hint: "what comes next"},
				{Text: "report", Hint: "tell of an event or a weakness"}, {Text: "help", Hint: "what you can ask"},
			}
		},
		Samples: samples,
		Renderers: []playground.Renderer{{
			Name: "echo",
			Card: func(c chat.Card) (any, error) { return c, nil },
			Form: func(chat.Form) (any, error) { return nil, errors.New("forms are not drawn here") },
		}},
	}
}

func samples() []playground.Sample {
	var out []playground.Sample
	card := func(name string, c chat.Card) { out = append(out, playground.Sample{Name: name, Card: &c}) }
	form := func(name string, f chat.Form) { out = append(out, playground.Sample{Name: name, Form: &f}) }
	card("Staff digest", staffDigest())
	card("Manager digest", managerDigest())
	card("Overdue list", overdueList())
	card("Extension approval", approval())
	card("Verification refusal", refusal())
	card("Wrong word", wrongWord("overdew"))
	card("Broadcast", broadcast())
	form("Done…", doneForm())
	form("More time…", moreTimeForm())
	return out
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// travel moves in ten steps and sends a reminder on arrival.
func (w *world) travel(ctx context.Context, to time.Time) error {
	step := to.Sub(w.clock()) / 10
	for range 10 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		w.mu.Lock()
		w.now = w.now.Add(step)
		w.mu.Unlock()
	}
	_, err := w.Send(ctx, address("priya"), line("Nothing is due today."))
	return err
}

func (w *world) handle(_ context.Context, in chat.Invocation) (chat.Reply, error) {
	w.mu.Lock()
	w.asked = append(w.asked, in)
	w.mu.Unlock()
	card := func(c chat.Card) (chat.Reply, error) { return chat.Reply{Card: &c}, nil }
	switch {
	case in.Kind == chat.Opened:
		return card(overdueList())
	case in.Kind == chat.Submitted && in.Text == "done CA-12":
		if !strings.Contains(in.Fields["evidence"], " ") {
			return chat.Reply{Errors: map[string]string{"evidence": "One word is little for Sam to go by."}}, nil
		}
		c := line("Done on Mon 16 Mar, 09:12, with 1 link. Sam checks on Tue 16 Jun that it worked.", chat.Button{Label: "Undo", Command: "undo"})
		return chat.Reply{Card: &c, Replaces: true}, nil
	case in.Kind == chat.Submitted && in.Text == "report":
		return card(line("Thank you, that helps."))
	case in.Quoted != nil:
		return chat.Reply{Form: &chat.Form{Title: "Report", Submit: "Tell them", Command: "report", Inputs: []chat.Input{
			{Name: "what", Label: "What did you notice?", Kind: chat.Paragraph, Value: "“" + in.Quoted.Text + "”"}}}}, nil
	case in.Text == "done CA-12":
		f := doneForm()
		return chat.Reply{Form: &f}, nil
	case in.Text == "extend CA-12":
		f := moreTimeForm()
		return chat.Reply{Form: &f}, nil
	case in.Text == "ack CA-12":
		c := line("Noted. I will be quiet about this one until it is due.")
		return chat.Reply{Card: &c, Replaces: true, Note: &c}, nil
	case in.Text == "overdue":
		return card(overdueList())
	case in.Text == "todo":
		return card(staffDigest())
	case in.Text == "overdue file":
		return chat.Reply{File: &chat.File{Name: "overdue.csv", Type: "text/csv", Data: []byte("id\nCA-9\n")}}, nil
	case in.Text == "break":
		return chat.Reply{}, errors.New("the database is gone")
	}
	return card(wrongWord(in.Text))
}

// last returns the newest invocation.
func (w *world) last() chat.Invocation {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asked) == 0 {
		w.t.Fatal("the bot was asked nothing")
	}
	return w.asked[len(w.asked)-1]
}

func (w *world) pageToken() string {
	w.t.Helper()
	page := w.get("/")
	found := regexp.MustCompile(`name="token" content="([A-Z0-9]+)"`).FindStringSubmatch(page)
	if found == nil {
		w.t.Fatalf("the page has no token:\n%s", page)
	}
	return found[1]
}

func (w *world) get(path string) string {
	w.t.Helper()
	res, err := http.Get(w.server.URL + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// answer is what the page gets back.
type answer struct {
	Form *struct {
		ID     string
		Inputs []struct {
			Name         string
			Kind, Accept string
			Options      []struct{ Label, Value string }
		}
	}
	Errors map[string]string
	Home   json.RawMessage
	Posted int
	Error  string
}

type fields map[string]any

// request makes a POST as the page would; change may spoil it.
func (w *world) request(path string, body fields, change func(*http.Request)) (int, string) {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.server.URL+path, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Token", w.token)
	req.Header.Set("Origin", w.server.URL)
	if change != nil {
		change(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(out)
}

func (w *world) post(path string, body fields) answer {
	w.t.Helper()
	if body["id"] == nil {
		body["id"] = "event-0123456789"
	}
	code, text := w.request(path, body, nil)
	var out answer
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		w.t.Fatalf("%s: %d %q: %v", path, code, text, err)
	}
	return out
}

func (w *world) send(to string, card chat.Card) chat.MessageRef {
	w.t.Helper()
	ref, err := w.Send(w.t.Context(), address(to), card)
	if err != nil {
		w.t.Fatal(err)
	}
	return ref
}
