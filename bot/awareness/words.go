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
	// Marks of emphasis stand at the edges of words, or else mean something.
	marked = []*regexp.Regexp{emphasis(`\*\*`), emphasis("__"), emphasis("`"), emphasis(`\*`), emphasis("_")}
)

// blocks draws the safe part of Markdown: paragraphs, headings, lists, quotes.
// A link shows where it leads; emphasis is dropped, for no platform may read
// markup that somebody else has written.
func blocks(text string) []chat.Block {
	var out []chat.Block
	var lines []string
	style := chat.Body
	flush := func() {
		if s := strings.TrimSpace(strings.Join(lines, "\n")); s != "" {
			out = append(out, chat.Text{Style: style, Text: s})
		}
		lines, style = nil, chat.Body
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = plain(strings.TrimSpace(line))
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

// plain writes links out and drops marks of emphasis.
func plain(line string) string {
	line = linked.ReplaceAllString(line, "$1 ($2)")
	for _, re := range marked {
		line = re.ReplaceAllString(line, "$1$2$3")
	}
	return line
}

func emphasis(mark string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[\s("'])` + mark + `(\S|\S.*?\S)` + mark + `($|[\s)"'.,;:!?])`)
}

// isPDF tells whether a poster cannot be shown as a picture.
func isPDF(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.EqualFold(path.Ext(u.Path), ".pdf")
}
