package teams

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
)

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The daily fetch must not count as done because it came upon one that failed.
func TestAFetchThatIsJoinedAndFailsHasFailed(t *testing.T) {
	began, gate := make(chan struct{}), make(chan struct{})
	away := &http.Client{Transport: tripper(func(*http.Request) (*http.Response, error) {
		close(began)
		<-gate
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: io.NopCloser(strings.NewReader(""))}, nil
	})}
	k := newKeyring("https://login.example/metadata", away, time.Now, slog.New(slog.DiscardHandler))
	k.keys = map[string]signingKey{"old": {key: jwk.Key(nil)}}
	go k.get(context.Background(), "unheard-of")
	<-began
	joined := make(chan error, 1)
	go func() { joined <- k.refresh(t.Context()) }()
	time.Sleep(20 * time.Millisecond)
	close(gate)
	if err := <-joined; err == nil {
		t.Error("it is taken for done")
	}
}
