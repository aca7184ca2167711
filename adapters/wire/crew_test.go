package wire_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/adapters/wire"
)

func TestACrewFinishesWhatItHasBegunAndTakesOnNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := wire.NewCrew(2, slog.New(slog.DiscardHandler))
		quick, endQuick, ok1 := c.Begin(t.Context(), time.Minute)
		slow, endSlow, ok2 := c.Begin(t.Context(), time.Minute)
		if _, _, ok := c.Begin(t.Context(), time.Minute); !ok1 || !ok2 || ok {
			t.Errorf("of three for two: %v, %v, %v", ok1, ok2, ok)
		}
		go func() {
			defer endQuick()
			time.Sleep(time.Second)
			if quick.Err() != nil {
				t.Error("work of a second was broken off")
			}
		}()
		go func() {
			defer endSlow()
			<-slow.Done()
		}()
		began := time.Now()
		c.Finish()
		if took := time.Since(began); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("it finished after %v", took)
		}
		if _, _, ok := c.Begin(t.Context(), time.Minute); ok {
			t.Error("it takes on more")
		}
	})
}

func TestWhoComesToAFullCrewWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := wire.NewCrew(1, slog.New(slog.DiscardHandler))
		for _, busy := range []time.Duration{900 * time.Millisecond, 1100 * time.Millisecond} {
			_, end, _ := c.Begin(t.Context(), time.Minute)
			time.AfterFunc(busy, end)
			began := time.Now()
			_, endSecond, ok := c.Begin(t.Context(), time.Minute)
			if took, want := time.Since(began), min(busy, time.Second); took != want || ok != (busy < time.Second) {
				t.Errorf("behind %v of work: %v after %v", busy, ok, took)
			}
			if ok {
				endSecond()
			}
			time.Sleep(time.Second)
		}
		_, end, _ := c.Begin(t.Context(), time.Minute)
		gone, hangUp := context.WithCancel(t.Context())
		hangUp()
		if _, _, ok := c.Begin(gone, time.Minute); ok {
			t.Error("it waits for room for somebody who has gone")
		}
		waited := make(chan bool)
		go func() { _, _, ok := c.Begin(t.Context(), time.Minute); waited <- ok }()
		synctest.Wait()
		time.AfterFunc(time.Millisecond, end)
		c.Finish()
		if <-waited {
			t.Error("work was begun after the end")
		}
	})
}

func TestWorkEndsInItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := wire.NewCrew(1, slog.New(slog.DiscardHandler))
		ctx, end, _ := c.Begin(t.Context(), 3*time.Second)
		began := time.Now()
		<-ctx.Done()
		end()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it ended after %v", took)
		}
		c.Guard("event", func() { panic("boom") })
		c.Finish()
	})
}
