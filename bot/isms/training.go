package isms

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxQuestions is how many questions a training asks at most.
const MaxQuestions = 5

const longestAnswer = 70 // characters

// Training is what people learn, and how one sees that they did (7.2).
type Training struct {
	Title     string
	Link      string // empty for one that is held
	Audience  string // "everyone", a department or a role
	Repeat    string
	Questions []Question
	PassMark  int // how many must be right
	Joiners   Joiners
}

// Joiners says when those get a training who join the people whom it is for.
type Joiners string

// The answers. First is for what somebody has to know before they get access.
const (
	JoinersNot   Joiners = ""
	JoinersSoon  Joiners = "soon"
	JoinersFirst Joiners = "first"
)

// trainingDays is how long people have for a training.
const trainingDays = 14

// DueFor is when somebody who is given the training today has to be through
// with it: last is when they finished it last, zero for never.
func (t *Training) DueFor(today, last Date, joiner bool, cal *Calendar) Date {
	if next, ok := NextDue(t.Repeat, last, last); ok && next.After(today.Add(trainingDays)) {
		return cal.OnOrAfter(next)
	}
	if joiner && t.Joiners == JoinersFirst {
		return cal.OnOrAfter(today.Add(1))
	}
	return cal.OnOrBefore(today.Add(trainingDays))
}

// Counts tells whether doing it on that day counts for the time that is due
// then: twice within half a period does not count for the next.
func (t *Training) Counts(on, last, due Date) bool {
	next, again := NextDue(t.Repeat, on, on)
	return last.IsZero() || !again || due.Sub(on) <= next.Sub(on)/2
}

// Through tells whether somebody who finished it last on that day, zero for
// never, is through with it: a training that recurs counts until its next due
// date has passed.
func (t *Training) Through(last, today Date) bool {
	next, again := NextDue(t.Repeat, last, last)
	return !last.IsZero() && (!again || !today.After(next.Add(trainingDays)))
}

// Question has its right answer first; people see the answers in order of the
// alphabet.
type Question struct {
	Text    string
	Answers []string
}

// Offered are the answers in the order in which people see them.
func (q Question) Offered() []string { return slices.Sorted(slices.Values(q.Answers)) }

// ParseQuestions reads a question a line: the text, the right answer and one to
// four wrong ones, with | between them. It returns the number of the first line
// that is none, counted from 1. An answer is an option of a list, so it is short.
func ParseQuestions(text string) (out []Question, bad int) {
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var parts []string
		for _, p := range strings.Split(line, "|") {
			if p = strings.Join(strings.Fields(p), " "); p != "" {
				parts = append(parts, p)
			}
		}
		answers := parts[min(1, len(parts)):]
		distinct := slices.Compact(slices.Sorted(slices.Values(answers)))
		if len(answers) < 2 || len(answers) > 5 || len(distinct) < len(answers) || len(out) == MaxQuestions ||
			slices.ContainsFunc(answers, func(a string) bool { return utf8.RuneCountInString(a) > longestAnswer }) {
			return nil, i + 1
		}
		out = append(out, Question{parts[0], answers})
	}
	return out, 0
}

// Passed counts the right answers and tells whether they are enough.
func (t *Training) Passed(given []string) (right int, passed bool) {
	for i, q := range t.Questions {
		if i < len(given) && given[i] == q.Answers[0] {
			right++
		}
	}
	return right, right >= t.PassMark
}

// InAudience are those whom a training is for: everyone, a department or a
// role, in any case. Whoever has left or only reads is in none. It reports
// false for words that are nobody's.
func InAudience(words string, people *People) ([]*Person, bool) {
	words = strings.ToLower(strings.TrimSpace(words))
	known := words == "everyone" || slices.Contains(Roles, Role(words))
	var out []*Person
	for _, p := range people.All() {
		department := strings.ToLower(p.Department) == words && words != ""
		known = known || department
		if p.Left || onlyReads(p) || !department && words != "everyone" && !p.Is(Role(words)) {
			continue
		}
		out = append(out, p)
	}
	return out, known
}
