package slack_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, body string, header ...string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

const posted = `{"ok":true,"channel":"D1","ts":"1.2","message":{"text":"x"}}`

// offline is an adapter whose Slack is a function.
func offline(t *testing.T, known float64, f roundTrip) *slack.Slack {
	t.Helper()
	s, err := slack.New(slack.Config{
		Mode: slack.ModeHTTP, BotToken: "xoxb-1-secret", SigningSecrets: []string{"s"}, Rate: known,
		HTTP: &http.Client{Transport: f},
	}, chat.HandlerFunc(nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func to(id string) chat.Address { return chat.Address{Platform: "slack", To: id} }

const latency = 40 * time.Millisecond

// broadcast sends to a new person each time, eight at once, until ctx ends.
func broadcast(ctx context.Context, s *slack.Slack) {
	var wg sync.WaitGroup
	next := make(chan string)
	for range 8 {
		wg.Go(func() {
			for id := range next {
				_, err := s.Send(ctx, to(id), *words("x"))
				if wait := chat.AsSendError(err).RetryAfter; err != nil {
					time.Sleep(max(wait, 10*time.Millisecond))
				}
			}
		})
	}
	for i := 0; ctx.Err() == nil; i++ {
		select {
		case next <- "U" + time.Duration(i).String():
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
}

func TestKnownLimitIsKeptWithoutRefusals(t *testing.T) {
	for name, l := range map[string]slackfake.Limit{
		"5 a second":                        {PerSecond: 5, Burst: 1, Penalty: time.Second},
		"50 a second, pauses of 5 s":        {PerSecond: 50, Burst: 5, Penalty: 5 * time.Second},
		"50 a second, without Retry-After":  {PerSecond: 50, Burst: 5, Penalty: time.Second, Silent: true},
		"300 a minute with a large reserve": {PerSecond: 5, Burst: 60, Penalty: 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := slackfake.NewGate(l, latency)
				s := offline(t, l.PerSecond*0.99, gate.RoundTrip)
				ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
				defer stop()
				broadcast(ctx, s)
				c := gate.Limited()
				share := float64(c.Passed) / (l.PerSecond * 240)
				t.Logf("passed %d (%.3f of the limit), refused %d", c.Passed, share, c.Refused)
				if share < 0.98 || float64(c.Refused) > 0.01*float64(c.Passed) {
					t.Error("goal: 0.98 of the limit, at most 1 % refused")
				}
			})
		})
	}
}

func TestUnknownLimitIsFoundWithinHalfAMinute(t *testing.T) {
	for name, l := range map[string]slackfake.Limit{
		"50 a second":                     {PerSecond: 50, Burst: 5, Penalty: time.Second},
		"50 a second, large reserve":      {PerSecond: 50, Burst: 50, Penalty: time.Second},
		"50 a second, pauses of 5 s":      {PerSecond: 50, Burst: 5, Penalty: 5 * time.Second},
		"5 a second":                      {PerSecond: 5, Burst: 2, Penalty: time.Second},
		"20 a second, no Retry-After":     {PerSecond: 20, Burst: 3, Penalty: time.Second, Silent: true},
		"20 a second, silent pauses":      {PerSecond: 20, Burst: 3, Penalty: 5 * time.Second, Silent: true},
		"40 a second, silent and strict":  {PerSecond: 40, Burst: 5, Penalty: 2 * time.Second, Silent: true, Strict: true},
		"13 a second, reserve for 5 s":    {PerSecond: 13, Burst: 65, Penalty: 2 * time.Second},
		"30 a second, strict":             {PerSecond: 30, Burst: 30, Penalty: 2 * time.Second, Strict: true},
		"200 a second, reserve for 0.5 s": {PerSecond: 200, Burst: 100, Penalty: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := slackfake.NewGate(l, latency)
				s := offline(t, 0, gate.RoundTrip)
				settles(t, gate, l, s, "unknown")
				l.PerSecond /= 2
				gate.Set(l)
				settles(t, gate, l, s, "halved")
			})
		})
	}
}

// settles runs a broadcast for half a minute, and judges the one after it.
func settles(t *testing.T, gate *slackfake.Gate, l slackfake.Limit, s *slack.Slack, what string) {
	t.Helper()
	before := gate.Limited()
	for _, judged := range []bool{false, true} {
		start := gate.Limited()
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		broadcast(ctx, s)
		stop()
		if !judged {
			continue
		}
		now := gate.Limited()
		refused := now.Refused - before.Refused
		share := float64(now.Passed-start.Passed) / (l.PerSecond * 30)
		lost := float64(refused) / float64(now.Passed-before.Passed)
		t.Logf("%s: %.3f of the limit, %.3f refused, learned %.2f", what, share, lost, s.Rate())
		if share < 0.9 || lost > 0.02 && refused > 12 {
			t.Errorf("%s: goal: 0.9 of the limit within 30 s, at most 2 %% refused", what)
		}
	}
}

func TestRefusalPausesTheWholeWorkspace(t *testing.T) {
	for header, least := range map[string]time.Duration{
		"3": 3 * time.Second, "1.5": 2 * time.Second, "0": time.Second, "": time.Second, "-7": time.Second,
		"soon": time.Second, "NaN": time.Second, "99999999999999999999": time.Minute, "1e300": time.Minute,
	} {
		t.Run(header, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				s := offline(t, 0, func(*http.Request) (*http.Response, error) {
					if calls++; calls > 1 {
						return answer(200, posted), nil
					}
					if header == "" {
						return answer(429, ""), nil
					}
					return answer(429, "", "Retry-After", header), nil
				})
				_, err := s.Send(t.Context(), to("U1"), *words("x"))
				failed := chat.AsSendError(err)
				if failed.Outcome != chat.Retry || failed.RetryAfter < least || failed.RetryAfter > 24*time.Hour {
					t.Fatalf("got %v, after %v", err, failed.RetryAfter)
				}
				began := time.Now()
				ctx, stop := context.WithTimeout(t.Context(), least-time.Millisecond)
				defer stop()
				for ctx.Err() == nil {
					_, _ = s.Send(ctx, to("U2"), *words("x"))
					_ = s.Update(ctx, to("U1"), "D1/1.2", *words("x"))
					time.Sleep(time.Millisecond)
				}
				if calls != 1 || time.Since(began) < least-time.Millisecond {
					t.Errorf("%d calls within %v", calls, time.Since(began))
				}
			})
		})
	}
}

func TestOneConversationGetsOneMessageASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		s := offline(t, 50, func(*http.Request) (*http.Response, error) { calls++; return answer(200, posted), nil })
		began := time.Now()
		for range 40 {
			_, err := s.Send(t.Context(), to("C1"), *words("x"))
			if f := chat.AsSendError(err); err != nil && (f.Outcome != chat.Retry || f.RetryAfter <= 0) {
				t.Fatal(err)
			}
			time.Sleep(250 * time.Millisecond)
		}
		if most := int(time.Since(began).Seconds()) + 4; calls > most {
			t.Errorf("%d messages in %v", calls, time.Since(began))
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, 0.5, func(*http.Request) (*http.Response, error) { return answer(200, posted), nil })
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer stop()
		_, _ = s.Send(ctx, to("U1"), *words("x"))
		began := time.Now()
		_, err := s.Send(ctx, to("U2"), *words("x"))
		if f := chat.AsSendError(err); err == nil || f.Outcome != chat.Retry || time.Since(began) > 100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestARateIsKnownOnceItWasRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := false
		s := offline(t, 0, func(*http.Request) (*http.Response, error) {
			if limited {
				return answer(http.StatusTooManyRequests, "", "Retry-After", "1"), nil
			}
			return answer(http.StatusOK, posted), nil
		})
		for range 5 {
			if _, err := s.Send(t.Context(), to("U1"), chat.Card{Summary: "x"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if got := s.Rate(); got != 0 {
			t.Errorf("nothing was refused, and %v is to be kept as the limit", got)
		}
		limited = true
		if _, err := s.Send(t.Context(), to("U1"), chat.Card{Summary: "x"}); err == nil {
			t.Fatal("it was not refused")
		}
		if got := s.Rate(); got <= 0 || got > 10 {
			t.Errorf("after a refusal %v is to be kept", got)
		}
	})
	if got := offline(t, 42, nil).Rate(); got != 42 {
		t.Errorf("what an earlier run has learned became %v", got)
	}
}

// manyAndFew sends in bulk without end, and now and then one that is not, and
// tells how many of the many went and how long the few waited at most.
func manyAndFew(ctx context.Context, m interface {
	chat.Messenger
	chat.Queue
}, few int, every time.Duration) (many int, longest time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	var sending sync.WaitGroup
	var count atomic.Int64
	for worker := range 24 {
		sending.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				turn, err := m.Turn(ctx, chat.Address{})
				if err != nil {
					return
				}
				if _, err := m.Send(turn, to(fmt.Sprintf("B%d.%d", worker, i)), *words("x")); err == nil {
					count.Add(1)
				}
			}
		})
	}
	for i := range few {
		time.Sleep(every)
		began := time.Now()
		if _, err := m.Send(ctx, to(fmt.Sprintf("U%d", i)), *words("x")); err == nil {
			longest = max(longest, time.Since(began))
		}
	}
	stop()
	sending.Wait()
	return int(count.Load()), longest
}

func TestManyLetOneGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, 5, func(*http.Request) (*http.Response, error) { return answer(200, posted), nil })
		began := time.Now()
		many, longest := manyAndFew(t.Context(), s, 60, 1130*time.Millisecond)
		most := 5 * time.Since(began).Seconds()
		t.Logf("%d of many and 60 others of %.0f possible, the others waited %v at most", many, most, longest)
		if longest > 400*time.Millisecond { // the one whose turn is next, and its own
			t.Errorf("one of the others waited %v", longest)
		}
		if float64(many+60) < 0.98*most {
			t.Errorf("only %d of %.0f possible went", many+60, most)
		}
	})
}

// Copies are brought up to date at what the method allows, and whoever has
// answered does not wait for them.
func TestCopiesLeaveAPlaceToAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, 5, func(*http.Request) (*http.Response, error) { return answer(200, posted), nil })
		ctx, stop := context.WithCancel(t.Context())
		var updating sync.WaitGroup
		var count atomic.Int64
		for range 8 {
			updating.Go(func() {
				for {
					turn, err := s.TurnToUpdate(ctx, chat.Address{})
					if err != nil {
						return
					}
					if err := s.Update(turn, chat.Address{}, "D1/1.5", *words("x")); err == nil {
						count.Add(1)
					}
				}
			})
		}
		time.Sleep(time.Minute)
		before := count.Load()
		var longest time.Duration
		for range 60 {
			time.Sleep(5 * time.Second)
			for range 2 {
				began := time.Now()
				if err := s.Update(ctx, chat.Address{}, "D2/1.5", *words("x")); err != nil {
					t.Fatal(err)
				}
				longest = max(longest, time.Since(began))
			}
		}
		if _, err := s.Send(ctx, to("U1"), *words("x")); err != nil { // messages have a line of their own
			t.Error(err)
		}
		stop()
		updating.Wait()
		if many := count.Load() - before; longest > 0 || many < 120 || many > 140 { // of 250 calls in 5 minutes the others took 120
			t.Errorf("%d copies went, an answer waited %v", many, longest)
		}
	})
}

func TestManyGoOnAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		var resumed time.Duration
		began := time.Now()
		s := offline(t, 50, func(*http.Request) (*http.Response, error) {
			if calls++; calls == 10 {
				return answer(http.StatusTooManyRequests, "", "Retry-After", "90"), nil
			}
			if calls > 10 && resumed == 0 {
				resumed = time.Since(began)
			}
			return answer(200, posted), nil
		})
		manyAndFew(t.Context(), s, 1, 100*time.Second)
		if resumed < 90*time.Second || resumed > 93*time.Second {
			t.Errorf("it went on after %v", resumed)
		}
	})
}
