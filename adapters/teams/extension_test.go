package teams_test

import (
	"maps"
	"strings"
	"testing"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

// reportAnswers opens a form that quotes, and says in a card what came of it.
func reportAnswers(in chat.Invocation) (chat.Reply, error) {
	switch {
	case in.Kind == chat.Pressed && in.Text == "report":
		return chat.Reply{Form: &chat.Form{Title: "Report", Submit: "Report", Command: "report", Language: "en", Inputs: []chat.Input{
			{Name: "what", Label: "What?", Kind: chat.Paragraph, Value: in.Quoted.Text + "\n" + in.Quoted.Link}}}}, nil
	case in.Kind == chat.Pressed:
		return chat.Reply{Card: words("This is EVT-1")}, nil
	case in.Fields["what"] == "":
		return chat.Reply{Errors: map[string]string{"what": "Please fill this in."}}, nil
	}
	return chat.Reply{Card: &chat.Card{Summary: "Received", Blocks: []chat.Block{chat.Text{Text: "Thank you, that helps."},
		chat.Buttons{Shown: []chat.Button{{Label: "Open", Command: "show EVT-1"}}}}}}, nil
}

const strange = `<div><p>Please pay <b>now</b> &amp; tell nobody</p>to <a href="https://evil.example">the new account</a><br>today&#8238;</div>`

func TestAMessageIsReportedFromItsMenu(t *testing.T) {
	for name, channel := range map[string]string{"in a channel": board, "in a chat of two others": ""} {
		t.Run(name, func(t *testing.T) {
			x := open(t, reportAnswers)
			kept := maps.Clone(x.kept)
			messages := len(x.Messages())
			a := must(t)(x.ReportMessage(priya, teams.ActionReport, channel, strange))
			if a.Dialog == nil || a.Dialog.Title != "Report" {
				t.Fatalf("no dialog: %+v", a)
			}
			what, _ := a.Dialog.Input("what")
			want := "Please pay now & tell nobody\nto the new account\ntoday\nhttps://teams.microsoft.com/l/message/19:someone@unq.gbl.spaces/1570648370123"
			if what.Value != want {
				t.Errorf("quoted is %q", what.Value)
			}
			in := x.only(t)
			if in.From != (chat.Account{Platform: "teams", ID: priya}) || !in.Private || in.Message != "" || in.Where.To != priya {
				t.Errorf("%+v", in)
			}
			d := a.Dialog
			a = must(t)(x.SubmitReport(priya, teams.ActionReport, channel, d, "", map[string]string{"what": " "}))
			if a.Dialog == nil || !strings.Contains(a.Dialog.Plain(), "Please fill this in.") {
				t.Fatalf("%+v", a)
			}
			a = must(t)(x.SubmitReport(priya, teams.ActionReport, channel, d, "", map[string]string{"what": "a strange claim"}))
			if a.Dialog == nil || !strings.Contains(a.Dialog.Plain(), "Thank you, that helps.") {
				t.Fatalf("the receipt is %+v", a)
			}
			a = must(t)(x.SubmitReport(priya, teams.ActionReport, channel, a.Dialog, "show EVT-1", nil))
			if a.Dialog == nil || !strings.Contains(a.Dialog.Plain(), "This is EVT-1") {
				t.Errorf("its button: %+v", a)
			}
			if n := len(x.Messages()); n != messages {
				t.Errorf("%d messages were posted", n-messages)
			}
			if !maps.Equal(x.kept, kept) || len(x.news()) != 0 {
				t.Errorf("something was learned of a conversation in which the bot has no part: %v", x.kept)
			}
			x.sound(t)
		})
	}
}

func TestAnotherActionOnAMessageOpensNothing(t *testing.T) {
	x := open(t, reportAnswers)
	if a := must(t)(x.ReportMessage(priya, "another", "", strange)); a.Dialog != nil || len(x.invocations()) > 0 {
		t.Errorf("%+v", a)
	}
	a := must(t)(x.ReportMessage(priya, teams.ActionReport, "", strange))
	if b := must(t)(x.SubmitReport(jon, teams.ActionReport, "", a.Dialog, "", map[string]string{"what": "x"})); !strings.Contains(b.Text, "has been open for too long") {
		t.Errorf("somebody else's form was taken: %+v", b)
	}
}

func TestNoLogNamesATracelessInvocation(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("received"), Traceless: true}, nil
	})
	x.Fail(teamsfake.Fault{Op: "send", Status: 403, Body: `{"error":{"code":"Forbidden"}}`, Times: 9})
	must(t)(x.Say(priya, "report anonymously x"))
	if log := x.log.String(); !strings.Contains(log, "did not get through") || strings.Contains(log, x.only(t).ID) {
		t.Errorf("the log says %s", log)
	}
}
