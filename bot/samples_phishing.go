package bot

import (
	"time"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// phishing shows two tests: an old one, and one that people hear of.
func (s *sampler) phishing() {
	s.typed("Phishing tests: none", grace, "campaign")
	if s.err == nil {
		s.err = s.db.Tx(s.ctx, seedCampaigns)
	}
	s.typed("Phishing tests", grace, "campaign")
	s.typed("A phishing test", grace, "campaign 2")
	s.pressed("A phishing test: write to people?", grace, "campaign 1 follow")
	s.pressed("A phishing test: names", grace, "campaign 2 names")
	s.typed("A phishing test of a few", grace, "campaign 3")
	s.run(sampleAt.Add(48*time.Hour + 4*time.Minute))
	s.last("Thanks for a report", priya)
	s.last("A private training, as it comes", amy)
	s.typed("A private training", amy, "show TSK-4")
	s.typed("Nobody is drawn into a private training", amy, "extend TSK-4 fri no time")
	s.typed("Phishing figures are not for you", priya, "campaign")
}

// seedCampaigns makes the results that the samples are about.
func seedCampaigns(tx *storage.Tx) error {
	group := func(department string, sent, reported, clicked, submitted int) isms.PhishedGroup {
		return isms.PhishedGroup{Department: department, Phished: isms.Phished{Sent: sent, Reported: reported, Clicked: clicked, Submitted: submitted}}
	}
	for _, x := range []struct {
		storage.Campaign
		day    string
		people []storage.Phished
	}{
		{storage.Campaign{Name: "Parcel held at customs", Phished: isms.Phished{Sent: 38, Reported: 6, Clicked: 12, Submitted: 4}, Unknown: 36}, "2026-01-14",
			[]storage.Phished{{Person: 4, Reported: true}, {Person: 6}}},
		{storage.Campaign{Name: "Invoice from a new account", Phished: isms.Phished{Sent: 40, Reported: 13, Clicked: 8, Submitted: 2}, NotSent: 1, Unknown: 2, Named: true, Follow: storage.FollowDue,
			Groups: []isms.PhishedGroup{group("Finance", 9, 5, 1, 0), group("Operations", 18, 6, 4, 1), group("", 13, 2, 3, 1)}}, "2026-03-11",
			[]storage.Phished{{Person: 4, Reported: true}, {Person: 5, Clicked: true, Submitted: true}, {Person: 6, Clicked: true, Reported: false}, {Person: 8, Clicked: true, Reported: true}}},
		{storage.Campaign{Name: "Board", Phished: isms.Phished{Sent: 3, Reported: 1, Clicked: 1}}, "2026-02-11", nil},
	} {
		c := x.Campaign
		day, err := isms.ParseDate(x.day)
		if err != nil {
			return err
		}
		c.SentOn, c.Source, c.At = day, "gophish", sampleAt
		if err := tx.SaveCampaign(&c, x.people); err != nil {
			return err
		}
	}
	return nil
}
