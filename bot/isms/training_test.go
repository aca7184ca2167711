package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestQuestionsAreReadALineEach(t *testing.T) {
	got, bad := isms.ParseQuestions("A link is odd. What now? | Report it | Open it | Wait\n\n  Who gets my password?|Nobody|IT ")
	if bad != 0 || len(got) != 2 || got[0].Answers[0] != "Report it" || got[0].Offered()[0] != "Open it" || got[1].Text != "Who gets my password?" {
		t.Errorf("%+v, line %d", got, bad)
	}
	for text, line := range map[string]int{"no answers": 1, "one | answer": 1, "q|a|b\nq|a|a": 2, "q|a|b|c|d|e|f": 1, "a|b|c\na|b|c\na|b|c\na|b|c\na|b|c\na|b|c": 6, "": 0, " | | ": 1} {
		if _, bad := isms.ParseQuestions(text); bad != line {
			t.Errorf("%q is wrong in line %d, want %d", text, bad, line)
		}
	}
	training := isms.Training{Questions: got, PassMark: 2}
	for _, tc := range []struct {
		given  []string
		right  int
		passed bool
	}{{[]string{"Report it", "Nobody"}, 2, true}, {[]string{"Report it", "IT"}, 1, false}, {nil, 0, false}} {
		if right, passed := training.Passed(tc.given); right != tc.right || passed != tc.passed {
			t.Errorf("%v: %d %v", tc.given, right, passed)
		}
	}
}

func TestAnAudienceIsEveryoneADepartmentOrARole(t *testing.T) {
	people := isms.NewPeople([]*isms.Person{{ID: 1, Department: "IT"}, {ID: 2, Department: "Sales", Roles: []isms.Role{isms.Manager}}, {ID: 3, Department: "IT", Left: true},
		{ID: 4, Roles: []isms.Role{isms.ExternalAuditor}}})
	for words, want := range map[string]int{"Everyone": 2, "it": 1, "manager": 1, "auditor": 0, "nowhere": -1, "": -1} {
		got, ok := isms.InAudience(words, people)
		if ok != (want >= 0) || ok && len(got) != want {
			t.Errorf("%q is %d people, %v", words, len(got), ok)
		}
	}
}

func TestWhenATrainingIsDue(t *testing.T) {
	cal := &isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}}
	yearly, once := &isms.Training{Repeat: "yearly", Joiners: isms.JoinersSoon}, &isms.Training{Joiners: isms.JoinersFirst}
	friday := isms.NewDate(2026, 3, 20)
	for _, c := range []struct {
		t      *isms.Training
		last   isms.Date
		joiner bool
		want   isms.Date
	}{
		{yearly, isms.Date{}, false, isms.NewDate(2026, 4, 3)},
		{yearly, isms.Date{}, true, isms.NewDate(2026, 4, 3)},
		{yearly, isms.NewDate(2025, 11, 3), true, isms.NewDate(2026, 11, 3)}, // they had it lately
		{yearly, isms.NewDate(2024, 1, 10), true, isms.NewDate(2026, 4, 3)},
		{once, isms.Date{}, false, isms.NewDate(2026, 4, 3)},
		{once, isms.Date{}, true, isms.NewDate(2026, 3, 23)}, // before access
	} {
		if got := c.t.DueFor(friday, c.last, c.joiner, cal); got != c.want {
			t.Errorf("%+v, finished %s, joiner %t: %s, want %s", c.t, c.last, c.joiner, got, c.want)
		}
	}
	done := isms.NewDate(2026, 3, 18)
	if yearly.Through(isms.Date{}, friday) || !yearly.Through(done, isms.NewDate(2027, 4, 1)) || yearly.Through(done, isms.NewDate(2027, 4, 2)) || !once.Through(done, isms.NewDate(2036, 1, 1)) {
		t.Error("who finished a yearly training is through with it for a year and the days to do it again")
	}
}

func TestAnExtraTimeCountsForNothing(t *testing.T) {
	yearly := &isms.Training{Repeat: "yearly"}
	last, due := isms.NewDate(2026, 3, 13), isms.NewDate(2027, 3, 30)
	for on, want := range map[isms.Date]bool{isms.NewDate(2026, 3, 20): false, isms.NewDate(2026, 9, 1): false, isms.NewDate(2026, 10, 15): true, isms.NewDate(2027, 4, 5): true} {
		if got := yearly.Counts(on, last, due); got != want {
			t.Errorf("on %s: %t", on, got)
		}
	}
	if !yearly.Counts(isms.NewDate(2026, 3, 20), isms.Date{}, due) || !(&isms.Training{}).Counts(last, last, due) {
		t.Error("the first time always counts")
	}
}
