package exchange

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ismsbot/bot/isms"
)

var (
	withDots    = regexp.MustCompile(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})$`)
	withSlashes = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})$`)
	yearFirst   = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	serial      = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	midnight    = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?$`)
	dateAndTime = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d`)
)

// readDate reads a cell as a date; an empty one is no date. What could be
// meant in two ways is refused: the hint says how to write it.
func readDate(x cell) (d isms.Date, hint string, ok bool) {
	s := strings.TrimFunc(x.text, isEdge)
	if s == "" {
		return isms.Date{}, "", true
	}
	if m := midnight.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if d, err := isms.ParseDate(s); err == nil && x.kind != errorCell {
		return d, "", true
	}
	return isms.Date{}, dateHint(s, x.kind), false
}

// dateHint says what a text that is no date of ours may have meant.
func dateHint(s string, kind cellKind) string {
	if m := withDots.FindStringSubmatch(s); m != nil {
		return spelled("German date", m[3], m[2], m[1])
	}
	if m := withSlashes.FindStringSubmatch(s); m != nil {
		first, _ := strconv.Atoi(m[1])
		second, _ := strconv.Atoi(m[2])
		switch {
		case first > 12:
			return spelled("day first", m[3], m[2], m[1])
		case second > 12:
			return spelled("US date", m[3], m[1], m[2])
		}
		return "day and month could be either way round: write YYYY-MM-DD"
	}
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return spelled("", m[1], m[2], m[3])
	}
	if m := dateAndTime.FindStringSubmatch(s); m != nil {
		return "without a time: write " + m[1]
	}
	if serial.MatchString(s) {
		return serialHint(s)
	}
	if kind == numberCell {
		return "the cell holds a number: format the column as a date"
	}
	return ""
}

// spelled is the hint for a date whose parts are known, unless there is no such day.
func spelled(what, year, month, day string) string {
	if what != "" {
		what += ": "
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if len(year) == 2 {
		return what + "write YYYY-MM-DD with all four digits of the year"
	}
	date, err := isms.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	if err != nil {
		return what + "there is no such day"
	}
	return what + "write " + date.String()
}

// serialHint is for the number that Excel keeps behind a date.
func serialHint(s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	t, err := excelize.ExcelDateToTime(n, false)
	if err != nil {
		return ""
	}
	return "Excel's number for " + t.Format(time.DateOnly) + ": write that, or format the column as a date"
}
