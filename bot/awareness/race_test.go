package awareness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"ismsbot/bot/chat"
)

// Two who steer one broadcast at once, in any order, while it is spread and
// delivered: nobody is asked twice, and what is stopped stays so.
func TestTwoWhoSteerAtOnce(t *testing.T) {
	for range 6 {
		h := newHouse(t)
		h.sent()
		var all sync.WaitGroup
		do := func(name, text string, n int) {
			in := chat.Invocation{ID: fmt.Sprint(name, text, n), From: account(name), Text: text, Private: true}
			if text == "mend MSG-1" {
				in.Kind, in.Fields = chat.Submitted, map[string]string{"title": "Two", "text": fmt.Sprint("Words ", n), "meaning": "no"}
			}
			if _, err := h.Handle(context.Background(), in); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		for _, who := range []string{"mia", "grace"} {
			all.Go(func() {
				for n := range 12 {
					do(who, []string{"pause MSG-1", "resume MSG-1", "resend MSG-1", "mend MSG-1"}[rand.IntN(4)], n)
				}
				do(who, "resume MSG-1", 99)
			})
		}
		all.Go(func() {
			for range 12 {
				if err := h.Spread(context.Background()); err != nil {
					t.Error(err)
				}
				if err := h.Deliver(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		h.spread()
		for _, name := range []string{"jon", "kemi", "klara", "lena"} {
			if n := h.count(name); n != 1 {
				t.Errorf("%s has %d messages", name, n)
			}
		}
		h.says("grace", "stop MSG-1")
		do("mia", "resume MSG-1", 100)
		h.spread()
		if got := h.column("SELECT state FROM broadcasts"); got[0] != "stopped" {
			t.Errorf("%v", got)
		}
	}
}
