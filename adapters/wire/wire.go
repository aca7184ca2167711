// Package wire is what adapters of platforms over HTTP share: a client that
// knows what has certainly not been sent, errors without secrets, and forms
// that come back as they went out.
package wire

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// NoHint is how long we wait where a platform refuses and names no time.
	NoHint = 2 * time.Second
	// longestHint bounds a Retry-After that cannot be meant.
	longestHint = time.Hour
	// maxAnswer is the most that is read of one answer.
	maxAnswer = 16 << 20
	// callWithin bounds one call; the outbox takes a longer one for lost.
	callWithin = 30 * time.Second
)

// NewClient is the client for everything that goes to a platform, over base or,
// for nil, a transport of its own. It follows no redirect, as the token travels
// in the request. Its transport turns a Retry-After into whole seconds and a
// failure before there was a connection into one that Unsent recognises.
func NewClient(base *http.Client) *http.Client {
	var c http.Client
	if base != nil {
		c = *base
	}
	if c.Timeout == 0 {
		c.Timeout = callWithin
	}
	next := c.Transport
	if next == nil {
		next = NewTransport()
	}
	c.Transport = transport{next}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// NewTransport is Go's own with as many connections kept to one host as a
// platform's API is called with; Go keeps two, and opens one for every tenth
// message.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return t
}

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
		wait := RetryAfter(resp.Header.Get("Retry-After"))
		resp.Header.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// RetryAfter reads the header in whole seconds, rounded up and at least one;
// what is no number is NoHint.
func RetryAfter(header string) time.Duration {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(header), 64)
	if err != nil || math.IsNaN(seconds) {
		return NoHint
	}
	seconds = min(max(math.Ceil(seconds), 1), longestHint.Seconds())
	return time.Duration(seconds) * time.Second
}

// Unsent recognises a failure before anything was written, whichever transport
// was used: what was to be sent has certainly not arrived.
func Unsent(err error) bool {
	var unsent *unsentError
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &unsent) || errors.As(err, &dns) || errors.Is(err, syscall.ECONNREFUSED) ||
		errors.As(err, &op) && op.Op == "dial"
}

// Sleep waits and tells whether it did so to the end.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
