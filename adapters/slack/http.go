package slack

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	"ismsbot/adapters/wire"
)

// maxBody is the largest request that is read.
const maxBody = 1 << 20

// Reasons, beside those of verify.go, why a request is turned away.
const (
	reasonMethod       = "method"
	reasonContent      = "content"
	reasonSize         = "size"
	reasonMalformed    = "malformed"
	reasonInstallation = "installation"
	reasonOutsider     = "outsider"
	reasonNotReady     = "not_ready"
	reasonBusy         = "busy"
)

// ack is the answer to one delivery. A nil body is an empty one.
type ack struct {
	status int
	body   []byte
}

// ServeHTTP takes commands, interactions and events. Nothing of a request is
// looked at before its signature is proved, and nothing of an unproved one is
// kept but the count.
func (s *Slack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, reason := s.serve(w, r)
	if reason != "" && s.config.Metrics.Refused != nil {
		s.config.Metrics.Refused(reason)
	}
	wire.Answer(w, a.status, a.body)
}

func (s *Slack) serve(w http.ResponseWriter, r *http.Request) (ack, string) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return ack{status: http.StatusMethodNotAllowed}, reasonMethod
	}
	proof, reason := readProof(r.Header, s.now())
	if reason != "" {
		return ack{status: http.StatusUnauthorized}, reason
	}
	body, err := readBody(w, r)
	if err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return ack{status: http.StatusRequestEntityTooLarge}, reasonSize
		}
		return ack{status: http.StatusBadRequest}, reasonMalformed
	}
	if !proof.signedBy(s.secrets, body) {
		return ack{status: http.StatusUnauthorized}, reasonSignature
	}
	if len(r.Header["Content-Encoding"]) > 0 {
		return ack{status: http.StatusUnsupportedMediaType}, reasonContent
	}
	switch contentType(r.Header.Get("Content-Type")) {
	case "application/x-www-form-urlencoded":
		return s.takeForm(r.Context(), body, delivery{id: proof.id(), room: maxBody})
	case "application/json":
		last := r.Header.Get("X-Slack-Retry-Num") == "3"
		return s.takeEvent(r.Context(), body, delivery{lastTry: last})
	}
	return ack{status: http.StatusUnsupportedMediaType}, reasonContent
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	limited := http.MaxBytesReader(w, r.Body, maxBody)
	if r.ContentLength < 0 {
		return io.ReadAll(limited)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(limited, body)
	return body, err
}

// contentType is the media type alone; mime is asked only where the header is
// not one of the two that Slack sends.
func contentType(header string) string {
	if header == "application/x-www-form-urlencoded" || header == "application/json" {
		return header
	}
	media, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return media
}

func (s *Slack) takeForm(ctx context.Context, body []byte, d delivery) (ack, string) {
	f, err := parseForm(string(body))
	if err != nil || (f.payload == "") == (f.Command == "") {
		return ack{status: http.StatusBadRequest}, reasonMalformed
	}
	if f.payload != "" {
		return s.takeInteraction(ctx, []byte(f.payload), d)
	}
	return s.takeCommand(ctx, f.command, d)
}
