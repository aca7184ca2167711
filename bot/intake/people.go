package intake

import (
	"fmt"
	"slices"

	"ismsbot/bot/chat"
	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// kindPerson counts people in a Summary.
const kindPerson isms.Kind = "person"

// readPeople learns who is there, and notes who is missing from a people file.
func (im *importing) readPeople() error {
	all, err := im.tx.AllPeople()
	if err != nil {
		return err
	}
	named := make(map[string]bool, len(im.file.People))
	for _, row := range im.file.People {
		named[row.Person.Email] = true
	}
	im.ids = make(map[string]isms.PersonID, len(all))
	missing := 0
	for _, p := range all {
		im.ids[p.Email] = p.ID
		if !p.Left && !named[p.Email] {
			missing++
		}
	}
	if missing > 0 && len(im.file.People) > 0 {
		im.notice("%s: %s not in it and stay as they are; nobody is removed by an import", im.file.File, countOf(missing, "person who takes part is", "people who take part are"))
	}
	return nil
}

// checkPeople finds accounts that cannot be bound: an account is one person's
// for good, and a person has one on each platform.
func (im *importing) checkPeople() error {
	for _, row := range im.file.People {
		for _, a := range accountsOf(row) {
			if a.ID == "" {
				continue
			}
			if err := im.checkAccount(row, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (im *importing) checkAccount(row exchange.PersonRow, a chat.Account) error {
	column := a.Platform + "_id"
	owner, err := im.tx.PersonOf(a)
	if err != nil {
		return err
	}
	id := im.ids[row.Person.Email]
	if owner != 0 && owner != id {
		im.addFault(row.Row, column, fmt.Sprintf("%q", a.ID), "an account that is nobody else's", "it is bound to another person already")
	}
	if owner != 0 || id == 0 {
		return nil
	}
	has, err := im.tx.Accounts(id)
	if err != nil {
		return err
	}
	for _, x := range has {
		if x.Platform == a.Platform {
			im.addFault(row.Row, column, fmt.Sprintf("%q", a.ID), fmt.Sprintf("%q", x.ID), "this account is bound to the person already, and a binding stays")
		}
	}
	return nil
}

func accountsOf(row exchange.PersonRow) []chat.Account {
	return []chat.Account{{Platform: "slack", ID: row.SlackID}, {Platform: "teams", ID: row.TeamsID}}
}

// savePeople writes the file's people: everybody first, since a manager may
// stand later in the file, then what is said of them.
func (im *importing) savePeople() error {
	fresh := map[isms.PersonID]bool{}
	for _, row := range im.file.People {
		if im.ids[row.Person.Email] != 0 {
			continue
		}
		p := storage.Profile{Person: isms.Person{Email: row.Person.Email, Name: row.Person.Name}}
		if err := im.tx.SavePerson(&p); err != nil {
			return err
		}
		im.ids[p.Email], fresh[p.ID] = p.ID, true
	}
	for _, row := range im.file.People {
		id := im.ids[row.Person.Email]
		if err := im.savePerson(row, id, fresh[id]); err != nil {
			return fmt.Errorf("%s row %d: %w", im.file.File, row.Row, err)
		}
	}
	var err error
	im.people, err = im.desk.People(im.tx)
	return err
}

func (im *importing) savePerson(row exchange.PersonRow, id isms.PersonID, fresh bool) error {
	p, err := im.tx.Profile(id)
	if err != nil {
		return err
	}
	columns, _, keep, err := news(row.Columns, p.Imported)
	if err != nil {
		return err
	}
	did := map[string]any{}
	for c := range columns {
		if v, ok := im.personColumn(p, row, c); ok {
			did[c] = v
		}
	}
	if fresh || p.Imported != keep {
		p.Imported = keep
		if err := im.tx.SavePerson(p); err != nil {
			return err
		}
	}
	bound, err := im.bind(row, id)
	if err != nil {
		return err
	}
	switch {
	case fresh:
		im.out.created[kindPerson]++
	case len(did) > 0 || bound:
		im.out.updated[kindPerson]++
	default:
		im.out.unchanged[kindPerson]++
		return nil
	}
	event := map[string]any{"by": 0, "person": id, "file": im.sum, "row": row.Row, "set": did}
	if fresh {
		event["new"] = true
	}
	return im.tx.Journal(im.now, "person.imported", event)
}

// personColumn brings one column to the person. It returns what the journal
// keeps of it, nothing for words about a person, and whether it was news.
func (im *importing) personColumn(p *storage.Profile, row exchange.PersonRow, column string) (any, bool) {
	switch column {
	case "name":
		return true, set(&p.Name, row.Person.Name)
	case "department":
		return true, set(&p.Department, row.Person.Department)
	case "site":
		return row.Person.Site, set(&p.Site, row.Person.Site)
	case "manager":
		return im.ids[row.Manager], set(&p.Manager, im.ids[row.Manager])
	case "deputy":
		return im.ids[row.Deputy], set(&p.Deputy, im.ids[row.Deputy])
	case "roles":
		was := p.Roles
		p.Roles = row.Person.Roles
		return p.Roles, !slices.Equal(was, p.Roles)
	case "timezone":
		return row.Person.Zone, set(&p.FileZone, row.Person.Zone)
	case "language":
		return row.Person.Language, set(&p.FileLanguage, row.Person.Language)
	}
	return nil, false
}

// bind ties the accounts that the file names to the person, unless they are already.
func (im *importing) bind(row exchange.PersonRow, id isms.PersonID) (bool, error) {
	news := false
	for _, a := range accountsOf(row) {
		if a.ID == "" {
			continue
		}
		ok, err := im.tx.Bind(a, id)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		news = true
		if err := im.tx.Journal(im.now, "account.bound", map[string]any{"person": id, "platform": a.Platform, "how": "file"}); err != nil {
			return false, err
		}
	}
	return news, nil
}

func countOf(n int, one, other string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, other)
}
