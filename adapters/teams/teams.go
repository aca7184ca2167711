// Package teams lets the bot speak in one Microsoft Teams tenant: it proves who
// sends an activity, turns it into a chat.Invocation, and draws cards and forms
// as Adaptive Cards.
//
// The client of the Bot Connector is our own, half a dozen calls over net/http.
// Of the modules for Go, github.com/infracloudio/msbotbuilder-go was wished for
// and cannot be downloaded; it would be unsafe besides: it never asks for new
// signing keys, does not look at their endorsements, and can be told to
// authenticate nobody.
package teams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// Platform is the name under which our accounts and addresses stand. An
// account's ID is the person's object id in Microsoft Entra, in lower case; an
// address is such an id, or a conversation's id.
const Platform = "teams"

// Config is what a tenant's installation consists of.
type Config struct {
	AppID, TenantID string // GUIDs
	Credential      Credential
	Cloud           string // one of Clouds; empty for the first
	// The URLs below replace the cloud's own and are trusted as they stand:
	// http, any port, loopback. ServiceURLs add to the cloud's hosts.
	LoginURL, OpenIDMetadataURL string
	ServiceURLs                 []string
	GraphURL                    string
	// InstallForUsers has the app installed for whoever is written to and does
	// not have it: Graph's TeamsAppInstallation.ReadWriteSelfForUser.All.
	InstallForUsers bool
	// FormKey seals what a form remembers while it is open: secret, the same on
	// every start, at least 16 characters.
	FormKey string
	Store   Store

	Log     *slog.Logger     // nil for none
	HTTP    *http.Client     // nil for our own
	Now     func() time.Time // nil for time.Now
	Metrics Metrics
}

// Credential is how the bot proves itself to Microsoft; exactly one is set.
type Credential struct {
	ClientSecret string
	Certificate  string // PEM with the certificate and its key
	// ManagedIdentity is the client id of a user-assigned identity that is the
	// bot; Federated that of one whose token stands in for the bot's secret.
	ManagedIdentity, Federated string
}

// Store keeps how people and channels are reached, by address; what is kept is
// for this package alone to read.
type Store struct {
	Load func(ctx context.Context, address string) (data string, found bool, err error)
	Save func(ctx context.Context, address, data string) error
	// List returns the addresses that begin with prefix, at most limit.
	List func(ctx context.Context, prefix string, limit int) ([]string, error)
}

// Metrics are told what happens; each may be nil. Their labels are few and
// fixed words.
type Metrics struct {
	Refused func(reason string)                            // a request was turned away
	Called  func(call, outcome string, took time.Duration) // a call ended
}

// Teams is one tenant. It is a chat.Messenger, Uploader and Connection, and the
// http.Handler of /api/messages.
type Teams struct {
	config  Config
	cloud   cloud
	handler chat.Handler
	log     *slog.Logger
	now     func() time.Time
	forms   wire.Seal
	files   wire.Seal
	places  allowed
	keys    *keyring
	bot     *tokens // for the Bot Connector
	graph   *tokens
	pace    *pacer

	fault atomic.Pointer[string] // what an operator must mend
	crew  *wire.Crew
}

const (
	// maxRunning is how many invocations may be at work at once; who finds no
	// room within a second is turned away with 503 before anything has happened.
	maxRunning = 256
	// minFormKey is the shortest FormKey.
	minFormKey = 16
)

// New checks the configuration and makes the adapter; nothing is called yet.
// The error is one sentence per fault.
func New(c Config, h chat.Handler) (*Teams, error) {
	c.AppID, c.TenantID = strings.ToLower(c.AppID), strings.ToLower(c.TenantID)
	if err := check(c, h); err != nil {
		return nil, err
	}
	cl := c.resolve()
	t := &Teams{
		config: c, cloud: cl, handler: h, log: c.Log, now: c.Now,
		forms: wire.NewSeal(c.FormKey, "ismsbot teams forms, version 1"),
		files: wire.NewSeal(c.FormKey, "ismsbot teams files, version 1"),
		pace:  newPacer(),
	}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	if t.now == nil {
		t.now = time.Now
	}
	t.crew = wire.NewCrew(maxRunning, t.log)
	clients := newClients(c.HTTP)
	var err error
	if t.places, err = newAllowed(cl, c, clients); err != nil {
		return nil, err
	}
	t.keys = newKeyring(cl.metadata, clients.of(c.OpenIDMetadataURL != ""), t.now, t.log)
	source, err := c.credential(cl, clients)
	if err != nil {
		return nil, err
	}
	t.bot = newTokens(source, cl.scope, t.now)
	t.graph = newTokens(source, cl.graphScope, t.now)
	return t, nil
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func check(c Config, h chat.Handler) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if h == nil {
		fault("teams: there is no handler")
	}
	if c.Store.Load == nil || c.Store.Save == nil || c.Store.List == nil {
		fault("teams: there is no store")
	}
	if len(c.FormKey) < minFormKey {
		fault("teams: the key for forms needs at least %d characters", minFormKey)
	}
	if !guid.MatchString(c.AppID) {
		fault("teams.app_id must be the bot's application (client) id, like 0f8fad5b-d9cb-469f-a165-70867728950e")
	}
	if !guid.MatchString(c.TenantID) {
		fault("teams.tenant_id must be the directory (tenant) id, like 0f8fad5b-d9cb-469f-a165-70867728950e")
	}
	if _, known := clouds[c.Cloud]; !known && c.Cloud != "" {
		fault("teams.cloud is %q: it must be one of %s", c.Cloud, strings.Join(Clouds, ", "))
	}
	n := 0
	for _, given := range []string{c.Credential.ClientSecret, c.Credential.Certificate, c.Credential.ManagedIdentity, c.Credential.Federated} {
		if given != "" {
			n++
		}
	}
	if n != 1 {
		fault("teams has %d credentials: it needs exactly one of client_secret, certificate, managed_identity, federated", n)
	}
	for name, u := range map[string]string{"login_url": c.LoginURL, "openid_metadata_url": c.OpenIDMetadataURL} {
		if u != "" && !whole(u) {
			fault("teams.%s must be a whole URL, like https://login.microsoftonline.com", name)
		}
	}
	for _, u := range c.ServiceURLs {
		if !whole(u) {
			fault("teams.service_urls: %q must be a whole URL, like https://smba.trafficmanager.net/teams", u)
		}
	}
	return errors.Join(faults...)
}

// Run keeps the signing keys fresh, trying until the network is there. It
// blocks until ctx ends and what was begun is finished, and returns nil.
func (t *Teams) Run(ctx context.Context) error {
	defer t.crew.Finish()
	t.keys.keep(ctx)
	return nil
}

// Ready says why no work can be done at present, or nil.
func (t *Teams) Ready() error {
	switch {
	case !t.keys.known():
		return errors.New("teams: the keys that sign Teams' requests are not known yet")
	case t.fault.Load() != nil:
		return fmt.Errorf("teams: %s", *t.fault.Load())
	}
	return nil
}

// Connected tells whether messages can go out at present.
func (t *Teams) Connected() bool { return t.keys.known() }

// Describe names the tenant, the app and the cloud in one line, for the start
// of the log.
func (t *Teams) Describe() string {
	return fmt.Sprintf("Teams tenant %s as app %s, cloud %s", t.config.TenantID, t.config.AppID, t.cloud.name)
}

// Check asks Microsoft once whether the credential works and the signing keys
// can be had. Each fact is a line for an operator; the error says what to mend.
func (t *Teams) Check(ctx context.Context) (facts []string, err error) {
	if err := t.keys.refresh(ctx); err != nil {
		return nil, fmt.Errorf("the signing keys: %w; check that %s can be reached", err, hostOf(t.cloud.metadata))
	}
	facts = append(facts, "the signing keys of Teams' requests are at hand")
	if _, err := t.bot.token(ctx); err != nil {
		return facts, fmt.Errorf("no token for app %s: %w; check the credential, teams.tenant_id and that %s can be reached", t.config.AppID, err, hostOf(t.cloud.login))
	}
	facts = append(facts, fmt.Sprintf("the credential gives tokens for app %s in tenant %s", t.config.AppID, t.config.TenantID))
	if t.config.InstallForUsers {
		if _, err := t.graph.token(ctx); err != nil {
			return facts, fmt.Errorf("no token for Graph: %w; teams.install_for_users needs the permission TeamsAppInstallation.ReadWriteSelfForUser.All", err)
		}
		facts = append(facts, "the credential gives tokens for Graph")
	}
	return facts, nil
}

func account(id string) chat.Account {
	return chat.Account{Platform: Platform, ID: strings.ToLower(id)}
}

func address(to string) chat.Address { return chat.Address{Platform: Platform, To: to} }

// reference names a message by its conversation and its activity.
func reference(conversation, activity string) chat.MessageRef {
	if conversation == "" || activity == "" {
		return ""
	}
	return chat.MessageRef(conversation + "/" + activity)
}

// split is the opposite of reference.
func split(ref chat.MessageRef) (conversation, activity string, ok bool) {
	i := strings.LastIndexByte(string(ref), '/')
	if i <= 0 || i == len(ref)-1 {
		return "", "", false
	}
	return string(ref[:i]), string(ref[i+1:]), true
}
