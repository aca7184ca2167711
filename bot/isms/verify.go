package isms

import (
	"cmp"
	"slices"
	"strings"
)

// strictFrom is how many people an organisation has from which independence
// of verification is strict by default.
const strictFrom = 50

// again is how many days there are for a new round after a fix did not work.
const again = 30

// StrictIndependence tells whether the organisation is large enough that
// nobody who reports to the owner need ever check the owner's work.
func StrictIndependence(people *People) bool {
	n := 0
	for _, p := range people.All() {
		if !p.Left {
			n++
		}
	}
	return n >= strictFrom
}

// Verify records the effectiveness review (10.2 d): the item is closed or,
// where it did not work, begins a new round, due in 30 days. Only the named
// verifier, an auditor or the ISMS manager can, and only if independent.
func (it *Item) Verify(by *Person, works bool, note string, today Date, people *People, strict bool) *Refusal {
	note = strings.TrimSpace(note)
	switch {
	case !CanSee(it, by, people):
		return Refuse(NotFound, "refuse.not_found", "id", it.ID)
	case it.IsOpen():
		return Refuse(Conflict, "refuse.not_done_yet", "id", it.ID)
	case it.Status == Withdrawn || it.Status == Cancelled:
		return Refuse(Conflict, "refuse.withdrawn", "id", it.ID)
	case it.Status != Done:
		return Refuse(Conflict, "refuse.verified", "id", it.ID)
	}
	if r := independent(it, by, people, strict, note); r != nil {
		return r
	}
	switch {
	case by.ID != it.Verifier && !by.Is(Auditor) && !by.Is(ISMSManager):
		return Refuse(Forbidden, "refuse.verify_other", "id", it.ID)
	case !works && note == "":
		return Refuse(Invalid, "refuse.fails_why", "id", it.ID)
	}
	if works {
		it.Status = Closed
	} else {
		it.begin(today.Add(again))
	}
	if note != "" {
		it.LastWord = note
	}
	return nil
}

// independent refuses whoever owns the item or carried it out, and those who
// report to them. Where it is not strict, a note declares the reporting line.
func independent(it *Item, p *Person, people *People, strict bool, note string) *Refusal {
	switch {
	case p.ID == it.DoneBy:
		return Refuse(Forbidden, "refuse.verify_did", "id", it.ID, "date", it.DoneOn)
	case p.ID == it.Owner:
		return Refuse(Forbidden, "refuse.verify_own", "id", it.ID)
	}
	boss := reportsTo(p, people, it.Owner, it.DoneBy)
	switch {
	case boss == 0:
		return nil
	case strict:
		return Refuse(Forbidden, "refuse.verify_report", "id", it.ID, "name", boss)
	case note == "":
		return Refuse(Invalid, "refuse.verify_declare", "id", it.ID, "name", boss)
	}
	return nil
}

// reportsTo is which of them the person reports to, directly or not.
func reportsTo(p *Person, people *People, bosses ...PersonID) PersonID {
	above := people.Above(p.ID)
	for _, b := range bosses {
		if b != 0 && slices.Contains(above, b) {
			return b
		}
	}
	return 0
}

// Verifiers are those free to check the item, best first: those who need not
// declare anything and can be reached, then auditors before managers before
// the ISMS manager. doers carried it out but do not stand on the item yet.
func Verifiers(it *Item, people *People, strict bool, doers ...PersonID) []PersonID {
	involved := append([]PersonID{it.Owner, it.DoneBy}, doers...)
	type choice struct {
		id   PersonID
		rank int
	}
	var free []choice
	for _, p := range people.All() {
		rank := verifierRank(p, people)
		below := reportsTo(p, people, involved...) != 0
		if rank == 0 || p.Left || slices.Contains(involved, p.ID) || below && strict {
			continue
		}
		if below {
			rank += 20
		}
		if !p.Reachable {
			rank += 10
		}
		free = append(free, choice{p.ID, rank})
	}
	slices.SortFunc(free, func(a, b choice) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })
	out := make([]PersonID, len(free))
	for i, c := range free {
		out[i] = c.id
	}
	return out
}

func verifierRank(p *Person, people *People) int {
	switch {
	case p.Is(Auditor):
		return 1
	case p.Is(ISMSManager): // who leads as well
		return 3
	case p.Is(Manager) || people.Leads(p.ID):
		return 2
	}
	return 0
}

// Verifier is the first of Verifiers, zero where nobody is free.
func Verifier(it *Item, people *People, strict bool, doers ...PersonID) PersonID {
	if free := Verifiers(it, people, strict, doers...); len(free) > 0 {
		return free[0]
	}
	return 0
}
