package awareness

import (
	"net/url"
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// poster is a broadcast as one reader sees it.
type poster struct {
	desk.Reader
	b     *storage.Sendout
	texts []*storage.BroadcastText // of one edition
	x     *storage.Recipient       // nil in a preview
	text  *storage.BroadcastText   // the one shown
}

// newPoster reads an edition and chooses the language: the one asked for, the
// reader's, the sender's. Nil where nothing was written.
func newPoster(tx *storage.Tx, r desk.Reader, b *storage.Sendout, version, edition int, x *storage.Recipient, language string) (*poster, error) {
	texts, err := tx.BroadcastTexts(b.ID, version, edition)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	p := &poster{Reader: r, b: b, texts: texts, x: x, text: texts[0]}
	for _, tag := range []string{b.Language, r.Speaker.Language(), language} { // the last that there is wins
		if i := slices.IndexFunc(texts, func(t *storage.BroadcastText) bool { return t.Language == tag }); i >= 0 {
			p.text = texts[i]
		}
	}
	return p, nil
}

// drawPoster draws somebody's copy and keeps what they were shown. A copy of
// an older version says so.
func drawPoster(tx *storage.Tx, r desk.Reader, b *storage.Sendout, version int, first bool) (*chat.Card, error) {
	x, err := tx.Recipient(b.ID, version, r.ID)
	if err != nil || x == nil || !b.Out() {
		return nil, err
	}
	if first && (b.State == isms.Stopped || version != b.Version || !x.Acked.IsZero()) {
		return nil, nil
	}
	if version != b.Version {
		return sentence(r, r.Say("poster.replaced", "title", b.Title, "id", isms.MessageID(b.ID))), nil
	}
	p, err := newPoster(tx, r, b, version, b.Edition, x, x.Language)
	if err != nil || p == nil {
		return nil, err
	}
	return p.card(), p.drawn(tx)
}

// drawn is shown for the reader's own message, which is drawn anew.
func (p *poster) drawn(tx *storage.Tx) error {
	before := p.x.Copy
	if p.b.State != isms.Stopped {
		p.x.Copy = p.text.Edition
	}
	return p.keep(tx, before != p.x.Copy)
}

// shown keeps what the reader has before them. What somebody has acknowledged
// stays on record as they read it.
func (p *poster) shown(tx *storage.Tx) error { return p.keep(tx, false) }

func (p *poster) keep(tx *storage.Tx, news bool) error {
	x := p.x
	if x.Acked.IsZero() && (x.Sha256 != p.text.Sha256 || x.Edition != p.text.Edition) {
		x.Edition, x.Sha256, news = p.text.Edition, p.text.Sha256, true
	}
	if !news {
		return nil
	}
	return tx.SaveRecipient(x)
}

func (p *poster) card() *chat.Card {
	b := p.b
	sender := p.People.Get(b.Sender)
	summary := p.Say("poster.summary", "name", p.FirstNameOf(b.Sender), "title", p.text.Title)
	if sender != nil && sender.Department != "" {
		summary = p.Say("poster.summary_in", "name", p.FirstNameOf(b.Sender), "department", sender.Department, "title", p.text.Title)
	}
	if b.Urgent {
		summary = p.Say("poster.summary_urgent", "title", p.text.Title)
	}
	card := &chat.Card{Summary: summary, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: p.text.Title}}}
	add := func(list ...chat.Block) { card.Blocks = append(card.Blocks, list...) }
	if b.Urgent {
		add(chat.Text{Style: chat.Section, Text: p.Say("poster.urgent")})
	}
	add(p.picture()...)
	add(blocks(p.text.Text)...)
	if p.text.Link != "" {
		add(p.page(p.text.Link))
	}
	if len(b.Named) > 0 {
		add(chat.Text{Style: chat.Quiet, Text: p.Say("poster.consent", "names", p.firstNames())})
	}
	if from := p.from(); from != "" {
		add(chat.Text{Style: chat.Quiet, Text: from})
	}
	if p.x != nil && !p.x.Acked.IsZero() {
		add(chat.Text{Text: p.Say("poster.read", "moment", p.Moment(p.x.Acked))})
	}
	add(p.buttons())
	return card
}

func (p *poster) picture() []chat.Block {
	address := fetched(p.Reader, p.text.Poster)
	switch {
	case p.text.Poster == "":
		return nil
	case isPDF(p.text.Poster):
		blocks := []chat.Block{chat.Text{Text: p.Say("poster.pdf", "text", p.text.Alt)}}
		if address != "" {
			open := button(p.Reader, p.b, "button.msg_pdf", "")
			open.URL = address
			blocks = append(blocks, chat.Buttons{Shown: []chat.Button{open}})
		}
		return blocks
	}
	return []chat.Block{chat.Image{URL: address, Alt: p.text.Alt}}
}

// maxHost is how much of where a page is stands on its button, in bytes.
const maxHost = 50

// page is what opens the page, named by where it is.
func (p *poster) page(address string) chat.Buttons {
	host := address
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	if over := len(host) - maxHost; over > 0 { // whose page it is stands at the end
		host = "…" + host[over:]
	}
	open := button(p.Reader, p.b, "button.msg_page", "", "host", host)
	open.URL = address
	return chat.Buttons{Shown: []chat.Button{open}}
}

func (p *poster) firstNames() string {
	var names []string
	for _, id := range p.b.Named {
		names = append(names, p.FirstNameOf(id))
	}
	return strings.Join(names, ", ")
}

// from is the small print: by when, from whom, which version.
func (p *poster) from() string {
	b := p.b
	var out []string
	switch {
	case b.State == isms.Stopped:
		out = append(out, p.Say("poster.stopped"))
	case !b.AckBy.IsZero() && (p.x == nil || p.x.Acked.IsZero()):
		out = append(out, p.Say("poster.by", "day", p.Day(b.AckBy)))
	}
	out = append(out, p.Say("poster.from", "name", p.NameOf(b.Sender), "id", isms.MessageID(b.ID), "version", p.text.Version))
	if p.text.Version > 1 {
		out = append(out, p.Say("poster.again"))
	}
	if p.text.Edition > 1 {
		out = append(out, p.Say("poster.mended", "moment", p.Moment(p.text.At)))
	}
	return strings.Join(out, " ")
}

func (p *poster) buttons() chat.Buttons {
	b := p.b
	ask := button(p.Reader, b, "button.msg_question", "question"+id(b))
	saw := button(p.Reader, b, "button.msg_saw", "report"+id(b)+": …")
	var out chat.Buttons
	if open := p.x == nil || p.x.Acked.IsZero(); open && b.State != isms.Stopped {
		read := button(p.Reader, b, "button.msg_read", "ack"+id(b)+versionMark(b.Version))
		if p.text.Question != "" {
			read = button(p.Reader, b, "button.msg_read_form", "ack"+id(b)+versionMark(b.Version)+" …")
		}
		read.Look = chat.Primary
		out.Shown = []chat.Button{read, ask, saw}
	} else {
		out.Shown = []chat.Button{ask, saw}
	}
	for _, t := range p.texts {
		if t != p.text {
			out.More = append(out.More, button(p.Reader, b, "button.msg_language", "read"+id(b)+" "+t.Language, "language", voice.For(t.Language).Say("poster.in_language")))
		}
	}
	if p.text.Poster != "" && !isPDF(p.text.Poster) {
		out.More = append(out.More, button(p.Reader, b, "button.msg_large", "read"+id(b)+" poster"))
	}
	out.More = append(out.More, button(p.Reader, b, "button.msg_why", "why"+id(b)))
	return out
}

// read shows the message again, in the language asked for, or its poster alone.
func read(c *desk.Call) (chat.Reply, error) {
	b, x, rest, err := received(c)
	if err != nil {
		return ownText(c, b, rest, err)
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, x, x.Language)
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	if rest == "poster" && p.text.Poster != "" {
		return chat.Reply{Card: &chat.Card{Summary: p.text.Alt, Blocks: append(p.picture(), chat.Text{Style: chat.Quiet, Text: fetched(p.Reader, p.text.Poster)})}}, nil
	}
	if i := slices.IndexFunc(p.texts, func(t *storage.BroadcastText) bool { return t.Language == rest }); i >= 0 {
		x.Language, p.text = rest, p.texts[i]
		if err := c.Tx.SaveRecipient(x); err != nil {
			return chat.Reply{}, err
		}
	}
	return again(c, p)
}

// again draws the sender's own message anew in its place, or shows it beside.
func again(c *desk.Call, p *poster) (chat.Reply, error) {
	if d, err := c.Pressed(); err != nil || d != nil && d.ID == p.x.Delivery {
		reply, ok, err := c.Redrawn()
		if ok || err != nil {
			return reply, err
		}
	}
	return chat.Reply{Card: p.card()}, p.shown(c.Tx)
}

// ownText shows whoever steers it the text, where it is not for them.
func ownText(c *desk.Call, b *storage.Sendout, language string, why error) (chat.Reply, error) {
	if b == nil || b.MaySteer(c.Person) != nil {
		return chat.Reply{}, why
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, nil, language)
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Card: p.card()}, nil
}

// show is the message to those whom it is for, the figures to its sender, and
// the preview of a draft.
func show(c *desk.Call) (chat.Reply, error) {
	b, _, err := found(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.MaySteer(c.Person) == nil {
		if b.State == isms.Draft {
			return preview(c, b)
		}
		card, err := watchCard(c.Tx, c.Reader, b)
		return chat.Reply{Card: card}, err
	}
	if b.MayDecide(c.Person, c.People) == nil {
		card, err := decideCard(c.Tx, c.Reader, b, false)
		return chat.Reply{Card: card}, err
	}
	b, x, _, err := received(c)
	if err != nil {
		return chat.Reply{}, err
	}
	p, err := newPoster(c.Tx, c.Reader, b, b.Version, b.Edition, x, x.Language)
	if err != nil || p == nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Card: p.card()}, p.shown(c.Tx)
}

// why says whom it is for.
func why(c *desk.Call) (chat.Reply, error) {
	b, _, _, err := received(c)
	if err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("poster.why", "name", c.NameOf(b.Sender), "audience", audienceWords(c.Reader, b.Audience)), nil
}
