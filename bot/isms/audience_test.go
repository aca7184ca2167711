package isms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/isms"
)

// audiencePeople are seven: two have left or only read.
func audiencePeople() *isms.People {
	return isms.NewPeople([]*isms.Person{
		{ID: 1, Name: "Grace Adeyemi", Email: "grace@example.com", Department: "Security", Roles: []isms.Role{isms.ISMSManager}},
		{ID: 2, Name: "Lena Vogt", Email: "lena@example.com", Department: "Operations", Roles: []isms.Role{isms.Manager, isms.Staff}},
		{ID: 3, Name: "Jon Reed", Email: "jon@example.com", Department: "Operations", Roles: []isms.Role{isms.Staff}, Zone: "America/New_York"},
		{ID: 4, Name: "Klara Brandt", Email: "klara@example.com", Department: "Legal and Compliance", Language: "de-AT"},
		{ID: 5, Name: "Olga Gone", Email: "olga@example.com", Department: "Operations", Left: true},
		{ID: 6, Name: "Xaver Outside", Email: "xaver@example.com", Department: "Operations", Roles: []isms.Role{isms.ExternalAuditor}},
		{ID: 7, Name: "Jon Reed", Email: "jon2@example.com", Department: "IT", Roles: []isms.Role{isms.Staff}},
	})
}

func TestAnAudienceIsReadAsPeopleTypeIt(t *testing.T) {
	people := audiencePeople()
	facts := isms.AudienceFacts{Zone: "Europe/London", Language: "en", Missing: map[int64]map[isms.PersonID]bool{5: {1: true, 4: true, 5: true}},
		Lists: map[string]map[isms.PersonID]bool{"fire wardens": {2: true, 5: true, 6: true}, "first aid and fire": {1: true}}}
	for text, want := range map[string]string{
		"everyone":                             "1 2 3 4 7",
		"Everybody":                            "1 2 3 4 7",
		"alle außer Operations":                "1 4 7",
		"everyone except Operations, IT":       "1 4",
		"everyone but not jon@example.com":     "1 2 4 7",
		"operations":                           "2 3",
		"Operations and IT":                    "2 3 7",
		"Legal and Compliance":                 "4",
		"Legal and Compliance and IT":          "!refuse.audience",
		"Legal and Compliance, IT":             "4 7",
		"department:IT; role:isms_manager":     "1 7",
		"managers":                             "2",
		"isms manager":                         "1",
		"staff":                                "2 3 4 7",
		"external auditors":                    "6",
		"New York":                             "3",
		"site:London":                          "!refuse.audience",
		"language:de":                          "4",
		"language:en":                          "1 2 3 7",
		"has not acknowledged MSG-5":           "1 4",
		"who has not read msg-5":               "1 4",
		"wer MSG-5 nicht gelesen hat":          "1 4",
		"missing:MSG-5 except Security":        "4",
		"missing:5":                            "1 4",
		"missing:MSG-9":                        "",
		"Klara Brandt, lena@example.com":       "2 4",
		"Jon Reed":                             "!refuse.audience", // two have the name
		"olga@example.com":                     "!refuse.audience",
		"Atlantis":                             "!refuse.audience",
		"":                                     "!refuse.audience_empty",
		" , ":                                  "!refuse.audience_empty",
		"except IT":                            "!refuse.audience_empty",
		"everyone except Atlantis":             "!refuse.audience",
		"role:king":                            "!refuse.audience",
		strings.Repeat("missing:1,", 3) + "IT": "7",
		"person:lena@example.com":              "2",
		"everyone; DROP TABLE broadcasts":      "!refuse.audience",
		"everyone except everyone":             "",
		"list fire wardens":                    "2 6",
		"list:Fire wardens, IT":                "2 6 7",
		"Liste Fire wardens":                   "2 6",
		"list First aid and fire and IT":       "!refuse.audience",
		"list First aid and fire, IT":          "1 7",
		"list Fire wardens and list fire wardens except Operations": "6",
		"everyone except list Fire wardens":                         "1 3 4 7",
		"list Nobody made":                                          "!refuse.audience",
		"Fire wardens":                                              "!refuse.audience",
		manyGroups(51):                                              "!refuse.audience_long",
	} {
		a, r := isms.ParseAudience(text, people, []string{"Fire wardens", "First aid and fire"})
		if wrong, ok := strings.CutPrefix(want, "!"); ok {
			if r == nil || r.Key != wrong {
				t.Errorf("%.40q is %+v, %v, want %s", text, a, r, wrong)
			}
			continue
		}
		if r != nil {
			t.Errorf("%q is refused: %s", text, r.Key)
			continue
		}
		if got := strings.Trim(fmt.Sprint(a.Members(people, facts)), "[]"); got != want {
			t.Errorf("%q means %s, want %s", text, got, want)
		}
	}
}

// Where the people file says where anybody works, their zones say it no more.
func TestASiteIsWhatThePeopleFileSays(t *testing.T) {
	people := audiencePeople()
	people.Get(2).Site, people.Get(4).Site = "Wien", "Leeds"
	facts := isms.AudienceFacts{Zone: "Europe/London", Sites: people.HaveSites()}
	for text, want := range map[string]string{"site:wien": "2", "Leeds": "4", "New York": "!", "site:New York": "!"} {
		a, r := isms.ParseAudience(text, people, nil)
		if (r != nil) != (want == "!") {
			t.Errorf("%q: %v", text, r)
		}
		if got := strings.Trim(fmt.Sprint(a.Members(people, facts)), "[]"); r == nil && got != want {
			t.Errorf("%q means %s, want %s", text, got, want)
		}
	}
	kept := isms.Audience{Groups: []isms.Group{{Kind: isms.OfSite, Value: "New York"}}} // from before
	if got := kept.Members(people, facts); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func manyGroups(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("missing:", i+1)
	}
	return strings.Join(out, ",")
}

func FuzzParseAudience(f *testing.F) {
	f.Add("everyone except Operations and IT, missing:MSG-5")
	people := audiencePeople()
	f.Fuzz(func(t *testing.T, text string) {
		a, r := isms.ParseAudience(text, people, nil)
		if (r == nil) != (len(a.Groups) > 0) {
			t.Errorf("%q: %+v, %v", text, a, r)
		}
		if members := a.Members(people, isms.AudienceFacts{}); slices.Contains(members, 5) {
			t.Error("a leaver is meant")
		}
	})
}

func BenchmarkMembersOf100000(b *testing.B) {
	var all []*isms.Person
	for i := range 100_000 {
		all = append(all, &isms.Person{ID: isms.PersonID(i + 1), Department: fmt.Sprint("D", i%40), Roles: []isms.Role{isms.Staff}})
	}
	people := isms.NewPeople(all)
	a := isms.Audience{Groups: []isms.Group{{Kind: isms.Everyone}}, Except: []isms.Group{{Kind: isms.OfDepartment, Value: "D3"}}}
	for b.Loop() {
		a.Members(people, isms.AudienceFacts{})
	}
}
