package chat

import "context"

// Queue is an optional ability of a Messenger that keeps its platform's limits.
//
// Turn waits until a message to that address may go and everything else that
// waits has gone first, and returns a context with which the next Send goes
// without standing in line again. So that what is bulk is in line at one place
// only, ordinary messages never wait behind more than the one whose turn is
// next. TurnToUpdate is the same for an Update. The error is ctx's.
type Queue interface {
	Turn(ctx context.Context, to Address) (context.Context, error)
	TurnToUpdate(ctx context.Context, to Address) (context.Context, error)
}

type bulkKey struct{}

// Bulk marks what is sent with the context as one of many: the messenger lets
// everything else go first.
func Bulk(ctx context.Context) context.Context { return context.WithValue(ctx, bulkKey{}, true) }

// IsBulk tells whether what is sent with the context is one of many.
func IsBulk(ctx context.Context) bool { return ctx.Value(bulkKey{}) != nil }
