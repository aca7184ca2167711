package teamsfake_test

import (
	"net/http"
	"strings"
	"testing"

	"ismsbot/adapters/teams/teamsfake"
)

func put(to string, data []byte, contentRange string) (int, error) {
	req, err := http.NewRequest(http.MethodPut, to, strings.NewReader(string(data)))
	if err != nil {
		return 0, err
	}
	if contentRange != "" {
		req.Header.Set("Content-Range", contentRange)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// reminder is a card with a button everywhere one may stand.
func reminder() object {
	fetch := object{"type": "Action.Submit", "title": "More time …", "data": object{"isms": "extend CA-1", "msteams": object{"type": "task/fetch"}}}
	plainly := object{"type": "Action.Submit", "title": "Plainly", "data": object{"isms": "plain CA-1"}}
	return adaptive([]any{
		block(`**Fix the \*door\***  1 \< 2 &amp; [more](https://x)`),
		object{"type": "RichTextBlock", "inlines": []any{object{"type": "TextRun", "text": `as\_is `}, "too"}},
		object{"type": "FactSet", "facts": []any{object{"title": "Owner", "value": `Jon\_S`}}},
		object{"type": "ColumnSet", "columns": []any{
			object{"type": "Column", "items": []any{block("CA-1")}},
			object{"type": "Column", "items": []any{block("3 days"), object{"type": "Container", "isVisible": false, "items": []any{block("because")}}}},
		}},
		object{"type": "ActionSet", "id": "hidden", "isVisible": false, "actions": []any{button("Snooze", "snooze CA-1 3d")}},
		object{"type": "Container", "items": []any{block("row")}, "selectAction": button("Details", "show CA-1")},
		object{"type": "Input.Text", "id": "note", "label": "Note", "maxLength": 5},
	}, button("Done", "done CA-1"), fetch, plainly,
		object{"type": "Action.ToggleVisibility", "title": "More", "targetElements": []any{"hidden"}})
}

// reminded is a bot that has sent Priya the reminder.
func reminded(t *testing.T) (*bot, teamsfake.Message) {
	b := start(t, options())
	b.Admit(priya)
	b.must("POST", esc(b.Chat(priya))+"/activities", carrying(reminder()))
	return b, b.To(priya)[0]
}

func answerCard(card object) object {
	return object{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}
}

func TestPlainIsWhatAReaderSees(t *testing.T) {
	b, m := reminded(t)
	want := strings.Join([]string{
		"Fix the *door*  1 < 2 & more", `as\_is too`, "Owner: Jon_S", "CA-1 | 3 days", "because", "[Snooze]", "row", "Note:",
		"[Done] [More time …] [Plainly] [More]",
	}, "\n")
	if got := m.Plain(); got != want {
		t.Errorf("%s\n\nexpected\n\n%s", got, want)
	}
	b.healthy()
}

func TestExecuteIsAnInvokeWhoseCardThePresserSees(t *testing.T) {
	b, m := reminded(t)
	b.on = func(object) (int, any) { return 200, answerCard(adaptive([]any{block("Thank you")})) }
	got, err := b.PressWith(priya, m, "done CA-1", map[string]string{"note": "ok"})
	if err != nil || got.Message == nil || got.Message.Plain() != "Thank you" || got.Invoke["statusCode"] != 200.0 {
		t.Fatalf("%+v %v", got, err)
	}
	a := b.last()
	data, _ := at(a, "value", "action", "data").(object)
	if a["type"] != "invoke" || a["name"] != "adaptiveCard/action" || a["replyToId"] != m.ID || data["isms"] != "done CA-1" || data["note"] != "ok" ||
		at(a, "value", "trigger") != "manual" || at(a, "value", "action", "verb") != "isms" || at(a, "value", "action", "title") != "Done" {
		t.Errorf("the bot got %v", a)
	}
	now, _ := b.Message(m.Conversation, m.ID)
	if now.SeenBy(priya).Plain() != "Thank you" || now.SeenBy(jon).Plain() != m.Plain() || now.Plain() != m.Plain() {
		t.Error("the card is not the presser's alone")
	}
	b.must("PUT", esc(m.Conversation)+"/activities"+esc(m.ID), carrying(adaptive([]any{block("Done by Priya")})))
	now, _ = b.Message(m.Conversation, m.ID)
	if now.SeenBy(priya).Plain() != "Done by Priya" || now.Plain() != "Done by Priya" || len(now.Versions) != 2 {
		t.Error("an update is not for all")
	}
	for _, command := range []string{"snooze CA-1 3d", "show CA-1", "Snooze"} {
		if _, err := b.Press(priya, m, command); err != nil {
			t.Error(err)
		}
	}
	b.healthy()
	if _, err := b.Press(priya, m, "close CA-1"); err == nil {
		t.Error("pressed what is not there")
	}
	if _, err := b.PressWith(priya, m, "done CA-1", map[string]string{"note": "too long"}); err == nil {
		t.Error("sent what is too long")
	}
	if _, err := b.PressWith(priya, m, "done CA-1", map[string]string{"nothing": "x"}); err == nil {
		t.Error("filled in what is not there")
	}
}

func TestSubmitIsAMessageWithoutText(t *testing.T) {
	b, m := reminded(t)
	for command, press := range map[string]func(string, teamsfake.Message, string) (teamsfake.Answer, error){
		"plain CA-1": b.Press, "done CA-1": b.PressFallback,
	} {
		if _, err := press(priya, m, command); err != nil {
			t.Fatal(err)
		}
		if a := b.last(); a["type"] != "message" || a["text"] != nil || at(a, "value", "isms") != command || a["replyToId"] != m.ID {
			t.Errorf("the bot got %v", a)
		}
	}
}

func TestSomebodyElsePressesAForwardedCard(t *testing.T) {
	b, m := reminded(t)
	if _, err := b.Press(jon, m, "plain CA-1"); err != nil {
		t.Fatal(err)
	}
	if a := b.last(); at(a, "from", "aadObjectId") != jon || at(a, "conversation", "id") != b.Chat(priya) {
		t.Errorf("the bot got %v", a)
	}
}

func TestAnInvokeThatShowsNothingIsNoted(t *testing.T) {
	for name, answer := range map[string]func(object) (int, any){
		"not 200":         func(object) (int, any) { return 500, nil },
		"nothing":         func(object) (int, any) { return 200, nil },
		"an unknown type": func(object) (int, any) { return 200, object{"statusCode": 200, "type": "x"} },
		"a bad card":      func(object) (int, any) { return 200, answerCard(object{"type": "AdaptiveCard", "version": "1.4"}) },
		"a list":          func(object) (int, any) { return 200, []any{} },
	} {
		b, m := reminded(t)
		b.on = answer
		if _, err := b.Press(priya, m, "done CA-1"); err != nil {
			t.Fatal(err)
		}
		if len(b.Invalid()) != 1 {
			t.Errorf("%s: noted %q", name, b.Invalid())
		}
	}
	b, m := reminded(t)
	b.on = func(object) (int, any) {
		return 200, object{"statusCode": 400, "type": "application/vnd.microsoft.error", "value": object{"code": "x", "message": "Not yours."}}
	}
	if got, err := b.Press(priya, m, "done CA-1"); err != nil || got.Text != "Not yours." {
		t.Errorf("%+v %v", got, err)
	}
	b.on = func(object) (int, any) {
		return 200, object{"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Noted."}
	}
	if got, err := b.Press(priya, m, "done CA-1"); err != nil || got.Text != "Noted." {
		t.Errorf("%+v %v", got, err)
	}
	b.healthy()
}

func form(title string, first ...any) object {
	return object{"task": object{"type": "continue", "value": object{"title": title, "height": "medium", "width": "medium", "card": object{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": adaptive(append(first,
			object{"type": "Input.Date", "id": "date", "label": "Until", "value": "2026-12-01", "isRequired": true, "errorMessage": "When?"},
			object{"type": "Input.Text", "id": "reason", "label": "Reason", "isRequired": true, "maxLength": 10, "errorMessage": "Say why."},
			object{"type": "Input.ChoiceSet", "id": "kind", "label": "Kind", "choices": []any{
				object{"title": "A day", "value": "1"}, object{"title": "A week", "value": "7"}}},
			object{"type": "Input.ChoiceSet", "id": "to", "label": "To", "choices": []any{}, "choices.data": object{"type": "Data.Query", "dataset": "graph.microsoft.com/users"}},
			object{"type": "Input.Toggle", "id": "sure", "title": "Sure", "label": "Sure?"},
		), object{"type": "Action.Submit", "title": "Ask", "data": object{"isms_form": "extend CA-1"}}),
	}}}}
}

func TestADialogIsOpenedFilledInAndClosed(t *testing.T) {
	b, m := reminded(t)
	answers := []any{form("More time"), form("More time", block("Not on a Sunday.")), object{"task": object{"type": "message", "value": "Asked."}}, nil}
	b.on = func(object) (int, any) {
		next := answers[0]
		answers = answers[1:]
		return 200, next
	}
	got, err := b.Press(priya, m, "extend CA-1")
	if err != nil || got.Dialog == nil || got.Dialog.Title != "More time" || len(got.Dialog.Inputs) != 5 {
		t.Fatalf("%+v %v", got, err)
	}
	a := b.last()
	if a["name"] != "task/fetch" || at(a, "value", "data", "isms") != "extend CA-1" || at(a, "value", "context", "theme") != "default" {
		t.Errorf("the bot got %v", a)
	}
	d := got.Dialog
	if in, _ := d.Input("Until"); in.Value != "2026-12-01" || !in.Required || in.Error != "When?" {
		t.Errorf("%+v", in)
	}
	for why, values := range map[string]map[string]string{
		"required":      {},
		"longer than":   {"reason": strings.Repeat("x", 11)},
		"no choice":     {"reason": "x", "kind": "A year"},
		"not a date":    {"reason": "x", "date": "tomorrow"},
		"no inputs":     {"reason": "x", "colour": "red"},
		"neither":       {"reason": "x", "sure": "maybe"},
		`shows "When?"`: {"reason": "x", "date": ""},
	} {
		if _, err := b.Submit(priya, d, values); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("expected %q, got %v", why, err)
		}
	}
	if len(b.seen) != 1 {
		t.Fatal("a client sent what it must not")
	}
	got, err = b.Submit(priya, d, map[string]string{"reason": "ill", "kind": "A week", "to": "Jon Smith"})
	if err != nil || got.Dialog == nil || !strings.Contains(got.Plain(), "Not on a Sunday.") {
		t.Fatalf("%+v %v", got, err)
	}
	a = b.last()
	data, _ := at(a, "value", "data").(object)
	if a["name"] != "task/submit" || data["isms_form"] != "extend CA-1" || data["date"] != "2026-12-01" || data["reason"] != "ill" ||
		data["kind"] != "7" || data["to"] != jon || data["sure"] != "false" {
		t.Errorf("the bot got %v", a)
	}
	if got, err = b.Submit(priya, got.Dialog, map[string]string{"reason": "ill"}); err != nil || got.Dialog != nil || got.Text != "Asked." {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = b.SubmitWith(priya, d, "Ask", map[string]string{"reason": "ill"}); err != nil || got.Dialog != nil || got.Text != "" {
		t.Errorf("%+v %v", got, err)
	}
	b.healthy()
	if _, err := b.SubmitWith(priya, d, "Cancel", map[string]string{"reason": "ill"}); err == nil {
		t.Error("pressed what is not there")
	}
}
