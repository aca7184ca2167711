package isms

import "slices"

// Above are the managers up the line from somebody, the nearest first. A ring
// of managers ends before it comes back.
func (p *People) Above(id PersonID) []PersonID {
	var line []PersonID
	for x := p.Get(id); x != nil && x.Manager != 0 && x.Manager != id && !slices.Contains(line, x.Manager); x = p.Get(x.Manager) {
		line = append(line, x.Manager)
	}
	return line
}

// onlyReads tells whether the person is there to look at evidence and has no
// other part.
func onlyReads(p *Person) bool {
	return p.Is(ExternalAuditor) && !slices.ContainsFunc(p.Roles, func(r Role) bool { return r != ExternalAuditor })
}

// CanSee tells whether the item concerns the person enough to be shown to
// them: those who do, check or answer for it, and those who watch over all.
func CanSee(it *Item, p *Person, people *People) bool {
	if p.Left || p.ID == 0 || it.Private && p.ID != it.Owner {
		return false
	}
	switch p.ID {
	case it.Owner, it.Deputy, it.Verifier:
		return true
	}
	if p.Is(ISMSManager) || p.Is(Auditor) || p.Is(TopManagement) || slices.Contains(it.Auditees, p.ID) {
		return true
	}
	owner := people.Get(it.Owner)
	return owner != nil && (owner.Deputy == p.ID || slices.Contains(people.Above(owner.ID), p.ID))
}

// Standing refuses whoever may not answer for the item, and tells whether an
// answer is given on behalf of its owner. The owner's manager stands in for
// good where the owner has left.
func Standing(it *Item, by *Person, people *People) (onBehalf bool, r *Refusal) {
	owner := people.Get(it.Owner)
	switch {
	case by.Left || by.ID == 0:
	case by.ID == it.Owner:
		return false, nil
	case it.Private:
	case by.ID == it.Deputy || by.Is(ISMSManager) || owner != nil && owner.Deputy == by.ID:
		return true, nil
	case owner != nil && owner.Left && slices.Contains(people.Above(owner.ID), by.ID):
		return true, nil
	}
	return false, notYours(it, by, people)
}

// notYours says who can, to those who may know that the item exists.
func notYours(it *Item, p *Person, people *People) *Refusal {
	switch {
	case !CanSee(it, p, people):
		return Refuse(NotFound, "refuse.not_found", "id", it.ID)
	case it.Owner == 0:
		return Refuse(Forbidden, "refuse.unowned", "id", it.ID)
	default:
		return Refuse(Forbidden, "refuse.not_yours", "id", it.ID, "name", it.Owner)
	}
}

// CanCreate refuses whoever may not add an item of the kind.
func CanCreate(p *Person, kind Kind) *Refusal {
	if !p.Left && (p.Is(ISMSManager) || p.Is(Auditor)) {
		return nil
	}
	return Refuse(Forbidden, "refuse.create", "kind", kind)
}

// CanEdit refuses whoever may not change the field: "owner", "due", "status"
// or "text". The ISMS manager and auditors may change all; owners and
// deputies the text, as a date goes by extension and an owner by hand-over.
func CanEdit(it *Item, p *Person, people *People, field string) *Refusal {
	switch {
	case it.Private && CanSee(it, p, people):
		return OwnersAlone(it)
	case !it.Private && !p.Left && (p.Is(ISMSManager) || p.Is(Auditor)):
		return nil
	}
	if _, r := Standing(it, p, people); r != nil {
		return r
	}
	switch field {
	case "text":
		return nil
	case "due":
		return Refuse(Forbidden, "refuse.edit_due", "id", it.ID)
	case "owner":
		return Refuse(Forbidden, "refuse.edit_owner", "id", it.ID)
	default:
		return Refuse(Forbidden, "refuse.edit_other", "id", it.ID)
	}
}

// OwnersAlone refuses what would draw others into an item that is private: more
// time, another owner, help.
func OwnersAlone(it *Item) *Refusal {
	if !it.Private {
		return nil
	}
	return Refuse(Forbidden, "refuse.private", "id", it.ID)
}

// OverdueScope is whose late items the person may list: everybody's, or those
// of their line.
func OverdueScope(p *Person, people *People) (all bool, line map[PersonID]bool, r *Refusal) {
	switch {
	case p.Left:
	case p.Is(ISMSManager) || p.Is(TopManagement):
		return true, nil, nil
	case p.Is(Manager) || people.Leads(p.ID):
		return false, people.Line(p.ID), nil
	}
	return false, nil, Refuse(Forbidden, "refuse.overdue")
}

// CanNudge refuses whoever may not ask the owner how it is going: managers up
// the owner's line, the ISMS manager and top management may.
func CanNudge(it *Item, p *Person, people *People) *Refusal {
	if r := it.unfinished(); r != nil && CanSee(it, p, people) {
		return r
	}
	above := !it.Private && (p.Is(ISMSManager) || p.Is(TopManagement) || slices.Contains(people.Above(it.Owner), p.ID))
	switch {
	case p.Left || !above && !CanSee(it, p, people):
		return Refuse(NotFound, "refuse.not_found", "id", it.ID)
	case it.Owner == 0:
		return Refuse(Conflict, "refuse.unowned", "id", it.ID)
	case p.ID == it.Owner:
		return Refuse(Invalid, "refuse.nudge_self", "id", it.ID)
	case !above:
		return Refuse(Forbidden, "refuse.nudge", "id", it.ID)
	}
	return nil
}

// ExtensionAllowed refuses a new date that nobody here can grant: not later
// than the present one, past, or after limit, which is the certification
// body's; zero for none.
func ExtensionAllowed(it *Item, to, today, limit Date) *Refusal {
	if r := it.unfinished(); r != nil {
		return r
	}
	switch {
	case to.Before(today):
		return Refuse(Invalid, "refuse.date_past", "id", it.ID, "date", to)
	case !it.Due.IsZero() && !to.After(it.Due):
		return Refuse(Invalid, "refuse.date_not_later", "id", it.ID, "date", it.Due)
	case !limit.IsZero() && to.After(limit):
		return Refuse(Forbidden, "refuse.date_beyond", "id", it.ID, "date", limit)
	}
	return nil
}

// Approver is who decides about more time: the owner's line manager, for a
// major or external item and where the manager did not answer the ISMS
// manager. The asker's own item goes one up, the chief executive's to the ISMS
// manager and the ISMS manager's to top management. Zero where nobody but the
// asker is there.
func Approver(it *Item, asker *Person, people *People, escalated bool) PersonID {
	line := people.Above(it.Owner)
	if it.Owner == 0 {
		line = people.Above(asker.ID)
	}
	isms := ids(people.With(ISMSManager))
	var order []PersonID
	switch {
	case slices.Contains(isms, it.Owner):
		order = slices.Concat(line, ids(people.With(TopManagement)), isms)
	case escalated || it.Severity == Major || it.External():
		order = slices.Concat(isms, line, ids(people.With(TopManagement)))
	default:
		order = slices.Concat(line, isms, ids(people.With(TopManagement)))
	}
	for _, mustReach := range []bool{true, false} {
		for _, id := range order {
			p := people.Get(id)
			if p != nil && !p.Left && p.ID != asker.ID && p.ID != it.Owner && (p.Reachable || !mustReach) {
				return id
			}
		}
	}
	return 0
}

func ids(people []*Person) []PersonID {
	out := make([]PersonID, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}

// MayDecide refuses whoever cannot decide about a request of the asker's: the
// approver named can, and the ISMS manager for every request; nobody for one
// of their own, or about an item that is theirs.
func MayDecide(it *Item, asker PersonID, by *Person, approver PersonID) *Refusal {
	if by.Left || by.ID == asker || by.ID == it.Owner || by.ID != approver && !by.Is(ISMSManager) {
		return Refuse(Forbidden, "refuse.approve", "id", it.ID, "name", approver)
	}
	return nil
}
