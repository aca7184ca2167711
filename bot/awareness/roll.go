package awareness

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// roll is whom words name, found beside the writer: each is looked for among
// everybody.
type roll struct {
	words  string
	people []isms.PersonID
}

func rollAhead(c *desk.Call, words string) (any, error) {
	if isms.MayBroadcast(c.Person) != nil {
		return nil, nil
	}
	people, err := named(c, words)
	return roll{words, people}, err
}

func listAhead(c *desk.Call) (any, error) {
	_, _, words := listLine(c.Line.Text)
	return rollAhead(c, words)
}

func recordAhead(c *desk.Call) (any, error) { return rollAhead(c, recorded(c)) }

// recorded are the words of an attendance list.
func recorded(c *desk.Call) string {
	if c.In.Kind == chat.Submitted {
		return c.In.Fields["people"]
	}
	_, words, _ := c.Line.Number(prefix)
	return words
}

// named reads several people, each by e-mail, name or mention.
func named(c *desk.Call, words string) ([]isms.PersonID, error) {
	if x, ok := c.Ready.(roll); ok && x.words == words {
		return x.people, nil
	}
	var out []isms.PersonID
	for word := range strings.FieldsFuncSeq(words, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		p, rest, err := c.Meant(word)
		if err != nil {
			return nil, err
		}
		if p == nil || rest != "" {
			return nil, isms.Refuse(isms.Invalid, "refuse.who", "words", desk.Brief(word, 40))
		}
		if !slices.Contains(out, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}
