package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

func (d *desk) sync() {
	d.t.Helper()
	if err := d.SyncMembers(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// queued are the cards that wait for an address and are sent as they stand.
func (d *desk) queued(to chat.Address) (out []chat.Card) {
	d.t.Helper()
	for _, text := range d.column("SELECT content FROM deliveries WHERE state = 'queued' AND platform = $1 AND address = $2 ORDER BY id", to.Platform, to.To) {
		var c struct{ Card *chat.Card }
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			d.t.Fatal(err)
		}
		if c.Card != nil {
			out = append(out, *c.Card)
		}
	}
	return out
}

func (d *desk) column(query string, args ...any) []string {
	d.t.Helper()
	return d.Column(query, args...)
}

func (d *desk) accounts(email string) (out []string) {
	d.t.Helper()
	p := d.person(email)
	d.view(func(tx *storage.Tx) error {
		all, err := tx.Accounts(p.ID)
		for _, a := range all {
			out = append(out, strings.TrimSpace(a.ID+" "+a.Trouble))
		}
		return err
	})
	return out
}

const plainPeople = `email,name,manager,roles,slack_id
priya@example.com,Priya Nair,lena@example.com,,
tom@example.com,Tom Baker,lena@example.com,auditor,
lena@example.com,Lena Vogt,,manager,
grace@example.com,Grace Adeyemi,,isms_manager,
guest@agency.example,Kim Guest,lena@example.com,,UG
`

func member(id, email string) chat.Member {
	return chat.Member{Account: chat.Account{Platform: "slack", ID: id}, Email: email}
}

func TestPeopleAreMatchedByVerifiedEmailAndGuestsByTheFile(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	priya := member("U1", "PRIYA@example.com")
	priya.Zone, priya.Language = "America/New_York", "en-US"
	named, stranger, bot := member("UG", "guest@agency.example"), member("UX", "tom@example.com"), member("UB", "")
	named.Outside, stranger.Outside, bot.Outside = true, true, true
	gone := member("U3", "lena@example.com")
	gone.Gone = true
	d.slack.People = []chat.Member{priya, named, stranger, bot, gone, member("U9", "nobody@example.com")}
	d.sync()
	d.sync()
	for email, want := range map[string][]string{"priya@example.com": {"U1"}, "guest@agency.example": {"UG"}, "tom@example.com": nil, "lena@example.com": nil} {
		if got := d.accounts(email); !slices.Equal(got, want) {
			t.Errorf("%s has %v, want %v", email, got, want)
		}
	}
	if p := d.person("priya@example.com"); p.Zone != "America/New_York" || p.Language != "en-US" || !p.Reachable {
		t.Errorf("Priya: %+v", p.Person)
	}
	if n := d.count("account.bound"); n != 2 {
		t.Errorf("%d accounts bound", n)
	}
}

func TestAnAccountIsBoundOnceAndConflictsAreTold(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	d.slack.People = []chat.Member{member("U4", "grace@example.com"), member("U1", "priya@example.com"), member("UA", "tom@example.com"), member("UB", "tom@example.com")}
	d.sync()
	if got := d.accounts("tom@example.com"); got != nil {
		t.Errorf("one of two accounts was bound to Tom: %v", got)
	}
	// Priya's account takes Lena's address: it stays Priya's.
	d.slack.People[1].Email = "lena@example.com"
	d.sync()
	d.sync()
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1"}) || d.accounts("lena@example.com") != nil {
		t.Errorf("Priya has %v, Lena %v", got, d.accounts("lena@example.com"))
	}
	told := strings.Join(d.waiting("U4"), "\n")
	for _, want := range []string{"Two accounts on Slack have the e-mail of Tom Baker.", "now has the e-mail of Lena Vogt."} {
		if strings.Count(told, want) == 0 {
			t.Errorf("Grace does not read %q but\n%s", want, told)
		}
	}
	if n := strings.Count(told, "Lena Vogt"); n != 1 {
		t.Errorf("Grace was told %d times", n)
	}
	// A second account cannot take over by bearing a known e-mail.
	if err := d.MemberChanged(t.Context(), member("UEVIL", "priya@example.com")); err != nil {
		t.Fatal(err)
	}
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1"}) {
		t.Errorf("Priya has %v", got)
	}
	_, data := d.events()
	if all := strings.Join(data, "\n"); strings.Contains(all, "example.com") || strings.Contains(all, "UEVIL") {
		t.Error("the journal names an account or an e-mail")
	}
}

func TestWhoHasNoOpenAccountLeftHasLeft(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	d.bring("actions.csv", "ref,title,owner,due\nr1,Payroll backup,priya@example.com,2026-03-17\nr2,Visitor log,priya@example.com,2026-03-26\n")
	d.slack.People = []chat.Member{member("U1", "priya@example.com"), member("U3", "lena@example.com"), member("U4", "grace@example.com")}
	d.sync()
	gone := member("U1", "priya@example.com")
	gone.Gone = true
	for range 2 {
		if err := d.MemberChanged(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
	}
	if p := d.person("priya@example.com"); !p.Left || p.Reachable {
		t.Errorf("Priya: %+v", p.Person)
	}
	offers := d.column("SELECT address FROM deliveries WHERE key LIKE 'leaver/%'")
	if !slices.Equal(offers, []string{"U3"}) {
		t.Errorf("her items were offered to %v", offers)
	}
	if d.count("person.left") != 1 || d.count("account.closed") != 1 {
		t.Error(d.events())
	}
	if out := d.bring("more.csv", "ref,title,owner,due,severity\nr9,Another,grace@example.com,2026-06-10,minor\n"); !strings.Contains(out, "The owners of 2 items have left: CA-1, CA-2.") {
		t.Errorf("an import does not find what a leaver left:\n%s", out)
	}
	gone.Gone = false
	if err := d.MemberChanged(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if p := d.person("priya@example.com"); p.Left || !p.Reachable || d.count("person.returned") != 1 {
		t.Errorf("Priya came back: %+v", p.Person)
	}
	d.intact()
}

func TestALeaverWithoutAManagerGoesToTheISMSManager(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	d.bring("actions.csv", "ref,title,owner,due\nr1,Payroll backup,priya@example.com,2026-03-17\n")
	d.slack.People = []chat.Member{member("U1", "priya@example.com"), member("U4", "grace@example.com")} // Lena cannot be reached
	d.sync()
	d.slack.People[0].Gone = true
	d.sync()
	if offers := d.column("SELECT address FROM deliveries WHERE key LIKE 'leaver/%'"); !slices.Equal(offers, []string{"U4"}) {
		t.Errorf("her items were offered to %v", offers)
	}
}

func TestATroubleOfDeliveryStandsUntilSomethingHappensToTheAccount(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	d.slack.People = []chat.Member{member("U1", "priya@example.com")}
	d.sync()
	err := d.db.Tx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.SetAccount(chat.Account{Platform: "slack", ID: "U1"}, "", "", "messages_tab_disabled")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d.sync()
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1 messages_tab_disabled"}) {
		t.Errorf("after a look at the directory: %v", got)
	}
	if err := d.MemberChanged(t.Context(), member("U1", "priya@example.com")); err != nil {
		t.Fatal(err)
	}
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1"}) {
		t.Errorf("after a change: %v", got)
	}
}

func TestAnAccountThatTakesNoMessagesIsNotALeaver(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	d.bring("actions.csv", "ref,title,owner,due\nr1,Payroll backup,priya@example.com,2026-03-17\n")
	d.slack.People = []chat.Member{member("U1", "priya@example.com"), member("U3", "lena@example.com"), member("U4", "grace@example.com")}
	d.sync()
	if err := d.db.Tx(t.Context(), func(tx *storage.Tx) error { // everybody was looked at
		for _, email := range []string{"priya@example.com", "lena@example.com", "grace@example.com", "tom@example.com"} {
			p, err := tx.ProfileByEmail(email)
			if err != nil {
				return err
			}
			if err := tx.SetLook(p.ID, d.now.AddDate(0, 0, 1)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	removed := chat.Member{Account: chat.Account{Platform: "slack", ID: "U1"}, Trouble: "uninstalled"}
	for range 2 {
		if err := d.MemberChanged(t.Context(), removed); err != nil {
			t.Fatal(err)
		}
	}
	if p := d.person("priya@example.com"); p.Left || p.Reachable {
		t.Errorf("Priya: %+v", p.Person)
	}
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1 uninstalled"}) {
		t.Errorf("Priya has %v", got)
	}
	if n := d.count("person.unreachable"); n != 1 {
		t.Errorf("%d events tell of it", n)
	}
	if got := d.column("SELECT name FROM people WHERE look_at = 0 ORDER BY name"); !slices.Contains(got, "Lena Vogt") || !slices.Contains(got, "Grace Adeyemi") || slices.Contains(got, "Tom Baker") {
		t.Errorf("looked at are %v", got)
	}
	d.sync() // a directory knows nothing of it
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1 uninstalled"}) {
		t.Errorf("after a look at the directory Priya has %v", got)
	}
	removed.Trouble, removed.Zone, removed.Language = "", "America/New_York", "de-DE"
	for range 2 {
		if err := d.MemberChanged(t.Context(), removed); err != nil {
			t.Fatal(err)
		}
	}
	if p := d.person("priya@example.com"); !p.Reachable || p.Zone != "America/New_York" || p.Language != "de-DE" {
		t.Errorf("Priya: %+v", p.Person)
	}
	if n := d.count("person.reachable"); n != 1 {
		t.Errorf("%d events tell that she is back", n)
	}
	before, _ := d.events()
	stranger := chat.Member{Account: chat.Account{Platform: "slack", ID: "UNOBODY"}, Zone: "Europe/Berlin", Trouble: "blocked"}
	if err := d.MemberChanged(t.Context(), stranger); err != nil {
		t.Fatal(err)
	}
	if after, _ := d.events(); len(after) != len(before) || len(d.column("SELECT account FROM accounts WHERE account = 'UNOBODY'")) != 0 {
		t.Error("an account that nobody has left a trace")
	}
	d.intact()
}

func TestAnAccountIsFoundInTroubleWhenItIsFirstSeen(t *testing.T) {
	d := newDesk(t)
	d.bring("people.csv", plainPeople)
	x := member("U1", "priya@example.com")
	x.Trouble = "blocked"
	if err := d.MemberChanged(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	if got := d.accounts("priya@example.com"); !slices.Equal(got, []string{"U1 blocked"}) || d.count("person.unreachable") != 1 {
		t.Errorf("Priya has %v", got)
	}
}
