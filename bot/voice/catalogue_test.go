package voice_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"ismsbot/bot/voice"
)

// catalogue is one language: its texts by key and plural form. A text without
// a plural has the form "".
type catalogue map[string]map[string]string

var (
	plurals     = []string{"zero", "one", "two", "few", "many", "other"}
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
)

func read(t *testing.T, lang string) catalogue {
	t.Helper()
	raw, err := os.ReadFile("words/" + lang + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(raw, &tree); err != nil { // a key given twice is a fault here
		t.Fatalf("%s: %v", lang, err)
	}
	out := catalogue{}
	out.add(t, lang, "", tree)
	return out
}

func (c catalogue) add(t *testing.T, lang, key string, node any) {
	t.Helper()
	switch node := node.(type) {
	case string:
		c[key] = map[string]string{"": node}
	case map[string]any:
		if forms := plural(node); forms != nil {
			c[key] = forms
			return
		}
		for name, child := range node {
			if slices.Contains(plurals, name) {
				t.Errorf("%s: %s.%s is a plural form among other keys", lang, key, name)
			}
			c.add(t, lang, strings.TrimPrefix(key+"."+name, "."), child)
		}
	default:
		t.Errorf("%s: %s is not a text but %v", lang, key, node)
	}
}

// plural returns the forms of a plural, nil for a group of keys.
func plural(node map[string]any) map[string]string {
	forms := map[string]string{}
	for name, text := range node {
		s, ok := text.(string)
		if !ok || !slices.Contains(plurals, name) {
			return nil
		}
		forms[name] = s
	}
	return forms
}

// each calls f for every text of every language.
func each(t *testing.T, f func(lang, key, text string)) {
	t.Helper()
	for _, tag := range voice.Languages {
		for key, forms := range read(t, tag.String()) {
			for form, text := range forms {
				f(tag.String(), strings.TrimSuffix(key+"/"+form, "/"), text)
			}
		}
	}
}

func names(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryLanguageSaysTheSameWithTheSamePlaceholders(t *testing.T) {
	english := read(t, "en")
	if len(english) < 300 {
		t.Fatalf("only %d keys found in English", len(english))
	}
	for _, tag := range voice.Languages[1:] {
		other := read(t, tag.String())
		for key := range other {
			if english[key] == nil {
				t.Errorf("%s: %s is in no English group", tag, key)
			}
		}
		for key, forms := range english {
			if other[key] == nil {
				t.Errorf("%s: %s is missing", tag, key)
				continue
			}
			if got, want := slices.Sorted(maps.Keys(other[key])), slices.Sorted(maps.Keys(forms)); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %q, English has %q", tag, key, got, want)
			}
			for form, text := range forms {
				if got, want := names(other[key][form]), names(text); !slices.Equal(got, want) {
					t.Errorf("%s: %s/%s has %v, English has %v", tag, key, form, got, want)
				}
			}
		}
	}
}

func TestEveryPluralHasTheFormsOneAndOther(t *testing.T) {
	for _, tag := range voice.Languages {
		for key, forms := range read(t, tag.String()) {
			if _, plain := forms[""]; !plain && (len(forms) != 2 || forms["one"] == "" || forms["other"] == "") {
				t.Errorf("%s: %s has the forms %q", tag, key, slices.Sorted(maps.Keys(forms)))
			}
		}
	}
}

// avoided are the words that the voice guide leaves out, by language.
var avoided = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(?:kindly|please be advised|gentle reminder|asap|just|mandatory|non-?complian(?:t|ce)|violations?|` +
		`violat(?:e|es|ed)|fail(?:ed|ure)s?|escalat(?:e|es|ed|ion)|users?|submit(?:s|ted)?|oops|fyi|forbidden|errors?|not allowed|` +
		`\w+(?:n't|n’t|['’](?:re|ll|ve|m)))\b`),
	"de": regexp.MustCompile(`(?i)(?:^|\PL)(?:freundliche erinnerung|bitte beachten|hiermit|asap|umgehend|unverzüglich|schnellstmöglich|` +
		`zwingend|verpflichtend|nichtkonform|verst(?:oß|öße|oßen)|versäumt|eskal\pL+|(?:be)?nutzer\pL*|ups|hoppla|fyi|zur info|verboten|` +
		`fehler|nicht erlaubt)(?:\PL|$)`),
}

func TestNoTextUsesWordsTheVoiceGuideAvoids(t *testing.T) {
	each(t, func(lang, key, text string) {
		if avoided[lang] == nil {
			t.Fatalf("%s has no list of words to avoid", lang)
		}
		if found := avoided[lang].FindString(placeholder.ReplaceAllString(text, "")); found != "" {
			t.Errorf("%s: %s says %q: %s", lang, key, found, text)
		}
	})
}

// formal finds the German form of address that the bot does not use. Within a
// sentence "sie" and "ihr" are other people, so none begins one.
var formal = regexp.MustCompile(`\b(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b`)

func TestGermanSaysDu(t *testing.T) {
	each(t, func(lang, key, text string) {
		if lang == "de" && formal.MatchString(text) {
			t.Errorf("%s: %s", key, text)
		}
	})
}

func TestNoTextIsEmptyLoudOrDecorated(t *testing.T) {
	each(t, func(lang, key, text string) {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: %s is empty", lang, key)
		}
		if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
			t.Errorf("%s: %s has stray spaces: %q", lang, key, text)
		}
		if bare := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(bare, "!{}") {
			t.Errorf("%s: %s has an exclamation mark or half a placeholder: %s", lang, key, text)
		}
		for _, r := range text {
			if unicode.In(r, unicode.So, unicode.Sk, unicode.Co) {
				t.Errorf("%s: %s is decorated with %q", lang, key, r)
			}
		}
	})
}

// What Slack shows of a word before it cuts the rest.
const (
	maxButton = 75 // a button or an option of a list
	maxForm   = 24 // the title, the submit and the cancel of a form
	nameLong  = 30 // what a placeholder in a label may take
)

// formWords are title and submit of a form that takes them from elsewhere than
// its own line of code, and those of a platform.
var formWords = []string{"form.new_action", "form.new_task", "form.new_finding", "form.cancel", "form.done_submit",
	"surface.view_title", "surface.close", "surface.submit"}

var (
	formTitle  = regexp.MustCompile(`chat\.Form\{Title: \w+\.Say\("([^"]+)"\)`)
	formSubmit = regexp.MustCompile(`Submit: \w+\.Say\("([^"]+)"\)`)
)

// inForms are the keys that the bot's code gives to a form as title or submit.
func inForms(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	areas, _ := filepath.Glob("../*/*.go")
	keys := slices.Clone(formWords)
	for _, name := range append(files, areas...) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, re := range []*regexp.Regexp{formTitle, formSubmit} {
			for _, m := range re.FindAllStringSubmatch(string(src), -1) {
				keys = append(keys, m[1])
			}
		}
	}
	if len(keys) < len(formWords)+12 {
		t.Fatalf("only %d words of forms found: has the code changed its way of saying them?", len(keys))
	}
	return keys
}

// isLabel tells whether a key is read on a button or in a list of options.
func isLabel(key string) bool {
	group, name, _ := strings.Cut(key, ".")
	switch {
	case strings.HasSuffix(name, "spoken"):
		return false
	case group == "button", group == "severity", group == "repeat", group == "language", group == "platform", strings.HasPrefix(name, "button_"):
		return true
	}
	return slices.Contains([]string{"surface.form_open", "settings.default", "settings.platform_last", "settings.yes", "settings.no", "card.more_actions", "card.choose"}, key)
}

func TestLabelsFitWhereSlackShowsThem(t *testing.T) {
	forms := inForms(t)
	for _, tag := range voice.Languages {
		all := read(t, tag.String())
		for _, key := range forms {
			if all[key] == nil {
				t.Errorf("%s: a form uses %s, which is missing", tag, key)
			}
		}
		for key, texts := range all {
			most := 0
			switch {
			case slices.Contains(forms, key), strings.HasPrefix(key, "form.") && strings.HasSuffix(key, "_title"):
				most = maxForm
			case isLabel(key):
				most = maxButton
			default:
				continue
			}
			for _, text := range texts {
				filled := placeholder.ReplaceAllString(text, strings.Repeat("x", nameLong))
				if n := utf8.RuneCountInString(filled); n > most {
					t.Errorf("%s: %s has %d characters, at most %d fit: %s", tag, key, n, most, text)
				}
			}
		}
	}
}

func TestDatesHaveSevenWeekdaysAndTwelveMonths(t *testing.T) {
	for _, tag := range voice.Languages {
		s := voice.For(tag.String())
		if n := len(strings.Fields(s.Say("date.weekdays"))); n != 7 {
			t.Errorf("%s: %d weekdays", tag, n)
		}
		if n := len(strings.Fields(s.Say("date.months"))); n != 12 {
			t.Errorf("%s: %d months", tag, n)
		}
	}
}

func TestHelpCoversTheSameCommandsInUsageMeaningAndExample(t *testing.T) {
	for _, tag := range voice.Languages {
		all := read(t, tag.String())
		for key := range all {
			verb, ok := strings.CutPrefix(key, "usage.")
			if !ok {
				continue
			}
			for _, group := range []string{"usage.", "example."} {
				text := all[group+verb][""]
				if first, _, _ := strings.Cut(text, " "); first != verb {
					t.Errorf("%s: %s%s begins with %q, people type %q", tag, group, verb, first, verb)
				}
			}
			if all["help."+verb] == nil {
				t.Errorf("%s: help.%s is missing", tag, verb)
			}
		}
	}
}
