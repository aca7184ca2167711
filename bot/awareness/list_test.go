package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

func TestAListIsKeptAndUsed(t *testing.T) {
	h := newHouse(t)
	has(t, text(h.says("mia", "list")), "There are no lists yet.", "list NAME =")
	has(t, text(h.says("mia", "list Fire wardens = kemi@example.com, Jon Reed")), "Fire wardens · 2 people", "Jon Reed, Kemi Balogun", "Kept.")
	has(t, text(h.says("grace", "list fire WARDENS + ana@example.com")), "Fire wardens · 3 people")
	has(t, text(h.says("mia", "list Fire wardens - jon@example.com")), "Fire wardens · 2 people", "Kemi Balogun, Ana Torres")
	has(t, text(h.says("mia", "lists")), "1 list", "Fire wardens - 2 people")
	has(t, text(h.says("mia", "list fire wardens")), "Ana Torres", "broadcast to list Fire wardens |")
	has(t, text(h.says("mia", "broadcast to list Fire wardens | Drill | On Friday. | ack by fri")), "list: Fire wardens (2 people)")
	form := h.presses("mia", "broadcast", "").Form
	i := slices.IndexFunc(form.Inputs, func(in chat.Input) bool { return in.Name == "audience" })
	if !slices.Contains(form.Inputs[i].Options, chat.Option{Label: "list: Fire wardens", Value: "list:Fire wardens"}) {
		t.Errorf("%+v", form.Inputs[i].Options)
	}
	r := h.submits("mia", "broadcast", "", "title", "Drill", "text", "On Friday.", "language", "en", "audience", "list:Fire wardens", "except", "ana@example.com")
	has(t, text(r), "list: Fire wardens, except Ana Torres (1 person)")
	has(t, text(h.says("mia", "list Fire wardens =")), "is gone")
	has(t, text(h.says("mia", "broadcast to list Fire wardens | Drill | On Friday.")), "list Fire wardens")
	if got := h.kinds(0); slices.Index(got, "list.changed") < 0 || got[len(got)-1] != "refused refuse.audience" {
		t.Errorf("%v", got)
	}
	if all := strings.Join(h.events(), "\n"); strings.Contains(all, "wardens") {
		t.Error("the journal has free words in it")
	}
}

// What went out is for whom the list held then; who comes to it while it is
// open is a joiner.
func TestAListIsFrozenWithTheBroadcast(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "list Wardens = kemi@example.com, jon@example.com")
	h.says("mia", "broadcast to list Wardens | Drill | On Friday. | ack by fri")
	h.says("mia", "list Wardens = kemi@example.com, jon@example.com, ana@example.com")
	has(t, text(h.says("mia", "send MSG-1 2")), "has changed since")
	h.says("mia", "show MSG-1")
	has(t, text(h.says("mia", "send MSG-1 3")), "on its way to 3 people")
	h.spread()
	h.says("mia", "list Wardens = klara@example.com")
	h.spread()
	if got := h.column("SELECT people FROM broadcast_audiences"); !slices.Equal(got, []string{"5;7-8"}) {
		t.Errorf("frozen: %v", got)
	}
	if h.count("jon") != 1 || h.count("klara") != 1 {
		t.Errorf("Jon has %d messages, Klara %d", h.count("jon"), h.count("klara"))
	}
}

func TestListsAreForThoseWhoWriteToMany(t *testing.T) {
	h := newHouse(t)
	for says, why := range map[string]string{
		"jon: list Wardens = jon@example.com": "refuse.broadcast_role", "jon: lists": "refuse.broadcast_role", "mia: list Nobody": "refuse.list", "mia: list Nobody - kemi@example.com": "refuse.list",
		"mia: list = kemi@example.com": "refuse.list_name", "mia: list a,b = kemi@example.com": "refuse.list_name", "mia: list Wardens = nobody@example.com": "refuse.who", "mia: list Wardens =": "refuse.list",
	} {
		before := len(h.events())
		who, line, _ := strings.Cut(says, ": ")
		r := h.says(who, line)
		if got := h.kinds(before); !slices.Equal(got, []string{"refused " + why}) {
			t.Errorf("%s: %v %s", says, got, text(r))
		}
	}
}

func TestSitesOfThePeopleFileAreInTheMenu(t *testing.T) {
	h := newHouse(t)
	h.change("kemi", func(p *storage.Profile) { p.Site = "Leeds" })
	has(t, text(h.says("mia", "broadcast to Leeds | Title | Text")), "Leeds (1 person)")
	form := h.presses("mia", "broadcast", "").Form
	i := slices.IndexFunc(form.Inputs, func(in chat.Input) bool { return in.Name == "audience" })
	if !slices.Contains(form.Inputs[i].Options, chat.Option{Label: "site: Leeds", Value: "site:Leeds"}) {
		t.Errorf("%+v", form.Inputs[i].Options)
	}
}

// No name makes a rule mean others than those on the list.
func TestAListsNameMeansThatList(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "list Staff = kemi@example.com")
	for _, name := range []string{"Staff except Operations", "Staff ohne Mia Rossi", "\u017ftaff", "but not me"} {
		before := len(h.events())
		r := h.says("mia", "list "+name+" = jon@example.com")
		if got := h.kinds(before); !slices.Equal(got, []string{"refused refuse.list_name"}) {
			t.Errorf("%s: %v %s", name, got, text(r))
		}
	}
	for _, name := range []string{"everyone", "Finance", "except", "Finance and Operations", "<!channel>", "=1+1", "MSG-1"} {
		r := h.says("mia", "list "+name+" = jon@example.com")
		if name == "=1+1" {
			has(t, text(r), "A name for a list")
			continue
		}
		has(t, text(h.says("mia", "broadcast to list "+name+" | Drill | On Friday.")), "list: "+name+" (1 person)")
	}
	has(t, text(h.says("mia", "broadcast to everyone | Drill | On Friday.")), "everyone (9 people)")
}

// A choice in the menu means what it says, whatever stands in the name.
func TestAChoiceInTheMenuMeansWhatItSays(t *testing.T) {
	h := newHouse(t)
	h.change("kemi", func(p *storage.Profile) { p.Department = "Operations, Finance" })
	h.change("ana", func(p *storage.Profile) { p.Department = "All except Board" })
	for _, d := range []string{"Operations, Finance", "All except Board"} {
		r := h.submits("mia", "broadcast", "", "title", "Drill", "text", "On Friday.", "language", "en", "audience", "department:"+d)
		has(t, text(r), d+" (1 person)")
	}
}
