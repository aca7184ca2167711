package intake_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// results are GoPhish's: Ada to Finn of IT and Gil of Sales, of whom the first
// reported, and somebody whom nobody knows.
func results(reported, clicked int) string {
	var b strings.Builder
	b.WriteString("id,status,ip,latitude,longitude,send_date,reported,modified_date,email,first_name,last_name,position\n")
	for i, name := range []string{"ada", "ben", "cem", "dia", "eva", "finn", "gil", "nobody"} {
		status := "Email Sent"
		if i >= reported && i < reported+clicked {
			status = "Clicked Link"
		}
		fmt.Fprintf(&b, "x%d,%s,203.0.113.9,1,1,2026-03-11T08:00:00Z,%v,2026-03-11T08:00:00Z,%s@example.com,,,\n", i, status, i < reported, name)
	}
	return b.String()
}

const crowd = "email,name,department\nada@example.com,Ada A,IT\nben@example.com,Ben B,IT\ncem@example.com,Cem C,IT\ndia@example.com,Dia D,IT\n" +
	"eva@example.com,Eva E,IT\nfinn@example.com,Finn F,IT\ngil@example.com,Gil G,Sales\n"

func (d *desk) campaign(id int64) (c *storage.Campaign, people []storage.Phished) {
	d.t.Helper()
	d.view(func(tx *storage.Tx) (err error) {
		if c, err = tx.Campaign(id); err != nil || c == nil {
			return fmt.Errorf("campaign %d: %w", id, err)
		}
		people, err = tx.CampaignPeople(id)
		return err
	})
	return c, people
}

func TestResultsOfAPhishingTestAreCountedOnce(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", crowd)
	told := d.told
	out := d.bring("March - Results.csv", results(3, 2))
	for _, want := range []string{`"March", sent on 2026-03-11 to 8 people: 3 reported it (38 %), 2 clicked (25 %), 0 entered data (0 %)`,
		"Imported March - Results.csv: 1 phishing campaign new.", "row 9: nobody in the people file has this address",
		"in their own hours the bot thanks 3 people for the report, and gives 4 people a short private training"} {
		if !strings.Contains(out, want) {
			t.Errorf("not said: %s\n%s", want, out)
		}
	}
	if out := d.bring("March - Results.csv", results(3, 2)); !strings.Contains(out, "1 phishing campaign as before") {
		t.Errorf("the second import says\n%s", out)
	}
	if out := d.bring("March - Results.csv", results(4, 2)); !strings.Contains(out, "1 phishing campaign changed") {
		t.Errorf("a later state says\n%s", out)
	}
	c, people := d.campaign(1)
	if c.Phished != (isms.Phished{Sent: 8, Reported: 4, Clicked: 2}) || c.Unknown != 1 || len(people) != 7 || c.Groups != nil || d.told != told {
		t.Errorf("%+v of %d people, told %d times", c, len(people), d.told-told)
	}
	events := d.journal()["campaign.imported"]
	if len(events) != 2 || !strings.Contains(events[1], `"reported":4`) || strings.Contains(strings.Join(events, " "), "person") {
		t.Errorf("the journal has %v", events)
	}
}

func TestWhoClickedIsKeptOnlyWhereThatIsAllowed(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", crowd)
	d.bring("March - Results.csv", results(3, 2))
	if c, people := d.campaign(1); c.Named || slices.ContainsFunc(people, func(p storage.Phished) bool { return p.Clicked }) {
		t.Errorf("off: %+v %+v", c, people)
	}
	d.PersonMetrics = true
	if out := d.bring("March - Results.csv", results(3, 2)); !strings.Contains(out, "1 phishing campaign changed") {
		t.Errorf("once it is allowed the file brings\n%s", out)
	}
	c, people := d.campaign(1)
	var clicked []isms.PersonID
	for _, p := range people {
		if p.Clicked {
			clicked = append(clicked, p.Person)
		}
	}
	if diff := cmp.Diff([]isms.PersonID{4, 5}, clicked); diff != "" || !c.Named {
		t.Errorf("on: %+v\n%s", c, diff)
	}
}

func TestAnOldTestWritesToNobody(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", crowd)
	out := d.bring("January - Results.csv", strings.ReplaceAll(results(3, 2), "2026-03-11", "2026-01-14"))
	if c, _ := d.campaign(1); c.Follow != storage.FollowNot || !strings.Contains(out, `sent more than 14 days ago, so nobody is written to; "/isms campaign 1" in chat`) {
		t.Errorf("%+v\n%s", c, out)
	}
}

func TestADryRunShowsTheMappingAndTheCounts(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", crowd)
	var out bytes.Buffer
	d.Campaign, d.Sent = "Parcel", monday
	path := d.file("export.csv", "User Email,IP,Reported At,Clicked At\nada@example.com,203.0.113.9,2026-03-16,\nben@example.com,203.0.113.9,,2026-03-16\n")
	if err := d.ImportFiles(t.Context(), &out, []string{path}, "knowbe4", true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`read "user email" as e-mail, "reported at" as reported, "clicked at" as clicked`, `passed over unread: "ip"`,
		`"Parcel", sent on 2026-03-16 to 2 people: 1 reported it (50 %), 1 clicked (50 %)`, "Nothing was written (--dry-run)."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not said: %s\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "203.0.113") {
		t.Errorf("an address is shown\n%s", out.String())
	}
	if all := d.journal()["campaign.imported"]; all != nil {
		t.Errorf("the journal has %v", all)
	}
}
