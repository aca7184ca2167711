package teamsfake_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams/teamsfake"
)

type object = map[string]any

const (
	priya = "aaaaaaaa-0000-0000-0000-000000000001"
	jon   = "aaaaaaaa-0000-0000-0000-000000000002"
	isms  = "19:isms@thread.tacv2"
)

func options() teamsfake.Options {
	return teamsfake.Options{
		Users: []teamsfake.User{
			{AAD: priya, ID: "29:1-priya", Name: "Priya Shah", Zone: "Asia/Kolkata", Locale: "en-IN"},
			{AAD: jon, Name: "Jon Smith", Guest: true},
		},
		Channels: []teamsfake.Channel{{ID: isms, Name: "ISMS", Team: "19:team@thread.tacv2", TeamName: "Security"}},
		Patience: 300 * time.Millisecond, Quiet: 60 * time.Millisecond,
	}
}

// bot is as small as a bot can be: it proves who calls, and does what the test
// tells it to.
type bot struct {
	*teamsfake.Server
	t   *testing.T
	url string

	mu    sync.Mutex
	seen  []object
	raw   [][]byte
	heads int
	on    func(activity object) (status int, body any)
}

func start(t *testing.T, o teamsfake.Options) *bot {
	b := &bot{Server: teamsfake.New(o), t: t}
	server := httptest.NewServer(b)
	b.url = server.URL
	b.SetBot(server.URL + "/api/messages")
	t.Cleanup(func() {
		b.Close()
		server.Close()
	})
	return b
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodHead {
		b.heads++
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	var a object
	body, _ := io.ReadAll(r.Body)
	if err := b.prove(token); err != nil || json.Unmarshal(body, &a) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	b.seen, b.raw = append(b.seen, a), append(b.raw, body)
	if b.on == nil {
		return
	}
	status, answer := b.on(a)
	w.WriteHeader(status)
	if answer != nil {
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// prove is how a bot that trusts nobody reads a token.
func (b *bot) prove(token string) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	var header, claims object
	for i, into := range []*object{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return err
		}
	}
	exp, _ := claims["exp"].(float64)
	if header["alg"] != "RS256" || claims["iss"] != "https://api.botframework.com" || claims["aud"] != b.Options().AppID ||
		claims["serviceurl"] != b.ServiceURL() || exp < float64(time.Now().Unix()) {
		return errors.New("the claims are not for us")
	}
	var metadata struct {
		URL string `json:"jwks_uri"`
	}
	var set struct {
		Keys []struct {
			Kid, N, E    string
			Endorsements []string
		}
	}
	if err := fetch(b.MetadataURL(), &metadata); err != nil {
		return err
	}
	if err := fetch(metadata.URL, &set); err != nil {
		return err
	}
	for _, k := range set.Keys {
		if k.Kid == header["kid"] && slices.Contains(k.Endorsements, "msteams") {
			n, _ := base64.RawURLEncoding.DecodeString(k.N)
			e, _ := base64.RawURLEncoding.DecodeString(k.E)
			key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
			sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
			signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
		}
	}
	return errors.New("no such key")
}

func fetch(from string, into any) error {
	resp, err := http.Get(from)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func (b *bot) token(scope string) string {
	status, out := b.login(url.Values{
		"grant_type": {"client_credentials"}, "client_id": {b.Options().AppID},
		"client_secret": {b.Options().ClientSecret}, "scope": {scope + "/.default"},
	})
	if status != http.StatusOK {
		b.t.Errorf("token: %d %v", status, out)
	}
	token, _ := out["access_token"].(string)
	return token
}

func (b *bot) login(form url.Values) (int, object) {
	resp, err := http.PostForm(b.LoginURL()+"/"+b.Options().TenantID+"/oauth2/v2.0/token", form)
	if err != nil {
		b.t.Error(err)
		return 0, nil
	}
	defer resp.Body.Close()
	var out object
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		b.t.Error(err)
	}
	return resp.StatusCode, out
}

// call is one call of the connector, with a token that is made for it.
func (b *bot) call(method, path string, body any) (int, object, error) {
	return b.callWith(b.token("https://api.botframework.com"), method, b.ServiceURL()+"/v3/conversations"+path, body)
}

func (b *bot) callWith(token, method, to string, body any) (int, object, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequest(method, to, bytes.NewReader(data))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err = io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	out := object{"retry": resp.Header.Get("Retry-After")}
	var any any
	if len(data) > 0 {
		if err := json.Unmarshal(data, &any); err != nil {
			return 0, nil, err
		}
	}
	if o, is := any.(object); is {
		for k, v := range o {
			out[k] = v
		}
	}
	out["list"] = any
	return resp.StatusCode, out, nil
}

// must is call for what has to succeed; it returns the id.
func (b *bot) must(method, path string, body any) string {
	b.t.Helper()
	status, out, err := b.call(method, path, body)
	if err != nil || status/100 != 2 {
		b.t.Errorf("%s %s: %d %v %v", method, path, status, out, err)
	}
	id, _ := out["id"].(string)
	return id
}

// refused is call for what has to fail; it returns the code.
func (b *bot) refused(status int, method, path string, body any) string {
	b.t.Helper()
	got, out, err := b.call(method, path, body)
	if err != nil || got != status {
		b.t.Errorf("%s %s: %d %v %v, expected %d", method, path, got, out, err, status)
	}
	e, _ := out["error"].(object)
	code, _ := e["code"].(string)
	return code
}

func (b *bot) last() object {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.seen) == 0 {
		b.t.Fatal("the bot has seen nothing")
	}
	return b.seen[len(b.seen)-1]
}

func (b *bot) healthy() {
	b.t.Helper()
	if bad := b.Invalid(); len(bad) > 0 {
		b.t.Errorf("invalid: %q", bad)
	}
}

func esc(id string) string { return "/" + url.PathEscape(id) }

func text(s string) object { return object{"type": "message", "text": s} }

func adaptive(body []any, actions ...any) object {
	return object{"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": actions}
}

func block(s string) object { return object{"type": "TextBlock", "text": s, "wrap": true} }

func button(title, command string) object {
	data := object{"isms": command}
	return object{"type": "Action.Execute", "title": title, "verb": "isms", "data": data,
		"fallback": object{"type": "Action.Submit", "title": title, "data": data}}
}

func carrying(card object) object {
	return object{"type": "message", "summary": "a card", "attachments": []any{
		object{"contentType": "application/vnd.microsoft.card.adaptive", "content": card},
	}}
}

func at(o object, path ...string) any {
	var v any = o
	for _, name := range path {
		m, _ := v.(object)
		v = m[name]
	}
	return v
}
