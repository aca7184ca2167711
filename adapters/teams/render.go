package teams

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// ContentType is what a card is called among an activity's attachments.
const ContentType = "application/vnd.microsoft.card.adaptive"

// Message is a card as Teams takes it. Summary is the notification, plain text
// for the activity's summary.
type Message struct {
	Summary string
	Card    *AdaptiveCard
}

// Dialog is a card in a window of its own. Width and Height are as Teams takes
// them: "small", "medium", "large" or pixels.
type Dialog struct {
	Title         string
	Width, Height any
	Card          *AdaptiveCard
}

// Render draws a card as a message. It never fails: what does not fit is cut,
// and rows that are left out are counted.
func Render(card chat.Card) Message {
	return Message{Summary: summary(card), Card: draw(card, false)}
}

// RenderDialog draws a card to be read in a dialog, where a button can do
// nothing but submit.
func RenderDialog(card chat.Card) Dialog {
	return Dialog{
		Title: voice.For(card.Language).Say("surface.view_title"), Width: sizeMedium, Height: sizeMedium,
		Card: draw(card, true),
	}
}

func summary(card chat.Card) string {
	text := readable.Line(start(card.Summary, maxSummary))
	if text == "" {
		text = readable.Line(twin(card))
	}
	if text == "" {
		text = readable.Ellipsis
	}
	return readable.Clip(text, maxSummary)
}

func newCard(say *voice.Speaker) *AdaptiveCard {
	return &AdaptiveCard{
		Type: "AdaptiveCard", Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Version: "1.5",
		Lang: say.Language(), MSTeams: msTeams{Width: "Full"}, Body: []element{},
	}
}

// speakFor sets what stands in for the card where it cannot be seen or drawn.
func (c *AdaptiveCard) speakFor(plain string, limit int) {
	plain = readable.Clip(plain, limit)
	c.Speak = speakable.Replace(plain)
	c.FallbackText = escapeLines(plain)
}

// draw tries ever shorter texts until the card fits.
func draw(card chat.Card, inDialog bool) *AdaptiveCard {
	p := painter{say: voice.For(card.Language), plain: twin(card), title: summary(card), inDialog: inDialog, choosing: choosing(card.Blocks)}
	for _, p.room = range rooms {
		p.parts, p.lists, p.ids, p.separate = nil, nil, 0, false
		for _, b := range card.Blocks {
			p.block(b)
		}
		if p.fit() {
			return p.card()
		}
	}
	p.squeeze()
	return p.card()
}

// choosing tells whether there is something to choose, which other buttons
// must not ask for.
func choosing(blocks []chat.Block) bool {
	for _, b := range blocks {
		if _, ok := b.(chat.Select); ok {
			return true
		}
	}
	return false
}

// painter collects what the blocks of one card become.
type painter struct {
	say      *voice.Speaker
	plain    string // the whole card
	title    string // the notification
	room     int    // the longest text
	twin     int    // how much of plain the card carries
	inDialog bool
	choosing bool
	parts    []*part
	lists    []*list
	ids      int
	separate bool // before the next element
}

func (p *painter) id(of string) string {
	p.ids++
	return of + "-" + strconv.Itoa(p.ids)
}

// line and text are somebody's words, clean and cut; empty where there are none.
func (p *painter) line(s string, limit int) string {
	return readable.Clip(readable.Line(start(s, limit)), min(limit, p.room))
}

func (p *painter) text(s string, limit int) string {
	return readable.Clip(strings.TrimSpace(readable.Text(start(s, limit))), min(limit, p.room))
}

// add puts elements on the card that are left out together.
func (p *painter) add(elements ...element) *part {
	x := &part{elements: elements}
	p.put(x)
	return x
}

func (p *painter) put(x *part) {
	if p.separate && len(x.elements) > 0 {
		p.separate = false
		if len(p.parts) > 0 {
			at := x.elements[0].where()
			at.Separator, at.Spacing = true, spaceMedium
		}
	}
	x.weigh()
	p.parts = append(p.parts, x)
	switch {
	case x.of != nil:
		x.of.rows = append(x.of.rows, x)
	case x.last != nil:
		p.lists = append(p.lists, x.last)
	}
}

func (p *painter) block(b chat.Block) {
	switch b := b.(type) {
	case chat.Text:
		p.paragraph(b)
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
		p.separate = true
	case chat.Buttons:
		p.buttons(b)
	case chat.Select:
		p.choice(b)
	}
}

func (p *painter) paragraph(t chat.Text) {
	text := p.text(t.Text, maxText)
	if text == "" {
		return
	}
	switch t.Style {
	case chat.Title:
		p.add(heading(escape(p.line(text, maxHeading)), sizeLarge))
	case chat.Section:
		h := heading(escape(p.line(text, maxHeading)), "default")
		h.Spacing = spaceLarge
		p.add(h)
	case chat.Quiet:
		p.add(quiet(text))
	case chat.Quote:
		// The marks as well as the ground, which a high contrast takes away.
		quoted := box(rich(runs(p.say.Say("surface.quote", "words", text), textRun{})...))
		quoted.Style = emphasis
		p.add(quoted)
	default:
		p.add(rich(p.standingOut(t, text)...))
	}
}

// standingOut are the runs of a paragraph, or the clean text where it has none,
// was cut, or would be: all words come before what stands out of them.
func (p *painter) standingOut(t chat.Text, text string) []textRun {
	if t.Runs == nil || strings.HasSuffix(text, readable.Ellipsis) {
		return runs(text, textRun{})
	}
	var out []textRun
	for _, r := range t.Runs {
		words := readable.Text(r.Text)
		if words == "" {
			continue
		}
		like := textRun{Italic: r.Italic}
		if r.Bold {
			like.Weight = bolder
		}
		if r.URL != "" && chat.WebAddress(r.URL) {
			like.Underline, like.Color = true, "accent"
			like.Select = &action{Type: "Action.OpenUrl", Title: p.line(words, maxButtonText), URL: r.URL}
		}
		out = append(out, runs(words, like)...)
	}
	if weight(out) > maxCard/2 {
		return runs(text, textRun{})
	}
	return out
}

// quiet is small print, of a clean text.
func quiet(text string) *richText {
	return rich(runs(text, textRun{Size: sizeSmall, Subtle: true})...)
}

func (p *painter) facts(f chat.Facts) {
	set := &factSet{Type: "FactSet"}
	flush := func() {
		if len(set.Facts) > 0 {
			p.add(set)
			set = &factSet{Type: "FactSet"}
		}
	}
	for _, x := range f.Facts {
		name, value := p.line(x.Name, maxWord), p.text(x.Value, maxText/2)
		switch {
		case name == "" && value == "":
		case name == "":
			flush()
			p.add(rich(runs(value, textRun{})...))
		default:
			set.Facts = append(set.Facts, fact{Title: escape(name), Value: escapeLines(value)})
		}
	}
	flush()
}

func (p *painter) chart(c chat.Chart) {
	title := p.line(c.Title, maxHeading)
	drawn := &chart{Type: "Chart.HorizontalBar", Title: title}
	numbers := &factSet{Type: "FactSet"}
	for _, x := range c.Points {
		if len(drawn.Data) == maxPoints || math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
			continue
		}
		label := p.line(x.Label, maxWord)
		drawn.Data = append(drawn.Data, bar{X: label, Y: x.Value})
		numbers.Facts = append(numbers.Facts, fact{Title: escape(label), Value: escape(strconv.FormatFloat(x.Value, 'g', 12, 64))})
	}
	switch {
	case len(drawn.Data) == 0 && title != "":
		p.add(heading(escape(title), "default"))
	case title != "":
		drawn.Fallback = box(heading(escape(title), "default"), numbers)
		p.add(drawn)
	case len(drawn.Data) > 0:
		drawn.Fallback = numbers
		p.add(drawn)
	}
	p.paragraph(chat.Text{Text: c.Sentence})
}

// image shows a picture that Teams can fetch; elsewhere its description stands
// in its place.
func (p *painter) image(i chat.Image) {
	alt := p.line(i.Alt, maxImageAlt)
	u, err := url.Parse(i.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" ||
		len(i.URL) > maxImageURL || readable.Line(u.String()) != u.String() {
		p.paragraph(chat.Text{Style: chat.Quiet, Text: alt})
		return
	}
	p.add(&image{Type: "Image", URL: u.String(), Alt: alt, Size: "stretch"})
}
