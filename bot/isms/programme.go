package isms

import (
	"slices"
	"strconv"
	"strings"
)

// Communication is one entry of the built-in year.
type Communication struct {
	// Kind is its word: poster, refresher, certification, story, review.
	Kind   string
	Repeat string // an RRULE; all fall on weekdays
	First  Date
}

// StoryKind is the kind of a planned win story.
const StoryKind = "story"

// builtInYear is for teams without a communications department: a poster a
// month, a refresher a quarter, news of the certification twice a year, a story
// of an attack that was stopped a quarter, and a look at last month's figures.
var builtInYear = []Communication{
	{Kind: "review", Repeat: "FREQ=MONTHLY;BYDAY=1MO"},
	{Kind: "poster", Repeat: "FREQ=MONTHLY;BYDAY=2TU"},
	{Kind: "refresher", Repeat: "FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE"},
	{Kind: StoryKind, Repeat: "FREQ=MONTHLY;INTERVAL=3;BYDAY=3TU"},
	{Kind: "certification", Repeat: "FREQ=MONTHLY;INTERVAL=6;BYDAY=4TU"},
}

// notice is how many days there are at least to prepare the first of each.
const notice = 14

// BuiltInYear is the default communication plan from a day on, by date. Each
// begins within two months, however seldom it comes round.
func BuiltInYear(today Date) []Communication {
	out := make([]Communication, len(builtInYear))
	for i, p := range builtInYear {
		_, day, _ := strings.Cut(p.Repeat, "BYDAY=")
		p.First, _ = NextDue("FREQ=MONTHLY;BYDAY="+day, today, today.Add(notice-1)) // no such rule ends
		out[i] = p
	}
	slices.SortStableFunc(out, func(a, b Communication) int { return a.First.Sub(b.First) })
	return out
}

// LastMonth is the calendar month before the day: its first day and the first
// day after it.
func LastMonth(today Date) (from, to Date) {
	t := today.Time()
	to = NewDate(t.Year(), t.Month(), 1)
	return to.AddMonths(-1), to
}

// The sources of the tasks that the communication plan is made of: what is told
// to people, and the look at last month's figures.
const (
	SourcePlan       = "comms_plan"
	SourcePlanReview = "comms_review"
)

// ProposedWording names what a broadcast about a planned communication of the
// built-in year is to say, for whoever has words to look for: a poster has others
// in each month.
func ProposedWording(kind string, due Date) string {
	if kind == "poster" {
		return "poster_" + strconv.Itoa(int(due.Time().Month()))
	}
	return kind
}
