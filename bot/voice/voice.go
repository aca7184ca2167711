// Package voice holds every word the bot says, one catalogue a language, in
// words/en.yaml and its translations. A sentence is found by its key, and its
// {names} are filled with values as they are: whatever draws it escapes it.
package voice

import (
	"embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
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
	plural *i18n.Localizer
}

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
// its value in turn. A key that no catalogue has comes back in angle quotes,
// which a test looks for.
func (s *Speaker) Say(key string, pairs ...any) string {
	text, ok := s.plain[key]
	if !ok {
		if text, ok = speakers[0].plain[key]; !ok {
			return "‹" + key + "›"
		}
	}
	return fill(text, pairs)
}

// Count returns the sentence in the plural form for n, with {n} and the names
// in pairs replaced.
func (s *Speaker) Count(key string, n int, pairs ...any) string {
	text, err := s.plural.Localize(&i18n.LocalizeConfig{
		MessageID: key, PluralCount: n, TemplateParser: template.IdentityParser{},
	})
	if err != nil || text == "" {
		return "‹" + key + "›"
	}
	return fill(text, append([]any{"n", n}, pairs...))
}

// Has tells whether the English catalogue has the key, with or without plural.
func Has(key string) bool {
	_, plain := speakers[0].plain[key]
	return plain || !strings.HasPrefix(speakers[0].Count(key, 1), "‹")
}

// fill replaces each {name} once, from left to right, so that a value which
// looks like a name stays as it is.
func fill(text string, pairs []any) string {
	if len(pairs) == 0 {
		return text
	}
	var w strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		w.WriteString(text[:open])
		w.WriteString(lookup(text[open+1:open+end], pairs))
		text = text[open+end+1:]
	}
	if w.Len() == 0 {
		return text
	}
	w.WriteString(text)
	return w.String()
}

func lookup(name string, pairs []any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			if s, ok := pairs[i+1].(string); ok {
				return s
			}
			return fmt.Sprint(pairs[i+1])
		}
	}
	return "{" + name + "}"
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
		s := &Speaker{tag: tag, plain: map[string]string{}}
		for _, m := range file.Messages {
			if m.One == "" {
				s.plain[m.ID] = m.Other
			}
		}
		out[i] = s
	}
	for i, tag := range Languages {
		out[i].plural = i18n.NewLocalizer(bundle, tag.String(), Languages[0].String())
	}
	return out
}
