package storage

import (
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// PersonOf returns whose account it is, 0 for nobody's.
func (tx *Tx) PersonOf(a chat.Account) (isms.PersonID, error) {
	var id isms.PersonID
	_, err := tx.row("SELECT person FROM accounts WHERE platform = $1 AND account = $2", []any{a.Platform, a.ID}, &id)
	return id, wrap("find an account's owner", err)
}

// AccountOwners returns whose each account is.
func (tx *Tx) AccountOwners() (map[chat.Account]isms.PersonID, error) {
	out := map[chat.Account]isms.PersonID{}
	platforms := once{}
	err := tx.each("SELECT platform, account, person FROM accounts", nil, func(r *rows) error {
		var a chat.Account
		var id isms.PersonID
		err := r.Scan(&a.Platform, &a.ID, &id)
		a.Platform = platforms.of(a.Platform)
		out[a] = id
		return err
	})
	return out, wrap("read whose accounts these are", err)
}

// AccountState is one account and whether it takes messages.
type AccountState struct {
	chat.Account
	Person isms.PersonID
	// Zone and Language are what the platform says, empty where it does not.
	Zone, Language string
	Trouble        string // why it takes no messages; empty: it does
	UsedAt         time.Time
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

// Account returns what is known of an account, and false for one that nobody has.
func (tx *Tx) Account(a chat.Account) (AccountState, bool, error) {
	list, err := tx.accounts("WHERE platform = $1 AND account = $2", a.Platform, a.ID)
	if err != nil || len(list) == 0 {
		return AccountState{}, false, err
	}
	return list[0], true, nil
}

// Accounts returns the person's accounts, the one they last used first.
func (tx *Tx) Accounts(id isms.PersonID) ([]AccountState, error) {
	return tx.accounts("WHERE person = $1 ORDER BY used_at DESC, platform", id)
}

// Reached is an account that takes messages, and which platform its person
// wants to be told on, empty for where they last answered.
type Reached struct {
	chat.Account
	Person isms.PersonID
	Wants  string
}

// ReachedBetween calls f with the accounts that take messages of those with
// numbers from first to last; of one person, the account last used first.
func (tx *Tx) ReachedBetween(first, last isms.PersonID, f func(Reached)) error {
	err := tx.each(`SELECT a.platform, a.account, a.person, p.platform FROM people p CROSS JOIN accounts a ON a.person = p.id
		WHERE p.id >= $1 AND p.id <= $2 AND a.trouble = '' ORDER BY p.id, a.used_at DESC, a.platform`, []any{first, last}, func(r *rows) error {
		var x Reached
		err := r.Scan(&x.Platform, &x.ID, &x.Person, &x.Wants)
		if err == nil {
			f(x)
		}
		return err
	})
	return wrap("read where people are reached", err)
}

// AccountsOn returns all accounts of a platform.
func (tx *Tx) AccountsOn(platform string) ([]AccountState, error) {
	return tx.accounts("WHERE platform = $1 ORDER BY account", platform)
}

func (tx *Tx) accounts(where string, args ...any) ([]AccountState, error) {
	var out []AccountState
	err := tx.each("SELECT platform, account, person, zone, language, trouble, used_at FROM accounts "+where, args, func(r *rows) error {
		var a AccountState
		var at int64
		err := r.Scan(&a.Platform, &a.ID, &a.Person, &a.Zone, &a.Language, &a.Trouble, &at)
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
