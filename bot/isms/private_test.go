package isms_test

import (
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestWhatIsPrivateConcernsItsOwnerAlone(t *testing.T) {
	cal := &isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{true, true, true, true, true, true, true}}
	now := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)
	people := isms.NewPeople([]*isms.Person{{ID: 1, Reachable: true, Roles: []isms.Role{isms.TopManagement}}, {ID: 2, Manager: 1, Reachable: true},
		{ID: 3, Manager: 2, Deputy: 4, Reachable: true}, {ID: 4, Manager: 2, Reachable: true}, {ID: 5, Reachable: true, Roles: []isms.Role{isms.ISMSManager, isms.Auditor}}})
	it := &isms.Item{ID: isms.ItemID{Kind: isms.Task, N: 1}, Owner: 3, Deputy: 4, Due: isms.NewDate(2026, time.January, 5), FirstReminded: isms.NewDate(2026, time.January, 2),
		Status: isms.Open, Severity: isms.Major, Private: true}
	for _, away := range []bool{false, true} {
		people.Get(3).Reachable = !away
		for _, p := range people.All() {
			_, concerned := isms.Consider(it, p, people, func(*isms.Person) *isms.Calendar { return cal }, now, isms.Date{})
			if want := p.ID == 3 && !away; concerned != want {
				t.Errorf("it concerns person %d: %v (owner away: %v)", p.ID, concerned, away)
			}
			_, refused := isms.Standing(it, p, people)
			if owner := p.ID == 3; (refused == nil) != owner || isms.CanSee(it, p, people) != owner {
				t.Errorf("person %d may answer or see: %v %v", p.ID, refused == nil, isms.CanSee(it, p, people))
			}
			if r := isms.CanEdit(it, p, people, "due"); r == nil || (r.Code == isms.NotFound) == (p.ID == 3) {
				t.Errorf("person %d may change it: %v", p.ID, r)
			}
			if r := isms.CanNudge(it, p, people); r == nil {
				t.Errorf("person %d may ask about it", p.ID)
			}
		}
	}
}
