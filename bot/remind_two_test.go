package bot_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"ismsbot/bot"
)

// TestTwoBotsOnOneDatabaseShareTheWork lets two processes tick at the same
// moments, their clocks apart by the skew.
func TestTwoBotsOnOneDatabaseShareTheWork(t *testing.T) {
	for _, skew := range []time.Duration{0, 20 * time.Millisecond, 5 * time.Second} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				y := newYear(t, "Ann", "Dan", "Gus", "Joe")
				y.config.Now = func() time.Time { return time.Now().Add(skew) }
				db, second := y.process()
				defer db.Close()
				days := 365
				if raced || testing.Short() {
					days = 60
				}
				for range days * 8 { // the oracle need not be asked at night
					y.o.tick()
					y.together(second)
					time.Sleep(3 * time.Hour)
				}
				y.end()
			})
		})
	}
}

// together has both bots tick at once.
func (y *year) together(second *bot.Bot) {
	y.t.Helper()
	done := make(chan error, 2)
	for _, b := range []*bot.Bot{y.bot, second} {
		go func() {
			err := b.Remind(context.Background())
			if err == nil {
				err = b.Deliver(context.Background())
			}
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			y.t.Fatal(err)
		}
	}
}
