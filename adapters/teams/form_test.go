package teams_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

func doneForm() *chat.Form {
	return &chat.Form{Title: "Done", Submit: "It is done", Command: "done CA-12", Language: "en", Intro: "Due Tue 17 Mar.", Inputs: []chat.Input{
		{Name: "evidence", Label: "What shows it?", Kind: chat.Paragraph, Max: 500},
		{Name: "day", Label: "When?", Kind: chat.DateInput, Value: "2026-03-16", Optional: true},
		{Name: "who", Label: "By whom?", Kind: chat.PersonInput, Optional: true},
		{Name: "how", Label: "How?", Kind: chat.Choice, Options: []chat.Option{{Label: "Well", Value: "well"}, {Label: "Badly", Value: "badly"}}, Value: "well"},
	}}
}

// answers a press by the form, an empty link by an error, and else closes.
func formAnswers(in chat.Invocation) (chat.Reply, error) {
	switch {
	case in.Kind == chat.Pressed:
		return chat.Reply{Form: doneForm()}, nil
	case !strings.HasPrefix(in.Fields["evidence"], "https://"):
		return chat.Reply{Errors: map[string]string{"evidence": "I need a link."}}, nil
	}
	return chat.Reply{Card: words("Done · CA-12"), Replaces: true}, nil
}

func TestAFormIsADialogThatStaysOpenUntilItIsRight(t *testing.T) {
	x := open(t, formAnswers)
	ref, m := x.send(t, priya, reminder())
	a := must(t)(x.Press(priya, m, "done CA-12"))
	if a.Dialog == nil || a.Dialog.Title != "Done" || !strings.Contains(a.Dialog.Plain(), "Due Tue 17 Mar.") {
		t.Fatalf("no dialog: %+v", a)
	}
	a = must(t)(x.Submit(priya, a.Dialog, map[string]string{"evidence": "it is fine", "who": jon, "how": "badly"}))
	if a.Dialog == nil {
		t.Fatalf("the dialog closed: %+v", a)
	}
	for _, in := range a.Dialog.Inputs {
		if want := map[string]string{"evidence": "it is fine", "day": "2026-03-16", "how": "badly"}[in.Name]; want != "" && in.Value != want {
			t.Errorf("%s became %q", in.Name, in.Value)
		}
	}
	if !strings.Contains(a.Dialog.Plain(), "I need a link.") {
		t.Errorf("the dialog says %q", a.Dialog.Plain())
	}
	a = must(t)(x.Submit(priya, a.Dialog, map[string]string{"evidence": " https://wiki.example.com/report\u202e "}))
	if a.Dialog != nil || x.at(t, ref).Plain() != "Done · CA-12" {
		t.Errorf("dialog %v, the message says %q", a.Dialog, x.at(t, ref).Plain())
	}
	all := x.invocations()
	last := all[len(all)-1]
	if last.Kind != chat.Submitted || last.Text != "done CA-12" || last.Message != ref || last.Fields["evidence"] != "https://wiki.example.com/report" ||
		last.Fields["day"] != "2026-03-16" || last.Fields["how"] != "badly" || all[1].Fields["who"] != "<@"+jon+">" {
		t.Errorf("invocations: %+v", all)
	}
	x.sound(t)
}

func TestAFormStandsInTheChatWhereThereAreNoDialogs(t *testing.T) {
	x := open(t, formAnswers)
	ref, m := x.send(t, priya, reminder())
	press := x.Activity(priya, "message") // of a client that sends every press as a message
	press["value"], press["replyToId"] = map[string]any{"isms": "done CA-12", "msteams": map[string]any{"type": "task/fetch"}}, m.ID
	delete(press, "text")
	if status, _, err := x.Post(press, x.Token(nil)); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	form, there := x.Await(priya, 2*time.Second, func(m teamsfake.Message) bool { return strings.Contains(m.Plain(), "What shows it?") })
	if !there {
		t.Fatal("no form came")
	}
	for _, evidence := range []string{"no link", "https://wiki.example.com/report"} {
		if _, err := x.PressWith(priya, form, "It is done", map[string]string{"evidence": evidence}); err != nil {
			t.Fatal(err)
		}
		form, _ = x.Message(form.Conversation, form.ID)
		if evidence == "no link" && !strings.Contains(form.Plain(), "I need a link.") {
			t.Errorf("the form says %q", form.Plain())
		}
	}
	if x.at(t, ref).Plain() != "Done · CA-12" || !strings.Contains(form.Plain(), "message above shows it") {
		t.Errorf("the message says %q, the form %q", x.at(t, ref).Plain(), form.Plain())
	}
	x.sound(t)
}

func TestWhatIsTypedAndNeedsAFormIsAnsweredByAButton(t *testing.T) {
	x := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{Form: doneForm()}, nil })
	a := must(t)(x.Say(priya, "new action"))
	if len(a.Messages) != 1 {
		t.Fatalf("shown: %+v", a)
	}
	if a = must(t)(x.Press(priya, a.Messages[0], "new action")); a.Dialog == nil {
		t.Errorf("no dialog: %+v", a)
	}
	x.sound(t)
}

func TestARefusalInADialogIsReadThere(t *testing.T) {
	refusal := chat.Card{Summary: "CA-12 was done", Language: "en", Blocks: []chat.Block{chat.Text{Text: "CA-12 was done on 12 Mar by Amy."},
		chat.Buttons{Shown: []chat.Button{{Label: "My items", Command: "todo"}}}}}
	x := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Text == "todo" {
			return chat.Reply{Card: words("Nothing is due.")}, nil
		}
		return chat.Reply{Card: &refusal}, nil
	})
	_, m := x.send(t, priya, reminder())
	a := must(t)(x.Press(priya, m, "done CA-12"))
	if a.Dialog == nil || !strings.Contains(a.Dialog.Plain(), "by Amy") {
		t.Fatalf("no dialog: %+v", a)
	}
	if a = must(t)(x.SubmitWith(priya, a.Dialog, "todo", nil)); a.Dialog == nil || !strings.Contains(a.Dialog.Plain(), "Nothing is due.") {
		t.Errorf("the button in it leads to %+v", a)
	}
	x.sound(t)
}

func TestAFormIsTakenFromWhomItWasOpenedForAndForADayAtMost(t *testing.T) {
	clock := newClock()
	x := open(t, formAnswers, func(c *teams.Config, _ *teamsfake.Options) { c.Now = clock.now })
	_, m := x.send(t, priya, reminder())
	a := must(t)(x.Press(priya, m, "done CA-12"))
	state := ""
	for _, part := range strings.Split(string(asJSON(t, a.Dialog.Card)), `"`) {
		if len(part) > len(state) && strings.Contains(part, ".") && !strings.Contains(part, " ") && !strings.Contains(part, "/") {
			state = part
		}
	}
	submit := func(by, state string) string {
		s := x.Activity(by, "invoke")
		s["name"], s["value"] = "task/submit", map[string]any{"data": map[string]any{"isms_form": state, "evidence": "https://x"}}
		status, body, err := x.Post(s, x.Token(nil))
		if status != 200 || err != nil {
			t.Fatal(status, err)
		}
		return string(body)
	}
	heard := len(x.invocations())
	for name, body := range map[string]string{"Jon": submit(jon, state), "changed": submit(priya, "e30"+state), "none": submit(priya, "x"), "twice": submit(priya, state+state)} {
		if !strings.Contains(body, "open for too long") {
			t.Errorf("%s: %s", name, body)
		}
	}
	clock.add(25 * time.Hour)
	fresh := func(_, c map[string]any) {
		now := clock.now().Unix()
		c["nbf"], c["exp"] = float64(now-10), float64(now+3600)
	}
	s := x.Activity(priya, "invoke")
	s["name"], s["value"] = "task/submit", map[string]any{"data": map[string]any{"isms_form": state, "evidence": "https://x"}}
	if _, body, _ := x.Post(s, x.Token(fresh)); !strings.Contains(string(body), "open for too long") {
		t.Errorf("a day later: %s", body)
	}
	if n := len(x.invocations()); n != heard {
		t.Errorf("%d of them were heard", n-heard)
	}
}

func TestAChannelIsChosenAmongThoseOfBoth(t *testing.T) {
	share := &chat.Form{Title: "Share", Command: "share", Inputs: []chat.Input{{Name: "where", Label: "Where?", Kind: chat.ConversationInput}}}
	x := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Pressed {
			return chat.Reply{Form: share}, nil
		}
		return chat.Reply{Card: words("shared")}, nil
	})
	x.mu.Lock()
	for i := range 30 { // group chats, and channels that the bot has left
		x.kept[fmt.Sprintf("19:%02d@thread.v2", i)] = []string{`{"kind":"groupChat"}`, `{}`}[i%2]
	}
	x.mu.Unlock()
	must(t)(x.AddToChannel(isms))
	_, m := x.send(t, priya, chat.Card{Summary: "x", Blocks: []chat.Block{chat.Buttons{Shown: []chat.Button{{Label: "Share counts…", Command: "share", Form: true}}}}})
	a := must(t)(x.Press(priya, m, "share"))
	where, _ := a.Dialog.Input("where")
	if len(where.Choices) != 1 || where.Choices[0].Value != isms || !strings.Contains(where.Choices[0].Title, "Security") {
		t.Fatalf("choices: %+v", where.Choices)
	}
	chosen := where.Choices[0].Value
	must(t)(x.Submit(priya, a.Dialog, map[string]string{"where": chosen}))
	all := x.invocations()
	if got := all[len(all)-1].Fields["where"]; got != "<#"+chosen+">" {
		t.Errorf("where: %q", got)
	}
	x.Fail(teamsfake.Fault{Op: "members", Status: 404, Times: 20})
	a = must(t)(x.Press(priya, m, "share"))
	if where, _ := a.Dialog.Input("where"); len(where.Choices) != 0 {
		t.Errorf("whoever is not in the channel may choose %+v", where.Choices)
	}
}

func TestALongFormIsWhole(t *testing.T) {
	var text strings.Builder
	for i := range 2900 { // no two of them alike for long
		text.WriteRune(rune(0x4e00 + i*i*7919%20000))
	}
	long := &chat.Form{Title: "Edit", Submit: "Save", Command: "edit CA-12", Inputs: []chat.Input{
		{Name: "description", Label: "Details", Kind: chat.Paragraph, Value: text.String(), Max: 3000, Optional: true},
		{Name: "owner", Label: "Whose?", Kind: chat.Choice, Optional: true}}}
	for i := range 100 {
		long.Inputs[1].Options = append(long.Inputs[1].Options,
			chat.Option{Label: fmt.Sprintf("Ada Lovelace (Engineering and Operations), number %d", i), Value: fmt.Sprintf("<@aaaaaaaa-0000-4000-8000-%012d>", i)})
	}
	x := open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Pressed {
			return chat.Reply{Form: long}, nil
		}
		return chat.Reply{Errors: map[string]string{"owner": "Nobody here."}}, nil
	})
	_, m := x.send(t, priya, reminder())
	a := must(t)(x.Press(priya, m, "done CA-12"))
	for range 2 {
		what, _ := a.Dialog.Input("description")
		whose, _ := a.Dialog.Input("owner")
		if what.Value != text.String() || len(whose.Choices) != 100 {
			t.Fatalf("%d bytes of %d, %d choices", len(what.Value), text.Len(), len(whose.Choices))
		}
		a = must(t)(x.Submit(priya, a.Dialog, nil))
	}
	all := x.invocations()
	if got := all[len(all)-1].Fields["description"]; got != text.String() {
		t.Errorf("of %d bytes %d are saved", text.Len(), len(got))
	}
	x.sound(t)
}

func TestAFormThatIsSentOffAmongOthersChangesNothingOfTheirs(t *testing.T) {
	x := open(t, formAnswers)
	must(t)(x.AddToChannel(isms))
	journal, shown := x.send(t, isms, chat.Card{Summary: "The journal", Blocks: []chat.Block{chat.Text{Text: "The journal on Mon 16 Mar"}}})
	_, m := x.send(t, priya, reminder())
	form := must(t)(x.Press(priya, m, "done CA-12")).Dialog
	state := regexp.MustCompile(`"isms_form":"([^"]+)"`).FindStringSubmatch(string(asJSON(t, form.Card)))[1]
	a := x.Activity(priya, "message") // by a client of their own, as if the form had stood there
	a["conversation"].(map[string]any)["id"], a["conversation"].(map[string]any)["conversationType"] = shown.Conversation, "channel"
	a["replyToId"], a["value"] = shown.ID, map[string]any{"isms_form": state, "evidence": "none"}
	delete(a, "text")
	if status, _, err := x.Post(a, x.Token(nil)); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	if _, there := x.Await(priya, 2*time.Second, func(m teamsfake.Message) bool { return strings.Contains(m.Plain(), "I need a link.") && m.To == priya }); !there {
		t.Error("what is to be corrected is not said to them")
	}
	if now := x.at(t, journal).Plain(); now != "The journal on Mon 16 Mar" {
		t.Errorf("everybody now reads %q", now)
	}
}
