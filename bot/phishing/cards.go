package phishing

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	maxRows  = 5 // tests in the list
	maxBars  = 6 // tests in the chart
	maxParts = 8 // departments in the table
)

// listCard shows all tests, the latest first, and how the report rate went.
func listCard(c *desk.Call) (*chat.Card, error) {
	all, err := c.Tx.Campaigns()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		text := c.Say("campaign.none")
		return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}, chat.Text{Style: chat.Quiet, Text: c.Say("campaign.none_next")}}}, nil
	}
	head := c.Count("campaign.head", len(all))
	if last := all[0]; last.Shown() {
		head = c.Say("campaign.head_rate", "percent", last.Percent(last.Reported), "day", c.Day(last.SentOn))
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	if chart, ok := trend(c.Reader, all); ok {
		card.Blocks = append(card.Blocks, chart)
	}
	list := chat.List{More: max(0, len(all)-maxRows)}
	for _, one := range all[:min(maxRows, len(all))] {
		list.Rows = append(list.Rows, chat.Row{Title: one.Name, When: c.Day(one.SentOn), Note: inShort(c.Reader, one),
			Menu: []chat.Button{{Label: c.Say("button.open"), Spoken: c.Say("campaign.open_spoken", "name", one.Name), Command: command(one, "")}}})
	}
	card.Blocks = append(card.Blocks, list,
		chat.Buttons{Shown: []chat.Button{c.Button("campaign.button_latest", command(all[0], ""))}})
	return card, nil
}

// inShort is a test in a line, the report rate first.
func inShort(r desk.Reader, c *storage.Campaign) string {
	if !c.Shown() {
		return r.Say("campaign.too_few")
	}
	return r.Say("campaign.in_short", "reported", c.Reported, "sent", c.Sent, "percent", c.Percent(c.Reported), "clicked", c.Clicked, "clicked_percent", c.Percent(c.Clicked))
}

// trend is the report rate of the last tests as a chart, with the same in a
// sentence; false where there are not two.
func trend(r desk.Reader, all []*storage.Campaign) (chat.Chart, bool) {
	shown := slices.DeleteFunc(slices.Clone(all), func(c *storage.Campaign) bool { return !c.Shown() })
	shown = shown[:min(maxBars, len(shown))]
	slices.Reverse(shown)
	if len(shown) < 2 {
		return chat.Chart{}, false
	}
	chart := chat.Chart{Title: r.Say("campaign.rate")}
	var parts []string
	for _, c := range shown {
		p := c.Percent(c.Reported)
		chart.Points = append(chart.Points, chat.Point{Label: r.Day(c.SentOn), Value: float64(p)})
		parts = append(parts, r.Say("campaign.rate_on", "percent", p, "day", r.Day(c.SentOn)))
	}
	chart.Sentence = r.Say("campaign.rates", "rates", strings.Join(parts, ", "))
	return chart, true
}

// oneCard is one test: rates with the report rate first, how they went,
// departments, and what followed.
func oneCard(c *desk.Call, one *storage.Campaign) (*chat.Card, error) {
	all, err := c.Tx.Campaigns()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x *storage.Campaign) bool { return x.SentOn.After(one.SentOn) })
	head := c.Say("campaign.title", "name", one.Name, "day", c.Day(one.SentOn))
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	if !one.Shown() {
		card.Blocks = append(card.Blocks, chat.Text{Text: c.Say("campaign.too_few")})
	} else {
		card.Blocks = append(card.Blocks, facts(c.Reader, one, before(all, one)))
		if chart, ok := trend(c.Reader, all); ok {
			card.Blocks = append(card.Blocks, chart)
		}
		card.Blocks = append(card.Blocks, departments(c.Reader, one)...)
	}
	said, err := followed(c, one)
	if err != nil {
		return nil, err
	}
	if said != "" {
		card.Blocks = append(card.Blocks, chat.Text{Text: said})
	}
	if aside := asides(c.Reader, one); aside != "" {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: aside})
	}
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: buttons(c, one)})
	return card, nil
}

// before is the test before one whose figures are shown, nil where there is none.
func before(all []*storage.Campaign, one *storage.Campaign) *storage.Campaign {
	for _, c := range all {
		if c.ID != one.ID && c.Shown() && c.SentOn.Before(one.SentOn) {
			return c
		}
	}
	return nil
}

func facts(r desk.Reader, one, last *storage.Campaign) chat.Facts {
	fact := func(key string, count func(*storage.Campaign) int) chat.Fact {
		n := count(one)
		pairs := []any{"count", n, "sent", one.Sent, "percent", one.Percent(n)}
		if last == nil {
			return chat.Fact{Name: r.Say(key), Value: r.Say("campaign.figure", pairs...)}
		}
		return chat.Fact{Name: r.Say(key), Value: r.Say("campaign.figure_before", append(pairs, "before", last.Percent(count(last)))...)}
	}
	return chat.Facts{Facts: []chat.Fact{
		fact("campaign.reported", func(c *storage.Campaign) int { return c.Reported }),
		fact("campaign.clicked", func(c *storage.Campaign) int { return c.Clicked }),
		fact("campaign.submitted", func(c *storage.Campaign) int { return c.Submitted }),
	}}
}

// departments are the figures of those that are large enough.
func departments(r desk.Reader, one *storage.Campaign) []chat.Block {
	if len(one.Groups) == 0 {
		return nil
	}
	t := chat.Table{Columns: []string{r.Say("column.department"), r.Say("campaign.reported"), r.Say("campaign.clicked")}, More: max(0, len(one.Groups)-maxParts)}
	for _, g := range one.Groups[:min(maxParts, len(one.Groups))] {
		name := g.Department
		if name == "" {
			name = r.Say("campaign.others")
		}
		figure := func(n int) string {
			return r.Say("campaign.figure", "count", n, "sent", g.Sent, "percent", g.Percent(n))
		}
		t.Rows = append(t.Rows, []string{name, figure(g.Reported), figure(g.Clicked)})
	}
	return []chat.Block{t}
}

// asides are what the figures leave out.
func asides(r desk.Reader, one *storage.Campaign) string {
	var parts []string
	if one.NotSent > 0 {
		parts = append(parts, r.Count("campaign.not_sent", one.NotSent))
	}
	if one.Unknown > 0 {
		parts = append(parts, r.Count("campaign.unknown", one.Unknown))
	}
	return strings.Join(append(parts, r.Say("campaign.no_names")), " ")
}

func buttons(c *desk.Call, one *storage.Campaign) []chat.Button {
	out := []chat.Button{c.Button("campaign.button_all", "campaign")}
	if one.Follow == storage.FollowNot && plans(c.Reader) {
		out = append(out, c.Button("campaign.button_follow", command(one, "follow")))
	}
	if one.Named && c.Office.PersonMetrics && c.Is(isms.ISMSManager) {
		out = append(out, c.Button("campaign.button_names", command(one, "names")))
	}
	return out
}

// followed says what people have heard of the test since.
func followed(c *desk.Call, one *storage.Campaign) (string, error) {
	if one.Follow == storage.FollowNot {
		return c.Say("campaign.follow_not"), nil
	}
	f, err := c.Tx.FollowUp(one.ID)
	if err != nil {
		return "", err
	}
	var parts []string
	if one.Follow == storage.FollowDue {
		parts = append(parts, c.Say("campaign.follow_due"))
	}
	if f.Thanked >= isms.SmallestGroup {
		parts = append(parts, c.Count("campaign.thanked", f.Thanked))
	}
	if f.Given >= isms.SmallestGroup {
		parts = append(parts, c.Count("campaign.given", f.Given, "done", f.Done))
	}
	if len(parts) == 0 {
		return c.Say("campaign.follow_done"), nil
	}
	return strings.Join(parts, " "), nil
}
