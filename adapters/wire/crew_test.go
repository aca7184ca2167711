package wire_test

import (
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
