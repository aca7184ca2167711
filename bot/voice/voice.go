// Package voice holds every word the bot says, one catalogue a language, in
// words/en.yaml and its translations. A sentence is found by its key, and its
// {names} are filled with values as they are: whatever draws it escapes it.
package voice

import (
	"embed"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed words/*.yaml
var files embed.FS

// Languages are those that the bot speaks, the default first.
var Languages = []language.Tag{language.English, language.German}

var (
	matcher  = language.NewMatcher(Languages)
	speakers = load()
)

// Speaker says things in one language. It is safe for concurrent use.
type Speaker struct {
	tag    language.Tag
	plain  map[string]string // sentences without a plural
	plural map[string]forms
}

// forms are a sentence's plurals, by plural.Form; empty for one that the
// language does not tell apart.
type forms [plural.Many + 1]string

// For returns the speaker of the language nearest to the given BCP 47 tag
// ("de-AT" is German); English where none is near or the tag is malformed.
func For(tag string) *Speaker {
	if tag == "" || tag == "en" {
		return speakers[0]
	}
	wanted, err := language.Parse(tag)
	if err != nil {
		return speakers[0]
	}
	_, i, _ := matcher.Match(wanted)
	return speakers[i]
}

// Language is the BCP 47 tag of what s speaks.
func (s *Speaker) Language() string { return s.tag.String() }

// Say returns the sentence with its {names} replaced: pairs holds a name and
// its value in turn, a string or an integer of whatever named type; a name
// without such a value stays in its braces. A key that no catalogue has comes
// back in angle quotes. Tests look for both.
func (s *Speaker) Say(key string, pairs ...any) string {
	text, ok := s.plain[key]
	if !ok {
		if text, ok = speakers[0].plain[key]; !ok {
			return "‹" + key + "›"
		}
	}
	return fill(text, "", pairs)
}

// Count returns the sentence in the plural form for n, with {n} and the names
// in pairs replaced.
func (s *Speaker) Count(key string, n int, pairs ...any) string {
	all, ok := s.plural[key]
	if !ok {
		if s, all = speakers[0], speakers[0].plural[key]; all[plural.Other] == "" {
			return "‹" + key + "›"
		}
	}
	text := all[plural.Cardinal.MatchPlural(s.tag, max(n, -n), 0, 0, 0, 0)]
	if text == "" {
		text = all[plural.Other]
	}
	return fill(text, strconv.Itoa(n), pairs)
}

// Word returns the i-th word of a sentence that is a list of words, such as
// the names of the months, counted from 0; empty where there are fewer.
func (s *Speaker) Word(key string, i int) string {
	for word := range strings.FieldsSeq(s.Say(key)) {
		if i == 0 {
			return word
		}
		i--
	}
	return ""
}

// Has tells whether the English catalogue has the key, with or without plural.
func Has(key string) bool {
	_, plain := speakers[0].plain[key]
	_, plural := speakers[0].plural[key]
	return plain || plural
}

// fill replaces each {name} once, from left to right, so that a value which
// looks like a name stays as it is. A value that ends in a full stop, such as a
// German day, ends the sentence too. count is {n}'s value where there is one.
func fill(text, count string, pairs []any) string {
	if count == "" && len(pairs) == 0 {
		return text
	}
	var room [256]byte // on the stack: most sentences fit
	out := room[:0]
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		out = append(out, text[:open]...)
		if name := text[open+1 : open+end]; name == "n" && count != "" {
			out = append(out, count...)
		} else {
			out = appendValue(out, name, pairs)
		}
		text = text[open+end+1:]
		if n := len(out); n > 0 && out[n-1] == '.' {
			text = strings.TrimPrefix(text, ".")
		}
	}
	if len(out) == 0 {
		return text
	}
	return string(append(out, text...))
}

// appendValue knows strings and integers alone: fmt, which knows all, would
// move every value of every sentence to the heap.
func appendValue(out []byte, name string, pairs []any) []byte {
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); !ok || key != name {
			continue
		}
		switch v := reflect.ValueOf(pairs[i+1]); {
		case v.Kind() == reflect.String:
			return append(out, v.String()...)
		case v.CanInt():
			return strconv.AppendInt(out, v.Int(), 10)
		}
	}
	return append(append(append(out, '{'), name...), '}')
}

// load reads the embedded catalogues. They are part of the program: a fault in
// one is a fault of the build, found by the first test, hence the panic.
func load() []*Speaker {
	bundle := i18n.NewBundle(Languages[0])
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	out := make([]*Speaker, len(Languages))
	for i, tag := range Languages {
		name := "words/" + tag.String() + ".yaml"
		file, err := bundle.LoadMessageFileFS(files, name)
		if err != nil {
			panic(fmt.Sprintf("voice: %s: %v", name, err))
		}
		s := &Speaker{tag: tag, plain: map[string]string{}, plural: map[string]forms{}}
		for _, m := range file.Messages {
			if m.One == "" {
				s.plain[m.ID] = m.Other
				continue
			}
			s.plural[m.ID] = forms{plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other}
		}
		out[i] = s
	}
	return out
}
