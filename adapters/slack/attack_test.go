package slack_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// post sends a request that is signed as it should be, unless change undoes it.
func (w *workspace) post(t *testing.T, media, body string, change ...func(*http.Request)) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.bot.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ts := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", media)
	req.Header.Set("X-Slack-Request-Timestamp", ts)
	req.Header.Set("X-Slack-Signature", w.Sign(ts, []byte(body)))
	for _, c := range change {
		c(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data)
}

func commandBody(change ...string) string {
	v := url.Values{
		"team_id": {"T0FAKE"}, "api_app_id": {"A0FAKE"}, "user_id": {"U1PRIYA"}, "channel_id": {"C1"},
		"command": {"/isms"}, "text": {"ack CA-1"}, "response_url": {"https://hooks.slack.com/commands/1"}, "trigger_id": {"1.2"},
	}
	for i := 0; i < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v.Encode()
}

func TestUnprovedRequestsAreOnlyCounted(t *testing.T) {
	w := open(t, nil)
	body := commandBody()
	for name, change := range map[string]func(*http.Request){
		"no signature":   func(r *http.Request) { r.Header.Del("X-Slack-Signature") },
		"another secret": func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("ab", 32)) },
		"a changed byte": func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(body, "CA-1", "CA-2", 1)))
		},
		"an old timestamp": func(r *http.Request) {
			old := strconv.FormatInt(time.Now().Unix()-301, 10)
			r.Header.Set("X-Slack-Request-Timestamp", old)
			r.Header.Set("X-Slack-Signature", w.Sign(old, []byte(body)))
		},
		"two signatures": func(r *http.Request) { r.Header.Add("X-Slack-Signature", r.Header.Get("X-Slack-Signature")) },
		"a token only": func(r *http.Request) {
			r.Header.Del("X-Slack-Signature")
			r.Header.Set("Authorization", "Bearer legacy")
		},
	} {
		if status, answer := w.post(t, formType, body, change); status != http.StatusUnauthorized || answer != "" {
			t.Errorf("%s: %d %q", name, status, answer)
		}
	}
	if len(w.invocations()) != 0 || w.log.String() != "" {
		t.Errorf("heard %v, logged %q", w.invocations(), w.log.String())
	}
	if len(w.refused) != 6 {
		t.Errorf("counted %v", w.refused)
	}
}

func TestRequestsOfAnotherShapeAreRefused(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(commandBody()))
	_ = z.Close()
	press := `{"type":"block_actions","team":{"id":"T0FAKE"},"api_app_id":"A0FAKE","user":{"id":"U1PRIYA"},"actions":[{"value":"ack CA-1"}]}`
	w := open(t, nil)
	for _, c := range []struct {
		name, media, body string
		change            func(*http.Request)
		want              int
	}{
		{"the payload in the query", formType, "", func(r *http.Request) { r.URL.RawQuery = "payload=" + url.QueryEscape(press) }, 400},
		{"a command in the query", formType, "", func(r *http.Request) { r.URL.RawQuery = commandBody() }, 400},
		{"a key twice", formType, commandBody() + "&user_id=U2JON", nil, 400},
		{"a key twice in disguise", formType, commandBody() + "&user%5Fid=U2JON", nil, 400},
		{"a command and a payload", formType, commandBody() + "&payload=" + url.QueryEscape(press), nil, 400},
		{"JSON sent as a form", formType, press, nil, 400},
		{"a form sent as JSON", jsonType, commandBody(), nil, 400},
		{"another content type", "text/plain", commandBody(), nil, 415},
		{"no content type", "", commandBody(), nil, 415},
		{"gzip", formType, zipped.String(), func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, 415},
		{"GET", formType, "", func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"2 MiB", formType, "text=" + strings.Repeat("x", 2<<20), nil, 413},
		{"2 MiB in chunks", formType, "text=" + strings.Repeat("x", 2<<20), func(r *http.Request) { r.ContentLength = -1 }, 413},
		{"broken escapes", formType, commandBody() + "&payload=%zz", nil, 400},
		{"an interaction without a person", formType, "payload=" + url.QueryEscape(`{"type":"block_actions"}`), nil, 400},
		{"an event without an id", jsonType, `{"type":"event_callback","team_id":"T0FAKE","api_app_id":"A0FAKE","event":{"type":"message"}}`, nil, 400},
		{"deep JSON", jsonType, strings.Repeat("[", 100_000), nil, 400},
		{"another workspace", formType, commandBody("team_id", "TOTHER"), nil, 403},
		{"another app", formType, commandBody("api_app_id", "AOTHER"), nil, 403},
		{"an outsider's press", formType, "payload=" + url.QueryEscape(strings.Replace(press, `"id":"U1PRIYA"`, `"id":"U5OUT","team_id":"TOTHER"`, 1)), nil, 403},
	} {
		var change []func(*http.Request)
		if c.change != nil {
			change = append(change, c.change)
		}
		if status, _ := w.post(t, c.media, c.body, change...); status != c.want {
			t.Errorf("%s: %d instead of %d", c.name, status, c.want)
		}
	}
	if len(w.invocations()) != 0 {
		t.Errorf("heard %+v", w.invocations())
	}
}

func TestQueryNeverCounts(t *testing.T) {
	w := open(t, nil)
	status, _ := w.post(t, formType, commandBody(), func(r *http.Request) { r.URL.RawQuery = "user_id=U2JON&text=approve&payload=x" })
	if in := w.only(t); status != 200 || in.From.ID != "U1PRIYA" || in.Text != "ack CA-1" {
		t.Errorf("%d %+v", status, in)
	}
}

func TestChallengeIsEchoedOnlyWhenSigned(t *testing.T) {
	w := open(t, nil)
	body := `{"type":"url_verification","token":"x","challenge":"3eZbrw1aB"}`
	if status, answer := w.post(t, jsonType, body); status != 200 || answer != `{"challenge":"3eZbrw1aB"}` {
		t.Errorf("signed: %d %q", status, answer)
	}
	if status, answer := w.post(t, jsonType, body, func(r *http.Request) { r.Header.Del("X-Slack-Signature") }); status != 401 || answer != "" {
		t.Errorf("unsigned: %d %q", status, answer)
	}
}

func TestBeforeTheWorkspaceIsKnownNothingIsTaken(t *testing.T) {
	w := open(t, nil)
	o := w.Options()
	idle, err := slack.New(slack.Config{
		Mode: slack.ModeHTTP, BotToken: o.BotToken, SigningSecrets: []string{o.SigningSecret}, APIURL: w.APIURL(),
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	w.SetBot(newServer(t, idle))
	a, err := w.Command("U1PRIYA", "todo")
	if err != nil || a.Status != http.StatusServiceUnavailable || len(w.invocations()) != 0 || idle.Ready() == nil {
		t.Errorf("%d %v", a.Status, err)
	}
}

func TestOurOwnAndOtherBotsMessagesAreDropped(t *testing.T) {
	w := open(t, nil)
	for name, e := range map[string]slackfake.Object{
		"our own":            {"type": "message", "channel_type": "im", "user": "U0BOT", "text": "todo", "channel": "D1PRIYA"},
		"a bot's":            {"type": "message", "channel_type": "im", "user": "U1PRIYA", "bot_id": "B1", "text": "todo", "channel": "D1PRIYA"},
		"an edit":            {"type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D1PRIYA"},
		"Slackbot's":         {"type": "message", "channel_type": "im", "user": "USLACKBOT", "text": "todo", "channel": "D1PRIYA"},
		"a channel's":        {"type": "message", "channel_type": "channel", "user": "U1PRIYA", "text": "todo", "channel": "C1"},
		"an outsider's":      {"type": "app_mention", "user": "U5OUT", "user_team": "TOTHER", "text": "<@U0BOT> todo", "channel": "C1"},
		"the messages tab's": {"type": "app_home_opened", "user": "U1PRIYA", "tab": "messages", "channel": "D1PRIYA"},
	} {
		a, err := w.Event("U1PRIYA", e)
		if err != nil || a.Status != 200 {
			t.Errorf("%s: %d %v", name, a.Status, err)
		}
	}
	if len(w.invocations()) != 0 {
		t.Errorf("heard %+v", w.invocations())
	}
}

func TestResponseURLIsFollowedOnlyToSlack(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("x"), Replaces: true}, nil })
	var reached []string
	trap := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached = append(reached, r.URL.Path) })
	evil := newServer(t, trap)
	for _, to := range []string{
		evil, "http://hooks.slack.com/x", "https://hooks.slack.com.evil/x", "https://hooks.slack.com@127.0.0.1/x", "https://hooks.slack.com:8443/x",
		"https://127.0.0.1/x", "http://169.254.169.254/latest", "file:///etc/passwd", "//hooks.slack.com/x", "https://evilhooks.slack.com.", "gopher://x",
		w.URL() + "0/respond/1", "http://user@" + strings.TrimPrefix(w.URL(), "http://") + "/respond/1",
	} {
		press := fmt.Sprintf(`{"type":"block_actions","team":{"id":"T0FAKE"},"api_app_id":"A0FAKE","user":{"id":"U1PRIYA","team_id":"T0FAKE"},
			"container":{"type":"message","message_ts":"1.2","channel_id":"D1PRIYA"},"response_url":%q,"actions":[{"action_id":"b","value":"ack CA-1"}]}`, to)
		if status, _ := w.post(t, formType, "payload="+url.QueryEscape(press)); status != 200 {
			t.Errorf("%s: %d", to, status)
		}
	}
	w.await(t, "the updates instead", func() bool { return w.Calls("chat.update") >= 10 })
	if len(reached) != 0 || w.Calls("response_url") != 0 {
		t.Errorf("reached %v", reached)
	}
}

func newServer(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var reached int
	elsewhere := newServer(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	api := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
	}))
	s, err := slack.New(slack.Config{Mode: slack.ModeHTTP, BotToken: "xoxb-1-secret", SigningSecrets: []string{"s"}, APIURL: api + "/api/"}, chat.HandlerFunc(nil))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Send(t.Context(), chat.Address{Platform: "slack", To: "U1"}, *words("x"))
	if err == nil || reached != 0 || strings.Contains(err.Error(), "xoxb") {
		t.Errorf("reached %d, %v", reached, err)
	}
}

func TestTooManyAtOnceAreTurnedAwayUnheard(t *testing.T) {
	release := make(chan struct{})
	w := open(t, func(chat.Invocation) (chat.Reply, error) { <-release; return chat.Reply{}, nil })
	statuses := make(chan int, 300)
	for range 300 {
		go func() { s, _ := w.post(t, formType, commandBody()); statuses <- s }()
	}
	var busy int
	for range 300 - 256 {
		if <-statuses == http.StatusServiceUnavailable {
			busy++
		}
	}
	if busy != 300-256 || len(w.invocations()) > 256 {
		t.Errorf("%d turned away, %d heard", busy, len(w.invocations()))
	}
	close(release)
	for range 256 {
		if s := <-statuses; s != 200 {
			t.Errorf("status %d", s)
		}
	}
}

func TestUninstallingIsSeenInReady(t *testing.T) {
	w := open(t, nil)
	must(t)(w.Event("U1PRIYA", slackfake.Object{"type": "app_uninstalled"}))
	if err := w.slack.Ready(); err == nil || !strings.Contains(err.Error(), "uninstalled") {
		t.Errorf("ready: %v", err)
	}
	if !slices.Contains(strings.Fields(w.slack.Describe()), "(T0FAKE)") {
		t.Errorf("describe: %s", w.slack.Describe())
	}
}
