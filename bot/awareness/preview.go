package awareness

import (
	"fmt"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// facts are what a rule needs to know beside the people.
func facts(o *desk.Office, tx *storage.Tx, people *isms.People, a isms.Audience) (isms.AudienceFacts, error) {
	f := isms.AudienceFacts{Language: o.Organisation.Language, Sites: people.HaveSites(), Missing: map[int64]map[isms.PersonID]bool{}}
	if z := o.Organisation.Calendar.Zone; z != nil {
		f.Zone = z.String()
	}
	for _, n := range a.Asks() {
		b, err := tx.Broadcast(n)
		if err != nil {
			return f, err
		}
		if b == nil {
			continue
		}
		list, err := tx.Unread(n, b.Version)
		if err != nil {
			return f, err
		}
		f.Missing[n] = make(map[isms.PersonID]bool, len(list))
		for _, id := range list {
			f.Missing[n][id] = true
		}
	}
	var err error
	f.Lists, err = listed(tx, a)
	return f, err
}

// meant is whom a rule means, at a version of the people.
type meant struct {
	crowd, rule string
	people      []isms.PersonID
	on          map[string]int // by the platform on which they get it
}

func ruleKey(a isms.Audience) string { return fmt.Sprint(a) }

// countAhead counts beside the writer whom the broadcast means.
func countAhead(c *desk.Call) (any, error) {
	b, _, err := steered(c)
	if err != nil || b.State != isms.Draft {
		return nil, err
	}
	return whomAhead(c, b)
}

// writeAhead is countAhead for what is being written.
func writeAhead(c *desk.Call) (any, error) {
	if isms.MayBroadcast(c.Person) != nil || c.Line.Text == "" && c.In.Kind != chat.Submitted {
		return nil, nil
	}
	w := &writing{Call: c, b: &storage.Sendout{}, texts: map[string]*isms.Wording{}}
	w.read()
	return whomAhead(c, w.b)
}

func whomAhead(c *desk.Call, b *storage.Sendout) (m meant, err error) {
	m.rule = ruleKey(b.Audience)
	if m.crowd, err = c.Tx.PeopleVersion(); err != nil {
		return m, err
	}
	f, err := facts(c.Office, c.Tx, c.People, b.Audience)
	if err != nil {
		return m, err
	}
	m.people = b.Audience.Members(c.People, f)
	m.on, err = reached(c, m.people)
	return m, err
}

// whom is whom the broadcast means now.
func whom(c *desk.Call, b *storage.Sendout) (meant, error) {
	if m, ok := c.Ready.(meant); ok && m.rule == ruleKey(b.Audience) {
		crowd, err := c.Tx.PeopleVersion()
		if err != nil || crowd == m.crowd {
			return m, err
		}
	}
	return whomAhead(c, b)
}

// members are those whom the broadcast means now.
func members(c *desk.Call, b *storage.Sendout) ([]isms.PersonID, error) {
	m, err := whom(c, b)
	return m.people, err
}

// preview shows a draft exactly as its readers will see it, with what will be
// on record of it: what, when, with whom, how. Once its sender has seen it, it
// can be sent to those people, by the head count that it names.
func preview(c *desk.Call, b *storage.Sendout) (chat.Reply, error) {
	m, err := whom(c, b)
	if err != nil {
		return chat.Reply{}, err
	}
	b.Count = len(m.people)
	if err := seen(c, b, m.people); err != nil {
		return chat.Reply{}, err
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, nil, "")
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	head := c.Say("preview.head", "title", b.Title, "id", isms.MessageID(b.ID))
	record := append(record74(c.Reader, b), checked(c.Reader, p.text.Wording)...)
	if len(m.on) > 0 {
		record = append(record, chat.Fact{Name: c.Say("fact74.where"), Value: whereWords(c.Reader, m.on)})
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Facts{Facts: record}}}
	waits, err := waitsForConsent(c, b)
	if err != nil {
		return chat.Reply{}, err
	}
	next, second := c.Say("preview.next", "id", isms.MessageID(b.ID), "count", strconv.Itoa(b.Count)), ""
	switch {
	case waits != "":
		next = waits
	case b.Count == 0:
		next = c.Say("preview.nobody")
	case isms.NeedsSecond(b.Urgent, b.Count, c.Office.SecondApproverAbove):
		second = c.Say("preview.second")
	}
	more, elsewhere, err := copyButtons(c, b, m.on)
	if err != nil {
		return chat.Reply{}, err
	}
	card.Blocks = append(card.Blocks, chat.Text{Text: strings.TrimSpace(next + "\n" + second)}, chat.Buttons{Shown: []chat.Button{button(c.Reader, b, "button.msg_send", "send"+id(b)+" …"),
		button(c.Reader, b, "button.msg_change", "broadcast"+id(b)), button(c.Reader, b, "button.msg_drop", "stop"+id(b)+" …")}, More: more})
	if elsewhere != "" {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: elsewhere})
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Section, Text: c.Say("preview.as_read")}, chat.Divider{})
	shown := p.card()
	card.Blocks = append(card.Blocks, asSection(shown.Blocks)...)
	return chat.Reply{Card: card}, nil
}

// seen keeps whom the sender has seen it mean. What somebody else looks at lets
// nothing go.
func seen(c *desk.Call, b *storage.Sendout, people []isms.PersonID) error {
	if c.ID != b.Sender {
		return nil
	}
	if _, err := c.Tx.Freeze(b.ID, people, c.Now); err != nil {
		return err
	}
	return c.Tx.SaveBroadcast(b)
}

// asSection makes a card's blocks part of another card, which has a title of
// its own.
func asSection(blocks []chat.Block) []chat.Block {
	out := make([]chat.Block, 0, len(blocks))
	for _, b := range blocks {
		if t, ok := b.(chat.Text); ok && t.Style == chat.Title {
			t.Style = chat.Section
			b = t
		}
		out = append(out, b)
	}
	return out
}

// record74 is what clause 7.4 asks to be determined of a communication.
func record74(r desk.Reader, b *storage.Sendout) []chat.Fact {
	out := []chat.Fact{{Name: r.Say("fact74.what"), Value: b.Title}, {Name: r.Say("fact74.when"), Value: whenWords(r, b)},
		{Name: r.Say("fact74.whom"), Value: r.Count("fact74.people", b.Count, "audience", audienceWords(r, b.Audience))},
		{Name: r.Say("fact74.how"), Value: howWords(r, b)}}
	if !b.AckBy.IsZero() {
		out = append(out, chat.Fact{Name: r.Say("fact74.by"), Value: r.Near(b.AckBy)})
	}
	if len(b.Named) > 0 {
		var names []string
		for _, id := range b.Named {
			names = append(names, r.NameOf(id))
		}
		out = append(out, chat.Fact{Name: r.Say("fact74.named"), Value: strings.Join(names, ", ")})
	}
	return out
}

// checked is the question that readers are asked, which no copy shows before
// somebody presses that they have read it; none where there is none.
func checked(r desk.Reader, t isms.Wording) []chat.Fact {
	if t.Question == "" {
		return nil
	}
	return []chat.Fact{{Name: r.Say("preview.check"), Value: r.Say("preview.answers", "question", t.Question, "right", t.Answers[0], "others", strings.Join(t.Answers[1:], ", "))}}
}

func whenWords(r desk.Reader, b *storage.Sendout) string {
	switch {
	case !b.At.IsZero():
		return r.Say("when.instant", "moment", r.Moment(b.At), "zone", r.Calendar.Zone.String())
	case b.Urgent:
		return r.Say("when.urgent")
	case !b.From.IsZero():
		return r.Say("when.morning_from", "day", r.Day(b.From))
	}
	return r.Say("when.morning")
}

func howWords(r desk.Reader, b *storage.Sendout) string {
	if b.Urgent {
		return r.Say("how.urgent")
	}
	return r.Say("how.chat")
}

// audienceWords say a rule in the reader's words.
func audienceWords(r desk.Reader, a isms.Audience) string {
	text := groupWords(r, a.Groups)
	if len(a.Except) > 0 {
		return r.Say("audience.except", "audience", text, "except", groupWords(r, a.Except))
	}
	return text
}

func groupWords(r desk.Reader, groups []isms.Group) string {
	var out []string
	for _, g := range groups {
		switch g.Kind {
		case isms.Everyone:
			out = append(out, r.Say("audience.everyone"))
		case isms.OfRole:
			out = append(out, r.Say("audience.role", "role", r.Say("role."+g.Value)))
		case isms.OfLanguage:
			out = append(out, r.Say("audience.language", "language", g.Value))
		case isms.NotRead:
			out = append(out, r.Say("audience.missing", "id", prefix+g.Value))
		case isms.OfList:
			out = append(out, r.Say("audience.list", "list", g.Value))
		case isms.OnePerson:
			out = append(out, r.NameOf(personNumber(g.Value)))
		default:
			out = append(out, g.Value)
		}
	}
	return strings.Join(out, ", ")
}

// ruleText is the groups as they can be typed.
func ruleText(r desk.Reader, groups []isms.Group) string {
	var out []string
	for _, g := range groups {
		switch g.Kind {
		case isms.Everyone:
			out = append(out, string(g.Kind))
		case isms.OnePerson:
			if p := r.People.Get(personNumber(g.Value)); p != nil {
				out = append(out, p.Email)
			}
		default:
			out = append(out, string(g.Kind)+":"+g.Value)
		}
	}
	return strings.Join(out, ", ")
}

func personNumber(s string) isms.PersonID {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return isms.PersonID(n)
}

// newest are the newest broadcasts of those whom the asker may steer.
func newest(c *desk.Call) (chat.Reply, error) {
	all, err := c.Tx.RecentBroadcasts(50)
	if err != nil {
		return chat.Reply{}, err
	}
	var list chat.List
	for _, b := range all {
		if b.MaySteer(c.Person) != nil {
			continue
		}
		if len(list.Rows) == 5 {
			list.More++
			continue
		}
		row := chat.Row{Title: b.Title, ID: isms.MessageID(b.ID), When: c.Say("msgstate." + string(b.State)), Menu: []chat.Button{button(c.Reader, b, "button.open", "show"+id(b))}}
		list.Rows = append(list.Rows, row)
	}
	head := c.Say("preview.list")
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	if len(list.Rows) > 0 {
		card.Blocks = append(card.Blocks, list)
	} else {
		card.Blocks = append(card.Blocks, chat.Text{Text: c.Say("preview.none")})
	}
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{c.Button("button.msg_new", "broadcast"), c.Button("button.msg_story", "story")}}, chat.Text{Style: chat.Quiet, Text: c.Say("preview.typed")})
	return chat.Reply{Card: card}, nil
}
