package phishing

import (
	"slices"
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// page is how many names a card shows.
const page = 20

// names shows the ISMS manager who clicked, where figures by person are
// allowed. Each look is an event.
func names(c *desk.Call, one *storage.Campaign, from string) (chat.Reply, error) {
	switch {
	case !c.Is(isms.ISMSManager):
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.campaign_names", "name", c.ManagerName())
	case !c.Office.PersonMetrics:
		return chat.Reply{}, isms.Refuse(isms.Forbidden, "refuse.campaign_names_off")
	case !one.Named:
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.campaign_names_none")
	}
	all, err := c.Tx.CampaignPeople(one.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	all = slices.DeleteFunc(all, func(p storage.Phished) bool { return !p.Clicked })
	slices.SortStableFunc(all, func(a, b storage.Phished) int { return weight(b) - weight(a) })
	if err := c.Tx.Journal(c.Now, "campaign.names_seen", map[string]any{"by": c.ID, "campaign": one.ID}); err != nil {
		return chat.Reply{}, err
	}
	head := c.Count("campaign.names", len(all), "name", one.Name)
	skip, _ := strconv.Atoi(from) // anything else is the beginning
	skip = min(max(skip, 0), len(all))
	t := chat.Table{Columns: []string{c.Say("campaign.who"), c.Say("column.department"), c.Say("campaign.what")}}
	for _, p := range all[skip:min(skip+page, len(all))] {
		x := c.People.Get(p.Person)
		if x == nil {
			continue
		}
		t.Rows = append(t.Rows, []string{x.Name, x.Department, did(c.Reader, p)})
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	if len(t.Rows) > 0 {
		card.Blocks = append(card.Blocks, t)
	}
	b := chat.Buttons{Shown: []chat.Button{c.Button("campaign.button_back", command(one, ""))}}
	if more := len(all) - skip - page; more > 0 {
		b.Shown = append(b.Shown, chat.Button{Label: c.Count("campaign.button_more", more), Command: command(one, "names "+strconv.Itoa(skip+page))})
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: c.Say("campaign.names_kept")}, b)
	return chat.Reply{Card: card}, nil
}

// weight orders what people did: who may need help first comes first.
func weight(p storage.Phished) int {
	n := 0
	if p.Submitted {
		n += 2
	}
	if !p.Reported {
		n++
	}
	return n
}

// did says what one person did.
func did(r desk.Reader, p storage.Phished) string {
	key := "campaign.did_click"
	if p.Submitted {
		key = "campaign.did_enter"
	}
	if p.Reported {
		key += "_report"
	}
	return r.Say(key)
}
