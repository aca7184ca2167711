package slack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// noHint is how long we wait where Slack refuses and names no time.
	noHint = 2 * time.Second
	// longestHint bounds a Retry-After that cannot be meant.
	longestHint = time.Hour
	// maxAnswer is the most that is read of one of Slack's answers.
	maxAnswer = 16 << 20
)

// newClient is the client for everything that goes to Slack. It follows no
// redirect, as the token travels in the request.
func newClient(base *http.Client) *http.Client {
	c := http.Client{Timeout: 30 * time.Second}
	if base != nil {
		c = *base
	}
	next := c.Transport
	if next == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 32
		next = t
	}
	c.Transport = transport{next}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// transport mends what slack-go cannot read: a Retry-After that is no whole
// number, and an error of which nobody could tell whether the request had left.
type transport struct{ next http.RoundTripper }

// unsentError is a failure before a connection was there: certainly nothing
// has arrived.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		if _, real := t.next.(*http.Transport); real && !connected.Load() {
			return nil, &unsentError{err}
		}
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		wait := retryAfter(resp.Header.Get("Retry-After"))
		resp.Header.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// retryAfter reads the header in whole seconds, rounded up and at least one.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(header), 64)
	if err != nil || math.IsNaN(seconds) {
		return noHint
	}
	seconds = min(max(math.Ceil(seconds), 1), longestHint.Seconds())
	return time.Duration(seconds) * time.Second
}

// mayFollow tells whether a response_url leads to Slack, or to where the
// operator's api_url does.
func (s *Slack) mayFollow(to string) bool {
	u, err := url.Parse(to)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme == s.apiURL.Scheme && strings.EqualFold(u.Host, s.apiURL.Host) {
		return true
	}
	host := strings.ToLower(u.Host)
	return u.Scheme == "https" && (host == "hooks.slack.com" || host == "hooks.slack-gov.com")
}

// post sends JSON without a token and wants a 2xx.
func post(ctx context.Context, client *http.Client, to string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return errNoResponseURL
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := client.Do(req)
	if err != nil {
		return classify(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection serves again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("response_url answered %d", resp.StatusCode)
	}
	return nil
}
