package bot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Sample is one card or form that the bot can send, by a name that says which.
type Sample struct {
	Name string
	Card *chat.Card
	Form *chat.Form
}

// sampleAt is the morning on which all samples are made: Monday 16 March 2026.
var sampleAt = time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)

// Samples returns every card and form that the bot can send, in the language
// given. They are not drawn for the occasion: a bot of its own, on a temporary
// database, is asked for each of them.
func Samples(ctx context.Context, language string) ([]Sample, error) {
	dir, err := os.MkdirTemp("", "ismsbot-samples-")
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	defer os.RemoveAll(dir)
	db, err := storage.Open(ctx, filepath.Join(dir, "samples.db"))
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	defer db.Close()
	s := &sampler{ctx: ctx, db: db, at: sampleAt.Add(-24 * time.Hour * 3)}
	s.bot, err = New(Config{DB: db, Messengers: map[string]chat.Messenger{samplePlatform: s, secondPlatform: s}, Now: s.now, Media: "https://isms.example.com/media/",
		Organisation: Organisation{Name: "Example Ltd", Language: language,
			Calendar: isms.Calendar{Zone: time.UTC, From: 9 * 60, To: 17 * 60, Working: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}}},
		Cadence:       isms.Cadence{Stages: []int{14, 7, 1, 0}, Repeat: 2, Manager: 2, ISMSManager: 5, TopManagement: 10},
		PersonMetrics: true,
		Channels:      Channels{Auditors: chat.Address{Platform: samplePlatform, To: "#auditors"}}})
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	s.bot.office.Random = strings.NewReader("\x11\x05\x1a\x12\x02\x16\x1b\x18" + // sampleCode
		"\x11\x05\x1a\x12\x02\x16\x1b\x18\x07\x15\x08\x09") // sampleReport
	if err := s.play(); err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	return s.out, nil
}

// The platforms of the samples. The second has no name in the catalogues and is
// called as it stands here.
const (
	samplePlatform = "playground"
	secondPlatform = "Intranet"
)

// sampleCode is the code that the samples show.
const sampleCode = "K7WM-4RXT"

// sampleReport is the code of an anonymous report.
const sampleReport = "K7WM-4RXT-9QAB"

// sampler plays both sides: the people who ask, and the platform that is sent to.
type sampler struct {
	ctx  context.Context
	db   *storage.DB
	bot  *Bot
	mu   sync.Mutex
	at   time.Time
	n    int
	sent []sampleMessage
	out  []Sample
	err  error
}

type sampleMessage struct {
	to   string
	ref  chat.MessageRef
	card chat.Card
}

func (s *sampler) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// Send keeps the message for the sample that is being made.
func (s *sampler) Send(_ context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := chat.MessageRef(fmt.Sprintf("m%d", len(s.sent)+1))
	s.sent = append(s.sent, sampleMessage{to.To, ref, card})
	return ref, nil
}

// Update keeps nothing: an updated message is a sample through its press.
func (s *sampler) Update(context.Context, chat.Address, chat.MessageRef, chat.Card) error { return nil }

// ask has somebody do something and keeps what they see.
func (s *sampler) ask(name, who string, kind chat.Kind, text string, fields map[string]string, on chat.MessageRef) {
	s.handle(name, chat.Invocation{From: chat.Account{Platform: samplePlatform, ID: who}, Kind: kind, Text: text, Fields: fields, Message: on, Private: true})
}

// about has somebody use the shortcut on a message.
func (s *sampler) about(name, who, text string, message chat.Quotation) {
	s.handle(name, chat.Invocation{From: chat.Account{Platform: samplePlatform, ID: who}, Kind: chat.Pressed, Text: text, Quoted: &message, Private: true})
}

// elsewhere has an account of the second platform type something.
func (s *sampler) elsewhere(name, who, text string) {
	s.handle(name, chat.Invocation{From: chat.Account{Platform: secondPlatform, ID: who}, Text: text, Private: true})
}

func (s *sampler) handle(name string, in chat.Invocation) {
	if s.err != nil {
		return
	}
	s.n++
	in.ID = fmt.Sprintf("sample-%d", s.n)
	reply, err := s.bot.Handle(s.ctx, in)
	if err != nil {
		s.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	if name == "" {
		return
	}
	switch {
	case reply.Form != nil:
		s.out = append(s.out, Sample{Name: name, Form: reply.Form})
	case reply.Card != nil:
		s.out = append(s.out, Sample{Name: name, Card: reply.Card})
	default:
		s.err = fmt.Errorf("%s: there was no answer to %q", name, in.Text)
	}
}

func (s *sampler) typed(name, who, text string)   { s.ask(name, who, chat.Typed, text, nil, "") }
func (s *sampler) pressed(name, who, text string) { s.ask(name, who, chat.Pressed, text, nil, "") }

// run lets the bot do what is due at the given instant.
func (s *sampler) run(at time.Time) {
	s.mu.Lock()
	s.at = at
	s.mu.Unlock()
	if s.err == nil {
		s.err = errors.Join(s.bot.Remind(s.ctx), s.bot.Clock(s.ctx))
	}
	if s.err == nil {
		s.err = s.bot.Spread(s.ctx)
	}
	if s.err == nil {
		s.err = s.bot.Deliver(s.ctx)
	}
}

// last keeps the newest message that somebody got under the name.
func (s *sampler) last(name, who string) chat.MessageRef {
	for i := len(s.sent) - 1; i >= 0 && s.err == nil; i-- {
		if s.sent[i].to == who {
			card := s.sent[i].card
			s.out = append(s.out, Sample{Name: name, Card: &card})
			return s.sent[i].ref
		}
	}
	if s.err == nil {
		s.err = fmt.Errorf("%s: %s got no message", name, who)
	}
	return ""
}
