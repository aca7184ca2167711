package awareness

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// coolDown is how long a sender waits between two broadcasts. An urgent one
// has a second person instead.
const coolDown = 10 * time.Minute

func sendForm(c *desk.Call) (*chat.Form, error) {
	b, _, err := steered(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("msgform.send_title"), Submit: c.Say("msgform.send"), Command: "send" + id(b), Intro: c.Say("msgform.send_note", "title", b.Title),
		Inputs: []chat.Input{{Name: "count", Label: c.Say("msgform.send_count"), Kind: chat.Line, Max: 9}}}, nil
}

// send takes a draft on its way, if the head count of the preview is typed and
// still holds, or asks the second person.
func send(c *desk.Call) (chat.Reply, error) {
	b, rest, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	people, err := sendable(c, b, rest)
	if err != nil {
		return chat.Reply{}, err
	}
	second := isms.NeedsSecond(b.Urgent, len(people), c.Office.SecondApproverAbove)
	if second && len(isms.SecondApprovers(c.People, b.Sender)) == 0 {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.broadcast_nobody", "id", isms.MessageID(b.ID))
	}
	if r := b.Send(second); r != nil {
		return chat.Reply{}, r
	}
	b.Count = len(people)
	sha, err := c.Tx.Freeze(b.ID, people, c.Now)
	if err != nil {
		return chat.Reply{}, err
	}
	more := map[string]any{"count": b.Count, "audience_sha256": sha, "urgent": b.Urgent}
	if second {
		return askSecond(c, b, more)
	}
	if err := launch(c, b, "broadcast.sent", more); err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Card: sentence(c.Reader, c.Count("send.sent", b.Count, "title", b.Title, "id", isms.MessageID(b.ID)))}, nil
}

// sendable are those whom the draft means, if it can be sent with the count
// that was typed.
func sendable(c *desk.Call, b *storage.Sendout, rest string) ([]isms.PersonID, error) {
	if b.State != isms.Draft {
		return nil, b.Stands()
	}
	if c.ID != b.Sender {
		return nil, isms.Refuse(isms.Forbidden, "refuse.broadcast_sender", "id", isms.MessageID(b.ID), "name", b.Sender)
	}
	if r := b.CheckDates(c.Today); r != nil {
		return nil, r
	}
	if waits, err := waitsForConsent(c, b); err != nil || waits != "" {
		return nil, orRefuse(err, isms.Refuse(isms.Conflict, "refuse.broadcast_consent", "id", isms.MessageID(b.ID)))
	}
	if err := cooled(c, b); err != nil {
		return nil, err
	}
	typed := rest
	if c.In.Kind == chat.Submitted {
		typed = c.In.Fields["count"]
	}
	people, err := members(c, b)
	if err != nil {
		return nil, err
	}
	before, err := c.Tx.Frozen(b.ID)
	if err != nil {
		return nil, err
	}
	count, err := strconv.Atoi(strings.TrimSpace(typed))
	switch {
	case err != nil || count != b.Count:
		return nil, c.AtField("count", isms.Refuse(isms.Invalid, "refuse.send_count", "id", isms.MessageID(b.ID)))
	case !slices.Equal(people, before): // as many others, too
		return nil, c.AtField("count", isms.Refuse(isms.Invalid, "refuse.send_changed", "id", isms.MessageID(b.ID)))
	case count == 0:
		return nil, c.AtField("count", isms.Refuse(isms.Invalid, "refuse.send_nobody", "id", isms.MessageID(b.ID)))
	}
	return people, nil
}

func orRefuse(err error, r *isms.Refusal) error {
	if err != nil {
		return err
	}
	return r
}

// cooled refuses a second broadcast right after the first.
func cooled(c *desk.Call, b *storage.Sendout) error {
	last, err := c.Tx.LastFrom(c.ID)
	if err != nil || last == nil || b.Urgent {
		return err
	}
	if wait := coolDown - c.Now.Sub(last.SentAt); wait > 0 {
		return isms.Refuse(isms.Conflict, "refuse.broadcast_cool", "id", isms.MessageID(last.ID), "time", c.Now.Add(wait+time.Minute).In(c.Calendar.Zone).Format("15:04"))
	}
	return nil
}

// launch has the recipients' rows follow, and gives the sender a card to watch.
func launch(c *desk.Call, b *storage.Sendout, kind string, more map[string]any) error {
	b.SentAt, b.Spread = c.Now, 0
	sender := c.People.Get(b.Sender)
	watch, err := c.Enqueue(desk.Post{Key: fmt.Sprintf("watch/%d", b.ID), Class: desk.Answer, To: sender, What: desk.View("awareness/"+viewWatch, about{Broadcast: b.ID})})
	if err != nil {
		return err
	}
	if watch != 0 {
		b.Watch = watch
	}
	return save(c, b, kind, more)
}

// askSecond asks those who may agree, at once where it is urgent.
func askSecond(c *desk.Call, b *storage.Sendout, more map[string]any) (chat.Reply, error) {
	class := desk.Request
	if b.Urgent {
		class = desk.Answer
	}
	var names []string
	for _, p := range isms.SecondApprovers(c.People, b.Sender) {
		_, err := c.Enqueue(desk.Post{Key: c.Key(fmt.Sprintf("decide/%d/%d", b.ID, p.ID)), Class: class, To: p,
			What: desk.View("awareness/"+viewDecide, about{Broadcast: b.ID, Version: b.Version})})
		if err != nil {
			return chat.Reply{}, err
		}
		names = append(names, p.Name)
	}
	if err := save(c, b, "broadcast.second_asked", more); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("send.asked", "title", b.Title, "id", isms.MessageID(b.ID), "names", strings.Join(names, ", ")), nil
}
