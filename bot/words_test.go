package bot_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ismsbot/bot/voice"
)

// Keys that are put together in the code ("severity." + …) are tested by
// their prefix: every kind of thing has its word.
var said = regexp.MustCompile(`(?:Say|Count|Sentence|act|Button|Refuse|requestWith)\((?:c\.|isms\.\w+, )?"([a-z_]+(?:\.[a-z_]*[a-z])+|handover|nudge|fault|first_contact)"`)

func TestEveryWordThatIsSaidIsInTheCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob("*/*.go")
	seen := 0
	for _, name := range append(files, more...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(src), -1) {
			seen++
			if !voice.Has(m[1]) {
				t.Errorf("%s says %q, which is in no catalogue", name, m[1])
			}
		}
	}
	if seen < 200 {
		t.Errorf("only %d sentences found: has the code changed its way of saying them?", seen)
	}
}
