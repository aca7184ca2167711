package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

// Whoever may have asked for no name is not named before they have seen so: a
// name once recorded cannot be taken back.
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
	for i, c := range []struct{ line, what string }{
		{"report anonymously", ""}, {"report anonym:", ""}, {"report Anonymous x", "Anonymous x"}, {"report anonymus x", "anonymus x"},
		{"report anonymous caller asked for my password", "anonymous caller asked for my password"},
	} {
		r := w.does(fmt.Sprint("asked", i), chat.Typed, c.line)
		if f := r.Form; f == nil || f.Inputs[0].Value != c.what || f.Inputs[2].Value != "yes" {
			t.Errorf("%s: %+v", c.line, r)
		}
	}
	w.traceless()
	for i, line := range []string{"report messages were sent in my name", "report 12 phones are gone", "report the by-pass door"} {
		if got := text(w.does(fmt.Sprint("n", i), chat.Typed, line)); !strings.Contains(got, "is with Grace; you will hear back") {
			t.Errorf("%s: %s", line, got)
		}
	}
}
