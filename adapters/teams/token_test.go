package teams_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

func TestOneTokenServesManyAndIsFetchedAnewWhenRefused(t *testing.T) {
	clock := newClock()
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) { c.Now = clock.now })
	var all sync.WaitGroup
	for _, who := range []string{priya, jon, priya, jon, priya, jon} {
		all.Go(func() { x.send(t, who, reminder()) })
	}
	all.Wait()
	if n := x.Calls("token"); n != 1 {
		t.Errorf("%d tokens for six at once", n)
	}
	x.Revoke()
	x.send(t, priya, reminder())
	if n := x.Calls("token"); n != 2 {
		t.Errorf("%d tokens after one was refused", n)
	}
	clock.add(57 * time.Minute) // near the end of its hour it still serves, while the next is fetched
	x.send(t, jon, reminder())
	for deadline := time.Now().Add(2 * time.Second); x.Calls("token") < 3 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if n := x.Calls("token"); n != 3 {
		t.Errorf("%d tokens, one should have been replaced early", n)
	}
}

func TestATokenThatCannotBeHadIsNoMessageSent(t *testing.T) {
	for name, c := range map[string]struct {
		fault teamsfake.Fault
		want  chat.Outcome
	}{
		"the login host is away":   {teamsfake.Fault{Op: "token", Status: 503}, chat.Retry},
		"it hangs up":              {teamsfake.Fault{Op: "token", Cut: true}, chat.Retry},
		"it says nothing":          {teamsfake.Fault{Op: "token", Status: 200, Body: "{}"}, chat.Retry},
		"it is too much":           {teamsfake.Fault{Op: "token", Status: 429}, chat.Retry},
		"the secret is refused":    {teamsfake.Fault{Op: "token", Status: 401, Body: `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret fake-client-secret"}`}, chat.Halted},
		"the service has no place": {teamsfake.Fault{Op: "token", Status: 400, Body: `{"error":"unauthorized_client","error_description":"AADSTS7000229: missing service principal"}`}, chat.Halted},
	} {
		x := open(t, nil)
		x.Fail(c.fault)
		_, err := x.teams.Send(t.Context(), to(priya), reminder())
		if got := chat.AsSendError(err); err == nil || got.Outcome != c.want || !strings.HasPrefix(got.Code, "token_") || strings.Contains(err.Error(), x.Options().ClientSecret) {
			t.Errorf("%s: %v", name, err)
		}
		if n := x.Calls("send") + x.Calls("create"); n != 0 {
			t.Errorf("%s: %d calls", name, n)
		}
	}
}

// certified is a certificate with its key, and both as PEM.
func certified(t *testing.T) (*x509.Certificate, *rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ismsbot"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}))
}

// overTLS is a stand-in for the login hosts over https, which Microsoft's
// library insists on.
func overTLS(t *testing.T, o teamsfake.Options) (*teamsfake.Server, *http.Client) {
	t.Helper()
	login := teamsfake.New(o)
	t.Cleanup(login.Close)
	tls := httptest.NewTLSServer(login.Handler())
	t.Cleanup(tls.Close)
	login.SetBase(tls.URL)
	return login, tls.Client()
}

func TestACertificateServesAsTheSecretDoes(t *testing.T) {
	cert, _, text := certified(t)
	login, client := overTLS(t, teamsfake.Options{Certificate: cert})
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) {
		c.Credential.Certificate, c.LoginURL, c.HTTP = text, login.LoginURL(), client
	})
	facts, err := x.teams.Check(t.Context())
	if err != nil || len(facts) != 2 || login.Calls("token") != 1 {
		t.Errorf("%q, %v, %d tokens", facts, err, login.Calls("token"))
	}
}

// machine plays the endpoint from which a machine in Azure has the tokens of
// its identities: https://learn.microsoft.com/azure/app-service/overview-managed-identity
func machine(t *testing.T, token func(resource string) string) (asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	m := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		mu.Lock()
		all = append(all, q.Get("client_id")+" "+q.Get("resource"))
		mu.Unlock()
		if r.Header.Get("X-IDENTITY-HEADER") != "of the machine" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": token(q.Get("resource")), "token_type": "Bearer",
			"resource": q.Get("resource"), "expires_on": strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)})
	}))
	t.Cleanup(m.Close)
	t.Setenv("IDENTITY_ENDPOINT", m.URL)
	t.Setenv("IDENTITY_HEADER", "of the machine")
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

const identity = "33333333-2222-2222-2222-222222222222"

func TestAManagedIdentityServesAsTheSecretDoes(t *testing.T) {
	asked := machine(t, func(string) string { return "a token of the identity" })
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) { c.Credential.ManagedIdentity = identity })
	if _, err := x.teams.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got := asked(); len(got) != 1 || got[0] != identity+" https://api.botframework.com" {
		t.Errorf("asked for %q", got)
	}
}

func TestAFederatedIdentityStandsInForTheSecret(t *testing.T) {
	cert, key, _ := certified(t) // with which the identity's tokens are signed in the place of Azure
	login, client := overTLS(t, teamsfake.Options{Certificate: cert})
	o := login.Options()
	thumb := sha1.Sum(cert.Raw)
	asked := machine(t, func(string) string {
		return login.SignWith(key, "", map[string]any{"x5t": base64.RawURLEncoding.EncodeToString(thumb[:])}, map[string]any{
			"iss": o.AppID, "sub": o.AppID, "aud": login.LoginURL() + "/" + o.TenantID + "/oauth2/v2.0/token", "exp": time.Now().Add(time.Hour).Unix()})
	})
	x := open(t, nil, func(c *teams.Config, _ *teamsfake.Options) {
		c.Credential.Federated, c.LoginURL, c.HTTP = identity, login.LoginURL(), client
	})
	if _, err := x.teams.Check(t.Context()); err != nil || login.Calls("token") != 1 {
		t.Errorf("%v, %d tokens", err, login.Calls("token"))
	}
	if got := asked(); len(got) != 1 || got[0] != identity+" api://AzureADTokenExchange" {
		t.Errorf("asked for %q", got)
	}
}
