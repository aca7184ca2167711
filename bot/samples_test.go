package bot_test

import (
	"strings"
	"testing"

	"ismsbot/bot"
)

func TestEverySampleCanBeMadeInEveryLanguage(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		samples, err := bot.Samples(t.Context(), language)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples {
			if s.Card != nil {
				text := s.Card.Text()
				if s.Card.Summary == "" || text == "" || strings.ContainsAny(text+s.Card.Summary, "‹{") {
					t.Errorf("%s, %s: summary %q\n%s", language, s.Name, s.Card.Summary, text)
				}
				t.Logf("=== %s (%s)\n[%s]\n%s", s.Name, language, s.Card.Summary, text)
			}
		}
	}
}
