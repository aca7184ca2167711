package intake

import (
	"fmt"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// kindCampaign counts phishing campaigns in a summary.
const kindCampaign isms.Kind = "campaign"

// saveCampaign brings in the results of a phishing test: the file says all that
// is known of it, so a later one takes an earlier one's place. Nobody is written
// to from here; the bot that runs finds out by itself that something follows.
func (im *importing) saveCampaign() error {
	from := im.file.Campaign
	if from == nil {
		return nil
	}
	before, err := im.tx.CampaignNamed(from.Name, from.SentOn)
	if err != nil {
		return err
	}
	c, people, err := im.count(from)
	if err != nil {
		return err
	}
	im.say(c)
	today := im.desk.Calendar(nil).Today(im.now)
	switch {
	case before != nil && before.File == c.File && before.Named == c.Named:
		im.out.unchanged[kindCampaign]++
		return nil
	case before != nil:
		im.out.updated[kindCampaign]++
		c.ID, c.Follow = before.ID, before.Follow
	default:
		im.out.created[kindCampaign]++
	}
	if c.Follow != storage.FollowNot || isms.StillFresh(c.SentOn, today) {
		c.Follow = storage.FollowDue
	}
	if err := im.tx.SaveCampaign(c, people); err != nil {
		return err
	}
	if err := im.announce(c); err != nil {
		return err
	}
	return im.journalCampaign(c, before == nil)
}

// count makes of the file's people what is kept: totals, departments large
// enough, and by person who reported. Who clicked is kept by person only where
// that was allowed.
func (im *importing) count(from *exchange.Campaign) (*storage.Campaign, []storage.Phished, error) {
	all, err := im.desk.People(im.tx)
	if err != nil {
		return nil, nil, err
	}
	c := &storage.Campaign{Name: from.Name, SentOn: from.SentOn, Source: string(im.file.Format), NotSent: from.NotSent, Named: im.desk.PersonMetrics,
		File: im.sum, At: im.now}
	by := map[string]isms.Phished{}
	var people []storage.Phished
	for _, p := range from.People {
		one := isms.Phished{Sent: 1, Reported: number(p.Reported), Clicked: number(p.Clicked), Submitted: number(p.Submitted)}
		c.Phished = c.Plus(one)
		department := ""
		if x := all.Get(im.ids[p.Email]); x != nil {
			department = x.Department
			if !x.Left {
				people = append(people, storage.Phished{Person: x.ID, Reported: p.Reported, Clicked: p.Clicked, Submitted: p.Submitted})
			}
		} else {
			c.Unknown++
		}
		by[department] = by[department].Plus(one)
	}
	c.Groups = isms.PhishedGroups(by)
	return c, people, nil
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// say puts the figures into the summary, the report rate first.
func (im *importing) say(c *storage.Campaign) {
	im.out.lines = append(im.out.lines, fmt.Sprintf("%q, sent on %s to %s: %d reported it (%d %%), %d clicked (%d %%), %d entered data (%d %%)",
		c.Name, c.SentOn, countOf(c.Sent, "person", "people"), c.Reported, c.Percent(c.Reported), c.Clicked, c.Percent(c.Clicked), c.Submitted, c.Percent(c.Submitted)))
	if c.NotSent > 0 {
		im.out.lines = append(im.out.lines, fmt.Sprintf("the mail did not reach %s, who are not counted", countOf(c.NotSent, "more person", "more people")))
	}
}

// announce says who will be written to, before it happens.
func (im *importing) announce(c *storage.Campaign) error {
	if c.Follow == storage.FollowNot {
		im.notice("%s: sent more than 14 days ago, so nobody is written to; \"/isms campaign %d\" in chat has a button that thanks and trains", im.file.File, c.ID)
		return nil
	}
	waiting, err := im.tx.ToFollow(c.ID, 0, exchange.MaxRows)
	if err != nil {
		return err
	}
	thanks, training := 0, 0
	for _, p := range waiting {
		if p.Reported {
			thanks++
		} else {
			training++
		}
	}
	im.notice("%s: in their own hours the bot thanks %s for the report, and gives %s a short private training", im.file.File,
		countOf(thanks, "person", "people"), countOf(training, "person", "people"))
	return nil
}

// journalCampaign notes the counts and the file, and of groups that are too
// small nothing but their size.
func (im *importing) journalCampaign(c *storage.Campaign, fresh bool) error {
	name, err := im.tx.Text(c.Name)
	if err != nil {
		return err
	}
	event := map[string]any{"by": 0, "campaign": c.ID, "file": im.sum, "name": name, "sent_on": c.SentOn.String(), "sent": c.Sent, "not_sent": c.NotSent, "unknown": c.Unknown}
	if fresh {
		event["new"] = true
	}
	if c.Shown() {
		event["reported"], event["clicked"], event["submitted"] = c.Reported, c.Clicked, c.Submitted
	}
	return im.tx.Journal(im.now, "campaign.imported", event)
}
