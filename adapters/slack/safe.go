package slack

import (
	"strings"
	"unicode/utf8"

	"ismsbot/adapters/readable"
)

// escaper is exactly what Slack's mrkdwn asks for; the code fence is ours, as
// an unclosed one swallows the rest of the message.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'")

// escape makes a clean string harmless in mrkdwn and in a message's text: no
// mention, no link, no code.
func escape(s string) string { return escaper.Replace(s) }

// escapeWithin escapes and cuts so that the escaped string has at most n
// characters and no half entity.
func escapeWithin(s string, n int) string {
	if out := escape(s); utf8.RuneCountInString(out) <= n {
		return out
	}
	size, keep := 0, 0
	for i, r := range s {
		if size <= n-1 {
			keep = i
		}
		size += escapedWidth(r)
		if size > n {
			break
		}
	}
	return escape(strings.TrimRight(s[:keep], " \n")) + readable.Ellipsis
}

func escapedWidth(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return 1
}
