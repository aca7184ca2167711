package programme

import (
	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// reviewCard is what the monthly look at communication begins with: how last
// month's broadcasts were read, what people reported, what was carried out,
// what phishing tests came to, what is late, and what comes next.
func reviewCard(c *desk.Call) (*chat.Card, error) {
	months, ok := c.Ready.([2]month)
	if !ok {
		var err error
		if months, err = lastMonths(c); err != nil {
			return nil, err
		}
	}
	from, to := isms.LastMonth(c.Today)
	month := c.Word("plan.months", int(from.Time().Month())-1)
	head := c.Say("plan.review", "month", month)
	done, err := c.Tx.Communicated(from.In(c.Calendar.Zone), to.In(c.Calendar.Zone))
	if err != nil {
		return nil, err
	}
	all, err := c.Tx.PlanItems()
	if err != nil {
		return nil, err
	}
	tests, err := phishing(c, from, to)
	if err != nil {
		return nil, err
	}
	late, coming := ahead(c, all)
	facts := []chat.Fact{{Name: c.Say("plan.carried_out"), Value: c.Count("plan.times", done)}, {Name: c.Say("plan.late"), Value: c.Count("plan.times", late)},
		{Name: c.Say("plan.trained"), Value: c.Count("who.people", months[0].trained)}}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head},
		chat.Text{Text: readSentence(c, months[0].readers, months[1].readers)}, chat.Text{Text: reportSentence(c, months[0].reports, months[1].reports)},
		chat.Facts{Facts: append(facts, tests...)}}}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Section, Text: c.Say("plan.coming")})
	if len(coming) > 0 {
		list, err := rows(c, coming)
		if err != nil {
			return nil, err
		}
		card.Blocks = append(card.Blocks, list)
	} else {
		card.Blocks = append(card.Blocks, chat.Text{Text: c.Say("plan.nothing")})
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: c.Say("plan.review_ask")},
		chat.Buttons{Shown: append(looked(c, all), c.Button("plan.button_back", "plan"), c.Button("plan.button_campaign", "campaign"))})
	return card, nil
}

// looked closes the look that is due about now, with what was decided as its
// evidence.
func looked(c *desk.Call, all []storage.PlanItem) []chat.Button {
	for _, p := range all {
		if p.Kind == "review" && p.Owner == c.ID && p.Due.Sub(c.Today) <= 14 {
			b := c.Button("plan.button_looked", "done "+p.ID.String())
			b.Look = chat.Primary
			return []chat.Button{b}
		}
	}
	return nil
}

// ahead counts what is late, and finds what comes within a month.
func ahead(c *desk.Call, all []storage.PlanItem) (late int, coming []storage.PlanItem) {
	for _, p := range all {
		switch {
		case p.DaysLate(c.Today) > 0:
			late++
		case p.Due.Sub(c.Today) <= 31:
			coming = append(coming, p)
		}
	}
	return late, coming
}

// phishing are last month's tests, the report rate first.
func phishing(c *desk.Call, from, to isms.Date) ([]chat.Fact, error) {
	all, err := c.Tx.Campaigns()
	var out []chat.Fact
	for i, one := range all {
		if one.SentOn.Before(from) || !one.SentOn.Before(to) || !one.Shown() || len(out) == 3 {
			continue
		}
		value := c.Say("plan.phishing_rate", "reported", one.Percent(one.Reported), "clicked", one.Percent(one.Clicked))
		for _, before := range all[i+1:] {
			if before.Shown() {
				value = c.Say("plan.phishing_before", "rate", value, "before", before.Percent(before.Reported))
				break
			}
		}
		out = append(out, chat.Fact{Name: c.Say("plan.phishing", "day", c.Day(one.SentOn)), Value: value})
	}
	if len(out) == 0 {
		out = []chat.Fact{{Name: c.Say("plan.phishing_tests"), Value: c.Say("plan.phishing_none")}}
	}
	return out, err
}
