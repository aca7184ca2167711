package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	slackapi "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

const (
	// maxFrame is the largest message that is read from the socket.
	maxFrame = 4 << 20
	// maxSocketAck is the largest answer that Slack takes with an
	// acknowledgement; what is larger it drops without a word.
	maxSocketAck = 19 << 10
	// steadyAfter is how long a connection has to last to count as a good one.
	steadyAfter = time.Minute
)

// listen keeps the Socket Mode connection until ctx ends. slack-go connects
// anew by itself when Slack asks for it; what it gives up on begins again here,
// more slowly each time.
func (s *Slack) listen(ctx context.Context) error {
	defer s.connected.Store(false)
	for attempt := 1; ; attempt++ {
		began := time.Now()
		ever, err := s.session(ctx)
		s.connected.Store(false)
		if ctx.Err() != nil {
			return nil
		}
		failed := s.unconnected(err)
		if failed.Outcome == chat.Halted && !ever && attempt == 1 {
			return fmt.Errorf("slack: apps.connections.open: %w", failed)
		}
		if time.Since(began) > steadyAfter {
			attempt = 1
		}
		if !wire.Sleep(ctx, chat.Backoff(attempt, failed.RetryAfter)) {
			return nil
		}
	}
}

// unconnected notes why there is no connection.
func (s *Slack) unconnected(err error) *chat.SendError {
	failed := classify(err)
	if failed.Outcome == chat.Halted {
		why := "apps.connections.open: " + failed.Error()
		s.fault.Store(&why)
	}
	s.log.Warn("no Socket Mode connection", "code", failed.Code)
	return failed
}

// session runs one client until it ends, and tells whether it was ever connected.
func (s *Slack) session(ctx context.Context) (ever bool, err error) {
	client := socketmode.New(s.api,
		socketmode.OptionReadLimit(maxFrame),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	defer cancel()
	for {
		select {
		case err := <-ended:
			return ever, err
		case e := <-client.Events:
			ever = s.socketEvent(ctx, client, e) || ever
		}
	}
}

// socketEvent takes what the client emits, and tells whether the connection
// has just come up.
func (s *Slack) socketEvent(ctx context.Context, client *socketmode.Client, e socketmode.Event) bool {
	switch e.Type {
	case socketmode.EventTypeConnecting:
		s.connected.Store(false)
	case socketmode.EventTypeConnectionError:
		// A client that is told to stop fails once more on its way out.
		if failed, ok := e.Data.(*slackapi.ConnectionErrorEvent); ok && ctx.Err() == nil {
			s.unconnected(failed.ErrorObj)
		}
	case socketmode.EventTypeConnected:
		s.connected.Store(true)
		return true
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI:
		s.envelope(ctx, client, e.Request)
	case socketmode.EventTypeErrorBadMessage:
		// slack-go cannot read every event; we need less of one than it does.
		var r socketmode.Request
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok && json.Unmarshal(bad.Message, &r) == nil {
			s.envelope(ctx, client, &r)
		}
	}
	return false
}

// envelope takes one delivery on the same path as a request over HTTP, and
// acknowledges it. One that failed on our side is not acknowledged, so that
// Slack delivers it again.
func (s *Slack) envelope(ctx context.Context, client *socketmode.Client, r *socketmode.Request) {
	if r == nil || r.EnvelopeID == "" {
		return
	}
	s.envelopes.Go(func() {
		a, reason := s.takeEnvelope(ctx, r)
		if reason != "" && s.config.Metrics.Refused != nil {
			s.config.Metrics.Refused(reason)
		}
		if a.status >= http.StatusInternalServerError {
			return
		}
		var payload any
		if r.AcceptsResponsePayload && len(a.body) > 0 {
			payload = json.RawMessage(a.body)
		}
		if err := client.AckCtx(ctx, r.EnvelopeID, payload); err != nil {
			s.log.Warn("an envelope was not acknowledged", "code", classify(err).Code)
		}
	})
}

func (s *Slack) takeEnvelope(ctx context.Context, r *socketmode.Request) (ack, string) {
	sum := sha256.Sum256(r.Payload)
	d := delivery{id: hex.EncodeToString(sum[:]), lastTry: r.RetryAttempt >= 3}
	if r.AcceptsResponsePayload {
		d.room = maxSocketAck
	}
	switch r.Type {
	case socketmode.RequestTypeSlashCommands:
		c, err := parseCommandJSON(r.Payload)
		if err != nil {
			return ack{status: http.StatusBadRequest}, reasonMalformed
		}
		return s.takeCommand(ctx, c, d)
	case socketmode.RequestTypeInteractive:
		return s.takeInteraction(ctx, r.Payload, d)
	case socketmode.RequestTypeEventsAPI:
		return s.takeEvent(ctx, r.Payload, d)
	}
	return ack{status: http.StatusOK}, ""
}
