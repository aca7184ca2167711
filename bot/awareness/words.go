package awareness

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"ismsbot/bot/chat"
)

var (
	linked = regexp.MustCompile(`!?\[([^\]\n]{1,200})\]\((https?://[^\s)]{1,500})\)`)
	page   = regexp.MustCompile(`(^|[\s("'])(https://[^\s<>"|()]+[^\s<>"|().,;:!?'])()`)
	code   = emphasis("`")
	// Marks of emphasis stand at the edges of words, or else mean something.
	signs = []sign{{emphasis(`\*\*`), bold}, {emphasis("__"), bold}, {emphasis(`\*`), italic}, {emphasis("_"), italic}}
)

// sign is how people write what stands out, and what it then is.
type sign struct {
	*regexp.Regexp
	stands func(chat.Run) chat.Run
}

func bold(r chat.Run) chat.Run   { r.Bold = true; return r }
func italic(r chat.Run) chat.Run { r.Italic = true; return r }

// blocks draws the safe part of Markdown: paragraphs, headings, lists, quotes,
// bold, italics and links. No platform reads markup that somebody has written:
// what stands out is told to it beside the words, and a link shows where it
// leads.
func blocks(text string) []chat.Block {
	var out []chat.Block
	var lines []string
	style := chat.Body
	flush := func() {
		if s := strings.TrimSpace(strings.Join(lines, "\n")); s != "" {
			out = append(out, paragraph(style, s))
		}
		lines, style = nil, chat.Body
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = code.ReplaceAllString(linked.ReplaceAllString(strings.TrimSpace(line), "$1 ($2)"), "$1$2$3")
		is, words := shape(line)
		if words == "" || is != style {
			flush()
		}
		if words != "" {
			style, lines = is, append(lines, words)
		}
		if is == chat.Section {
			flush()
		}
	}
	flush()
	return out
}

// paragraph takes the marks out of the words, line by line.
func paragraph(style chat.Style, words string) chat.Text {
	t := chat.Text{Style: style}
	add := func(r chat.Run) {
		t.Text += r.Text
		if last := len(t.Runs) - 1; last >= 0 && like(t.Runs[last], r) {
			t.Runs[last].Text += r.Text
			return
		}
		t.Runs = append(t.Runs, r)
	}
	for line := range strings.SplitSeq(words, "\n") {
		if t.Text != "" {
			add(chat.Run{Text: "\n"})
		}
		for _, r := range runs(line) {
			add(r)
		}
	}
	if style != chat.Body || len(t.Runs) == 1 && like(t.Runs[0], chat.Run{}) {
		t.Runs = nil
	}
	return t
}

func like(a, b chat.Run) bool { return a.Bold == b.Bold && a.Italic == b.Italic && a.URL == b.URL }

// runs are the words of a line and what stands out of them.
func runs(line string) []chat.Run {
	all := []chat.Run{{Text: line}}
	for _, s := range signs {
		all = split(all, s.FindStringSubmatchIndex, s.stands)
	}
	return split(all, page.FindStringSubmatchIndex, func(r chat.Run) chat.Run {
		if chat.WebAddress(r.Text) {
			r.URL = r.Text
		}
		return r
	})
}

// split makes runs of their own of what is found: before it stands the first
// group, it is the second, and where the third begins the search goes on.
func split(all []chat.Run, find func(string) []int, turn func(chat.Run) chat.Run) (out []chat.Run) {
	for _, r := range all {
		rest := r.Text
		add := func(text string, turn func(chat.Run) chat.Run) {
			if r.Text = text; text != "" {
				out = append(out, turn(r))
			}
		}
		as := func(r chat.Run) chat.Run { return r }
		for at := find(rest); at != nil; at = find(rest) {
			add(rest[:at[3]], as)
			add(rest[at[4]:at[5]], turn)
			rest = rest[at[6]:]
		}
		add(rest, as)
	}
	return out
}

// shape is what a line is, and its words.
func shape(line string) (chat.Style, string) {
	switch {
	case strings.HasPrefix(line, "#"):
		return chat.Section, strings.TrimSpace(strings.TrimLeft(line, "#"))
	case strings.HasPrefix(line, ">"):
		return chat.Quote, strings.TrimSpace(strings.TrimPrefix(line, ">"))
	case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "* "):
		return chat.Body, "• " + strings.TrimSpace(line[2:])
	}
	return chat.Body, line
}

func emphasis(mark string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[\s("'])` + mark + `(\S|\S.*?\S)` + mark + `($|[\s)"'.,;:!?])`)
}

// isPDF tells whether a poster cannot be shown as a picture.
func isPDF(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.EqualFold(path.Ext(u.Path), ".pdf")
}
