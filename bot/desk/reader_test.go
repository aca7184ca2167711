package desk_test

import (
	"testing"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

func TestPeopleAreFoundByWhatTheyAreCalled(t *testing.T) {
	r := desk.Reader{People: isms.NewPeople([]*isms.Person{
		{ID: 1, Name: "Jon Reed", Email: "jon@example.com"}, {ID: 2, Name: "Jon Lind", Email: "jl@example.com"},
		{ID: 3, Name: "İbrahim Öz", Email: "io@example.com"}, {ID: 4, Name: "Ann", Email: "ann@example.com"}, {ID: 5, Name: "Anna Holm", Email: "ah@example.com"},
		{ID: 6, Name: "Mia Gone", Email: "mia@example.com", Left: true}})}
	for word, want := range map[string]isms.PersonID{"jon@example.com": 1, "jon lind": 2, "jon": 0, "ibrahim": 3, "ibrahim öz": 3, "ann": 4, "anna": 5, "an": 0, "mia": 0, "Ann": 0} {
		var got isms.PersonID
		if p := r.Named(word); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("%q is %d, not %d", word, got, want)
		}
	}
}
