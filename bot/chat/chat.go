// Package chat is how we speak: cards, forms, invocations, and the two
// interfaces between the bot and a chat platform. It names no platform and
// imports nothing of ours; adapters turn what they receive into an Invocation
// and draw a Card or a Form in their platform's own blocks.
package chat

import (
	"context"
	"time"
)

// Account is one identity on one platform, proved by its adapter. The ID is
// opaque: only the adapter that made it may read it.
type Account struct {
	Platform string // "slack", "teams", "playground"
	ID       string
}

// Address is a place to which a message can go: a person's account or a
// channel. To is opaque: only the platform's adapter makes or reads it, except
// that an account's ID is always a valid address for a direct message.
type Address struct {
	Platform string
	To       string
}

// MessageRef names one message that was sent, so that it can be updated. It is
// opaque outside the adapter that returned it.
type MessageRef string

// Kind tells how an invocation came about.
type Kind int

const (
	// Typed is a command somebody wrote: a slash command, a mention, a line in
	// a direct message.
	Typed Kind = iota
	// Pressed is a button or a menu entry. Text is the command the button
	// carried, which is a hint and never authority.
	Pressed
	// Submitted is a form that was filled in. Text is the form's command,
	// Fields are its inputs by name.
	Submitted
	// Opened asks for the person's home view (Slack's App Home). Text is empty.
	Opened
)

// Invocation is one thing one person asked of the bot. The adapter has proved
// the sender and dropped our own messages; it has decided nothing else.
type Invocation struct {
	// ID identifies the event on its platform and stays the same when the
	// platform delivers it again; a second one with the same ID does nothing.
	ID   string
	From Account
	Kind Kind
	// Text is the command without a leading "/isms", for example "done CA-12".
	// A mentioned person stands in it as "<@ACCOUNT-ID>".
	Text string
	// Fields are a submitted form's values by input name. A person is
	// "<@ACCOUNT-ID>", a date "2006-01-02", a conversation "<#ADDRESS>".
	Fields map[string]string
	// Files are the files of a submitted form, by input name. Nothing of them
	// has been looked at.
	Files map[string]File
	// Quoted is somebody's message that this is about (a message shortcut), nil
	// for none.
	Quoted *Quotation
	// Message is the message on which a button stood, empty where there is none.
	Message MessageRef
	// Where is the conversation in which it happened, for a reply to everybody.
	Where Address
	// Private is set where only the sender sees Where (a direct message).
	Private bool
	// Zone and Language are what the platform knows of the sender: an IANA
	// name and a BCP 47 tag, both possibly empty.
	Zone, Language string
}

// Quotation is a message of the platform's, as it stood when it was quoted.
type Quotation struct {
	Text string // plain
	Link string // to it, empty where the platform gives none
}

// Reply is the bot's answer to one invocation; every field may be empty.
type Reply struct {
	// Card is the answer. Only the person who asked sees it, except where
	// Replaces is set.
	Card *Card
	// Replaces asks that Card takes the place of the message on which the
	// button stood, for everybody who sees that message.
	Replaces bool
	// Note is a second answer, seen only by the person, beside a Card that
	// replaces a message.
	Note *Card
	// Form is to be opened for the person.
	Form *Form
	// Errors refuse a submitted form, by input name; it stays open.
	Errors map[string]string
	// File is handed to the person alone.
	File *File
	// Traceless asks that no log names the invocation, whatever happens to the
	// reply.
	Traceless bool
}

// File is a document the bot hands to one person.
type File struct {
	Name string // with its ending, for example "overdue.xlsx"
	Type string // media type
	Data []byte
}

// Handler answers invocations. The bot is one; tests use HandlerFunc. An error
// is ours, never the person's: it has been logged, and the reply beside it may
// hold the card that says so, which the adapter shows.
type Handler interface {
	Handle(context.Context, Invocation) (Reply, error)
}

// HandlerFunc makes a function a Handler.
type HandlerFunc func(context.Context, Invocation) (Reply, error)

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, in Invocation) (Reply, error) { return f(ctx, in) }

// Messenger sends and updates messages. Both return a *SendError when the
// platform refused or did not answer. A messenger never repeats a call by
// itself: the outbox does.
type Messenger interface {
	Send(context.Context, Address, Card) (MessageRef, error)
	Update(context.Context, Address, MessageRef, Card) error
}

// Finder is an optional ability of a Messenger: it tells whether a message
// with this delivery id (Card.Delivery) has arrived in the conversation since
// the given instant.
type Finder interface {
	Find(ctx context.Context, to Address, delivery string, since time.Time) (ref MessageRef, found bool, err error)
}

// Uploader is an optional ability of a Messenger: it hands a file to one person.
type Uploader interface {
	Upload(context.Context, Address, File) error
}

// Directory is an optional ability of a Messenger: the people its platform knows.
type Directory interface {
	Members(context.Context) ([]Member, error)
}

// Connection is an optional ability of a Messenger: it tells whether messages
// can go out at present. While they cannot, what is queued waits and costs no
// attempt.
type Connection interface{ Connected() bool }

// Roster is what a Directory's news are told to, as they happen. The bot is one.
type Roster interface {
	MemberChanged(context.Context, Member) error
}

// Member is one account in a platform's directory.
type Member struct {
	Account  Account
	Email    string // verified by the platform's administrators, or empty
	Name     string
	Zone     string // IANA name, or empty
	Language string // BCP 47 tag, or empty
	// Outside is set for guests, strangers of a shared channel and bots: they
	// take part only where the people file names their account.
	Outside bool
	// Gone is set for a closed account. A message to one may be accepted by
	// the platform and never be read.
	Gone bool
	// Trouble is why the account takes no messages at present, in one word fit
	// for a list: uninstalled, blocked. Unlike Gone the person stays.
	Trouble string
}
