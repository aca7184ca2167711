package bot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists every package and what of ours it may import. "all" is for
// the command, which plugs everything together.
var mayImport = map[string][]string{
	"cmd/ismsbot":              {"all"},
	"bot":                      {"storage", "bot/isms", "bot/chat", "bot/voice", "bot/exchange", "bot/intake", "bot/delivery", "bot/desk", "bot/profile", "bot/phishing", "bot/events", "bot/awareness", "bot/programme"},
	"bot/isms":                 {},
	"bot/chat":                 {},
	"bot/delivery":             {"storage", "bot/isms", "bot/chat"},
	"bot/desk":                 {"storage", "bot/isms", "bot/chat", "bot/voice"},
	"bot/profile":              {"storage", "bot/isms", "bot/chat", "bot/voice", "bot/desk"},
	"bot/phishing":             {"storage", "bot/isms", "bot/chat", "bot/desk"},
	"bot/events":               {"storage", "bot/isms", "bot/chat", "bot/voice", "bot/desk"},
	"bot/awareness":            {"storage", "bot/isms", "bot/chat", "bot/voice", "bot/desk", "bot/exchange"},
	"bot/programme":            {"storage", "bot/isms", "bot/chat", "bot/desk"},
	"bot/chat/chattest":        {"bot/chat"},
	"bot/bottest":              {"bot", "storage", "bot/isms", "bot/chat", "bot/chat/chattest"},
	"bot/voice":                {},
	"bot/exchange":             {"bot/isms"},
	"bot/intake":               {"storage", "bot/isms", "bot/chat", "bot/exchange"},
	"storage":                  {"bot/isms", "bot/chat"},
	"scheduler":                {},
	"adapters/readable":        {},
	"adapters/wire":            {"adapters/readable"},
	"adapters/slack":           {"adapters/readable", "adapters/wire", "bot/chat", "bot/voice"},
	"adapters/slack/slackfake": {},
	"adapters/teams/teamsfake": {},
	"adapters/teams":           {"adapters/readable", "adapters/wire", "bot/chat", "bot/voice"},
	"adapters/teams/cardcheck": {},
	"adapters/playground":      {"bot/chat", "bot/voice"},
}

// forTests are imported by tests alone.
var forTests = []string{"bot/bottest", "bot/chat/chattest", "adapters/slack/slackfake", "adapters/teams/teamsfake", "adapters/teams/cardcheck"}

// impure is what a rule that is told the time, and told everything else, has
// no use for.
var impure = []string{"context", "database/sql", "net", "net/http", "os", "os/exec", "log", "log/slog", "math/rand", "math/rand/v2"}

type goPackage struct {
	ImportPath string
	Imports    []string // of its code, without tests
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		allowed, listed := mayImport[name]
		if !listed {
			t.Errorf("%s is a new package: give it a line in mayImport with what it may import, and say in the commit why it has to be", name)
			continue
		}
		for _, path := range p.Imports {
			of, isOurs := ours(path)
			switch {
			case !isOurs:
			case slices.Contains(forTests, of) && !slices.Contains(forTests, name):
				t.Errorf("%s imports %s, which is for tests alone: move what it needs out of there", name, of)
			case !slices.Contains(allowed, of) && !slices.Contains(allowed, "all"):
				t.Errorf("%s imports %s, against the direction of the house: it may import [%s]", name, of, strings.Join(allowed, " "))
			}
		}
	}
}

func TestEveryListedPackageExists(t *testing.T) {
	var have []string
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		have = append(have, name)
	}
	for name := range mayImport {
		if !slices.Contains(have, name) {
			t.Errorf("%s stands in mayImport and is gone: remove its line", name)
		}
	}
}

func TestTheRulesArePure(t *testing.T) {
	for _, p := range list(t, "./bot/isms") {
		for _, path := range p.Imports {
			if slices.Contains(impure, path) {
				t.Errorf("bot/isms imports %s: a rule takes what it needs as values", path)
			}
		}
	}
}

func TestTestCodeIsNotInTheBinary(t *testing.T) {
	for _, p := range list(t, "-deps", "./cmd/ismsbot") {
		name, _ := ours(p.ImportPath)
		if p.ImportPath == "testing" || slices.Contains(forTests, name) {
			t.Errorf("%s is linked into the program", p.ImportPath)
		}
	}
}

// ours is a package's path within this module.
func ours(path string) (name string, ok bool) { return strings.CutPrefix(path, "ismsbot/") }

func list(t *testing.T, patterns ...string) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports"}, patterns...)...)
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
