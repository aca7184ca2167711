package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
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

func TestShortcutOfAMessageOpensAFormThatQuotesIt(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Submitted {
			return chat.Reply{Card: words("received")}, nil
		}
		return chat.Reply{Form: &chat.Form{Title: "Report", Command: "report", Inputs: []chat.Input{{Name: "what", Label: "What?", Kind: chat.Paragraph, Value: in.Quoted.Text}}}}, nil
	})
	a := must(t)(w.ReportMessage("U1PRIYA", "isms_report", "C0GENERAL", "a strange *bold* claim"))
	if in := w.only(t); in.Text != "report" || in.Quoted == nil || !in.Private || in.Message != "" {
		t.Errorf("%+v", in)
	}
	if a.View == nil {
		t.Fatalf("no dialog: %q", a.Text())
	}
	must(t)(w.Submit("U1PRIYA", *a.View, map[string]string{}))
	all := w.invocations()
	if in := all[len(all)-1]; in.Fields["what"] != "a strange *bold* claim" || in.Text != "report" || !in.Private {
		t.Errorf("%+v", in)
	}
	if left := w.To("C0GENERAL"); len(left) > 0 {
		t.Errorf("others read along: %+v", left)
	}
	must(t)(w.ReportMessage("U1PRIYA", "another", "C0GENERAL", "x"))
	if n := len(w.invocations()); n != 2 {
		t.Errorf("%d invocations", n)
	}
}

func TestNoLogNamesATracelessInvocation(t *testing.T) {
	w := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("received"), Traceless: true}, nil
	})
	w.Fail(slackfake.Fault{Method: "chat.postMessage", Code: "is_archived"})
	must(t)(w.Shortcut("U1PRIYA", "isms_todo"))
	in := w.only(t)
	if log := w.log.String(); !strings.Contains(log, "did not get through") || strings.Contains(log, in.ID) {
		t.Errorf("the log says %s", log)
	}
}
