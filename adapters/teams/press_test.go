package teams_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

func TestAPressReplacesTheMessageForEverybody(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) {
		return chat.Reply{Card: words("Noted · CA-12"), Replaces: true, Note: words("I will be quiet.")}, nil
	})
	ref, m := x.send(t, priya, reminder())
	for name, press := range map[string]func(string, teamsfake.Message, string) (teamsfake.Answer, error){"execute": x.Press, "submit": x.PressFallback} {
		a := must(t)(press(priya, m, "ack CA-12"))
		if now := x.at(t, ref); now.Plain() != "Noted · CA-12" || a.Message.Plain() != "Noted · CA-12" {
			t.Errorf("%s: the message says %q, to its presser %q", name, now.Plain(), a.Message.Plain())
		}
		if len(a.Messages) != 1 || a.Messages[0].Plain() != "I will be quiet." {
			t.Errorf("%s: note %+v", name, a.Messages)
		}
	}
	for _, in := range x.invocations() {
		if in.Kind != chat.Pressed || in.Text != "ack CA-12" || in.Message != ref || !in.Private || in.Where.To != priya {
			t.Errorf("invocation: %+v", in)
		}
	}
	x.sound(t)
}

func TestAPressIsAlwaysAnsweredByWhatItsPresserSees(t *testing.T) {
	for name, c := range map[string]struct {
		reply chat.Reply
		err   error
		want  string
	}{
		"another card":           {chat.Reply{Card: words("CA-12 in full")}, nil, "CA-12 in full"},
		"nothing":                {chat.Reply{}, nil, "I have this already"},
		"our fault, in words":    {chat.Reply{Card: words("Give Grace this number: 7F3K.")}, errors.New("disk full"), "7F3K"},
		"our fault, without":     {chat.Reply{}, errors.New("disk full"), "That did not go through"},
		"a form where none was":  {chat.Reply{Form: &chat.Form{Title: "Done", Command: "done CA-12", Inputs: []chat.Input{{Name: "evidence", Label: "What shows it?"}}}}, nil, "What shows it?"},
		"errors without a form":  {chat.Reply{Errors: map[string]string{"x": "Not like this."}}, nil, "Not like this."},
		"a file and nothing":     {chat.Reply{File: &chat.File{Name: "overdue.xlsx", Data: []byte("PK")}}, nil, "overdue.xlsx"},
		"a card beside the note": {chat.Reply{Card: words("First"), Note: words("Second")}, nil, "Second"},
	} {
		t.Run(name, func(t *testing.T) {
			x := open(t, func(chat.Invocation) (chat.Reply, error) { return c.reply, c.err })
			_, m := x.send(t, priya, reminder())
			a := must(t)(x.Press(priya, m, "ack CA-12"))
			if seen := a.Plain(); !strings.Contains(seen, c.want) || strings.Contains(seen, "disk") {
				t.Errorf("the presser sees %q", seen)
			}
			if x.at(t, chat.MessageRef(m.Conversation+"/"+m.ID)).Plain() != m.Plain() {
				t.Error("the pressed message changed")
			}
			x.sound(t)
		})
	}
}

func TestAnAnswerThatCannotBePostedIsSaidInThePress(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("CA-12 in full")}, nil })
	_, m := x.send(t, priya, reminder())
	x.Fail(teamsfake.Fault{Op: "send", Status: 400, Code: "BadSyntax", Times: 5})
	if a := must(t)(x.Press(priya, m, "ack CA-12")); a.Text != "CA-12 in full" {
		t.Errorf("it says %q", a.Text)
	}
	x.sound(t)
}

func TestASlowAnswerFollows(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes as long as people wait")
	}
	t.Parallel()
	x := open(t, func(in chat.Invocation) (chat.Reply, error) {
		time.Sleep(8300 * time.Millisecond)
		return chat.Reply{Card: words("at last")}, nil
	})
	_, m := x.send(t, priya, reminder())
	a := must(t)(x.Press(priya, m, "ack CA-12"))
	if !strings.Contains(a.Text, "still at it") {
		t.Errorf("it says %q", a.Text)
	}
	if _, arrived := x.Await(priya, 5*time.Second, func(m teamsfake.Message) bool { return m.Plain() == "at last" }); !arrived {
		t.Error("the answer never came")
	}
	x.sound(t)
}

func TestARowsMenuAndASelectCarryTheirCommand(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("ok")}, nil })
	_, m := x.send(t, priya, reminder())
	must(t)(x.Press(priya, m, "show CA-12"))
	card, err := json.Marshal(m.Card)
	if err != nil {
		t.Fatal(err)
	}
	input := regexp.MustCompile(`"isms_select":"([^"]+)"`).FindStringSubmatch(string(card))[1]
	must(t)(x.PressWith(priya, m, "snooze CA-12", map[string]string{input: "3d"}))
	empty := x.Activity(priya, "invoke") // a client that does not look whether something was chosen
	empty["name"], empty["value"] = "adaptiveCard/action", map[string]any{"action": map[string]any{"type": "Action.Execute",
		"data": map[string]any{"isms": "snooze CA-12", "isms_select": input}}}
	if _, body, err := x.Post(empty, x.Token(nil)); err != nil || !strings.Contains(string(body), "choose something first") {
		t.Errorf("nothing was chosen, and it says %q, %v", body, err)
	}
	var got []string
	for _, in := range x.invocations() {
		got = append(got, in.Text)
	}
	if strings.Join(got, ", ") != "show CA-12, snooze CA-12 3d" {
		t.Errorf("invocations: %q", got)
	}
	x.sound(t)
}

func TestAPanicIsAFaultLikeAnyOther(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) { panic("boom") })
	if a := must(t)(x.Say(priya, "todo")); !strings.Contains(a.Plain(), "That did not go through") {
		t.Errorf("read: %q", a.Plain())
	}
	if strings.Contains(x.log.String(), "todo") {
		t.Error("the log holds what was said")
	}
}
