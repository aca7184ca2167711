package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
)

const peakCSV = `ref,title,owner,due,status
p1,One,priya@example.com,2026-04-13,open
p2,Two,priya@example.com,2026-04-14,open
p3,Three,priya@example.com,2026-04-15,open
p4,Four,tom@example.com,2026-04-16,open
p5,Five,tom@example.com,2026-04-17,open
s1,Sunday,tom@example.com,2026-04-26,open
h1,Holiday,tom@example.com,2026-05-04,open
l1,Late,tom@example.com,2026-03-02,open
n1,Nobody,,2026-06-10,open
u1,Undated,tom@example.com,,open
x1,Closed,,2026-03-01,closed
`

func TestAnImportSaysWhatItFound(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", strings.Replace(peopleCSV, ",U2", ",", 1)) // Tom has no account
	out := d.bring("actions.csv", peakCSV)
	for _, want := range []string{
		"1 item has no owner: CA-9.\n    Next: give each an owner, in the file or in chat with /isms edit CA-9.",
		"6 items wait for people I cannot write to: CA-4, CA-5, CA-6, CA-7 and 2 more.\n    Owners whom I cannot write to: 1.",
		"1 item is late already: CA-8.",
		"5 items are due in the week of Mon 13 Apr: CA-1, CA-2, CA-3, CA-4 and 1 more.",
		"Priya Nair has 3 items due in the week of Mon 13 Apr: CA-1, CA-2, CA-3.",
		"2 items are due on a day off: CA-6, CA-7.",
		"1 item has no due date, so nobody is reminded: CA-10.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "CA-11") || strings.Contains(out, "‹") || strings.Contains(out, "{") {
		t.Errorf("not for reading:\n%s", out)
	}
	alone := "ref,title,owner,due,status\n"
	for i := range 6 {
		alone += fmt.Sprintf("m%d,More,grace@example.com,2026-07-08,open\n", i)
	}
	if out := d.bring("actions.csv", alone); strings.Contains(out, "6 items are due in the week") || !strings.Contains(out, "Grace Adeyemi has 6 items due in the week of Mon 6 Jul: ") {
		t.Errorf("one person's peak is told twice:\n%s", out)
	}
	if again := d.bring("actions.csv", peakCSV); strings.Contains(again, "What I found") {
		t.Errorf("an import that changed nothing found something:\n%s", again)
	}
}

// waiting are the texts of the cards that wait for the account.
func (d *desk) waiting(account string) (out []string) {
	d.t.Helper()
	for _, c := range d.queued(chat.Address{Platform: "slack", To: account}) {
		out = append(out, c.Text())
	}
	return out
}

func TestTheISMSManagerReadsOnceWhatWasFound(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", strings.Replace(peopleCSV, "isms_manager,,,U4", "isms_manager,,de,U4", 1))
	d.bring("actions.csv", peakCSV)
	cards := d.waiting("U4")
	if len(cards) != 1 || !strings.HasPrefix(cards[0], "Was mir nach dem Import aufgefallen ist\n") || !strings.Contains(cards[0], "CA-9") {
		t.Fatalf("Grace reads %q", cards)
	}
	d.bring("actions.csv", peakCSV)
	if cards := d.waiting("U4"); len(cards) != 1 {
		t.Errorf("again: %q", cards)
	}
}

func TestAFirstImportIsToldWhenTheManagerGetsAnAccount(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", strings.NewReplacer(",U1", ",", ",U2", ",", ",U3", ",", ",U4", ",", ",U5", ",").Replace(peopleCSV))
	d.bring("actions.csv", peakCSV)
	d.slack.People = []chat.Member{{Account: chat.Account{Platform: "slack", ID: "U1"}, Email: "priya@example.com"}}
	d.sync()
	if cards := d.waiting("U1"); len(cards) != 0 {
		t.Errorf("Priya reads %q", cards)
	}
	d.slack.People = append(d.slack.People, chat.Member{Account: chat.Account{Platform: "slack", ID: "U4"}, Email: "Grace@Example.com"})
	d.sync()
	d.sync()
	if cards := d.waiting("U4"); len(cards) != 1 || !strings.Contains(cards[0], "CA-9") {
		t.Errorf("Grace reads %q", cards)
	}
}

func TestWhatAnotherProcessImportedIsTold(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", peopleCSV)
	offline, err := bot.New(bot.Config{DB: d.db, Now: d.Now, Organisation: d.Organisation})
	if err != nil {
		t.Fatal(err)
	}
	serving := d.Bot
	d.Bot = offline
	d.bring("actions.csv", peakCSV)
	d.Bot = serving
	if cards := d.waiting("U4"); len(cards) != 0 {
		t.Fatalf("a bot without platforms wrote %q", cards)
	}
	for range 2 {
		if err := d.TellFound(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if cards := d.waiting("U4"); len(cards) != 1 || !strings.Contains(cards[0], "CA-9") {
		t.Errorf("Grace reads %q", cards)
	}
}
