package slackfake

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// What Slack allows, from its reference of Block Kit.
const (
	messageBlocks = 50
	viewBlocks    = 100
)

// checker judges blocks; its first complaint counts.
type checker struct {
	view   bool
	ids    map[string]bool
	tables int
	why    string
}

func (c *checker) fail(format string, args ...any) {
	if c.why == "" {
		c.why = fmt.Sprintf(format, args...)
	}
}

func (c *checker) want(ok bool, format string, args ...any) {
	if !ok {
		c.fail(format, args...)
	}
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// checkBlocks is Slack's word and our reason for refusing the blocks of a
// message or view, both empty where they are fine.
func checkBlocks(v any, view bool) (code, why string) {
	all, isList := v.([]any)
	if !isList {
		return "invalid_blocks_format", "blocks are not a list"
	}
	limit := messageBlocks
	if view {
		limit = viewBlocks
	}
	if len(all) > limit {
		return "invalid_blocks", fmt.Sprintf("%d blocks, at most %d", len(all), limit)
	}
	c := &checker{view: view, ids: map[string]bool{}}
	for i, b := range all {
		c.block(obj(b))
		if c.why != "" {
			return "invalid_blocks", fmt.Sprintf("block %d: %s", i, c.why)
		}
	}
	return "", ""
}

func checkView(v Object, kind string) string {
	c := &checker{view: true, ids: map[string]bool{}}
	c.want(str(v["type"]) == kind, "view type %q, expected %q", v["type"], kind)
	if _, is := v["blocks"].([]any); !is {
		c.fail("a view needs blocks")
	}
	if kind == "modal" {
		c.text(v["title"], "title", true, 24)
		c.optional(v, "submit", 24)
		c.optional(v, "close", 24)
	}
	c.want(runes(str(v["private_metadata"])) <= 3000, "private_metadata is too long")
	c.want(runes(str(v["callback_id"])) <= 255, "callback_id is too long")
	if _, why := checkBlocks(v["blocks"], true); why != "" {
		c.fail("%s", why)
	}
	for _, b := range objs(v["blocks"]) {
		if str(b["type"]) == "input" && v["submit"] == nil && kind == "modal" {
			c.fail("a view with inputs needs submit")
		}
	}
	return c.why
}

func (c *checker) optional(o Object, name string, limit int) {
	if v, there := o[name]; there {
		c.text(v, name, true, limit)
	}
}

// text judges a text object.
func (c *checker) text(v any, name string, plainOnly bool, limit int) {
	o := obj(v)
	kind, text := str(o["type"]), str(o["text"])
	c.want(kind == "plain_text" || kind == "mrkdwn" && !plainOnly, "%s: text type %q", name, kind)
	n := runes(text)
	c.want(n >= 1 && n <= limit, "%s: %d characters, 1 to %d allowed", name, n, limit)
	_, emoji := o["emoji"]
	c.want(!emoji || kind == "plain_text", "%s: emoji is for plain_text", name)
	_, verbatim := o["verbatim"]
	c.want(!verbatim || kind == "mrkdwn", "%s: verbatim is for mrkdwn", name)
	c.want(utf8.ValidString(text) && !strings.ContainsRune(text, 0), "%s: not clean UTF-8", name)
}

func (c *checker) block(b Object) {
	id := str(b["block_id"])
	c.want(runes(id) <= 255, "block_id is too long")
	c.want(id == "" || !c.ids[id], "block_id %q stands twice", id)
	c.ids[id] = true
	switch kind := str(b["type"]); kind {
	case "divider":
	case "section":
		c.section(b)
	case "header":
		c.text(b["text"], "header", true, 150)
	case "image":
		c.image(b)
	case "context":
		c.context(b)
	case "actions":
		c.actions(b)
	case "input":
		c.want(c.view, "input blocks are for views")
		c.text(b["label"], "label", true, 2000)
		c.optional(b, "hint", 2000)
		c.element(obj(b["element"]), true)
	case "table":
		c.table(b)
	case "rich_text":
		c.rich(b)
	default:
		c.fail("unsupported type %q", kind)
	}
}

func (c *checker) section(b Object) {
	_, hasText := b["text"]
	fields := list(b["fields"])
	c.want(hasText || len(fields) > 0, "a section needs text or fields")
	if hasText {
		c.text(b["text"], "section", false, 3000)
	}
	c.want(len(fields) <= 10, "%d fields", len(fields))
	for _, f := range fields {
		c.text(f, "field", false, 2000)
	}
	if a, there := b["accessory"]; there {
		c.element(obj(a), false)
	}
}

func (c *checker) image(b Object) {
	url := str(b["image_url"])
	c.want(strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://"), "image_url %q", url)
	c.want(runes(url) <= 3000, "image_url is too long")
	n := runes(str(b["alt_text"]))
	c.want(n >= 1 && n <= 2000, "alt_text has %d characters", n)
}

func (c *checker) context(b Object) {
	elements := objs(b["elements"])
	c.want(len(elements) >= 1 && len(elements) <= 10, "a context with %d elements", len(elements))
	for _, e := range elements {
		if str(e["type"]) == "image" {
			c.image(e)
			continue
		}
		c.text(e, "context", false, 3000)
	}
}

func (c *checker) actions(b Object) {
	elements := objs(b["elements"])
	c.want(len(elements) >= 1 && len(elements) <= 25, "actions with %d elements", len(elements))
	seen := map[string]bool{}
	for _, e := range elements {
		id := str(e["action_id"])
		c.want(id == "" || !seen[id], "action_id %q stands twice", id)
		seen[id] = true
		c.element(e, false)
	}
}

func (c *checker) table(b Object) {
	c.tables++
	c.want(!c.view, "tables are for messages")
	c.want(c.tables == 1, "more than one table")
	rows := list(b["rows"])
	c.want(len(rows) >= 1 && len(rows) <= 100, "a table with %d rows", len(rows))
	total, width := 0, -1
	for _, r := range rows {
		cells := objs(r)
		c.want(len(cells) >= 1 && len(cells) <= 20, "a table row with %d cells", len(cells))
		c.want(width < 0 || width == len(cells), "table rows of different widths")
		width = len(cells)
		for _, x := range cells {
			c.want(str(x["type"]) == "raw_text", "table cell of type %q", x["type"])
			c.want(str(x["text"]) != "", "an empty table cell")
			total += runes(str(x["text"]))
		}
	}
	c.want(total <= 10_000, "a table with %d characters", total)
}

// element judges an interactive element, of an input block or elsewhere.
func (c *checker) element(e Object, input bool) {
	c.want(runes(str(e["action_id"])) <= 255, "action_id is too long")
	c.optional(e, "placeholder", 150)
	kind := str(e["type"])
	switch kind {
	case "button":
		c.button(e)
	case "overflow":
		c.options(e, 5)
	case "static_select":
		c.options(e, 100)
		c.initial(e)
	case "users_select":
		c.idOrNone(e, "initial_user", "UW")
	case "conversations_select":
		c.idOrNone(e, "initial_conversation", "CGDU")
	case "datepicker":
		if v, there := e["initial_date"]; there {
			_, err := time.Parse(time.DateOnly, str(v))
			c.want(err == nil, "initial_date %q", v)
		}
	case "plain_text_input":
		c.textInput(e)
	case "file_input":
		n, _ := e["max_files"].(float64)
		c.want(c.view && input, "a file_input outside a dialog's input")
		c.want(n >= 1 && n <= 10, "max_files %v", e["max_files"])
	default:
		c.fail("unsupported element %q", kind)
	}
	c.want(input == (kind == "plain_text_input") || kind != "plain_text_input" && kind != "button" && kind != "overflow" || !input,
		"element %q in this place", kind)
}

func (c *checker) button(e Object) {
	c.text(e["text"], "button", true, 75)
	c.want(runes(str(e["value"])) <= 2000, "button value is too long")
	c.page(e)
	if v, there := e["accessibility_label"]; there {
		n := runes(str(v))
		c.want(n >= 1 && n <= 75, "accessibility_label has %d characters", n)
	}
	if v, there := e["style"]; there {
		c.want(v == "primary" || v == "danger", "button style %q", v)
	}
}

func (c *checker) options(e Object, limit int) {
	options := objs(e["options"])
	c.want(len(options) >= 1 && len(options) <= limit, "%s with %d options", e["type"], len(options))
	for _, o := range options {
		c.text(o["text"], "option", str(e["type"]) != "checkboxes", 75)
		n := runes(str(o["value"]))
		c.want(n >= 1 && n <= 150, "option value has %d characters", n)
		_, opens := o["url"]
		c.want(!opens || e["type"] == "overflow", "%s with an option that opens a page", e["type"])
		c.page(o)
	}
}

// page judges the page that a button or a menu's entry opens.
func (c *checker) page(o Object) {
	if url, there := o["url"]; there {
		c.want(strings.HasPrefix(str(url), "https://") && runes(str(url)) <= 3000, "url %q", url)
	}
}

func (c *checker) initial(e Object) {
	first, there := e["initial_option"]
	if !there {
		return
	}
	for _, o := range objs(e["options"]) {
		if o["value"] == obj(first)["value"] && obj(o["text"])["text"] == obj(obj(first)["text"])["text"] {
			return
		}
	}
	c.fail("initial_option is not among the options")
}

func (c *checker) idOrNone(e Object, name, letters string) {
	if v, there := e[name]; there {
		c.want(str(v) != "" && strings.ContainsRune(letters, rune(str(v)[0])), "%s %q", name, v)
	}
}

func (c *checker) textInput(e Object) {
	limit := 3000
	if v, there := e["max_length"].(float64); there {
		limit = int(v)
		c.want(limit >= 1 && limit <= 3000, "max_length %d", limit)
	}
	c.want(runes(str(e["initial_value"])) <= limit, "initial_value is longer than max_length")
}
