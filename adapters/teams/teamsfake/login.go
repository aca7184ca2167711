package teamsfake

import (
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	connectorScope = "https://api.botframework.com"
	graphScope     = "https://graph.microsoft.com"
)

// grant is what an issued token is good for.
type grant struct {
	scope string
	until time.Time
}

// Revoke makes every token that was issued to the bot worthless.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = map[string]grant{}
}

func (s *Server) token(c *call) *reply {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return noToken(400, "invalid_request", "AADSTS900144: The request body is malformed.")
	}
	if c.path("tenant") != s.o.TenantID {
		return noToken(400, "invalid_request", "AADSTS90002: Tenant '"+c.path("tenant")+"' not found.")
	}
	if form.Get("grant_type") != "client_credentials" {
		return noToken(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
	}
	id, secret := credentials(form, c.header)
	if id != s.o.AppID {
		return noToken(400, "unauthorized_client", "AADSTS700016: Application with identifier '"+id+"' was not found in the directory.")
	}
	if refused := s.prove(form, secret); refused != nil {
		return refused
	}
	scope := scopeOf(form.Get("scope"))
	if scope == "" {
		return noToken(400, "invalid_scope", "AADSTS1002012: The provided value for scope "+form.Get("scope")+" is not valid.")
	}
	return s.issue(scope)
}

// scopeOf is the one that a token is for: Microsoft's login libraries ask for
// some of OpenID's beside it.
func scopeOf(asked string) string {
	var found string
	for _, one := range strings.Fields(asked) {
		resource, isDefault := strings.CutSuffix(one, "/.default")
		switch {
		case one == "openid" || one == "offline_access" || one == "profile":
		case !isDefault || found != "" || resource != connectorScope && resource != graphScope:
			return ""
		default:
			found = resource
		}
	}
	return found
}

func noToken(status int, code, description string) *reply {
	return &reply{status: status, body: Object{"error": code, "error_description": description}}
}

// credentials stand in the form or in the header, which x/oauth2 tries first.
func credentials(form url.Values, h http.Header) (id, secret string) {
	r := http.Request{Header: h}
	if id, secret, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
		return id, secret
	}
	return form.Get("client_id"), form.Get("client_secret")
}

// prove is the refusal of a bad secret or assertion.
func (s *Server) prove(form url.Values, secret string) *reply {
	assertion := form.Get("client_assertion")
	if assertion == "" {
		if subtle.ConstantTimeCompare([]byte(secret), []byte(s.o.ClientSecret)) == 1 {
			return nil
		}
		return noToken(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
	}
	err := s.checkAssertion(assertion)
	if form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		err = errors.New("client_assertion_type " + form.Get("client_assertion_type"))
	}
	if err != nil {
		return noToken(401, "invalid_client", "AADSTS700027: Client assertion failed validation: "+err.Error())
	}
	return nil
}

func (s *Server) checkAssertion(assertion string) error {
	if s.o.Certificate == nil {
		return errors.New("no certificate is registered")
	}
	key, isRSA := s.o.Certificate.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return errors.New("the certificate has no RSA key")
	}
	header, claims, err := verify(assertion, key)
	if err != nil {
		return err
	}
	one, two := sha1.Sum(s.o.Certificate.Raw), sha256.Sum256(s.o.Certificate.Raw)
	now := float64(time.Now().Unix())
	exp, _ := claims["exp"].(float64)
	nbf, _ := claims["nbf"].(float64)
	const skew = 300
	switch {
	case !names(header["x5t"], one[:]) && !names(header["x5t#S256"], two[:]):
		return errors.New("the header names no registered certificate")
	case str(claims["aud"]) != s.url("/"+s.o.TenantID+"/oauth2/v2.0/token"):
		return fmt.Errorf("aud %v", claims["aud"])
	case claims["iss"] != s.o.AppID || claims["sub"] != s.o.AppID:
		return fmt.Errorf("iss %v, sub %v", claims["iss"], claims["sub"])
	case exp <= now:
		return errors.New("it is expired")
	case nbf > now+skew:
		return errors.New("it is not valid yet")
	}
	return nil
}

// names tells whether a header's member is that thumbprint, in any base64: the
// libraries do not agree on one.
func names(v any, thumb []byte) bool {
	text := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(str(v)), "=")
	return text == base64url(thumb)
}

func (s *Server) issue(scope string) *reply {
	now := time.Now()
	key, kid := s.Key()
	s.mu.Lock()
	n := s.next()
	s.mu.Unlock()
	token := sign(key, Object{"alg": "RS256", "typ": "JWT", "kid": kid}, Object{
		"aud": scope, "iss": "https://sts.windows.net/" + s.o.TenantID + "/", "appid": s.o.AppID, "tid": s.o.TenantID,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(s.o.TokenLife).Unix(), "uti": itoa(n),
	})
	s.mu.Lock()
	s.issued[token] = grant{scope: scope, until: now.Add(s.o.TokenLife)}
	s.mu.Unlock()
	seconds := int(s.o.TokenLife / time.Second)
	return &reply{status: 200, body: Object{
		"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token,
	}}
}

// authority is what Microsoft's own login libraries ask first, where they are
// told to ask nobody else.
func (s *Server) authority(c *call) *reply {
	tenant := c.path("tenant")
	return &reply{status: 200, body: Object{
		"issuer":                 s.url("/" + tenant + "/v2.0"),
		"authorization_endpoint": s.url("/" + tenant + "/oauth2/v2.0/authorize"),
		"token_endpoint":         s.url("/" + tenant + "/oauth2/v2.0/token"),
		"jwks_uri":               s.url("/v1/.well-known/keys"),
	}}
}
