package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// settingFunc makes a function a setting.
type settingFunc func(r *reader, key string, n ast.Node)

func (f settingFunc) read(r *reader, key string, n ast.Node) { f(r, key, n) }

// one reads a single value into *into. An error of parse follows the value in
// a sentence: "is not a number; write 5".
func one[T any](into *T, parse func(string) (T, error)) setting {
	return value(func(v T) { *into = v }, parse)
}

func value[T any](keep func(T), parse func(string) (T, error)) setting {
	return settingFunc(func(r *reader, key string, n ast.Node) {
		if v, ok := read(r, key, n, parse); ok {
			keep(v)
		}
	})
}

// many reads a list in the place of *into.
func many[T any](into *[]T, parse func(string) (T, error)) setting {
	return list(func(all []T) { *into = all }, parse)
}

func list[T any](keep func([]T), parse func(string) (T, error)) setting {
	return settingFunc(func(r *reader, key string, n ast.Node) {
		entries, ok := r.entries(key, n)
		if !ok {
			return
		}
		all := make([]T, 0, len(entries))
		for _, e := range entries {
			if v, ok := read(r, key, e, parse); ok {
				all = append(all, v)
			}
		}
		keep(all)
	})
}

// secret reads a value that must never be shown.
func secret(into *Secret) setting {
	return settingFunc(func(r *reader, key string, n ast.Node) {
		if s, ok := r.secret(key, n); ok {
			*into = s
		}
	})
}

func secrets(into *[]Secret) setting {
	return settingFunc(func(r *reader, key string, n ast.Node) {
		entries, _ := r.entries(key, n)
		for _, e := range entries {
			if s, ok := r.secret(key, e); ok && !s.IsZero() {
				*into = append(*into, s)
			}
		}
	})
}

func (r *reader) entries(key string, n ast.Node) ([]ast.Node, bool) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fault(n.GetToken().Position.Line, key, "is a list; write [first, second], or a line with a dash for each")
		return nil, false
	}
	return seq.Values, true
}

func read[T any](r *reader, key string, n ast.Node, parse func(string) (T, error)) (v T, ok bool) {
	line := n.GetToken().Position.Line
	written, err := scalar(n)
	if err != nil {
		r.fault(line, key, err.Error())
		return v, false
	}
	text, err := r.expand(written)
	if err != nil {
		r.fault(line, key, err.Error())
		return v, false
	}
	if v, err = parse(text); err != nil {
		r.fault(line, key, fmt.Sprintf("%q %v", written, err))
		return v, false
	}
	return v, true
}

func (r *reader) secret(key string, n ast.Node) (Secret, bool) {
	line := n.GetToken().Position.Line
	written, err := scalar(n)
	if err != nil {
		r.fault(line, key, err.Error())
		return Secret{}, false
	}
	text, err := r.expand(written)
	switch {
	case err != nil && r.need == SecretsRequired:
		r.fault(line, key, err.Error())
		return Secret{}, false
	case err != nil:
		return Secret{}, false
	case text != "" && text == written:
		r.warnings = append(r.warnings, fmt.Sprintf(
			"%s:%d: %s: the secret stands in the file itself; write ${NAME} to read the environment, or file:PATH", r.path, line, key))
	}
	return Secret{text}, true
}

// scalar is the value as it was written, without its quotes.
func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	case *ast.NullNode:
		return "", nil
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return "", fmt.Errorf("is a single value, not a list or a section")
	}
	return "", fmt.Errorf("is written with an anchor, an alias or a tag; write the value itself")
}

var variable = regexp.MustCompile(`\$\{[^}]*\}?`)

// maxSecretFile bounds what file:PATH reads, so that a wrong path (a device, a
// database) is a fault and not a hang.
const maxSecretFile = 64 << 10

// expand replaces each ${NAME} by the environment's value and file:PATH by the
// file's text without the line ends behind it.
func (r *reader) expand(written string) (text string, err error) {
	text = variable.ReplaceAllStringFunc(written, func(ref string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(ref, "${"), "}")
		value := ""
		if strings.HasSuffix(ref, "}") && name != "" {
			value = r.getenv(name)
		}
		switch {
		case !strings.HasSuffix(ref, "}") || name == "":
			err = fmt.Errorf(`has "${" without a name and "}"; write ${NAME}`)
		case value == "":
			err = fmt.Errorf("the environment variable %s is not set; export it before the start, or write file:PATH", name)
		}
		return value
	})
	if err != nil || !strings.HasPrefix(written, "file:") {
		return text, err
	}
	return readSecretFile(strings.TrimPrefix(text, "file:"))
}

func readSecretFile(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("the file %s cannot be read (%s); check its path and rights", path, reason(err))
	case !info.Mode().IsRegular() || info.Size() > maxSecretFile:
		return "", fmt.Errorf("%s is not a file of at most %d KiB; name the file that holds the value alone", path, maxSecretFile>>10)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the file %s cannot be read (%s); check its path and rights", path, reason(err))
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}
