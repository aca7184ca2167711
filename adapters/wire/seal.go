package wire

import (
	"bytes"
	"compress/flate"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

const (
	// packFrom is how long content is that is made shorter before it travels:
	// platforms leave little room, and a form with a hundred options is long.
	packFrom = 512
	// maxUnpacked bounds what comes of it again.
	maxUnpacked = 1 << 20
	// packed begins content that was made shorter. No JSON begins so.
	packed = 0
)

// Seal signs what a form must remember of where it was opened. It travels to
// the platform and back, and nothing that comes from outside is taken at its
// word.
type Seal struct{ key []byte }

// NewSeal derives the key from a secret that every replica and every restart
// has, so that nobody has to configure one. use keeps the keys of one secret's
// uses apart.
func NewSeal(secret, use string) Seal {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(use))
	return Seal{h.Sum(nil)}
}

// ErrSeal is what was not sealed by us, or was changed since.
var ErrSeal = errors.New("what came back is not what was sent")

// Close makes v text that Open reads; v must be fit for JSON.
func (s Seal) Close(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	data = pack(data)
	return base64.RawURLEncoding.EncodeToString(data) + "." + base64.RawURLEncoding.EncodeToString(s.mac(data))
}

// Open reads what Close wrote into v, or returns ErrSeal and leaves v alone.
func (s Seal) Open(text string, v any) error {
	body, mac, found := strings.Cut(text, ".")
	data, err1 := base64.RawURLEncoding.DecodeString(body)
	sum, err2 := base64.RawURLEncoding.DecodeString(mac)
	if !found || err1 != nil || err2 != nil || !hmac.Equal(sum, s.mac(data)) {
		return ErrSeal
	}
	data, err := unpack(data)
	if err != nil || json.Unmarshal(data, v) != nil {
		return ErrSeal
	}
	return nil
}

func pack(data []byte) []byte {
	if len(data) < packFrom || len(data) > maxUnpacked {
		return data
	}
	out := bytes.NewBuffer([]byte{packed})
	w, err := flate.NewWriter(out, flate.BestCompression)
	if err != nil {
		return data
	}
	_, err = w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil || out.Len() >= len(data) {
		return data
	}
	return out.Bytes()
}

func unpack(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0] != packed {
		return data, nil
	}
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data[1:])), maxUnpacked+1))
	if err == nil && len(out) > maxUnpacked {
		err = ErrSeal
	}
	return out, err
}

func (s Seal) mac(data []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write(data)
	return h.Sum(nil)
}
