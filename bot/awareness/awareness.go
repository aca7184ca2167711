// Package awareness is the comms team's half of the bot: a broadcast is
// written, previewed, sent, read, watched, mended and proven.
package awareness

import (
	"encoding/json"
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// prefix begins the ids of broadcasts.
const prefix = "MSG-"

// Area is the package as a part of the bot.
func Area() desk.Area {
	may := func(r desk.Reader) bool { return isms.MayBroadcast(r.Person) == nil }
	const refused = "refuse.broadcast_role"
	return desk.Area{Name: "awareness", Prefix: prefix, Draw: draw, Lines: lines, Told: told,
		Commands: []desk.Command{
			{Verb: "broadcast", May: may, Refused: refused, Form: writeForm, FormAlways: true, Run: broadcast, Ahead: writeAhead},
			{Verb: "story", May: may, Refused: refused, Hidden: true, Like: "broadcast", FormAlways: true, Form: storyForm, Run: story, Ahead: storyAhead},
			{Verb: "send", May: may, Refused: refused, Form: sendForm, Run: send, Ahead: countAhead},
			{Verb: "stats", May: may, Refused: refused, Reads: true, Run: stats},
			{Verb: "list", May: may, Refused: refused, Run: list, Ahead: listAhead},
			{Verb: "lists", May: may, Refused: refused, Hidden: true, Reads: true, Run: lists},
			{Verb: "preview", Hidden: true, Run: previewOn, Ahead: countAhead},
			{Verb: "pause", Hidden: true, Like: "stats", Run: pause},
			{Verb: "resume", Hidden: true, Like: "stats", Run: resume},
			{Verb: "stop", Hidden: true, Like: "stats", Form: stopForm, Run: stop},
			{Verb: "resend", Hidden: true, Like: "stats", Run: resend, Ahead: missedAhead},
			{Verb: "mend", Hidden: true, FormAlways: true, Form: mendForm, Run: mend},
			{Verb: "missing", Hidden: true, Reads: true, Run: missing, Noted: noted("broadcast.missing_seen")},
			{Verb: "register", Hidden: true, Like: "stats", Reads: true, Run: register, Noted: noted("broadcast.register_exported")},
			{Verb: "tell", Hidden: true, Run: tell},
			{Verb: "record", Hidden: true, FormAlways: true, Form: recordForm, Run: record, Ahead: recordAhead},
			{Verb: "read", Hidden: true, Run: read},
			{Verb: "why", Hidden: true, Reads: true, Run: why},
			{Verb: "question", Hidden: true, FormAlways: true, Form: questionForm, Run: question},
			{Verb: "questions", Hidden: true, Reads: true, Run: questions},
			{Verb: "reply", Hidden: true, FormAlways: true, Form: replyForm, Run: reply},
			{Verb: "consent", Hidden: true, Run: consent},
			{Verb: "decline", Hidden: true, Run: decline},
		},
		Own: []desk.Command{
			{Verb: "show", Run: show, Ahead: countAhead},
			{Verb: "ack", Form: ackForm, Run: ack},
			{Verb: "approve", Run: approve},
			{Verb: "reject", FormAlways: true, Form: rejectForm, Run: reject},
		}}
}

// about is the content of a message: the broadcast that it shows.
type about struct {
	Broadcast int64   `json:"broadcast"`
	Version   int     `json:"version,omitempty"`
	Others    []int64 `json:"others,omitempty"` // of a joiner's bundle
}

// The views.
const (
	viewPoster  = "poster"  // the message itself
	viewBundle  = "bundle"  // what is open for somebody who has joined
	viewCopy    = "copy"    // the message of a draft, for whoever writes it
	viewWatch   = "watch"   // its sender's card
	viewDecide  = "decide"  // a second person is asked
	viewConsent = "consent" // somebody in the story is asked
)

func draw(tx *storage.Tx, r desk.Reader, d *storage.Delivery, view string, data json.RawMessage, first bool) (*chat.Card, error) {
	var a about
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("delivery %d: %w", d.ID, err)
	}
	if r.Person == nil {
		return nil, nil
	}
	b, err := tx.Broadcast(a.Broadcast)
	if err != nil || b == nil {
		return nil, err
	}
	switch view {
	case viewPoster:
		return drawPoster(tx, r, b, a.Version, first)
	case viewBundle:
		return drawBundle(tx, r, a, first)
	case viewCopy:
		return drawCopy(tx, r, b)
	case viewWatch:
		return watchCard(tx, r, b)
	case viewDecide:
		return decideCard(tx, r, b, first)
	case viewConsent:
		return consentCard(tx, r, b, first)
	}
	return nil, fmt.Errorf("delivery %d: unknown view %q", d.ID, view)
}

// lost is what is said of a broadcast that is missing or not the sender's.
func lost(c *desk.Call) *isms.Refusal {
	first, _ := desk.FirstWord(c.Line.Text)
	if first == "" {
		return isms.Refuse(isms.Invalid, "refuse.broadcast_which", "verb", c.Line.Verb)
	}
	return isms.Refuse(isms.NotFound, "refuse.not_found", "id", desk.Brief(first, 30))
}

// found reads the broadcast that the command names, whoever asks, and returns
// the words behind its id.
func found(c *desk.Call) (*storage.Sendout, string, error) {
	n, rest, ok := c.Line.Number(prefix)
	if !ok {
		return nil, "", lost(c)
	}
	b, err := c.Tx.Broadcast(n)
	if err == nil && b == nil {
		err = lost(c)
	}
	return b, rest, err
}

// steered is the broadcast, if it is the asker's to steer.
func steered(c *desk.Call) (*storage.Sendout, string, error) {
	b, rest, err := found(c)
	if err != nil {
		return nil, "", err
	}
	if r := b.MaySteer(c.Person); r != nil {
		return nil, "", r
	}
	return b, rest, nil
}

// received is the broadcast in its newest version, if the asker is one of
// those whom it is for and it has been sent.
func received(c *desk.Call) (*storage.Sendout, *storage.Recipient, string, error) {
	b, rest, err := found(c)
	if err != nil {
		return nil, nil, "", err
	}
	x, err := c.Tx.Recipient(b.ID, b.Version, c.ID)
	switch {
	case err != nil:
	case x == nil && b.State == isms.Draft && b.MaySteer(c.Person) == nil:
		err = isms.Refuse(isms.Conflict, "refuse.broadcast_preview", "id", isms.MessageID(b.ID))
	case x == nil && b.Out():
		err = comes(c, b)
	case x == nil || !b.Out():
		err = lost(c)
	}
	return b, x, rest, err
}

// comes refuses whoever has an older version while the newer one is being sent.
func comes(c *desk.Call, b *storage.Sendout) error {
	for v := b.Version - 1; v > 0; v-- {
		x, err := c.Tx.Recipient(b.ID, v, c.ID)
		if err != nil {
			return err
		}
		if x != nil {
			return b.Newer()
		}
	}
	return lost(c)
}

// event is what the journal keeps of a step, beside what the step adds.
func event(c *desk.Call, b *storage.Sendout, more map[string]any) map[string]any {
	e := map[string]any{"by": c.ID, "broadcast": b.ID, "version": b.Version, "edition": b.Edition}
	for k, v := range more {
		e[k] = v
	}
	return e
}

// noted journals that a list with names in it was looked at.
func noted(kind string) func(*desk.Call) error {
	return func(c *desk.Call) error {
		b, _, err := steered(c)
		if err != nil {
			return err
		}
		return c.Tx.Journal(c.Now, kind, event(c, b, nil))
	}
}

// save writes the broadcast and journals what was done to it.
func save(c *desk.Call, b *storage.Sendout, kind string, more map[string]any) error {
	if err := c.Tx.SaveBroadcast(b); err != nil {
		return err
	}
	return c.Tx.Journal(c.Now, kind, event(c, b, more))
}

// id is the broadcast's, with a blank before it, for commands.
func id(b *storage.Sendout) string { return " " + isms.MessageID(b.ID) }

// sentence is a card that says one thing.
func sentence(r desk.Reader, text string) *chat.Card {
	return &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
}

// button is one about a broadcast; its spoken label names it.
func button(r desk.Reader, b *storage.Sendout, key, command string, pairs ...any) chat.Button {
	return labelled(r, b, r.Say(key, pairs...), command)
}

// labelled is a button about a broadcast with that label.
func labelled(r desk.Reader, b *storage.Sendout, label, command string) chat.Button {
	return chat.Button{Label: label, Command: command,
		Spoken: r.Say("button.spoken", "label", strings.TrimSuffix(label, "…"), "title", b.Title, "id", isms.MessageID(b.ID))}
}
