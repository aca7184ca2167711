package isms

import "slices"

// PersonID names a person for good; it is all that the journal keeps of one.
// Zero is nobody.
type PersonID int64

// Role is what a person may do beyond their own items.
type Role string

// The roles of the people file.
const (
	Staff           Role = "staff"
	Auditor         Role = "auditor"
	Manager         Role = "manager"
	TopManagement   Role = "top_management"
	Comms           Role = "comms"
	ISMSManager     Role = "isms_manager"
	DPO             Role = "dpo"
	Facilitator     Role = "facilitator"
	ExternalAuditor Role = "external_auditor"
)

// Roles are all of them.
var Roles = []Role{Staff, Auditor, Manager, TopManagement, Comms, ISMSManager, DPO, Facilitator, ExternalAuditor}

// Person is somebody who takes part.
type Person struct {
	ID         PersonID
	Email      string // lower case; how files name a person
	Name       string
	Department string
	Site       string // where they work, as the people file says; may be empty
	Manager    PersonID
	Deputy     PersonID
	Roles      []Role
	Zone       string // IANA name; empty for the organisation's
	Language   string // BCP 47 tag; empty for the organisation's
	Hours      string // own hours "09:00-17:00"; empty for the organisation's
	Absences   []Absence
	Left       bool // has left: owns nothing, is told nothing
	// Reachable is set while an account on some platform takes messages.
	Reachable bool
	// Neutral asks for a notification that names nothing.
	Neutral bool
	// Greeted is set once the bot has said who it is.
	Greeted bool
}

// Absence is a span of days, both included.
type Absence struct{ From, To Date }

// Is tells whether the person has the role.
func (p *Person) Is(r Role) bool { return slices.Contains(p.Roles, r) }

// FirstName is what a greeting uses: the name's first word.
func (p *Person) FirstName() string {
	for i, r := range p.Name {
		if r == ' ' && i > 0 {
			return p.Name[:i]
		}
	}
	return p.Name
}

// Away tells whether the person is absent on the day.
func (p *Person) Away(on Date) bool {
	for _, a := range p.Absences {
		if !on.Before(a.From) && !on.After(a.To) {
			return true
		}
	}
	return false
}

// People is the organisation at one moment.
type People struct {
	byID    map[PersonID]*Person
	all     []*Person
	reports map[PersonID][]PersonID
}

// NewPeople indexes the given people, who are not copied.
func NewPeople(all []*Person) *People {
	p := &People{byID: make(map[PersonID]*Person, len(all)), all: all, reports: map[PersonID][]PersonID{}}
	for _, x := range all {
		p.byID[x.ID] = x
		if x.Manager != 0 && !x.Left {
			p.reports[x.Manager] = append(p.reports[x.Manager], x.ID)
		}
	}
	return p
}

// All gives everybody, leavers included, in the order given to NewPeople.
func (p *People) All() []*Person { return p.all }

// Get returns the person, nil where there is none.
func (p *People) Get(id PersonID) *Person { return p.byID[id] }

// Name returns the person's full name, empty where there is none.
func (p *People) Name(id PersonID) string {
	if x := p.byID[id]; x != nil {
		return x.Name
	}
	return ""
}

// With returns those who have the role and have not left, in order of id.
func (p *People) With(r Role) []*Person {
	var out []*Person
	for _, x := range p.all {
		if x.Is(r) && !x.Left {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *Person) int { return int(a.ID - b.ID) })
	return out
}

// Line returns everybody who reports to the manager, directly or through
// others, the manager not included. A ring of managers ends where it began.
func (p *People) Line(manager PersonID) map[PersonID]bool {
	line := map[PersonID]bool{}
	queue := []PersonID{manager}
	for len(queue) > 0 {
		for _, id := range p.reports[queue[0]] {
			if id != manager && !line[id] {
				line[id] = true
				queue = append(queue, id)
			}
		}
		queue = queue[1:]
	}
	return line
}

// Leads tells whether somebody reports to the person.
func (p *People) Leads(id PersonID) bool { return len(p.reports[id]) > 0 }
