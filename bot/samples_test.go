package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"ismsbot/bot"
)

// sampled are the samples by language, made once: it takes seconds. Nobody
// changes them.
var sampled = map[string]func() ([]bot.Sample, error){
	"en": sync.OnceValues(func() ([]bot.Sample, error) { return bot.Samples(context.Background(), "en") }),
	"de": sync.OnceValues(func() ([]bot.Sample, error) { return bot.Samples(context.Background(), "de") }),
}

func samples(t *testing.T, language string) []bot.Sample {
	t.Helper()
	all, err := sampled[language]()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEverySampleCanBeMadeInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		for _, s := range samples(t, language) {
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

func TestAButtonTellsBeforehandThatItOpensAForm(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		buttons, forms := 0, 0
		for _, s := range samples(t, language) {
			for _, b := range buttonsOf(s.Card) {
				buttons++
				if b.Form {
					forms++
				}
				if b.Form != strings.HasSuffix(b.Label, "…") {
					t.Errorf("%s, %s: the button %q (%s) says %v", language, s.Name, b.Label, b.Command, b.Form)
				}
			}
		}
		if forms < 50 || forms > buttons/2+buttons/4 {
			t.Errorf("%s: %d of %d buttons open a form", language, forms, buttons)
		}
	}
}

func TestAQueuedCardSaysNothingOfForms(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "extend CA-1 2026-03-27 the engineer")
	h.says("lena", "ask REQ-1 which engineer")
	for _, content := range h.column("SELECT content FROM deliveries") {
		if strings.Contains(content, `"Form"`) {
			t.Errorf("the outbox keeps what is found out when it is sent: %s", content)
		}
	}
	h.tick()
	asked := h.slack.SentTo(account("priya").ID)[0].Card
	if b := buttonsOf(&asked); len(b) == 0 || !b[0].Form {
		t.Errorf("no button of what was sent opens a form: %+v", asked)
	}
}
