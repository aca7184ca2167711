package playground_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"ismsbot/bot/chat"
)

func TestAMessageIsSeenAsOtherPlatformsGetIt(t *testing.T) {
	w := newWorld(t)
	ref := w.send("priya", chat.Card{Summary: "Secret", Blocks: []chat.Block{chat.Text{Text: "For Priya"}}})
	look := func(as string, ref chat.MessageRef) (int, []struct {
		Name    string
		Payload chat.Card
	}) {
		resp, err := http.Get(w.server.URL + "/api/look?" + url.Values{"as": {as}, "ref": {string(ref)}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var out []struct {
			Name    string
			Payload chat.Card
		}
		if resp.StatusCode == http.StatusOK {
			if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
				t.Fatal(err)
			}
		}
		return resp.StatusCode, out
	}
	status, got := look("priya", ref)
	if status != 200 || len(got) != 1 || got[0].Name != "echo" || got[0].Payload.Text() != "For Priya" {
		t.Errorf("%d %+v", status, got)
	}
	if err := w.Update(t.Context(), address("priya"), ref, chat.Card{Summary: "s", Blocks: []chat.Block{chat.Text{Text: "Changed"}}}); err != nil {
		t.Fatal(err)
	}
	if _, got := look("priya", ref); len(got) != 1 || got[0].Payload.Text() != "Changed" {
		t.Errorf("%+v", got)
	}
	for as, ref := range map[string]chat.MessageRef{"jon": ref, "": ref, "priya": "nothing"} {
		if status, _ := look(as, ref); status != 404 {
			t.Errorf("%q sees %s: %d", as, ref, status)
		}
	}
}
