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
		n, err := train(tx, o, r, c)
		if err != nil {
			return err
		}
		return tx.Followed(c.ID, p.Person, false, n)
	}
	if err := spare(tx, o, r, c); err != nil {
		return err
	}
	if at, soon := isms.FollowAt(r.Person, r.Calendar, r.Now); soon {
		_, err := o.Enqueue(tx, desk.Post{Key: fmt.Sprintf("phishing/%d/%d", c.ID, p.Person), Class: desk.Many, To: r.Person, What: desk.View("phishing/thanks", about{Campaign: c.ID}), At: at})
		if err != nil {
			return err
		}
	}
	return tx.Followed(c.ID, p.Person, true, 0)
}

// again is how many days before its date a digest reminds of a training that
// came as a message of its own.
const again = 7

// train gives the person a short training as a task that nobody else sees, and
// its text at once, by the way of thanks: thousands of digests would hold up
// everybody else's. The journal has no event of it: that would say who did not
// report.
func train(tx *storage.Tx, o *desk.Office, r desk.Reader, c *storage.Campaign) (int64, error) {
	at, _ := isms.FollowAt(r.Person, r.Calendar, r.Now)
	due := isms.TrainingDue(r.Calendar.Today(at), r.Calendar)
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: r.Say("campaign.training"), Description: r.Say("campaign.training_text"),
		Owner: r.ID, Due: due, FirstDue: due, SeriesStart: due, Status: isms.Open, Source: "training", Private: true}}
	if err := tx.SaveItem(it); err != nil {
		return 0, err
	}
	sent, err := o.Enqueue(tx, desk.Post{Key: fmt.Sprintf("phishing/%d/%d.%d", c.ID, r.ID, it.ID.N), Class: desk.Many, To: r.Person,
		What: desk.View("phishing/training", about{Campaign: c.ID, Task: it.ID.N}), Items: []isms.ItemID{it.ID}, At: at})
	if err != nil || sent == 0 {
		return it.ID.N, err
	}
	if err := tx.Snooze(r.ID, it.ID, due.Add(-again)); err != nil {
		return 0, err
	}
	return it.ID.N, tx.LookBy(r.ID, r.Calendar.Opening(due.Add(-again)))
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
	return desk.Withdraw(tx, o, it, r.Say("campaign.spared"))
}

// about says which test a message follows, and which training it is.
type about struct {
	Campaign int64
	Task     int64 `json:",omitempty"`
}

// draw renders what follows to one person. Nobody is told while they are away:
// thanks of another day are none, and a training then stands in their digest.
func draw(tx *storage.Tx, r desk.Reader, d *storage.Delivery, view string, data json.RawMessage, first bool) (*chat.Card, error) {
	var a about
	if err := json.Unmarshal(data, &a); err != nil || r.Person == nil || first && r.Away(r.Today) {
		return nil, err
	}
	if view == "training" {
		return trainingCard(tx, r, a, first)
	}
	c, err := tx.Campaign(a.Campaign)
	if err != nil || c == nil || view != "thanks" {
		return nil, err
	}
	text := r.Say("campaign.thanks", "name", r.FirstName(), "day", r.Day(c.SentOn))
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Text: r.Say("campaign.thanks_why")},
		chat.Text{Style: chat.Quiet, Text: r.Say("campaign.thanks_only")}}}, nil
}

// trainingCard is the training itself, and one line once it is done.
func trainingCard(tx *storage.Tx, r desk.Reader, a about, first bool) (*chat.Card, error) {
	it, err := tx.Item(isms.ItemID{Kind: isms.Task, N: a.Task})
	if err != nil || it == nil || it.Owner != r.ID || first && !it.IsOpen() {
		return nil, err
	}
	id := it.ID.String()
	title := r.Say("campaign.training_title", "title", it.Title, "id", id)
	if !it.IsOpen() {
		text := r.Say("campaign.training_done", "title", title)
		return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}, nil
	}
	read := chat.Button{Label: r.Say("campaign.button_read"), Spoken: r.Say("button.spoken", "label", r.Say("campaign.button_read"), "title", it.Title, "id", id),
		Command: "done " + id + " " + r.Say("campaign.evidence_read"), Look: chat.Primary}
	return &chat.Card{Summary: title, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: title}, chat.Text{Text: it.Description},
		chat.Buttons{Shown: []chat.Button{read}}, chat.Text{Style: chat.Quiet, Text: r.Say("campaign.training_by", "day", r.Day(it.Due))}}}, nil
}
