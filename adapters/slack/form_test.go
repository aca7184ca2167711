package slack_test

import (
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

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
			return chat.Reply{Errors: map[string]string{"reason": "A few more words, please.", "elsewhere": "And a date."}}, nil
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
	if a.Errors["reason"] != "A few more words, please." || a.Errors["date"] != "And a date." {
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
