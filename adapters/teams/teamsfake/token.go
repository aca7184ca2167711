package teamsfake

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // for RS384 and RS512
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"
)

// issuer is who signs what Teams sends to a bot.
const issuer = "https://api.botframework.com"

// readyToken is one that people's clients share for a while, as Teams' do.
type readyToken struct {
	token string
	base  string
	until time.Time
}

// Claims are those of a good token to the bot, of now.
func (s *Server) Claims() Object {
	now := time.Now().Unix()
	return Object{
		"iss": issuer, "aud": s.o.AppID, "serviceurl": s.ServiceURL(),
		"iat": now, "nbf": now - 5, "exp": now + 3600,
	}
}

// Token is a token to the bot, signed by the current key. mutate, if there,
// changes the header and the claims before that.
func (s *Server) Token(mutate func(header, claims map[string]any)) string {
	key, kid := s.Key()
	header, claims := Object{"alg": "RS256", "typ": "JWT", "kid": kid}, s.Claims()
	if mutate != nil {
		mutate(header, claims)
	}
	return sign(key, header, claims)
}

// SignWith is a token with that key's signature. The header gets alg RS256,
// typ JWT and the kid where it does not say otherwise; nil claims are those of
// a good token.
func (s *Server) SignWith(key *rsa.PrivateKey, kid string, header, claims map[string]any) string {
	if claims == nil {
		claims = s.Claims()
	}
	return sign(key, merged(Object{"alg": "RS256", "typ": "JWT", "kid": kid}, header), claims)
}

// Unsigned is a token with alg none and no signature.
func (s *Server) Unsigned(mutate func(header, claims map[string]any)) string {
	_, kid := s.Key()
	header, claims := Object{"alg": "none", "typ": "JWT", "kid": kid}, s.Claims()
	if mutate != nil {
		mutate(header, claims)
	}
	return encode(header, claims) + "."
}

// SignHMAC is a token with alg HS256 whose secret is the current public key
// (as PEM), which a verifier that believes the header would accept.
func (s *Server) SignHMAC(mutate func(header, claims map[string]any)) string {
	key, kid := s.Key()
	header, claims := Object{"alg": "HS256", "typ": "JWT", "kid": kid}, s.Claims()
	if mutate != nil {
		mutate(header, claims)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(fmt.Sprintf("teamsfake: encode a key: %v", err))
	}
	body := encode(header, claims)
	h := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	h.Write([]byte(body))
	return body + "." + base64url(h.Sum(nil))
}

// inbound is a good token, made anew only now and then: signing would be most
// of the work of thousands of messages.
func (s *Server) inbound() string {
	s.mu.Lock()
	ready, base := s.ready, s.base
	s.mu.Unlock()
	if ready.base == base && time.Now().Before(ready.until) {
		return ready.token
	}
	token := s.Token(nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = readyToken{token: token, base: base, until: time.Now().Add(time.Minute)}
	return token
}

func encode(header, claims Object) string {
	var parts []string
	for _, o := range []Object{header, claims} {
		data, err := json.Marshal(o)
		if err != nil {
			panic(fmt.Sprintf("teamsfake: a token that is not JSON: %v", err))
		}
		parts = append(parts, base64url(data))
	}
	return strings.Join(parts, ".")
}

var hashes = map[string]crypto.Hash{"RS384": crypto.SHA384, "RS512": crypto.SHA512}

func sign(key *rsa.PrivateKey, header, claims Object) string {
	body := encode(header, claims)
	hash, found := hashes[str(header["alg"])]
	if !found {
		hash = crypto.SHA256 // a header that lies about it is an attack too
	}
	h := hash.New()
	h.Write([]byte(body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, h.Sum(nil))
	if err != nil {
		panic(fmt.Sprintf("teamsfake: sign a token: %v", err))
	}
	return body + "." + base64url(signature)
}

// verify reads a token that was signed by the key with RS256 or PS256.
func verify(token string, key *rsa.PublicKey) (header, claims Object, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, nil, errors.New("not a token")
	}
	for i, into := range []*Object{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(data, into)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	switch str(header["alg"]) {
	case "RS256":
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	case "PS256":
		err = rsa.VerifyPSS(key, crypto.SHA256, sum[:], signature, nil)
	default:
		err = fmt.Errorf("alg %q", header["alg"])
	}
	return header, claims, err
}
