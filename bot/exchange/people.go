package exchange

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"ismsbot/bot/isms"
)

const inPeopleFile = "the e-mail of somebody in the people file"

// readPeople reads our own people file.
func (r *reader) readPeople(t *table) {
	if !r.checkColumns(t, peopleColumns, peopleColumns[:required]) {
		return
	}
	byEmail, bySlack, byTeams := map[string]int{}, map[string]int{}, map[string]int{}
	for _, x := range t.rows {
		c := r.record(t, x)
		p := c.person()
		c.once("email", p.Person.Email, byEmail)
		c.once("slack_id", p.SlackID, bySlack)
		c.once("teams_id", p.TeamsID, byTeams)
		r.batch.People = append(r.batch.People, p)
	}
	r.inFile = make(map[string]bool, len(r.batch.People))
	for _, p := range r.batch.People {
		r.inFile[p.Person.Email] = true
	}
	r.checkManagers(t)
}

func (c *record) person() PersonRow {
	p := PersonRow{Row: c.row.n, Columns: c.columns}
	p.Person.Email = c.email("email")
	if c.isEmpty("email") {
		c.fault("email", "nothing", "an e-mail like ada@example.com", "")
	}
	p.Person.Name = c.needed("name", "a name")
	p.Person.Department = c.line("department", maxShort)
	p.Person.Site = c.line("site", maxShort)
	p.Manager, p.Deputy = c.email("manager"), c.email("deputy")
	p.Person.Roles = c.roles()
	p.Person.Zone = c.zone()
	p.Person.Language = c.language()
	p.SlackID, p.TeamsID = c.account("slack_id"), c.objectID("teams_id")
	return p
}

func (c *record) roles() []isms.Role {
	var out []isms.Role
	for _, s := range c.list("roles") {
		role := isms.Role(strings.ToLower(s))
		if !slices.Contains(isms.Roles, role) {
			hint := nearest(s, isms.Roles)
			if strings.Contains(s, ",") {
				hint = "lists are separated by ;"
			}
			c.fault("roles", quote(s), oneOf(isms.Roles), hint)
		} else if !slices.Contains(out, role) {
			out = append(out, role)
		}
	}
	words := make([]string, len(out))
	for i, role := range out {
		words[i] = string(role)
	}
	c.keep("roles", strings.Join(words, ";"))
	return out
}

func (c *record) zone() string {
	s := c.line("timezone", maxLine)
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		c.fault("timezone", quote(s), "a time zone like Europe/Berlin", "")
		return ""
	}
	return s
}

func (c *record) language() string {
	s := c.line("language", maxLine)
	if s == "" {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil {
		c.fault("language", quote(s), "a language like en or de-CH", "")
		return ""
	}
	c.keep("language", tag.String())
	return tag.String()
}

// account reads the id of an account on a platform, which is opaque.
func (c *record) account(column string) string {
	s := c.line(column, maxLine)
	if !isASCII(s) {
		c.fault(column, quote(s), "an account's id without spaces", "")
		return ""
	}
	return s
}

// objectID reads the id of an object in Microsoft Entra, a GUID, in lower case.
func (c *record) objectID(column string) string {
	found := c.line(column, maxLine)
	s := strings.ToLower(found)
	if s != "" && !isGUID(s) {
		c.fault(column, quote(found), "the person's object id in Microsoft Entra, like 0f8fad5b-d9cb-469f-a165-70867728950e", "")
		return ""
	}
	c.keep(column, s)
	return s
}

// isGUID tells whether s is written 8-4-4-4-12 in lower-case hexadecimal.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch x := s[i]; i {
		case 8, 13, 18, 23:
			if x != '-' {
				return false
			}
		default:
			if (x < '0' || x > '9') && (x < 'a' || x > 'f') {
				return false
			}
		}
	}
	return true
}

// once says that a value stands in one row of the file only.
func (c *record) once(column, value string, rows map[string]int) {
	if value == "" {
		return
	}
	if other, ok := rows[value]; ok {
		c.fault(column, quote(value), "each "+column+" once", fmt.Sprintf("row %d has it too", other))
		return
	}
	rows[value] = c.row.n
}

// checkManagers says of everybody named as manager or deputy that they exist,
// and that nobody stands above themselves.
func (r *reader) checkManagers(t *table) {
	above, rows := map[string]string{}, map[string]int{}
	for _, p := range r.batch.People {
		above[p.Person.Email], rows[p.Person.Email] = p.Manager, p.Row
	}
	for _, p := range r.batch.People {
		for _, x := range []struct{ column, email string }{{"manager", p.Manager}, {"deputy", p.Deputy}} {
			_, here := above[x.email]
			if x.email == "" || here && x.email != p.Person.Email {
				continue
			}
			if x.email == p.Person.Email {
				r.fault(t, p.Row, x.column, quote(x.email), "somebody else", "")
			} else if _, known := r.known.People[x.email]; !known {
				r.fault(t, p.Row, x.column, quote(x.email), inPeopleFile, "")
			}
		}
	}
	done := map[string]bool{}
	for _, p := range r.batch.People {
		r.checkRing(t, p.Person.Email, above, rows, done)
	}
}

// checkRing follows the managers upwards and notes a ring once, at the first of
// its rows that was come upon.
func (r *reader) checkRing(t *table, from string, above map[string]string, rows map[string]int, done map[string]bool) {
	var path []string
	for e := from; e != "" && !done[e]; e = above[e] {
		done[e] = true
		path = append(path, e)
		start := slices.Index(path, above[e])
		if start < 0 || above[e] == e {
			continue
		}
		ring := append(path[start:], above[e])
		if len(ring) > 6 {
			ring = append(ring[:5:5], "…", above[e])
		}
		r.fault(t, rows[path[start]], "manager", strings.Join(ring, " → "), "managers who do not answer to each other in a ring", "")
		return
	}
}
