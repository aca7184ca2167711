package slack

import (
	"net/url"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// Message is a card as Slack takes it: blocks, and the text that notifications
// and screen readers use.
type Message struct {
	Text   string
	Blocks []slackapi.Block
}

// Render draws a card as a message. It never fails: what Slack has no room for
// is cut, and rows that are left out are counted.
func Render(card chat.Card) Message {
	return Message{Text: summary(card), Blocks: draw(card, maxMessageBlocks, true)}
}

// RenderHome draws a card as a person's Home tab.
func RenderHome(card chat.Card) slackapi.HomeTabViewRequest {
	return slackapi.HomeTabViewRequest{
		Type: slackapi.VTHomeTab, CallbackID: callbackHome,
		Blocks: slackapi.Blocks{BlockSet: draw(card, maxViewBlocks, false)},
	}
}

// RenderModal draws a card as a dialog to be read, for where there is no
// conversation to answer in.
func RenderModal(card chat.Card) slackapi.ModalViewRequest {
	say := voice.For(card.Language)
	return slackapi.ModalViewRequest{
		Type: slackapi.VTModal, CallbackID: callbackCard,
		Title:  plain(say.Say("surface.view_title"), maxViewTitle),
		Close:  plain(say.Say("surface.close"), maxViewTitle),
		Blocks: slackapi.Blocks{BlockSet: draw(card, maxViewBlocks, false)},
	}
}

// summary is the message's own text: the card's summary, else its plain form.
func summary(card chat.Card) string {
	text := readable.Line(card.Summary)
	if text == "" {
		text = strings.TrimSpace(readable.Text(card.Text()))
	}
	if text == "" {
		text = readable.Ellipsis
	}
	return escapeWithin(text, maxText)
}

func draw(card chat.Card, maxBlocks int, tables bool) []slackapi.Block {
	p := &painter{say: voice.For(card.Language), tables: tables, parts: make([]part, 0, 2*len(card.Blocks))}
	for _, b := range card.Blocks {
		p.block(b)
	}
	out := p.fit(maxBlocks)
	if len(out) == 0 {
		out = []slackapi.Block{section(plain(summaryPlain(card), maxSection), nil)}
	}
	return out
}

func summaryPlain(card chat.Card) string {
	if s := readable.Line(card.Summary); s != "" {
		return s
	}
	return readable.Ellipsis
}

// painter collects what the blocks of one card become.
type painter struct {
	say    *voice.Speaker
	parts  []part
	tables bool // whether the surface has table blocks, of which one is allowed
}

// part is one Slack block; the rows of a list know their group, so that rows
// are left out before anything else is.
type part struct {
	block slackapi.Block
	size  int // characters of text
	group int // 1 and up: a row of that list
	more  int // for a list's last line: what the card already left out
}

func (p *painter) add(b slackapi.Block, size int) {
	p.parts = append(p.parts, part{block: b, size: size})
}

func (p *painter) block(b chat.Block) {
	switch b := b.(type) {
	case chat.Text:
		p.text(b)
	case chat.Facts:
		p.facts(b)
	case chat.List:
		p.list(b)
	case chat.Table:
		p.table(b)
	case chat.Chart:
		p.chart(b)
	case chat.Image:
		p.image(b)
	case chat.Divider:
		p.add(slackapi.NewDividerBlock(), 0)
	case chat.Buttons:
		p.buttons(b)
	case chat.Select:
		p.choice(b)
	}
}

func (p *painter) text(t chat.Text) {
	text := strings.TrimSpace(readable.Text(t.Text))
	if text == "" {
		return
	}
	switch t.Style {
	case chat.Title:
		p.title(text)
	case chat.Section:
		p.mrkdwn(bold(text, maxSection))
	case chat.Quiet:
		s := readable.Clip(text, maxContext)
		p.add(slackapi.NewContextBlock("", plain(s, maxContext)), utf8.RuneCountInString(s))
	case chat.Quote:
		p.mrkdwn(quote(text))
	default:
		if t.Runs != nil && p.rich(t) {
			return
		}
		for _, s := range readable.Pieces(text, maxSection, maxBodyParts) {
			p.add(section(plain(s, maxSection), nil), utf8.RuneCountInString(s))
		}
	}
}

// title is a header, which Slack shows bold on one line; a longer one is a
// bold paragraph.
func (p *painter) title(text string) {
	if one := readable.Line(text); utf8.RuneCountInString(one) <= maxHeader {
		p.add(slackapi.NewHeaderBlock(plain(one, maxHeader)), len(one))
		return
	}
	p.mrkdwn(bold(text, maxSection))
}

func (p *painter) mrkdwn(s string) {
	p.add(section(mrkdwn(s), nil), utf8.RuneCountInString(s))
}

func (p *painter) facts(f chat.Facts) {
	var w strings.Builder
	w.Grow(32 * len(f.Facts)) // a line or so each
	room := maxSection
	flush := func() {
		if w.Len() > 0 {
			p.mrkdwn(w.String())
			w.Reset()
			room = maxSection
		}
	}
	for _, fact := range f.Facts {
		name, value := readable.Line(fact.Name), strings.TrimSpace(readable.Text(fact.Value))
		if name == "" && value == "" {
			continue
		}
		value = escapeWithin(value, maxSection/2)
		size := utf8.RuneCountInString(value) + 1
		if name != "" {
			name = escapeWithin(name, maxHeader)
			size += utf8.RuneCountInString(name) + len("**  ")
		}
		if size > room {
			flush()
		}
		if w.Len() > 0 {
			w.WriteByte('\n')
		}
		if name != "" {
			w.WriteByte('*')
			w.WriteString(name)
			w.WriteString("*  ")
		}
		w.WriteString(value)
		room -= size
	}
	flush()
}

func (p *painter) chart(c chat.Chart) {
	if t := readable.Line(c.Title); t != "" {
		p.mrkdwn(bold(t, maxSection))
	}
	p.text(chat.Text{Text: c.Sentence})
}

// image shows a picture that Slack can fetch; elsewhere its description stands
// in its place.
func (p *painter) image(i chat.Image) {
	alt := readable.Clip(readable.Line(i.Alt), maxImageAlt)
	u, err := url.Parse(i.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(i.URL) > maxImageURL {
		p.text(chat.Text{Style: chat.Quiet, Text: alt})
		return
	}
	p.add(slackapi.NewImageBlock(i.URL, alt, "", nil), 0)
}

func plain(s string, limit int) *slackapi.TextBlockObject {
	return &slackapi.TextBlockObject{Type: slackapi.PlainTextType, Text: readable.Clip(s, limit), Emoji: &emoji}
}

// emoji is true; Slack's type wants its address.
var emoji = true

// mrkdwn is verbatim, so that Slack turns no name or address in it into a link.
func mrkdwn(escaped string) *slackapi.TextBlockObject {
	return &slackapi.TextBlockObject{Type: slackapi.MarkdownType, Text: escaped, Verbatim: true}
}

func section(text *slackapi.TextBlockObject, a *slackapi.Accessory) *slackapi.SectionBlock {
	return &slackapi.SectionBlock{Type: slackapi.MBTSection, Text: text, Accessory: a}
}

// bold is escaped and, as mrkdwn ends a bold run at a line's end, on one line.
func bold(s string, limit int) string {
	s = escapeWithin(readable.Line(s), limit-2)
	if s == "" {
		return ""
	}
	return "*" + s + "*"
}

func quote(text string) string {
	out := "> " + strings.ReplaceAll(escapeWithin(text, maxSection/2), "\n", "\n> ")
	return clipRaw(out, maxSection)
}

// clipRaw cuts escaped text whose added characters took it over the limit.
func clipRaw(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	s = s[:readable.Offset(s, n-1)]
	if amp := strings.LastIndexByte(s, '&'); amp >= 0 && !strings.Contains(s[amp:], ";") {
		s = s[:amp]
	}
	return s + readable.Ellipsis
}
