package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/bot/chat"
)

func TestCommandIsAnsweredToTheAskerAlone(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("4 late in your line")}, nil
	})
	a := must(t)(w.Command("U1PRIYA", "/isms  overdue “Operations”\u00a0<@U2JON|jon>  "))
	if len(a.Shown) != 1 || !a.Shown[0].Ephemeral || a.Shown[0].Plain() != "4 late in your line" {
		t.Errorf("shown: %+v", a.Shown)
	}
	in := w.only(t)
	if in.Text != `overdue "Operations" <@U2JON>` || in.Kind != chat.Typed || in.Private || in.From != (chat.Account{Platform: "slack", ID: "U1PRIYA"}) {
		t.Errorf("invocation: %+v", in)
	}
	if in.Where.To != "C0GENERAL" || len(in.ID) != 64 {
		t.Errorf("where %+v, id %q", in.Where, in.ID)
	}
}

func TestReplayHasTheSameID(t *testing.T) {
	w := open(t, nil)
	must(t)(w.Command("U1PRIYA", "ack CA-1"))
	if status, _, err := w.Replay(); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	must(t)(w.Line("U1PRIYA", "ack CA-1"))
	if _, _, err := w.Redeliver(); err != nil {
		t.Fatal(err)
	}
	all := w.invocations()
	if len(all) != 4 || all[0].ID != all[1].ID || all[2].ID != all[3].ID || all[0].ID == all[2].ID {
		t.Errorf("ids: %+v", all)
	}
}

func TestSlowAnswerComesByTheResponseURL(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		time.Sleep(2600 * time.Millisecond)
		return chat.Reply{Card: words("at last")}, nil
	})
	a := must(t)(w.Command("U1PRIYA", "todo"))
	if a.Body != "" || len(a.Shown) != 1 || a.Shown[0].Plain() != "at last" || !a.Shown[0].Ephemeral {
		t.Errorf("got %+v", a)
	}
}

func TestOurFaultIsSaidInWords(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Text == "panic" {
			panic("boom")
		}
		return chat.Reply{}, errors.New("disk full")
	})
	for _, text := range []string{"todo", "panic"} {
		a := must(t)(w.Command("U1PRIYA", text))
		if !strings.Contains(a.Text(), "That did not go through") || strings.Contains(a.Text(), "disk") {
			t.Errorf("%s: %q", text, a.Text())
		}
	}
	a := must(t)(w.Line("U1PRIYA", "todo"))
	if a.Status != 500 {
		t.Errorf("an event that failed was acknowledged with %d", a.Status)
	}
}

func reminder() chat.Card {
	return chat.Card{
		Summary: "Test the payroll backup, tomorrow", Delivery: "d-17",
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: "Good morning Priya."},
			chat.List{Rows: []chat.Row{{Title: "Test restoring the payroll backup", ID: "CA-12", When: "Tue 17 Mar",
				Menu: []chat.Button{{Label: "Stuck…", Command: "stuck CA-12"}}}}},
			chat.Buttons{
				Shown: []chat.Button{{Label: "On it", Command: "ack CA-12"}, {Label: "Done…", Command: "done CA-12", Look: chat.Primary}},
				More:  []chat.Button{{Label: "Not mine…", Command: "delegate CA-12"}},
			},
			chat.Select{Label: "Snooze", Command: "snooze CA-12", Options: []chat.Option{{Label: "1 day", Value: "1d"}, {Label: "3 days", Value: "3d"}}},
		},
	}
}

func send(t *testing.T, w *workspace, to string, card chat.Card) chat.MessageRef {
	t.Helper()
	ref, err := w.slack.Send(t.Context(), chat.Address{Platform: "slack", To: to}, card)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestPressReplacesTheMessageForEverybody(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("Noted · CA-12"), Replaces: true, Note: words("I will be quiet.")}, nil
	})
	ref := send(t, w, "U1PRIYA", reminder())
	m := w.To("U1PRIYA")[0]
	a := must(t)(w.Press("U1PRIYA", m, "On it"))
	if a.Body != "" || a.Message == nil || a.Message.Plain() != "Noted · CA-12" || len(a.Message.Versions) != 2 {
		t.Errorf("message: %+v", a.Message)
	}
	if len(a.Shown) != 1 || !a.Shown[0].Ephemeral || a.Shown[0].Plain() != "I will be quiet." {
		t.Errorf("note: %+v", a.Shown)
	}
	in := w.only(t)
	if in.Kind != chat.Pressed || in.Text != "ack CA-12" || in.Message != ref || !in.Private || in.Where.To != "D1PRIYA" {
		t.Errorf("invocation: %+v", in)
	}
}

func TestMenuAndSelectCarryTheirCommand(t *testing.T) {
	w := open(t, nil)
	send(t, w, "U1PRIYA", reminder())
	m := w.To("U1PRIYA")[0]
	for label, want := range map[string]string{
		"Stuck…": "stuck CA-12", "Not mine…": "delegate CA-12", "3 days": "snooze CA-12 3d", "Done…": "done CA-12",
	} {
		must(t)(w.Press("U2JON", m, label))
		all := w.invocations()
		if got := all[len(all)-1]; got.Text != want || got.From.ID != "U2JON" {
			t.Errorf("%s: %+v", label, got)
		}
	}
}

func TestWhereTheResponseURLFailsTheMessageIsUpdated(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("Noted"), Replaces: true}, nil
	})
	send(t, w, "U1PRIYA", reminder())
	w.Fail(failure("response_url", 500))
	a := must(t)(w.Press("U1PRIYA", w.To("U1PRIYA")[0], "On it"))
	if a.Message.Plain() != "Noted" || w.Calls("chat.update") != 1 {
		t.Errorf("got %q, %d updates", a.Message.Plain(), w.Calls("chat.update"))
	}
	if parse := a.Message.Options["parse"]; parse != "none" {
		t.Errorf("parse is %v", parse)
	}
}

func TestPressOnAnEphemeralMessageHasNoReference(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Typed {
			card := reminder()
			return chat.Reply{Card: &card}, nil
		}
		return chat.Reply{Card: words("Noted"), Replaces: true}, nil
	})
	a := must(t)(w.Command("U1PRIYA", "todo"))
	a = must(t)(w.Press("U1PRIYA", a.Shown[0], "On it"))
	if a.Message.Plain() != "Noted" || !a.Message.Ephemeral {
		t.Errorf("message: %+v", a.Message)
	}
	if in := w.invocations()[1]; in.Message != "" || in.Private {
		t.Errorf("invocation: %+v", in)
	}
}

func extension() *chat.Form {
	return &chat.Form{
		Title: "More time", Submit: "Ask", Command: "extend CA-12", Intro: "Lena decides.",
		Inputs: []chat.Input{
			{Name: "date", Label: "New date", Kind: chat.DateInput, Value: "2026-03-27"},
			{Name: "reason", Label: "Why", Kind: chat.Paragraph, Max: 200, Hint: "One sentence is enough."},
			{Name: "person", Label: "Who", Kind: chat.PersonInput, Value: "<@U2JON>", Optional: true},
			{Name: "place", Label: "Where", Kind: chat.ConversationInput, Optional: true},
			{Name: "how", Label: "How", Kind: chat.Choice, Options: []chat.Option{{Label: "Once", Value: "1"}, {Label: "Twice", Value: "2"}}, Value: "2"},
			{Name: "line", Label: "Short", Kind: chat.Line, Optional: true},
		},
	}
}

func TestFormComesBackWithItsFieldsAndUpdatesTheMessage(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		switch {
		case in.Kind == chat.Pressed:
			return chat.Reply{Form: extension()}, nil
		case in.Fields["reason"] == "no":
			return chat.Reply{Errors: map[string]string{"reason": "A few more words, please."}}, nil
		}
		return chat.Reply{Card: words("Asked · CA-12"), Replaces: true, Note: words("Lena answers by Friday.")}, nil
	})
	ref := send(t, w, "U1PRIYA", reminder())
	a := must(t)(w.Press("U1PRIYA", w.To("U1PRIYA")[0], "Done…"))
	if a.View == nil || a.View.Title() != "More time" {
		t.Fatalf("no dialog: %+v", a)
	}
	form := *a.View
	a = must(t)(w.Submit("U1PRIYA", form, map[string]string{"reason": "no"}))
	if a.Errors["reason"] != "A few more words, please." {
		t.Errorf("errors: %+v", a)
	}
	a = must(t)(w.Submit("U1PRIYA", form, map[string]string{"reason": "The engineer comes later.", "place": "C0OPS"}))
	in := w.invocations()[2]
	want := map[string]string{
		"date": "2026-03-27", "reason": "The engineer comes later.", "person": "<@U2JON>", "place": "<#C0OPS>", "how": "2", "line": "",
	}
	for name, value := range want {
		if in.Fields[name] != value {
			t.Errorf("field %s is %q, not %q", name, in.Fields[name], value)
		}
	}
	if in.Kind != chat.Submitted || in.Text != "extend CA-12" || in.Message != ref || !in.Private {
		t.Errorf("invocation: %+v", in)
	}
	if m := w.To("U1PRIYA")[0]; m.Plain() != "Asked · CA-12" {
		t.Errorf("message: %q", m.Plain())
	}
	if !strings.Contains(a.Text(), "Lena answers by Friday.") {
		t.Errorf("note: %q", a.Text())
	}
}

func TestTamperedOrForeignFormHasNoEffect(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Form: extension()}, nil })
	a := must(t)(w.Command("U1PRIYA", "extend CA-12"))
	form := *a.View
	fields := map[string]string{"reason": "x"}
	got := must(t)(w.Submit("U2JON", form, fields)) // somebody else's form
	if len(got.Errors) == 0 {
		t.Errorf("a form of another person's was accepted: %+v", got)
	}
	for _, metadata := range []string{"", "x", "e30.e30", strings.Replace(form.Raw["private_metadata"].(string), "e", "f", 1)} {
		form.Raw["private_metadata"] = metadata
		if got := must(t)(w.Submit("U1PRIYA", form, fields)); len(got.Errors) == 0 {
			t.Errorf("metadata %q was accepted", metadata)
		}
	}
	w.only(t)
}

func TestTypedLineThatNeedsAFormGetsAButtonForIt(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Form: extension()}, nil })
	a := must(t)(w.Line("U1PRIYA", "isms extend CA-12"))
	if len(a.Shown) != 1 || a.View != nil {
		t.Fatalf("got %+v", a)
	}
	a = must(t)(w.Press("U1PRIYA", a.Shown[0], "extend CA-12"))
	if a.View == nil {
		t.Error("the button opened no dialog")
	}
}

func TestLineAndMention(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("here: " + in.Text)}, nil })
	a := must(t)(w.Line("U1PRIYA", "/isms done CA-12 it&apos;s at <https://example.org/a?b=1&amp;c=2|the wiki>"))
	if got := a.Text(); got != "here: done CA-12 it&apos;s at https://example.org/a?b=1&c=2" {
		t.Errorf("line: %q", got)
	}
	a = must(t)(w.Mention("U1PRIYA", "C0OPS", "overdue <#C0X|ops>"))
	if got := a.Text(); got != "here: overdue <#C0X>" || !a.Shown[0].Ephemeral {
		t.Errorf("mention: %q", got)
	}
	all := w.invocations()
	if !all[0].Private || all[1].Private || all[1].Where.To != "C0OPS" {
		t.Errorf("invocations: %+v", all)
	}
}

func TestHomeIsPublishedAndItsButtonsAnswer(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		switch {
		case in.Kind == chat.Opened:
			card := reminder()
			return chat.Reply{Card: &card}, nil
		case in.Text == "ack CA-12":
			return chat.Reply{Card: words("All done"), Replaces: true}, nil
		}
		return chat.Reply{Card: words("The history of CA-12")}, nil
	})
	must(t)(w.OpenHome("U1PRIYA"))
	home, ok := w.Home("U1PRIYA")
	if !ok || !strings.Contains(home.Plain(), "payroll backup · CA-12") {
		t.Fatalf("home: %q", home.Plain())
	}
	a := must(t)(w.PressView("U1PRIYA", home, "Stuck…"))
	if a.View == nil || !strings.Contains(a.View.Plain(), "The history of CA-12") {
		t.Errorf("no dialog: %+v", a)
	}
	must(t)(w.PressView("U1PRIYA", home, "On it"))
	if home, _ := w.Home("U1PRIYA"); home.Plain() != "All done" {
		t.Errorf("home: %q", home.Plain())
	}
}

func TestShortcutListsOnesItems(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("nothing due")}, nil })
	a := must(t)(w.Shortcut("U1PRIYA", "isms_todo"))
	if in := w.only(t); in.Text != "todo" || a.Text() == "" {
		t.Errorf("%+v, %q", in, a.Text())
	}
	must(t)(w.Shortcut("U1PRIYA", "another"))
	w.only(t)
}

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
	if got := w.slack.Scopes(); len(got) != 7 || got[0] != "commands" {
		t.Errorf("scopes: %q", got)
	}
	if got := w.slack.Describe(); got != `Slack workspace "Example" (T0FAKE) as @isms, mode http` {
		t.Errorf("describe: %s", got)
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
