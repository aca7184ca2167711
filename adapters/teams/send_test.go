package teams_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

func TestARefusalIsUnderstood(t *testing.T) {
	x := open(t, nil)
	x.send(t, priya, reminder())
	for _, c := range []struct {
		fault teamsfake.Fault
		want  chat.Outcome
		code  string
		after time.Duration
	}{
		{teamsfake.Fault{Status: 403, Code: "Forbidden", SubCode: "MessageWritesBlocked"}, chat.Unreachable, "MessageWritesBlocked", 0},
		{teamsfake.Fault{Status: 403, Code: "ConversationBlockedByUser"}, chat.Unreachable, "ConversationBlockedByUser", 0},
		{teamsfake.Fault{Status: 403, Body: "{}"}, chat.Unreachable, "http_403", 0},
		{teamsfake.Fault{Status: 403, Body: "<html>"}, chat.Retry, "http_403", 0}, // a proxy's page
		{teamsfake.Fault{Status: 404, Body: "<html>"}, chat.Retry, "http_404", 0},
		{teamsfake.Fault{Status: 403, Code: "BotDisabledByAdmin"}, chat.Halted, "BotDisabledByAdmin", 0},
		{teamsfake.Fault{Status: 401, Code: "BotNotRegistered", Times: 2}, chat.Halted, "BotNotRegistered", 0},
		{teamsfake.Fault{Status: 412, Code: "PreconditionFailed"}, chat.Retry, "PreconditionFailed", 2 * time.Second},
		{teamsfake.Fault{Status: 413, Code: "MessageSizeTooBig"}, chat.Rejected, "MessageSizeTooBig", 0},
		{teamsfake.Fault{Status: 400, Code: "BadSyntax"}, chat.Rejected, "BadSyntax", 0},
		{teamsfake.Fault{Status: 502, Body: "<html>"}, chat.Unsure, "http_502", 0},
		{teamsfake.Fault{Status: 504, Accept: true, Body: "<html>"}, chat.Unsure, "http_504", 0},
		{teamsfake.Fault{Status: 500, Code: "ServiceError"}, chat.Unsure, "ServiceError", 0},
		{teamsfake.Fault{Cut: true}, chat.Unsure, "no_answer", 0},
		{teamsfake.Fault{Status: 302, Body: "<html>"}, chat.Halted, "http_302", 0},
		{teamsfake.Fault{Status: 200, Body: "{}"}, chat.Unsure, "no_id", 0},
		{teamsfake.Fault{Status: 200, Body: "<html>"}, chat.Unsure, "no_json", 0},
	} {
		c.fault.Op = "send"
		x.Fail(c.fault)
		_, err := x.teams.Send(t.Context(), to(priya), reminder())
		x.Heal()
		if got := chat.AsSendError(err); err == nil || got.Outcome != c.want || got.Code != c.code || got.RetryAfter < c.after {
			t.Errorf("%+v: %v %v, code %q, after %v", c.fault, err, got.Outcome, got.Code, got.RetryAfter)
		}
		if c.want == chat.Halted && x.teams.Ready() == nil {
			t.Errorf("%+v: it is ready all the same", c.fault)
		}
		if c.want == chat.Retry {
			time.Sleep(c.after)
		}
	}
	x.send(t, jon, reminder())
	if err := x.teams.Ready(); err != nil {
		t.Errorf("a fault is over and ready still says %v", err)
	}
}

func TestALostMessageIsNotUpdated(t *testing.T) {
	x := open(t, nil)
	ref, _ := x.send(t, priya, reminder())
	for _, fault := range []teamsfake.Fault{{Op: "update", Status: 404, Code: "ActivityNotFoundInConversation"}, {Op: "update", Status: 404, Code: "ConversationNotFound"}} {
		x.Fail(fault)
		if err := x.teams.Update(t.Context(), to(priya), ref, reminder()); chat.AsSendError(err).Outcome != chat.Lost {
			t.Errorf("%+v: %v", fault, err)
		}
	}
}

func TestAChannelGetsAThread(t *testing.T) {
	x := open(t, nil)
	ref, m := x.send(t, isms, chat.Card{Summary: "The journal", Blocks: []chat.Block{chat.Text{Text: "The journal on Mon 16 Mar"}}})
	if m.Targeted || !strings.HasPrefix(m.Conversation, isms) {
		t.Errorf("it went to %+v", m)
	}
	if err := x.teams.Update(t.Context(), to(isms), ref, *words("Corrected")); err != nil || x.at(t, ref).Plain() != "Corrected" {
		t.Errorf("%v, it says %q", err, x.at(t, ref).Plain())
	}
	x.Fail(teamsfake.Fault{Op: "create", Status: 404, Code: "ConversationNotFound"})
	if _, err := x.teams.Send(t.Context(), to(isms), reminder()); chat.AsSendError(err).Outcome != chat.Unreachable {
		t.Errorf("a channel that is gone: %v", err)
	}
	x.sound(t)
}

func TestAWrongConfigurationIsRefusedInSentences(t *testing.T) {
	whole := teams.Config{AppID: "22222222-2222-2222-2222-222222222222", TenantID: "11111111-1111-1111-1111-111111111111",
		Credential: teams.Credential{ClientSecret: "s"}, FormKey: strings.Repeat("k", 16), Store: (&tenant{}).store()}
	if _, err := teams.New(whole, chat.HandlerFunc(nil)); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*teams.Config){
		"teams.app_id":              func(c *teams.Config) { c.AppID = "my-bot" },
		"teams.tenant_id":           func(c *teams.Config) { c.TenantID = "contoso.onmicrosoft.com" },
		"teams has 0 credentials":   func(c *teams.Config) { c.Credential = teams.Credential{} },
		"teams has 2 credentials":   func(c *teams.Config) { c.Credential.Federated = "x" },
		"teams.cloud":               func(c *teams.Config) { c.Cloud = "mars" },
		"teams.login_url":           func(c *teams.Config) { c.LoginURL = "login" },
		"teams.openid_metadata_url": func(c *teams.Config) { c.OpenIDMetadataURL = "ftp://x" },
		"teams.service_urls":        func(c *teams.Config) { c.ServiceURLs = []string{"https://user@host/"} },
		"teams.certificate":         func(c *teams.Config) { c.Credential = teams.Credential{Certificate: "no PEM"} },
		"16 characters":             func(c *teams.Config) { c.FormKey = "short" },
		"no store":                  func(c *teams.Config) { c.Store = teams.Store{} },
	} {
		c := whole
		change(&c)
		if _, err := teams.New(c, chat.HandlerFunc(nil)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, credential := range []teams.Credential{{ManagedIdentity: "33333333-2222-2222-2222-222222222222"}, {Federated: "33333333-2222-2222-2222-222222222222"}} {
		c := whole
		c.Credential = credential
		if _, err := teams.New(c, chat.HandlerFunc(nil)); err != nil {
			t.Errorf("%+v: %v", credential, err)
		}
	}
}

func TestNothingIsTakenBeyondWhatCanBeWorkedOn(t *testing.T) {
	gate := make(chan struct{})
	x := open(t, func(chat.Invocation) (chat.Reply, error) { <-gate; return chat.Reply{}, nil })
	var all sync.WaitGroup
	var mu sync.Mutex
	counts := map[int]int{}
	for range 300 {
		all.Go(func() {
			a := x.Activity(priya, "message")
			a["text"] = "todo"
			status, _, err := x.Post(a, x.Token(nil))
			mu.Lock()
			defer mu.Unlock()
			if counts[status]++; err != nil {
				t.Error(err)
			}
			if counts[http.StatusServiceUnavailable] == 1 && status == http.StatusServiceUnavailable {
				close(gate)
			}
		})
	}
	all.Wait()
	if counts[200]+counts[503] != 300 || counts[503] == 0 {
		t.Errorf("answered %v", counts)
	}
}
