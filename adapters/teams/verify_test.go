package teams_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
)

// claim changes one claim of a token; nil takes it out.
func claim(name string, value any) func(header, claims map[string]any) {
	return func(_, claims map[string]any) {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
}

func header(name string, value any) func(header, claims map[string]any) {
	return func(h, _ map[string]any) { h[name] = value }
}

func in(d time.Duration) float64 { return float64(time.Now().Add(d).Unix()) }

// Every token that Microsoft's own validators refuse, and every activity that
// does not belong to its token.
func TestWhatIsNotProvedIsTurnedAway(t *testing.T) {
	x := open(t, nil)
	unendorsed, unendorsedKid := x.UnendorsedKey()
	_, kid := x.Key()
	bearer := func(token string) []string { return []string{"Bearer " + token} }
	for name, c := range map[string]struct {
		auth   []string
		change func(activity map[string]any)
		status int
		reason string
	}{
		"no header":                      {nil, nil, 401, "header"},
		"two headers":                    {[]string{"Bearer " + x.Token(nil), "Bearer " + x.Token(nil)}, nil, 401, "header"},
		"another scheme":                 {[]string{"Basic " + x.Token(nil)}, nil, 401, "header"},
		"no token":                       {[]string{"Bearer "}, nil, 401, "header"},
		"half a token":                   {[]string{"Bearer a.b"}, nil, 401, "header"},
		"a token of 20 KiB":              {bearer(strings.Repeat("a", 20<<10)), nil, 401, "header"},
		"no JSON in it":                  {bearer("YQ.YQ.YQ"), nil, 401, "header"},
		"unsigned":                       {bearer(x.Unsigned(nil)), nil, 401, "algorithm"},
		"HS256 with the public key":      {bearer(x.SignHMAC(nil)), nil, 401, "algorithm"},
		"RS512 by its header":            {bearer(x.Token(header("alg", "RS512"))), nil, 401, "algorithm"},
		"a critical extension":           {bearer(x.Token(header("crit", []string{"b64"}))), nil, 401, "algorithm"},
		"of another issuer":              {bearer(x.Token(claim("iss", "https://sts.windows.net/x/"))), nil, 401, "issuer"},
		"without an issuer":              {bearer(x.Token(claim("iss", nil))), nil, 401, "issuer"},
		"for another app":                {bearer(x.Token(claim("aud", "33333333-2222-2222-2222-222222222222"))), nil, 401, "audience"},
		"for us and another":             {bearer(x.Token(claim("aud", []string{x.Options().AppID, "other"}))), nil, 401, "audience"},
		"for nobody":                     {bearer(x.Token(claim("aud", nil))), nil, 401, "audience"},
		"expired":                        {bearer(x.Token(claim("exp", in(-6*time.Minute)))), nil, 401, "time"},
		"without an end":                 {bearer(x.Token(claim("exp", nil))), nil, 401, "time"},
		"with an end beyond any clock":   {bearer(x.Token(claim("exp", -1e300))), nil, 401, "time"},
		"not valid yet":                  {bearer(x.Token(claim("nbf", in(6*time.Minute)))), nil, 401, "time"},
		"by a foreign key under our kid": {bearer(x.SignWith(x.ForeignKey(), kid, nil, nil)), nil, 401, "signature"},
		"by a key nobody published":      {bearer(x.SignWith(x.ForeignKey(), "unheard-of", nil, nil)), nil, 401, "key"},
		"without a kid":                  {bearer(x.Token(header("kid", ""))), nil, 401, "key"},
		"a key of its own":               {bearer(x.SignWith(x.ForeignKey(), kid, map[string]any{"jku": "http://evil.example/keys", "jwk": map[string]any{"kty": "RSA"}}, nil)), nil, 401, "signature"},
		"a changed signature":            {bearer(x.Token(nil)[:20] + "A" + x.Token(nil)[21:]), nil, 401, ""},
		"a key without the endorsement":  {bearer(x.SignWith(unendorsed, unendorsedKid, nil, nil)), nil, 403, "endorsement"},
		"another channel":                {bearer(x.Token(nil)), func(a map[string]any) { a["channelId"] = "webchat" }, 403, "endorsement"},
		"without a service URL in it":    {bearer(x.Token(claim("serviceurl", nil))), nil, 403, "service_url"},
		"for another service URL":        {bearer(x.Token(claim("serviceurl", "https://smba.trafficmanager.net/teams"))), nil, 403, "service_url"},
		"a service URL that is not allowed": {bearer(x.Token(claim("serviceurl", "https://evil.trafficmanager.net/teams"))),
			func(a map[string]any) { a["serviceUrl"] = "https://evil.trafficmanager.net/teams" }, 403, "service_url"},
		"of another tenant": {bearer(x.Token(nil)), func(a map[string]any) {
			a["channelData"] = map[string]any{"tenant": map[string]any{"id": "99999999-1111-1111-1111-111111111111"}}
		}, 403, "tenant"},
		"of no tenant": {bearer(x.Token(nil)), func(a map[string]any) {
			delete(a, "channelData")
			delete(a["conversation"].(map[string]any), "tenantId")
		}, 403, "tenant"},
		"by somebody of another tenant": {bearer(x.Token(nil)), func(a map[string]any) {
			a["from"].(map[string]any)["tenantId"] = "99999999-1111-1111-1111-111111111111"
		}, 403, "tenant"},
		"to another bot": {bearer(x.Token(nil)), func(a map[string]any) {
			a["recipient"] = map[string]any{"id": "28:33333333-2222-2222-2222-222222222222"}
		}, 403, "recipient"},
	} {
		a := x.Activity(priya, "message")
		a["text"] = "todo"
		if c.change != nil {
			c.change(a)
		}
		before := x.turnedAway()
		status, body := x.raw(t, a, func(r *http.Request) { r.Header["Authorization"] = c.auth })
		if status != c.status || body != "" {
			t.Errorf("%s: %d %q", name, status, body)
		}
		if now := x.turnedAway(); c.reason != "" && now[c.reason] != before[c.reason]+1 {
			t.Errorf("%s: counted %v, before %v", name, now, before)
		}
	}
	if heard := x.invocations(); len(heard) != 0 {
		t.Errorf("heard %+v", heard)
	}
	for name, token := range map[string]string{
		"within the skew":           x.Token(func(_, c map[string]any) { c["exp"], c["nbf"] = in(-4*time.Minute), in(4*time.Minute) }),
		"a slash more":              x.Token(claim("serviceurl", x.ServiceURL()+"/")),
		"as the documentation does": x.Token(func(_, c map[string]any) { c["serviceUrl"] = c["serviceurl"]; delete(c, "serviceurl") }),
		"an audience of one":        x.Token(claim("aud", []string{x.Options().AppID})),
	} {
		a := x.Activity(priya, "message")
		a["text"] = "todo"
		if status, _, err := x.Post(a, token); status != 200 || err != nil {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
}

// raw posts an activity by hand.
func (x *tenant) raw(t *testing.T, a map[string]any, change func(*http.Request)) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, x.front.URL, bytes.NewReader(asJSON(t, a)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	change(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestWhatIsNoActivityIsTurnedAway(t *testing.T) {
	x := open(t, nil)
	for name, c := range map[string]struct {
		method, media, encoding string
		body                    io.Reader
		status                  int
	}{
		"a look":         {method: http.MethodHead, status: 200},
		"a page":         {method: http.MethodGet, status: 405},
		"a form":         {media: "application/x-www-form-urlencoded", status: 415},
		"no media type":  {media: "", status: 415},
		"packed":         {media: "application/json", encoding: "gzip", status: 415},
		"no JSON":        {media: "application/json", body: strings.NewReader("<xml/>"), status: 400},
		"2 MiB":          {media: "application/json", body: bytes.NewReader(make([]byte, 2<<20)), status: 413},
		"2 MiB, unnamed": {media: "application/json", body: io.MultiReader(bytes.NewReader(make([]byte, 2<<20))), status: 413},
	} {
		method := c.method
		if method == "" {
			method = http.MethodPost
		}
		req, err := http.NewRequestWithContext(t.Context(), method, x.front.URL, c.body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+x.Token(nil))
		if c.media != "" {
			req.Header.Set("Content-Type", c.media)
		}
		if c.encoding != "" {
			req.Header.Set("Content-Encoding", c.encoding)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d, not %d", name, resp.StatusCode, c.status)
		}
	}
}

func TestOfWhatNobodyKnowsNothingComes(t *testing.T) {
	x := open(t, nil)
	for _, kind := range []string{"typing", "messageReaction", "endOfConversation", "event"} {
		if status, body, err := x.Post(x.Activity(priya, kind), x.Token(nil)); status != 200 || len(body) > 0 || err != nil {
			t.Errorf("%s: %d %q %v", kind, status, body, err)
		}
	}
	unknown := x.Activity(priya, "invoke")
	unknown["name"] = "composeExtension/query"
	stranger := x.Activity(priya, "message")
	stranger["text"] = "todo"
	delete(stranger["from"].(map[string]any), "aadObjectId")
	empty := x.Activity(priya, "message")
	empty["value"] = map[string]any{"something": "else"}
	delete(empty, "text")
	for _, a := range []map[string]any{unknown, stranger, empty} {
		if status, _, err := x.Post(a, x.Token(nil)); status != 200 || err != nil {
			t.Errorf("%v: %d %v", a["type"], status, err)
		}
	}
	if heard := x.invocations(); len(heard) != 0 {
		t.Errorf("heard %+v", heard)
	}
}

func TestANewKeyIsLearnedAndAFloodOfUnknownOnesIsNot(t *testing.T) {
	clock := newClock()
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) { c.Now = clock.now })
	clock.add(time.Hour) // the keys were fetched long ago
	x.Rotate()
	must(t)(x.Say(priya, "todo"))
	if n := x.Calls("keys"); n != 2 {
		t.Errorf("the keys were fetched %d times", n)
	}
	clock.add(2 * time.Minute)
	before, fetched := runtime.NumGoroutine(), x.Calls("metadata")
	x.Fail(teamsfake.Fault{Op: "metadata", Accept: true, Delay: 300 * time.Millisecond})
	parts := strings.Split(x.Token(nil), ".") // its signature is never looked at
	var flood sync.WaitGroup
	worst := 0
	for worker := range 8 {
		flood.Go(func() {
			for i := range 1250 {
				head := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"alg":"RS256","kid":"kid-%d-%d"}`, worker, i))
				token := head + "." + parts[1] + "." + parts[2]
				if status, _, err := x.Post([]byte(`{}`), token); status != 401 || err != nil {
					t.Errorf("%d, %v", status, err)
					return
				}
				if worker == 0 {
					worst = max(worst, runtime.NumGoroutine())
				}
			}
		})
	}
	flood.Wait()
	if n := x.Calls("metadata") - fetched; n > 1 {
		t.Errorf("10,000 unknown keys cost %d fetches", n)
	}
	if worst > before+60 { // eight clients and their connections
		t.Errorf("%d goroutines, %d before", worst, before)
	}
	must(t)(x.Say(priya, "todo")) // the known key still serves
}

func TestOldKeysServeWhileNewOnesCannotBeHad(t *testing.T) {
	clock := newClock()
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) { c.Now = clock.now })
	for _, fault := range []teamsfake.Fault{
		{Op: "metadata", Status: 503}, {Op: "metadata", Cut: true}, {Op: "keys", Status: 500},
		{Op: "keys", Status: 200, Body: `{"keys":[]}`}, {Op: "keys", Status: 200, Body: strings.Repeat("[", 1<<20)},
		{Op: "keys", Status: 200, Body: `{"keys":[` + strings.Repeat(" ", 2<<20) + `]}`}, {Op: "metadata", Status: 200, Body: `{"jwks_uri":"http://evil.example/keys"}`},
	} {
		clock.add(2 * time.Minute)
		x.Fail(fault)
		if status, _, err := x.Post([]byte(`{}`), x.SignWith(x.ForeignKey(), "unheard-of", nil, nil)); status != 401 || err != nil {
			t.Errorf("%+v: %d, %v", fault, status, err)
		}
		x.Heal()
		must(t)(x.Say(priya, "todo"))
	}
}

// clock goes on with the real one and can be put forward.
type clock struct {
	mu   sync.Mutex
	more time.Duration
}

func newClock() *clock { return &clock{} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.more)
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.more += d
}
