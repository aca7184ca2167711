package storage

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/isms"
)

// Profile is a person with what rules do not need: where zone and language
// come from, and what was last imported.
type Profile struct {
	isms.Person
	FileZone, FileLanguage string // from the people file
	OwnZone, OwnLanguage   string // the person's own setting
	Platform               string // preferred platform, empty for the last used
	Imported               string // JSON: the columns of the last import
}

const personColumns = `p.imported, p.id, p.email, p.name, p.department, p.manager, p.deputy, p.roles, p.zone, p.language,
	p.own_zone, p.own_language, p.hours, p.platform, p.neutral, p.has_left, p.greeted, p.site,
	coalesce((SELECT zone FROM accounts a WHERE a.person = p.id AND zone <> '' ORDER BY used_at DESC, platform LIMIT 1), ''),
	coalesce((SELECT language FROM accounts a WHERE a.person = p.id AND language <> '' ORDER BY used_at DESC, platform LIMIT 1), ''),
	EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.trouble = '')`

// scanPerson resolves zone and language: own setting, people file, the platform
// last used that knows one.
func scanPerson(r *rows, p *Profile) error {
	*p = Profile{}
	var roles, accountZone, accountLanguage string
	err := r.Scan(&p.Imported, &p.ID, &p.Email, &p.Name, &p.Department, &p.Manager, &p.Deputy, &roles, &p.FileZone, &p.FileLanguage,
		&p.OwnZone, &p.OwnLanguage, &p.Hours, &p.Platform, &p.Neutral, &p.Left, &p.Greeted, &p.Site,
		&accountZone, &accountLanguage, &p.Reachable)
	for _, role := range split(roles) {
		p.Roles = append(p.Roles, isms.Role(role))
	}
	p.Zone = first(p.OwnZone, p.FileZone, accountZone)
	p.Language = first(p.OwnLanguage, p.FileLanguage, accountLanguage)
	return err
}

// AllPeople returns everybody, leavers included, by id. What many have in
// common stands in memory once: a large organisation is kept there.
func (tx *Tx) AllPeople() ([]*isms.Person, error) {
	var out []*isms.Person
	byID := map[isms.PersonID]*isms.Person{}
	shared := once{}
	query := "SELECT " + strings.Replace(personColumns, "p.imported", "''", 1) + " FROM people p ORDER BY p.id"
	var row Profile
	err := tx.each(query, nil, func(r *rows) error {
		err := scanPerson(r, &row)
		p := row.Person
		for _, s := range []*string{&p.Department, &p.Site, &p.Zone, &p.Language, &p.Hours} {
			*s = shared.of(*s)
		}
		for i, role := range p.Roles {
			p.Roles[i] = isms.Role(shared.of(string(role)))
		}
		out = append(out, &p)
		byID[p.ID] = &p
		return err
	})
	if err != nil {
		return nil, wrap("read people", err)
	}
	err = tx.each("SELECT person, from_day, to_day FROM absences ORDER BY person, from_day", nil, func(r *rows) error {
		var id isms.PersonID
		var a isms.Absence
		if err := r.Scan(&id, date{&a.From}, date{&a.To}); err != nil {
			return err
		}
		if p := byID[id]; p != nil {
			p.Absences = append(p.Absences, a)
		}
		return nil
	})
	return out, wrap("read absences", err)
}

// Profile returns one person, nil where there is none.
func (tx *Tx) Profile(id isms.PersonID) (*Profile, error) {
	return tx.profile("WHERE p.id = $1", id)
}

// ProfileByEmail returns the person with the lower-case e-mail, nil where there is none.
func (tx *Tx) ProfileByEmail(email string) (*Profile, error) {
	return tx.profile("WHERE p.email = $1", email)
}

func (tx *Tx) profile(where string, arg any) (*Profile, error) {
	var p *Profile
	err := tx.each("SELECT "+personColumns+" FROM people p "+where, []any{arg}, func(r *rows) error {
		p = new(Profile)
		return scanPerson(r, p)
	})
	return p, wrap("read a person", err)
}

// PeopleVersion changes whenever anything about people does, in whichever process.
func (tx *Tx) PeopleVersion() (string, error) { return tx.Meta("people_version") }

// peopleChanged gives the people tables a version that never comes again, also
// when this transaction is undone: whoever kept what it saw must not take
// another change for it.
func (tx *Tx) peopleChanged() error {
	return wrap("note a change of people", tx.SetMeta("people_version", rand.Text()))
}

// SavePerson writes the profile, a new one where its ID is zero, and sets ID.
func (tx *Tx) SavePerson(p *Profile) error {
	roles := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = string(r)
	}
	args := []any{p.Email, p.Name, p.Department, p.Manager, p.Deputy, strings.Join(roles, ";"), p.FileZone, p.FileLanguage,
		p.OwnZone, p.OwnLanguage, p.Hours, p.Platform, p.Neutral, p.Left, p.Greeted, first(p.Imported, "{}"), p.Site}
	var err error
	if p.ID == 0 {
		var id int64
		id, err = tx.insert(`INSERT INTO people (email, name, department, manager, deputy, roles, zone, language, own_zone, own_language,
			hours, platform, neutral, has_left, greeted, imported, site) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)`, args...)
		p.ID = isms.PersonID(id)
	} else {
		_, err = tx.exec(`UPDATE people SET email=$1, name=$2, department=$3, manager=$4, deputy=$5, roles=$6, zone=$7, language=$8, own_zone=$9,
			own_language=$10, hours=$11, platform=$12, neutral=$13, has_left=$14, greeted=$15, imported=$16, site=$17, look_at=0 WHERE id=$18`, append(args, p.ID)...)
	}
	if err != nil {
		return wrap("write a person", err)
	}
	return tx.peopleChanged()
}

// SetGreeted notes that the first contact's words were said.
func (tx *Tx) SetGreeted(id isms.PersonID) error {
	_, err := tx.exec("UPDATE people SET greeted = 1 WHERE id = $1", id)
	return wrap("note a greeting", err)
}

// AnswersFor returns what others did in the person's place since the instant, oldest first.
func (tx *Tx) AnswersFor(behalf isms.PersonID, since time.Time) ([]*Answer, error) {
	return tx.answers("WHERE behalf = $1 AND at >= $2 AND undone = 0 ORDER BY id LIMIT 50", behalf, millis(since))
}

// SetAbsence replaces the person's absences that end on or after the given one begins.
func (tx *Tx) SetAbsence(id isms.PersonID, a isms.Absence) error {
	if _, err := tx.exec("DELETE FROM absences WHERE person = $1 AND to_day >= $2", id, a.From.String()); err != nil {
		return wrap("write an absence", err)
	}
	if !a.To.IsZero() {
		if _, err := tx.exec("INSERT INTO absences (person, from_day, to_day) VALUES ($1, $2, $3)", id, a.From.String(), a.To.String()); err != nil {
			return wrap("write an absence", err)
		}
	}
	if err := tx.LookNow(id); err != nil {
		return err
	}
	return tx.peopleChanged()
}

// once keeps one copy of each string.
type once map[string]string

func (o once) of(s string) string {
	kept, ok := o[s]
	if !ok {
		kept = s
		o[s] = s
	}
	return kept
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// date reads a civil date from its column.
type date struct{ d *isms.Date }

// Scan implements sql.Scanner.
func (s date) Scan(v any) (err error) {
	*s.d = isms.Date{}
	if text, _ := v.(string); text != "" {
		*s.d, err = isms.ParseDate(text)
	}
	return err
}

// ids keeps a list of people in a column: "3;14".
func joinIDs(people []isms.PersonID) string {
	out := make([]string, len(people))
	for i, id := range people {
		out[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(out, ";")
}

func splitIDs(s string) []isms.PersonID {
	var out []isms.PersonID
	for _, part := range split(s) {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			out = append(out, isms.PersonID(n))
		}
	}
	return out
}
