package exchange

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// poamKey is the top of an OSCAL plan of action and milestones.
const poamKey = "plan-of-action-and-milestones"

// The parts of the plan that are read (OSCAL 1.0 and 1.1, model POA&M).
type (
	poam struct {
		Risks        []poamRisk
		Observations []poamObservation
		Items        []poamItem `json:"poam-items"`
	}
	poamItem struct {
		UUID, Title, Description, Remarks string
		Risks                             []poamLink `json:"related-risks"`
		AssociatedRisks                   []poamLink `json:"associated-risks"` // before 1.0.2
		Observations                      []poamLink `json:"related-observations"`
	}
	poamLink struct {
		Risk        string `json:"risk-uuid"`
		Observation string `json:"observation-uuid"`
	}
	poamRisk struct {
		UUID, Title, Statement, Status, Deadline string
		Characterizations                        []struct {
			Facets []struct{ Name, Value string }
		}
		Remediations []struct{ Tasks []poamTask }
	}
	poamTask struct {
		Type, Title, Description string
		Timing                   struct {
			On     struct{ Date string }       `json:"on-date"`
			Within struct{ Start, End string } `json:"within-date-range"`
		}
	}
	poamObservation struct{ UUID, Collected string }
)

// readOSCAL reads a plan: each of its items is a finding with an action.
func (r *reader) readOSCAL(data []byte) error {
	r.batch.Format = OSCAL
	var file map[string]*poam
	if err := json.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("this is not an OSCAL plan of action and milestones as NIST describes it: %w", err)
	}
	plan := file[poamKey]
	if plan == nil {
		return fmt.Errorf("%q is empty", poamKey)
	}
	risks, observations := map[string]*poamRisk{}, map[string]*poamObservation{}
	for i := range plan.Risks {
		risks[plan.Risks[i].UUID] = &plan.Risks[i]
	}
	for i := range plan.Observations {
		observations[plan.Observations[i].UUID] = &plan.Observations[i]
	}
	seen := map[string]int{}
	for i := range plan.Items {
		item := &plan.Items[i]
		if other, ok := seen[item.UUID]; ok && item.UUID != "" {
			r.oscalFault(i+1, "uuid", quote(item.UUID), "each uuid once", fmt.Sprintf("entry %d has it too", other))
		}
		seen[item.UUID] = i + 1
		r.readPlanItem(item, i+1, risks, observations)
	}
	return nil
}

func (r *reader) oscalFault(entry int, column, found, expected, hint string) {
	r.faults.add(Fault{r.batch.File, "", r.unit, entry, column, found, expected, hint})
}

// readPlanItem makes a finding and an action of an item of the plan and the
// risks and observations that it names.
func (r *reader) readPlanItem(item *poamItem, entry int, allRisks map[string]*poamRisk, allObservations map[string]*poamObservation) {
	title := oneLine(item.Title)
	if title == "" {
		title = oneLine(item.Description) // the title is optional
	}
	if title == "" {
		r.oscalFault(entry, "title", "nothing", "a title", "")
	}
	if short := shorten(title, maxLine); short != title {
		r.notices.add("", entry, fmt.Sprintf("the title was cut at %d characters", maxLine))
		title = short
	}
	ref := oneLine(item.UUID)
	if !isASCII(ref) || strings.HasPrefix(ref, idMark) || len(ref) > maxLine {
		r.oscalFault(entry, "uuid", quote(ref), "a UUID", "")
	}
	risks := r.related(item, entry, allRisks)
	finding := newForeign("", entry, isms.Finding)
	r.name(finding, ref, title, sourceOSCAL)
	r.rate(finding, severityOf(risks))
	r.stand(finding, statusOf(risks))
	r.describe(finding, findingText(item, risks))
	if found := r.collected(item, entry, allObservations); !found.IsZero() {
		finding.row.Item.FoundOn = found
		finding.set("found_on", found.String())
	}
	r.take(finding)

	action := r.answering(finding)
	text, due := r.actionText(item, entry, risks)
	r.describe(action, text)
	r.assign(action, nil)
	r.due(action, due)
	r.take(action)
}

// related gives the risks that the item names. One that the plan does not have is noted.
func (r *reader) related(item *poamItem, entry int, all map[string]*poamRisk) []*poamRisk {
	var out []*poamRisk
	for _, link := range append(append([]poamLink(nil), item.Risks...), item.AssociatedRisks...) {
		risk, ok := all[link.Risk]
		if !ok {
			r.notices.add("", entry, "the risk "+quote(link.Risk)+" is not in the file; its deadline and milestones, if any, are missing")
			continue
		}
		out = append(out, risk)
	}
	return out
}

// collected is when the oldest observation was made that the item names.
func (r *reader) collected(item *poamItem, entry int, all map[string]*poamObservation) isms.Date {
	var first isms.Date
	for _, link := range item.Observations {
		o, ok := all[link.Observation]
		if !ok {
			r.notices.add("", entry, "the observation "+quote(link.Observation)+" is not in the file")
			continue
		}
		if d := r.day(entry, "collected", o.Collected); !d.IsZero() && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return first
}

// severityOf takes how grave the risks are said to be; without that, the
// gravest impact.
func severityOf(risks []*poamRisk) string {
	order := []string{"", "info", "very-low", "low", "moderate", "medium", "high", "very-high", "critical"}
	rank := func(word string) int {
		for i, w := range order {
			if w == word {
				return i
			}
		}
		return 0
	}
	stated, impact := "", ""
	for _, risk := range risks {
		for _, c := range risk.Characterizations {
			for _, f := range c.Facets {
				value := strings.ToLower(strings.TrimSpace(f.Value))
				switch strings.ToLower(f.Name) {
				case "severity", "risk", "risk-level", "priority":
					if rank(value) > rank(stated) {
						stated = value
					}
				case "impact":
					if rank(value) > rank(impact) {
						impact = value
					}
				}
			}
		}
	}
	if stated != "" {
		return stated
	}
	return impact
}

// statusOf is closed when all the risks are, else that of one that is not.
func statusOf(risks []*poamRisk) string {
	status := ""
	for _, risk := range risks {
		if status == "" || status == "closed" || risk.Status == "remediating" {
			status = risk.Status
		}
	}
	return status
}

func findingText(item *poamItem, risks []*poamRisk) string {
	parts := []string{item.Description}
	for _, risk := range risks {
		parts = append(parts, risk.Title, risk.Statement)
	}
	return joinParts(append(parts, item.Remarks))
}

// actionText is the item's description with its deadlines and milestones, and
// the due date: the earliest deadline or, without one, the last milestone's end.
func (r *reader) actionText(item *poamItem, entry int, risks []*poamRisk) (string, isms.Date) {
	parts := []string{item.Description}
	var due, last isms.Date
	for _, risk := range risks {
		if d := r.day(entry, "deadline", risk.Deadline); !d.IsZero() {
			parts = append(parts, "Deadline: "+d.String())
			if due.IsZero() || d.Before(due) {
				due = d
			}
		}
		for _, remediation := range risk.Remediations {
			for _, task := range remediation.Tasks {
				text, end := r.milestone(entry, task)
				parts = append(parts, text)
				if end.After(last) {
					last = end
				}
			}
		}
	}
	if due.IsZero() && !last.IsZero() {
		r.notices.add("", entry, "action without a deadline: due when its last milestone ends, on "+last.String())
		due = last
	}
	return joinParts(parts), due
}

// milestone is a planned step in words, and the day on which it ends.
func (r *reader) milestone(entry int, task poamTask) (string, isms.Date) {
	start, end := r.day(entry, "start", task.Timing.Within.Start), r.day(entry, "end", task.Timing.Within.End)
	if d := r.day(entry, "date", task.Timing.On.Date); !d.IsZero() {
		end = d
	}
	text := "Milestone: " + oneLine(task.Title)
	switch {
	case !start.IsZero() && !end.IsZero():
		text += " (" + start.String() + " to " + end.String() + ")"
	case !end.IsZero():
		text += " (" + end.String() + ")"
	}
	return joinParts([]string{text, task.Description}), end
}

// day is the civil date of an instant in the zone that it is written in.
func (r *reader) day(entry int, column, s string) isms.Date {
	if s == "" {
		return isms.Date{}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
			return isms.DateOf(t)
		}
	}
	r.oscalFault(entry, column, quote(s), "a date like 2026-12-31T17:00:00Z", "")
	return isms.Date{}
}

func joinParts(parts []string) string {
	var kept []string
	for _, p := range parts {
		if p = severalLines(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}
