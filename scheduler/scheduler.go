// Package scheduler runs functions on time. It knows nothing of what they do:
// what is due, and when, stands in the database.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// Job is one function and when to run it: at once, then every period, and
// whenever Wake says so. It never overlaps with itself: a tick that comes while
// it runs is left out, a wake-up is kept until it has ended.
type Job struct {
	Name  string // for the log
	Every time.Duration
	// Wake runs the job beside its period, for example just after something
	// was put into the outbox. Nil for never. Make it with room for one, and
	// do not wait when sending.
	Wake <-chan struct{}
	// Run gets a context that ends when the scheduler stops. An error or a
	// panic is logged, and the next tick comes all the same.
	Run func(context.Context) error
}

// stopWithin bounds how long a stopping scheduler waits for its ticker.
const stopWithin = 5 * time.Second

// Run runs the jobs until ctx ends and every job has returned. It leaves no
// goroutine behind. The error is nil unless a job cannot be scheduled at all,
// and then none has run.
func Run(ctx context.Context, log *slog.Logger, jobs ...Job) error {
	ticker, err := gocron.NewScheduler(gocron.WithStopTimeout(stopWithin), gocron.WithLocation(time.UTC))
	if err != nil {
		return fmt.Errorf("make the schedule: %w", err)
	}
	ticks := make([]chan struct{}, len(jobs))
	for i, job := range jobs {
		ticks[i] = make(chan struct{})
		if err := schedule(ticker, job, ticks[i]); err != nil {
			return errors.Join(fmt.Errorf("schedule %s: %w", job.Name, err), ticker.Shutdown())
		}
	}
	ticker.Start()
	var running sync.WaitGroup
	for i, job := range jobs {
		running.Go(func() { job.loop(ctx, log, ticks[i]) })
	}
	running.Wait()
	<-ctx.Done() // without jobs too
	if err := ticker.Shutdown(); err != nil {
		return fmt.Errorf("stop the schedule: %w", err)
	}
	return nil
}

// schedule lets gocron tick into a channel that only an idle job receives from.
// The job does not run inside gocron, which would drop a wake-up that comes
// while the job is running, and with it what it was to deliver.
func schedule(ticker gocron.Scheduler, job Job, ticks chan<- struct{}) error {
	if job.Run == nil {
		return errors.New("there is nothing to run")
	}
	_, err := ticker.NewJob(gocron.DurationJob(job.Every), gocron.NewTask(func() {
		select {
		case ticks <- struct{}{}:
		default:
		}
	}), gocron.WithName(job.Name))
	return err
}

func (j Job) loop(ctx context.Context, log *slog.Logger, ticks <-chan struct{}) {
	for ctx.Err() == nil {
		if err := j.once(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "job failed", "job", j.Name, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-ticks:
		case <-j.Wake:
		}
	}
}

// once runs the job and turns a panic into an error.
func (j Job) once(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return j.Run(ctx)
}
