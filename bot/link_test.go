package bot_test

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// duplex is a house that is on two platforms.
type duplex struct {
	*house
	teams *chattest.Messenger
}

func newDuplex(t testing.TB, change ...func(*bot.Config)) *duplex {
	t.Helper()
	teams := &chattest.Messenger{}
	add := func(c *bot.Config) { c.Messengers["teams"] = teams }
	return &duplex{newHouse(t, append(change, add)...), teams}
}

// onTeams is somebody's account there.
func onTeams(name string) chat.Account { return chat.Account{Platform: "teams", ID: "t-" + name} }

// writes has an account on Teams type something.
func (d *duplex) writes(name, text string) chat.Reply {
	d.t.Helper()
	return d.do(chat.Invocation{From: onTeams(name), Kind: chat.Typed, Text: text, Private: true})
}

// bind gives somebody an account on Teams.
func (d *duplex) bind(name string) {
	d.t.Helper()
	id := d.id(name)
	d.write(func(tx *storage.Tx) error {
		_, err := tx.Bind(onTeams(name), id)
		return err
	})
}

func (d *duplex) ownerOf(a chat.Account) (id isms.PersonID) {
	d.t.Helper()
	d.view(func(tx *storage.Tx) (err error) {
		id, err = tx.PersonOf(a)
		return err
	})
	return id
}

var codeLine = regexp.MustCompile(`link ([2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4})\n`)

// code has somebody ask for a code on Slack.
func (d *duplex) code(name string) string {
	d.t.Helper()
	got := text(d.says(name, "link"))
	m := codeLine.FindStringSubmatch(got)
	if m == nil {
		d.t.Fatalf("%s got no code:\n%s", name, got)
	}
	return m[1]
}

func TestACodeConnectsAnAccountOfAnotherPlatform(t *testing.T) {
	for name, as := range map[string]func(string) string{
		"as it is shown":          func(s string) string { return s },
		"in lower case":           strings.ToLower,
		"without the dash":        func(s string) string { return strings.ReplaceAll(s, "-", "") },
		"with a dash of Word":     func(s string) string { return strings.ReplaceAll(s, "-", "–") },
		"with blanks":             func(s string) string { return strings.ReplaceAll(s, "-", " ") + " " },
		"letter by letter":        func(s string) string { return strings.Join(strings.Split(s, ""), " ") },
		"with /isms before it":    func(s string) string { return s },
		"as a button of somebody": func(s string) string { return s },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDuplex(t)
			d.says("priya", "todo")
			before := d.seq()
			code := d.code("priya")
			in := chat.Invocation{From: onTeams("priya"), Text: "link " + as(code), Private: true, Zone: "Europe/Berlin", Language: "en-GB"}
			if strings.HasPrefix(name, "with /isms") {
				in.Text = "/isms " + in.Text
			}
			if strings.HasPrefix(name, "as a button") {
				in.Kind = chat.Pressed
			}
			if got := text(d.do(in)); !strings.HasPrefix(got, "I know you here now, Priya.") {
				t.Errorf("Priya reads on Teams\n%s", got)
			}
			if d.ownerOf(onTeams("priya")) != d.id("priya") {
				t.Error("the account is not hers")
			}
			d.tick()
			if got := d.read("priya"); !strings.Contains(got, "Your account on Teams is now connected to me. If that was not you, tell Grace Adeyemi.") {
				t.Errorf("Priya reads on Slack\n%s", got)
			}
			events := strings.Join(d.since(before), "\n")
			if want := fmt.Sprintf(`account.bound {"how":"code","person":%d,"platform":"teams"}`, d.id("priya")); strings.Count(events, want) != 1 {
				t.Errorf("%q is not in\n%s", want, events)
			}
			if p := d.person("priya"); p.Zone != "Europe/Berlin" {
				t.Errorf("her zone is %q", p.Zone)
			}
			if got := text(d.writes("priya", "todo")); !strings.HasPrefix(got, "You have 2 open items.") {
				t.Errorf("her list on Teams:\n%s", got)
			}
			d.intact()
		})
	}
}

func TestWhatConnectsNothing(t *testing.T) {
	const unknown = "I do not know this code."
	for name, c := range map[string]struct {
		do    func(*duplex, string) chat.Reply // what is done with Priya's code
		says  string
		known bool // the sender is
	}{
		"a code that nobody made": {func(d *duplex, _ string) chat.Reply { return d.writes("priya", "link ABCD-EFGH") }, unknown, false},
		"what is no code":         {func(d *duplex, _ string) chat.Reply { return d.writes("priya", "link CA-12") }, unknown, false},
		"a code and more":         {func(d *duplex, code string) chat.Reply { return d.writes("priya", "link "+code+"X") }, unknown, false},
		"an old code": {func(d *duplex, code string) chat.Reply {
			d.now = d.now.Add(15 * time.Minute)
			return d.writes("priya", "link "+code)
		}, unknown, false},
		"a code that was used": {func(d *duplex, code string) chat.Reply {
			d.writes("priya", "link "+code)
			return d.writes("another", "link "+code)
		}, unknown, false},
		"a code that was replaced": {func(d *duplex, code string) chat.Reply {
			d.code("priya")
			return d.writes("priya", "link "+code)
		}, unknown, false},
		"a code of somebody who has left": {func(d *duplex, code string) chat.Reply {
			d.change("priya", func(p *storage.Profile) { p.Left = true })
			return d.writes("priya", "link "+code)
		}, unknown, false},
		"an account that is somebody's": {func(d *duplex, code string) chat.Reply {
			d.bind("jon")
			return d.writes("jon", "link "+code)
		}, "I know this account already, as Jon Reed. To connect one on another platform, type link here, without a code.", true},
		"an account that is somebody's, with a wrong code": {func(d *duplex, _ string) chat.Reply {
			d.bind("jon")
			return d.writes("jon", "link ABCD-EFGH")
		}, "I know this account already, as Jon Reed.", true},
		"a second account there": {func(d *duplex, code string) chat.Reply {
			d.bind("priya")
			return d.writes("another", "link "+code)
		}, "I know you on Teams with another account, and one is all I can keep there. Please use that one; if it is not yours any more, tell Grace Adeyemi.", false},
		"the platform on which it was made": {func(d *duplex, code string) chat.Reply { return d.says("priya", "link "+code) },
			"You made this code here, on Slack. Please type it on the other platform", true},
		"another account there where it was made": {func(d *duplex, code string) chat.Reply {
			return d.do(chat.Invocation{From: account("nobody"), Text: "link " + code, Private: true})
		}, "You made this code here, on Slack.", false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDuplex(t)
			d.says("priya", "todo")
			code := d.code("priya")
			r := c.do(d, code)
			got := text(r)
			if !strings.HasPrefix(got, c.says) || !strings.Contains(got, "Nothing was changed.") {
				t.Errorf("it says\n%s", got)
			}
			if id := d.ownerOf(onTeams("another")); id != 0 {
				t.Errorf("the account is %d's now", id)
			}
			if offered := commands(r.Card); (len(offered) > 0) != c.known {
				t.Errorf("the sender is offered %v", offered)
			}
			plain := strings.ReplaceAll(code, "-", "")
			for _, e := range d.events() {
				if strings.Contains(strings.ReplaceAll(e, "-", ""), plain) {
					t.Errorf("the journal has the code: %s", e)
				}
			}
			d.intact()
		})
	}
}

func TestTheCodeIsKeptNowhere(t *testing.T) {
	var log strings.Builder
	d := newDuplex(t, logsTo(&log))
	code := d.code("priya")
	d.writes("stranger", "link "+code+"Z")
	d.writes("priya", "link "+code)
	d.tick()
	for _, table := range d.column("SELECT name FROM sqlite_schema WHERE type = 'table'") {
		for _, row := range d.column("SELECT json_group_array(json_array(" + strings.Join(d.column("SELECT name FROM pragma_table_info('"+table+"')"), ", ") + ")) FROM " + table) {
			if strings.Contains(row, code) || strings.Contains(row, strings.ReplaceAll(code, "-", "")) {
				t.Errorf("%s has the code", table)
			}
		}
	}
	if strings.Contains(log.String(), code) {
		t.Error("the log has the code")
	}
}

func TestAnAccountMayGuessFiveTimes(t *testing.T) {
	d := newDuplex(t)
	for range 5 {
		d.writes("priya", "link ABCD-EFGH")
	}
	code := d.code("priya")
	if got := text(d.writes("priya", "link "+code)); !strings.HasPrefix(got, "I do not know this code.") {
		t.Errorf("the sixth code in 15 minutes was looked at:\n%s", got)
	}
	if got := text(d.writes("other", "link ABCD-EFGH")); !strings.HasPrefix(got, "I do not know this code.") {
		t.Errorf("%s", got)
	}
	d.now = d.now.Add(15 * time.Minute)
	code = d.code("priya")
	if got := text(d.writes("priya", "link "+code)); !strings.HasPrefix(got, "I know you here now, Priya.") {
		t.Errorf("after 15 minutes:\n%s", got)
	}
}

func TestTheISMSManagerIsNotSentToThemselves(t *testing.T) {
	d := newDuplex(t)
	d.writes("grace", "link "+d.code("grace"))
	d.tick()
	if got := d.read("grace"); !strings.Contains(got, "If that was not you, tell whoever runs me.") {
		t.Errorf("Grace reads\n%s", got)
	}
}

func TestTheFirstContactIsSaidOnceOnBothPlatforms(t *testing.T) {
	d := newDuplex(t)
	first := text(d.says("priya", "link"))
	if !strings.HasPrefix(first, "Hello Priya, I am the ISMS bot") {
		t.Errorf("the first answer:\n%s", first)
	}
	if got := text(d.writes("priya", "link "+codeLine.FindStringSubmatch(first)[1])); strings.Contains(got, "I am the ISMS bot") {
		t.Errorf("it is said again:\n%s", got)
	}
	if got := text(d.writes("priya", "todo")); strings.Contains(got, "I am the ISMS bot") {
		t.Errorf("it is said again:\n%s", got)
	}
}

func TestWhoIsKnownEverywhereOrOnOnePlatformOnlyHasNothingToConnect(t *testing.T) {
	d := newDuplex(t)
	d.bind("priya")
	if got := text(d.says("priya", "link")); !strings.HasSuffix(strings.Split(got, "\n")[0], "I know you everywhere I am: Slack, Teams. In settings you choose where I write to you. Nothing was changed.") {
		t.Errorf("on both:\n%s", got)
	}
	h := newHouse(t)
	if got := text(h.says("priya", "link")); !strings.Contains(got, "I am on one platform only") {
		t.Errorf("with one:\n%s", got)
	}
	if got := text(h.says("priya", "help")); strings.Contains(got, "\nlink") {
		t.Errorf("help offers it:\n%s", got)
	}
	if got := text(d.says("jon", "help")); !strings.Contains(got, "\nlink [CODE]: be known on another platform too") {
		t.Errorf("help does not offer it:\n%s", got)
	}
	if got := text(d.says("jon", "help link")); !strings.Contains(got, "/isms link [CODE]") {
		t.Errorf("help link:\n%s", got)
	}
}

// logsTo has the bot write its log there.
func logsTo(w *strings.Builder) func(*bot.Config) {
	return func(c *bot.Config) {
		c.Log = slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}
