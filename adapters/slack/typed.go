package slack

import (
	"strings"

	"ismsbot/adapters/readable"
)

// typed makes a command of what somebody wrote: Slack's markup gone, mentioned
// people as "<@ID>".
func typed(s string) string {
	s = unfold(s)
	if strings.IndexByte(s, '&') >= 0 {
		s = unescape.Replace(s)
	}
	return readable.Command(s)
}

// withoutMention drops every mention of the bot itself.
func withoutMention(s, bot string) string {
	open := "<@" + bot
	for {
		i := strings.Index(s, open)
		if i < 0 {
			return s
		}
		end := strings.IndexByte(s[i:], '>')
		after := s[i+len(open):]
		if end < 0 || after[0] != '>' && after[0] != '|' {
			return s
		}
		s = s[:i] + " " + s[i+end+1:]
	}
}

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unfold turns Slack's angle brackets into words: a person or channel keeps
// its id and loses its name, a link is its address, anything else its label.
func unfold(s string) string {
	open := strings.IndexByte(s, '<')
	if open < 0 {
		return s
	}
	var w strings.Builder
	for open >= 0 {
		end := strings.IndexByte(s[open:], '>')
		if end < 0 {
			break
		}
		w.WriteString(s[:open])
		w.WriteString(unfoldOne(s[open+1 : open+end]))
		s = s[open+end+1:]
		open = strings.IndexByte(s, '<')
	}
	w.WriteString(s)
	return w.String()
}

func unfoldOne(inner string) string {
	target, label, labelled := strings.Cut(inner, "|")
	switch {
	case target == "":
		return label
	case target[0] == '@' || target[0] == '#':
		return "<" + target + ">"
	case target[0] == '!' && labelled:
		return label
	case target[0] == '!':
		return "@" + strings.TrimPrefix(target, "!")
	case strings.HasPrefix(target, "mailto:"), strings.HasPrefix(target, "tel:"):
		return target[strings.IndexByte(target, ':')+1:]
	}
	return target
}
