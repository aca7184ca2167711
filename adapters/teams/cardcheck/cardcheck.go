// Package cardcheck tells what Teams would refuse of an Adaptive Card. It is
// for tests alone.
package cardcheck

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// MaxCard is how many bytes of JSON a card may have.
const MaxCard = 25 * 1024

// Schema is the official one, read from a file; nil checks all the rest.
type Schema struct{ compiled *jsonschema.Schema }

// Read compiles the schema in a file.
func Read(path string) (*Schema, error) {
	compiled, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		return nil, fmt.Errorf("the schema of cards: %w", err)
	}
	return &Schema{compiled}, nil
}

// Faults is why Teams would refuse the card, empty where it would not.
func (s *Schema) Faults(card any) string {
	data, err := json.Marshal(card)
	if err != nil {
		return err.Error()
	}
	if !utf8.Valid(data) || strings.Contains(string(data), `\u0000`) {
		return "is not clean UTF-8"
	}
	if len(data) > MaxCard {
		return fmt.Sprintf("has %d bytes, at most %d are sent", len(data), MaxCard)
	}
	tree, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		return err.Error()
	}
	root, ok := tree.(map[string]any)
	if body, _ := root["body"].([]any); !ok || len(body) == 0 {
		return "is empty"
	}
	if why := tied(tree); why != "" {
		return why
	}
	if s == nil {
		return ""
	}
	delete(root, "msteams")
	if err := s.compiled.Validate(official(tree)); err != nil {
		return deepest(err)
	}
	return ""
}

// deepest is the first fault at the innermost place: an element is tried as
// every kind there is, so that all the others are about what it is not.
func deepest(err error) string {
	best, at := err.Error(), -1
	for line := range strings.Lines(best) {
		if _, fault, ok := strings.Cut(line, "- at '"); ok && strings.Count(fault, "/") > at && !strings.Contains(fault, "/type'") {
			best, at = strings.TrimSpace(fault), strings.Count(fault, "/")
		}
	}
	return best
}

// official is a card without what is documented and yet not in the schema: the
// root's width, the search for people, choices that one searches by typing, and
// charts, for which their fallback stands.
func official(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = official(v[i])
		}
	case map[string]any:
		if of, _ := v["type"].(string); strings.HasPrefix(of, "Chart.") && v["fallback"] != nil {
			return official(v["fallback"])
		}
		delete(v, "choices.data")
		if v["type"] == "Input.ChoiceSet" && v["style"] == "filtered" {
			v["style"] = "compact"
		}
		for key := range v {
			v[key] = official(v[key])
		}
	}
	return v
}

// tied tells which id stands twice, and what is to be shown and is not there.
func tied(tree any) string {
	ids, targets := map[string]int{}, []string{}
	walk(tree, func(m map[string]any) {
		if id, ok := m["id"].(string); ok {
			ids[id]++
		}
		list, _ := m["targetElements"].([]any)
		for _, t := range list {
			targets = append(targets, fmt.Sprint(t))
		}
	})
	for id, n := range ids {
		if n > 1 {
			return fmt.Sprintf("has %d elements called %s", n, id)
		}
	}
	for _, t := range targets {
		if ids[t] == 0 {
			return "shows " + t + ", which is not there"
		}
	}
	return ""
}

func walk(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			walk(x, f)
		}
	case map[string]any:
		f(v)
		for _, x := range v {
			walk(x, f)
		}
	}
}
