package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
)

// pressing is people who press "On it" until they are told that it is taken.
type pressing struct {
	site     *site
	todo     chan slackfake.Message
	mu       sync.Mutex
	answered map[string]bool // by item id: the press was answered 200
	tries    atomic.Int64
	shown    atomic.Int64 // the message had turned into its answer without one
}

// people press until nothing is left, and again where the bot did not answer,
// as Slack's users do.
func (p *pressing) people(n int) (wait func()) {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for m := range p.todo {
				p.press(m)
			}
		})
	}
	return all.Wait
}

func (p *pressing) press(m slackfake.Message) {
	id := idInText.FindString(m.Plain())
	for range 200 {
		p.tries.Add(1)
		a, err := p.site.slack.Press(m.To, m, "ack "+id)
		if err == nil && a.Status == http.StatusOK {
			p.mu.Lock()
			p.answered[id] = true
			p.mu.Unlock()
			return
		}
		if err != nil && strings.Contains(err.Error(), "nothing to press") {
			p.shown.Add(1) // only the acknowledgement was lost
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (p *pressing) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.answered)
}

// Goal 12: a press that was answered is on disk, whenever the power goes.
func TestKillsUnderPressesLoseNoneThatWasAnswered(t *testing.T) {
	people, kills := 1000, 10
	if testing.Short() || raceEnabled {
		people, kills = 80, 3
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	s := crowded(t, people, "900")
	s.startReady()
	s.until(time.Minute, "every reminder is out", func() bool {
		return s.count(t, "SELECT count(*) FROM deliveries WHERE class = 'digest' AND state = 'sent'") == int64(people)
	})
	p := &pressing{site: s, todo: make(chan slackfake.Message), answered: map[string]bool{}}
	wait := p.people(8)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		for _, m := range s.slack.Messages() {
			p.todo <- m
		}
		close(p.todo)
	}()
	for i := range kills {
		// The next kill comes at a random one of the presses that are left.
		at := p.count() + 1 + random.IntN(max(1, people/(kills+1)))
		s.until(time.Minute, "people go on pressing", func() bool { return p.count() >= min(at, people-8) })
		s.kill()
		p.isKept(t, fmt.Sprintf("after kill %d", i+1))
		s.start()
	}
	<-fed
	wait()
	s.stop()
	kept := p.isKept(t, "at the end")
	t.Logf("goal 12: %d kills under %d presses: %d answered 200, %d of them with their answer and their event (%d wanted)", kills, p.tries.Load(), p.count(), kept, p.count())
	if n := p.count() + int(p.shown.Load()); n != people {
		t.Errorf("%d of %d people know that they were heard", n, people)
	}
	if n := s.count(t, "SELECT count(*) FROM answers"); n != int64(people) {
		t.Errorf("%d answers are kept of %d people who gave one each", n, people)
	}
	s.intact(t)
}

// isKept counts the answered presses that are in the database, each with its
// event, and wants all of them.
func (p *pressing) isKept(t *testing.T, when string) (kept int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	events := p.site.column(t, "SELECT data FROM journal WHERE kind = 'item.ack'")
	answers := p.site.column(t, "SELECT 'CA-' || n FROM answers WHERE kind = 'action' AND verb = 'ack'")
	for id := range p.answered {
		if slices.ContainsFunc(events, func(e string) bool { return strings.Contains(e, `"`+id+`"`) }) && slices.Contains(answers, id) {
			kept++
		}
	}
	if kept != len(p.answered) {
		t.Errorf("%s %d of %d presses that were answered are kept", when, kept, len(p.answered))
	}
	return kept
}
