package intake_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Four people: 1 can be written to, 2 cannot, 3 has left, 4 cannot and has 1 as a deputy.
func fourPeople() *isms.People {
	return isms.NewPeople([]*isms.Person{{ID: 1, Reachable: true}, {ID: 2}, {ID: 3, Reachable: true, Left: true}, {ID: 4, Deputy: 1}})
}

func action(n int64, owner isms.PersonID, due string) *storage.Record {
	return &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action, N: n}, Owner: owner, Due: date(due), Status: isms.Open}}
}

func date(s string) isms.Date {
	if s == "" {
		return isms.Date{}
	}
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWhatTheRegisterShows(t *testing.T) {
	finding := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Finding, N: 1}, Status: isms.Open}}
	closed := action(1, 0, "2026-03-02")
	closed.Status = isms.Closed
	deputised := action(1, 2, "2026-04-01")
	deputised.Deputy = 1
	// Fills weeks from 6 April on: so many items each, all of person 1.
	weeks := func(sizes ...int) (out []*storage.Record) {
		for w, size := range sizes {
			for range size {
				out = append(out, action(int64(len(out)+1), 1, date("2026-04-08").Add(7*w).String()))
			}
		}
		return out
	}
	for name, tc := range map[string]struct {
		items []*storage.Record
		want  []string
	}{
		"an empty register shows nothing":                {nil, nil},
		"what is closed is past":                         {[]*storage.Record{closed}, nil},
		"a finding needs no owner and no date":           {[]*storage.Record{finding}, nil},
		"an action needs both":                           {[]*storage.Record{action(1, 0, "")}, []string{"unowned [CA-1]", "undated [CA-1]"}},
		"who has left owns nothing":                      {[]*storage.Record{action(1, 3, "2026-04-01")}, []string{"left [CA-1]"}},
		"a deputy of the item can be written to":         {[]*storage.Record{deputised}, nil},
		"a deputy of the owner can be written to":        {[]*storage.Record{action(1, 4, "2026-04-01")}, nil},
		"one person is counted once":                     {[]*storage.Record{action(1, 2, "2026-04-01"), action(2, 2, "2026-04-01")}, []string{"unreached [CA-1 CA-2] of 1"}},
		"today is not late, and yesterday is":            {[]*storage.Record{action(1, 1, "2026-03-16"), action(2, 1, "2026-03-15")}, []string{"late [CA-2]"}},
		"a Saturday is a day off":                        {[]*storage.Record{action(1, 1, "2026-04-11")}, []string{"day_off [CA-1]"}},
		"two a week are no peak":                         {weeks(2), nil},
		"three of one person are":                        {weeks(3), []string{"peak_person [CA-1 CA-2 CA-3] 1 2026-04-06"}},
		"a Sunday belongs to the week before it":         {[]*storage.Record{action(1, 1, "2026-04-06"), action(2, 1, "2026-04-08"), action(3, 1, "2026-04-12")}, []string{"peak_person [CA-1 CA-2 CA-3] 1 2026-04-06", "day_off [CA-3]"}},
		"five of several people are everybody's":         {append(weeks(2), action(3, 4, "2026-04-06"), action(4, 4, "2026-04-07"), action(5, 0, "2026-04-10")), []string{"unowned [CA-5]", "peak [CA-1 CA-2 CA-3 CA-4 CA-5] 0 2026-04-06"}},
		"one person's peak is not everybody's as well":   {weeks(5), []string{"peak_person [CA-1 CA-2 CA-3 CA-4 CA-5] 1 2026-04-06"}},
		"three peaks are named, highest and early first": {weeks(3, 3, 4, 3), []string{"peak_person [CA-7 CA-8 CA-9 CA-10] 1 2026-04-20", "peak_person [CA-1 CA-2 CA-3] 1 2026-04-06", "peak_person [CA-4 CA-5 CA-6] 1 2026-04-13"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range intake.Discover(tc.items, fourPeople(), office, monday.Time().Add(9*time.Hour)) {
				line := fmt.Sprint(d.Key, " ", d.Items)
				if d.People > 0 {
					line += fmt.Sprint(" of ", d.People)
				}
				if !d.Day.IsZero() {
					line += fmt.Sprint(" ", d.Person, " ", d.Day)
				}
				got = append(got, line)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}
