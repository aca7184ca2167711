package playground

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// What the page draws at most; beyond it a text ends in "…" and a list in "n more".
const (
	maxText    = 4000
	maxTitle   = 300
	maxLabel   = 75
	maxRows    = 50
	maxOptions = 200
	maxBlocks  = 100
)

// cardView is a card as the page's script draws it: cleaned, cut to the page's
// limits, with the renderer's own words filled in.
type cardView struct {
	Summary  string      `json:"summary"`
	Language string      `json:"language,omitempty"`
	Blocks   []blockView `json:"blocks"`
	plain    string      // for whoever quotes it
}

// blockView is one block; Is names it and says which of the fields are used.
type blockView struct {
	Is      string       `json:"is"`
	Style   string       `json:"style,omitempty"`
	Text    string       `json:"text,omitempty"`
	Runs    []runView    `json:"runs,omitempty"`
	Facts   []factView   `json:"facts,omitempty"`
	Rows    []rowView    `json:"rows,omitempty"`
	Columns []string     `json:"columns,omitempty"`
	Cells   [][]string   `json:"cells,omitempty"`
	Points  []pointView  `json:"points,omitempty"`
	URL     string       `json:"url,omitempty"`
	Label   string       `json:"label,omitempty"`
	Command string       `json:"command,omitempty"`
	Shown   []buttonView `json:"shown,omitempty"`
	Menu    []buttonView `json:"menu,omitempty"`
	Options []optionView `json:"options,omitempty"`
	More    string       `json:"more,omitempty"` // "+ 4 more", or the name of a menu
}

// runView is words that are written alike.
type runView struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold,omitempty"`
	Italic bool   `json:"italic,omitempty"`
	URL    string `json:"url,omitempty"`
}

type factView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type rowView struct {
	Title string       `json:"title"`
	ID    string       `json:"id,omitempty"`
	When  string       `json:"when,omitempty"`
	Note  string       `json:"note,omitempty"`
	Menu  []buttonView `json:"menu,omitempty"`
	More  string       `json:"more,omitempty"` // what its menu is called aloud
}

type pointView struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

type buttonView struct {
	Label   string `json:"label"`
	Spoken  string `json:"spoken,omitempty"`
	Command string `json:"command"`
	Look    string `json:"look,omitempty"`
	URL     string `json:"url,omitempty"` // of a page that it opens
}

type optionView struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// renderCard is pure: the same card always gives the same view.
func renderCard(c chat.Card) *cardView {
	say := voice.For(c.Language)
	view := &cardView{Summary: clean(c.Summary, maxTitle), Language: say.Language(), Blocks: []blockView{}, plain: c.Text()}
	for i, b := range c.Blocks {
		if i == maxBlocks {
			more := say.Count("card.more", len(c.Blocks)-i)
			view.Blocks = append(view.Blocks, blockView{Is: "text", Style: "quiet", Text: more})
			break
		}
		view.Blocks = append(view.Blocks, renderBlock(b, say))
	}
	return view
}

func renderBlock(b chat.Block, say *voice.Speaker) blockView {
	switch b := b.(type) {
	case chat.Text:
		return blockView{Is: "text", Style: styleName(b.Style), Text: clean(b.Text, maxText), Runs: renderRuns(b.Runs)}
	case chat.Facts:
		return blockView{Is: "facts", Facts: renderFacts(b.Facts)}
	case chat.List:
		return renderList(b, say)
	case chat.Table:
		return renderTable(b, say)
	case chat.Chart:
		return renderChart(b)
	case chat.Image:
		return blockView{Is: "image", URL: b.URL, Label: clean(b.Alt, maxText)}
	case chat.Divider:
		return blockView{Is: "divider"}
	case chat.Buttons:
		return blockView{
			Is: "buttons", Shown: renderButtons(b.Shown, chat.MaxShown), Menu: renderButtons(b.More, chat.MaxMore),
			More: say.Say("card.more_actions"),
		}
	case chat.Select:
		return blockView{
			Is: "select", Label: clean(b.Label, maxLabel), Command: b.Command,
			Options: renderOptions(b.Options), More: say.Say("card.choose"),
		}
	}
	return blockView{}
}

func renderRuns(runs []chat.Run) []runView {
	var out []runView
	for _, r := range runs {
		v := runView{Text: clean(r.Text, maxText), Bold: r.Bold, Italic: r.Italic}
		if chat.WebAddress(r.URL) {
			v.URL = r.URL
		}
		out = append(out, v)
	}
	return out
}

func renderFacts(facts []chat.Fact) []factView {
	out := make([]factView, len(facts))
	for i, f := range facts {
		out[i] = factView{clean(f.Name, maxLabel), clean(f.Value, maxText)}
	}
	return out
}

func renderList(l chat.List, say *voice.Speaker) blockView {
	rows := l.Rows[:min(len(l.Rows), maxRows)]
	out := blockView{Is: "list", Rows: make([]rowView, len(rows)), More: moreRows(say, l.More+len(l.Rows)-len(rows))}
	for i, r := range rows {
		out.Rows[i] = rowView{
			Title: clean(r.Title, maxTitle), ID: clean(r.ID, maxLabel), When: clean(r.When, maxLabel),
			Note: clean(r.Note, maxText), Menu: renderButtons(r.Menu, chat.MaxShown+chat.MaxMore),
			More: say.Say("card.more_actions") + ": " + clean(r.Heading(), maxTitle),
		}
	}
	return out
}

func renderTable(t chat.Table, say *voice.Speaker) blockView {
	rows := t.Rows[:min(len(t.Rows), maxRows)]
	out := blockView{Is: "table", Columns: cleanAll(t.Columns), More: moreRows(say, t.More+len(t.Rows)-len(rows))}
	for _, r := range rows {
		out.Cells = append(out.Cells, cleanAll(r))
	}
	return out
}

func renderChart(c chat.Chart) blockView {
	out := blockView{Is: "chart", Label: clean(c.Title, maxTitle), Text: clean(c.Sentence, maxText)}
	for _, p := range c.Points[:min(len(c.Points), maxRows)] {
		out.Points = append(out.Points, pointView{clean(p.Label, maxLabel), p.Value})
	}
	return out
}

func renderButtons(buttons []chat.Button, most int) []buttonView {
	var out []buttonView
	for _, b := range buttons[:min(len(buttons), most)] {
		if b.URL != "" && !chat.WebAddress(b.URL) {
			continue
		}
		out = append(out, buttonView{clean(b.Label, maxLabel), clean(b.Spoken, maxTitle), b.Command, lookName(b.Look), b.URL})
	}
	return out
}

func renderOptions(options []chat.Option) []optionView {
	out := []optionView{}
	for _, o := range options[:min(len(options), maxOptions)] {
		out = append(out, optionView{clean(o.Label, maxLabel), o.Value})
	}
	return out
}

func moreRows(say *voice.Speaker, n int) string {
	if n <= 0 {
		return ""
	}
	return say.Count("card.more", n)
}

func styleName(s chat.Style) string {
	switch s {
	case chat.Title:
		return "title"
	case chat.Section:
		return "section"
	case chat.Quiet:
		return "quiet"
	case chat.Quote:
		return "quote"
	}
	return "body"
}

func lookName(l chat.Look) string {
	switch l {
	case chat.Primary:
		return "primary"
	case chat.Danger:
		return "danger"
	}
	return ""
}

func cleanAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = clean(s, maxTitle)
	}
	return out
}

// clean removes what could disguise a text (control characters, and marks that
// turn the direction of what follows) and cuts it to so many characters.
func clean(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
