package isms_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ismsbot/bot/isms"
)

func TestRatesAreOfThoseWhoWereSentTheTest(t *testing.T) {
	p := isms.Phished{Sent: 40, Reported: 13, Clicked: 8, Submitted: 1}
	for n, want := range map[int]int{p.Reported: 33, p.Clicked: 20, p.Submitted: 3, 0: 0, 40: 100} {
		if got := p.Percent(n); got != want {
			t.Errorf("%d of 40 are %d %%, want %d", n, got, want)
		}
	}
	if (isms.Phished{}).Percent(0) != 0 || (isms.Phished{Sent: 4}).Shown() || !(isms.Phished{Sent: 5}).Shown() {
		t.Error("a small group is shown, or an empty one has a rate")
	}
}

func TestDepartmentsAreShownFromFivePeopleOn(t *testing.T) {
	p := func(sent, reported int) isms.Phished { return isms.Phished{Sent: sent, Reported: reported} }
	for _, tc := range []struct {
		name string
		by   map[string]isms.Phished
		want []isms.PhishedGroup
	}{
		{"departments are not ranked and small ones stand together",
			map[string]isms.Phished{"Sales": p(20, 15), "IT": p(10, 6), "Board": p(3, 1), "": p(4, 0)},
			[]isms.PhishedGroup{{"IT", p(10, 6)}, {"Sales", p(20, 15)}, {"", p(7, 1)}}},
		{"a rest of a few could be found by taking away, so the smallest joins it",
			map[string]isms.Phished{"IT": p(10, 6), "Sales": p(20, 5), "Legal": p(6, 1), "Board": p(2, 1)},
			[]isms.PhishedGroup{{"IT", p(10, 6)}, {"Sales", p(20, 5)}, {"", p(8, 2)}}},
		{"one group says no more than the whole", map[string]isms.Phished{"IT": p(10, 6)}, nil},
		{"nor do two of which one is small", map[string]isms.Phished{"IT": p(10, 6), "Board": p(2, 0)}, nil},
		{"all small", map[string]isms.Phished{"A": p(4, 0), "B": p(4, 4)}, nil},
		{"nobody", nil, nil},
	} {
		if diff := cmp.Diff(tc.want, isms.PhishedGroups(tc.by)); diff != "" {
			t.Errorf("%s:\n%s", tc.name, diff)
		}
	}
}

func TestNoFigureOfFewerThanFivePeopleCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := map[string]isms.Phished{}
		whole := 0
		for _, d := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"", "A", "B", "C", "D", "E"}), rapid.ID).Draw(t, "departments") {
			n := rapid.IntRange(0, 12).Draw(t, d)
			by[d] = isms.Phished{Sent: n, Reported: rapid.IntRange(0, n).Draw(t, d+" reported")}
			whole += n
		}
		shown := isms.PhishedGroups(by)
		for _, g := range shown {
			whole -= g.Sent
			if g.Sent < isms.SmallestGroup {
				t.Fatalf("%+v is shown", g)
			}
		}
		if len(shown) > 0 && whole != 0 {
			t.Fatalf("%d people are in no group of %+v", whole, shown)
		}
	})
}
