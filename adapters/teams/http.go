package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"ismsbot/adapters/wire"
)

// maxBody is the largest activity that is read.
const maxBody = 1 << 20

// Reasons, beside those of verify.go, why a request is turned away.
const (
	reasonMethod    = "method"
	reasonContent   = "content"
	reasonSize      = "size"
	reasonMalformed = "malformed"
	reasonBusy      = "busy"
	reasonStore     = "store"
)

// answer is what one request is answered with. A nil body is an empty one.
type answer struct {
	status int
	body   []byte
}

var (
	accepted = answer{status: http.StatusOK}
	failed   = answer{status: http.StatusInternalServerError}
)

// ServeHTTP takes the activities of /api/messages. Nothing of a request is
// looked at before its token is proved, and nothing of an unproved one is kept
// but the count.
func (t *Teams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, reason := t.serve(w, r)
	if reason != "" && t.config.Metrics.Refused != nil {
		t.config.Metrics.Refused(reason)
	}
	wire.Answer(w, a.status, a.body)
}

func (t *Teams) serve(w http.ResponseWriter, r *http.Request) (answer, string) {
	switch r.Method {
	case http.MethodHead: // a client looks whether anybody is here
		return accepted, ""
	case http.MethodPost:
	default:
		w.Header().Set("Allow", "HEAD, POST")
		return answer{status: http.StatusMethodNotAllowed}, reasonMethod
	}
	tok, reason := readToken(r.Header)
	if reason != "" {
		return answer{status: http.StatusUnauthorized}, reason
	}
	key, reason := t.prove(r.Context(), tok)
	if reason != "" {
		return answer{status: http.StatusUnauthorized}, reason
	}
	body, reason, status := readBody(w, r)
	if reason != "" {
		return answer{status: status}, reason
	}
	var a activity
	if json.Unmarshal(body, &a) != nil {
		return answer{status: http.StatusBadRequest}, reasonMalformed
	}
	if reason := t.admits(tok, key, &a); reason != "" {
		return answer{status: http.StatusForbidden}, reason
	}
	return t.take(r.Context(), &a)
}

func readBody(w http.ResponseWriter, r *http.Request) (body []byte, reason string, status int) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" || len(r.Header["Content-Encoding"]) > 0 {
		return nil, reasonContent, http.StatusUnsupportedMediaType
	}
	if r.ContentLength > maxBody {
		return nil, reasonSize, http.StatusRequestEntityTooLarge
	}
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, reasonSize, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return nil, reasonMalformed, http.StatusBadRequest
	}
	return body, "", 0
}

// take does what an activity asks for. Of types that we do not know there will
// always be new ones: they are accepted and ignored.
func (t *Teams) take(ctx context.Context, a *activity) (answer, string) {
	if t.own(a) {
		return accepted, ""
	}
	switch a.Type {
	case "message", "invoke":
		return t.takeFrom(ctx, a)
	case "installationUpdate", "conversationUpdate":
		if err := t.takeNews(ctx, a); err != nil {
			t.log.Error("news of an installation was not kept", "error", err)
			return failed, reasonStore
		}
	}
	return accepted, ""
}

// own is what the bot itself, or another bot, has said.
func (t *Teams) own(a *activity) bool {
	return a.From.Role == "bot" || len(a.From.ID) > 3 && a.From.ID[:3] == "28:" && a.Type != "conversationUpdate"
}
