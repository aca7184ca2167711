package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	headerSignature = "X-Slack-Signature"
	headerTimestamp = "X-Slack-Request-Timestamp"
	signaturePrefix = "v0="

	// maxSkew is how far a request's timestamp may be from our clock.
	maxSkew = 300 // seconds
)

// Reasons why a request is not believed, as they stand in metrics.
const (
	reasonHeader    = "header"
	reasonStale     = "stale"
	reasonSignature = "signature"
)

// proof is what a request's headers claim.
type proof struct {
	timestamp string
	mac       [sha256.Size]byte
}

// readProof takes exactly one signature and one timestamp within five minutes
// of now, or says what is wrong.
func readProof(h http.Header, now time.Time) (proof, string) {
	var p proof
	sigs, stamps := h[headerSignature], h[headerTimestamp]
	if len(sigs) != 1 || len(stamps) != 1 {
		return p, reasonHeader
	}
	digits, found := strings.CutPrefix(sigs[0], signaturePrefix)
	if !found || len(digits) != hex.EncodedLen(sha256.Size) {
		return p, reasonHeader
	}
	if _, err := hex.Decode(p.mac[:], []byte(digits)); err != nil {
		return p, reasonHeader
	}
	p.timestamp = stamps[0]
	at, err := strconv.ParseInt(p.timestamp, 10, 64)
	if err != nil || at < 0 {
		return p, reasonHeader
	}
	if d := now.Unix() - at; d > maxSkew || d < -maxSkew {
		return p, reasonStale
	}
	return p, ""
}

// secret signs with one key, and keeps what it has made of the key: to key a
// MAC costs as much as to sign a short body.
type secret struct{ macs sync.Pool }

func newSecret(key string) *secret {
	return &secret{sync.Pool{New: func() any { return hmac.New(sha256.New, []byte(key)) }}}
}

// signedBy tells whether one of the secrets signed the body. All of them are
// tried, so that the time it takes does not tell which one did.
func (p proof) signedBy(secrets []*secret, body []byte) bool {
	ok := false
	for _, secret := range secrets {
		if secret.signed(p, body) {
			ok = true
		}
	}
	return ok
}

func (s *secret) signed(p proof, body []byte) bool {
	h := s.macs.Get().(hash.Hash)
	defer s.macs.Put(h)
	h.Reset()
	var room [2 * sha256.Size]byte
	h.Write(append(append(append(room[:0], "v0:"...), p.timestamp...), ':'))
	h.Write(body)
	return hmac.Equal(h.Sum(room[:0]), p.mac[:])
}

// id names the request, and a replay of it, whatever case its digits have.
func (p proof) id() string {
	var buf [2 * sha256.Size]byte
	sum := sha256.Sum256(append(append(buf[:0], p.mac[:]...), p.timestamp...))
	return string(hex.AppendEncode(buf[:0], sum[:]))
}
