// Package playground is a chat in the browser, served on this machine: the bot
// can be tried in it without an account, by several people at once, and its
// clock can be moved.
package playground

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
)

// Platform is the name under which the playground's accounts and addresses stand.
const Platform = "playground"

// Config is what a Playground needs. People and Now must be set; what else is
// missing leaves its part of the page empty.
type Config struct {
	// People are those one can be, in the order in which they are shown.
	People func(context.Context) ([]Persona, error)
	// Now is the bot's clock.
	Now func() time.Time
	// Travel moves the bot's clock to the given instant, step by step, and lets
	// the bot do what falls due on the way. It ends early when ctx does.
	Travel func(ctx context.Context, to time.Time) error
	// Stops are the instants one can jump to.
	Stops func(context.Context) ([]Stop, error)
	// Commands are what this person may type, for completion.
	Commands func(context.Context, chat.Account) []Completion
	// Samples are the cards and forms of the contact sheet.
	Samples func() []Sample
	// Renderers give the payloads that stand beside each sample.
	Renderers []Renderer
	// Channels are shown from the start; others appear with their first message.
	Channels []string
	// Media is the address under which posters stand that whoever serves this
	// page hands out below /media/; empty for none.
	Media string
	// Hosts are names under which the page may be opened beside localhost and
	// the listener's own address.
	Hosts []string
	// Log takes faults of the page itself; it may be nil.
	Log *slog.Logger
}

// Persona is somebody one can be in the playground.
type Persona struct {
	Account  chat.Account
	Name     string
	Role     string // the line under the name: department, role
	Language string // BCP 47
	Zone     string // IANA
}

// Stop is an instant one can jump to.
type Stop struct {
	Label string
	At    time.Time
	// Open is set where the journey may end earlier: At is then not shown.
	Open bool
}

// Completion is a command as it is typed, without "/isms", and what it does.
type Completion struct {
	Text string `json:"text"`
	Hint string `json:"hint"`
}

// Sample is one card or one form of the contact sheet.
type Sample struct {
	Name string
	Card *chat.Card
	Form *chat.Form
}

// Renderer gives what one adapter would send. Either function may be nil.
type Renderer struct {
	Name string
	Card func(chat.Card) (any, error)
	Form func(chat.Form) (any, error)
}

// Playground is the web chat. It is safe for concurrent use and keeps
// everything in memory.
type Playground struct {
	Config
	handler    chat.Handler
	room       *room
	forms      *openForms
	pages      *template.Template
	mux        *http.ServeMux
	token      string
	travelling atomic.Bool
}

var (
	_ chat.Messenger = (*Playground)(nil)
	_ chat.Finder    = (*Playground)(nil)
	_ chat.Uploader  = (*Playground)(nil)
)

// New checks the configuration and returns a playground whose invocations go
// to h.
func New(c Config, h chat.Handler) (*Playground, error) {
	var faults []error
	if c.People == nil {
		faults = append(faults, errors.New("playground: People is missing"))
	}
	if c.Now == nil {
		faults = append(faults, errors.New("playground: Now is missing"))
	}
	if h == nil {
		faults = append(faults, errors.New("playground: the handler is missing"))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	pages, err := template.New("").Funcs(pageFuncs).ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("playground: read the pages: %w", err)
	}
	p := &Playground{
		Config: c, handler: h, pages: pages,
		room: newRoom(c.Channels), forms: newOpenForms(), token: rand.Text(),
	}
	p.mux = p.routes()
	return p, nil
}

// ServeHTTP serves the page, its API and the contact sheet. The stream of
// events ends with its request's context: give http.Server a BaseContext that
// ends before Shutdown is called.
func (p *Playground) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.guard(w, r) {
		return
	}
	p.mux.ServeHTTP(w, r)
}

func (p *Playground) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.chatPage)
	mux.HandleFunc("GET /cards", p.cardsPage)
	mux.HandleFunc("GET /static/", serveStatic)
	mux.HandleFunc("GET /api/state", p.getState)
	mux.HandleFunc("GET /api/events", p.getEvents)
	mux.HandleFunc("GET /api/samples", p.getSamples)
	mux.HandleFunc("GET /api/file/{id}", p.getFile)
	mux.HandleFunc("GET /api/look", p.getLook)
	mux.HandleFunc("POST /api/say", p.postSay)
	mux.HandleFunc("POST /api/press", p.postPress)
	mux.HandleFunc("POST /api/report", p.postReport)
	mux.HandleFunc("POST /api/submit", p.postSubmit)
	mux.HandleFunc("POST /api/home", p.postHome)
	mux.HandleFunc("POST /api/read", p.postRead)
	mux.HandleFunc("POST /api/travel", p.postTravel)
	return mux
}

// persona finds who has the account, and whether there is such a person.
func (p *Playground) persona(ctx context.Context, id string) (Persona, bool, error) {
	people, err := p.People(ctx)
	if err != nil {
		return Persona{}, false, fmt.Errorf("playground: list the people: %w", err)
	}
	for _, who := range people {
		if who.Account.ID == id {
			return who, true, nil
		}
	}
	return Persona{}, false, nil
}
