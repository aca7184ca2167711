package wire

import (
	"context"
	"errors"
	"net/url"
	"regexp"

	"ismsbot/adapters/readable"
)

var (
	// secretWord is what Slack's tokens look like, what a JSON Web Token does,
	// and what follows a key's name in a form or a header.
	secretWord = regexp.MustCompile(`(?:xox[a-z]|xoxe\.xox[a-z]|xapp)-[A-Za-z0-9-]+|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*|(?i:bearer\s+|client_secret=|client_assertion=)[^\s&"]+`)
	urlWord    = regexp.MustCompile(`[a-z]+://\S+`)
	codeWord   = regexp.MustCompile(`[^a-zA-Z0-9_.:,-]`)
)

// maxReason is how much of an error's text is kept.
const maxReason = 200

// Scrub is the error without its URL and without anything like a token.
func Scrub(err error) error {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known
		}
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	text := urlWord.ReplaceAllString(secretWord.ReplaceAllString(err.Error(), "[token]"), "[url]")
	return errors.New(readable.Clip(readable.Line(text), maxReason))
}

// Word is a code as it may stand in a log, whatever the other side sent.
func Word(s string) string {
	return readable.Clip(codeWord.ReplaceAllString(secretWord.ReplaceAllString(s, "[token]"), "_"), 80)
}
