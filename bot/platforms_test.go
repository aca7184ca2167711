package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/storage"
)

func TestWhoIsOnTwoPlatformsChoosesWhereTheyAreTold(t *testing.T) {
	d := newDuplex(t)
	platformOf := func() *chat.Input {
		for _, in := range d.presses("priya", "settings", "").Form.Inputs {
			if in.Name == "platform" {
				return &in
			}
		}
		return nil
	}
	if got := text(d.says("priya", "settings")); platformOf() != nil || strings.Contains(got, "Where I write to you") || !strings.Contains(got, "[Connect another platform]") {
		t.Errorf("with one account: %+v\n%s", platformOf(), got)
	}
	if got := text(d.says("priya", "who")); !strings.Contains(got, "I know you on: Slack\n") && !strings.HasSuffix(got, "I know you on: Slack") {
		t.Errorf("who:\n%s", got)
	}
	d.submits("priya", "settings", "", "platform", "teams") // an account that she does not have
	if p := d.person("priya"); p.Platform != "" {
		t.Errorf("she is to be told on %s", p.Platform)
	}
	d.bind("priya")
	in := platformOf()
	want := []chat.Option{{Label: "Where you last answered", Value: "last"}, {Label: "Slack", Value: "slack"}, {Label: "Teams", Value: "teams"}}
	if in == nil || in.Value != "last" || !slices.Equal(in.Options, want) {
		t.Fatalf("she is asked %+v", in)
	}
	if r := d.submits("priya", "settings", "", "platform", "pigeon"); r.Errors["platform"] == "" {
		t.Errorf("a platform that nobody has: %s", text(r))
	}
	before := d.seq()
	d.submits("priya", "settings", "", "platform", "teams")
	if events := d.since(before); len(events) != 1 || !strings.Contains(events[0], `"platform":"teams"`) {
		t.Errorf("the journal has %v", events)
	}
	if got := text(d.says("priya", "settings")); !strings.Contains(got, "Where I write to you: Teams") || strings.Contains(got, "Connect another platform") || platformOf().Value != "teams" {
		t.Errorf("after it:\n%s", got)
	}
	if got := text(d.says("priya", "who")); !strings.Contains(got, "I know you on: Slack, Teams") {
		t.Errorf("who:\n%s", got)
	}
	d.submits("priya", "settings", "", "language", "de") // from a form that does not ask
	if p := d.person("priya"); p.Platform != "teams" {
		t.Errorf("the choice is now %q", p.Platform)
	}
	d.submits("priya", "settings", "", "platform", "last")
	if p := d.person("priya"); p.Platform != "" {
		t.Errorf("the choice is now %q", p.Platform)
	}
}

func TestAPlatformWithoutANameIsCalledAsItIs(t *testing.T) {
	d := newDuplex(t)
	d.Messengers["pigeon"] = &chattest.Messenger{}
	d.write(func(tx *storage.Tx) error {
		p, err := tx.ProfileByEmail("priya@example.com")
		if err != nil {
			return err
		}
		_, err = tx.Bind(chat.Account{Platform: "pigeon", ID: "coo"}, p.ID)
		return err
	})
	if got := text(d.says("priya", "who")); !strings.Contains(got, "I know you on: pigeon, Slack") {
		t.Errorf("who:\n%s", got)
	}
}

func TestWhatWaitsMovesWithTheChoice(t *testing.T) {
	d := newDuplex(t)
	d.at("2026-03-16 06:00") // before her hours: a request waits
	d.bind("jon")
	d.says("jon", "todo")
	d.says("lena", "nudge CA-2")
	d.says("jon", "update CA-2 book ordered") // an answer on Slack
	d.submits("jon", "settings", "", "platform", "teams")
	d.at("2026-03-16 09:00").tick()
	if n := d.sent("jon"); n != 0 {
		t.Errorf("%d messages reached him on Slack", n)
	}
	if n := len(d.teams.SentTo(onTeams("jon").ID)); n == 0 {
		t.Errorf("%d messages reached him on Teams", n)
	}
	for _, to := range d.column("SELECT platform FROM deliveries WHERE person = $1", int64(d.id("jon"))) {
		if to != "teams" {
			t.Errorf("a message is for %s", to)
		}
	}
}

// Of a person with two accounts the bot writes to one.

func TestOneDigestReachesAPersonOnTwoPlatforms(t *testing.T) {
	for name, c := range map[string]struct {
		before       func(*duplex)
		slack, teams int
	}{
		"where they last answered, one platform": {func(d *duplex) {
			d.bind("jon")
			d.says("jon", "ack CA-2")
		}, 1, 0},
		"where they last answered, the other": {func(d *duplex) {
			d.bind("jon")
			d.says("jon", "ack CA-2")
			d.now = d.now.Add(time.Minute)
			d.writes("jon", "update CA-2 words")
		}, 0, 1},
		"to read is not to answer": {func(d *duplex) {
			d.bind("jon")
			d.says("jon", "ack CA-2")
			d.now = d.now.Add(time.Minute)
			d.writes("jon", "todo")
		}, 1, 0},
		"to connect an account is not to answer": {func(d *duplex) {
			d.says("jon", "ack CA-2")
			code := d.code("jon")
			d.now = d.now.Add(time.Minute)
			d.writes("jon", "link "+code)
		}, 2, 0}, // the other says that the account is connected
		"where they want it, whatever they answer": {func(d *duplex) {
			d.bind("jon")
			d.submits("jon", "settings", "", "platform", "teams")
			d.says("jon", "update CA-2 words")
		}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDuplex(t)
			c.before(d)
			for range 8 {
				d.tick()
				d.now = d.now.Add(time.Hour / 2)
			}
			if s, m := d.sent("jon"), len(d.teams.SentTo(onTeams("jon").ID)); s != c.slack || m != c.teams {
				t.Errorf("%d on Slack, %d on Teams", s, m)
			}
		})
	}
}

func TestTheNextDigestFollowsTheLastAnswer(t *testing.T) {
	d := newDuplex(t)
	d.bind("jon")
	d.says("jon", "update CA-2 words")
	d.tick()
	if s, m := d.sent("jon"), len(d.teams.SentTo(onTeams("jon").ID)); s != 1 || m != 0 {
		t.Fatalf("on the first day %d on Slack, %d on Teams", s, m)
	}
	d.now = d.now.Add(time.Hour)
	d.writes("jon", "update CA-2 book ordered")
	for range 4 {
		d.now = d.now.AddDate(0, 0, 1)
		d.tick()
	}
	if s, m := d.sent("jon"), len(d.teams.SentTo(onTeams("jon").ID)); s != 1 || m == 0 {
		t.Errorf("then %d on Slack, %d on Teams", s, m)
	}
}

func TestAnAnswerOnEitherPlatformUpdatesBoth(t *testing.T) {
	d := newDuplex(t)
	d.bind("jon")
	d.says("jon", "snooze CA-2 1d") // a first answer, on Slack
	d.says("jon", "undo")
	d.now = d.now.Add(time.Minute)
	d.tick()
	old := d.last("jon")
	d.writes("jon", "done CA-2 https://wiki.example.com/log")
	d.tick()
	if got := d.last("jon"); got.Ref != old.Ref || !strings.Contains(got.Card.Text(), "Done on Mon 16 Mar") {
		t.Errorf("the digest on Slack says\n%s", got.Card.Text())
	}
	for _, s := range d.teams.Sent() {
		if s.To.To == onTeams("jon").ID {
			t.Errorf("he was sent on Teams\n%s", s.Card.Text())
		}
	}
	// And the other way: a message on Teams follows an answer on Slack.
	d.bind("mia")
	d.writes("mia", "update CA-3 half of it")
	d.now = d.now.AddDate(0, 0, 1)
	d.tick()
	onT := func() string {
		all := d.teams.SentTo(onTeams("mia").ID)
		if len(all) != 1 {
			t.Fatalf("Mia got %d messages on Teams", len(all))
		}
		return all[0].Card.Text()
	}
	onT()
	d.says("mia", "done CA-3 both sign now")
	d.tick()
	if got := onT(); !strings.Contains(got, "Done on Tue 17 Mar") {
		t.Errorf("the digest on Teams says\n%s", got)
	}
	d.intact()
}

func TestAPressOnOneMessageOfTwoPlatformsIsTakenOnce(t *testing.T) {
	d := newDuplex(t)
	d.bind("jon")
	d.tick()
	before := d.seq()
	d.presses("jon", "ack CA-2", d.last("jon").Ref)
	if got := text(d.writes("jon", "ack CA-2")); !strings.Contains(got, "You have Visitor log at the back · CA-2 already.") {
		t.Errorf("a second ack on Teams:\n%s", got)
	}
	if events := d.since(before); len(events) != 1 {
		t.Errorf("the journal has %v", events)
	}
}

func TestWhoCannotBeReachedOnOnePlatformIsSentItOnTheOtherOnce(t *testing.T) {
	for name, c := range map[string]struct {
		both  bool
		teams int
		named bool
	}{
		"one fails": {false, 1, false},
		"both fail": {true, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDuplex(t)
			d.bind("jon")
			gone := func(to chat.Address, _ chat.Card) error {
				if to.To == account("jon").ID || to.To == onTeams("jon").ID {
					return refuses(chat.Unreachable, "blocked", 0)
				}
				return nil
			}
			d.slack.Fail = gone
			if c.both {
				d.teams.Fail = gone
			}
			d.says("jon", "update CA-2 words")
			for range 8 {
				d.tick()
				d.now = d.now.Add(time.Hour)
			}
			if s, m := d.sent("jon"), len(d.teams.SentTo(onTeams("jon").ID)); s != 0 || m != c.teams {
				t.Errorf("%d messages on Slack, %d on Teams", s, m)
			}
			d.at("2026-03-17 09:00").tick()
			got := d.read("grace")
			if named := strings.Contains(got, "Jon Reed: takes no messages (blocked)"); named != c.named {
				t.Errorf("named to the ISMS manager: %v\n%s", named, got)
			}
			unreachable := 0
			for _, e := range d.events() {
				if strings.HasPrefix(e, "person.unreachable ") {
					unreachable++
				}
			}
			if want := map[bool]int{false: 1, true: 2}[c.both]; unreachable != want {
				t.Errorf("%d events tell of it", unreachable)
			}
			d.intact()
		})
	}
}

func TestWhoCannotBeReachedAnyMoreGetsWhatWaitsOnTheOther(t *testing.T) {
	for name, told := range map[string]chat.Member{
		"the bot was removed there":    {Trouble: "uninstalled"},
		"the account was closed there": {Gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDuplex(t)
			d.at("2026-03-16 06:00")
			d.bind("jon")
			d.says("jon", "update CA-2 words")
			d.says("lena", "nudge CA-2") // waits for his morning
			told.Account = account("jon")
			if err := d.MemberChanged(t.Context(), told); err != nil {
				t.Fatal(err)
			}
			if p := d.person("jon"); p.Left || !p.Reachable {
				t.Errorf("Jon: %+v", p.Person)
			}
			d.at("2026-03-16 09:00").tick()
			nudges := 0
			for _, s := range d.teams.SentTo(onTeams("jon").ID) {
				if strings.Contains(s.Card.Text(), "Lena asks how it is going") {
					nudges++
				}
			}
			if nudges != 1 || d.sent("jon") != 0 {
				t.Errorf("%d nudges on Teams, %d messages on Slack", nudges, d.sent("jon"))
			}
		})
	}
}
