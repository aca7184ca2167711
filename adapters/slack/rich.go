package slack

import (
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// rich draws a paragraph of which some words stand out. They travel as they
// stand, beside what they are, so that nothing in them is read as markup. It is
// false where there is no room.
func (p *painter) rich(t chat.Text) bool {
	var all []slackapi.RichTextSectionElement
	size := 0
	for _, r := range t.Runs {
		text := readable.Text(r.Text)
		if text == "" {
			continue
		}
		size += utf8.RuneCountInString(text)
		var style *slackapi.RichTextSectionTextStyle
		if r.Bold || r.Italic {
			style = &slackapi.RichTextSectionTextStyle{Bold: r.Bold, Italic: r.Italic}
		}
		if r.URL != "" && chat.WebAddress(r.URL) && strings.TrimSpace(text) != "" {
			all = append(all, slackapi.NewRichTextSectionLinkElement(r.URL, text, style))
			continue
		}
		all = append(all, slackapi.NewRichTextSectionTextElement(text, style))
	}
	if size == 0 || size > maxSection || len(all) > maxRuns {
		return false
	}
	p.add(slackapi.NewRichTextBlock("", slackapi.NewRichTextSection(all...)), size)
	return true
}
