package teams

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

func idle() *Teams {
	nothing := chat.HandlerFunc(func(context.Context, chat.Invocation) (chat.Reply, error) { return chat.Reply{}, nil })
	return &Teams{handler: nothing, log: slog.New(slog.DiscardHandler), crew: wire.NewCrew(2, slog.New(slog.DiscardHandler))}
}

func TestAPanicInAnAnswerCostsNothingButTheAnswer(t *testing.T) {
	x := idle()
	e := &event{activity: &activity{Type: "invoke"}}
	a, _ := x.run(t.Context(), e, func(context.Context, *event, outcome) (answer, func(context.Context)) { panic("drawn") })
	if a.status != http.StatusInternalServerError {
		t.Errorf("answered %d", a.status)
	}
	a, _ = x.run(t.Context(), e, func(context.Context, *event, outcome) (answer, func(context.Context)) {
		return accepted, func(context.Context) { panic("shown") }
	})
	if a.status != http.StatusOK {
		t.Errorf("answered %d", a.status)
	}
	ended := make(chan struct{})
	go func() { x.crew.Finish(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("it still waits for an answer that is no more")
	}
}

func TestNothingIsBegunOnceItHasEnded(t *testing.T) {
	x := idle()
	x.crew.Finish()
	a, reason := x.run(t.Context(), &event{activity: &activity{}}, func(context.Context, *event, outcome) (answer, func(context.Context)) {
		t.Error("it was begun")
		return accepted, nil
	})
	if a.status != http.StatusServiceUnavailable || reason != reasonBusy {
		t.Errorf("answered %d, %s", a.status, reason)
	}
	x.afterwards(t.Context(), func(context.Context) { t.Error("it was begun") })
}
