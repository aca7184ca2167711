package slack_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

func posterForm() *chat.Form {
	return &chat.Form{Title: "New", Submit: "Preview", Command: "broadcast", Inputs: []chat.Input{
		{Name: "title", Label: "Title"}, {Name: "file", Label: "Poster", Kind: chat.FileInput, Optional: true, Endings: []string{"png", "pdf"}}}}
}

func posterWorkspace(t *testing.T) *workspace {
	return open(t, func(in chat.Invocation) (chat.Reply, error) {
		if in.Kind == chat.Submitted {
			return chat.Reply{Card: words("Preview")}, nil
		}
		return chat.Reply{Form: posterForm()}, nil
	})
}

func TestAFileOfAFormIsFetched(t *testing.T) {
	w := posterWorkspace(t)
	send(t, w, "U1PRIYA", reminder())
	form := *must(t)(w.Press("U1PRIYA", w.To("U1PRIYA")[0], "Done…")).View
	data := bytes.Repeat([]byte("p"), 5<<20)
	must(t)(w.Submit("U1PRIYA", form, map[string]string{"title": "x", "file": w.Choose("poster.png", data)}))
	all := w.invocations()
	in := all[len(all)-1]
	if f := in.Files["file"]; len(in.Files) != 1 || f.Name != "poster.png" || !bytes.Equal(f.Data, data) || in.Fields["title"] != "x" {
		t.Errorf("%d files, %q with %d bytes", len(in.Files), f.Name, len(f.Data))
	}
	must(t)(w.Submit("U1PRIYA", form, map[string]string{"title": "x"}))
	if all = w.invocations(); all[len(all)-1].Files != nil {
		t.Errorf("files from nowhere: %v", all[len(all)-1].Files)
	}
	before := len(all)
	a := must(t)(w.Submit("U1PRIYA", form, map[string]string{"title": "x", "file": w.Choose("huge.png", make([]byte, 9<<20))}))
	if !strings.Contains(a.Errors["file"], "8 MB") || len(w.invocations()) != before {
		t.Errorf("too large: %v", a.Errors)
	}
}

// An app that was installed before it asked for files:read still opens its forms.
func TestAFormOpensWithoutTheScopeForFiles(t *testing.T) {
	w := posterWorkspace(t)
	w.SetScopes("chat:write,commands")
	if err := w.slack.Introduce(t.Context()); err != nil {
		t.Fatal(err)
	}
	send(t, w, "U1PRIYA", reminder())
	form := must(t)(w.Press("U1PRIYA", w.To("U1PRIYA")[0], "Done…")).View
	if plain := form.Plain(); strings.Contains(fmt.Sprint(form.Blocks), "file_input") || !strings.Contains(plain, "Poster: this window takes no files") {
		t.Error(plain)
	}
}

// The token goes to where Slack keeps files, and to nobody who says that it is
// there.
func TestTheTokenGoesToSlacksFilesAlone(t *testing.T) {
	w := posterWorkspace(t)
	send(t, w, "U1PRIYA", reminder())
	form := *must(t)(w.Press("U1PRIYA", w.To("U1PRIYA")[0], "Done…")).View
	var reached []string
	evil := newServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached = append(reached, r.Header.Get("Authorization")) }))
	before := len(w.invocations())
	for _, from := range []string{evil + "/x.png", "http://files.slack.com/x", "https://files.slack.com.evil/x", "https://files.slack.com@127.0.0.1/x", "https://127.0.0.1/x", "file:///etc/passwd",
		"https://evilfiles.slack.com./x", "", "http://user@" + strings.TrimPrefix(w.URL(), "http://") + "/files/F1",
		w.URL() + "/api/auth.revoke", w.URL() + "/files/../api/auth.revoke", w.URL() + "//api/auth.revoke?x=/files/"} {
		payload := fmt.Sprintf(`{"type":"view_submission","team":{"id":"T0FAKE"},"api_app_id":"A0FAKE","user":{"id":"U1PRIYA","team_id":"T0FAKE"},"view":{"id":"V1","type":"modal","callback_id":"form",
			"private_metadata":%q,"blocks":[{"type":"input","block_id":"file"}],"state":{"values":{"file":{"value":{"type":"file_input","files":[{"name":"x.png","url_private_download":%q}]}}}}}}`,
			form.Raw["private_metadata"], from)
		status, body := w.post(t, formType, "payload="+url.QueryEscape(payload))
		if status != 200 || !strings.Contains(string(body), "could not fetch") {
			t.Errorf("%s: %d %s", from, status, body)
		}
	}
	if n := w.Calls("auth.revoke"); n > 0 {
		t.Errorf("a form called a method %d times", n)
	}
	if len(reached) > 0 || len(w.invocations()) != before {
		t.Errorf("%d strangers have the token, %d invocations", len(reached), len(w.invocations())-before)
	}
}
