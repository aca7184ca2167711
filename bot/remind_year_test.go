package bot_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

var britain = func(c *bot.Config) {
	keeps, err := isms.Holidays("GB")
	if err != nil {
		panic(err)
	}
	c.Organisation.Calendar.Holiday = keeps
}

const tickEvery = 15 * time.Minute

// year is a world for a year, with the oracle beside it.
type year struct {
	*world
	o     *oracle
	moved map[string][]move // when somebody's zone changed
}

type move struct {
	at   time.Time
	zone *time.Location
}

// live ticks until the instant.
func (y *year) live(s string) {
	y.t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		y.t.Fatal(err)
	}
	for time.Now().Before(at) {
		y.o.tick()
		y.tick()
		time.Sleep(min(tickEvery, time.Until(at)))
	}
}

func (y *year) settle(name, zone string) {
	y.t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		y.t.Fatal(err)
	}
	y.moved[name] = append(y.moved[name], move{time.Now(), loc})
}

func (y *year) calendarOf(name string, at time.Time) isms.Calendar {
	cal := y.config.Organisation.Calendar
	for _, m := range y.moved[name] {
		if !at.Before(m.at) {
			cal.Zone = m.zone
		}
	}
	return cal
}

func (y *year) does(name, text string) {
	y.t.Helper()
	if answer := y.says(name, text); strings.Contains(answer, "cannot find") {
		y.t.Fatalf("%s says %q and hears %q", name, text, answer)
	}
	y.o.refresh()
}

func (y *year) change(f func(*storage.Tx) error) {
	y.t.Helper()
	y.write(f)
	y.o.refresh()
}

var owners = map[string]string{
	"Ann": "Europe/London", "Bob": "Europe/London", "Cat": "Europe/London", "Dan": "America/New_York", "Eve": "America/New_York",
	"Fay": "America/New_York", "Gus": "Australia/Lord_Howe", "Hal": "Australia/Lord_Howe", "Ida": "Australia/Lord_Howe", "Joe": "", "Kim": "",
}

// newYear is an organisation with these owners, a deputy without work of her
// own, and items around every awkward day of the year 2000: 44 for 11 owners.
func newYear(t *testing.T, names ...string) *year {
	y := &year{world: newWorld(t, britain), moved: map[string][]move{}}
	y.person("Grace", "", role(isms.ISMSManager))
	y.person("Dee", "Europe/London")
	y.settle("Dee", "Europe/London")
	for _, name := range names {
		y.person(name, owners[name], func(p *storage.Profile) { p.Deputy = y.ids["Dee"] })
		if owners[name] != "" {
			y.settle(name, owners[name])
		}
	}
	dues := []string{"2000-02-29", "2000-03-27", "2000-04-03", "2000-03-26", "2000-08-28", "2000-10-29", "2000-10-30", "2000-12-31", "2001-01-01",
		"2000-01-31", "2000-05-31", "2000-04-24", "2000-12-27", "2000-07-14", "2000-06-30", "2000-11-30"}
	for i := range 3 * len(names) {
		y.item(isms.Action, names[i%len(names)], dues[i%len(dues)])
	}
	for i, repeat := range []string{"monthly", "weekly", "quarterly", "FREQ=MONTHLY;BYDAY=-1FR"} {
		y.item(isms.Task, names[i*2%len(names)], "2000-01-31", func(it *isms.Item) { it.Repeat = repeat })
	}
	for i := range 2 * len(names) / 3 {
		y.item(isms.Audit, names[i], dues[(i*3)%len(dues)], func(it *isms.Item) { it.Status, it.AuditKind = isms.Planned, isms.Internal })
	}
	y.o = newOracle(y.world, names...)
	return y
}

func TestAYearOfReminders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t, slices.Sorted(maps.Keys(owners))...)
		y.live("2000-01-20 10:30")
		y.does("Ann", "ack CA-1")
		y.does("Bob", "snooze CA-2 5d")
		y.live("2000-01-31 15:00")
		y.does("Ann", "done TSK-1 backup.log") // the last of a month, from now on
		y.live("2000-03-01 11:00")
		for _, id := range []string{"TSK-1", "TSK-2", "TSK-3", "TSK-4"} {
			y.does(y.owner(id), "done "+id+" checked")
		}
		if raced || testing.Short() {
			y.end()
			return
		}
		y.live("2000-03-20 09:30")
		y.does("Cat", "delegate CA-3 <@Bob>") // on the morning of a reminder
		y.does("Dan", "snooze CA-4 3d")
		y.live("2000-03-29 12:00")
		y.does("Eve", "done CA-5 done at last")
		y.change(func(tx *storage.Tx) error { return y.moveDue(tx, "CA-6", "2000-04-28") })
		y.live("2000-05-01 08:00")
		y.change(func(tx *storage.Tx) error {
			return tx.SetAbsence(y.ids["Gus"], isms.Absence{From: date(t, "2000-05-08"), To: date(t, "2000-05-21")})
		})
		y.live("2000-05-22 00:00")
		if told := y.rows("SELECT count(*) FROM reminders WHERE person = $1 AND capacity = 'deputy'", int64(y.ids["Dee"])); told[0] == "0" {
			t.Error("the deputy was told nothing in those two weeks")
		}
		y.live("2000-07-03 23:30")
		y.zone("Hal", "Europe/London") // whose day begins again
		y.live("2000-07-24 12:00")
		y.zone("Ann", "Australia/Lord_Howe") // who skips half a day
		y.live("2000-09-10 03:00")
		y.stop() // a week's outage
		y.at("2000-09-17 22:10")
		y.start()
		y.live("2000-10-02 06:00")
		y.slack.Fail = func(to chat.Address, _ chat.Card) error {
			if to.To == "Joe" {
				return refuses(chat.Unreachable, "user_disabled", 0)
			}
			return nil
		}
		y.o.gone["Joe"] = true
		y.live("2000-10-12 11:00")
		y.slack.Fail = nil
		y.o.gone["Joe"] = false
		y.change(func(tx *storage.Tx) error {
			_, err := tx.SetAccount(chat.Account{Platform: "slack", ID: "Joe"}, "", "", "")
			return err
		})
		y.live("2001-01-12 00:00")
		y.end()
	})
}

// end checks the year and closes the database.
func (y *year) end() {
	y.t.Helper()
	defer y.stop()
	if err := y.o.compare(); err != nil {
		y.t.Error(err)
	}
	sent := y.slack.Sent()
	if err := y.arrivals(sent, y.calendarOf); err != nil {
		y.t.Error(err)
	}
	if _, err := y.db.Verify(y.t.Context()); err != nil {
		y.t.Error(err)
	}
	lines := 0
	for _, m := range y.o.people {
		lines += len(m.lines)
	}
	y.t.Logf("%d messages, %d lines to owners", len(sent), lines)
}

func (y *year) owner(id string) string {
	y.t.Helper()
	for _, it := range y.o.items {
		if it.ID.String() == id {
			for name, p := range y.ids {
				if p == it.Owner {
					return name
				}
			}
		}
	}
	y.t.Fatalf("nobody owns %s", id)
	return ""
}

// moveDue gives an item another date, as an approval does.
func (w *world) moveDue(tx *storage.Tx, id, to string) error {
	item, _ := isms.ParseItemID(id)
	it, err := tx.Item(item)
	if err != nil || it == nil {
		return fmt.Errorf("%s: %v", id, err)
	}
	if r := it.MoveDue(date(w.t, to), isms.DateOf(time.Now())); r != nil {
		return r
	}
	if err := tx.SaveItem(it); err != nil {
		return err
	}
	if err := tx.Unsnooze(item, 0); err != nil {
		return err
	}
	return tx.LookNow(it.Owner)
}

// zone moves a person to another zone, by their own setting.
func (y *year) zone(name, zone string) {
	y.t.Helper()
	y.settle(name, zone)
	y.change(func(tx *storage.Tx) error {
		p, err := tx.Profile(y.ids[name])
		if err != nil {
			return err
		}
		p.OwnZone = zone
		return tx.SavePerson(p)
	})
}
