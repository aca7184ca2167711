package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/scheduler"
)

// start runs the jobs in the background; stop ends them and waits.
func start(t *testing.T, log *slog.Logger, jobs ...scheduler.Job) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- scheduler.Run(ctx, log, jobs...) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

var quiet = slog.New(slog.DiscardHandler)

func TestAJobRunsAtOnceAndThenEveryPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		stop := start(t, quiet, scheduler.Job{Name: "remind", Every: time.Minute, Run: func(context.Context) error {
			at = append(at, time.Since(began))
			return nil
		}})
		time.Sleep(3*time.Minute + time.Second)
		stop()
		if d := cmp.Diff([]time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute}, at); d != "" {
			t.Error(d)
		}
		time.Sleep(time.Hour)
		if len(at) != 4 {
			t.Errorf("ran %d times more after the end", len(at)-4)
		}
	})
}

func TestAYearOfMinutesMissesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		stop := start(t, quiet, scheduler.Job{Name: "remind", Every: time.Hour, Run: func(context.Context) error {
			runs++
			return nil
		}})
		time.Sleep(365*24*time.Hour + time.Minute)
		stop()
		if want := 365*24 + 1; runs != want {
			t.Errorf("%d runs, want %d", runs, want)
		}
	})
}

func TestAJobNeverOverlapsWithItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs, running := 0, 0
		stop := start(t, quiet, scheduler.Job{Name: "deliver", Every: time.Second, Run: func(context.Context) error {
			runs++
			if running++; running > 1 {
				t.Error("two at once")
			}
			time.Sleep(2500 * time.Millisecond)
			running--
			return nil
		}})
		time.Sleep(9500 * time.Millisecond) // at 0, 3, 6 and 9: the ticks between are left out
		stop()
		if runs != 4 {
			t.Errorf("%d runs, want 4", runs)
		}
	})
}

func TestASlowJobDoesNotHoldUpAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		stop := start(t, quiet,
			scheduler.Job{Name: "slow", Every: time.Second, Run: func(context.Context) error { time.Sleep(time.Minute); return nil }},
			scheduler.Job{Name: "quick", Every: time.Second, Run: func(context.Context) error { runs++; return nil }})
		time.Sleep(9500 * time.Millisecond)
		stop()
		if runs != 10 {
			t.Errorf("%d runs, want 10", runs)
		}
	})
}

func TestAWakeUpRunsTheJobAndIsKeptWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		began := time.Now()
		var at []time.Duration
		stop := start(t, quiet, scheduler.Job{Name: "deliver", Every: time.Hour, Wake: wake, Run: func(context.Context) error {
			at = append(at, time.Since(began))
			time.Sleep(10 * time.Second)
			return nil
		}})
		time.Sleep(time.Minute)
		wake <- struct{}{}
		time.Sleep(time.Second)
		wake <- struct{}{} // comes while the first one is at work
		time.Sleep(time.Minute)
		stop()
		if d := cmp.Diff([]time.Duration{0, time.Minute, 70 * time.Second}, at); d != "" {
			t.Error(d)
		}
	})
}

func TestAnErrorAndAPanicAreLoggedAndTheNextTickComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		runs := 0
		stop := start(t, slog.New(slog.NewTextHandler(&log, nil)), scheduler.Job{Name: "remind", Every: time.Second, Run: func(context.Context) error {
			switch runs++; runs {
			case 1:
				return errors.New("disk full")
			case 2:
				panic("out of cheese")
			}
			return nil
		}})
		time.Sleep(2500 * time.Millisecond)
		stop()
		if runs != 3 {
			t.Errorf("%d runs, want 3", runs)
		}
		for _, want := range []string{"job=remind", "disk full", "out of cheese", "scheduler_test.go"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, &log)
			}
		}
	})
}

func TestStoppingEndsTheJobsContextAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		ended := false
		stop := start(t, slog.New(slog.NewTextHandler(&log, nil)), scheduler.Job{Name: "deliver", Every: time.Second, Run: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(3 * time.Second) // what it has begun, it finishes
			ended = true
			return ctx.Err()
		}})
		time.Sleep(time.Minute)
		stop()
		if !ended {
			t.Error("Run returned before the job did")
		}
		if log.Len() > 0 {
			t.Errorf("being stopped is no failure:\n%s", &log)
		}
	})
}

func TestAJobThatCannotBeScheduledIsRefusedBeforeAnyRuns(t *testing.T) {
	run := func(context.Context) error { t.Error("ran"); return nil }
	good := scheduler.Job{Name: "good", Every: time.Second, Run: run}
	for name, bad := range map[string]scheduler.Job{
		"without a period": {Name: "bad", Run: run},
		"without function": {Name: "bad", Every: time.Second},
	} {
		err := scheduler.Run(t.Context(), quiet, good, bad)
		if err == nil || !strings.HasPrefix(err.Error(), "schedule bad: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
