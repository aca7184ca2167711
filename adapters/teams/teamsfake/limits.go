package teamsfake

import (
	"sort"
	"time"
)

// What Teams allows a bot in one conversation, and an app in one tenant.
var (
	sendWindows = []window{{time.Second, 7}, {2 * time.Second, 8}, {30 * time.Second, 60}, {time.Hour, 1800}}
	readWindows = []window{{time.Second, 14}, {2 * time.Second, 16}, {30 * time.Second, 120}, {time.Hour, 3600}}
	allWindows  = []window{{time.Second, 50}}
)

type window struct {
	span time.Duration
	most int
}

type limitKind string

const (
	sending  limitKind = "send"
	creating limitKind = "create"
	reading  limitKind = "read"
)

// Limited counts what the limits let through and what they refused.
type Limited struct{ Passed, Refused int }

type limits struct {
	on    bool
	past  map[string][]time.Time // sorted
	count Limited
}

func newLimits(on bool) *limits { return &limits{on: on, past: map[string][]time.Time{}} }

// Limited tells what the limits did so far.
func (s *Server) Limited() Limited {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.count
}

// take lets a call pass, or says how long nothing of its kind will.
func (l *limits) take(kind limitKind, thread string) (wait time.Duration, ok bool) {
	if !l.on {
		l.count.Passed++
		return 0, true
	}
	now := time.Now()
	windows := sendWindows
	if kind == reading {
		windows = readWindows
	}
	key := string(kind) + " " + thread
	wait = max(l.wait(key, windows, now), l.wait("", allWindows, now))
	if wait > 0 {
		l.count.Refused++
		return wait, false
	}
	l.past[key] = append(l.past[key], now)
	l.past[""] = append(l.past[""], now)
	l.count.Passed++
	return 0, true
}

func (l *limits) wait(key string, windows []window, now time.Time) time.Duration {
	past := l.past[key]
	oldest := now.Add(-windows[len(windows)-1].span)
	past = past[sort.Search(len(past), func(i int) bool { return past[i].After(oldest) }):]
	l.past[key] = past
	var wait time.Duration
	for _, w := range windows {
		// The call that has to leave the window before there is room.
		if i := len(past) - w.most; i >= 0 {
			wait = max(wait, past[i].Add(w.span).Sub(now))
		}
	}
	return wait
}
