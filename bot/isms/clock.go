package isms

import "time"

// LegalClock is how long a law, or a contract, leaves for telling whom it
// names of a breach. It counts hours that pass, whatever a calendar says of
// them: through nights, weekends, holidays and changes of the clocks.
type LegalClock struct {
	Name  string        // as people call the law: "GDPR"
	Limit time.Duration // from the moment somebody was aware
	// Pings are the hours at which those who answer for it are told, rising.
	Pings []int
	// Target is set where the law says "as soon as reasonably possible" and
	// Limit is our own aim.
	Target bool
	// NoThreshold is set where every breach has to be told, however small the risk.
	NoThreshold bool
}

// The laws that we know by heart: Articles 33 and 34 of the GDPR, and section
// 22 of South Africa's POPIA.
var (
	GDPR  = LegalClock{Name: "GDPR", Limit: 72 * time.Hour, Pings: []int{0, 24, 48, 60, 70}}
	POPIA = LegalClock{Name: "POPIA", Limit: 72 * time.Hour, Pings: []int{0, 24, 48, 60, 70}, Target: true, NoThreshold: true}
)

// NewLegalClock is that of another law or of a contract, which leaves so many
// hours: its pings come at the same parts of them as the GDPR's.
func NewLegalClock(name string, hours int) LegalClock {
	c := LegalClock{Name: name, Limit: time.Duration(hours) * time.Hour}
	for _, h := range []int{0, hours / 3, hours * 2 / 3, hours * 5 / 6, hours - 2} {
		if n := len(c.Pings); n == 0 || h > c.Pings[n-1] {
			c.Pings = append(c.Pings, h)
		}
	}
	return c
}

// TopManagementAfter is from which hour on top management is told too.
const TopManagementAfter = 48

// Deadline is when the clock has run out.
func (c LegalClock) Deadline(since time.Time) time.Time { return since.Add(c.Limit) }

// Reached gives the latest ping that is due, in hours, and those before it
// that it overtakes, oldest first. It reports false where none is due or the
// latest has been dealt with; known tells which have.
func (c LegalClock) Reached(since, now time.Time, known func(hours int) bool) (latest int, overtaken []int, ok bool) {
	for _, h := range c.Pings {
		if since.Add(time.Duration(h) * time.Hour).After(now) {
			break
		}
		if ok && !known(latest) {
			overtaken = append(overtaken, latest)
		}
		latest, ok = h, true
	}
	if !ok || known(latest) {
		return 0, nil, false
	}
	return latest, overtaken, true
}

// Next is when a ping is due that is not known, the earliest first; zero where
// all have been dealt with. It may have passed.
func (c LegalClock) Next(since time.Time, known func(hours int) bool) time.Time {
	for i := len(c.Pings) - 1; i >= 0; i-- {
		if known(c.Pings[i]) { // and with it what it overtook
			if i == len(c.Pings)-1 {
				return time.Time{}
			}
			return since.Add(time.Duration(c.Pings[i+1]) * time.Hour)
		}
	}
	if len(c.Pings) == 0 {
		return time.Time{}
	}
	return since.Add(time.Duration(c.Pings[0]) * time.Hour)
}

// Duty is what one law asks in one event: whether somebody is told, and why.
type Duty struct {
	Clock     string // a LegalClock's name
	Decision  Decision
	Why       string // we tell, or do not (GDPR 33(1) and 33(5))
	DecidedBy PersonID
	DecidedAt time.Time
	ToldAt    time.Time // when the authority, or the controller, was told
	Delay     string    // why it took longer than the law leaves
}

// Decision is whether we tell.
type Decision string

// The decisions. The clock goes on under ToTell until it is Told.
const (
	Undecided Decision = ""
	ToTell    Decision = "tell"
	Told      Decision = "told"
	NotToTell Decision = "not"
)

// Settled tells whether the law asks nothing more.
func (d *Duty) Settled() bool { return d.Decision == Told || d.Decision == NotToTell }

// Decide records a decision, or refuses one that the law does not know. told
// is when the authority was told, for Told; delay why it took longer.
func (d *Duty) Decide(c LegalClock, since time.Time, what Decision, why, delay string, told time.Time, by PersonID, now time.Time) *Refusal {
	switch {
	case d.Decision == Told:
		return Refuse(Conflict, "refuse.event_told", "law", c.Name)
	case what != ToTell && what != Told && what != NotToTell:
		return Refuse(Invalid, "refuse.event_decision")
	case what == NotToTell && c.NoThreshold:
		return Refuse(Invalid, "refuse.event_threshold", "law", c.Name)
	case why == "":
		return Refuse(Invalid, "refuse.event_why")
	case what == Told && (told.IsZero() || told.After(now)):
		return Refuse(Invalid, "refuse.event_told_when")
	case what == Told && told.After(c.Deadline(since)) && delay == "":
		return Refuse(Invalid, "refuse.event_delay", "law", c.Name)
	}
	if what != Told {
		told = time.Time{}
	}
	d.Clock, d.Decision, d.Why, d.Delay, d.ToldAt, d.DecidedBy, d.DecidedAt = c.Name, what, why, delay, told, by, now
	return nil
}
