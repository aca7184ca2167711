package intake

import (
	"fmt"
	"slices"
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

// summary says what the import of a file did, or would do.
type summary struct {
	file    string
	lines   []string // what is to be said beside the counts
	format  exchange.Format
	dryRun  bool
	notices []string
	// The counts are by kind; people are counted under kindPerson.
	created, updated, unchanged map[isms.Kind]int
}

func newSummary(file exchange.Batch) summary {
	return summary{file: file.File, format: file.Format, notices: slices.Clone(file.Notices),
		created: map[isms.Kind]int{}, updated: map[isms.Kind]int{}, unchanged: map[isms.Kind]int{}}
}

// kinds are those that the file had, people first.
func (s *summary) kinds() []isms.Kind {
	var out []isms.Kind
	for _, k := range append([]isms.Kind{kindPerson, kindCampaign, kindAttendance}, isms.Kinds...) {
		if s.created[k]+s.updated[k]+s.unchanged[k] > 0 {
			out = append(out, k)
		}
	}
	return out
}

// changes counts the rows that were new in the register or changed something there.
func (s *summary) changes() int {
	n := 0
	for _, k := range s.kinds() {
		if k == kindCampaign || k == kindAttendance {
			continue
		}
		n += s.created[k] + s.updated[k]
	}
	return n
}

var kindNames = map[isms.Kind][2]string{
	kindPerson: {"person", "people"}, kindCampaign: {"phishing campaign", "phishing campaigns"}, kindAttendance: {"attendance", "attendances"}, isms.Action: {"corrective action", "corrective actions"}, isms.Task: {"task", "tasks"},
	isms.Audit: {"audit", "audits"}, isms.Finding: {"finding", "findings"},
}

// verdict is the whole in one sentence.
func (s *summary) verdict() string {
	var parts []string
	for _, k := range s.kinds() {
		parts = append(parts, s.phrase(k))
	}
	what := strings.Join(parts, "; ")
	if what == "" {
		what = "nothing in it"
	}
	if s.dryRun {
		return fmt.Sprintf("%s would bring: %s. Nothing was written (--dry-run).", s.file, what)
	}
	return fmt.Sprintf("Imported %s: %s.", s.file, what)
}

// phrase is "12 corrective actions new, 3 changed, 185 as before": the noun
// stands once, after the first number.
func (s *summary) phrase(k isms.Kind) string {
	var parts []string
	for _, x := range []struct {
		n    int
		word string
	}{{s.created[k], "new"}, {s.updated[k], "changed"}, {s.unchanged[k], "as before"}} {
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

// body is everything before the verdict.
func (s *summary) body() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, read as %s\n", s.file, s.format)
	for _, k := range s.kinds() {
		fmt.Fprintf(&w, "  %-20s %5d new %5d changed %5d as before\n", kindNames[k][1], s.created[k], s.updated[k], s.unchanged[k])
	}
	for _, line := range s.lines {
		w.WriteString("  " + line + "\n")
	}
	if len(s.notices) > 0 {
		w.WriteString("\nPlease note\n")
		for _, n := range s.notices {
			w.WriteString("  - " + n + "\n")
		}
	}
	w.WriteString("\n")
	return w.String()
}
