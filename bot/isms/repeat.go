package isms

import (
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// words are the short ways to say a rule.
var words = map[string]string{
	"daily":     "FREQ=DAILY",
	"weekly":    "FREQ=WEEKLY",
	"monthly":   "FREQ=MONTHLY",
	"quarterly": "FREQ=MONTHLY;INTERVAL=3",
	"yearly":    "FREQ=YEARLY",
}

// What bounds a rule: an obligation repeats at most daily, and no series
// outlives the dates that we read.
const (
	longestRule = 500
	maxInterval = 1000
	maxCount    = 100_000
	lastDueYear = 2200
)

// ParseRepeat checks how something repeats and returns it as it is kept: one
// of the words daily, weekly, monthly, quarterly and yearly, or an RRULE of
// RFC 5545 without its prefix. Rules by the hour, with times or with a start
// of their own, and rules that never come round, are refused. Empty stays empty.
func ParseRepeat(s string) (string, error) {
	s = strings.TrimSpace(s)
	if _, ok := words[strings.ToLower(s)]; ok || s == "" {
		return strings.ToLower(s), nil
	}
	rule := strings.TrimSuffix(strings.TrimPrefix(strings.ToUpper(s), "RRULE:"), ";")
	opt, err := parseRule(rule)
	if err != nil {
		return "", fmt.Errorf("%.60q does not say how it repeats (daily, weekly, monthly, quarterly, yearly or an RRULE): %w", s, err)
	}
	if !plain(opt) {
		// With an interval it depends on the start whether a rule meets a day;
		// without one it is the rule's own fault if it meets none.
		opt.Interval, opt.Count, opt.Until = 1, 0, time.Time{}
		if _, ok := byRule(*opt, NewDate(2000, time.January, 1))(); !ok {
			return "", fmt.Errorf("%.60q never comes round", s)
		}
	}
	return rule, nil
}

// NextDue is the first occurrence after the given day of the series that began
// on seriesStart. Rules by the month or year without a BY part end in a short
// month on its last day. False when the series has ended, or repeat is no rule.
func NextDue(repeat string, seriesStart, after Date) (Date, bool) {
	next, ok := occurrences(repeat, seriesStart)
	for ok {
		d, more := next()
		if !more || d.After(after) {
			return d, more
		}
	}
	return Date{}, false
}

// occurrences steps through a series from its start on.
func occurrences(repeat string, start Date) (next func() (Date, bool), ok bool) {
	rule, word := words[repeat]
	if !word {
		rule = repeat
	}
	opt, err := parseRule(rule)
	if err != nil || start.IsZero() {
		return nil, false
	}
	if plain(opt) {
		return byStep(*opt, start), true
	}
	return byRule(*opt, start), true
}

// parseRule reads a rule and refuses what is not a rule of days or what could
// run away.
func parseRule(rule string) (*rrule.ROption, error) {
	if len(rule) > longestRule || strings.ContainsAny(rule, "\r\n") {
		return nil, fmt.Errorf("one line of at most %d characters is expected", longestRule)
	}
	for _, part := range strings.Split(rule, ";") {
		switch key, _, _ := strings.Cut(part, "="); key {
		case "DTSTART", "BYHOUR", "BYMINUTE", "BYSECOND", "BYEASTER":
			return nil, fmt.Errorf("%s is not used here: the due date says when it begins", key)
		}
	}
	opt, err := rrule.StrToROption(rule)
	if err != nil {
		return nil, err
	}
	switch {
	case opt.Freq > rrule.DAILY:
		return nil, fmt.Errorf("FREQ=%v is more than once a day", opt.Freq)
	case opt.Interval < 0 || opt.Interval > maxInterval || strings.Contains(rule, "INTERVAL=0"):
		return nil, fmt.Errorf("INTERVAL is between 1 and %d", maxInterval)
	case opt.Count < 0 || opt.Count > maxCount || strings.Contains(rule, "COUNT=0"):
		return nil, fmt.Errorf("COUNT is between 1 and %d", maxCount)
	}
	if opt.Interval == 0 {
		opt.Interval = 1
	}
	opt.Dtstart = NewDate(2000, time.January, 1).Time()
	if _, err := rrule.NewRRule(*opt); err != nil { // checks the bounds of the BY parts
		return nil, err
	}
	return opt, nil
}

// plain tells whether the rule has no BY part.
func plain(o *rrule.ROption) bool {
	return len(o.Bysetpos)+len(o.Bymonth)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byweekday) == 0
}

// byStep counts every occurrence from the start, so that a month's end which
// was cut short comes back in the next long month.
func byStep(opt rrule.ROption, start Date) func() (Date, bool) {
	k := 0
	return func() (Date, bool) {
		var d Date
		switch n := k * opt.Interval; opt.Freq {
		case rrule.DAILY:
			d = start.Add(n)
		case rrule.WEEKLY:
			d = start.Add(7 * n)
		case rrule.MONTHLY:
			d = start.AddMonths(n)
		default:
			d = start.AddMonths(12 * n)
		}
		if opt.Count != 0 && k >= opt.Count || ended(opt.Until, d) || d.Time().Year() > lastDueYear {
			return Date{}, false
		}
		k++
		return d, true
	}
}

// The Gregorian calendar repeats itself to the weekday after this many days.
const (
	eraYears = 400
	eraDays  = 146097
)

// byRule leaves the days to the library. It searches for a rule that never
// matches until the year 9999, one step at a time: the series is played in the
// last era before that, which bounds the search to 400 years.
func byRule(opt rrule.ROption, start Date) func() (Date, bool) {
	eras := (rrule.MAXYEAR - start.Time().Year()) / eraYears
	until := opt.Until
	opt.Dtstart, opt.Until = start.Add(eras*eraDays).Time(), time.Time{}
	r, err := rrule.NewRRule(opt)
	if err != nil {
		return func() (Date, bool) { return Date{}, false }
	}
	next := r.Iterator()
	return func() (Date, bool) {
		t, ok := next()
		if !ok {
			return Date{}, false
		}
		d := DateOf(t).Add(-eras * eraDays)
		if ended(until, d) || d.Time().Year() > lastDueYear {
			return Date{}, false
		}
		return d, true
	}
}

// ended tells whether the day is after the series' last.
func ended(until time.Time, d Date) bool { return !until.IsZero() && d.After(DateOf(until)) }

// RepeatWord is the word for how often a rule comes round, whatever the day:
// daily, weekly, monthly, quarterly, half_yearly or yearly; empty where none
// says it.
func RepeatWord(rule string) string {
	if _, ok := words[rule]; ok {
		return rule
	}
	opt, err := parseRule(rule)
	if err != nil || opt.Count > 0 || !opt.Until.IsZero() || len(opt.Byweekday) > 1 || len(opt.Bymonth) > 1 || len(opt.Bymonthday) > 1 {
		return ""
	}
	every := max(opt.Interval, 1)
	switch {
	case opt.Freq == rrule.DAILY && every == 1:
		return "daily"
	case opt.Freq == rrule.WEEKLY && every == 1:
		return "weekly"
	case opt.Freq == rrule.MONTHLY && len(opt.Byweekday)*every > 0 && opt.Byweekday[0].N() == 0:
		return "" // each Monday of a month, say
	case opt.Freq == rrule.MONTHLY:
		return map[int]string{1: "monthly", 3: "quarterly", 6: "half_yearly", 12: "yearly"}[every]
	case opt.Freq == rrule.YEARLY && every == 1:
		return "yearly"
	}
	return ""
}
