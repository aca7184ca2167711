package isms_test

import (
	"slices"
	"testing"

	"ismsbot/bot/isms"
)

func TestStagesMoveToWorkingDaysAndAreOvertaken(t *testing.T) {
	c := keeping(t, office(t, "Europe/London"), "GB")
	for _, tc := range []struct {
		name, due, today string
		want             string
		on               string
		overtaken        []string
	}{
		{"nothing two weeks and a day before", "2026-03-19", "2026-03-04", "", "", nil},
		{"two weeks before", "2026-03-19", "2026-03-05", "14", "2026-03-05", nil},
		{"the stage stays until the next", "2026-03-19", "2026-03-11", "14", "2026-03-05", nil},
		{"a week before overtakes two weeks", "2026-03-19", "2026-03-12", "7", "2026-03-12", []string{"14"}},
		{"the day before", "2026-03-19", "2026-03-18", "1", "2026-03-18", []string{"14", "7"}},
		{"the due day", "2026-03-19", "2026-03-19", "0", "2026-03-19", []string{"14", "7", "1"}},
		{"late speaks up on the second working day", "2026-03-19", "2026-03-20", "0", "2026-03-19", []string{"14", "7", "1"}},
		{"late over a weekend", "2026-03-19", "2026-03-23", "late-2", "2026-03-23", []string{"14", "7", "1", "0"}},
		{"late again two working days on", "2026-03-19", "2026-03-25", "late-4", "2026-03-25", []string{"14", "7", "1", "0", "late-2"}},
		{"a Sunday's due day is told on Friday, with the day before", "2026-03-22", "2026-03-20", "0", "2026-03-20", []string{"14", "7", "1"}},
		{"a Monday's day before is told on Friday", "2026-03-23", "2026-03-20", "1", "2026-03-20", []string{"14", "7"}},
		{"Good Friday moves to Thursday", "2026-04-03", "2026-04-02", "0", "2026-04-02", []string{"14", "7", "1"}},
		{"late over Easter", "2026-04-02", "2026-04-08", "late-2", "2026-04-08", []string{"14", "7", "1", "0"}},
	} {
		got, over, _ := isms.DefaultCadence.Reached(day(t, tc.due), c, day(t, tc.today))
		var names []string
		for _, s := range over {
			names = append(names, s.Name)
		}
		if got.Name != tc.want || got.On.String() != tc.on || !slices.Equal(names, tc.overtaken) {
			t.Errorf("%s: %s on %s after %v, want %s on %s after %v", tc.name, got.Name, got.On, names, tc.want, tc.on, tc.overtaken)
		}
	}
	if _, over, _ := isms.DefaultCadence.Reached(day(t, "1990-01-01"), c, day(t, "2026-03-19")); len(over) != 50 {
		t.Errorf("an ancient item names %d overtaken stages", len(over))
	}
	odd := isms.Cadence{Stages: []int{0, 7, 7, -3, 30}}
	if got, over, ok := odd.Reached(day(t, "2026-03-19"), c, day(t, "2026-06-19")); !ok || got.Name != "0" || len(over) != 2 {
		t.Errorf("stages in any order, without lateness: %v after %v", got, over)
	}
}
