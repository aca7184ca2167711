package slack_test

import (
	"strings"
	"testing"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

func TestFileIsHandedToThePersonAlone(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("Here it is."), File: &chat.File{Name: "overdue.xlsx", Data: []byte("PK")}}, nil
	})
	must(t)(w.Command("U1PRIYA", "overdue"))
	w.await(t, "the file", func() bool { return len(w.Files()) == 1 })
	f := w.Files()[0]
	if f.Name != "overdue.xlsx" || string(f.Data) != "PK" || f.Channel != "D1PRIYA" {
		t.Errorf("file: %+v", f)
	}
}

func TestPeopleAreListedAndTheirNewsArrive(t *testing.T) {
	w := open(t, nil)
	all, err := w.slack.Members(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]chat.Member{}
	for _, m := range all {
		byID[m.Account.ID] = m
	}
	if len(all) != len(people) || byID["U1PRIYA"].Zone != "Europe/London" || byID["U1PRIYA"].Language != "en-GB" || byID["U1PRIYA"].Email != "priya@example.org" {
		t.Errorf("members: %+v", all)
	}
	for id, outside := range map[string]bool{"U1PRIYA": false, "W3AMY": false, "U4GUEST": true, "U5OUT": true, "U0BOT": true, "USLACKBOT": true} {
		if byID[id].Outside != outside {
			t.Errorf("%s outside: %v", id, byID[id].Outside)
		}
	}
	if !byID["U6GONE"].Gone {
		t.Error("a closed account counts as open")
	}
	jon := people[1]
	jon.Deleted = true
	must(t)(w.UserEvent("user_change", jon))
	if len(w.members) != 1 || !w.members[0].Gone || w.members[0].Account.ID != "U2JON" {
		t.Errorf("news: %+v", w.members)
	}
}

func TestSendCarriesEverythingSlackNeeds(t *testing.T) {
	w := open(t, nil)
	ref := send(t, w, "U1PRIYA", reminder())
	m := w.To("U1PRIYA")[0]
	if m.Delivery != "d-17" || m.Text != "Test the payroll backup, tomorrow" || string(ref) != m.Channel+"/"+m.TS {
		t.Errorf("message: %+v", m)
	}
	for name, want := range map[string]string{"parse": "none", "link_names": "false", "unfurl_links": "false", "unfurl_media": "false"} {
		if m.Options[name] != want {
			t.Errorf("%s is %v", name, m.Options[name])
		}
	}
	found, ok, err := w.slack.Find(t.Context(), chat.Address{Platform: "slack", To: "U1PRIYA"}, "d-17", m.At)
	if err != nil || !ok || found != ref {
		t.Errorf("find: %q %v %v", found, ok, err)
	}
	if _, ok, _ := w.slack.Find(t.Context(), chat.Address{Platform: "slack", To: "U1PRIYA"}, "d-18", m.At); ok {
		t.Error("found what was never sent")
	}
}

func TestIntroduceTellsTheWorkspaceAndTheScopes(t *testing.T) {
	w := open(t, nil)
	if err := w.slack.Introduce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.slack.Scopes(); len(got) != len(slack.Scopes)+len(slack.OptionalScopes) || got[0] != "commands" {
		t.Errorf("scopes: %q", got)
	}
	if got := w.slack.Describe(); got != `Slack workspace "Example" (T0FAKE) as @isms, mode http` {
		t.Errorf("describe: %s", got)
	}
}

func TestAScopeThatIsMissingIsNamedAndAnOptionalOneIsNoFault(t *testing.T) {
	w := open(t, nil)
	w.SetScopes(strings.Join(slack.Scopes, ","))
	facts, err := w.slack.Check(t.Context())
	if err != nil || !strings.Contains(facts[len(facts)-1], "files:read is not granted") {
		t.Errorf("without the optional one: %q, %v", facts, err)
	}
	w.SetScopes(strings.Join(slack.Scopes[1:], ","))
	if _, err := w.slack.Check(t.Context()); err == nil || !strings.Contains(err.Error(), slack.Scopes[0]) {
		t.Errorf("without %s: %v", slack.Scopes[0], err)
	}
}

func TestConfigurationFaultsAreSentences(t *testing.T) {
	for name, c := range map[string]slack.Config{
		"slack.mode":            {BotToken: "xoxb-1", Mode: "carrier pigeon"},
		"slack.bot_token":       {Mode: slack.ModeHTTP, SigningSecrets: []string{"s"}, BotToken: "xoxp-secret"},
		"slack.signing_secrets": {Mode: slack.ModeHTTP, BotToken: "xoxb-1"},
		"slack.app_token":       {Mode: slack.ModeSocket, BotToken: "xoxb-1", AppToken: "xoxb-2"},
		"slack.api_url":         {Mode: slack.ModeHTTP, BotToken: "xoxb-1", SigningSecrets: []string{"s"}, APIURL: "slack.com"},
	} {
		_, err := slack.New(c, chat.HandlerFunc(nil))
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "secret\"") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPauseDoesNotCostSomebodyTheAnswer(t *testing.T) {
	w := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("here")}, nil })
	w.Fail(slackfake.Fault{Method: "chat.postMessage", Status: 429, RetryAfter: "3"})
	must(t)(w.Line("U1PRIYA", "todo"))
	w.await(t, "the answer", func() bool { return len(w.To("U1PRIYA")) == 1 })
}
