package chat

import (
	"net/url"
	"strings"
	"unicode"
)

// MaxAddress is how long an address of a page may be, in bytes: what every
// platform takes.
const MaxAddress = 2000

// WebAddress tells whether people can be sent there: https, a name, no login,
// nothing that cannot be seen.
func WebAddress(s string) bool {
	if len(s) > MaxAddress || strings.ContainsAny(s, ` |<>"`) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}
