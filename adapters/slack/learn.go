package slack

import (
	"time"

	"golang.org/x/time/rate"
)

const (
	firstRate = 10.0   // messages a second where nothing is known
	slowest   = 0.5    // a limit below which no workspace lies
	fastest   = 1000.0 // beyond which nothing is to be gained
)

// learner finds how many messages a second a workspace takes.
type learner struct {
	rate  float64
	line  *rate.Limiter
	known bool
}

func newLearner(known float64) *learner {
	l := &learner{rate: firstRate, known: known > 0}
	if l.known {
		l.rate = min(max(known, slowest), fastest)
	}
	l.line = rate.NewLimiter(rate.Limit(l.rate), 1)
	return l
}

func (l *learner) limiter(now time.Time) *rate.Limiter { return l.line }
func (l *learner) passed(now time.Time)                {}
func (l *learner) refused(now, until time.Time)        {}
