package bot_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// desk is a bot with a real database and nobody in it, on Mon 16 March 2026.
type desk struct {
	*bot.Bot
	t     *testing.T
	path  string
	db    *storage.DB
	slack *chattest.Messenger
	now   time.Time
	calls int
}

func newDesk(t *testing.T, change ...func(*bot.Config)) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "isms.db"), slack: &chattest.Messenger{}, now: time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)}
	var err error
	if d.db, err = storage.Open(t.Context(), d.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.db.Close() })
	keeps, err := isms.Holidays("GB")
	if err != nil {
		t.Fatal(err)
	}
	c := bot.Config{DB: d.db, Messengers: map[string]chat.Messenger{"slack": d.slack}, Now: func() time.Time { return d.now }, Cadence: isms.DefaultCadence,
		Organisation: bot.Organisation{Name: "Example", Language: "en", Calendar: isms.Calendar{Zone: time.UTC, From: 540, To: 1020,
			Working: [7]bool{false, true, true, true, true, true, false}, Holiday: keeps}}}
	for _, f := range change {
		f(&c)
	}
	if d.Bot, err = bot.New(c); err != nil {
		t.Fatal(err)
	}
	return d
}

const peopleCSV = `email,name,department,manager,deputy,roles,timezone,language,slack_id
priya@example.com,Priya Nair,IT,lena@example.com,tom@example.com,staff,,,U1
tom@example.com,Tom Baker,IT,lena@example.com,,auditor,,,U2
lena@example.com,Lena Vogt,Operations,daniel@example.com,,manager,Europe/Berlin,de,U3
grace@example.com,Grace Adeyemi,Security,daniel@example.com,,isms_manager,,,U4
daniel@example.com,Daniel Cole,Board,,,top_management,,,U5
`

const actionsCSV = `ref,title,description,owner,due,status,severity,source,requirements
r1,Payroll backup,A restore had never been tried,priya@example.com,2026-03-17,open,minor,internal_audit,iso27001@2022:A.8.13
r2,Visitor log,,tom@example.com,2026-03-26,in_progress,major,external_audit,
r3,Old laptops,,priya@example.com,2026-02-10,done,observation,internal_audit,
`

// file writes a file to be imported.
func (d *desk) file(name, content string) string {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// bring imports one file and returns what was printed.
func (d *desk) bring(name, content string) string {
	d.t.Helper()
	var out bytes.Buffer
	if err := d.ImportFiles(d.t.Context(), &out, []string{d.file(name, content)}, "auto", false); err != nil {
		d.t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

func (d *desk) staffed() *desk {
	d.t.Helper()
	d.bring("people.csv", peopleCSV)
	d.bring("actions.csv", actionsCSV)
	return d
}

func (d *desk) view(f func(*storage.Tx) error) {
	d.t.Helper()
	if err := d.db.View(d.t.Context(), f); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) item(id string) (it *storage.Record) {
	d.t.Helper()
	parsed, ok := isms.ParseItemID(id)
	if !ok {
		d.t.Fatalf("%q is no id", id)
	}
	d.view(func(tx *storage.Tx) (err error) {
		it, err = tx.Item(parsed)
		return err
	})
	return it
}

func (d *desk) person(email string) (p *storage.Profile) {
	d.t.Helper()
	d.view(func(tx *storage.Tx) (err error) {
		p, err = tx.ProfileByEmail(email)
		return err
	})
	return p
}

// types has somebody type a command in Slack.
func (d *desk) types(account, text string) chat.Reply {
	d.t.Helper()
	d.calls++
	from := chat.Account{Platform: "slack", ID: account}
	reply, err := d.Handle(d.t.Context(), chat.Invocation{ID: fmt.Sprint("e", d.calls), From: from, Kind: chat.Typed, Text: text, Private: true,
		Where: chat.Address{Platform: "slack", To: account}})
	if err != nil {
		d.t.Fatalf("%s: %v", text, err)
	}
	return reply
}

// events are the journal's kinds and data, beside the bot.
func (d *desk) events() (kinds, data []string) {
	d.t.Helper()
	raw, err := sql.Open("sqlite", d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.Query("SELECT kind, data FROM journal ORDER BY seq")
	if err != nil {
		d.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var k, x string
		if err := rows.Scan(&k, &x); err != nil {
			d.t.Fatal(err)
		}
		kinds, data = append(kinds, k), append(data, x)
	}
	return kinds, data
}

func (d *desk) count(kind string) (n int) {
	kinds, _ := d.events()
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

func (d *desk) intact() {
	d.t.Helper()
	if _, err := d.db.Verify(d.t.Context()); err != nil {
		d.t.Errorf("the journal is broken: %v", err)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
