package slack_test

import (
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

func socketMode(c *slack.Config) { c.Mode, c.SigningSecrets = slack.ModeSocket, nil }

func TestSocketModeAnswersLikeHTTP(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Pressed {
			return chat.Reply{Form: extension()}, nil
		}
		if in.Kind == chat.Submitted {
			return chat.Reply{Errors: map[string]string{"reason": "More, please."}}, nil
		}
		card := reminder()
		return chat.Reply{Card: &card}, nil
	}, socketMode)
	a := must(t)(w.Command("U1PRIYA", "todo"))
	if len(a.Shown) != 1 || !strings.Contains(a.Text(), "payroll") {
		t.Fatalf("command: %+v", a)
	}
	a = must(t)(w.Press("U1PRIYA", a.Shown[0], "Done…"))
	if a.View == nil {
		t.Fatalf("press: %+v", a)
	}
	a = must(t)(w.Submit("U1PRIYA", *a.View, map[string]string{"reason": "x"}))
	if a.Errors["reason"] != "More, please." {
		t.Errorf("submit: %+v", a)
	}
	a = must(t)(w.Line("U1PRIYA", "todo"))
	if !strings.Contains(a.Text(), "payroll") {
		t.Errorf("line: %+v", a)
	}
}

func TestSocketModeKeepsTheIDOnRedelivery(t *testing.T) {
	w := open(t, nil, socketMode)
	must(t)(w.Command("U1PRIYA", "ack CA-1"))
	if _, _, err := w.Redeliver(); err != nil {
		t.Fatal(err)
	}
	all := w.invocations()
	if len(all) != 2 || all[0].ID != all[1].ID {
		t.Errorf("ids: %+v", all)
	}
}

func TestSocketModeConnectsAnew(t *testing.T) {
	w := open(t, nil, socketMode)
	before := w.Calls("apps.connections.open")
	if err := w.Refresh(); err != nil {
		t.Fatal(err)
	}
	w.await(t, "a new connection", func() bool {
		return w.Calls("apps.connections.open") > before && w.SocketOpen() && w.slack.Ready() == nil
	})
	must(t)(w.Command("U1PRIYA", "todo"))
	w.only(t)
}

func TestLongAnswerInSocketModeGoesByTheResponseURL(t *testing.T) {
	long := &chat.Card{Summary: "long"}
	for range 12 {
		long.Blocks = append(long.Blocks, chat.Text{Text: strings.Repeat("ü<&", 300)}, chat.Text{Style: chat.Quote, Text: strings.Repeat("<&>", 300)})
	}
	w := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: long}, nil }, socketMode)
	a := must(t)(w.Command("U1PRIYA", "todo"))
	if a.Body != "" || len(a.Shown) != 1 {
		t.Errorf("body of %d bytes, shown %d", len(a.Body), len(a.Shown))
	}
}

func TestUnknownEventInSocketModeIsAcknowledged(t *testing.T) {
	w := open(t, nil, socketMode)
	if _, err := w.Event("U1PRIYA", slackfake.Object{"type": "brand_new_event", "user": "U1PRIYA"}); err != nil {
		t.Error(err)
	}
}

func TestWrongAppTokenEndsRunWithASentence(t *testing.T) {
	fake := slackfake.New(slackfake.Options{})
	defer fake.Close()
	s, err := slack.New(slack.Config{
		Mode: slack.ModeSocket, BotToken: fake.Options().BotToken, AppToken: "xapp-wrong-0123456789", APIURL: fake.APIURL(),
	}, chat.HandlerFunc(nil))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	select {
	case err = <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("Run goes on")
	}
	if err == nil || !strings.Contains(err.Error(), "invalid_auth") || strings.Contains(err.Error(), "xapp-") {
		t.Errorf("Run: %v", err)
	}
}
