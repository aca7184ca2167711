package desk

import (
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// ParseDay reads a day as people type it, at the beginning of words, and
// returns what follows: 2026-03-27, 27 mar, 27 march 2027, today, tomorrow,
// fri, +3d, 3d, +2w, 1m, end of april, next week. German words work as well. A
// date such as 3/4 or 03.04. is not guessed.
func ParseDay(words string, today isms.Date) (d isms.Date, rest string, ok bool) {
	fields := strings.Fields(words)
	for n := min(4, len(fields)); n > 0; n-- { // the longest reading wins
		if d, ok := dayOf(strings.ToLower(strings.Join(fields[:n], " ")), today); ok {
			return d, strings.Join(fields[n:], " "), true
		}
	}
	return isms.Date{}, words, false
}

func dayOf(s string, today isms.Date) (isms.Date, bool) {
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, "on "), "am "), ",")
	switch s {
	case "today", "heute":
		return today, true
	case "tomorrow", "morgen":
		return today.Add(1), true
	case "next week", "nächste woche":
		return today.Add(7 - (int(today.Weekday())+6)%7), true
	}
	if d, err := isms.ParseDate(s); err == nil {
		return d, true
	}
	if d, ok := span(s, today); ok {
		return d, true
	}
	for _, prefix := range []string{"end of ", "ende "} {
		if m, ok := strings.CutPrefix(s, prefix); ok {
			return endOf(m, today)
		}
	}
	if wd, ok := weekdays[s]; ok {
		ahead := (int(wd)-int(today.Weekday())+6)%7 + 1
		return today.Add(ahead), true
	}
	return dayAndMonth(s, today)
}

// span reads "+2w", "3d", "1m" and "2 weeks".
func span(s string, today isms.Date) (isms.Date, bool) {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "+"), " ", "")
	digits := strings.TrimRightFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > 3660 {
		return isms.Date{}, false
	}
	switch s[len(digits):] {
	case "d", "day", "days", "tag", "tage", "t":
		return today.Add(n), true
	case "w", "week", "weeks", "woche", "wochen":
		return today.Add(min(7*n, 3660)), true
	case "m", "month", "months", "monat", "monate":
		return today.AddMonths(min(n, 120)), true
	}
	return isms.Date{}, false
}

func endOf(month string, today isms.Date) (isms.Date, bool) {
	switch month {
	case "month", "the month", "des monats":
		return lastOf(today.Time().Year(), today.Time().Month()), true
	case "year", "the year", "des jahres":
		return isms.NewDate(today.Time().Year(), time.December, 31), true
	case "week", "the week", "der woche":
		return today.Add((12 - int(today.Weekday())) % 7), true
	}
	m, ok := months[month]
	if !ok {
		return isms.Date{}, false
	}
	d := lastOf(today.Time().Year(), m)
	if d.Before(today) {
		d = lastOf(today.Time().Year()+1, m)
	}
	return d, true
}

func lastOf(year int, m time.Month) isms.Date { return isms.NewDate(year, m+1, 0) }

// dayAndMonth reads "27 mar", "27. märz 2027" and "mar 27"; without a year the
// next such day.
func dayAndMonth(s string, today isms.Date) (isms.Date, bool) {
	f := strings.Fields(strings.ReplaceAll(s, ",", " "))
	if len(f) > 0 {
		if _, named := weekdays[strings.TrimSuffix(f[0], ".")]; named {
			f = f[1:]
		}
	}
	if len(f) < 2 || len(f) > 3 {
		return isms.Date{}, false
	}
	if _, ok := months[f[0]]; ok {
		f[0], f[1] = f[1], f[0]
	}
	day, err := strconv.Atoi(strings.TrimSuffix(f[0], "."))
	m, ok := months[strings.TrimSuffix(f[1], ".")]
	if err != nil || !ok || day < 1 || day > 31 {
		return isms.Date{}, false
	}
	year := today.Time().Year()
	if len(f) == 3 {
		if year, err = strconv.Atoi(f[2]); err != nil || year < 1900 || year > 2200 {
			return isms.Date{}, false
		}
	}
	d := isms.NewDate(year, m, day)
	if len(f) == 2 && d.Before(today) {
		d = isms.NewDate(year+1, m, day)
	}
	return d, d.Time().Month() == m
}

var weekdays = map[string]time.Weekday{
	"mon": 1, "monday": 1, "mo": 1, "montag": 1, "tue": 2, "tuesday": 2, "di": 2, "dienstag": 2,
	"wed": 3, "wednesday": 3, "mi": 3, "mittwoch": 3, "thu": 4, "thursday": 4, "do": 4, "donnerstag": 4,
	"fri": 5, "friday": 5, "fr": 5, "freitag": 5, "sat": 6, "saturday": 6, "sa": 6, "samstag": 6,
	"sun": 0, "sunday": 0, "so": 0, "sonntag": 0,
}

var months = map[string]time.Month{
	"jan": 1, "january": 1, "januar": 1, "feb": 2, "february": 2, "februar": 2, "mar": 3, "march": 3, "märz": 3, "mär": 3,
	"apr": 4, "april": 4, "may": 5, "mai": 5, "jun": 6, "june": 6, "juni": 6, "jul": 7, "july": 7, "juli": 7,
	"aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10, "okt": 10, "oktober": 10,
	"nov": 11, "november": 11, "dec": 12, "december": 12, "dez": 12, "dezember": 12,
}
