package slackfake

import "strings"

// rich judges a text whose runs are told apart without markup.
func (c *checker) rich(b Object) {
	sections := objs(b["elements"])
	c.want(len(sections) >= 1, "a rich text with nothing in it")
	for _, s := range sections {
		runs := objs(s["elements"])
		c.want(str(s["type"]) == "rich_text_section" && len(runs) >= 1, "a part of a rich text of type %q with %d runs", s["type"], len(runs))
		for _, r := range runs {
			switch kind := str(r["type"]); kind {
			case "text":
			case "link":
				c.page(r)
			default:
				c.fail("a run of type %q", kind)
			}
			c.want(str(r["text"]) != "", "an empty run")
		}
	}
}

// richText is what a person reads in one.
func richText(b Object) string {
	var w strings.Builder
	for _, s := range objs(b["elements"]) {
		for _, r := range objs(s["elements"]) {
			w.WriteString(str(r["text"]))
		}
	}
	return w.String()
}
