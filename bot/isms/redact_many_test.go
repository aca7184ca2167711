package isms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/isms"
)

// A story is looked through where nobody else can write: not for seconds because
// thousands share the first names in it.
func TestManyNamesakesHoldNobodyUp(t *testing.T) {
	var firsts []string
	for i := range 60 {
		firsts = append(firsts, fmt.Sprintf("First%c%c", 'a'+i/26, 'a'+i%26))
	}
	people := make([]*isms.Person, 100_000)
	for i := range people {
		people[i] = &isms.Person{ID: isms.PersonID(i + 1), Name: fmt.Sprintf("%s Last%d", firsts[i%60], i/20), Email: fmt.Sprintf("p%d@example.com", i)}
	}
	text := strings.Join(firsts, " ") + strings.Repeat(" Firstaa was there.", 100)
	began := time.Now()
	surely, perhaps := isms.NamedIn(text+" firstaa LAST0, p7@example.com", people)
	if len(surely) != 2 || len(perhaps) != len(people)-2 {
		t.Errorf("%d surely, %d perhaps", len(surely), len(perhaps))
	}
	told, gone := isms.Redact(text, people, func(isms.Gone) string { return "somebody" })
	if gone[isms.GoneName] != 160 || strings.Contains(told, "First") {
		t.Errorf("%d names taken out of %.200s", gone[isms.GoneName], told)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
}
