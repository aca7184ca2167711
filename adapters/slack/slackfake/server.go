// Package slackfake is a Slack workspace for tests: the Web API, response_url,
// Socket Mode, and people who type, press and fill in. It refuses what Slack
// refuses, and shares no code with the adapter it tests.
package slackfake

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Options describe the workspace; every field has a default.
type Options struct {
	BotToken      string
	AppToken      string
	SigningSecret string
	AppID         string
	TeamID        string
	TeamName      string
	BotUserID     string
	Users         []User
	// Channels are the channels the bot is in; nil allows every id that begins
	// with C or G.
	Channels []string
	// BotURL is where the bot takes requests; empty to use Socket Mode, or
	// until SetBot is called.
	BotURL string
	// Patience is how long a person waits for something to happen that may
	// never happen; 300 ms if zero.
	Patience time.Duration
	// Quiet is how long nothing more may happen before an answer is complete;
	// 120 ms if zero, as a second message waits its turn.
	Quiet time.Duration
	// Listen is the address to listen on; a free port of 127.0.0.1 if empty.
	Listen string
}

// User is one account in the workspace.
type User struct {
	ID, Name, Email, TZ, Locale string
	TeamID                      string // another than the workspace's for an outsider
	Deleted, Bot                bool
	Restricted, UltraRestricted bool
	Stranger                    bool
}

// Server is the workspace. It is safe for concurrent use.
type Server struct {
	o    Options
	http *httptest.Server

	mu          sync.Mutex
	users       []User
	messages    []*Message
	views       map[string]*View
	homes       map[string]*View
	triggers    map[string]trigger
	responses   map[string]*responseURL
	files       map[string]*File
	faults      []*scheduled
	calls       map[string]int
	invalid     []string
	limit       *limiter
	sequence    int
	activity    int
	connections int
	botURL      string
	scopes      string
	last        delivery
	socket      socket
}

// New starts a workspace; Close ends it.
func New(o Options) *Server {
	o.BotToken = cmp.Or(o.BotToken, "xoxb-1-fake-token")
	o.AppToken = cmp.Or(o.AppToken, "xapp-1-fake-token")
	o.SigningSecret = cmp.Or(o.SigningSecret, "fake-signing-secret")
	o.AppID = cmp.Or(o.AppID, "A0FAKE")
	o.TeamID = cmp.Or(o.TeamID, "T0FAKE")
	o.TeamName = cmp.Or(o.TeamName, "Example")
	o.BotUserID = cmp.Or(o.BotUserID, "U0BOT")
	o.Patience = cmp.Or(o.Patience, 300*time.Millisecond)
	o.Quiet = cmp.Or(o.Quiet, 120*time.Millisecond)
	s := &Server{
		o: o, users: o.Users, botURL: o.BotURL, scopes: scopes,
		views: map[string]*View{}, homes: map[string]*View{}, triggers: map[string]trigger{},
		responses: map[string]*responseURL{}, files: map[string]*File{}, calls: map[string]int{},
	}
	s.socket.waiting = map[string]chan []byte{}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("POST /respond/{id}", s.serveResponse)
	mux.HandleFunc("POST /upload/{id}", s.serveUpload)
	mux.HandleFunc("GET /files/{id}", s.serveFile)
	mux.HandleFunc("GET /socket", s.serveSocket)
	s.http = httptest.NewUnstartedServer(mux)
	if o.Listen != "" {
		l, err := net.Listen("tcp", o.Listen)
		if err != nil {
			panic(fmt.Sprintf("slackfake: listen on %s: %v", o.Listen, err))
		}
		_ = s.http.Listener.Close()
		s.http.Listener = l
	}
	s.http.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.connections++
			s.mu.Unlock()
		}
	}
	s.http.Start()
	return s
}

// Close ends the workspace and every connection to it.
func (s *Server) Close() {
	s.closeSocket()
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the workspace's base; response_urls are under it.
func (s *Server) URL() string { return s.http.URL }

// APIURL is what slack.api_url is set to.
func (s *Server) APIURL() string { return s.http.URL + "/api/" }

// Options are those of the workspace with their defaults filled in.
func (s *Server) Options() Options { return s.o }

// SetBot says where the bot takes requests.
func (s *Server) SetBot(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.botURL = url
}

// SetScopes says what the bot's token may do from now on, with commas between.
func (s *Server) SetScopes(granted string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = granted
}

// Invalid lists every reason for which something the bot sent was refused as
// malformed; a test of a healthy bot wants none.
func (s *Server) Invalid() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.invalid...)
}

// Calls counts the requests to one method, the refused ones included.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Connections counts the connections that were opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// SetUser adds an account or replaces the one with its id.
func (s *Server) SetUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.users {
		if s.users[i].ID == u.ID {
			s.users[i] = u
			return
		}
	}
	s.users = append(s.users, u)
}

// user is the account with that id; call with mu held.
func (s *Server) user(id string) (User, bool) {
	for _, u := range s.users {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

// next makes ids that are never the same; call with mu held.
func (s *Server) next(prefix string) string {
	s.sequence++
	return fmt.Sprintf("%s%06d", prefix, s.sequence)
}

// timestamp makes a message's id; call with mu held.
func (s *Server) timestamp() string {
	s.sequence++
	return fmt.Sprintf("%d.%06d", time.Now().Unix(), s.sequence%1_000_000)
}
