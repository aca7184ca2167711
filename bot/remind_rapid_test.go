package bot_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// deed is one thing that happens, some while after the one before.
type deed struct {
	After time.Duration
	What  string
	Who   string
	Item  int // of the items there are
	Days  int
}

// story is drawn before the bubble begins: rapid must not be asked in it.
type story struct {
	From, To int // the organisation's hours, in minutes
	Working  [7]bool
	Zones    []string
	Dues     []int // days from the beginning
	Owner    []int
	Every    time.Duration // between ticks
	Deeds    []deed
}

var cast = []string{"Ann", "Bob", "Cat", "Dan"}

func drawStory(t *rapid.T) story {
	s := story{From: rapid.IntRange(0, 22).Draw(t, "from") * 60}
	s.To = rapid.IntRange(s.From/60+1, 24).Draw(t, "to") * 60
	for i := range s.Working {
		s.Working[i] = rapid.IntRange(0, 3).Draw(t, "works") > 0
	}
	s.Working[rapid.IntRange(0, 6).Draw(t, "surely")] = true
	zones := []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", ""}
	for range cast {
		s.Zones = append(s.Zones, rapid.SampledFrom(zones).Draw(t, "zone"))
	}
	for range rapid.IntRange(1, 8).Draw(t, "items") {
		s.Dues = append(s.Dues, rapid.IntRange(-10, 40).Draw(t, "due"))
		s.Owner = append(s.Owner, rapid.IntRange(0, len(cast)-1).Draw(t, "owner"))
	}
	s.Every = time.Duration(rapid.IntRange(7, 55).Draw(t, "every")) * time.Minute
	deeds := []string{"wait", "ack", "snooze", "done", "undo", "move", "delegate", "zone", "absence", "outage", "restart", "kill", "cut", "unreachable", "reachable"}
	for range rapid.IntRange(0, 14).Draw(t, "deeds") {
		s.Deeds = append(s.Deeds, deed{
			After: time.Duration(rapid.IntRange(0, 60*60).Draw(t, "after")) * time.Minute, What: rapid.SampledFrom(deeds).Draw(t, "what"),
			Who: rapid.SampledFrom(cast).Draw(t, "who"), Item: rapid.IntRange(0, len(s.Dues)-1).Draw(t, "item"), Days: rapid.IntRange(1, 12).Draw(t, "days"),
		})
	}
	return s
}

// TestNoStoryTellsAnythingTwiceOrNever searches for a course of events in which
// an owner hears something twice, at a wrong time, or not at all.
func TestNoStoryTellsAnythingTwiceOrNever(t *testing.T) {
	t.Parallel()
	stories := 0
	rapid.Check(t, func(rt *rapid.T) {
		if stories++; raced && stories > 20 {
			return
		}
		s := drawStory(rt)
		var found error
		synctest.Test(t, func(t *testing.T) { found = play(t, s) })
		if found != nil {
			rt.Fatal(found)
		}
	})
}

func play(t *testing.T, s story) error {
	time.Sleep(75 * 24 * time.Hour) // clocks change in the weeks to come
	y := &year{world: newWorld(t, func(c *bot.Config) {
		c.Organisation.Calendar.From, c.Organisation.Calendar.To, c.Organisation.Calendar.Working = s.From, s.To, s.Working
	}), moved: map[string][]move{}}
	y.person("Grace", "", role(isms.ISMSManager))
	for i, name := range cast {
		y.person(name, s.Zones[i])
		if s.Zones[i] != "" {
			y.settle(name, s.Zones[i])
		}
	}
	today := isms.DateOf(time.Now())
	for i, due := range s.Dues {
		kind := []isms.Kind{isms.Action, isms.Task}[i%2]
		y.item(kind, cast[s.Owner[i]], today.Add(due).String(), func(it *isms.Item) {
			if i%4 == 3 {
				it.Repeat = "weekly"
			}
		})
	}
	y.o = newOracle(y.world, cast...)
	for _, d := range s.Deeds {
		y.for_(d.After, s.Every)
		y.happens(d)
	}
	y.for_(5*24*time.Hour, s.Every)
	time.Sleep(10 * time.Second) // for the answers that were lost just now
	y.deliver()
	defer y.stop()
	if err := y.o.compare(); err != nil {
		return err
	}
	return y.arrivals(y.slack.Sent(), y.calendarOf)
}

func (y *year) for_(d, every time.Duration) {
	end := time.Now().Add(d)
	for time.Now().Before(end) {
		y.o.tick()
		y.tick()
		time.Sleep(min(every, time.Until(end)))
	}
}

// happens does the deed, if there is anybody to do it.
func (y *year) happens(d deed) {
	item := y.o.items[d.Item].ID.String()
	owner := ""
	for name, id := range y.ids {
		if id == y.o.items[d.Item].Owner {
			owner = name
		}
	}
	switch d.What {
	case "ack":
		y.says(owner, "ack "+item)
	case "snooze":
		y.says(owner, fmt.Sprintf("snooze %s %dd", item, d.Days))
	case "done":
		y.says(owner, "done "+item+" seen to")
	case "undo":
		y.says(d.Who, "undo")
	case "delegate":
		y.says(owner, "delegate "+item+" <@"+d.Who+">")
	case "move":
		if y.o.items[d.Item].IsOpen() {
			y.write(func(tx *storage.Tx) error {
				_ = y.moveDue(tx, item, isms.DateOf(time.Now()).Add(d.Days).String()) // the same date is refused
				return nil
			})
		}
	case "zone":
		y.zone(d.Who, []string{"Europe/London", "America/New_York", "Australia/Lord_Howe"}[d.Days%3])
	case "absence":
		from := isms.DateOf(time.Now())
		y.write(func(tx *storage.Tx) error {
			return tx.SetAbsence(y.ids[d.Who], isms.Absence{From: from.Add(1), To: from.Add(d.Days)})
		})
	case "outage":
		y.stop()
		time.Sleep(time.Duration(d.Days) * 20 * time.Hour)
		y.start()
	case "restart":
		y.stop()
		y.start()
	case "kill":
		y.kill()
	case "cut":
		var n atomic.Int64
		y.slack.Cut = func(chat.Address, chat.Card) bool { return n.Add(1) <= int64(d.Days) }
	case "unreachable":
		y.o.gone[d.Who] = true
		y.slack.Fail = func(to chat.Address, _ chat.Card) error {
			if y.o.gone[to.To] {
				return refuses(chat.Unreachable, "user_disabled", 0)
			}
			return nil
		}
	case "reachable":
		y.o.gone[d.Who] = false
		y.write(func(tx *storage.Tx) error {
			_, err := tx.SetAccount(chat.Account{Platform: "slack", ID: d.Who}, "", "", "")
			return err
		})
	}
	y.o.refresh()
}

// kill ends the process between the platform's answer and our record of it,
// for everything of the last hour.
func (y *year) kill() {
	for _, s := range y.slack.Sent() {
		if time.Since(s.At) < time.Hour {
			y.forget(s)
		}
	}
	y.stop()
	y.start()
	time.Sleep(3 * time.Second)
}
