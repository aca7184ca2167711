package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// phished brings in a phishing test of the day: Priya and Tom reported it, Jon
// clicked, Mia entered data, Klara, Nora and somebody unknown did nothing.
func (h *house) phished(name, day string, dids ...string) string {
	h.t.Helper()
	var b strings.Builder
	b.WriteString("id,status,ip,latitude,longitude,send_date,reported,modified_date,email,first_name,last_name,position\n")
	did := map[string]string{"priya": "Email Opened", "tom": "Email Sent", "jon": "Clicked Link", "mia": "Submitted Data", "klara": "Email Sent", "nora": "Email Sent", "ghost": "Email Sent"}
	reported := []string{"priya", "tom"}
	for _, d := range dids {
		reported = append(reported, d)
	}
	for _, who := range []string{"priya", "tom", "jon", "mia", "klara", "nora", "ghost"} {
		fmt.Fprintf(&b, "x,%s,203.0.113.9,1,1,%sT08:00:00Z,%v,%sT08:00:00Z,%s@example.com,,,\n", did[who], day, slices.Contains(reported, who), day, who)
	}
	path := filepath.Join(h.t.TempDir(), name+" - Results.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		h.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := h.ImportFiles(context.Background(), &out, []string{path}, "auto", false); err != nil {
		h.t.Fatalf("%v\n%s", err, &out)
	}
	return out.String()
}

// told is everything that somebody was sent.
func (h *house) told(name string) string {
	var all []string
	for _, m := range h.slack.SentTo(account(name).ID) {
		all = append(all, m.Card.Text())
	}
	return strings.Join(all, "\n--\n")
}

func TestThoseWhoReportedAreThankedTheSameDayAndOnce(t *testing.T) {
	h := newHouse(t)
	h.phished("March invoice", "2026-03-12")
	for range 3 {
		h.tick()
	}
	for _, who := range []string{"priya", "tom"} {
		if n := strings.Count(h.told(who), "You reported the practice e-mail of Thu 12 Mar."); n != 1 {
			t.Errorf("%s is thanked %d times:\n%s", who, n, h.told(who))
		}
	}
	for _, who := range []string{"priya", "tom", "jon", "mia", "klara", "nora", "lena", "grace"} {
		for _, other := range []string{"Priya", "Tom Baker", "Jon", "Mia Rossi"} {
			if strings.Contains(h.told(who), other+" reported") || strings.Contains(h.told(who), other+" clicked") {
				t.Errorf("%s reads of %s:\n%s", who, other, h.told(who))
			}
		}
	}
	h.phished("March invoice", "2026-03-12", "jon") // Jon's report came later
	h.tick()
	if n := strings.Count(h.told("priya")+h.told("tom"), "practice e-mail"); n != 2 {
		t.Errorf("they are thanked %d times in all", n)
	}
	if !strings.Contains(h.told("jon"), "You reported the practice e-mail") {
		t.Errorf("Jon is told\n%s", h.told("jon"))
	}
	if r := h.says("jon", "todo"); strings.Contains(r.Card.Text(), "Three signs") {
		t.Errorf("Jon still has the training:\n%s", r.Card.Text())
	}
	h.intact()
}

func TestThanksWaitForTheReadersHours(t *testing.T) {
	h := newHouse(t).at("2026-03-16 19:30")
	h.phished("March invoice", "2026-03-12")
	h.tick()
	if strings.Contains(h.told("priya"), "practice") {
		t.Error("Priya is thanked in the evening")
	}
	h.at("2026-03-17 09:00").tick()
	if !strings.Contains(h.told("priya"), "practice") {
		t.Errorf("in the morning Priya is told\n%s", h.told("priya"))
	}
}

func TestTheOthersGetATrainingThatNobodyElseSees(t *testing.T) {
	h := newHouse(t)
	h.phished("March invoice", "2026-03-12")
	h.tick()
	h.at("2026-03-17 09:00").tick()
	for _, who := range []string{"jon", "mia", "nora"} {
		if !strings.Contains(h.told(who), "Three signs of a fake e-mail (3 minutes) · TSK-") || !strings.Contains(h.told(who), "Mon 30 Mar") {
			t.Errorf("%s is told\n%s", who, h.told(who))
		}
		for _, blame := range []string{"clicked on", "you clicked", "mistake", "phishing", "failed"} {
			if strings.Contains(strings.ToLower(h.told(who)), blame) {
				t.Errorf("%s reads %q:\n%s", who, blame, h.told(who))
			}
		}
	}
	if !strings.Contains(h.told("klara"), "Drei Zeichen") {
		t.Errorf("Klara is told\n%s", h.told("klara"))
	}
	h.at("2026-05-04 09:00").tick()
	for _, who := range []string{"lena", "grace", "daniel", "sam"} {
		if strings.Contains(h.told(who), "fake e-mail") {
			t.Errorf("%s is told\n%s", who, h.told(who))
		}
	}
	for _, e := range h.events() {
		if strings.Contains(e, "training") || strings.HasPrefix(e, "item.created") || strings.HasPrefix(e, "campaign.followed") && e != `campaign.followed {"campaign":1}` {
			t.Errorf("the journal says who has a training: %s", e)
		}
	}
	if rows := h.column("SELECT person FROM campaign_people WHERE clicked + submitted > 0"); len(rows) > 0 {
		t.Errorf("who clicked is kept: %v", rows)
	}
	h.intact()
}

func TestAnOldTestIsFollowedWhenSomebodyAsksForIt(t *testing.T) {
	h := newHouse(t)
	h.change("mia", func(p *storage.Profile) { p.Roles = append(p.Roles, isms.Comms) })
	h.phished("January parcel", "2026-01-14")
	h.tick()
	if strings.Contains(h.told("priya"), "practice") {
		t.Fatalf("Priya is told\n%s", h.told("priya"))
	}
	before := h.seq()
	h.refused(before, "sam", "refuse.campaign_follow", h.says("sam", "campaign 1 follow 6"))
	r := h.says("mia", "campaign 1 follow")
	if got := commands(r.Card); !slices.Contains(got, "campaign 1 follow 6") {
		t.Fatalf("Mia is asked\n%s\n%v", r.Card.Text(), got)
	}
	h.tick()
	if strings.Contains(h.told("priya"), "practice") {
		t.Error("a question was taken for an answer")
	}
	h.presses("mia", "campaign 1 follow 6", "")
	h.tick()
	if !strings.Contains(h.told("priya"), "practice e-mail of Wed 14 Jan") {
		t.Errorf("Priya is told\n%s", h.told("priya"))
	}
	if r := h.says("mia", "campaign 1 follow 6"); !strings.Contains(r.Card.Summary, "already") {
		t.Errorf("a second time: %s", r.Card.Text())
	}
}

func TestFiguresBeginWithTheReportRate(t *testing.T) {
	h := newHouse(t)
	h.phished("January parcel", "2026-01-14", "jon")
	h.phished("March invoice", "2026-03-12")
	h.tick()
	list := h.says("grace", "campaign").Card.Text()
	for _, want := range []string{"29 % reported the phishing test of Thu 12 Mar", "Reported: 43 % on Wed 14 Jan, 29 % on Thu 12 Mar.", "Reported by 2 of 7 (29 %), clicked by 2 (29 %)"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list does not say %s:\n%s", want, list)
		}
	}
	one := h.says("grace", "campaign 2").Card
	text := one.Text()
	if facts, ok := one.Blocks[1].(chat.Facts); !ok || facts.Facts[0].Name != "Reported" || facts.Facts[0].Value != "2 of 7 (29 %; 43 % last time)" {
		t.Errorf("one test begins with %+v", one.Blocks[1])
	}
	for _, want := range []string{"Clicked: 2 of 7 (29 %; 29 % last time)", "Entered data: 1 of 7 (14 %; 14 % last time)", "1 address is nobody's"} {
		if !strings.Contains(text, want) {
			t.Errorf("the test does not say %s:\n%s", want, text)
		}
	}
	for _, name := range []string{"Priya", "Jon", "Operations", "Finance"} {
		if strings.Contains(text+list, name) {
			t.Errorf("%s is named:\n%s", name, text)
		}
	}
	before := h.seq()
	h.refused(before, "jon", "refuse.campaign", h.says("jon", "campaign"))
	h.refused(h.seq(), "lena", "refuse.campaign", h.says("lena", "campaign 2"))
	h.refused(h.seq(), "grace", "refuse.which_campaign", h.says("grace", "campaign 9"))
}

func TestNamesAreOffUntilSomebodySwitchesThemOn(t *testing.T) {
	h := newHouse(t)
	h.phished("March invoice", "2026-03-12")
	h.refused(h.seq(), "grace", "refuse.campaign_names_off", h.says("grace", "campaign 1 names"))
	if got := commands(h.says("grace", "campaign 1").Card); slices.Contains(got, "campaign 1 names") {
		t.Errorf("the buttons are %v", got)
	}

	on := newHouse(t, func(c *bot.Config) { c.PersonMetrics = true })
	on.phished("March invoice", "2026-03-12")
	for _, who := range []string{"daniel", "sam"} {
		on.refused(on.seq(), who, "refuse.campaign_names", on.says(who, "campaign 1 names"))
	}
	if got := commands(on.says("grace", "campaign 1").Card); !slices.Contains(got, "campaign 1 names") {
		t.Errorf("the buttons are %v", got)
	}
	for range 2 {
		before := on.seq()
		r := on.says("grace", "campaign 1 names")
		for _, want := range []string{"March invoice: 2 people clicked", "Mia Rossi | Finance | entered data", "Jon Reed | Operations | clicked", "Each look at this list is recorded."} {
			if !strings.Contains(r.Card.Text(), want) {
				t.Errorf("the names do not say %s:\n%s", want, r.Card.Text())
			}
		}
		if got := on.since(before); len(got) != 1 || !strings.HasPrefix(got[0], "campaign.names_seen ") || strings.Contains(got[0], "Mia") {
			t.Errorf("the look is kept as %v", got)
		}
	}
	on.intact()
}

func TestATestOfAFewShowsNoFigures(t *testing.T) {
	h := newHouse(t)
	path := filepath.Join(t.TempDir(), "Board - Results.csv")
	if err := os.WriteFile(path, []byte("email,clicked,reported,sent\ndaniel@example.com,yes,no,2026-03-12\nlena@example.com,no,yes,2026-03-12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.ImportFiles(t.Context(), &bytes.Buffer{}, []string{path}, "knowbe4", false); err != nil {
		t.Fatal(err)
	}
	h.tick()
	for _, line := range []string{"campaign", "campaign 1"} {
		if r := h.says("grace", line); !strings.Contains(r.Card.Text(), "Fewer than five people took part") || strings.Contains(r.Card.Text(), "%") {
			t.Errorf("%s:\n%s", line, r.Card.Text())
		}
	}
	for _, e := range h.events() {
		if strings.HasPrefix(e, "campaign.imported") && strings.Contains(e, "clicked") {
			t.Errorf("the journal counts a few people: %s", e)
		}
	}
}

func TestALargeTestIsFollowedToTheLastPerson(t *testing.T) {
	h := newHouse(t)
	const crowd = 750
	h.write(func(tx *storage.Tx) error {
		c := &storage.Campaign{Name: "All", SentOn: date(t, "2026-03-12"), Phished: isms.Phished{Sent: crowd, Reported: crowd / 2}, Follow: storage.FollowDue}
		var people []storage.Phished
		for i := range crowd {
			p := &storage.Profile{Person: isms.Person{Name: fmt.Sprint("P ", i), Email: fmt.Sprintf("p%d@example.com", i)}}
			if err := tx.SavePerson(p); err != nil {
				return err
			}
			people = append(people, storage.Phished{Person: p.ID, Reported: i%2 == 0})
		}
		return tx.SaveCampaign(c, people)
	})
	for range 2 {
		h.tick()
		if got := h.column("SELECT count(*) FROM campaign_told"); got[0] != fmt.Sprint(crowd) {
			t.Errorf("%s of %d people", got[0], crowd)
		}
		if got := h.column("SELECT count(*) FROM items WHERE private = 1"); got[0] != fmt.Sprint(crowd/2) {
			t.Errorf("%s trainings, want %d", got[0], crowd/2)
		}
	}
}
