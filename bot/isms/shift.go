package isms

import "slices"

// Shift is who looks after reported events on a day of the organisation's.
type Shift struct {
	People *People
	Today  Date
}

// Triagers are those who decide about events, in order of id: the ISMS managers
// and the data protection officers, and whoever stands in for one who is away or
// has no chat. Where the last of a role has left, their deputy has it.
func (s Shift) Triagers() []*Person {
	out := append(s.officers(ISMSManager), s.officers(DPO)...)
	slices.SortFunc(out, func(a, b *Person) int { return int(a.ID - b.ID) })
	return slices.Compact(out)
}

func (s Shift) officers(role Role) (out []*Person) {
	var gone []*Person
	for _, p := range s.People.All() {
		switch {
		case !p.Is(role):
		case p.Left:
			gone = append(gone, p)
		default:
			out = append(out, p)
			if !s.there(p) {
				out = append(out, s.standIn(p)...)
			}
		}
	}
	if len(out) == 0 {
		for _, p := range gone {
			out = append(out, s.standIn(p)...)
		}
	}
	return out
}

// there tells whether somebody can be told today.
func (s Shift) there(p *Person) bool { return !p.Left && p.Reachable && !p.Away(s.Today) }

// standIn is the first of somebody's deputies, and of theirs, who is there.
func (s Shift) standIn(p *Person) []*Person {
	for d := range deputies(s.People, p) {
		if s.there(d) {
			return []*Person{d}
		}
	}
	return nil
}

// StandsFor is in whose place the person decides; nil for nobody's.
func (s Shift) StandsFor(p *Person) *Person {
	if !s.May(p) || p.Is(ISMSManager) || p.Is(DPO) {
		return nil
	}
	for _, x := range s.People.All() {
		if (x.Is(ISMSManager) || x.Is(DPO)) && !s.there(x) && slices.ContainsFunc(s.standIn(x), func(d *Person) bool { return d.ID == p.ID }) {
			return x
		}
	}
	return nil
}

// deputies are somebody's deputy, the deputy's, and so on; a ring ends where it began.
func deputies(people *People, p *Person) func(func(*Person) bool) {
	return func(yield func(*Person) bool) {
		seen := map[PersonID]bool{p.ID: true}
		for d := people.Get(p.Deputy); d != nil && !seen[d.ID]; d = people.Get(d.Deputy) {
			seen[d.ID] = true
			if !yield(d) {
				return
			}
		}
	}
}

// May tells whether the person decides about events.
func (s Shift) May(p *Person) bool {
	if p == nil || p.ID == 0 || p.Left {
		return false
	}
	return p.Is(ISMSManager) || p.Is(DPO) || slices.ContainsFunc(s.Triagers(), func(x *Person) bool { return x.ID == p.ID })
}

// Pinged are those who are told at the given hour of a legal clock: those who
// decide, and top management from the 48th hour on, or from the beginning where
// nobody of them is there.
func (s Shift) Pinged(hours int) []*Person {
	out := s.Triagers()
	if hours >= TopManagementAfter || !slices.ContainsFunc(out, s.there) {
		for _, p := range s.People.With(TopManagement) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// Sees tells whether the event concerns the person: who reported it, who decides
// about it, who leads the response or owns what came of it, and who was pinged
// about it as top management or in somebody's place.
func (s Shift) Sees(e *SecurityEvent, p *Person, owner PersonID, pinged bool) bool {
	if p == nil || p.Left || p.ID == 0 {
		return false
	}
	return p.ID == e.Reporter || p.ID == e.Lead || p.ID == owner || s.May(p) || pinged && (p.Is(TopManagement) || s.deputises(p))
}

// deputises tells whether the person is a deputy of somebody who decides about
// events, also where nobody has to stand in today.
func (s Shift) deputises(p *Person) bool {
	for _, x := range s.People.All() {
		if !x.Is(ISMSManager) && !x.Is(DPO) {
			continue
		}
		for d := range deputies(s.People, x) {
			if d.ID == p.ID {
				return true
			}
		}
	}
	return false
}
