package teamsfake

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

const (
	cardType    = "application/vnd.microsoft.card.adaptive"
	consentType = "application/vnd.microsoft.teams.card.file.consent"
	fileType    = "application/vnd.microsoft.teams.card.file.info"

	cardVersion = "1.5"
	maxCard     = 25 * 1024
)

// CheckCard says everything that is wrong with a card, which is anything that
// becomes an Adaptive Card as JSON.
func CheckCard(card any) []string {
	v, err := decode(card)
	if err != nil {
		return []string{err.Error()}
	}
	return checkCard(obj(v), nil)
}

// CheckActivity says everything that is wrong with a message and its cards.
func CheckActivity(activity any) []string {
	v, err := decode(activity)
	if err != nil {
		return []string{err.Error()}
	}
	return checkActivity(obj(v))
}

func checkActivity(in Object) []string {
	var all []string
	mentions := mentionsIn(in["entities"])
	if text := str(in["text"]); pretends(text, mentions) {
		all = append(all, fmt.Sprintf("text with a mention that is none: %q", text))
	}
	for _, a := range objs(in["attachments"]) {
		switch kind := str(a["contentType"]); kind {
		case cardType:
			if strings.TrimSpace(str(in["summary"])) == "" {
				all = append(all, "a card without the summary that notifications need")
			}
			all = append(all, checkCard(obj(a["content"]), mentions)...)
		case consentType, fileType:
			if str(a["name"]) == "" {
				all = append(all, kind+" without a name")
			}
		default:
			all = append(all, fmt.Sprintf("an attachment of type %q", kind))
		}
	}
	return all
}

// checker judges a card.
type checker struct {
	mentions []string
	ids      map[string]bool
	targets  []string
	all      []string
}

func (c *checker) want(ok bool, format string, args ...any) {
	if !ok {
		c.all = append(c.all, "card: "+fmt.Sprintf(format, args...))
	}
}

func checkCard(card Object, mentions []string) []string {
	c := &checker{mentions: mentions, ids: map[string]bool{}}
	c.want(str(card["type"]) == "AdaptiveCard", "type %q", card["type"])
	c.want(str(card["version"]) == cardVersion, "version %q, expected %q", card["version"], cardVersion)
	if data, err := json.Marshal(card); err != nil || len(data) > maxCard {
		c.want(false, "%d bytes, at most %d", len(data), maxCard)
	}
	c.mentions = append(c.mentions, mentionsIn(obj(card["msteams"])["entities"])...)
	c.visit(card)
	for _, id := range c.targets {
		c.want(c.ids[id], "an action toggles %q, which is not there", id)
	}
	return c.all
}

// visit judges an object and everything in it, except what an action carries,
// what stands in for it, and what no reader sees.
func (c *checker) visit(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			c.visit(x)
		}
	case Object:
		c.element(v)
		for _, name := range sorted(v) {
			if name != "data" && name != "msteams" && name != "fallback" && name != "refresh" {
				c.visit(v[name])
			}
		}
	}
}

func (c *checker) element(o Object) {
	kind := str(o["type"])
	if id := str(o["id"]); id != "" {
		c.want(!c.ids[id], "id %q stands twice", id)
		c.ids[id] = true
	}
	switch {
	case strings.HasPrefix(kind, "Action."):
		c.action(o)
	case strings.HasPrefix(kind, "Input."):
		c.want(str(o["id"]) != "", "%s without an id", kind)
		c.want(str(o["label"]) != "", "%s %q without a label", kind, o["id"])
	case kind == "Image":
		c.want(str(o["url"]) != "", "Image without a url")
		c.want(str(o["altText"]) != "", "Image %q without altText", o["url"])
	case kind == "TextBlock":
		c.text(kind, str(o["text"]))
	case kind == "FactSet":
		for _, f := range objs(o["facts"]) {
			c.text("Fact", str(f["title"]))
			c.text("Fact", str(f["value"]))
		}
	}
}

func (c *checker) text(kind, text string) {
	c.want(!pretends(text, c.mentions), "%s with a mention that is none: %q", kind, text)
}

func (c *checker) action(a Object) {
	kind := str(a["type"])
	c.want(str(a["title"]) != "", "%s without a title", kind)
	switch kind {
	case "Action.OpenUrl":
		c.want(strings.HasPrefix(str(a["url"]), "https://"), "Action.OpenUrl with the url %q", a["url"])
	case "Action.ToggleVisibility":
		for _, t := range list(a["targetElements"]) {
			id := str(t)
			if o := obj(t); o != nil {
				id = str(o["elementId"])
			}
			c.targets = append(c.targets, id)
		}
	case "Action.Execute":
		f := obj(a["fallback"])
		c.want(str(f["type"]) == "Action.Submit", "Action.Execute %q without a fallback Action.Submit", a["title"])
		if f != nil {
			c.want(str(f["title"]) != "", "the fallback of %q without a title", a["title"])
			c.want(sameData(a["data"], f["data"]), "the fallback of %q with other data", a["title"])
		}
	}
}

// sameData compares what two actions carry, apart from what is for the client.
func sameData(a, b any) bool {
	clean := func(v any) Object {
		o := merged(obj(v))
		delete(o, "msteams")
		delete(o, "msTeams")
		return o
	}
	return reflect.DeepEqual(clean(a), clean(b))
}

// mentionsIn are the texts that the entities declare to be mentions.
func mentionsIn(entities any) []string {
	var out []string
	for _, e := range objs(entities) {
		if str(e["type"]) == "mention" {
			out = append(out, str(e["text"]))
		}
	}
	return out
}

// pretends tells whether a text has an <at> that is neither escaped nor one of
// the declared mentions.
func pretends(text string, mentions []string) bool {
	lower := strings.ToLower(text)
	for from := 0; ; {
		i := strings.Index(lower[from:], "<at")
		if i < 0 {
			return false
		}
		at := from + i
		from = at + len("<at")
		if !strings.HasPrefix(lower[from:], ">") && !strings.HasPrefix(lower[from:], " ") || escapedAt(lower, at) {
			continue
		}
		if !slices.ContainsFunc(mentions, func(m string) bool {
			return m != "" && len(lower) == len(text) && strings.HasPrefix(text[at:], m)
		}) {
			return true
		}
	}
}

// escapedAt tells whether an odd number of backslashes stands before i.
func escapedAt(text string, i int) bool {
	n := 0
	for i > n && text[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}
