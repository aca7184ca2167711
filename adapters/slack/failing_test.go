package slack_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

func failure(method string, status int) slackfake.Fault {
	return slackfake.Fault{Method: method, Status: status}
}

func TestEveryRefusalHasItsOutcome(t *testing.T) {
	refuse := func(code string) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			return answer(200, `{"ok":false,"error":"`+code+`"}`), nil
		}
	}
	status := func(code int) roundTrip {
		return func(*http.Request) (*http.Response, error) { return answer(code, "<html>"), nil }
	}
	fail := func(err error) roundTrip {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	for name, c := range map[string]struct {
		slack roundTrip
		want  chat.Outcome
		code  string
	}{
		"dead token":            {refuse("token_revoked"), chat.Halted, "token_revoked"},
		"wrong token":           {refuse("invalid_auth"), chat.Halted, "invalid_auth"},
		"scope missing":         {refuse("missing_scope"), chat.Halted, "missing_scope"},
		"closed account":        {refuse("user_disabled"), chat.Unreachable, "user_disabled"},
		"messages switched off": {refuse("messages_tab_disabled"), chat.Unreachable, "messages_tab_disabled"},
		"not in the channel":    {refuse("not_in_channel"), chat.Unreachable, "not_in_channel"},
		"restricted channel":    {refuse("restricted_action_read_only_channel"), chat.Unreachable, "restricted_action_read_only_channel"},
		"bad blocks":            {refuse("invalid_blocks"), chat.Rejected, "invalid_blocks"},
		"a word never seen":     {refuse("brand_new_reason"), chat.Rejected, "brand_new_reason"},
		"message gone":          {refuse("message_not_found"), chat.Lost, "message_not_found"},
		"limit in the body":     {refuse("ratelimited"), chat.Retry, "ratelimited"},
		"limit of messages":     {refuse("message_limit_exceeded"), chat.Retry, "message_limit_exceeded"},
		"half done":             {refuse("fatal_error"), chat.Unsure, "fatal_error"},
		"500":                   {status(500), chat.Unsure, "http_500"},
		"503":                   {status(503), chat.Unsure, "http_503"},
		"a proxy's 403":         {status(403), chat.Halted, "http_403"},
		"a redirect":            {status(302), chat.Halted, "http_302"},
		"connection refused":    {fail(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), chat.Retry, "no_connection"},
		"no such host":          {fail(&net.DNSError{Name: "slack.com", IsNotFound: true}), chat.Retry, "no_connection"},
		"connection reset":      {fail(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), chat.Unsure, "no_answer"},
		"connection ended":      {fail(io.ErrUnexpectedEOF), chat.Unsure, "no_answer"},
		"deadline":              {fail(context.DeadlineExceeded), chat.Unsure, "deadline"},
		"an answer cut off": {func(*http.Request) (*http.Response, error) {
			return answer(200, posted[:20]), nil
		}, chat.Unsure, "no_answer"},
		"an answer without a timestamp": {func(*http.Request) (*http.Response, error) {
			return answer(200, `{"ok":true}`), nil
		}, chat.Unsure, "no_timestamp"},
		"an error that quotes the token": {fail(errors.New("bad token xoxb-1-secret in https://x/?token=xoxb-1-secret")), chat.Unsure, "no_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			s := offline(t, 50, func(r *http.Request) (*http.Response, error) { calls++; return c.slack(r) })
			_, err := s.Send(t.Context(), to("U1"), *words("the text of the message"))
			got := chat.AsSendError(err)
			if got.Outcome != c.want || got.Code != c.code {
				t.Errorf("got %v, want %v (%s)", err, c.want, c.code)
			}
			if got.Outcome == chat.Retry && got.Code != "no_connection" && got.RetryAfter < time.Second {
				t.Errorf("may come again after %v", got.RetryAfter)
			}
			if calls != 1 {
				t.Errorf("%d posts for one attempt", calls)
			}
			for _, secret := range []string{"xoxb", "secret", "text of", "https://"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds %q: %v", secret, err)
				}
			}
		})
	}
}

func TestRefusedConnectionIsCertain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	where := l.Addr().String()
	_ = l.Close()
	for _, url := range []string{"http://" + where + "/api/", "http://no-such-host.invalid/api/"} {
		s, err := slack.New(slack.Config{Mode: slack.ModeHTTP, BotToken: "xoxb-1-secret", SigningSecrets: []string{"s"}, APIURL: url}, chat.HandlerFunc(nil))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Send(t.Context(), to("U1"), *words("x"))
		if f := chat.AsSendError(err); f.Outcome != chat.Retry {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestLostAnswerIsUnsureAndCanBeLookedUp(t *testing.T) {
	w := open(t, nil)
	began := time.Now()
	w.Fail(slackfake.Fault{Method: "chat.postMessage", Accept: true, Cut: true})
	_, err := w.slack.Send(t.Context(), to("U1PRIYA"), reminder())
	if f := chat.AsSendError(err); f.Outcome != chat.Unsure {
		t.Fatalf("got %v", err)
	}
	if w.Calls("chat.postMessage") != 1 {
		t.Errorf("%d posts", w.Calls("chat.postMessage"))
	}
	ref, found, err := w.slack.Find(t.Context(), to("U1PRIYA"), "d-17", began)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if err := w.slack.Update(t.Context(), to("U1PRIYA"), ref, *words("found")); err != nil {
		t.Error(err)
	}
	w.Fail(slackfake.Fault{Method: "chat.postMessage", Delay: time.Second})
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if _, err := w.slack.Send(ctx, to("U2JON"), reminder()); chat.AsSendError(err).Outcome != chat.Unsure {
		t.Errorf("a deadline: %v", err)
	}
}

func TestRunWaitsForTheNetwork(t *testing.T) {
	fake := slackfake.New(slackfake.Options{})
	defer fake.Close()
	fake.Fail(slackfake.Fault{Method: "auth.test", Cut: true})
	o := fake.Options()
	s, err := slack.New(slack.Config{Mode: slack.ModeHTTP, BotToken: o.BotToken, SigningSecrets: []string{"s"}, APIURL: fake.APIURL()}, chat.HandlerFunc(nil))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var ended atomic.Bool
	done := make(chan error, 1)
	go func() { err := s.Run(ctx); ended.Store(true); done <- err }()
	for deadline := time.Now().Add(6 * time.Second); s.Ready() != nil && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if s.Ready() != nil || ended.Load() {
		t.Errorf("not ready after the network came: %v", s.Ready())
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWrongTokenEndsRunWithASentence(t *testing.T) {
	fake := slackfake.New(slackfake.Options{})
	defer fake.Close()
	s, err := slack.New(slack.Config{Mode: slack.ModeHTTP, BotToken: "xoxb-wrong-0123", SigningSecrets: []string{"s"}, APIURL: fake.APIURL()}, chat.HandlerFunc(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "invalid_auth") || strings.Contains(err.Error(), "xoxb") {
		t.Errorf("Run: %v", err)
	}
}

func TestLogsHoldNoSecretsAndNoWords(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("confidential title"), Replaces: true}, nil
	})
	send(t, w, "U1PRIYA", reminder())
	m := w.To("U1PRIYA")[0]
	w.Fail(slackfake.Fault{Method: "response_url", Status: 500, Body: "confidential\x1b[31m"})
	w.Fail(slackfake.Fault{Method: "chat.update", Code: "xoxb-1-leak bad\nlevel=ERROR"})
	must(t)(w.Press("U1PRIYA", m, "On it"))
	log := w.log.String()
	if !strings.Contains(log, "did not get through") {
		t.Errorf("the failure was not logged: %q", log)
	}
	for _, secret := range []string{"xoxb", "confidential", "payroll", w.URL(), "\x1b", "level=ERROR", "Priya", "U1PRIYA"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q: %s", secret, log)
		}
	}
}

func TestPostsShareConnections(t *testing.T) {
	w := open(t, nil, func(c *slack.Config) { c.Rate = 400 })
	before := w.Connections()
	done := make(chan error)
	for i := range 400 {
		go func() {
			_, err := w.slack.Send(t.Context(), to([]string{"U1PRIYA", "U2JON", "W3AMY"}[i%3]), *words("x"))
			done <- err
		}()
	}
	for range 400 {
		<-done
	}
	if opened := w.Connections() - before; opened > 32 {
		t.Errorf("%d connections", opened)
	}
}
