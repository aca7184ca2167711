package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Fault is one thing wrong in the configuration file.
type Fault struct {
	Path   string
	Line   int    // 1 is the first
	Key    string // "slack.mode"; empty where no key is concerned
	Remedy string // what is wrong and what to write instead
}

// Error is the fault as one line: file, line, key, what to do.
func (f Fault) Error() string {
	if f.Key == "" {
		return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Remedy)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.Path, f.Line, f.Key, f.Remedy)
}

// Faults are all that is wrong, in the order of the file.
type Faults []Fault

// Error has a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// setting is what may stand at a key: a section, a value or a list.
type setting interface {
	read(r *reader, key string, n ast.Node)
}

// reader walks the file once and collects what is wrong with it.
type reader struct {
	path     string
	getenv   func(string) string
	need     Secrets
	lines    map[string]int  // where each key stands that has a value
	empty    map[string]bool // those whose value is ""
	faults   Faults
	warnings []string
}

// ParseConfig is LoadConfig for a file that has been read already.
func ParseConfig(path string, data []byte, getenv func(string) string, need Secrets) (*Config, error) {
	c := defaults()
	c.Path = path
	r := &reader{path: path, getenv: getenv, need: need, lines: map[string]int{}, empty: map[string]bool{}}
	if root, ok := r.root(data); ok {
		c.schema().read(r, "", root)
	}
	if len(r.faults) == 0 || r.readable() {
		c.check(r)
	}
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.faults
	}
	c.Warnings = r.warnings
	return &c, nil
}

// readable tells whether the file was YAML at all, so that what it lacks can
// be named beside what is wrong in it.
func (r *reader) readable() bool { return len(r.lines) > 0 }

// root is the file's only document; false where it is empty or cannot be read.
func (r *reader) root(data []byte) (ast.Node, bool) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.syntax(err)
		return nil, false
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType:
		case root != nil:
			r.fault(doc.Body.GetToken().Position.Line, "", `holds a second document; remove the line "---" and merge the two`)
		default:
			root = doc.Body
		}
	}
	return root, root != nil
}

func (r *reader) syntax(err error) {
	line, remedy := 1, "is not YAML"
	var at yaml.Error
	if errors.As(err, &at) {
		line, remedy = at.GetToken().Position.Line, "is not YAML: "+at.GetMessage()
	}
	r.fault(line, "", remedy)
}

func (r *reader) fault(line int, key, remedy string) {
	r.faults = append(r.faults, Fault{Path: r.path, Line: max(line, 1), Key: key, Remedy: remedy})
}

// lineOf is where a key stands, or the nearest section around it.
func (r *reader) lineOf(key string) int {
	for {
		if line, ok := r.lines[key]; ok {
			return line
		}
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			return 1
		}
		key = key[:dot]
	}
}

// has tells whether something other than "" is written at the key.
func (r *reader) has(key string) bool {
	_, ok := r.lines[key]
	return ok && !r.empty[key]
}

// section is a group of keys.
type section map[string]setting

func (s section) read(r *reader, key string, n ast.Node) {
	m, ok := n.(ast.MapNode)
	if !ok {
		r.fault(n.GetToken().Position.Line, key, "is a section; write its keys beneath it, indented")
		return
	}
	for it := m.MapRange(); it.Next(); {
		at := it.Key().GetToken()
		name := at.Value
		full := strings.TrimPrefix(key+"."+name, ".")
		child, known := s[name]
		if !known {
			r.fault(at.Position.Line, full, s.unknown(name))
			continue
		}
		if it.Value() == nil || it.Value().Type() == ast.NullType {
			continue
		}
		r.lines[full] = at.Position.Line
		if text, err := scalar(it.Value()); err == nil && text == "" {
			r.empty[full] = true
		}
		child.read(r, full, it.Value())
	}
}

func (s section) unknown(name string) string {
	names := slices.Sorted(maps.Keys(s))
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("is not a known key; did you mean %q?", near)
	}
	return "is not a known key; here stand " + strings.Join(names, ", ")
}
