package bot

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// person reads who is meant at the beginning of words: "<@ACCOUNT>", an
// e-mail, "@Jon", "Jon Reed". It returns what follows; nil where nobody or more
// than one fits.
func (c *call) person(words string) (p *isms.Person, rest string, err error) {
	words = strings.TrimSpace(words)
	if after, ok := strings.CutPrefix(words, "<@"); ok {
		id, rest, ok := strings.Cut(after, ">")
		if !ok {
			return nil, words, nil
		}
		id, _, _ = strings.Cut(id, "|")
		number, err := c.tx.PersonOf(chat.Account{Platform: c.in.From.Platform, ID: id})
		return c.present(number), strings.TrimSpace(rest), err
	}
	fields := strings.Fields(strings.TrimPrefix(words, "@"))
	for n := min(4, len(fields)); n > 0; n-- {
		if p := c.named(strings.ToLower(strings.Join(fields[:n], " "))); p != nil {
			return p, strings.Join(fields[n:], " "), nil
		}
	}
	return nil, words, nil
}

// present is the person, nil where there is none or they have left.
func (c *call) present(id isms.PersonID) *isms.Person {
	if p := c.people.Get(id); p != nil && !p.Left {
		return p
	}
	return nil
}

// named finds the only person with this e-mail, else with this name, else with
// this first name; nil where two have it.
func (c *call) named(word string) *isms.Person {
	var email, name, first []*isms.Person
	for _, p := range c.people.All() {
		switch {
		case p.Left:
		case p.Email == word:
			email = append(email, p)
		case strings.ToLower(p.Name) == word:
			name = append(name, p)
		case strings.ToLower(p.FirstName()) == word:
			first = append(first, p)
		}
	}
	for _, found := range [][]*isms.Person{email, name, first} {
		if len(found) > 0 {
			if len(found) > 1 {
				return nil
			}
			return found[0]
		}
	}
	return nil
}

// mention is the value of a person field: the account on this platform.
func (c *call) mention(id isms.PersonID) (string, error) {
	if id == 0 {
		return "", nil
	}
	accounts, err := c.tx.Accounts(id)
	for _, a := range accounts {
		if a.Platform == c.in.From.Platform {
			return "<@" + a.ID + ">", err
		}
	}
	return "", err
}
