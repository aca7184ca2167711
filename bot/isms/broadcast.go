package isms

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// BroadcastState is where a broadcast stands.
type BroadcastState string

// The states of a broadcast.
const (
	Draft    BroadcastState = "draft"
	Awaiting BroadcastState = "awaiting" // a second person decides whether it goes
	Sending  BroadcastState = "sending"  // it goes out, or went and is open
	Paused   BroadcastState = "paused"
	Stopped  BroadcastState = "stopped"
	Finished BroadcastState = "finished"
)

// Broadcast is one message to many, with what clause 7.4 asks for: what, when,
// with whom, how.
type Broadcast struct {
	ID       int64
	Sender   PersonID
	State    BroadcastState
	Version  int // of the meaning: a new one is asked again
	Edition  int // of the words within the version: grows with each typo mended
	Audience Audience
	AckBy    Date // zero where nobody is asked to acknowledge by a day
	Urgent   bool
	From     Date       // the first day it may go; zero for at once
	At       time.Time  // one instant for all; zero for each person's own morning
	Named    []PersonID // who stands in the story and must consent
	Approver PersonID   // who let it go, where a second person had to
	Change   Change     // of its words, which a second person has to agree to
}

// Change is what a new text does to a broadcast that people have.
type Change string

// The changes. NoChange waits for nobody.
const (
	NoChange Change = ""
	Typo     Change = "typo"    // copies are corrected, readers stay readers
	Meaning  Change = "meaning" // a new version: everybody is asked again
)

// After is the version and edition that a change leads to.
func (b *Broadcast) After(c Change) (version, edition int) {
	if c == Meaning {
		return b.Version + 1, 1
	}
	return b.Version, b.Edition + 1
}

// MessageID is a broadcast's id as people write it: "MSG-5".
func MessageID(n int64) string { return "MSG-" + strconv.FormatInt(n, 10) }

// The limits of what a broadcast holds, in characters.
const (
	MaxTitle   = 120
	MaxWording = 2500
	MaxLink    = 500
	MaxAlt     = 300
	MaxChoice  = 100
	MaxChoices = 5
)

// Wording is what is read, in one language. Its hash is what a reader is on
// record for.
type Wording struct {
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Link     string   `json:"link,omitempty"`
	Poster   string   `json:"poster,omitempty"` // its address
	Alt      string   `json:"alt,omitempty"`    // what the poster shows and says
	Question string   `json:"question,omitempty"`
	Answers  []string `json:"answers,omitempty"` // the right one first
}

// Minutes is how long the text takes to read.
func (w *Wording) Minutes() int {
	const aMinute = 200 // words
	return 1 + len(strings.Fields(w.Text))/aMinute
}

// MayBroadcast refuses whoever has no role for it: communications and the ISMS
// manager have.
func MayBroadcast(p *Person) *Refusal {
	if !p.Left && (p.Is(Comms) || p.Is(ISMSManager)) {
		return nil
	}
	return Refuse(Forbidden, "refuse.broadcast_role")
}

// MaySteer refuses whoever may not send, pause or look at the figures of this
// one: its sender and the ISMS manager may. To others it is not there.
func (b *Broadcast) MaySteer(p *Person) *Refusal {
	if MayBroadcast(p) == nil && (p.ID == b.Sender || p.Is(ISMSManager)) {
		return nil
	}
	return b.unknown()
}

func (b *Broadcast) unknown() *Refusal {
	return Refuse(NotFound, "refuse.not_found", "id", MessageID(b.ID))
}

// NeedsSecond tells whether a second person has to agree: always to an urgent
// one, and to one for more than above people; 0 is no limit.
func NeedsSecond(urgent bool, count, above int) bool {
	return urgent || above > 0 && count > above
}

// SecondApprovers are those who may agree to somebody's broadcast: others with
// a role for it, top management where there is none. Never the sender.
func SecondApprovers(people *People, sender PersonID) []*Person {
	for _, roles := range [][]Role{{ISMSManager, Comms}, {TopManagement}} {
		var out []*Person
		for _, role := range roles {
			for _, p := range people.With(role) {
				if p.ID != sender && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// Send takes a draft on its way, or to the second person.
func (b *Broadcast) Send(second bool) *Refusal {
	if r := b.in(Draft); r != nil {
		return r
	}
	b.State = Sending
	if second {
		b.State = Awaiting
	}
	return nil
}

// Approve lets it, or the change of it that waits, go. Nobody agrees to their own.
func (b *Broadcast) Approve(by *Person, people *People) *Refusal {
	if r := b.MayDecide(by, people); r != nil {
		return r
	}
	b.Approver = by.ID
	if b.Change != NoChange {
		return b.Mend(b.Change)
	}
	b.State = Sending
	return nil
}

// Reject makes it a draft again, or leaves the words as they are.
func (b *Broadcast) Reject(by *Person, people *People) *Refusal {
	if r := b.MayDecide(by, people); r != nil {
		return r
	}
	if b.Change == NoChange {
		b.State = Draft
	}
	b.Change = NoChange
	return nil
}

// MayDecide refuses whoever may not agree to it, or where nobody has to.
func (b *Broadcast) MayDecide(by *Person, people *People) *Refusal {
	switch {
	case by.ID == b.Sender:
		return Refuse(Forbidden, "refuse.broadcast_own", "id", MessageID(b.ID))
	case !slices.ContainsFunc(SecondApprovers(people, b.Sender), func(p *Person) bool { return p.ID == by.ID }):
		return b.unknown()
	case b.Change != NoChange:
		return b.in(Sending, Paused, Finished)
	}
	return b.in(Awaiting)
}

// Pause holds back what has not gone yet.
func (b *Broadcast) Pause() *Refusal { return b.turn(Paused, Sending) }

// Resume goes on after a pause.
func (b *Broadcast) Resume() *Refusal { return b.turn(Sending, Paused) }

// Stop ends it for good. What has gone stays with its readers.
func (b *Broadcast) Stop() *Refusal { return b.turn(Stopped, Draft, Awaiting, Sending, Paused) }

// Mendable refuses a change of words where nobody has them.
func (b *Broadcast) Mendable() *Refusal {
	if b.Change != NoChange {
		return Refuse(Conflict, "refuse.broadcast_changing", "id", MessageID(b.ID))
	}
	return b.in(Sending, Paused, Finished)
}

// Mend begins a new edition of the same words, or a new version that everybody
// is asked about again.
func (b *Broadcast) Mend(c Change) *Refusal {
	if r := b.in(Sending, Paused, Finished); r != nil {
		return r
	}
	if b.State == Finished && c == Typo { // nobody looks after its copies any more
		return b.in(Sending, Paused)
	}
	b.Version, b.Edition = b.After(c)
	b.Change = NoChange
	if c == Meaning {
		b.State = Sending
	}
	return nil
}

// Out tells whether people have it, or are to get it: it can be acknowledged.
func (b *Broadcast) Out() bool {
	return b.State == Sending || b.State == Paused || b.State == Finished || b.State == Stopped
}

func (b *Broadcast) turn(to BroadcastState, from ...BroadcastState) *Refusal {
	if r := b.in(from...); r != nil {
		return r
	}
	b.State = to
	return nil
}

func (b *Broadcast) in(states ...BroadcastState) *Refusal {
	if slices.Contains(states, b.State) {
		return nil
	}
	return b.Stands()
}

// Newer refuses what is done about an older version before the newer one is there.
func (b *Broadcast) Newer() *Refusal {
	return Refuse(Conflict, "refuse.broadcast_newer", "id", MessageID(b.ID))
}

// Stands refuses what does not fit to where the broadcast is now.
func (b *Broadcast) Stands() *Refusal {
	id := MessageID(b.ID)
	switch b.State {
	case Draft:
		return Refuse(Conflict, "refuse.broadcast_draft", "id", id)
	case Awaiting:
		return Refuse(Conflict, "refuse.broadcast_awaiting", "id", id)
	case Paused:
		return Refuse(Conflict, "refuse.broadcast_paused", "id", id)
	case Stopped:
		return Refuse(Conflict, "refuse.broadcast_stopped", "id", id)
	case Finished:
		return Refuse(Conflict, "refuse.broadcast_finished", "id", id)
	}
	return Refuse(Conflict, "refuse.broadcast_sending", "id", id)
}

// Begins is the day on which it begins to go out, for one that was let go at
// the instant.
func (b *Broadcast) Begins(sent time.Time, cal *Calendar) Date {
	day := cal.Today(sent)
	if b.From.After(day) {
		day = b.From
	}
	if !b.At.IsZero() && b.At.After(sent) {
		day = cal.Today(b.At)
	}
	return day
}
