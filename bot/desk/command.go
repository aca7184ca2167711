package desk

import (
	"context"
	"encoding/json"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Command is one verb: what it is called, who may use it, and what it does.
// Help, completion and manifests are made from all of them, with the words
// usage.VERB, help.VERB and example.VERB of the catalogues.
type Command struct {
	Verb string
	// May tells who is offered the verb; nil for all. Rights on what it is
	// about are asked again when it runs.
	May     func(Reader) bool
	Refused string // the refusal's key where May says no; empty for the usual one
	Reads   bool   // it changes nothing
	Hidden  bool   // not in help: it stands on buttons
	Like    string // the verb whose help tells of a hidden one too
	Item    bool   // it is about one item, by its id or its own reference
	// Stranger tells whether an account that nobody has may use it with this
	// line; nil for never. Its sender is then a person without an id.
	Stranger func(Line) bool
	// Anonymous tells whether nothing may be kept of who sends this: no event id,
	// no refusal, no use of their account and no count. Run then sees to
	// repetitions itself (Tx.FirstAnonymous). Nil for never.
	Anonymous func(chat.Invocation, Line) bool
	// Form is what a pressed button opens when it does not carry all that Run
	// needs, which is where nothing or "…" follows the verb and the item's id;
	// FormAlways where it never can. What is submitted is for Run.
	Form       func(*Call) (*chat.Form, error)
	FormAlways bool
	Run        func(*Call) (chat.Reply, error)
	// Ahead reads what takes long before Run does, beside the writer, for Run to
	// find in Call.Ready and to check; nil where nothing does. Its refusals are
	// Run's to say again.
	Ahead func(*Call) (any, error)
	// Noted keeps in the journal that a command was answered which only reads;
	// nil where that is nobody's concern.
	Noted func(*Call) error
}

// Area is a part of the bot that is a package of its own.
type Area struct {
	// Name begins the names of its views: "awareness" those like "awareness/poster".
	Name     string
	Commands []Command
	// Show answers "show ID" for ids of Kind; nil for an area without ids.
	Kind isms.Kind
	Show func(*Call) (chat.Reply, error)
	// Draw renders a message whose content is one of the area's views, from
	// the state of the moment; view is the name behind the area's, data the
	// JSON of what was given to View. The reader has no Person where it is for a
	// channel. first is set when it has not been shown yet; no card means that
	// there is nothing left to say. Nil for an area without views.
	Draw func(tx *storage.Tx, r Reader, d *storage.Delivery, view string, data json.RawMessage, first bool) (*chat.Card, error)
	// Remind does what is due without anybody having asked. It is called before
	// every look at who is to be reminded and must be cheap where nothing is due.
	// Nil for an area that waits to be asked.
	Remind func(ctx context.Context, o *Office, db *storage.DB) error
	// Prefix begins the ids of what is the area's own: "MSG-". Own are the verbs
	// of the bot or of other areas that do something else with such an id.
	Prefix string
	Own    []Command
	// Lines are what of the area's waits for the reader, for their digest and
	// lists; Told is called when a digest that holds them is put into the outbox.
	// Both nil for an area that nobody is reminded of.
	Lines func(tx *storage.Tx, r Reader) (Lines, error)
	Told  func(tx *storage.Tx, r Reader) error
}

// Lines are an area's part in somebody's digest.
type Lines struct {
	Own  []Row // for the reader to do
	Team []Row // what waits with those whom the reader leads
	Late []Row // what is late with others, for those who look after all of it
	// Due is set where they are worth a digest today. Otherwise they stand in
	// one that there is anyhow.
	Due bool
}

// Row is a line about something that is no item.
type Row struct {
	chat.Row
	By    isms.Date // zero for no date
	Serve chat.Buttons
}
