package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// Campaign is a phishing test and what came of it.
type Campaign struct {
	ID     int64
	Name   string
	SentOn isms.Date
	Source string // the format of its file
	isms.Phished
	NotSent int  // people whom it did not reach
	Unknown int  // of those sent, nobody in the people file
	Named   bool // who clicked is kept by person
	Follow  Follow
	File    string // SHA-256
	At      time.Time
	Groups  []isms.PhishedGroup
}

// Follow says whether people are written to about a test.
type Follow string

// The states of it.
const (
	FollowNot  Follow = "" // it is too long ago, and nobody has asked for it
	FollowDue  Follow = "due"
	FollowDone Follow = "done"
)

// Phished is what one person did. Clicked and Submitted are never set where
// the campaign is not Named.
type Phished struct {
	Person                       isms.PersonID
	Reported, Clicked, Submitted bool
}

const campaignColumns = "id, name, sent_on, source, sent, reported, clicked, submitted, not_sent, unknown, named, follow, file, at"

// SaveCampaign writes a campaign with its groups and its people, in the place
// of what was known of it; without an ID it is new.
func (tx *Tx) SaveCampaign(c *Campaign, people []Phished) (err error) {
	args := []any{c.Name, c.SentOn.String(), c.Source, c.Sent, c.Reported, c.Clicked, c.Submitted, c.NotSent, c.Unknown, c.Named, string(c.Follow), c.File, millis(c.At)}
	if c.ID == 0 {
		c.ID, err = tx.insert(`INSERT INTO campaigns (name, sent_on, source, sent, reported, clicked, submitted, not_sent, unknown, named, follow, file, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, args...)
	} else {
		_, err = tx.exec(`UPDATE campaigns SET name = $1, sent_on = $2, source = $3, sent = $4, reported = $5, clicked = $6, submitted = $7, not_sent = $8,
			unknown = $9, named = $10, follow = $11, file = $12, at = $13 WHERE id = $14`, append(args, c.ID)...)
	}
	if err != nil {
		return wrap("write a campaign", err)
	}
	for _, table := range []string{"campaign_groups", "campaign_people"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE campaign = $1", c.ID); err != nil {
			return wrap("write a campaign", err)
		}
	}
	for _, g := range c.Groups {
		if _, err := tx.exec("INSERT INTO campaign_groups (campaign, department, sent, reported, clicked, submitted) VALUES ($1, $2, $3, $4, $5, $6)",
			c.ID, g.Department, g.Sent, g.Reported, g.Clicked, g.Submitted); err != nil {
			return wrap("write a campaign's groups", err)
		}
	}
	for _, p := range people {
		if _, err := tx.exec("INSERT INTO campaign_people (campaign, person, reported, clicked, submitted) VALUES ($1, $2, $3, $4, $5)",
			c.ID, p.Person, p.Reported, c.Named && p.Clicked, c.Named && p.Submitted); err != nil {
			return wrap("write a campaign's people", err)
		}
	}
	return nil
}

func (tx *Tx) campaigns(where string, args ...any) ([]*Campaign, error) {
	var out []*Campaign
	err := tx.each("SELECT "+campaignColumns+" FROM campaigns "+where, args, func(r *rows) error {
		var c Campaign
		var at int64
		err := r.Scan(&c.ID, &c.Name, date{&c.SentOn}, &c.Source, &c.Sent, &c.Reported, &c.Clicked, &c.Submitted, &c.NotSent, &c.Unknown, &c.Named, &c.Follow, &c.File, &at)
		c.At = instant(at)
		out = append(out, &c)
		return err
	})
	return out, wrap("read campaigns", err)
}

// Campaigns returns all of them without their groups, the latest first.
func (tx *Tx) Campaigns() ([]*Campaign, error) {
	return tx.campaigns("ORDER BY sent_on DESC, id DESC")
}

// Campaign returns one with its groups, nil where there is none.
func (tx *Tx) Campaign(id int64) (*Campaign, error) { return tx.campaign("WHERE id = $1", id) }

// CampaignNamed returns the one of that name and day with its groups, nil where
// there is none.
func (tx *Tx) CampaignNamed(name string, sentOn isms.Date) (*Campaign, error) {
	return tx.campaign("WHERE sent_on = $1 AND name = $2", sentOn.String(), name)
}

func (tx *Tx) campaign(where string, args ...any) (*Campaign, error) {
	all, err := tx.campaigns(where, args...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := all[0]
	err = tx.each("SELECT department, sent, reported, clicked, submitted FROM campaign_groups WHERE campaign = $1", []any{c.ID}, func(r *rows) error {
		var g isms.PhishedGroup
		err := r.Scan(&g.Department, &g.Sent, &g.Reported, &g.Clicked, &g.Submitted)
		c.Groups = append(c.Groups, g)
		return err
	})
	isms.SortPhishedGroups(c.Groups)
	return c, wrap("read a campaign's groups", err)
}

// CampaignPeople returns who of those we know was sent the test, by id.
func (tx *Tx) CampaignPeople(campaign int64) ([]Phished, error) {
	return tx.phished("WHERE campaign = $1 ORDER BY person", campaign)
}

// ToFollow returns those about whom nothing has followed yet from what is known
// of them now, at most limit of those behind the person in order of id: somebody
// whose report came late is thanked after all.
func (tx *Tx) ToFollow(campaign int64, after isms.PersonID, limit int) ([]Phished, error) {
	return tx.phished(`WHERE campaign = $1 AND person > $2 AND NOT EXISTS (SELECT 1 FROM campaign_told t WHERE t.campaign = p.campaign AND t.person = p.person
		AND t.thanked >= p.reported) ORDER BY person LIMIT $3 + 0`, campaign, after, limit)
}

func (tx *Tx) phished(where string, args ...any) ([]Phished, error) {
	var out []Phished
	err := tx.each("SELECT person, reported, clicked, submitted FROM campaign_people p "+where, args, func(r *rows) error {
		var p Phished
		err := r.Scan(&p.Person, &p.Reported, &p.Clicked, &p.Submitted)
		out = append(out, p)
		return err
	})
	return out, wrap("read a campaign's people", err)
}

// FollowingCampaigns returns those about which people are still to be written to.
func (tx *Tx) FollowingCampaigns() ([]*Campaign, error) {
	return tx.campaigns("WHERE follow = 'due' ORDER BY id")
}

// SetFollow says whether people are written to about the campaign.
func (tx *Tx) SetFollow(campaign int64, f Follow) error {
	_, err := tx.exec("UPDATE campaigns SET follow = $2 WHERE id = $1", campaign, string(f))
	return wrap("note what follows a campaign", err)
}

// Followed notes that the person was thanked, or which training they have.
func (tx *Tx) Followed(campaign int64, person isms.PersonID, thanked bool, task int64) error {
	_, err := tx.exec(`INSERT INTO campaign_told (campaign, person, thanked, task) VALUES ($1, $2, $3, $4)
		ON CONFLICT (campaign, person) DO UPDATE SET thanked = excluded.thanked`, campaign, person, thanked, task)
	return wrap("note what followed", err)
}

// TrainingOf is the number of the task that the person has after the campaign,
// 0 for none.
func (tx *Tx) TrainingOf(campaign int64, person isms.PersonID) (n int64, err error) {
	_, err = tx.row("SELECT task FROM campaign_told WHERE campaign = $1 AND person = $2", []any{campaign, person}, &n)
	return n, wrap("find a training", err)
}

// FollowUp counts what followed from a campaign.
type FollowUp struct{ Thanked, Given, Done int }

// FollowUp counts who was thanked, who has a training, and who is through with it.
func (tx *Tx) FollowUp(campaign int64) (f FollowUp, err error) {
	_, err = tx.row(`SELECT coalesce(sum(t.thanked), 0), coalesce(sum(CASE WHEN t.task > 0 THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN i.status = 'closed' THEN 1 ELSE 0 END), 0) FROM campaign_told t LEFT JOIN items i ON i.kind = 'task' AND i.n = t.task
		WHERE t.campaign = $1`, []any{campaign}, &f.Thanked, &f.Given, &f.Done)
	return f, wrap("count what followed", err)
}
