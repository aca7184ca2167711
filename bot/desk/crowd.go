package desk

import (
	"context"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Crowd is everybody, and whose each account is, at one version of the people
// tables.
type Crowd struct {
	version string
	*isms.People
	owners map[chat.Account]isms.PersonID
}

// Owner is whose account it is, nil for nobody's.
func (c *Crowd) Owner(a chat.Account) *isms.Person { return c.Get(c.owners[a]) }

// People returns everybody as tx sees them.
func (o *Office) People(tx *storage.Tx) (*isms.People, error) {
	c, err := o.Crowd(tx)
	if err != nil {
		return nil, err
	}
	return c.People, nil
}

// Knows tells whether everybody stands in memory as tx sees them.
func (o *Office) Knows(tx *storage.Tx) (bool, error) {
	version, err := tx.PeopleVersion()
	c := o.crowd.Load()
	return c != nil && c.version == version, err
}

// Catch reads everybody anew, where they have changed, without keeping the
// writer: for a large organisation that takes long.
func (o *Office) Catch(ctx context.Context, db *storage.DB) error {
	return db.View(ctx, func(tx *storage.Tx) error {
		_, err := o.Crowd(tx)
		return err
	})
}

// Crowd reads the people tables, or nothing but their version while that
// stands.
func (o *Office) Crowd(tx *storage.Tx) (*Crowd, error) {
	version, err := tx.PeopleVersion()
	if err != nil {
		return nil, err
	}
	if c := o.crowd.Load(); c != nil && c.version == version {
		return c, nil
	}
	o.reading.Lock() // whoever comes meanwhile waits for this rather than reads the same
	defer o.reading.Unlock()
	if c := o.crowd.Load(); c != nil && c.version == version {
		return c, nil
	}
	all, err := tx.AllPeople()
	if err != nil {
		return nil, err
	}
	owners, err := tx.AccountOwners()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		for _, email := range o.ISMSManagers {
			if p.Email == email && !p.Is(isms.ISMSManager) {
				p.Roles = append(p.Roles, isms.ISMSManager)
			}
		}
	}
	c := &Crowd{version, isms.NewPeople(all), owners}
	o.crowd.Store(c)
	return c, nil
}
