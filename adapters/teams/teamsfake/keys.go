package teamsfake

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
)

// Making a key takes longer than most tests, so all tenants of a process share
// these.
var (
	firstKey      = sync.OnceValue(newKey)
	secondKey     = sync.OnceValue(newKey)
	unendorsedKey = sync.OnceValue(newKey)
	foreignKey    = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(fmt.Sprintf("teamsfake: make a key: %v", err))
	}
	return key
}

const unendorsedKid = "unendorsed"

// Rotate makes another key the current one; the old one is published no more.
func (s *Server) Rotate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn()
}

func (s *Server) turn() {
	s.turns++
	s.kid = fmt.Sprintf("key-%d", s.turns)
	s.key = firstKey()
	if s.turns%2 == 0 {
		s.key = secondKey()
	}
	s.ready = readyToken{}
}

// Endorse says whether the current key is published with its endorsements, as
// it is at first. A bot that has fetched the keys already does not learn of it.
func (s *Server) Endorse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.none = !on
}

// Key is the current key and the name under which it is published.
func (s *Server) Key() (key *rsa.PrivateKey, kid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, s.kid
}

// UnendorsedKey is a key that is always published, without endorsements.
func (s *Server) UnendorsedKey() (key *rsa.PrivateKey, kid string) {
	return unendorsedKey(), unendorsedKid
}

// ForeignKey is a key that is never published.
func (s *Server) ForeignKey() *rsa.PrivateKey { return foreignKey() }

func (s *Server) metadata(*call) *reply {
	return &reply{status: 200, body: Object{
		"issuer":                                issuer,
		"authorization_endpoint":                "https://invalid.botframework.com",
		"jwks_uri":                              s.url("/v1/.well-known/keys"),
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	}}
}

func (s *Server) keys(*call) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := publish(s.key, s.kid)
	if !s.none {
		current["endorsements"] = []string{"msteams", "webchat"}
	}
	return &reply{status: 200, body: Object{"keys": []Object{publish(unendorsedKey(), unendorsedKid), current}}}
}

func publish(key *rsa.PrivateKey, kid string) Object {
	thumb := sha1.Sum(key.N.Bytes())
	return Object{
		"kty": "RSA", "use": "sig", "kid": kid, "x5t": base64url(thumb[:]),
		"n": base64url(key.N.Bytes()), "e": base64url(big.NewInt(int64(key.E)).Bytes()),
	}
}

func base64url(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
