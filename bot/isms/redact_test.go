package isms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/isms"
)

var storied = []*isms.Person{
	{ID: 1, Name: "Kemi Ade", Email: "kemi@example.com"}, {ID: 2, Name: "Tom Baker", Email: "tom@example.com"}, {ID: 3, Name: "Anne-Marie O'Neil", Email: "am@example.com"},
	{ID: 4, Name: "Jon Reed", Email: "jon@example.com"}, {ID: 5, Name: "Jonas Weber", Email: "jonas@example.com"}, {ID: 6, Name: "Sting", Email: "sting@example.com"},
	{ID: 7, Name: "Åsa Ö", Email: "asa@example.com"},
}

func TestRedactTakesOutWhatTellsWhoAndWhat(t *testing.T) {
	for text, want := range map[string]string{
		"Kemi Ade saw it, and Kemi phoned. kemi ade again":   "<name> saw it, and <name> phoned. <name> again",
		"Mr Baker asked Anne-Marie's team":                   "Mr <name> asked <name>'s team",
		"Jonas and Jon, not Jonathan; a reed stung":          "<name> and <name>, not Jonathan; a reed stung",
		"Sting heard Åsa":                                    "<name> heard <name>",
		"it came from kemi@example.com to <@U02AB|kemi>.":    "it came from <address> to <address>.",
		"call +44 20 7946 0958 or (030) 123456-78":           "call <phone> or <phone>",
		"they wanted 18,400 pounds, €2.000, 3 million USD":   "they wanted <amount>, <amount>, <amount>",
		"EUR 12 500,00 to DE44 5001 0517 5407 3249 31":       "<amount> to <number>",
		"order PX-20931/7, host 10.20.30.44, id 4711084":     "order <number>, host <number>, id <phone>",
		"see https://evil.example/pay?x=1 and www.x.org":     "see <link> and <link>",
		"she wrote “pay now,\nKemi”. \"At once\", „schnell“": "she wrote <words>. <words>, <words>",
		"> pay today\nit said":                               "<words>\nit said",
		// What a story needs stays.
		"on 2026-03-19 at 10:14, 12.03.2026 and 3/4/26": "on 2026-03-19 at 10:14, 12.03.2026 and 3/4/26",
		"CA-12 and A.5.18: 40 laptops, 3 of 250":        "CA-12 and A.5.18: 40 laptops, 3 of 250",
	} {
		got, gone := isms.Redact(text, storied, func(g isms.Gone) string { return "<" + string(g) + ">" })
		if got != want {
			t.Errorf("%s\nreads %s\nwant  %s", text, got, want)
		}
		n := 0
		for _, x := range gone {
			n += x
		}
		if marks := strings.Count(got, "<"); n != marks {
			t.Errorf("%s: %d counted, %d marks", text, n, marks)
		}
	}
}

func TestANameThatBeginsASentenceIsLeftOutWithACapital(t *testing.T) {
	got, _ := isms.Redact("Kemi Ade phoned Tom. Jon paid nothing.\nTom said so", storied, func(isms.Gone) string { return "a colleague" })
	if want := "A colleague phoned a colleague. A colleague paid nothing.\nA colleague said so"; got != want {
		t.Errorf("reads %s\nwant  %s", got, want)
	}
}

func TestNamedInKnowsSurelyAndPerhaps(t *testing.T) {
	surely, perhaps := isms.NamedIn("KEMI ADE and Tom told jonas@example.com. Reed said no; sting.", storied)
	slices.Sort(surely)
	slices.Sort(perhaps)
	if !slices.Equal(surely, []isms.PersonID{1, 5}) || !slices.Equal(perhaps, []isms.PersonID{2, 4}) {
		t.Errorf("surely %v, perhaps %v", surely, perhaps)
	}
}

func TestRedactKnowsALargeCompanyAtOnce(t *testing.T) {
	people := make([]*isms.Person, 100_000)
	for i := range people {
		people[i] = &isms.Person{ID: isms.PersonID(i + 1), Name: fmt.Sprintf("First%d Last%d", i, i), Email: fmt.Sprintf("p%d@example.com", i)}
	}
	began := time.Now()
	got, _ := isms.Redact(strings.Repeat("First77 saw it and told Last99999. ", 80), people, func(isms.Gone) string { return "x" })
	if strings.Contains(got, "77") || strings.Contains(got, "99999") {
		t.Errorf("%.80s", got)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}
