package intake_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

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

// desk has a real database with nobody in it, on Mon 16 March 2026, and no bot
// behind it: found is what it would say, told and changed count the calls.
type desk struct {
	*intake.Desk
	t             *testing.T
	path          string
	found         []intake.Finding
	told, changed int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "isms.db")}
	db, err := storage.Open(t.Context(), d.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d.Desk = &intake.Desk{
		DB:       db,
		Now:      func() time.Time { return monday.Time().Add(9 * time.Hour) },
		Calendar: office,
		People: func(tx *storage.Tx) (*isms.People, error) {
			all, err := tx.AllPeople()
			return isms.NewPeople(all), err
		},
		Changed: func(*storage.Tx, *storage.Record, *storage.Record, time.Time) error { d.changed++; return nil },
		Found:   func(*storage.Tx) ([]intake.Finding, error) { return d.found, nil },
		Tell:    func(*storage.Tx) error { d.told++; return nil },
	}
	return d
}

var monday = isms.NewDate(2026, time.March, 16)

// office is open from Monday to Friday, for everybody.
func office(*isms.Person) *isms.Calendar {
	return &isms.Calendar{Zone: time.UTC, From: 540, To: 1020, Working: [7]bool{false, true, true, true, true, true, false}}
}

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
	if err := d.DB.View(d.t.Context(), f); err != nil {
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

// journal is every event's data by kind, read past the storage.
func (d *desk) journal() map[string][]string {
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
	out := map[string][]string{}
	for rows.Next() {
		var kind, data string
		if err := rows.Scan(&kind, &data); err != nil {
			d.t.Fatal(err)
		}
		out[kind] = append(out[kind], data)
	}
	if err := rows.Err(); err != nil {
		d.t.Fatal(err)
	}
	return out
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
