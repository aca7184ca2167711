package teams

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
)

const (
	maxToken = 16 << 10
	// maxSkew is how far Microsoft's clock and ours may be apart.
	maxSkew = 5 * time.Minute
	// channelTeams is the only channel of the Bot Framework that we serve.
	channelTeams = "msteams"
)

// Reasons why a request is not believed, as they stand in metrics.
const (
	reasonHeader      = "header"
	reasonAlgorithm   = "algorithm"
	reasonIssuer      = "issuer"
	reasonAudience    = "audience"
	reasonTime        = "time"
	reasonKey         = "key"
	reasonSignature   = "signature"
	reasonEndorsement = "endorsement"
	reasonServiceURL  = "service_url"
	reasonTenant      = "tenant"
	reasonRecipient   = "recipient"
)

// token is an inbound token taken apart. Nothing of it holds before prove.
type token struct {
	raw    string
	header struct {
		Algorithm string   `json:"alg"`
		KeyID     string   `json:"kid"`
		Critical  []string `json:"crit"`
	}
	claims struct {
		Issuer     string   `json:"iss"`
		Audience   audience `json:"aud"`
		Expires    *float64 `json:"exp"`
		NotBefore  float64  `json:"nbf"`
		ServiceURL string   `json:"serviceurl"`
		// The documentation spells it so.
		ServiceURLToo string `json:"serviceUrl"`
	}
}

// audience is one string; a list of several is nobody's.
type audience string

func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience(one)
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) == nil && len(many) == 1 {
		*a = audience(many[0])
	}
	return nil
}

// readToken takes exactly one bearer token.
func readToken(h http.Header) (*token, string) {
	values := h["Authorization"]
	if len(values) != 1 || len(values[0]) > maxToken {
		return nil, reasonHeader
	}
	scheme, raw, found := strings.Cut(values[0], " ")
	parts := strings.Split(raw, ".")
	if !found || !strings.EqualFold(scheme, "Bearer") || len(parts) != 3 {
		return nil, reasonHeader
	}
	t := &token{raw: raw}
	if !decode(parts[0], &t.header) || !decode(parts[1], &t.claims) {
		return nil, reasonHeader
	}
	return t, ""
}

func decode(part string, into any) bool {
	data, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(data, into) == nil
}

// serviceURL is the claim, without the slash at its end.
func (t *token) serviceURL() string {
	if t.claims.ServiceURL != "" {
		return strings.TrimSuffix(t.claims.ServiceURL, "/")
	}
	return strings.TrimSuffix(t.claims.ServiceURLToo, "/")
}

// prove checks the token as Microsoft asks, from what costs nothing to what
// costs a fetch, and returns the key, or why it is not believed:
// https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
func (t *Teams) prove(ctx context.Context, tok *token) (signingKey, string) {
	now := t.now()
	switch {
	case tok.header.Algorithm != "RS256" || len(tok.header.Critical) > 0:
		return signingKey{}, reasonAlgorithm
	case tok.claims.Issuer != t.cloud.issuer:
		return signingKey{}, reasonIssuer
	case !strings.EqualFold(string(tok.claims.Audience), t.config.AppID):
		return signingKey{}, reasonAudience
	case tok.claims.Expires == nil || now.After(instant(*tok.claims.Expires).Add(maxSkew)),
		now.Before(instant(tok.claims.NotBefore).Add(-maxSkew)):
		return signingKey{}, reasonTime
	case tok.header.KeyID == "":
		return signingKey{}, reasonKey
	}
	key, found := t.keys.get(ctx, tok.header.KeyID)
	if !found {
		return signingKey{}, reasonKey
	}
	if _, err := jws.Verify([]byte(tok.raw), jws.WithKey(jwa.RS256(), key.key)); err != nil {
		return signingKey{}, reasonSignature
	}
	return key, ""
}

// instant reads a NumericDate; what is far outside of any calendar is the
// distant past.
func instant(seconds float64) time.Time {
	const farthest = 1 << 40
	if !(seconds > -farthest && seconds < farthest) {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

// admits holds what a proved request says of itself against the token and the
// configuration, or says what does not fit.
func (t *Teams) admits(tok *token, key signingKey, a *activity) string {
	switch {
	case a.ChannelID != channelTeams || !key.endorses(a.ChannelID):
		return reasonEndorsement
	case tok.serviceURL() == "" || tok.serviceURL() != strings.TrimSuffix(a.ServiceURL, "/"),
		t.places.client(a.ServiceURL) == nil:
		return reasonServiceURL
	case !t.ourTenant(a):
		return reasonTenant
	case !strings.EqualFold(a.Recipient.ID, botID(t.config.AppID)):
		return reasonRecipient
	}
	return ""
}

// ourTenant wants the tenant named at least once and nowhere another.
func (t *Teams) ourTenant(a *activity) bool {
	named := false
	for _, id := range []string{a.ChannelData.Tenant.ID, a.Conversation.TenantID, a.From.TenantID} {
		if id == "" {
			continue
		}
		if !strings.EqualFold(id, t.config.TenantID) {
			return false
		}
		named = true
	}
	return named
}

// botID is the bot's account in Teams.
func botID(app string) string { return "28:" + app }
