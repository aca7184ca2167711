package chat

import (
	"slices"
	"strconv"
	"strings"
)

// Text is the card in plain text, in the same order and with the same facts:
// the screen reader's text, the terminal's output. A button is its label in
// brackets, with the page's address behind it where it opens one.
func (c Card) Text() string {
	var w strings.Builder
	for _, b := range c.Blocks {
		writeBlock(&w, b)
	}
	return strings.TrimRight(w.String(), "\n")
}

func writeBlock(w *strings.Builder, b Block) {
	switch b := b.(type) {
	case Text:
		line(w, b.Text)
	case Facts:
		for _, f := range b.Facts {
			line(w, f.Name+": "+f.Value)
		}
	case List:
		for _, r := range b.Rows {
			line(w, rowText(r))
		}
		writeMore(w, b.More)
	case Table:
		line(w, strings.Join(b.Columns, " | "))
		for _, r := range b.Rows {
			line(w, strings.Join(r, " | "))
		}
		writeMore(w, b.More)
	case Chart:
		line(w, b.Title)
		line(w, b.Sentence)
	case Image:
		line(w, "["+b.Alt+"]")
	case Divider:
		line(w, "")
	case Buttons:
		labels := make([]string, 0, len(b.Shown)+len(b.More))
		for _, x := range slices.Concat(b.Shown, b.More) {
			labels = append(labels, buttonText(x))
		}
		line(w, strings.Join(labels, " "))
	case Select:
		labels := make([]string, len(b.Options))
		for i, o := range b.Options {
			labels[i] = o.Label
		}
		line(w, b.Label+": "+strings.Join(labels, ", "))
	}
}

// buttonText is its label, and behind it the page that it opens.
func buttonText(b Button) string {
	if b.URL == "" {
		return "[" + b.Label + "]"
	}
	return "[" + b.Label + "] " + b.URL
}

func rowText(r Row) string {
	s := r.Heading()
	if r.When != "" {
		s += " - " + r.When
	}
	if r.Note != "" {
		s += "\n  " + r.Note
	}
	return s
}

// Heading is the row's first line: its title, a dot, its id.
func (r Row) Heading() string {
	switch {
	case r.ID == "":
		return r.Title
	case r.Title == "":
		return r.ID
	}
	return r.Title + " · " + r.ID
}

func writeMore(w *strings.Builder, n int) {
	if n > 0 {
		line(w, "+ "+strconv.Itoa(n))
	}
}

func line(w *strings.Builder, s string) {
	w.WriteString(s)
	w.WriteByte('\n')
}
