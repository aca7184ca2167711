package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// What is remembered of the daily posting: the day that was posted last, and
// the heads that are on their way to the channel.
const (
	anchorDay     = "anchor_day"
	anchorPending = "anchor_pending"
)

// pendingAnchor is a head in a message that has not been seen to arrive.
type pendingAnchor struct {
	Delivery int64
	Seq      int64
	Hash     string
}

// AnchorDaily posts where the journal ends to the auditors' channel, once a
// day of the organisation's; it may be called as often as one likes. A head
// counts as an anchor, which verify then holds the journal to, from the moment
// its message has arrived: only then has somebody outside seen it.
func (b *Bot) AnchorDaily(ctx context.Context) error {
	if b.Channels.Auditors.To == "" {
		return nil
	}
	today := b.office.Calendar(nil).Today(b.Now())
	due := false
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		day, err := tx.Meta(anchorDay)
		if err != nil {
			return err
		}
		pending, err := tx.Meta(anchorPending)
		due = day != today.String() || pending != ""
		return err
	})
	if err == nil && due {
		err = b.DB.Tx(ctx, func(tx *storage.Tx) error {
			pending, err := b.confirmAnchors(tx)
			if err != nil {
				return err
			}
			return b.postAnchor(tx, today, pending)
		})
	}
	if err != nil {
		return fmt.Errorf("post the journal's head: %w", err)
	}
	return nil
}

// confirmAnchors notes the heads whose messages have arrived and returns those
// that are still on their way.
func (b *Bot) confirmAnchors(tx *storage.Tx) ([]pendingAnchor, error) {
	text, err := tx.Meta(anchorPending)
	if err != nil || text == "" {
		return nil, err
	}
	var all, rest []pendingAnchor
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	for _, a := range all {
		d, err := tx.Delivery(a.Delivery)
		if err != nil {
			return nil, err
		}
		switch {
		case d == nil || d.State == storage.Dropped:
			continue
		case d.State != storage.Sent: // a dead letter may yet be sent again
			rest = append(rest, a)
			continue
		}
		if err := tx.Anchor(storage.Head{Seq: a.Seq, Hash: a.Hash}, "the auditors' channel", d.SentAt); err != nil {
			return nil, err
		}
		if err := tx.Journal(b.Now(), "anchor.posted", map[string]any{"seq": a.Seq, "delivery": a.Delivery}); err != nil {
			return nil, err
		}
	}
	return rest, savePending(tx, rest)
}

func savePending(tx *storage.Tx, all []pendingAnchor) error {
	if len(all) == 0 {
		return tx.SetMeta(anchorPending, "")
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.SetMeta(anchorPending, string(text))
}

// postAnchor puts the day's message into the outbox, unless that was done.
func (b *Bot) postAnchor(tx *storage.Tx, today isms.Date, pending []pendingAnchor) error {
	day, err := tx.Meta(anchorDay)
	if err != nil || day == today.String() {
		return err
	}
	head, err := tx.Head()
	if err != nil || head.Seq == 0 {
		return err
	}
	body, err := json.Marshal(desk.Card(b.anchorCard(head)))
	if err != nil {
		return err
	}
	now := b.Now()
	d := storage.Delivery{Key: "anchor/" + today.String(), Class: desk.Notice, To: b.Channels.Auditors, Content: string(body), NotBefore: now, Created: now}
	if _, err := tx.Enqueue(&d); err != nil {
		return err
	}
	b.nudgeOutbox()
	if err := savePending(tx, append(pending, pendingAnchor{d.ID, head.Seq, head.Hash})); err != nil {
		return err
	}
	return tx.SetMeta(anchorDay, today.String())
}

// anchorCard is the message, in the organisation's language.
func (b *Bot) anchorCard(head storage.Head) *chat.Card {
	r := b.reader(nil, isms.NewPeople(nil))
	r.Speaker = voice.For(b.Organisation.Language)
	day := r.Day(r.Today)
	return &chat.Card{
		Summary:  r.Say("anchor.summary", "day", day, "events", head.Seq),
		Language: r.Speaker.Language(),
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: r.Say("anchor.title", "day", day)},
			chat.Facts{Facts: []chat.Fact{
				{Name: r.Say("anchor.date"), Value: r.Today.String()},
				{Name: r.Say("anchor.events"), Value: strconv.FormatInt(head.Seq, 10)},
				{Name: r.Say("anchor.head"), Value: head.String()},
			}},
			chat.Text{Style: chat.Quiet, Text: r.Say("anchor.keep")},
		},
	}
}
