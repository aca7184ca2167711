// Package teamsfake is a stand-in for Microsoft Teams as a bot meets it: the
// login hosts, the Bot Connector, Graph's few calls, and the people's clients.
// It refuses what Teams refuses, and shares no code with the adapter it tests.
package teamsfake

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Options describe the tenant; every field has a default.
type Options struct {
	AppID        string // of the bot; 22222222-2222-2222-2222-222222222222 if empty
	TenantID     string // 11111111-1111-1111-1111-111111111111 if empty
	ClientSecret string // "fake-client-secret" if empty
	BotName      string // "ISMS Bot" if empty
	Users        []User
	Channels     []Channel // the bot is in their teams
	// Certificate, if set, proves the bot as well as the secret does.
	Certificate *x509.Certificate
	// Limits turns on Teams' limits per conversation and per tenant.
	Limits bool
	// TokenLife is how long a token for the bot is valid; an hour if zero.
	TokenLife time.Duration
	// Patience is how long a person waits for something to happen that may
	// never happen; 300 ms if zero.
	Patience time.Duration
	// Quiet is how long nothing more may happen before an answer is complete;
	// 120 ms if zero, as a second message waits its turn.
	Quiet time.Duration
}

// User is one person.
type User struct {
	AAD    string // the object id of the directory, a GUID
	ID     string // as this bot knows the person; "29:1-" and AAD if empty
	Name   string
	Zone   string // IANA; "Europe/London" if empty
	Locale string // "en-GB" if empty
	Guest  bool
	Tenant string // another than ours, for an outsider
}

// Channel is one channel of a team.
type Channel struct {
	ID, Name       string // like "19:isms@thread.tacv2"
	Team, TeamName string // like "19:team@thread.tacv2"
}

// Server is the tenant. It is safe for concurrent use.
type Server struct {
	o    Options
	http *httptest.Server
	mux  *http.ServeMux
	busy sync.WaitGroup // events on their way to the bot that nobody waits for
	// client is what people's clients reach the bot with, many at a time.
	client http.Client

	mu       sync.Mutex
	base     string
	botURL   string
	people   map[string]*person // by AAD
	order    []*person
	byID     map[string]*person // by id and by AAD
	byChat   map[string]*person // by personal conversation
	channels map[string]*channel
	messages []*Message
	readers  map[string][]*Message  // by whom they are for
	index    map[[2]string]*Message // by conversation and id
	uploads  map[string]*upload
	files    []File
	faults   []*scheduled
	calls    map[string]int
	invalid  []string
	limits   *limits
	sequence int
	common   progress // of what may concern anybody
	last     []byte

	key    *rsa.PrivateKey
	kid    string
	turns  int
	none   bool // the current key is published without endorsements
	issued map[string]grant
	ready  readyToken
}

// person is a user and what the bot may do with them.
type person struct {
	User
	chat     string // the personal conversation
	state    installation
	zone     *time.Location
	progress progress // of what concerns this person alone
}

type installation int

const (
	absent installation = iota
	installed
	removed
)

type channel struct {
	Channel
	left bool // the bot was removed
}

// New starts a tenant; Close ends it.
func New(o Options) *Server {
	o.AppID = cmp.Or(o.AppID, "22222222-2222-2222-2222-222222222222")
	o.TenantID = cmp.Or(o.TenantID, "11111111-1111-1111-1111-111111111111")
	o.ClientSecret = cmp.Or(o.ClientSecret, "fake-client-secret")
	o.BotName = cmp.Or(o.BotName, "ISMS Bot")
	o.TokenLife = cmp.Or(o.TokenLife, time.Hour)
	o.Patience = cmp.Or(o.Patience, 300*time.Millisecond)
	o.Quiet = cmp.Or(o.Quiet, 120*time.Millisecond)
	s := &Server{
		o: o, people: map[string]*person{}, byID: map[string]*person{}, byChat: map[string]*person{},
		channels: map[string]*channel{}, index: map[[2]string]*Message{}, readers: map[string][]*Message{}, uploads: map[string]*upload{},
		calls: map[string]int{}, issued: map[string]grant{}, limits: newLimits(o.Limits),
	}
	s.client = http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	for _, u := range o.Users {
		s.setUser(u)
	}
	for _, c := range o.Channels {
		s.channels[c.ID] = &channel{Channel: c}
	}
	s.turn()
	s.mux = s.routes()
	s.http = httptest.NewUnstartedServer(s.mux)
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.http.Start()
	s.base = s.http.URL
	return s
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/.well-known/openidconfiguration", s.op("metadata", "", s.metadata))
	mux.HandleFunc("GET /v1/.well-known/keys", s.op("keys", "", s.keys))
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.op("authority", "", s.authority))
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.op("token", "", s.token))

	const conversations = "/connector/v3/conversations"
	mux.HandleFunc("POST "+conversations, s.op("create", connectorScope, s.create))
	mux.HandleFunc("POST "+conversations+"/{id}/activities", s.op("send", connectorScope, s.post))
	mux.HandleFunc("POST "+conversations+"/{id}/activities/{aid}", s.op("reply", connectorScope, s.post))
	mux.HandleFunc("PUT "+conversations+"/{id}/activities/{aid}", s.op("update", connectorScope, s.update))
	mux.HandleFunc("DELETE "+conversations+"/{id}/activities/{aid}", s.op("delete", connectorScope, s.remove))
	mux.HandleFunc("GET "+conversations+"/{id}/members", s.op("members", connectorScope, s.members))
	mux.HandleFunc("GET "+conversations+"/{id}/pagedmembers", s.op("members", connectorScope, s.pagedMembers))
	mux.HandleFunc("GET "+conversations+"/{id}/members/{mid}", s.op("members", connectorScope, s.member))

	mux.HandleFunc("GET /graph/v1.0/appCatalogs/teamsApps", s.op("graph", graphScope, s.catalog))
	const apps = "/graph/v1.0/users/{aad}/teamwork/installedApps"
	mux.HandleFunc("POST "+apps, s.op("graph", graphScope, s.installByGraph))
	mux.HandleFunc("GET "+apps, s.op("graph", graphScope, s.installedApps))
	mux.HandleFunc("PUT /upload/{id}", s.op("upload", "", s.upload))
	return mux
}

// Close ends the tenant and every connection to it.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
	s.busy.Wait()
	s.client.CloseIdleConnections()
}

// Handler serves everything the tenant's listener serves, for a test that puts
// it behind TLS; SetBase then says where that is.
func (s *Server) Handler() http.Handler { return s.mux }

// SetBase changes the scheme and host in every URL that the tenant hands out.
func (s *Server) SetBase(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimSuffix(url, "/")
}

// SetBot says where the bot takes activities, like http://127.0.0.1:1/api/messages.
func (s *Server) SetBot(messagesURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.botURL = messagesURL
}

// Options are those of the tenant with their defaults filled in.
func (s *Server) Options() Options { return s.o }

// LoginURL is what teams.login_url is set to.
func (s *Server) LoginURL() string { return s.url("") }

// MetadataURL is what teams.openid_metadata_url is set to.
func (s *Server) MetadataURL() string { return s.url("/v1/.well-known/openidconfiguration") }

// ServiceURL is the connector's, as it stands in every activity.
func (s *Server) ServiceURL() string { return s.url("/connector") }

// GraphURL is the base of Graph's calls.
func (s *Server) GraphURL() string { return s.url("/graph/v1.0") }

func (s *Server) url(path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base + path
}

// Invalid lists every fault of what the bot sent or answered; a test of a
// healthy bot wants none.
func (s *Server) Invalid() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.invalid...)
}

// complain notes a fault; call with mu held.
func (s *Server) complain(format string, args ...any) {
	s.invalid = append(s.invalid, fmt.Sprintf(format, args...))
}

// Calls counts the requests of one kind, the refused ones included: metadata,
// keys, authority, token, send, reply, create, update, delete, members, graph,
// upload; and targeted, which are among send, reply, update and delete.
func (s *Server) Calls(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

// next makes numbers that are never the same; call with mu held.
func (s *Server) next() int {
	s.sequence++
	return s.sequence
}
