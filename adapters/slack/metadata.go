package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"ismsbot/bot/chat"
)

// formLife is how long an open form may be submitted.
const formLife = 24 * time.Hour

// origin is what a form must remember of where it was opened. It travels in
// the view's private metadata, which Slack hands back as it was, and is signed
// all the same: nothing that comes from outside is taken at its word.
type origin struct {
	Command     string          `json:"c"`
	User        string          `json:"u"`
	Expires     int64           `json:"e"`
	ResponseURL string          `json:"r,omitempty"`
	Message     chat.MessageRef `json:"m,omitempty"`
	Channel     string          `json:"w,omitempty"`
	Private     bool            `json:"p,omitempty"`
	Home        bool            `json:"h,omitempty"`
}

var errMetadata = errors.New("the form's metadata is not ours or has expired")

// seal signs o. What does not fit loses first the way back, never the command.
func (s *Slack) seal(o origin) string {
	out := s.sealed(o)
	if len(out) > maxMetadata {
		o.ResponseURL = ""
		out = s.sealed(o)
	}
	return out
}

func (s *Slack) sealed(o origin) string {
	data, err := json.Marshal(o)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(data) + "." + base64.RawURLEncoding.EncodeToString(s.mac(data))
}

// unseal gives back what seal signed for this user, unless it has expired.
func (s *Slack) unseal(metadata, user string) (origin, error) {
	text, mac, found := strings.Cut(metadata, ".")
	data, err1 := base64.RawURLEncoding.DecodeString(text)
	sum, err2 := base64.RawURLEncoding.DecodeString(mac)
	if !found || err1 != nil || err2 != nil || !hmac.Equal(sum, s.mac(data)) {
		return origin{}, errMetadata
	}
	var o origin
	if err := json.Unmarshal(data, &o); err != nil || o.User != user || s.now().Unix() > o.Expires {
		return origin{}, errMetadata
	}
	return o, nil
}

func (s *Slack) mac(data []byte) []byte {
	h := hmac.New(sha256.New, s.formKey)
	h.Write(data)
	return h.Sum(nil)
}

// deriveKey makes the key for forms out of the bot token, so that every
// replica and every restart has the same one and nobody has to configure it.
func deriveKey(token string) []byte {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("ismsbot form metadata, version 1"))
	return h.Sum(nil)
}
