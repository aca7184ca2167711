package chat

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Outcome is what became of a send that did not succeed.
type Outcome int

const (
	// Retry: the platform did not take it and may later (rate limit, refused
	// connection). Certain not to have arrived.
	Retry Outcome = iota
	// Unsure: the answer was lost; it may have arrived.
	Unsure
	// Unreachable: this person or channel cannot be reached (closed account,
	// blocked, not installed). Permanent.
	Unreachable
	// Rejected: the platform refuses this message (malformed, too large): a
	// bug of ours. The plain-text form is worth one try.
	Rejected
	// Halted: nothing will go through until an operator acts (token revoked,
	// scope missing).
	Halted
	// Lost: the message to be updated is no longer there.
	Lost
)

// String names the outcome as it stands in metrics and in doctor's output.
func (o Outcome) String() string {
	return [...]string{"retry", "unsure", "unreachable", "rejected", "halted", "lost"}[o]
}

// SendError is why a message did not go out.
type SendError struct {
	Outcome Outcome
	// Code is the platform's own word for it, fit for a log: "user_disabled".
	Code string
	// RetryAfter is how long the platform asks to be left alone, zero if it
	// does not say.
	RetryAfter time.Duration
	// Err is the cause, scrubbed of tokens and URLs. May be nil.
	Err error
}

// Error names the platform's code; it never holds a token or message text.
func (e *SendError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s (%s): %v", e.Outcome, e.Code, e.Err)
	}
	return fmt.Sprintf("%s (%s)", e.Outcome, e.Code)
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }

// AsSendError finds the *SendError in err; an error of another kind counts as
// Unsure, as nothing is known of it.
func AsSendError(err error) *SendError {
	var s *SendError
	if errors.As(err, &s) {
		return s
	}
	return &SendError{Outcome: Unsure, Code: "unknown", Err: err}
}

// Backoff is how long to wait before the given attempt (1 for the first
// repetition): two seconds doubled each time to at most five minutes, with a
// quarter of jitter, and never less than the platform asked for.
func Backoff(attempt int, retryAfter time.Duration) time.Duration {
	const first, most = 2 * time.Second, 5 * time.Minute
	wait := most
	if attempt < 9 {
		wait = min(first<<max(attempt-1, 0), most)
	}
	wait += rand.N(wait / 4)
	return max(wait, retryAfter)
}
