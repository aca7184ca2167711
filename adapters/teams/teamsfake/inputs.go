package teamsfake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Input is one input of a card or dialog.
type Input struct {
	Name      string // the id under which its value is sent
	Label     string
	Type      string // "Input.Text" and the like
	Value     string // to begin with
	Choices   []Choice
	Required  bool
	Multi     bool   // several choices, or several lines
	MaxLength int    // 0 for none
	Error     string // shown beside it while it is not acceptable

	people   bool   // the choices are searched in the directory
	on, off  string // of a toggle
	min, max string // of a date
}

// Choice is one of a choice set.
type Choice struct{ Title, Value string }

func choicesOf(e Object) []Choice {
	var out []Choice
	for _, c := range objs(e["choices"]) {
		out = append(out, Choice{str(c["title"]), str(c["value"])})
	}
	return out
}

// inputsOf are the inputs that an action of the card sends: not those of a
// card that unfolds.
func inputsOf(card Object) []Input {
	var out []Input
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				visit(x)
			}
		case Object:
			if strings.HasPrefix(str(v["type"]), "Action.") {
				return
			}
			if strings.HasPrefix(str(v["type"]), "Input.") {
				out = append(out, inputOf(v))
			}
			for _, name := range sorted(v) {
				if name != "fallback" {
					visit(v[name])
				}
			}
		}
	}
	visit(card["body"])
	return out
}

func inputOf(e Object) Input {
	length, _ := e["maxLength"].(float64)
	in := Input{
		Name: str(e["id"]), Label: str(e["label"]), Type: str(e["type"]), Choices: choicesOf(e),
		Required: e["isRequired"] == true, Multi: e["isMultiSelect"] == true || e["isMultiline"] == true,
		MaxLength: int(length), Error: str(e["errorMessage"]), on: "true", off: "false",
		min: str(e["min"]), max: str(e["max"]), people: obj(e["choices.data"]) != nil,
	}
	switch v := e["value"].(type) {
	case string:
		in.Value = v
	case float64:
		in.Value = strconv.FormatFloat(v, 'f', -1, 64)
	}
	if in.Type == "Input.Toggle" {
		if v := str(e["valueOn"]); v != "" {
			in.on = v
		}
		if v := str(e["valueOff"]); v != "" {
			in.off = v
		}
		if in.Value == "" {
			in.Value = in.off
		}
	}
	return in
}

// fillIn is what a client sends for the inputs with the values in them. Like
// Teams it sends nothing off that is missing, too long, or not to choose.
func (s *Server) fillIn(inputs []Input, values map[string]string) (Object, error) {
	out := Object{}
	left := maps.Clone(values)
	for _, in := range inputs {
		value, given := values[in.Name]
		delete(left, in.Name)
		if !given {
			value = in.Value
		}
		if in.people {
			in.Choices = append(slices.Clone(in.Choices), s.directory()...)
		}
		value, err := in.accept(value)
		if err != nil {
			return nil, fmt.Errorf("teamsfake: input %q: %w (it shows %q)", in.Name, err, in.Error)
		}
		if value != "" || in.Type == "Input.Text" || in.Type == "Input.Date" || in.Type == "Input.Time" {
			out[in.Name] = value
		}
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("teamsfake: there are no inputs %q", slices.Sorted(maps.Keys(left)))
	}
	return out, nil
}

// directory are all people, as somebody who searches for them finds them.
func (s *Server) directory() []Choice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Choice
	for _, p := range s.order {
		out = append(out, Choice{p.Name, p.AAD})
	}
	return out
}

// accept is the value as it is sent.
func (in Input) accept(value string) (string, error) {
	if in.Required && (value == "" || in.Type == "Input.Toggle" && value != in.on) {
		return "", errors.New("it is required")
	}
	if value == "" {
		return "", nil
	}
	switch in.Type {
	case "Input.Text":
		if in.MaxLength > 0 && utf8.RuneCountInString(value) > in.MaxLength {
			return "", fmt.Errorf("longer than %d characters", in.MaxLength)
		}
	case "Input.Number":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return "", fmt.Errorf("%q is not a number", value)
		}
	case "Input.Date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", fmt.Errorf("%q is not a date", value)
		}
		if in.min != "" && value < in.min || in.max != "" && value > in.max {
			return "", fmt.Errorf("%q is not between %q and %q", value, in.min, in.max)
		}
	case "Input.Toggle":
		if value != in.on && value != in.off {
			return "", fmt.Errorf("%q is neither %q nor %q", value, in.on, in.off)
		}
	case "Input.ChoiceSet":
		return in.choose(value)
	}
	return value, nil
}

// choose takes values or titles; several are parted by commas.
func (in Input) choose(value string) (string, error) {
	wanted := []string{value}
	if in.Multi {
		wanted = strings.Split(value, ",")
	}
	for i, w := range wanted {
		at := slices.IndexFunc(in.Choices, func(c Choice) bool { return c.Value == w })
		if at < 0 {
			at = slices.IndexFunc(in.Choices, func(c Choice) bool { return c.Title == w })
		}
		if at < 0 {
			return "", fmt.Errorf("no choice %q", w)
		}
		wanted[i] = in.Choices[at].Value
	}
	return strings.Join(wanted, ","), nil
}
