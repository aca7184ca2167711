package storage

import (
	"crypto/rand"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
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

const personColumns = `p.id, p.email, p.name, p.department, p.manager, p.deputy, p.roles, p.zone, p.language,
	p.own_zone, p.own_language, p.hours, p.platform, p.neutral, p.has_left, p.greeted, p.imported,
	coalesce((SELECT max(zone) FROM accounts a WHERE a.person = p.id), ''),
	coalesce((SELECT max(language) FROM accounts a WHERE a.person = p.id), ''),
	EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.trouble = '')`

// scanPerson resolves zone and language: own setting, people file, platform.
func scanPerson(r *rows) (*Profile, error) {
	var p Profile
	var roles, accountZone, accountLanguage string
	err := r.Scan(&p.ID, &p.Email, &p.Name, &p.Department, &p.Manager, &p.Deputy, &roles, &p.FileZone, &p.FileLanguage,
		&p.OwnZone, &p.OwnLanguage, &p.Hours, &p.Platform, &p.Neutral, &p.Left, &p.Greeted, &p.Imported,
		&accountZone, &accountLanguage, &p.Reachable)
	for _, role := range split(roles) {
		p.Roles = append(p.Roles, isms.Role(role))
	}
	p.Zone = first(p.OwnZone, p.FileZone, accountZone)
	p.Language = first(p.OwnLanguage, p.FileLanguage, accountLanguage)
	return &p, err
}

// AllPeople returns everybody, leavers included, by id.
func (tx *Tx) AllPeople() ([]*isms.Person, error) {
	var out []*isms.Person
	byID := map[isms.PersonID]*isms.Person{}
	err := tx.each("SELECT "+personColumns+" FROM people p ORDER BY p.id", nil, func(r *rows) error {
		p, err := scanPerson(r)
		out = append(out, &p.Person)
		byID[p.ID] = &p.Person
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
	err := tx.each("SELECT "+personColumns+" FROM people p "+where, []any{arg}, func(r *rows) (err error) {
		p, err = scanPerson(r)
		return err
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
		p.OwnZone, p.OwnLanguage, p.Hours, p.Platform, p.Neutral, p.Left, p.Greeted, first(p.Imported, "{}")}
	var err error
	if p.ID == 0 {
		var id int64
		id, err = tx.insert(`INSERT INTO people (email, name, department, manager, deputy, roles, zone, language, own_zone, own_language,
			hours, platform, neutral, has_left, greeted, imported) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`, args...)
		p.ID = isms.PersonID(id)
	} else {
		_, err = tx.exec(`UPDATE people SET email=$1, name=$2, department=$3, manager=$4, deputy=$5, roles=$6, zone=$7, language=$8, own_zone=$9,
			own_language=$10, hours=$11, platform=$12, neutral=$13, has_left=$14, greeted=$15, imported=$16, look_at=0 WHERE id=$17`, append(args, p.ID)...)
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

// PersonOf returns whose account it is, 0 for nobody's.
func (tx *Tx) PersonOf(a chat.Account) (isms.PersonID, error) {
	var id isms.PersonID
	_, err := tx.row("SELECT person FROM accounts WHERE platform = $1 AND account = $2", []any{a.Platform, a.ID}, &id)
	return id, wrap("find an account's owner", err)
}

// AccountOwners returns whose each account is.
func (tx *Tx) AccountOwners() (map[chat.Account]isms.PersonID, error) {
	out := map[chat.Account]isms.PersonID{}
	err := tx.each("SELECT platform, account, person FROM accounts", nil, func(r *rows) error {
		var a chat.Account
		var id isms.PersonID
		err := r.Scan(&a.Platform, &a.ID, &id)
		out[a] = id
		return err
	})
	return out, wrap("read whose accounts these are", err)
}

// AccountState is one account and whether it takes messages.
type AccountState struct {
	chat.Account
	Person  isms.PersonID
	Trouble string // why it takes no messages; empty: it does
	UsedAt  time.Time
}

// Strangers are those who take part and have no account on any platform.
type Strangers struct {
	Count int
	Last  isms.PersonID // the newest of them
}

// Strangers counts them: two equal answers mean that nobody new came.
func (tx *Tx) Strangers() (Strangers, error) {
	var s Strangers
	_, err := tx.row("SELECT count(*), coalesce(max(id), 0) FROM people WHERE has_left = 0 AND id NOT IN (SELECT person FROM accounts)", nil, &s.Count, &s.Last)
	return s, wrap("count those without an account", err)
}

// Accounts returns the person's accounts, the one they last used first.
func (tx *Tx) Accounts(id isms.PersonID) ([]AccountState, error) {
	return tx.accounts("WHERE person = $1 ORDER BY used_at DESC, platform", id)
}

// AccountsOn returns all accounts of a platform.
func (tx *Tx) AccountsOn(platform string) ([]AccountState, error) {
	return tx.accounts("WHERE platform = $1 ORDER BY account", platform)
}

func (tx *Tx) accounts(where string, arg any) ([]AccountState, error) {
	var out []AccountState
	err := tx.each("SELECT platform, account, person, trouble, used_at FROM accounts "+where, []any{arg}, func(r *rows) error {
		var a AccountState
		var at int64
		err := r.Scan(&a.Platform, &a.ID, &a.Person, &a.Trouble, &at)
		a.UsedAt = instant(at)
		out = append(out, a)
		return err
	})
	return out, wrap("read accounts", err)
}

// Bind ties an account to a person for good and reports false where the
// account is somebody else's or the person has another one there.
func (tx *Tx) Bind(a chat.Account, id isms.PersonID) (bool, error) {
	n, err := tx.exec("INSERT INTO accounts (platform, account, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", a.Platform, a.ID, id)
	if err != nil || n == 0 {
		return false, wrap("bind an account", err)
	}
	if err := tx.LookNow(id); err != nil { // can be told now
		return false, err
	}
	return true, tx.peopleChanged()
}

// SetAccount keeps what the platform says of an account and reports whether
// that was news. An empty zone or language leaves what is known.
func (tx *Tx) SetAccount(a chat.Account, zone, language, trouble string) (bool, error) {
	n, err := tx.exec(`UPDATE accounts SET zone = CASE WHEN $3 = '' THEN zone ELSE $3 END, language = CASE WHEN $4 = '' THEN language ELSE $4 END, trouble = $5
		WHERE platform = $1 AND account = $2 AND (trouble <> $5 OR ($3 <> '' AND zone <> $3) OR ($4 <> '' AND language <> $4))`,
		a.Platform, a.ID, zone, language, trouble)
	if err != nil || n == 0 {
		return false, wrap("write an account", err)
	}
	id, err := tx.PersonOf(a)
	if err != nil {
		return false, err
	}
	if err := tx.LookNow(id); err != nil {
		return false, err
	}
	return true, tx.peopleChanged()
}

// UsedAccount notes that somebody answered there just now.
func (tx *Tx) UsedAccount(a chat.Account, now time.Time) error {
	_, err := tx.exec("UPDATE accounts SET used_at = $3 WHERE platform = $1 AND account = $2", a.Platform, a.ID, millis(now))
	return wrap("note an account's use", err)
}

// LookNow asks Remind to look at these people at its next tick.
func (tx *Tx) LookNow(ids ...isms.PersonID) error {
	for _, id := range ids {
		if _, err := tx.exec("UPDATE people SET look_at = 0 WHERE id = $1 AND look_at <> 0", id); err != nil {
			return wrap("ask for a look", err)
		}
	}
	return nil
}

// LookAtEverybody asks Remind to look at all: after an import, a change of
// configuration, a jump in time.
func (tx *Tx) LookAtEverybody() error {
	_, err := tx.exec("UPDATE people SET look_at = 0 WHERE look_at <> 0")
	return wrap("ask for a look at everybody", err)
}

// LookBefore asks Remind to look now at whom it would look at by the instant:
// those among them whom a process took that is gone would wait for no reason.
func (tx *Tx) LookBefore(until time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = 0 WHERE look_at <= $1 AND look_at <> 0", millis(until))
	return wrap("ask for a look", err)
}

// SetLook says when Remind looks at the person next.
func (tx *Tx) SetLook(id isms.PersonID, at time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = $2 WHERE id = $1", id, millis(at))
	return wrap("set the next look", err)
}

// ToLookAt returns those whose time has come, at most limit.
func (tx *Tx) ToLookAt(now time.Time, limit int) ([]isms.PersonID, error) {
	ids, err := values[isms.PersonID](tx, "SELECT id FROM people WHERE has_left = 0 AND look_at <= $1 ORDER BY look_at, id LIMIT $2 + 0", millis(now), limit)
	return ids, wrap("find whom to look at", err)
}

// TakeLooks returns those whose time has come, at most limit, and has them
// looked at again at mark: nobody else takes them until then, and nobody is
// forgotten if the process ends.
func (tx *Tx) TakeLooks(now, mark time.Time, limit int) ([]isms.PersonID, error) {
	ids, err := tx.ToLookAt(now, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := tx.SetLook(id, mark); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// Looked says when Remind looks at the person next, unless somebody has asked
// for a look since TakeLooks set mark.
func (tx *Tx) Looked(id isms.PersonID, mark, next time.Time) error {
	_, err := tx.exec("UPDATE people SET look_at = $3 WHERE id = $1 AND look_at = $2", id, millis(mark), millis(next))
	return wrap("set the next look", err)
}

// NextLook is the earliest instant at which somebody is to be looked at, zero
// where there is nobody.
func (tx *Tx) NextLook() (time.Time, error) {
	var at sql.NullInt64
	_, err := tx.row("SELECT min(look_at) FROM people WHERE has_left = 0", nil, &at)
	return instant(at.Int64), wrap("find the next look", err)
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
