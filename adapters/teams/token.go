package teams

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

const (
	// refreshEarly is how long before its end a token is replaced; until then
	// the old one serves.
	refreshEarly = 5 * time.Minute
	// tokenWithin bounds the wait for a token.
	tokenWithin = 15 * time.Second
)

// sourceFunc gives a new token for a scope.
type sourceFunc func(ctx context.Context, scope string) (*oauth2.Token, error)

// credential makes the source of the configured kind.
func (c Config) credential(cl cloud, out clients) (sourceFunc, error) {
	client := out.of(c.LoginURL != "")
	options := azcore.ClientOptions{Transport: client, Cloud: azcloud.Configuration{ActiveDirectoryAuthorityHost: cl.login}}
	switch x := c.Credential; {
	case x.ClientSecret != "":
		return c.bySecret(cl, client), nil
	case x.Certificate != "":
		certs, key, err := azidentity.ParseCertificates([]byte(x.Certificate), nil)
		if err != nil {
			return nil, errors.New("teams.certificate cannot be read: it must be PEM with a certificate and its private key, without a password")
		}
		made, err := azidentity.NewClientCertificateCredential(c.TenantID, c.AppID, certs, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		if err != nil {
			return nil, fmt.Errorf("teams.certificate: %w (with a certificate, teams.login_url must be https)", wire.Scrub(err))
		}
		return azure(made), nil
	case x.ManagedIdentity != "":
		return identity(x.ManagedIdentity, "teams.managed_identity")
	}
	return c.federated(options)
}

func (c Config) bySecret(cl cloud, client *http.Client) sourceFunc {
	return func(ctx context.Context, scope string) (*oauth2.Token, error) {
		config := clientcredentials.Config{
			ClientID: c.AppID, ClientSecret: c.Credential.ClientSecret, Scopes: []string{scope},
			TokenURL: cl.login + "/" + c.TenantID + "/oauth2/v2.0/token", AuthStyle: oauth2.AuthStyleInParams,
		}
		return config.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
	}
}

// identity is a user-assigned managed identity, asked of the machine we run on.
func identity(client, key string) (sourceFunc, error) {
	made, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{ID: azidentity.ClientID(client)})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, wire.Scrub(err))
	}
	return azure(made), nil
}

// exchangeScope is whose token stands in for a secret:
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation
const exchangeScope = "api://AzureADTokenExchange/.default"

func (c Config) federated(options azcore.ClientOptions) (sourceFunc, error) {
	stand, err := identity(c.Credential.Federated, "teams.federated")
	if err != nil {
		return nil, err
	}
	assertion := func(ctx context.Context) (string, error) {
		t, err := stand(ctx, exchangeScope)
		if err != nil {
			return "", err
		}
		return t.AccessToken, nil
	}
	made, err := azidentity.NewClientAssertionCredential(c.TenantID, c.AppID, assertion,
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		return nil, fmt.Errorf("teams.federated: %w", wire.Scrub(err))
	}
	return azure(made), nil
}

// azure makes any of azidentity's credentials a source.
func azure(c azcore.TokenCredential) sourceFunc {
	return func(ctx context.Context, scope string) (*oauth2.Token, error) {
		t, err := c.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		return &oauth2.Token{AccessToken: t.Token, Expiry: t.ExpiresOn}, err
	}
}

// tokens keeps the token of one scope: fetched once for many who ask, replaced
// before it ends.
type tokens struct {
	source sourceFunc
	scope  string
	now    func() time.Time
	flight singleflight.Group

	mu      sync.Mutex
	current *oauth2.Token
}

func newTokens(source sourceFunc, scope string, now func() time.Time) *tokens {
	return &tokens{source: source, scope: scope, now: now}
}

// token returns a valid one. The error is a *chat.SendError: nothing that was to
// go out with the token has been sent.
func (t *tokens) token(ctx context.Context) (string, error) {
	t.mu.Lock()
	have := t.current
	t.mu.Unlock()
	left := time.Duration(0)
	if have != nil {
		left = have.Expiry.Sub(t.now())
	}
	switch {
	case left > refreshEarly:
		return have.AccessToken, nil
	case left > refreshEarly/5: // it serves while the next is on its way
		t.flight.DoChan(t.scope, t.renew(ctx))
		return have.AccessToken, nil
	}
	select {
	case r := <-t.flight.DoChan(t.scope, t.renew(ctx)):
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(*oauth2.Token).AccessToken, nil
	case <-ctx.Done():
		return "", &chat.SendError{Outcome: chat.Retry, Code: "token_deadline", Err: wire.Scrub(ctx.Err())}
	}
}

// renew outlives the call that asked first: others wait for it too.
func (t *tokens) renew(ctx context.Context) func() (any, error) {
	return func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenWithin)
		defer cancel()
		fresh, err := t.source(ctx, t.scope)
		if err != nil {
			return nil, tokenError(err)
		}
		if fresh.AccessToken == "" {
			return nil, &chat.SendError{Outcome: chat.Retry, Code: "token_empty"}
		}
		t.mu.Lock()
		t.current = fresh
		t.mu.Unlock()
		return fresh, nil
	}
}

// drop forgets the token if it is still the current one: it was refused.
func (t *tokens) drop(refused string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil && t.current.AccessToken == refused {
		t.current = nil
	}
}

// microsoftCode is the login host's own number for what is wrong, which says
// more than its words: https://login.microsoftonline.com/error
var microsoftCode = regexp.MustCompile(`AADSTS[0-9]+`)

// tokenError tells a credential that is refused from a login host that does not
// answer. Neither text may hold the secret.
func tokenError(err error) *chat.SendError {
	status := 0
	var refused *oauth2.RetrieveError
	var failed *azidentity.AuthenticationFailedError
	switch {
	case errors.As(err, &refused) && refused.Response != nil:
		status = refused.Response.StatusCode
	case errors.As(err, &failed) && failed.RawResponse != nil:
		status = failed.RawResponse.StatusCode
	}
	out := &chat.SendError{Outcome: chat.Retry, Code: "token_no_answer"}
	switch code := microsoftCode.FindString(err.Error()); {
	case code != "":
		out.Code = "token_" + code
	case status != 0:
		out.Code = "token_http_" + strconv.Itoa(status)
	default:
		out.Err = wire.Scrub(err) // there is no answer in it
	}
	if status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden {
		out.Outcome = chat.Halted
	}
	return out
}
