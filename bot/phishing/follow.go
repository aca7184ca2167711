package phishing

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// atOnce is to how many people one transaction writes.
const atOnce = 100

// waiting counts who would be thanked and trained.
func waiting(tx *storage.Tx, one *storage.Campaign) (thanks, training int, err error) {
	all, err := tx.ToFollow(one.ID, 0, one.Sent)
	for _, p := range all {
		if p.Reported {
			thanks++
		} else {
			training++
		}
	}
	return thanks, training, err
}

// begin has people thanked and trained after a test that is not recent: asked
// for twice, the second time with the number of people.
func begin(c *desk.Call, one *storage.Campaign, count string) (chat.Reply, error) {
	if !plans(c.Reader) {
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.campaign_follow", "name", c.ManagerName())
	}
	thanks, training, err := waiting(c.Tx, one)
	switch {
	case err != nil:
		return chat.Reply{}, err
	case one.Follow != storage.FollowNot || thanks+training == 0:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.campaign_followed")
	}
	all := strconv.Itoa(thanks + training)
	if count != all {
		text := c.Count("campaign.ask_follow", thanks+training)
		return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Text: c.Say("campaign.ask_how")},
			chat.Buttons{Shown: []chat.Button{{Label: c.Count("campaign.button_write", thanks+training), Command: command(one, "follow "+all), Look: chat.Primary},
				c.Button("campaign.button_back", command(one, ""))}}}}}, nil
	}
	if err := c.Tx.SetFollow(one.ID, storage.FollowDue); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "campaign.follow", map[string]any{"by": c.ID, "campaign": one.ID, "people": thanks + training}); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("campaign.begun"), nil
}

// follow thanks and trains whom a test concerns and who has heard nothing of it
// yet. Running it twice, or after it was stopped, tells nobody twice.
func follow(ctx context.Context, o *desk.Office, db *storage.DB) error {
	var due []*storage.Campaign
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		due, err = tx.FollowingCampaigns()
		return err
	})
	for _, c := range due {
		var last isms.PersonID
		for more := true; more && err == nil && ctx.Err() == nil; {
			err = db.Tx(ctx, func(tx *storage.Tx) (err error) {
				last, more, err = followSome(tx, o, c, last)
				return err
			})
		}
	}
	if err != nil {
		return fmt.Errorf("follow a phishing test up: %w", err)
	}
	return nil
}

// followSome writes to the next few behind the person, and returns the last of them.
func followSome(tx *storage.Tx, o *desk.Office, c *storage.Campaign, after isms.PersonID) (last isms.PersonID, more bool, err error) {
	people, err := o.People(tx)
	if err != nil {
		return 0, false, err
	}
	some, err := tx.ToFollow(c.ID, after, atOnce)
	if err != nil {
		return 0, false, err
	}
	for _, p := range some {
		r := o.Reader(people.Get(p.Person), people)
		if err := followOne(tx, o, r, c, p); err != nil {
			return 0, false, err
		}
		after = p.Person
	}
	if len(some) == atOnce {
		return after, true, nil
	}
	// A file that came meanwhile may have brought people in front of the last.
	if rest, err := tx.ToFollow(c.ID, 0, 1); err != nil || len(rest) > 0 {
		return after, false, err
	}
	if err := tx.SetFollow(c.ID, storage.FollowDone); err != nil {
		return 0, false, err
	}
	// Without a count: beside the messages it would say who did not report.
	return after, false, tx.Journal(o.Now(), "campaign.followed", map[string]any{"campaign": c.ID})
}

// followOne thanks one person or trains them. Whoever has left is only noted.
func followOne(tx *storage.Tx, o *desk.Office, r desk.Reader, c *storage.Campaign, p storage.Phished) error {
	if r.Person == nil || r.Left {
		return tx.Followed(c.ID, p.Person, p.Reported, 0)
	}
	if !p.Reported {
		n, err := train(tx, r)
		if err != nil {
			return err
		}
		return tx.Followed(c.ID, p.Person, false, n)
	}
	if err := spare(tx, o, r, c); err != nil {
		return err
	}
	_, err := o.Enqueue(tx, desk.Post{Key: fmt.Sprintf("phishing/%d/%d", c.ID, p.Person), Class: desk.Answer, To: r.Person,
		What: desk.View("phishing/thanks", thanksFor{c.ID}), At: r.Calendar.NextOpen(r.Now)})
	if err != nil {
		return err
	}
	return tx.Followed(c.ID, p.Person, true, 0)
}

// train gives the person a short training as a task that nobody else sees. The
// journal has no event of it: that would say who did not report.
func train(tx *storage.Tx, r desk.Reader) (int64, error) {
	due := isms.TrainingDue(r.Today, r.Calendar)
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: r.Say("campaign.training"), Description: r.Say("campaign.training_text"),
		Owner: r.ID, Due: due, FirstDue: due, SeriesStart: due, Status: isms.Open, Source: "training", Private: true}}
	if err := tx.SaveItem(it); err != nil {
		return 0, err
	}
	return it.ID.N, tx.LookNow(r.ID)
}

// spare takes a training back from somebody whose report came to light later.
func spare(tx *storage.Tx, o *desk.Office, r desk.Reader, c *storage.Campaign) error {
	n, err := tx.TrainingOf(c.ID, r.ID)
	if err != nil || n == 0 {
		return err
	}
	it, err := tx.Item(isms.ItemID{Kind: isms.Task, N: n})
	if err != nil || it == nil || !it.IsOpen() {
		return err
	}
	was := *it
	if refused := it.Withdraw(r.Say("campaign.spared")); refused != nil {
		return refused
	}
	if err := tx.ChangeItem(&was, it); err != nil {
		return err
	}
	return o.Changed(tx, &was, it, r.Now)
}

// thanksFor says which test somebody is thanked for.
type thanksFor struct{ Campaign int64 }

// draw renders the thanks to one person.
func draw(tx *storage.Tx, r desk.Reader, d *storage.Delivery, view string, data json.RawMessage, _ bool) (*chat.Card, error) {
	var t thanksFor
	if err := json.Unmarshal(data, &t); err != nil || view != "thanks" || r.Person == nil {
		return nil, err
	}
	c, err := tx.Campaign(t.Campaign)
	if err != nil || c == nil {
		return nil, err
	}
	text := r.Say("campaign.thanks", "name", r.FirstName(), "day", r.Day(c.SentOn))
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Text: r.Say("campaign.thanks_why")},
		chat.Text{Style: chat.Quiet, Text: r.Say("campaign.thanks_only")}}}, nil
}
