package awareness_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ismsbot/storage"
)

// The command notes that those missed are to be asked again; their rows follow,
// some at a time, and from where that was broken off.
func TestTheRowsOfThoseMissedFollow(t *testing.T) {
	h := newHouse(t)
	const many = 250
	h.write(func(tx *storage.Tx) error {
		for i := range many {
			p := &storage.Profile{}
			p.Name, p.Email, p.Department = fmt.Sprint("Person ", i), fmt.Sprintf("p%d@example.com", i), "Depot"
			if err := tx.SavePerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	h.says("mia", "broadcast to everyone | Title | Text")
	h.says("mia", fmt.Sprint("send MSG-1 ", 9+many))
	h.spread()
	tries := func() []string {
		return h.column("SELECT tries || ' ' || count(*) FROM broadcast_recipients GROUP BY tries")
	}
	before := len(h.events())
	has(t, text(h.says("mia", "stats MSG-1")), "[Resend to the 251]")
	has(t, text(h.says("mia", "resend MSG-1")), "251 people are asked once more.")
	if got := h.events()[before:]; len(got) != 1 || !strings.Contains(got[0], `broadcast.resent {"broadcast":1,"by":3,"count":251,`) {
		t.Errorf("%v", got)
	}
	if got := tries(); !slices.Equal(got, []string{"1 259"}) {
		t.Errorf("the command itself wrote rows: %v", got)
	}
	h.spread()
	if got := tries(); !slices.Equal(got, []string{"1 8", "2 251"}) {
		t.Errorf("asked again: %v", got)
	}
	has(t, text(h.says("mia", "stats MSG-1")), "Not reached 251", "251 have no account here yet")

	raw, err := sql.Open("sqlite", h.path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	h.says("mia", "resend MSG-1")
	if _, err := raw.Exec("UPDATE broadcasts SET resend = 62"); err != nil { // as if the process had died behind the fiftieth of them
		t.Fatal(err)
	}
	h.spread()
	if got := tries(); !slices.Equal(got, []string{"1 8", "2 51", "3 200"}) {
		t.Errorf("asked again from there: %v", got)
	}
	before = len(h.events())
	h.spread()
	if got := h.events()[before:]; len(got) != 0 || h.column("SELECT resend FROM broadcasts")[0] != "0" {
		t.Errorf("it does not end: %v", got)
	}
}

func TestNobodyMissedIsNobodyAskedAgain(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to Finance | Title | Text")
	h.says("mia", "send MSG-1 2")
	h.at("2026-03-16 14:00").spread()
	before := len(h.events())
	h.says("mia", "resend MSG-1")
	if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.resend_nobody"}) {
		t.Error(got)
	}
}

// Whoever has left is named as such, and is not asked again.
func TestWhoHasLeftIsNotAskedAgain(t *testing.T) {
	h := newHouse(t).sent()
	h.change("ana", func(p *profile) { p.Left = true })
	h.at("2026-03-16 13:00").spread() // her morning
	h.says("mia", "resend MSG-1")     // to Nils
	h.spread()
	has(t, text(h.says("mia", "stats MSG-1")), "Not reached 2", "1 has left", "1 has no account here yet", "[Resend to the 1]")
	if got := h.column("SELECT tries FROM broadcast_recipients WHERE person = $1", int64(h.person("ana").ID)); got[0] != "1" {
		t.Error("Ana was asked again")
	}
	if n := h.count("ana"); n != 0 {
		t.Errorf("Ana got %d messages", n)
	}
	h.change("ana", func(p *profile) { p.Left = false })
	h.says("mia", "resend MSG-1")
	h.spread()
	if n := h.count("ana"); n != 1 {
		t.Errorf("Ana is back and got %d messages", n)
	}
}
