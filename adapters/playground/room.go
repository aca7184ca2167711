package playground

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ismsbot/bot/chat"
)

// maxMessages is how many messages of one conversation are kept, the newest.
const maxMessages = 500

// message is one entry of a conversation: a card, a typed line or a file.
type message struct {
	ref      chat.MessageRef
	in       string // the conversation: an account's ID or a channel
	only     string // the account that alone sees it; empty for the whole conversation
	from     string // the account that typed it; empty for the bot
	at       time.Time
	seq      uint64 // order of arrival in the room
	rev      uint64 // the room's revision when it last changed
	delivery string
	card     *cardView
	given    *chat.Card // of which card is the drawing
	line     string
	event    string // the page's id of the event in which the line was typed
	file     *chat.File
}

// sees tells whether the account may read the message.
func (m *message) sees(account string) bool {
	return (m.only == "" || m.only == account) && (isChannel(m.in) || m.in == account)
}

// maxQuoted is how much of a message is quoted, in characters.
const maxQuoted = 2500

// quoted is the message as it can be read. Nothing links to it: it is gone with
// the program.
func (m *message) quoted() *chat.Quotation {
	text := m.line
	switch {
	case m.file != nil:
		text = m.file.Name
	case m.card != nil:
		text = m.card.plain
	}
	return &chat.Quotation{Text: strings.TrimSpace(clean(text, maxQuoted))}
}

func isChannel(address string) bool { return strings.HasPrefix(address, "#") }

// room holds the conversations. Its revision grows with each change, so that a
// reader who names the last revision it saw can be brought up to date.
type room struct {
	epoch string // differs after a restart, when revisions begin anew

	mu      sync.Mutex
	rev     uint64
	talks   map[string][]*message // by conversation, oldest first
	byRef   map[chat.MessageRef]*message
	read    map[readKey]uint64 // the newest seq somebody has seen
	readers map[chan struct{}]bool
}

type readKey struct{ account, in string }

func newRoom(channels []string) *room {
	r := &room{
		epoch: rand.Text(), talks: map[string][]*message{}, byRef: map[chat.MessageRef]*message{},
		read: map[readKey]uint64{}, readers: map[chan struct{}]bool{},
	}
	for _, name := range channels {
		r.talks[name] = nil
	}
	return r
}

// post adds a message and returns the reference it was given. A line whose
// event is there already is the page's repetition and adds nothing.
func (r *room) post(m message) chat.MessageRef {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, old := range r.talks[m.in] {
		if m.event != "" && old.event == m.event && old.from == m.from {
			return old.ref
		}
	}
	r.rev++
	m.ref, m.seq, m.rev = chat.MessageRef(rand.Text()), r.rev, r.rev
	talk := append(r.talks[m.in], &m)
	if len(talk) > maxMessages {
		delete(r.byRef, talk[0].ref)
		talk = slices.Delete(talk, 0, 1)
	}
	r.talks[m.in] = talk
	r.byRef[m.ref] = &m
	r.wake()
	return m.ref
}

// replace puts a card in the place of the message; false if it is not there.
func (r *room) replace(ref chat.MessageRef, card chat.Card) bool {
	view := renderCard(card)
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.byRef[ref]
	if m == nil {
		return false
	}
	r.rev++
	// A reader may hold the old message without the lock, so it stays as it is.
	now := *m
	now.card, now.given, now.line, now.rev = view, &card, "", r.rev
	r.byRef[ref] = &now
	talk := r.talks[m.in]
	talk[slices.Index(talk, m)] = &now
	r.wake()
	return true
}

func (r *room) get(ref chat.MessageRef) (message, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.byRef[ref]; m != nil {
		return *m, true
	}
	return message{}, false
}

// since returns what the account may see and what changed after the revision,
// oldest first, and the revision up to which that is complete.
func (r *room) since(account string, rev uint64) ([]message, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []message
	if rev == r.rev {
		return nil, rev
	}
	for in, talk := range r.talks {
		if in != account && !isChannel(in) {
			continue
		}
		for _, m := range talk {
			if m.rev > rev && m.sees(account) {
				out = append(out, *m)
			}
		}
	}
	slices.SortFunc(out, func(a, b message) int { return cmp.Compare(a.seq, b.seq) })
	return out, r.rev
}

// find looks a delivery up in one conversation.
func (r *room) find(in, delivery string, since time.Time) (chat.MessageRef, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range slices.Backward(r.talks[in]) {
		if delivery != "" && m.delivery == delivery && !m.at.Before(since) {
			return m.ref, true
		}
	}
	return "", false
}

// file returns the document of a message.
func (r *room) file(ref chat.MessageRef) (chat.File, bool) {
	m, ok := r.get(ref)
	if !ok || m.file == nil {
		return chat.File{}, false
	}
	return *m.file, true
}

// markRead notes that the account has seen all that stands in the conversation.
func (r *room) markRead(account, in string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	talk := r.talks[in]
	if len(talk) == 0 {
		return
	}
	key, newest := readKey{account, in}, talk[len(talk)-1].seq
	if r.read[key] != newest {
		r.read[key] = newest
		r.wake()
	}
}

// unread counts what is new: in every person's own conversation for that
// person, and in the channels for the given account.
func (r *room) unread(account string) map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]int{}
	for in, talk := range r.talks {
		reader := in
		if isChannel(in) {
			reader = account
		}
		seen, n := r.read[readKey{reader, in}], 0
		for _, m := range slices.Backward(talk) {
			if m.seq <= seen {
				break
			}
			if m.from == "" && m.sees(reader) {
				n++
			}
		}
		if n > 0 {
			out[in] = n
		}
	}
	return out
}

func (r *room) channels() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, in := range slices.Sorted(maps.Keys(r.talks)) {
		if isChannel(in) {
			out = append(out, in)
		}
	}
	return out
}

// listen returns a channel that receives after a change, and how to stop.
func (r *room) listen() (<-chan struct{}, func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := make(chan struct{}, 1)
	r.readers[c] = true
	return c, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.readers, c)
	}
}

// changed wakes every reader although no message changed.
func (r *room) changed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wake()
}

func (r *room) wake() {
	for c := range r.readers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
