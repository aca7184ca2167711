package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

func TestAnonymousLinesAreKnownInBothLanguages(t *testing.T) {
	w := newWhistle(t)
	for i, line := range []string{"report anonymously x", "report Anonymous: x", "report anonym x", "report anonym: x", "isms report anonymously x"} {
		if got := text(w.does(fmt.Sprint(i), chat.Typed, line)); !strings.Contains(got, "without your name") {
			t.Errorf("%s: %s", line, got)
		}
	}
	if got := w.column("SELECT DISTINCT words FROM events"); !slices.Equal(got, []string{"x"}) {
		t.Errorf("%q", got)
	}
	w.traceless()
	for i, line := range []string{"report anonymous caller asked for my password", "report messages were sent in my name", "report 12 phones are gone", "report the by-pass door"} {
		if got := text(w.does(fmt.Sprint("n", i), chat.Typed, line)); !strings.Contains(got, "is with Grace; you will hear back") {
			t.Errorf("%s: %s", line, got)
		}
	}
}
