package exchange

import (
	"fmt"
	"strconv"
	"strings"

	"ismsbot/bot/isms"
)

// cisoTask makes a task of a task template.
func (r *reader) cisoTask(c *record) {
	f := r.begin(c, isms.Task, sourceCISO)
	it := &f.row.Item
	description := severalLines(c.plain("description"))
	if link := oneLine(c.plain("link")); link != "" {
		description = strings.TrimSpace(description + "\n\n" + link)
	}
	r.describe(f, description)
	it.EvidenceNeeded = shorten(oneLine(c.plain("evidences")), maxShort)
	f.set("evidence_needed", it.EvidenceNeeded)
	r.stand(f, oneLine(c.plain("next_occurrence_status")))
	r.assign(f, splitAssigned(c.plain("assigned_to")))
	s := cisoSchedule{c.date("task_date"), c.date("next_occurrence"), c.date("schedule_end_date")}
	if c.recurs() {
		it.Repeat = c.cisoRule(s)
		f.set("repeat", it.Repeat)
	}
	if it.Repeat != "" {
		r.beginSeries(f, c, s)
	} else {
		r.due(f, s.due())
	}
	if word, _ := cleanLine(c.plain("enabled")); isNo(word) {
		it.Status = isms.Withdrawn
		f.set("status", string(isms.Withdrawn))
		c.notice("task that is not enabled: withdrawn")
	}
	r.take(f)
}

// cisoSchedule is the days of a task template; each may be absent.
type cisoSchedule struct{ first, next, end isms.Date }

func (s cisoSchedule) due() isms.Date {
	if s.next.IsZero() {
		return s.first
	}
	return s.next
}

// beginSeries sets when a recurring task is due next and since when it repeats.
// A series that would be over before its rule-made due date is due on its last day.
func (r *reader) beginSeries(f *foreign, c *record, s cisoSchedule) {
	it := &f.row.Item
	r.due(f, s.due())
	if s.due().IsZero() && !s.end.IsZero() && it.Due.After(s.end) && r.isNew(f) {
		it.Due, it.FirstDue = s.end, s.end
		c.notice("the schedule ends before that, so due on its last day, " + s.end.String())
	}
	if it.SeriesStart = s.first; s.first.IsZero() {
		it.SeriesStart = it.Due
	}
	if it.Status == isms.Closed || it.Status == isms.Withdrawn {
		// What is over is one occurrence; the series goes on.
		it.Status = isms.Open
		f.set("status", string(isms.Open))
	}
}

func (c *record) recurs() bool {
	word := strings.ToLower(oneLine(c.plain("is_recurrent")))
	if word == "" {
		return oneLine(c.plain("schedule_frequency")) != ""
	}
	return word == "yes" || word == "true" || word == "1"
}

func isNo(word string) bool {
	switch strings.ToLower(word) {
	case "no", "false", "0":
		return true
	}
	return false
}

// splitAssigned takes apart the e-mails of those assigned.
func splitAssigned(s string) []string {
	s = strings.ToLower(oneLine(strings.NewReplacer(",", ";", "|", ";").Replace(s)))
	return splitList(s)
}

var (
	cisoFrequencies = []string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
	// cisoDays are counted from Sunday, which is 0 and, in some files, 7.
	cisoDays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}
)

// cisoRule writes a schedule as an RRULE, or as one of our words where it says
// no more than that.
func (c *record) cisoRule(s cisoSchedule) string {
	frequency := word(c, "schedule_frequency", lowerAll(cisoFrequencies), "")
	if frequency == "" {
		if c.isEmpty("schedule_frequency") {
			c.notice("recurrent task without a frequency: taken as a single one")
		}
		return ""
	}
	rule := "FREQ=" + strings.ToUpper(frequency)
	if n := c.numbers("schedule_interval", 1, 1000); len(n) > 0 && n[0] > 1 {
		rule += fmt.Sprintf(";INTERVAL=%d", n[0])
	}
	months, days := c.numbers("schedule_months_of_year", 1, 12), c.byDay(frequency)
	if frequency == "yearly" && len(months) == 0 && days != "" && !s.first.IsZero() {
		// An RRULE would count the weeks of the year, the schedule those of its month.
		months = []int{int(s.first.Time().Month())}
	}
	if len(months) > 0 {
		rule += ";BYMONTH=" + joined(months)
	}
	rule += days
	occurrences := c.numbers("schedule_occurrences", 1, 100_000)
	switch {
	case !s.end.IsZero():
		rule += ";UNTIL=" + s.end.Time().Format("20060102")
		if len(occurrences) > 0 {
			c.notice("schedule with an end and a number of occurrences: the end counts")
		}
	case len(occurrences) > 0:
		rule += fmt.Sprintf(";COUNT=%d", occurrences[0])
	}
	if rule == "FREQ="+strings.ToUpper(frequency) {
		return frequency
	}
	kept, err := isms.ParseRepeat(rule)
	if err != nil {
		c.fault("schedule_frequency", "a schedule that never comes round ("+rule+")", "a schedule with occurrences", "")
	}
	return kept
}

// byDay is the weekdays: every such day of a week, or those of the given weeks
// of a month, where -1 is the last.
func (c *record) byDay(frequency string) string {
	days, weeks := c.numbers("schedule_days_of_week", 0, 7), c.numbers("schedule_weeks_of_month", -1, 5)
	if len(days) == 0 {
		if len(weeks) > 0 {
			c.notice("schedule with weeks of the month but no days: the weeks are left out")
		}
		return ""
	}
	if frequency == "daily" || frequency == "weekly" || len(weeks) == 0 {
		weeks = []int{0}
	}
	var out []string
	for _, week := range weeks {
		for _, day := range days {
			name := cisoDays[day]
			if week != 0 {
				name = strconv.Itoa(week) + name
			}
			out = append(out, name)
		}
	}
	return ";BYDAY=" + strings.Join(out, ",")
}

// numbers reads whole numbers separated by commas.
func (c *record) numbers(column string, least, most int) []int {
	var out []int
	for s := range strings.SplitSeq(strings.ReplaceAll(oneLine(c.plain(column)), "|", ","), ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			c.fault(column, quote(s), fmt.Sprintf("whole numbers from %d to %d", least, most), "")
			continue
		}
		out = append(out, n)
	}
	return out
}

func joined(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

func lowerAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}
