package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/exchange"
)

const (
	resultsHeader = "id,status,ip,latitude,longitude,send_date,reported,modified_date,email,first_name,last_name,position\n"
	eventsHeader  = "campaign_id,email,time,message,details\n"
)

const results = resultsHeader +
	"aX1,Email Sent,,0,0,2026-03-02T08:00:01.5Z,false,2026-03-02T08:00:01.5Z,ada@example.com,Ada,Byron,\n" +
	"aX2,Clicked Link,203.0.113.9,51.5,-0.1,2026-03-03T08:00:01.5Z,true,2026-03-02T09:00:00Z,Lena@Example.com,Lena,Fischer,\n" +
	"aX3,Submitted Data,203.0.113.9,51.5,-0.1,2026-03-02T08:00:01.5Z,false,2026-03-02T09:00:00Z,omar@example.com,Omar,Haddad,\n" +
	"aX4,Email Reported,,0,0,2026-03-02T08:00:01.5Z,false,2026-03-02T09:00:00Z,x@example.com,X,Y,\n" +
	"aX5,Error,,0,0,0001-01-01T00:00:00Z,false,2026-03-02T09:00:00Z,z@example.com,Z,Z,\n" +
	"aX6,Rickrolled,,0,0,2026-03-02T08:00:01.5Z,false,2026-03-02T09:00:00Z,y@example.com,Y,Y,\n"

// deeds are who did what, in short.
func deeds(c *exchange.Campaign) []string {
	var out []string
	for _, p := range c.People {
		s := p.Email
		for word, did := range map[string]bool{" 1 reported": p.Reported, " 2 clicked": p.Clicked, " 3 entered": p.Submitted} {
			if did {
				s += word
			}
		}
		parts := strings.Split(s, " ")
		slices.Sort(parts[1:])
		out = append(out, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return len(s) == 1 }), " "))
	}
	return out
}

func TestGoPhishResultsSayWhoReportedInAColumnOfTheirOwn(t *testing.T) {
	b := read(t, "March invoice - Results (1).csv", results, exchange.Auto)
	c := b.Campaign
	if b.Format != exchange.GoPhish || c.Name != "March invoice" || c.SentOn != day("2026-03-02") || c.NotSent != 1 {
		t.Errorf("%s: %+v", b.Format, c)
	}
	want := []string{"ada@example.com", "lena@example.com clicked reported", "omar@example.com clicked entered", "x@example.com", "y@example.com"}
	if diff := cmp.Diff(want, deeds(c)); diff != "" {
		t.Error(diff)
	}
	notices := strings.Join(b.Notices, "\n")
	for _, want := range []string{`read "status" as status, "send_date" as sent, "reported" as reported, "email" as e-mail`,
		`passed over unread: "id", "ip", "latitude", "longitude", "modified_date", "first_name", "last_name", "position"`,
		`rows 5, 6 and 7: nobody in the people file has this address: counted without a name`, `row 7: an unknown status "rickrolled": counted as sent and nothing more`,
		`the campaign is called "March invoice", as the file; --campaign "NAME" gives it another name`, `sent on 2026-03-02, the first day in the file`} {
		if !strings.Contains(notices, want) {
			t.Errorf("no notice says %s:\n%s", want, notices)
		}
	}
}

func TestGoPhishEventsAreReadWithoutTheirDetails(t *testing.T) {
	const secret = "hunter2"
	file := eventsHeader +
		"7,,2026-03-02T07:00:00Z,Campaign Created,\n" +
		"7,ada@example.com,2026-03-02T08:00:00Z,Email Sent,\n" +
		`7,ada@example.com,2026-03-02T08:10:00Z,Submitted Data,"{""payload"":{""password"":[""` + secret + `""]},""browser"":{""address"":""203.0.113.9""}}"` + "\n" +
		"7,lena@example.com,2026-03-02T08:00:00Z,Email Sent,\n" +
		"7,lena@example.com,2026-03-02T08:20:00Z,Email Reported,\n" +
		"7,omar@example.com,2026-03-02T08:00:00Z,Error Sending Email,\n" +
		"7,lena@example.com,2026-03-02T08:30:00Z," + secret + ",\n"
	b := read(t, "March invoice - Events.csv", file, exchange.Auto)
	want := []string{"ada@example.com clicked entered", "lena@example.com reported"}
	if diff := cmp.Diff(want, deeds(b.Campaign)); diff != "" || b.Format != exchange.GoPhishEvents || b.Campaign.Name != "March invoice" || b.Campaign.NotSent != 1 {
		t.Errorf("%s %+v\n%s", b.Format, b.Campaign, diff)
	}
	if all := fmt.Sprintf("%+v %+v", *b, b.Campaign); strings.Contains(all, secret) || strings.Contains(all, "203.0.113") {
		t.Errorf("what was typed is kept: %s", all)
	}
	for name, broken := range map[string]string{
		"details without quotes":  strings.Replace(file, `,"{""payload"":{""password"":[""`+secret+`""]},""browser"":{""address"":""203.0.113.9""}}"`, ",{payload,"+secret+",x}", 1),
		"a quotation mark left":   strings.Replace(file, `}}"`, `}}`, 1),
		"an address that is none": strings.Replace(file, "lena@example.com,2026-03-02T08:20", secret+",2026-03-02T08:20", 1),
		"another format":          file,
	} {
		format := exchange.Auto
		if name == "another format" {
			format = exchange.Tasks
		}
		if _, err := exchange.Read("e - Events.csv", []byte(broken), format, known()); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKnowBe4IsReadByItsHeadings(t *testing.T) {
	for name, file := range map[string]string{
		"instants": "User Email,First Name,Delivered At,Opened At,Clicked At,Data Entered At,Reported At,IP Address\n" +
			"ada@example.com,Ada,2026-03-02 08:00:00 UTC,,,,2026-03-02 09:00:00 UTC,203.0.113.9\n" +
			"lena@example.com,Lena,2026-03-02 08:00:00 UTC,2026-03-02 08:10:00,2026-03-02 08:10:00,2026-03-02 08:11:00,,203.0.113.9\n" +
			"omar@example.com,Omar,,,,,,\n",
		"words, as Excel saves them": "\xef\xbb\xbfE-mail;Delivered;Clicked;Data Entered;Reported\r\n" +
			"ada@example.com;02.03.2026 08:00;Nein;0;WAHR\r\nlena@example.com;02.03.2026 08:00;Ja;1;FALSCH\r\nomar@example.com;;;;\r\n",
	} {
		b := read(t, "Parcel - Results.csv", file, exchange.KnowBe4)
		want := []string{"ada@example.com reported", "lena@example.com clicked entered"}
		if diff := cmp.Diff(want, deeds(b.Campaign)); diff != "" || b.Format != exchange.KnowBe4 || b.Campaign.SentOn != day("2026-03-02") || b.Campaign.NotSent != 1 {
			t.Errorf("%s: %s %+v\n%s", name, b.Format, b.Campaign, diff)
		}
	}
	book := workbook(t, "Recipients", "dd/mm/yyyy hh:mm", []any{"Email", "Sent", "Clicked", "Reported"},
		[]any{"ada@example.com", time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), nil, true}, []any{"lena@example.com", time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC), 2, false})
	b := read(t, "Parcel.xlsx", string(book), exchange.KnowBe4)
	if diff := cmp.Diff([]string{"ada@example.com reported", "lena@example.com clicked"}, deeds(b.Campaign)); diff != "" || b.Campaign.SentOn != day("2026-03-02") {
		t.Errorf("%+v\n%s", b.Campaign, diff)
	}
	if n := strings.Join(b.Notices, "\n"); !strings.Contains(n, `read "email" as e-mail, "sent" as sent, "clicked" as clicked, "reported" as reported`) {
		t.Errorf("the preview is\n%s", n)
	}
}

func TestAnyFailureOfKnowBe4sTestsCountsAsAClick(t *testing.T) {
	heads := []string{"clicked_at", "attachment_opened_at", "macro_enabled_at", "qr_code_scanned", "replied_at", "data_entered_at"}
	file := "user_email,delivered_at," + strings.Join(heads, ",") + ",reported_at\n"
	var want []string
	for i, h := range heads {
		cells := make([]string, len(heads))
		cells[i] = "2026-03-02T09:00:00.000Z"
		file += fmt.Sprintf("p%d@example.com,2026-03-02T08:00:00.000Z,%s,\n", i, strings.Join(cells, ","))
		w := fmt.Sprintf("p%d@example.com clicked", i)
		if h == "data_entered_at" {
			w += " entered"
		}
		want = append(want, w)
	}
	if diff := cmp.Diff(want, deeds(read(t, "Parcel.csv", file, exchange.KnowBe4).Campaign)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatOnlyLooksLikeKnowBe4IsShownBeforeItIsTaken(t *testing.T) {
	const file = "User Email,Delivered At,Clicks,Reported At,Phish button reports,Browser\nada@example.com,2026-03-02,1,,,Secretfox\n"
	_, err := exchange.Read("Parcel.csv", []byte(file), exchange.Auto, known())
	for _, want := range []string{`read "user email" as e-mail, "delivered at" as sent, "clicks" as clicked, "reported at" as reported`,
		`passed over unread: "phish button reports", "browser"`, `"phish button reports" looks like reported and is not read: call it "reported" if it is`, "--format knowbe4"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("nothing says %s: %v", want, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "Secretfox") {
		t.Error(err)
	}
	k := known()
	k.Preview = true
	b, err := exchange.Read("Parcel.csv", []byte(file), exchange.Auto, k)
	if err != nil || b.Format != exchange.KnowBe4 || !strings.Contains(strings.Join(b.Notices, "\n"), `"phish button reports" looks like reported`) {
		t.Errorf("the preview: %v %+v", err, b)
	}
	plain := strings.Replace(file, ",Phish button reports", ",Office", 1)
	if b, err := exchange.Read("Parcel.csv", []byte(plain), exchange.Auto, known()); err != nil || b.Format != exchange.KnowBe4 || !strings.Contains(strings.Join(b.Notices, "\n"), `"clicks" as clicked`) {
		t.Errorf("without a doubt: %v %+v", err, b)
	}
}

func TestACampaignOfGoPhishIsReadFromItsJSON(t *testing.T) {
	const secret = "hunter2"
	file := `{"id":7,"name":"March invoice","launch_date":"2026-03-02T08:00:00Z","template":{"html":"` + secret + `"},
	"results":[
	{"id":"a","status":"Email Sent","ip":"","latitude":0,"longitude":0,"send_date":"2026-03-02T08:00:01.5Z","reported":true,"modified_date":"","email":"ada@example.com","first_name":"Ada","last_name":"","position":""},
	{"id":"b","status":"Submitted Data","ip":"203.0.113.9","latitude":51.5,"longitude":-0.1,"send_date":"2026-03-02T08:00:01.5Z","reported":false,"email":"Lena@Example.com"},
	{"id":"c","status":"Error","send_date":"0001-01-01T00:00:00Z","reported":false,"email":"omar@example.com"}],
	"timeline":[{"email":"lena@example.com","message":"Submitted Data","details":"{\"payload\":{\"password\":[\"` + secret + `\"]}}"}]}`
	b := read(t, "campaign.json", file, exchange.Auto)
	want := []string{"ada@example.com reported", "lena@example.com clicked entered"}
	if diff := cmp.Diff(want, deeds(b.Campaign)); diff != "" || b.Format != exchange.GoPhish || b.Campaign.Name != "March invoice" || b.Campaign.SentOn != day("2026-03-02") || b.Campaign.NotSent != 1 {
		t.Errorf("%s %+v\n%s", b.Format, b.Campaign, diff)
	}
	if all := fmt.Sprintf("%+v %+v", *b, b.Campaign); strings.Contains(all, secret) || strings.Contains(all, "203.0.113") {
		t.Errorf("what was typed is kept: %s", all)
	}
	k := known()
	k.Campaign = "Another"
	if b, err := exchange.Read("c.json", []byte(file), exchange.GoPhish, k); err != nil || b.Campaign.Name != "Another" {
		t.Errorf("by the flag: %v", err)
	}
	for _, other := range []string{`{"count":1,"results":[{"email":"ada@example.com","name":"Ada"}]}`, `{"results":[]}`, `[` + file + `]`} {
		if _, err := exchange.Read("c.json", []byte(other), exchange.Auto, known()); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%.30s: %v", other, err)
		}
	}
}

func TestHeadingsThatCannotBeMappedAreNamed(t *testing.T) {
	got := faults(t, "p.csv", "Email,Link,Phish button\nada@example.com,1,1\n", exchange.KnowBe4)
	want := []string{
		`p.csv row 1: found no column for "reported" among "email", "link", "phish button", expected one of "reported", "reported phish", "reported email", "email reported", "phish reported", with or without "at"`,
		`p.csv row 1: found no column for "clicked" among "email", "link", "phish button", expected one of "clicked", "clicks", "click", "clicked link", "link clicked", with or without "at"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACampaignNeedsANameAndADay(t *testing.T) {
	const file = "email,clicked,reported\nada@example.com,no,yes\nlena@example.com,maybe,no\n"
	want := []string{
		`results.csv: found no name of the campaign in the file's name, expected --campaign "NAME"`,
		`results.csv: found no day on which the test was sent that can be read in one way only, expected --sent 2026-12-31`,
		`results.csv row 3, column clicked: found something else, expected a date, a number, yes or no`,
	}
	if diff := cmp.Diff(want, faults(t, "results.csv", file, exchange.KnowBe4)); diff != "" {
		t.Error(diff)
	}
	file2 := strings.Replace(file, "maybe", "no", 1)
	if c := read(t, "2026-03-02 parcel.csv", file2, exchange.KnowBe4).Campaign; c.Name != "2026-03-02 parcel" || c.SentOn != day("2026-03-02") || len(c.People) != 2 {
		t.Errorf("by the file's name: %+v", c)
	}
	k := known()
	k.Campaign, k.Sent = "Parcel", day("2026-03-05")
	if b, err := exchange.Read("results.csv", []byte(file2), exchange.KnowBe4, k); err != nil || b.Campaign.Name != "Parcel" || b.Campaign.SentOn != day("2026-03-05") {
		t.Errorf("by the flags: %v", err)
	}
}

// FuzzPhishing says that nothing of a column that is passed over comes out
// again, whatever stands beside it.
func FuzzPhishing(f *testing.F) {
	f.Add("ada@example.com", "Submitted Data", "2026-03-02T08:00:00Z", uint8(0))
	f.Add("ada@example.com\",\"", "\n", "02.03.2026", uint8(1))
	f.Add("=1", "Email Reported", "true", uint8(2))
	f.Fuzz(func(t *testing.T, a, b, c string, n uint8) {
		const secret = "SeCrEt-7f3a91"
		if strings.Contains(strings.ToLower(a+b+c), strings.ToLower(secret)) {
			return
		}
		files := []string{
			eventsHeader + "1," + a + "," + c + "," + b + "," + secret + "\n",
			resultsHeader + secret + "," + b + "," + secret + "," + secret + "," + secret + "," + c + ",true," + secret + "," + a + "," + secret + "," + secret + "," + secret + "\n",
			`{"name":"` + b + `","timeline":[{"details":"` + secret + `"}],"results":[{"ip":"` + secret + `","email":"` + a + `","status":"` + b + `","reported":true,"send_date":"` + c + `"}]}`,
			"User Email,IP,Reported At,Clicked At\n" + a + "," + secret + "," + b + "," + c + "\n",
		}
		k := known()
		k.Preview = true
		batch, err := exchange.Read("x - Results.csv", []byte(files[int(n)%len(files)]), exchange.Auto, k)
		said := fmt.Sprint(err)
		if batch != nil {
			said += fmt.Sprintf("%+v %+v", *batch, batch.Campaign)
		}
		if strings.Contains(strings.ToLower(said), strings.ToLower(secret)) {
			t.Fatalf("what is passed over comes out: %s", said)
		}
	})
}

// A campaign has no more entries than any other file.
func TestACampaignHasNoMoreEntriesThanAnyOtherFile(t *testing.T) {
	entry := `{"email":"a@example.com","status":"Email Sent","reported":false}`
	file := `{"name":"Big","results":[` + strings.Repeat(entry+",", exchange.MaxRows) + entry + `]}`
	if _, err := exchange.Read("c.json", []byte(file), exchange.GoPhish, exchange.Known{Sent: day("2026-03-02")}); err == nil || !strings.Contains(err.Error(), "more than 200000 entries") {
		t.Error(err)
	}
}
