package teamsfake

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Plain is what a reader sees in the message, in order. What is hidden until
// somebody unfolds it stands after its row; a button is its title in brackets.
func (m Message) Plain() string {
	var parts []string
	if text := str(m.Activity["text"]); text != "" {
		parts = append(parts, unmark(text))
	}
	for _, a := range objs(m.Activity["attachments"]) {
		switch str(a["contentType"]) {
		case cardType: // m.Card, which may be another than the one in the activity
		case consentType:
			parts = append(parts, str(a["name"]), str(obj(a["content"])["description"]), "[Accept] [Decline]")
		default:
			parts = append(parts, str(a["name"]))
		}
	}
	if m.Card != nil {
		parts = append(parts, PlainCard(m.Card))
	}
	return strings.Join(parts, "\n")
}

// PlainCard is what a reader sees in a card.
func PlainCard(card map[string]any) string {
	return strings.Join(append(blocks(card["body"]), actions(card["actions"])...), "\n")
}

// blocks are the lines of a list of elements.
func blocks(v any) []string {
	var lines []string
	for _, e := range objs(v) {
		shown, hidden := element(e)
		lines = append(append(lines, shown...), hidden...)
	}
	return lines
}

// element is what one element shows, and what it hides.
func element(e Object) (shown, hidden []string) {
	switch kind := str(e["type"]); kind {
	case "TextBlock":
		shown = line(unmark(str(e["text"])))
	case "RichTextBlock":
		shown = line(runs(e["inlines"]))
	case "Image":
		shown = line(str(e["altText"]))
	case "Container":
		shown = blocks(e["items"])
	case "ImageSet":
		shown = blocks(e["images"])
	case "FactSet":
		for _, f := range objs(e["facts"]) {
			shown = append(shown, unmark(str(f["title"]))+": "+unmark(str(f["value"])))
		}
	case "ColumnSet":
		shown, hidden = row(objs(e["columns"]))
	case "Table":
		for _, r := range objs(e["rows"]) {
			one, under := row(objs(r["cells"]))
			shown = append(append(shown, one...), under...)
		}
	case "ActionSet":
		shown = actions(e["actions"])
	default:
		switch {
		case strings.HasPrefix(kind, "Input."):
			shown = line(strings.TrimSpace(str(e["label"]) + ": " + shownValue(e)))
		case strings.HasPrefix(kind, "Chart."):
			shown = chart(e)
		}
	}
	if e["isVisible"] == false {
		return nil, append(shown, hidden...)
	}
	return shown, hidden
}

func line(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// row puts cells of one line side by side, and others below each other.
func row(cells []Object) (shown, hidden []string) {
	single := true
	for _, c := range cells {
		var lines []string
		for _, e := range objs(c["items"]) {
			one, under := element(e)
			lines, hidden = append(lines, one...), append(hidden, under...)
		}
		if c["isVisible"] == false {
			hidden = append(hidden, lines...)
			continue
		}
		single = single && len(lines) <= 1
		shown = append(shown, lines...)
	}
	if single && len(shown) > 1 {
		shown = []string{strings.Join(shown, " | ")}
	}
	return shown, hidden
}

// chart is its title and its bars.
func chart(e Object) []string {
	lines := line(str(e["title"]))
	for _, bar := range objs(e["data"]) {
		lines = append(lines, fmt.Sprintf("%v: %v", bar["x"], bar["y"]))
	}
	return lines
}

// actions are the buttons on one line, then what they unfold.
func actions(v any) []string {
	var titles, under []string
	for _, a := range objs(v) {
		titles = append(titles, "["+str(a["title"])+"]")
		if card := obj(a["card"]); card != nil {
			under = append(under, PlainCard(card))
		}
	}
	return append(line(strings.Join(titles, " ")), under...)
}

// runs are texts without any markup.
func runs(v any) string {
	var b strings.Builder
	for _, x := range list(v) {
		if s := str(x); s != "" {
			b.WriteString(s)
			continue
		}
		b.WriteString(str(obj(x)["text"]))
	}
	return b.String()
}

// link is a Markdown link whose brackets are not escaped.
var link = regexp.MustCompile(`(^|[^\\])\[((?:[^\[\]\\]|\\.)*)\]\(([^()\s]*)\)`)

// unmark is Markdown as it is read: escapes undone, bold and the targets of
// links gone, entities resolved, blanks that do not break like any other.
func unmark(s string) string {
	s = link.ReplaceAllString(s, "$1$2")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && isPunctuation(s[i+1]):
			i++
			b.WriteByte(s[i])
		case strings.HasPrefix(s[i:], "**"):
			i++
		case s[i] == '&':
			end := strings.IndexByte(s[i:], ';') + 1
			b.WriteString(html.UnescapeString(s[i : i+max(end, 1)]))
			i += max(end, 1) - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')
}

// sorted are the members of an object in an order that stays.
func sorted(o Object) []string { return slices.Sorted(maps.Keys(o)) }

// shownValue is what stands in an input at first.
func shownValue(e Object) string {
	value := str(e["value"])
	for _, c := range choicesOf(e) {
		if c.Value == value && value != "" {
			return c.Title
		}
	}
	return value
}
