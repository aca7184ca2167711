package intake_test

import (
	"strings"
	"testing"
	"time"

	"ismsbot/bot/bottest"
	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	peopleCSV  = bottest.PeopleCSV
	actionsCSV = bottest.ActionsCSV
)

var lastLine = bottest.LastLine

// desk has a real database with nobody in it, on Mon 16 March 2026, and no bot
// behind it: found is what it would say, told and changed count the calls.
type desk struct {
	*intake.Desk
	store         *bottest.Store
	t             *testing.T
	found         []intake.Finding
	told, changed int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, store: bottest.NewStore(t)}
	d.Desk = &intake.Desk{
		DB:       d.store.DB,
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
	c := bottest.Office()
	return &c
}

func (d *desk) file(name, content string) string {
	d.t.Helper()
	return bottest.File(d.t, name, content)
}

func (d *desk) bring(name, content string) string {
	d.t.Helper()
	return bottest.Bring(d.t, d, name, content)
}

func (d *desk) staffed() *desk { d.t.Helper(); bottest.Staff(d.t, d); return d }

func (d *desk) view(f func(*storage.Tx) error) { d.t.Helper(); d.store.View(f) }

func (d *desk) item(id string) *storage.Record { d.t.Helper(); return d.store.Item(id) }

func (d *desk) person(email string) *storage.Profile { d.t.Helper(); return d.store.ByEmail(email) }

// journal is every event's data by kind, read past the storage.
func (d *desk) journal() map[string][]string {
	d.t.Helper()
	out := map[string][]string{}
	for _, e := range d.store.Events() {
		kind, data, _ := strings.Cut(e, " ")
		out[kind] = append(out[kind], data)
	}
	return out
}
