package teams_test

import (
	"strings"
	"testing"

	"ismsbot/adapters/teams"
	"ismsbot/bot/chat"
)

func extension() chat.Form {
	options := []chat.Option{{Label: "Amy Park", Value: "<@29:amy>"}}
	var many []chat.Option
	for _, s := range strings.Fields("a b c d e f g h i") {
		many = append(many, chat.Option{Label: s, Value: s})
	}
	return chat.Form{Title: "More time", Submit: "Ask", Intro: "Now due Tue 17 Mar.", Language: "en", Inputs: []chat.Input{
		{Name: "date", Label: "New date", Kind: chat.DateInput, Value: "2026-03-27"},
		{Name: "reason", Label: "Because", Kind: chat.Paragraph, Max: 500, Hint: "Lena reads *this*."},
		{Name: "title", Label: "Title", Value: "as it\nwas", Optional: true},
		{Name: "person", Label: "Whose is it?", Kind: chat.PersonInput, Value: "<@29:amy>", Options: options},
		{Name: "room", Label: "Where?", Kind: chat.ConversationInput, Options: []chat.Option{{Label: "Security", Value: "<#19:s>"}}},
		{Name: "many", Label: "One of them", Kind: chat.Choice, Options: many, Value: "c"},
		{Name: "none", Label: "None", Kind: chat.Choice},
		{Name: "isms_form", Label: "Not ours"},
	}}
}

func TestFormAsksForEveryInput(t *testing.T) {
	d := teams.RenderForm(extension(), "sealed", map[string]string{"title": "as typed"}, nil)
	if why := schema(t).Faults(d.Card); why != "" {
		t.Errorf("refused: %s", why)
	}
	got := wire(t, d.Card)
	for _, want := range []string{
		`{"type":"Input.Date","value":"2026-03-27","id":"date","label":"New date","isRequired":true,"errorMessage":"Please fill this in."}`,
		`{"type":"Input.Text","isMultiline":true,"maxLength":500,"id":"reason",`, `"Lena reads *this*."`,
		`"value":"as typed","id":"title","label":"Title (optional)"}`,
		`"style":"filtered","choices":[{"title":"Amy Park","value":"29:amy"}],"value":"29:amy","placeholder":"Choose","choices.data":{"type":"Data.Query","dataset":"graph.microsoft.com/users"},"id":"person"`,
		`"style":"compact","choices":[{"title":"Security","value":"19:s"}]`,
		`"value":"c","placeholder":"Choose","id":"many"`,
		`"actions":[{"type":"Action.Submit","title":"Ask","style":"positive","data":{"isms_form":"sealed"}}]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "None") || strings.Contains(got, "Not ours") || d.Title != "More time" {
		t.Errorf("%q:\n%s", d.Title, got)
	}
}

func TestFormSaysWhatIsWrong(t *testing.T) {
	d := teams.RenderForm(extension(), "sealed", nil, map[string]string{"date": "This day is over.", "gone": "I do not know this person here."})
	if why := schema(t).Faults(d.Card); why != "" {
		t.Errorf("refused: %s", why)
	}
	got := wire(t, d.Card)
	top := strings.Index(got, `"Please correct: I do not know this person here."`)
	input, beneath, next := strings.Index(got, `"id":"date"`), strings.Index(got, `"Please correct: This day is over.","color":"attention"`), strings.Index(got, `"id":"reason"`)
	if top < 0 || input < top || beneath < input || next < beneath {
		t.Errorf("%d %d %d %d:\n%s", top, input, beneath, next, got)
	}
}

func TestFormFitsWhateverComes(t *testing.T) {
	big := strings.Repeat("👍<", 50_000)
	form := chat.Form{Title: big, Intro: big, Submit: big}
	for i := range 100 {
		in := chat.Input{Name: "in" + strings.Repeat("x", i), Label: big, Hint: big, Value: big, Kind: chat.InputKind(i % 6)}
		for range 300 {
			in.Options = append(in.Options, chat.Option{Label: big, Value: "v"})
		}
		form.Inputs = append(form.Inputs, in)
	}
	d := teams.RenderForm(form, strings.Repeat("x", 8<<10), nil, map[string]string{"in": big, "?": big})
	if why := schema(t).Faults(d.Card); why != "" {
		t.Error(why)
	}
	if !strings.Contains(wire(t, d.Card), "isms_form") {
		t.Error("it cannot be submitted")
	}
}
