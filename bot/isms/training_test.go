package isms_test

import (
	"testing"

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
