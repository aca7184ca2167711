package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/bottest"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// household is everybody: name, department, manager, deputy, role, language.
var household = [][6]string{
	{"Daniel Cole", "Board", "", "", "top_management", ""},
	{"Lena Vogt", "Operations", "daniel", "", "manager", ""},
	{"Tom Baker", "IT", "lena", "", "staff", ""},
	{"Priya Nair", "IT", "lena", "tom", "staff", ""},
	{"Jon Reed", "Operations", "lena", "", "staff", ""},
	{"Sam Okoro", "Quality", "daniel", "", "auditor", ""},
	{"Grace Adeyemi", "Security", "daniel", "", "isms_manager", ""},
	{"Nora Haas", "Finance", "daniel", "", "manager", ""},
	{"Mia Rossi", "Finance", "nora", "", "staff", ""},
	{"Xaver Outside", "", "", "", "external_auditor", ""},
	{"Klara Brandt", "Facilities", "lena", "", "staff", "de"},
}

// house is an organisation with every role in it, on Mon 16 March 2026, and a
// register in which everything has an owner:
//
//	CA-1  Priya, due tomorrow, minor     CA-2  Jon, 6 days late, minor
//	CA-3  Mia, 3 days late, major        CA-4  Lena's, done, Sam checks today
//	TSK-1 Priya, in 3 days, quarterly, with evidence
//	TSK-2 Grace, 2 days late             TSK-3 Klara, due today
type house struct {
	*bottest.House
	t     testing.TB
	path  string
	db    *storage.DB
	slack *chattest.Messenger
	now   time.Time
}

func newHouse(t testing.TB, change ...func(*bot.Config)) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)}
	h.House = bottest.New(t, func() time.Time { return h.now }, change...)
	h.path, h.db, h.slack = h.Path, h.DB, h.Slack
	for _, p := range household {
		h.moveIn(p)
	}
	h.furnish()
	return h
}

func (h *house) moveIn(x [6]string) {
	h.t.Helper()
	first, _, _ := strings.Cut(strings.ToLower(x[0]), " ")
	p := &storage.Profile{Person: isms.Person{Name: x[0], Email: first + "@example.com", Department: x[1], Roles: []isms.Role{isms.Role(x[4])}}, FileLanguage: x[5]}
	if x[2] != "" {
		p.Manager = h.id(x[2])
	}
	if x[3] != "" {
		p.Deputy = h.id(x[3])
	}
	h.write(func(tx *storage.Tx) error {
		if err := tx.SavePerson(p); err != nil {
			return err
		}
		_, err := tx.Bind(account(first), p.ID)
		return err
	})
}

func (h *house) furnish() {
	h.t.Helper()
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Test the payroll backup", Severity: isms.Minor, Source: "internal_audit",
		Requirements: []string{"iso27001@2022:A.8.13"}}, "priya", "2026-03-17")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Visitor log at the back", Severity: isms.Minor}, "jon", "2026-03-10")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Two people for a payment", Severity: isms.Major}, "mia", "2026-03-13")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Lock the archive", Status: isms.Done, DoneOn: date(h.t, "2025-12-12"), DoneBy: h.id("lena"),
		Verifier: h.id("sam"), VerifyDue: date(h.t, "2026-03-16")}, "lena", "2025-12-15")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Check the finance share", Repeat: "quarterly", EvidenceNeeded: "a screenshot"}, "priya", "2026-03-19")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Read the log"}, "grace", "2026-03-14")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Round of the doors"}, "klara", "2026-03-16")
}

// add puts an open item into the register.
func (h *house) add(it isms.Item, owner, due string) isms.ItemID {
	h.t.Helper()
	it.Due = date(h.t, due)
	it.FirstDue, it.SeriesStart = it.Due, it.Due
	if owner != "" {
		it.Owner = h.id(owner)
	}
	if it.Status == "" {
		it.Status = isms.Open
	}
	r := &storage.Record{Item: it}
	h.write(func(tx *storage.Tx) error {
		if err := tx.SaveItem(r); err != nil {
			return err
		}
		return tx.LookAtEverybody()
	})
	return r.ID
}

// tick is what the scheduler does.
func (h *house) tick() {
	h.t.Helper()
	for _, f := range []func() error{func() error { return h.Remind(context.Background()) }, func() error { return h.Deliver(context.Background()) }} {
		if err := f(); err != nil {
			h.t.Fatal(err)
		}
	}
}

// at sets the clock.
func (h *house) at(s string) *house {
	h.t.Helper()
	h.now = bottest.Time(h.t, s)
	return h
}
