// Package chattest helps to test what speaks chat: a fake messenger for the
// bot's tests, and Run, the suite that every adapter passes.
package chattest

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"ismsbot/bot/chat"
)

// Sent is one message that arrived at a Messenger.
type Sent struct {
	To       chat.Address
	Ref      chat.MessageRef
	Delivery string    // the card's delivery id when it was sent
	At       time.Time // when it was sent
	Card     chat.Card // as it stands now
	// Versions are the cards in turn, the one first sent in front.
	Versions []chat.Card
}

// Uploaded is one file that was handed over.
type Uploaded struct {
	To   chat.Address
	File chat.File
}

// Messenger is a chat platform that keeps what it is sent. It is a
// chat.Messenger, Finder, Uploader and Directory. The zero value works; set its
// fields before it is used. It is safe for concurrent use.
type Messenger struct {
	// Fail, if set, is asked before each send and update; its error is
	// returned and nothing arrives.
	Fail func(chat.Address, chat.Card) error
	// Cut, if set, is asked for each send that Fail let through; where it says
	// true the message arrives, and the sender is told that it is Unsure.
	Cut func(chat.Address, chat.Card) bool
	// People are what Members returns.
	People []chat.Member
	// Now is the clock for Sent.At and Find; nil means time.Now.
	Now func() time.Time

	mu      sync.Mutex
	sent    []Sent
	files   []Uploaded
	refused int
}

// Send records the card as a new message.
func (m *Messenger) Send(ctx context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	if err := m.allow(ctx, to, card); err != nil {
		return "", err
	}
	cut := m.Cut != nil && m.Cut(to, card)
	m.mu.Lock()
	defer m.mu.Unlock()
	ref := chat.MessageRef("m" + strconv.Itoa(len(m.sent)+1))
	m.sent = append(m.sent, Sent{
		To: to, Ref: ref, Delivery: card.Delivery, At: m.now(), Card: card, Versions: []chat.Card{card},
	})
	if cut {
		return "", &chat.SendError{Outcome: chat.Unsure, Code: "cut"}
	}
	return ref, nil
}

// Update replaces the card of a message; one that was never sent there is Lost.
func (m *Messenger) Update(ctx context.Context, to chat.Address, ref chat.MessageRef, card chat.Card) error {
	if err := m.allow(ctx, to, card); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sent {
		if s := &m.sent[i]; s.Ref == ref && s.To == to {
			s.Card = card
			s.Versions = append(s.Versions, card)
			return nil
		}
	}
	return &chat.SendError{Outcome: chat.Lost, Code: "message_not_found"}
}

// Find looks for the delivery among what arrived at that address since then.
func (m *Messenger) Find(_ context.Context, to chat.Address, delivery string, since time.Time) (chat.MessageRef, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sent {
		if s.To == to && s.Delivery == delivery && delivery != "" && !s.At.Before(since) {
			return s.Ref, true, nil
		}
	}
	return "", false, nil
}

// Upload records the file.
func (m *Messenger) Upload(ctx context.Context, to chat.Address, file chat.File) error {
	if err := m.allow(ctx, to, chat.Card{Summary: file.Name}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files = append(m.files, Uploaded{To: to, File: file})
	return nil
}

// Members returns People.
func (m *Messenger) Members(context.Context) ([]chat.Member, error) {
	return slices.Clone(m.People), nil
}

// Sent returns everything that arrived, the oldest first.
func (m *Messenger) Sent() []Sent {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := slices.Clone(m.sent)
	for i := range out {
		out[i].Versions = slices.Clone(out[i].Versions)
	}
	return out
}

// SentTo returns what arrived at one address, the oldest first.
func (m *Messenger) SentTo(to string) []Sent {
	all := m.Sent()
	return slices.DeleteFunc(all, func(s Sent) bool { return s.To.To != to })
}

// Files returns every file that was handed over.
func (m *Messenger) Files() []Uploaded {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.files)
}

// Refused counts the sends and updates that Fail turned away.
func (m *Messenger) Refused() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused
}

// Forget drops what was recorded.
func (m *Messenger) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent, m.files, m.refused = nil, nil, 0
}

func (m *Messenger) allow(ctx context.Context, to chat.Address, card chat.Card) error {
	if err := ctx.Err(); err != nil {
		return &chat.SendError{Outcome: chat.Unsure, Code: "deadline", Err: err}
	}
	if m.Fail == nil {
		return nil
	}
	if err := m.Fail(to, card); err != nil {
		m.mu.Lock()
		m.refused++
		m.mu.Unlock()
		return err
	}
	return nil
}

func (m *Messenger) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}
