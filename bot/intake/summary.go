package intake

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

// Summary says what an import did, or would do.
type Summary struct {
	File   string
	Format exchange.Format
	DryRun bool
	// The counts are by kind; people are counted under "person".
	Created, Updated, Unchanged map[isms.Kind]int
	Notices                     []string
	// Found is what the register as it stands now shows, empty where the
	// import changed nothing.
	Found []Finding
}

// Finding is one thing that somebody should look at, and the next step.
type Finding struct{ Text, Next string }

func newSummary(file exchange.Batch) Summary {
	return Summary{File: file.File, Format: file.Format, Created: map[isms.Kind]int{}, Updated: map[isms.Kind]int{}, Unchanged: map[isms.Kind]int{},
		Notices: slices.Clone(file.Notices)}
}

// kinds are those that the file had, people first.
func (s *Summary) kinds() []isms.Kind {
	var out []isms.Kind
	for _, k := range append([]isms.Kind{kindPerson}, isms.Kinds...) {
		if s.Created[k]+s.Updated[k]+s.Unchanged[k] > 0 {
			out = append(out, k)
		}
	}
	return out
}

// changes counts the rows that were new or changed something.
func (s *Summary) changes() int {
	n := 0
	for _, k := range s.kinds() {
		n += s.Created[k] + s.Updated[k]
	}
	return n
}

var kindNames = map[isms.Kind][2]string{
	kindPerson: {"person", "people"}, isms.Action: {"corrective action", "corrective actions"}, isms.Task: {"task", "tasks"},
	isms.Audit: {"audit", "audits"}, isms.Finding: {"finding", "findings"},
}

// Verdict is the whole in one sentence.
func (s Summary) Verdict() string {
	var parts []string
	for _, k := range s.kinds() {
		parts = append(parts, s.phrase(k))
	}
	what := strings.Join(parts, "; ")
	if what == "" {
		what = "nothing in it"
	}
	if s.DryRun {
		return fmt.Sprintf("%s would bring: %s. Nothing was written (--dry-run).", s.File, what)
	}
	return fmt.Sprintf("Imported %s: %s.", s.File, what)
}

// phrase is "12 corrective actions new, 3 changed, 185 as before": the noun
// stands once, after the first number.
func (s *Summary) phrase(k isms.Kind) string {
	var parts []string
	for _, x := range []struct {
		n    int
		word string
	}{{s.Created[k], "new"}, {s.Updated[k], "changed"}, {s.Unchanged[k], "as before"}} {
		switch {
		case x.n == 0:
		case len(parts) > 0:
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.word))
		default:
			parts = append(parts, countOf(x.n, kindNames[k][0], kindNames[k][1])+" "+x.word)
		}
	}
	return strings.Join(parts, ", ")
}

// String is the summary as it is printed.
func (s Summary) String() string {
	var w strings.Builder
	w.WriteString(s.body())
	w.WriteString(s.Verdict() + "\n")
	return w.String()
}

// WriteTo prints the summary, the verdict last.
func (s Summary) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, s.String())
	return int64(n), err
}

// body is everything before the verdict.
func (s *Summary) body() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, read as %s\n", s.File, s.Format)
	for _, k := range s.kinds() {
		fmt.Fprintf(&w, "  %-20s %5d new %5d changed %5d as before\n", kindNames[k][1], s.Created[k], s.Updated[k], s.Unchanged[k])
	}
	if len(s.Notices) > 0 {
		w.WriteString("\nPlease note\n")
		for _, n := range s.Notices {
			w.WriteString("  - " + n + "\n")
		}
	}
	w.WriteString(foundText(s.Found))
	w.WriteString("\n")
	return w.String()
}

func foundText(found []Finding) string {
	if len(found) == 0 {
		return ""
	}
	var w strings.Builder
	w.WriteString("\nWhat I found\n")
	for _, f := range found {
		w.WriteString("  - " + f.Text + "\n    " + f.Next + "\n")
	}
	return w.String()
}
