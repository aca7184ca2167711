package isms_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

func TestEveryRefusalHasItsWordsInEveryLanguage(t *testing.T) {
	used := refusals(t)
	if len(used) < 20 {
		t.Fatalf("only %d refusals found in the source", len(used))
	}
	for _, lang := range []string{"en", "de"} {
		raw, err := os.ReadFile("../voice/words/" + lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var words struct{ Refuse map[string]any }
		if err := yaml.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for key, args := range used {
			sentence, _ := words.Refuse[strings.TrimPrefix(key, "refuse.")].(string)
			if sentence == "" {
				t.Errorf("%s: %s has no words", lang, key)
			}
			for _, m := range placeholder.FindAllStringSubmatch(sentence, -1) {
				if !args[m[1]] {
					t.Errorf("%s: %s says {%s}, which it is not given", lang, key, m[1])
				}
			}
		}
	}
}

// refusals finds each call of Refuse in the package: its key and the names
// that every such call gives.
func refusals(t *testing.T) map[string]map[string]bool {
	t.Helper()
	used := map[string]map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			if fn, ok := call.Fun.(*ast.Ident); !ok || fn.Name != "Refuse" {
				return true
			}
			key := text(call.Args[1])
			if key == "" {
				t.Errorf("%s: a key that is not written out", name)
			}
			given := map[string]bool{}
			for i := 2; i < len(call.Args); i += 2 {
				if arg := text(call.Args[i]); used[key] == nil || used[key][arg] {
					given[arg] = true
				}
			}
			used[key] = given
			return true
		})
	}
	return used
}

func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
