package teamsfake

import (
	"encoding/json"
	"strconv"
)

// Object is a JSON object.
type Object = map[string]any

func str(v any) string { s, _ := v.(string); return s }

func obj(v any) Object { o, _ := v.(Object); return o }

func list(v any) []any { l, _ := v.([]any); return l }

func objs(v any) []Object {
	var out []Object
	for _, x := range list(v) {
		if o := obj(x); o != nil {
			out = append(out, o)
		}
	}
	return out
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

func itoa(n int) string { return strconv.Itoa(n) }

// decode turns anything that becomes JSON into what JSON decodes to.
func decode(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &out)
	return out, err
}

// merged is a new object with the members of all, the later ones winning.
func merged(all ...Object) Object {
	out := Object{}
	for _, o := range all {
		for k, v := range o {
			out[k] = v
		}
	}
	return out
}
