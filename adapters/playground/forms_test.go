package playground_test

import (
	"bytes"
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/chat"
)

func TestAFormIsFilledIn(t *testing.T) {
	w := newWorld(t)
	ref := w.send("priya", staffDigest())
	opened := w.post("/api/press", fields{"as": "priya", "text": "done CA-12", "message": ref})
	if opened.Form == nil {
		t.Fatal("no form")
	}
	submit := func(as string, given map[string]string) answer {
		return w.post("/api/submit", fields{"as": as, "form": opened.Form.ID, "text": "approve CA-1", "message": "other", "fields": given})
	}
	if got := submit("priya", nil).Errors; got["evidence"] != "Please fill this in." || got["link"] != "" {
		t.Errorf("an empty field: %v", got)
	}
	if got := submit("priya", map[string]string{"evidence": "yes"}).Errors; got["evidence"] != "One word is little for Sam to go by." {
		t.Errorf("the bot's own refusal: %v", got)
	}
	if got := submit("jon", map[string]string{"evidence": "by me"}); got.Error == "" {
		t.Error("somebody else's form was taken")
	}
	if got := submit("priya", map[string]string{"evidence": "the log of the restore", "role": "admin"}); got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("refused: %+v", got)
	}
	want := chat.Invocation{
		ID: "event-0123456789", From: account("priya"), Kind: chat.Submitted, Text: "done CA-12", Message: ref,
		Fields: map[string]string{"evidence": "the log of the restore", "link": ""},
		Where:  address("priya"), Private: true, Zone: "Europe/London", Language: "en",
	}
	if diff := cmp.Diff(want, w.last()); diff != "" {
		t.Errorf("command, message and fields come from the form that was opened: -want +got\n%s", diff)
	}
	s := w.listen("priya", "")
	got := s.messages()
	if len(got) != 1 || got[0].Ref != ref || !strings.Contains(got[0].text(), "Done on Mon 16 Mar") {
		t.Errorf("the reminder did not turn into its answer: %+v", got)
	}
}

func TestAFileIsHandedIn(t *testing.T) {
	var got chat.Invocation
	w := newWorldFor(t, chat.HandlerFunc(func(_ context.Context, in chat.Invocation) (chat.Reply, error) {
		got = in
		return chat.Reply{Form: &chat.Form{Title: "New", Command: "broadcast", Inputs: []chat.Input{
			{Name: "title", Label: "Title", Optional: true}, {Name: "file", Label: "Poster", Kind: chat.FileInput, Optional: true, Endings: []string{"png", "pdf"}}}}}, nil
	}))
	form := w.post("/api/press", fields{"as": "mia", "text": "broadcast"}).Form
	if in := form.Inputs[1]; in.Kind != "file" || in.Accept != ".png,.pdf" {
		t.Errorf("%+v", in)
	}
	w.post("/api/submit", fields{"as": "mia", "form": form.ID, "fields": fields{"title": "x"},
		"files": fields{"file": fields{"name": "a\u202eb.png", "data": bytes.Repeat([]byte("p"), 1<<20)}, "title": fields{"name": "no", "data": []byte("x")}}})
	if f := got.Files["file"]; len(got.Files) != 1 || f.Name != "ab.png" || len(f.Data) != 1<<20 || got.Fields["title"] != "x" {
		t.Errorf("%d files, %q with %d bytes, %v", len(got.Files), f.Name, len(f.Data), got.Fields)
	}
}

func TestFieldsAreChecked(t *testing.T) {
	w := newWorld(t)
	form := w.post("/api/press", fields{"as": "lena", "text": "extend CA-12"}).Form
	if form == nil {
		t.Fatal("no form")
	}
	options := map[string]string{}
	for _, in := range form.Inputs {
		if len(in.Options) > 0 {
			options[in.Name] = in.Options[0].Value
		}
	}
	if diff := cmp.Diff(map[string]string{"helper": "<@priya>", "kind": "supplier", "channel": "<##isms>"}, options); diff != "" {
		t.Errorf("what can be chosen: -want +got\n%s", diff)
	}
	good := map[string]string{"date": "2026-03-27", "reason": "a supplier", "helper": "<@jon>", "kind": "work", "channel": "<##isms>"}
	for _, c := range []struct{ name, field, value string }{
		{"a date that is none", "date", "2026-02-30"},
		{"a date in words", "date", "friday"},
		{"a person who is not there", "helper", "<@nobody>"},
		{"a choice that was not offered", "kind", "weather"},
		{"a channel that is not there", "channel", "<##board>"},
		{"more than fits", "reason", strings.Repeat("é", 501)},
		{"spaces only", "reason", " \n "},
	} {
		t.Run(c.name, func(t *testing.T) {
			given := maps.Clone(good)
			given[c.field] = c.value
			got := w.post("/api/submit", fields{"as": "lena", "form": form.ID, "fields": given})
			if len(got.Errors) != 1 || got.Errors[c.field] == "" || strings.Contains(got.Errors[c.field], "‹") {
				t.Errorf("errors %v", got.Errors)
			}
		})
	}
	if got := w.post("/api/submit", fields{"as": "lena", "form": form.ID, "fields": good}); len(got.Errors) > 0 {
		t.Errorf("a good form is refused: %v", got.Errors)
	}
}
