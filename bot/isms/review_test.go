package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestTheMedianWaitIsThatOfTheOneInTheMiddle(t *testing.T) {
	h := func(hours ...int) (out []time.Duration) {
		for _, n := range hours {
			out = append(out, time.Duration(n)*time.Hour)
		}
		return out
	}
	for _, c := range []struct {
		waits []time.Duration
		want  time.Duration
		ok    bool
	}{
		{nil, 0, false},
		{h(1, 2, 3, 4), 0, false}, // so few would tell one person's pace
		{h(50, 1, 2, 9, 3), 3 * time.Hour, true},
		{h(8, 1, 2, 4, 3, 90), 3*time.Hour + 30*time.Minute, true},
	} {
		if got, ok := isms.MedianWait(c.waits); got != c.want || ok != c.ok {
			t.Errorf("of %v: %s, %t, want %s", c.waits, got, ok, c.want)
		}
	}
}

func TestReadersAreCountedTogetherOrNotAtAll(t *testing.T) {
	if p, ok := (isms.Readership{Asked: 9, Dated: 8, InTime: 5}).InTimePercent(); p != 63 || !ok {
		t.Errorf("5 of 8 are %d %%, %t", p, ok)
	}
	if _, ok := (isms.Readership{Asked: 9, Dated: 4, InTime: 4}).InTimePercent(); ok {
		t.Error("four people are shown as a share")
	}
	if (isms.Readership{Asked: 4}).Shown() || !(isms.Readership{Asked: 5}).Shown() {
		t.Error("a group is shown from five people on")
	}
	if isms.Share(1, 0) != 0 {
		t.Error("a share of nothing")
	}
}
