package playground_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/adapters/playground"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

func TestNewNamesWhatIsMissing(t *testing.T) {
	_, err := playground.New(playground.Config{}, nil)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{"People", "Now", "handler"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}

func TestInvocations(t *testing.T) {
	w := newWorld(t)
	ref := w.send("priya", staffDigest())
	lenas := w.send("lena", approval())
	onChannel := w.send("#isms", line("Operations: 4 late"))
	strange := w.send("priya", line("pay \u202ehere\u202c "+strings.Repeat("ä", 3000)))
	priya := chat.Invocation{
		ID: "event-0123456789", From: account("priya"), Where: address("priya"), Private: true,
		Zone: "Europe/London", Language: "en",
	}
	with := func(change func(*chat.Invocation)) chat.Invocation {
		in := priya
		change(&in)
		return in
	}
	for _, c := range []struct {
		name, path string
		body       fields
		want       chat.Invocation
	}{
		{"a typed line loses its slash command", "/api/say", fields{"as": "priya", "text": " /isms  overdue   jon "},
			with(func(in *chat.Invocation) { in.Text = "overdue jon" })},
		{"a word that begins like the command stays", "/api/say", fields{"as": "priya", "text": "/ismsbot"},
			with(func(in *chat.Invocation) { in.Text = "/ismsbot" })},
		{"a mentioned person becomes an account", "/api/say", fields{"as": "priya", "text": "delegate CA-12 @Jon Reed"},
			with(func(in *chat.Invocation) { in.Text = "delegate CA-12 <@jon>" })},
		{"a line in a channel happens there", "/api/say", fields{"as": "priya", "in": "#isms", "text": "due"},
			with(func(in *chat.Invocation) { in.Text, in.Where, in.Private = "due", address("#isms"), false })},
		{"a line into somebody else's conversation lands in one's own", "/api/say", fields{"as": "priya", "in": "jon", "text": "due"},
			with(func(in *chat.Invocation) { in.Text = "due" })},
		{"a press names the message", "/api/press", fields{"as": "priya", "text": "ack CA-12", "message": ref},
			with(func(in *chat.Invocation) { in.Kind, in.Text, in.Message = chat.Pressed, "ack CA-12", ref })},
		{"a press in a channel happens there", "/api/press", fields{"as": "priya", "text": "due", "message": onChannel},
			with(func(in *chat.Invocation) {
				in.Kind, in.Text, in.Message, in.Where, in.Private = chat.Pressed, "due", onChannel, address("#isms"), false
			})},
		{"a press on somebody else's message says who pressed", "/api/press", fields{"as": "priya", "text": "approve CA-12", "message": lenas},
			with(func(in *chat.Invocation) { in.Kind, in.Text, in.Message = chat.Pressed, "approve CA-12", lenas })},
		{"a reported message is quoted", "/api/report", fields{"as": "priya", "text": "approve CA-12", "message": strange},
			with(func(in *chat.Invocation) {
				in.Kind, in.Text, in.Quoted = chat.Pressed, "report", &chat.Quotation{Text: "pay here " + strings.Repeat("ä", 2490) + "…"}
			})},
		{"a message of a channel is reported in one's own conversation", "/api/report", fields{"as": "priya", "in": "#isms", "message": onChannel},
			with(func(in *chat.Invocation) {
				in.Kind, in.Text, in.Quoted = chat.Pressed, "report", &chat.Quotation{Text: "Operations: 4 late"}
			})},
		{"the home view has no text", "/api/home", fields{"as": "priya", "text": "done CA-1", "message": ref},
			with(func(in *chat.Invocation) { in.Kind = chat.Opened })},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.post(c.path, c.body)
			if diff := cmp.Diff(c.want, w.last()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestAMessageOfSomebodyElseIsNotThereToBeReported(t *testing.T) {
	w := newWorld(t)
	lenas := w.send("lena", approval())
	for _, ref := range []chat.MessageRef{lenas, "", "missing"} {
		if code, body := w.request("/api/report", fields{"as": "priya", "id": "event-report-1", "message": ref}, nil); code != http.StatusNotFound || strings.Contains(body, "CA-12") {
			t.Errorf("%q: %d %s", ref, code, body)
		}
	}
	if len(w.asked) != 0 {
		t.Errorf("the bot was asked %+v", w.asked)
	}
}

func TestARepeatedLineKeepsItsIDAndStandsOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.post("/api/say", fields{"as": "priya", "text": "todo", "id": "event-same-0001"})
	}
	w.post("/api/say", fields{"as": "priya", "text": "todo", "id": "event-next-0002"})
	var ids []string
	for _, in := range w.asked {
		ids = append(ids, in.ID)
	}
	if diff := cmp.Diff([]string{"event-same-0001", "event-same-0001", "event-next-0002"}, ids); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	lines := 0
	for _, m := range w.listen("priya", "").messages() {
		if m.Mine {
			lines++
		}
	}
	if lines != 2 {
		t.Errorf("the conversation shows %d typed lines, want 2", lines)
	}
}

func TestRequestsOfOtherPagesAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"no token", func(r *http.Request) { r.Header.Del("X-Token") }, http.StatusForbidden},
		{"a wrong token", func(r *http.Request) { r.Header.Set("X-Token", "A"+w.token) }, http.StatusForbidden},
		{"a foreign origin", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		{"another port's page", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, http.StatusForbidden},
		{"a foreign fetch", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"a rebound name", func(r *http.Request) { r.Host = "evil.example"; r.Header.Del("Origin") }, http.StatusMisdirectedRequest},
		{"a name that ends like ours", func(r *http.Request) { r.Host = "localhost.evil.example"; r.Header.Del("Origin") }, http.StatusMisdirectedRequest},
		{"another address", func(r *http.Request) { r.Host = "192.0.2.1"; r.Header.Del("Origin") }, http.StatusMisdirectedRequest},
		{"a form's content type", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _ := w.request("/api/say", fields{"as": "priya", "text": "todo", "id": "event-0123456789"}, c.change)
			if code != c.want {
				t.Errorf("status %d, want %d", code, c.want)
			}
		})
	}
	if len(w.asked) > 0 {
		t.Errorf("the bot was asked %v", w.asked)
	}
	if code, _ := w.request("/api/say", fields{"as": "priya", "text": "todo", "id": "event-0123456789"}, nil); code != http.StatusOK {
		t.Errorf("our own page is refused: %d", code)
	}
}

func TestReadingUnderAForeignNameIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/cards", "/api/state", "/api/events?as=priya", "/static/chat.js"} {
		req, err := http.NewRequest(http.MethodGet, w.server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example:8080"
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestBadRequestsChangeNothing(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, path string
		body       fields
		want       int
	}{
		{"nobody", "/api/say", fields{"as": "nobody", "text": "todo"}, http.StatusNotFound},
		{"no event id", "/api/say", fields{"as": "priya", "text": "todo", "id": ""}, http.StatusBadRequest},
		{"an event id that is a text", "/api/say", fields{"as": "priya", "text": "todo", "id": "a b c d e f g"}, http.StatusBadRequest},
		{"an unknown field", "/api/say", fields{"as": "priya", "text": "todo", "admin": true}, http.StatusBadRequest},
		{"a message that never was", "/api/press", fields{"as": "priya", "text": "approve CA-12", "message": "x"}, http.StatusNotFound},
		{"a form that never was", "/api/submit", fields{"as": "priya", "form": "x"}, http.StatusGone},
		{"too much", "/api/say", fields{"as": "priya", "text": strings.Repeat("x", 1<<20)}, http.StatusRequestEntityTooLarge},
		{"into the past", "/api/travel", fields{"to": "2020-01-01T00:00:00Z"}, http.StatusBadRequest},
		{"too far", "/api/travel", fields{"to": "2126-01-01T00:00:00Z"}, http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.body["id"] == nil && c.path != "/api/travel" {
				c.body["id"] = "event-0123456789"
			}
			if code, text := w.request(c.path, c.body, nil); code != c.want {
				t.Errorf("status %d, want %d: %s", code, c.want, text)
			}
		})
	}
	if len(w.asked) > 0 {
		t.Errorf("the bot was asked %v", w.asked)
	}
}

func TestAFaultOfTheBotSaysThatNothingChanged(t *testing.T) {
	w := newWorld(t)
	got := w.post("/api/say", fields{"as": "lena", "text": "break"})
	if got.Error != voice.For("de").Say("playground.fault") || strings.Contains(got.Error, "database") {
		t.Errorf("%q", got.Error)
	}
}

func TestAFileIsHandedToOnePersonOnly(t *testing.T) {
	w := newWorld(t)
	w.post("/api/say", fields{"as": "priya", "in": "#isms", "text": "overdue file"})
	var file messageView
	for _, m := range w.listen("priya", "").messages() {
		if m.File != nil {
			file = m
		}
	}
	if file.File == nil || file.In != "#isms" || !file.Private {
		t.Fatalf("no file for Priya: %+v", file)
	}
	for _, m := range w.listen("jon", "").messages() {
		t.Errorf("Jon sees %+v", m)
	}
	res, err := http.Get(w.server.URL + file.File.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename=overdue.csv` {
		t.Errorf("disposition %q", got)
	}
	if got := w.get(file.File.URL); got != "id\nCA-9\n" {
		t.Errorf("data %q", got)
	}
}

func TestStateSpeaksTheLanguageOfThePerson(t *testing.T) {
	w := newWorld(t)
	var state struct {
		As, Language string
		Words        map[string]string
		People       []struct{ Initials string }
		Commands     []struct{ Text string }
	}
	if err := json.Unmarshal([]byte(w.get("/api/state?as=lena")), &state); err != nil {
		t.Fatal(err)
	}
	if state.Language != "de" || state.Words["send"] != "Senden" || state.People[0].Initials != "PN" || len(state.Commands) != 6 {
		t.Errorf("%+v", state)
	}
	for key, word := range state.Words {
		if strings.Contains(word, "‹") {
			t.Errorf("no word for %s", key)
		}
	}
	if err := json.Unmarshal([]byte(w.get("/api/state?as=nobody")), &state); err != nil || state.As != "priya" {
		t.Errorf("an unknown person becomes the first one: %q %v", state.As, err)
	}
}

func TestContactSheet(t *testing.T) {
	w := newWorld(t)
	page := w.get("/cards")
	for _, part := range []string{
		`href="#s0"`, `id="s8"`, "Extension approval", "Good morning Priya.", "forms are not drawn here", "&#34;is&#34;: &#34;text&#34;",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the sheet lacks %s", part)
		}
	}
	if strings.Contains(page, "‹") {
		t.Error("a word is missing")
	}
	if got := w.get("/api/samples"); strings.Count(got, `"anchor"`) != 9 {
		t.Errorf("samples: %s", got)
	}
}
