package desk

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// Meant reads who is meant at the beginning of words: "<@ACCOUNT>", an
// e-mail, "@Jon", "Jon Reed". It returns what follows; nil where nobody or more
// than one fits.
func (c *Call) Meant(words string) (p *isms.Person, rest string, err error) {
	words = strings.TrimSpace(words)
	if after, ok := strings.CutPrefix(words, "<@"); ok {
		id, rest, ok := strings.Cut(after, ">")
		if !ok {
			return nil, words, nil
		}
		id, _, _ = strings.Cut(id, "|")
		number, err := c.Tx.PersonOf(chat.Account{Platform: c.In.From.Platform, ID: id})
		return c.Present(number), strings.TrimSpace(rest), err
	}
	fields := strings.Fields(strings.TrimPrefix(words, "@"))
	for n := min(4, len(fields)); n > 0; n-- {
		if p := c.Named(strings.ToLower(strings.Join(fields[:n], " "))); p != nil {
			return p, strings.Join(fields[n:], " "), nil
		}
	}
	return nil, words, nil
}

// Mention is the value of a person field: the account on this platform.
func (c *Call) Mention(id isms.PersonID) (string, error) {
	if id == 0 {
		return "", nil
	}
	accounts, err := c.Tx.Accounts(id)
	for _, a := range accounts {
		if a.Platform == c.In.From.Platform {
			return "<@" + a.ID + ">", err
		}
	}
	return "", err
}
