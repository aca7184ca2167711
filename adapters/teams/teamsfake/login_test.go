package teamsfake_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/teams/teamsfake"
)

func TestOnlyTokensOfThePublishedKeysAreProved(t *testing.T) {
	b := start(t, options())
	post := func(token string) int {
		t.Helper()
		status, _, err := b.Post(b.Activity(priya, "message"), token)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	if got := post(b.Token(nil)); got != http.StatusOK {
		t.Errorf("a good token: %d", got)
	}
	key, kid := b.Key()
	if got := post(b.SignWith(key, kid, nil, nil)); got != http.StatusOK {
		t.Errorf("the same made by hand: %d", got)
	}
	bare, bareKid := b.UnendorsedKey()
	for name, token := range map[string]string{
		"no token":                  "",
		"alg none":                  b.Unsigned(nil),
		"HS256 by the public key":   b.SignHMAC(nil),
		"a foreign key":             b.SignWith(b.ForeignKey(), kid, nil, nil),
		"a key without endorsement": b.SignWith(bare, bareKid, nil, nil),
		"RS512":                     b.SignWith(key, kid, object{"alg": "RS512"}, nil),
		"another audience":          b.Token(func(_, c map[string]any) { c["aud"] = "another" }),
		"no expiry":                 b.Token(func(_, c map[string]any) { delete(c, "exp") }),
		"another kid":               b.Token(func(h, _ map[string]any) { h["kid"] = "no-such-key" }),
	} {
		if got := post(token); got != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, got)
		}
	}
	old := b.Token(nil)
	b.Rotate()
	if got := post(old); got != http.StatusUnauthorized {
		t.Errorf("a token of a key that is published no more: %d", got)
	}
	if a, err := b.Say(priya, "todo"); err != nil || a.Status != http.StatusOK {
		t.Errorf("after a rotation: %d %v", a.Status, err)
	}
	b.Rotate()
	if got := post(old); got != http.StatusUnauthorized {
		t.Errorf("the first key returned under its old name: %d", got)
	}
	b.Endorse(false)
	if got := post(b.Token(nil)); got != http.StatusUnauthorized {
		t.Errorf("the current key without endorsements: %d", got)
	}
	b.Endorse(true)
	b.Fail(teamsfake.Fault{Op: "metadata", Status: 503})
	if got := post(b.Token(nil)); got != http.StatusUnauthorized {
		t.Errorf("without metadata: %d", got)
	}
	if b.Calls("metadata") == 0 || b.Calls("keys") == 0 {
		t.Error("calls are not counted")
	}
}

func TestTheBotProvesItselfBySecretOrCertificate(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bot"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	if o.Certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	b := start(t, o)
	secretForm := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {b.Options().AppID}, "client_secret": {"fake-client-secret"},
		"scope": {"https://api.botframework.com/.default"},
	}
	try := func(name string, base url.Values, want int, code string, change func(url.Values)) {
		t.Helper()
		form := url.Values{}
		for k, v := range base {
			form[k] = v
		}
		change(form)
		status, out := b.login(form)
		if status != want || code != "" && out["error"] != code {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	try("the secret", secretForm, 200, "", func(url.Values) {})
	try("a wrong secret", secretForm, 401, "invalid_client", func(f url.Values) { f.Set("client_secret", "x") })
	try("another app", secretForm, 400, "unauthorized_client", func(f url.Values) { f.Set("client_id", "x") })
	try("another scope", secretForm, 400, "invalid_scope", func(f url.Values) { f.Set("scope", "x") })
	try("scopes that libraries add", secretForm, 200, "", func(f url.Values) {
		f.Set("scope", "https://graph.microsoft.com/.default openid offline_access profile")
	})
	try("two scopes", secretForm, 400, "invalid_scope", func(f url.Values) {
		f.Set("scope", "https://graph.microsoft.com/.default https://api.botframework.com/.default")
	})
	try("another grant", secretForm, 400, "unsupported_grant_type", func(f url.Values) { f.Set("grant_type", "password") })

	thumb := sha256.Sum256(der)
	header := object{"x5t#S256": base64.RawURLEncoding.EncodeToString(thumb[:])}
	claims := func(change func(object)) object {
		id := b.Options().AppID
		c := object{"aud": b.LoginURL() + "/" + b.Options().TenantID + "/oauth2/v2.0/token", "iss": id, "sub": id, "exp": time.Now().Add(time.Minute).Unix()}
		change(c)
		return c
	}
	assertion := func(name string, want int, signer *rsa.PrivateKey, change func(object)) {
		t.Helper()
		try(name, secretForm, want, "", func(f url.Values) {
			f.Del("client_secret")
			f.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			f.Set("client_assertion", b.SignWith(signer, "", header, claims(change)))
		})
	}
	assertion("an assertion", 200, key, func(object) {})
	assertion("by another key", 401, b.ForeignKey(), func(object) {})
	assertion("for another audience", 401, key, func(c object) { c["aud"] = b.LoginURL() })
	assertion("by another issuer", 401, key, func(c object) { c["iss"] = "x" })
	assertion("for another subject", 401, key, func(c object) { c["sub"] = "x" })
	assertion("expired", 401, key, func(c object) { c["exp"] = time.Now().Add(-time.Minute).Unix() })
	assertion("without expiry", 401, key, func(c object) { delete(c, "exp") })
	header = object{}
	assertion("without a thumbprint", 401, key, func(object) {})
}

func TestTheConnectorTakesOnlyTokensForIt(t *testing.T) {
	o := options()
	o.TokenLife = 50 * time.Millisecond
	b := start(t, o)
	b.Admit(priya)
	to := b.ServiceURL() + "/v3/conversations" + esc(b.Chat(priya)) + "/activities"
	try := func(name, token string, want int) {
		t.Helper()
		status, _, err := b.callWith(token, "POST", to, text("hello"))
		if err != nil || status != want {
			t.Errorf("%s: %d %v", name, status, err)
		}
	}
	good := b.token("https://api.botframework.com")
	try("a good one", good, 201)
	try("none", "", 401)
	try("one to the bot", b.Token(nil), 401)
	try("one for Graph", b.token("https://graph.microsoft.com"), 401)
	time.Sleep(60 * time.Millisecond)
	try("an expired one", good, 401)
	fresh := b.token("https://api.botframework.com")
	b.Revoke()
	try("a revoked one", fresh, 401)
}

func TestEverythingWorksBehindTLS(t *testing.T) {
	b := start(t, options())
	front := httptest.NewTLSServer(b.Handler())
	defer front.Close()
	b.SetBase(front.URL)
	for _, u := range []string{b.LoginURL(), b.MetadataURL(), b.ServiceURL(), b.GraphURL()} {
		if !strings.HasPrefix(u, "https://") {
			t.Errorf("%s", u)
		}
	}
	resp, err := front.Client().Get(b.MetadataURL())
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	_ = resp.Body.Close()
	b.Fail(teamsfake.Fault{Cut: true})
	if resp, err := front.Client().Post(b.MetadataURL(), "", nil); err == nil && resp.StatusCode != http.StatusMethodNotAllowed {
		t.Error("another method was served")
	}
	if _, err := front.Client().Get(b.MetadataURL()); err == nil {
		t.Error("the connection was not cut")
	}
}
