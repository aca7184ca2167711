package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/storage"
)

// storm is everybody pressing the same kind of button in the same minute.
type storm struct {
	people int
	// press is who presses what, by a number that never comes twice.
	press func(n int) (user, command string)
	// event is the journal's kind for a press that was recorded.
	event string
}

// acknowledging is a storm of acknowledgements, each of an item of one's own.
func acknowledging(people int) storm {
	return storm{people: people, event: "item.ack",
		press: func(n int) (user, command string) { return ownerOf(n), fmt.Sprintf("ack CA-%d", n) }}
}

func TestAnswerStormLosesNoPress(t *testing.T) { acknowledging(1000).blow(t) }

// BenchmarkAnswerStorm is 20,000 presses at the highest rate the machine takes.
func BenchmarkAnswerStorm(b *testing.B) {
	for b.Loop() {
		acknowledging(20_000).blow(b)
	}
}

// slackOf serves a workspace that takes messages at that limit.
func slackOf(tb testing.TB, l slackfake.Limit) (*slackfake.Gate, *httptest.Server) {
	tb.Helper()
	gate := slackfake.NewGate(l, 0)
	at := httptest.NewServer(gate)
	tb.Cleanup(at.Close)
	return gate, at
}

// blow lets everybody press once, again where they are told that it did not
// work, and wants every press recorded once and every presser answered.
func (x storm) blow(tb testing.TB) {
	tb.Helper()
	gate, slack := slackOf(tb, slackfake.Limit{PerSecond: 1000, Burst: 1000})
	w := newWorkbenchOn(tb, slack.URL+"/api/", x.people)
	requests := x.requests(slack.URL)
	began := time.Now()
	var turnedAway atomic.Int64
	latency := fireOver(tb, connections, serveOn(tb, w.handler), requests, func(status int, _ int64) (again bool, err error) {
		switch status {
		case http.StatusOK:
			return false, nil
		case http.StatusServiceUnavailable:
			turnedAway.Add(1)
			time.Sleep(20 * time.Millisecond)
			return true, nil
		}
		return false, fmt.Errorf("a press was answered %d", status)
	})
	took := time.Since(began)
	for deadline := time.Now().Add(30 * time.Second); gate.Answered() < x.people && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	shown := time.Since(began)
	x.judge(tb, w, gate.Answered())
	floorTook := x.floor(tb, requests)
	slices.Sort(latency)
	rate, floor := float64(x.people)/took.Seconds(), float64(x.people)/floorTook.Seconds()
	tb.Logf("answer storm: %d presses, all recorded and answered; p99 %v, p50 %v, the last presser saw the result after %v; %d were turned away and pressed again",
		x.people, latency[len(latency)*99/100].Round(10*time.Microsecond), latency[len(latency)/2].Round(10*time.Microsecond), shown.Round(time.Millisecond), turnedAway.Load())
	tb.Logf("answer storm: value %.0f presses/s, floor %.0f, ratio %.2f", rate, floor, rate/floor)
	if b, ok := tb.(*testing.B); ok {
		b.ReportMetric(rate, "presses/s")
		b.ReportMetric(rate/floor, "ratio")
	}
}

func (x storm) requests(slack string) [][]byte {
	out := make([][]byte, x.people)
	for n := range out {
		user, command := x.press(n + 1)
		out[n] = onWire(press(user, command, fmt.Sprintf("1.%d", n), fmt.Sprintf("%s/respond/%d", slack, n)))
	}
	return out
}

func (x storm) judge(tb testing.TB, w *workbench, answered int) {
	tb.Helper()
	if answered != x.people {
		tb.Errorf("%d of %d pressers saw the result", answered, x.people)
	}
	if n, err := w.service.db.Verify(context.Background()); err != nil || n < int64(x.people) {
		tb.Errorf("the journal: %d events, %v", n, err)
	}
	if n := countIn(tb, w.service.db.Path(), "SELECT count(*) FROM journal WHERE kind = '"+x.event+"'"); n != int64(x.people) {
		tb.Errorf("%d of %d presses are in the journal", n, x.people)
	}
}

// floor is how long a handler takes for the same presses that does no more than
// prove and parse them and note each, in a commit that is shared.
func (x storm) floor(tb testing.TB, requests [][]byte) time.Duration {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(tb.TempDir(), "floor.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	floor := serveOn(tb, proven(func(w http.ResponseWriter, r *http.Request) {
		var in slackapi.InteractionCallback
		if err := json.Unmarshal([]byte(r.PostFormValue("payload")), &in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		err := db.Tx(context.Background(), func(tx *storage.Tx) error {
			now := time.Now()
			if _, err := tx.First("slack", eventID(in.TriggerID), now); err != nil {
				return err
			}
			return tx.Journal(now, x.event, map[string]any{"by": in.User.ID, "item": in.ActionCallback.BlockActions[0].Value})
		})
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	return timed(func() {
		fireOver(tb, connections, floor, requests, func(status int, _ int64) (bool, error) {
			if status != http.StatusOK {
				return false, fmt.Errorf("the floor answered %d", status)
			}
			return false, nil
		})
	})
}

func timed(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}
