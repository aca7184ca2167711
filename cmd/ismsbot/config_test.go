package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/isms"
)

func environment(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

const minimal = "organisation: {name: Example Ltd, timezone: Europe/London}\n"

func parse(t *testing.T, text string, env ...string) *Config {
	t.Helper()
	c, err := ParseConfig("config.yaml", []byte(text), environment(env...), SecretsRequired)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAFaultNamesLineKeyAndRemedy(t *testing.T) {
	const slack = minimal + "slack:\n  mode: socket\n  bot_token: ${BOT}\n  app_token: ${APP}\n"
	tests := []struct{ name, text, want string }{
		{"an unknown key has a nearest name", "organisation:\n  timezon: UTC\n", `2: organisation.timezon: is not a known key; did you mean "timezone"?`},
		{"an unknown section has a nearest name", "\nremidners: {}\n", `2: remidners: is not a known key; did you mean "reminders"?`},
		{"a key like none is shown the others", "channels: {xyzzy: C1}\n", `1: channels.xyzzy: is not a known key; here stand auditors, comms, isms`},
		{"a merge key is no key", "server:\n  <<: {listen: ':1'}\n", `2: server.<<: is not a known key; here stand listen, metrics_listen, public_url`},
		{"a value where a section belongs", "server: 8080\n", `1: server: is a section; write its keys beneath it, indented`},
		{"a list where a value belongs", "server:\n  listen: [':1']\n", `2: server.listen: is a single value, not a list or a section`},
		{"a value where a list belongs", "reminders:\n  stages: 14\n", `2: reminders.stages: is a list; write [first, second], or a line with a dash for each`},
		{"an anchor is not followed", "organisation:\n  name: &n X\n", `2: organisation.name: is written with an anchor, an alias or a tag; write the value itself`},
		{"an unknown zone", "organisation:\n  timezone: Mars/Olympus\n", `2: organisation.timezone: "Mars/Olympus" is not a time zone; write an IANA name such as "Europe/London"`},
		{"the machine's own zone", "organisation:\n  timezone: Local\n", `2: organisation.timezone: "Local" is not a time zone; write an IANA name such as "Europe/London"`},
		{"a language without words", "organisation:\n  language: fr\n", `2: organisation.language: "fr" is not a language the bot speaks; write one of [en de]`},
		{"a country by its name", "organisation:\n  holidays: Germany\n", `2: organisation.holidays: "Germany" is no country whose holidays are known; write its ISO 3166 code, such as GB or DE-BY, or leave the key out for none`},
		{"hours that end before they begin", "organisation:\n  hours: \"17:00-09:00\"\n", `2: organisation.hours: "17:00-09:00" is not a span of a day; write "09:00-17:00"`},
		{"hours without minutes", "organisation:\n  hours: 9-17\n", `2: organisation.hours: "9-17" is not a span of a day; write "09:00-17:00"`},
		{"a day in a list has its own line", "organisation:\n  working_days:\n    - mon\n    - funday\n", `4: organisation.working_days: "funday" is not a day; write mon, tue, wed, thu, fri, sat or sun`},
		{"no day at all", "organisation:\n  working_days: []\n", `2: organisation.working_days: is empty; write [mon, tue, wed, thu, fri]`},
		{"a law without its hours", "events:\n  laws: [GDPR, NIS2]\n", `2: events.laws: "NIS2" is no law that is known; write GDPR, POPIA, or a name and its hours, such as "NIS2 24h"`},
		{"a law twice", "events:\n  laws: [gdpr, \"GDPR 24h\"]\n", `2: events.laws: names GDPR twice; write each law once`},
		{"a port alone", "server:\n  listen: 8080\n", `2: server.listen: "8080" is not an address to listen on; write ":8080" or "127.0.0.1:8080"`},
		{"nowhere to listen", "server:\n  listen: \"\"\n", `2: server.listen: is empty; write ":8080"`},
		{"a public address without scheme", "server:\n  public_url: isms.example.org\n", `2: server.public_url: "isms.example.org" is not a web address; write it in full, such as "https://isms.example.org"`},
		{"PostgreSQL, without its password", "storage:\n  dsn: ${DSN}\n", `2: storage.dsn: "${DSN}" is a PostgreSQL database, which this version does not serve; write the path of a file, such as "ismsbot.db"`},
		{"a period without unit", "schedule:\n  remind_every: 60\n", `2: schedule.remind_every: "60" is not a period; write a number with its unit, such as "30s" or "1m", from 10ms to 24h`},
		{"a count below zero", "reminders:\n  repeat: -1\n", `2: reminders.repeat: "-1" is not a whole number from 0 upwards`},
		{"stages that rise", "reminders:\n  stages: [1, 7]\n", `2: reminders.stages: 7 stands after 1; write the days from the earliest reminder down, such as [14, 7, 1, 0]`},
		{"no repetition", "reminders:\n  repeat: 0\n", `2: reminders.repeat: is 0; write after how many working days to remind again, 1 or more`},
		{"an escalation out of order", "reminders:\n  escalate:\n    manager: 9\n", `2: reminders.escalate: goes 9, 5, 10; the manager must hear first, then the ISMS manager, then top management`},
		{"a role that does not exist", "roles:\n  isms_manger: [a@example.org]\n", `2: roles.isms_manger: is not a known key; did you mean "isms_manager"?`},
		{"a person by name", "roles:\n  isms_manager: [Lena Fischer]\n", `2: roles.isms_manager: "Lena Fischer" is not an e-mail address; write it alone, such as "lena@example.org"`},
		{"a variable that is not set", "organisation:\n  name: ${NOWHERE}\n", `2: organisation.name: the environment variable NOWHERE is not set; export it before the start, or write file:PATH`},
		{"a variable without end", "organisation:\n  name: ${BOT\n", `2: organisation.name: has "${" without a name and "}"; write ${NAME}`},
		{"a file that is not there", "organisation:\n  name: file:/nowhere/name\n", `2: organisation.name: the file /nowhere/name cannot be read (no such file or directory); check its path and rights`},
		{"a directory for a file", "organisation:\n  name: file:/\n", `2: organisation.name: / is not a file of at most 64 KiB; name the file that holds the value alone`},
		{"Slack without mode", minimal + "slack:\n  bot_token: ${BOT}\n", `2: slack.mode: is missing; write socket (the bot dials out) or http (Slack calls server.public_url)`},
		{"a key of Slack's that is not one", slack + "  app_id: A1\n  mode2: http\n", `7: slack.mode2: is not a known key; did you mean "mode"?`},
		{"Socket Mode without its token", minimal + "slack:\n  mode: socket\n  bot_token: ${BOT}\n", `2: slack.app_token: is missing for mode socket; write ${SLACK_APP_TOKEN}: the app-level token xapp-... of "Basic Information"`},
		{"an empty token counts as none", minimal + "slack:\n  mode: socket\n  bot_token: ${BOT}\n  app_token: \"\"\n", `5: slack.app_token: is missing for mode socket; write ${SLACK_APP_TOKEN}: the app-level token xapp-... of "Basic Information"`},
		{"HTTP without signing secret", minimal + "slack:\n  mode: http\n  bot_token: ${BOT}\n", `2: slack.signing_secrets: is missing for mode http; write ["${SLACK_SIGNING_SECRET}"]: the secret of "Basic Information"`},
		{"HTTP with an empty list of secrets", minimal + "slack:\n  mode: http\n  bot_token: ${BOT}\n  signing_secrets: [\"\"]\n", `5: slack.signing_secrets: holds no secret; write ["${SLACK_SIGNING_SECRET}"]`},
		{"tokens in each other's place", minimal + "slack:\n  mode: socket\n  app_token: ${APP}\n  bot_token: ${APP}\n", `5: slack.bot_token: is an app-level token (xapp-); write the bot token (xoxb-) here and this one to app_token`},
		{"a secret's variable that is not set", minimal + "slack:\n  mode: socket\n  app_token: ${APP}\n  bot_token: ${NOWHERE}\n", `5: slack.bot_token: the environment variable NOWHERE is not set; export it before the start, or write file:PATH`},
		{"a second document", "server: {}\n---\nserver: {}\n", `3: holds a second document; remove the line "---" and merge the two`},
		{"a key twice", "server: {}\nserver: {}\n", `2: is not YAML: mapping key "server" already defined at [1:1]`},
	}
	env := environment("BOT", "xoxb-1", "APP", "xapp-1", "DSN", "postgres://u:secret@h/d")
	refuse(t, env, tests)
}

// refuse fails where a configuration is not refused with the one line.
func refuse(t *testing.T, getenv func(string) string, tests []struct{ name, text, want string }) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseConfig("config.yaml", []byte(tt.text), getenv, SecretsRequired)
			if want := "config.yaml:" + tt.want; fmt.Sprint(err) != want {
				t.Errorf("\n got %v\nwant %s", err, want)
			}
		})
	}
}

func TestAllFaultsAreNamedInOneRunInTheOrderOfTheFile(t *testing.T) {
	text := `organisation:
  timezon: UTC
  hours: "9-5"
schedule: {remind_every: 1, deliver_every: never}
reminders: {repeat: 0}
slack:
  mode: carrier-pigeon
  bot_token: ${NOWHERE}
unknown: 1
`
	_, err := ParseConfig("c.yaml", []byte(text), environment(), SecretsRequired)
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("not Faults: %v", err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprint(f.Line, " ", f.Key))
	}
	want := []string{"2 organisation.timezon", "3 organisation.hours", "4 schedule.remind_every", "4 schedule.deliver_every",
		"5 reminders.repeat", "7 slack.mode", "8 slack.bot_token", "9 unknown"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAnEmptyFileHasTheDefaults(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "slack:\nteams:\n"} {
		c := parse(t, text)
		if c.Slack != nil || c.Teams != nil {
			t.Errorf("%q: a platform is configured", text)
		}
		want := isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}}
		if got := c.Organisation.Calendar; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v", text, got)
		}
		if c.Server.Listen != ":8080" || c.Server.MetricsListen != "127.0.0.1:9090" || c.Storage.DSN != "ismsbot.db" {
			t.Errorf("%q: %+v %+v", text, c.Server, c.Storage)
		}
		if len(c.Warnings) != 2 || !strings.Contains(c.Warnings[0], "organisation.timezone: is not set") {
			t.Errorf("%q: warnings %q", text, c.Warnings)
		}
	}
}

func TestACompleteFileIsReadAsWritten(t *testing.T) {
	file, pair := filepath.Join(t.TempDir(), "teams.pem"), certificate(t)
	if err := os.WriteFile(file, []byte(pair.cert+pair.key), 0o600); err != nil {
		t.Fatal(err)
	}
	c := parse(t, `
organisation: {name: Ex, timezone: Australia/Lord_Howe, language: de-AT, holidays: DE-BY, hours: "00:00-24:00", working_days: [sun, Mon]}
server: {listen: "127.0.0.1:0", metrics_listen: "", public_url: "http://${HOST}:8080/isms/"}
storage: {dsn: /var/lib/isms.db}
slack: {mode: http, bot_token: "${BOT}", signing_secrets: ["${ONE}", "${TWO}"], app_id: A1, api_url: "http://127.0.0.1:9/api"}
teams: {app_id: `+strings.ToUpper(anApp)+`, tenant_id: `+aTenant+`, certificate: "file:`+file+`", cloud: usgov, login_url: "http://127.0.0.1:9/login/", openid_metadata_url: "https://o.example/x",
  service_urls: ["http://127.0.0.1:9", "https://s.example:444/teams/"], install_for_users: true, developer: {name: N, website: "https://w.example", privacy: "https://p.example", terms: "https://t.example"}}
schedule: {remind_every: 90s, deliver_every: 250ms}
reminders: {stages: [30, 3], repeat: 1, escalate: {manager: 1, isms_manager: 0, top_management: 4}}
channels: {isms: C1, auditors: "19:c2@thread.tacv2", comms: C3}
roles: {isms_manager: [Lena@Example.org, kim@example.org]}
broadcasts: {second_approver_above: 100}
privacy: {person_metrics: true}
events: {laws: [popia, "NIS2 24h"]}
`, "HOST", "h.example", "BOT", "xoxb-1", "ONE", "s1", "TWO", "s2")
	zone, _ := time.LoadLocation("Australia/Lord_Howe")
	want := &Config{
		Path: "config.yaml",
		Organisation: Organisation{Name: "Ex", Language: "de-AT",
			Calendar: isms.Calendar{Zone: zone, From: 0, To: 24 * 60, Working: [7]bool{true, true}}},
		Server:  Server{Listen: "127.0.0.1:0", PublicURL: "http://h.example:8080/isms"},
		Storage: Storage{DSN: "/var/lib/isms.db"},
		Slack: &Slack{Mode: SlackHTTP, BotToken: Secret{"xoxb-1"}, SigningSecrets: []Secret{{"s1"}, {"s2"}},
			AppID: "A1", APIURL: "http://127.0.0.1:9/api/"},
		Teams: &Teams{AppID: anApp, TenantID: aTenant, Certificate: Secret{strings.TrimSpace(pair.cert + pair.key)}, Cloud: "usgov", LoginURL: "http://127.0.0.1:9/login",
			OpenIDMetadataURL: "https://o.example/x", ServiceURLs: []string{"http://127.0.0.1:9", "https://s.example:444/teams"}, InstallForUsers: true,
			Developer: Developer{"N", "https://w.example", "https://p.example", "https://t.example"}},
		Schedule:   Schedule{90 * time.Second, 250 * time.Millisecond},
		Reminders:  isms.Cadence{Stages: []int{30, 3}, Repeat: 1, Manager: 1, ISMSManager: 0, TopManagement: 4},
		Channels:   Channels{"C1", "19:c2@thread.tacv2", "C3"},
		Roles:      Roles{[]string{"lena@example.org", "kim@example.org"}},
		Broadcasts: Broadcasts{100},
		Privacy:    Privacy{true},
		Events:     Events{[]isms.LegalClock{isms.POPIA, isms.NewLegalClock("NIS2", 24)}},
	}
	if !c.Organisation.Calendar.Holiday(isms.NewDate(2026, time.January, 6)) { // Epiphany is one in Bavaria
		t.Error("Bavaria's holidays are not known")
	}
	c.Organisation.Calendar.Holiday = nil
	if !reflect.DeepEqual(c, want) {
		t.Errorf("\n got %+v\nwant %+v", c, want)
	}
}

func TestALiteralSecretIsTakenWithAWarning(t *testing.T) {
	c := parse(t, minimal+"slack:\n  mode: socket\n  bot_token: xoxb-literal\n  app_token: ${APP}\n", "APP", "xapp-1")
	if c.Slack.BotToken.Reveal() != "xoxb-literal" {
		t.Error("the token was not taken")
	}
	want := []string{"config.yaml:4: slack.bot_token: the secret stands in the file itself; write ${NAME} to read the environment, or file:PATH"}
	if d := cmp.Diff(want, c.Warnings); d != "" {
		t.Error(d)
	}
}

func TestSecretsMayBeAbsentWhereNoneIsNeeded(t *testing.T) {
	text := []byte(minimal + "slack: {mode: http, bot_token: '${NO}', signing_secrets: ['${NO}', 'file:/nowhere']}\nteams: {app_id: " + anApp + ", tenant_id: " + aTenant + ", certificate: 'file:/nowhere'}\n")
	c, err := ParseConfig("config.yaml", text, environment(), SecretsOptional)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Slack.BotToken.IsZero() || !c.Teams.Certificate.IsZero() || len(c.Slack.SigningSecrets) != 0 {
		t.Errorf("secrets out of nowhere: %d", len(c.Slack.SigningSecrets))
	}
}

func TestAMissingFileSaysHowToMakeOne(t *testing.T) {
	_, err := LoadConfig("nowhere.yaml", environment(), SecretsOptional)
	want := `there is no configuration at nowhere.yaml: write one with "ismsbot init", or name another with --config`
	if fmt.Sprint(err) != want {
		t.Errorf("got %v", err)
	}
}

func TestTheExampleIsTheFileInitWrites(t *testing.T) {
	const top = "../../config.example.yaml"
	got, err := os.ReadFile(top)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(exampleConfig), string(got)); d != "" {
		t.Errorf("copy cmd/ismsbot/config.example.yaml to config.example.yaml:\n%s", d)
	}
}

func TestTheExampleIsValidAsItStandsAndWithEveryLineOfItInUse(t *testing.T) {
	env := []string{"SLACK_BOT_TOKEN", "xoxb-1", "SLACK_APP_TOKEN", "xapp-1", "SLACK_SIGNING_SECRET", "s", "TEAMS_CLIENT_SECRET", "s"}
	plain := parse(t, string(exampleConfig), env...)
	full := regexp.MustCompile(`(?m)^( *)#([a-z])`).ReplaceAllString(string(exampleConfig), "$1$2")
	all := parse(t, full, env...)
	if len(plain.Warnings)+len(all.Warnings) != 0 {
		t.Errorf("warnings: %q %q", plain.Warnings, all.Warnings)
	}
	if d := cmp.Diff(plain.Reminders, all.Reminders); d != "" {
		t.Errorf("what the example calls the default is not:\n%s", d)
	}
	if plain.Schedule != all.Schedule || plain.Organisation.Calendar.From != all.Organisation.Calendar.From || plain.Organisation.Calendar.To != all.Organisation.Calendar.To || plain.Organisation.Calendar.Working != all.Organisation.Calendar.Working || plain.Slack.APIURL != all.Slack.APIURL ||
		plain.Server.Listen != all.Server.Listen || plain.Server.MetricsListen != all.Server.MetricsListen || plain.Broadcasts != all.Broadcasts || plain.Privacy != all.Privacy {
		t.Error("what the example calls the default is not")
	}
	if plain.Teams != nil || all.Teams.Cloud != defaults().Teams.Cloud || all.Teams.InstallForUsers || all.Teams.Developer.Terms == "" {
		t.Errorf("the section of Teams is read as %+v, %+v", plain.Teams, all.Teams)
	}
	for key := range everyKey() {
		name := key[strings.LastIndexByte(key, '.')+1:]
		if !strings.Contains(full, name+":") {
			t.Errorf("the example does not show %s", key)
		}
	}
}

func everyKey() map[string]bool {
	keys := map[string]bool{}
	var walk func(prefix string, s section)
	walk = func(prefix string, s section) {
		for name, child := range s {
			if sub, ok := child.(section); ok {
				walk(prefix+name+".", sub)
			} else {
				keys[prefix+name] = true
			}
		}
	}
	c := defaults()
	walk("", c.schema())
	return keys
}

func FuzzParseConfig(f *testing.F) {
	f.Add(string(exampleConfig))
	f.Add("a: [")
	f.Add("slack: {<<: *x}")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file:") {
			t.Skip("reads this machine's files")
		}
		c, err := ParseConfig("c.yaml", []byte(text), environment(), SecretsOptional)
		if (c == nil) == (err == nil) {
			t.Fatalf("neither a configuration nor an error: %v", err)
		}
	})
}
