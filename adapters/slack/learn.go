package slack

import (
	"time"

	"golang.org/x/time/rate"
)

// Slack does not say how many messages a second a workspace takes. The learner
// finds out: it doubles until the first refusal, then closes in between the
// rate that held and the one that did not, and from then on holds, probing up
// rarely. After a refusal of what had held it steps back and closes in again.
const (
	firstRate = 10.0   // messages a second where nothing is known
	slowest   = 0.2    // below which no workspace lies
	fastest   = 1000.0 // beyond which nothing is to be gained

	growTrial  = time.Second     // how long a rate has to hold while doubling
	closeTrial = 3 * time.Second // and while closing in
	trialCalls = 5               // and how many calls that must be
	closeRatio = 1.08            // refused over held, at which closing in ends: each refusal turns away all that is under way,
	pauseRatio = 0.015           // and how much sooner for each second of a pause
	afterTrial = 0.97            // of what held: its trial may have used up a reserve
	firstProbe = 5 * time.Minute
	lastProbe  = time.Hour
	probeStep  = 1.04
	mostShort  = 3 // pauses in a row that prove too short, each twice as long
)

// learner is used under its pacer's lock.
type learner struct {
	rate    float64 // at present
	held    float64 // the highest that held; 0 before any did
	ceiling float64 // the lowest that was refused; 0 before any was
	grow    float64 // by how much to go on where none was refused
	probe   time.Duration
	probing bool

	since time.Time // when the rate came into force
	last  time.Time // when a call last passed
	count int       // passed since then
	began time.Time // the last pause
	until time.Time // its end
	pause time.Duration
	short int           // how often in a row that was too short
	need  time.Duration // how long one had to be that was too short at first
	line  *rate.Limiter
}

// newLearner goes on from a rate that an earlier run has learned, 0 for none.
func newLearner(known float64) *learner {
	l := &learner{rate: firstRate, grow: 2, probe: firstProbe}
	if known > 0 {
		l.rate = min(max(known, slowest), fastest)
		l.held, l.ceiling = l.rate, l.rate
	}
	l.line = rate.NewLimiter(rate.Limit(l.rate), 1)
	return l
}

// passed counts a message that went through. A rate has held when it was made
// use of for long enough.
func (l *learner) passed(now time.Time) {
	if now.Before(l.since) {
		return
	}
	if l.short > 0 {
		l.short, l.need = 0, min(l.until.Sub(l.began), time.Minute)
	}
	idle := now.Sub(l.last).Seconds() > 1+3/l.rate
	l.last = now
	took := now.Sub(l.since)
	if l.count == 0 || idle || float64(l.count) < 0.7*l.rate*took.Seconds()-1 {
		l.since, l.count = now, 1
		return
	}
	l.count++
	trial := closeTrial
	if l.ceiling == 0 && !l.probing {
		trial = growTrial
	}
	if took >= trial && l.count > trialCalls {
		l.climb(now, took)
	}
}

func (l *learner) climb(now time.Time, took time.Duration) {
	l.held = max(l.held, l.rate)
	switch {
	case l.ceiling == 0:
		l.set(now, l.rate*l.grow)
		l.grow = min(1+2*(l.grow-1), 2)
	case l.ceiling/l.rate > closeRatio+pauseRatio*l.pause.Seconds():
		l.set(now, l.rate+(l.ceiling-l.rate)/3)
	case took >= l.probe:
		l.probing, l.ceiling, l.grow = true, 0, probeStep
		l.set(now, l.rate*l.grow)
	}
}

// refused notes that a message was turned away, and returns when the pause ends
// that is to end at until. What was under way at the time is turned away too
// and tells nothing new.
func (l *learner) refused(now, until time.Time) time.Time {
	switch {
	case now.Before(l.until):
		l.until = later(l.until, until)
		l.since, l.count = l.until, 0
		return l.until
	case l.count == 0 && !l.until.IsZero() && l.since.Equal(l.until) && l.short < mostShort:
		// Nothing has passed since the pause: it was too short, and of the
		// rate this says nothing.
		l.short++
		l.until = until.Add(l.pause << (l.short - 1))
		l.since = l.until
		return l.until
	}
	took := time.Duration(0)
	if l.count > 0 && now.After(l.since) {
		took = now.Sub(l.since)
	}
	if l.probing {
		l.probing, l.probe = false, min(2*l.probe, lastProbe)
	}
	l.ceiling = l.rate
	if l.held == 0 || l.held >= l.rate {
		l.held = l.rate * stepBack(took)
	} else {
		l.held *= afterTrial
	}
	until = later(until, now.Add(l.need))
	l.need = l.need * 9 / 10 // it may have been shortened
	l.began, l.until, l.pause = now, until, min(until.Sub(now), time.Minute)
	l.set(until, l.held)
	return until
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// stepBack is after a refusal of what had held. At once: the limit is below.
// Soon: it was barely above. What had held for long and holds no more has been
// halved, or somebody else writes there too.
func stepBack(took time.Duration) float64 {
	switch {
	case took >= 10*time.Second:
		return 0.6
	case took >= 2*time.Second:
		return 0.85
	}
	return 0.7
}

func (l *learner) set(now time.Time, to float64) {
	l.rate = min(max(to, slowest), fastest)
	l.line.SetLimit(rate.Limit(l.rate))
	l.since, l.count = now, 0
}
