package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

const (
	// keysEvery is how old keys may grow; Microsoft asks for a day at most.
	keysEvery = 20 * time.Hour
	// keysAgain is the least time between two fetches for the sake of a key
	// that nobody has: whoever sends such tokens must not have us fetch.
	keysAgain = time.Minute
	// keysWithin bounds one fetch, maxKeys what is read of it.
	keysWithin = 5 * time.Second
	maxKeys    = 1 << 20
	// maxAwaiting is how many requests may stand waiting for one fetch; the
	// others are turned away at once.
	maxAwaiting = 32
)

// keyring holds the public keys that sign Teams' requests, with the channels
// that each is endorsed for. Old keys serve while new ones cannot be had.
type keyring struct {
	metadata string
	client   *http.Client
	now      func() time.Time
	log      *slog.Logger

	mu      sync.RWMutex
	keys    map[string]signingKey // by kid; nil while none were fetched
	asked   time.Time             // when a fetch last began
	pending chan struct{}         // closed when the fetch under way has ended; nil for none
	failed  error                 // how the last fetch ended
	waiting int
}

type signingKey struct {
	key      jwk.Key
	endorsed []string
}

func newKeyring(metadata string, client *http.Client, now func() time.Time, log *slog.Logger) *keyring {
	return &keyring{metadata: metadata, client: client, now: now, log: log}
}

func (k *keyring) known() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys != nil
}

// keep fetches the keys until ctx ends: at once, again soon while that fails,
// and from then on daily.
func (k *keyring) keep(ctx context.Context) {
	for attempt := 1; ; attempt++ {
		wait := keysEvery
		if err := k.refresh(ctx); err != nil && ctx.Err() == nil {
			wait = min(chat.Backoff(attempt, 0), time.Minute)
			k.log.Warn("the keys of Teams' requests cannot be had yet", "error", err, "attempt", attempt)
		} else {
			attempt = 0
		}
		if !wire.Sleep(ctx, wait) {
			return
		}
	}
}

// get returns the key. For one that is not there it fetches anew, at most once
// a minute; the request that began the fetch waits for it, and so do a few more.
func (k *keyring) get(ctx context.Context, kid string) (signingKey, bool) {
	k.mu.RLock()
	key, found := k.keys[kid]
	k.mu.RUnlock()
	if found {
		return key, true
	}
	done := k.fetchFor(ctx)
	if done == nil {
		return signingKey{}, false
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waiting--
	key, found = k.keys[kid]
	return key, found
}

// fetchFor begins a fetch or joins the one under way, and returns what is
// closed at its end; nil where the caller is not to wait.
func (k *keyring) fetchFor(ctx context.Context) <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.waiting >= maxAwaiting:
		return nil
	case k.pending != nil:
		k.waiting++
		return k.pending
	case !k.asked.IsZero() && k.now().Sub(k.asked) < keysAgain:
		return nil
	}
	k.waiting++
	done := k.begin()
	go func() {
		err := k.fetch(context.WithoutCancel(ctx))
		if err != nil {
			k.log.Warn("the keys of Teams' requests cannot be had", "error", err)
		}
		k.end(done, err)
	}()
	return done
}

func (k *keyring) begin() chan struct{} {
	k.pending, k.asked = make(chan struct{}), k.now()
	return k.pending
}

func (k *keyring) end(done chan struct{}, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending, k.failed = nil, err
	close(done)
}

// refresh fetches the keys now, or waits for the fetch under way.
func (k *keyring) refresh(ctx context.Context) error {
	k.mu.Lock()
	if done := k.pending; done != nil {
		k.mu.Unlock()
		<-done
		k.mu.RLock()
		defer k.mu.RUnlock()
		return k.failed
	}
	done := k.begin()
	k.mu.Unlock()
	err := k.fetch(ctx)
	k.end(done, err)
	return err
}

// fetch reads the metadata and the keys that it names. What is there stays
// unless everything could be read.
func (k *keyring) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, keysWithin)
	defer cancel()
	data, err := k.read(ctx, k.metadata)
	if err != nil {
		return fmt.Errorf("read the metadata: %w", err)
	}
	var meta struct {
		JWKS string `json:"jwks_uri"`
	}
	if json.Unmarshal(data, &meta) != nil || !k.mayFetch(meta.JWKS) {
		return errors.New("the metadata names no place of keys that may be asked")
	}
	if data, err = k.read(ctx, meta.JWKS); err != nil {
		return fmt.Errorf("read the keys: %w", err)
	}
	keys, err := parseKeys(data)
	if err != nil {
		return err
	}
	k.mu.Lock()
	k.keys = keys
	k.mu.Unlock()
	return nil
}

// mayFetch holds the place of the keys to https, or to where the metadata is.
func (k *keyring) mayFetch(keys string) bool {
	u, err := url.Parse(keys)
	if err != nil || !whole(keys) {
		return false
	}
	home, err := url.Parse(k.metadata)
	return err == nil && (u.Scheme == "https" || u.Scheme == home.Scheme && strings.EqualFold(u.Host, home.Host))
}

func (k *keyring) read(ctx context.Context, from string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, wire.Scrub(err)
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, wire.Scrub(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys+1))
	switch {
	case err != nil:
		return nil, wire.Scrub(err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	case len(data) > maxKeys:
		return nil, errors.New("the answer is too large")
	}
	return data, nil
}

// parseKeys keeps the RSA keys that have an id. Every other library drops the
// endorsements, which is why it is this one.
func parseKeys(data []byte) (map[string]signingKey, error) {
	set, err := jwk.Parse(data)
	if err != nil {
		return nil, errors.New("the keys cannot be read")
	}
	out := map[string]signingKey{}
	for i := range set.Len() {
		key, _ := set.Key(i)
		kid, _ := key.KeyID()
		if kid == "" || key.KeyType().String() != "RSA" {
			continue
		}
		if private, err := jwk.IsPrivateKey(key); err != nil || private {
			continue
		}
		out[kid] = signingKey{key, endorsements(key)}
	}
	if len(out) == 0 {
		return nil, errors.New("there is no key among the keys")
	}
	return out, nil
}

func endorsements(key jwk.Key) (out []string) {
	var all any
	if key.Get("endorsements", &all) != nil {
		return nil
	}
	list, _ := all.([]any)
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (k signingKey) endorses(channel string) bool { return slices.Contains(k.endorsed, channel) }
