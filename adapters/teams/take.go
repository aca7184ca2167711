package teams

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"ismsbot/bot/chat"
)

const (
	// answerWithin is how long an answer may take and still be the request's;
	// Teams hangs up after 15 seconds, and people think so sooner.
	answerWithin = 8 * time.Second
	// workWithin is how long one invocation may take in all.
	workWithin = 25 * time.Second
)

// event is one thing somebody did, and everything its answer may need.
type event struct {
	*activity
	in   chat.Invocation
	data data
	// origin is what a form remembers that was sent off, nil for anything else.
	origin *origin
}

// outcome is what the handler made of an invocation.
type outcome struct {
	reply chat.Reply
	err   error
}

// forget drops the event's id, which logs would name, where the bot asks that.
func (e *event) forget(reply chat.Reply) {
	if reply.Traceless {
		e.in.ID = ""
	}
}

// takeFrom takes what a person of the tenant's directory said or pressed.
func (t *Teams) takeFrom(ctx context.Context, a *activity) (answer, string) {
	who := account(a.From.AAD)
	if !guid.MatchString(who.ID) {
		return accepted, ""
	}
	e := &event{activity: a, in: chat.Invocation{ID: a.eventID(), From: who, Kind: chat.Pressed, Where: address(who.ID), Private: true}}
	e.in.Zone, e.in.Language = a.clientInfo()
	if a.onMessage() {
		return t.takeMessageAction(ctx, e)
	}
	if err := t.remember(ctx, a); err != nil {
		t.log.Error("where somebody is was not kept", "error", err)
		return failed, reasonStore
	}
	if id := a.shared(); id != "" {
		e.in.Where, e.in.Private = address(id), false
	}
	if a.Type == "message" {
		return t.takeMessage(ctx, e)
	}
	return t.takeInvoke(ctx, e)
}

// eventID stays the same when the activity comes again.
func (a *activity) eventID() string {
	if a.ID == "" {
		return rand.Text()
	}
	return a.Conversation.ID + "/" + a.ID
}

func (t *Teams) takeMessage(ctx context.Context, e *event) (answer, string) {
	e.data = e.readData()
	if sealed := e.data.text(dataForm); sealed != "" {
		return t.takeForm(ctx, e, sealed)
	}
	if e.in.Text = e.data.command(); e.in.Text != "" {
		e.in.Message = reference(e.Conversation.ID, e.ReplyToID)
		return t.run(ctx, e, t.answerLine)
	}
	if len(e.Value) > 0 && e.Text == "" {
		return accepted, ""
	}
	e.in.Kind, e.in.Text = chat.Typed, t.typed(ctx, e.activity)
	return t.run(ctx, e, t.answerLine)
}

func (t *Teams) takeInvoke(ctx context.Context, e *event) (answer, string) {
	e.data = e.readData()
	e.in.Text, e.in.Message = e.data.command(), reference(e.Conversation.ID, e.ReplyToID)
	switch e.Name {
	case invokeExecute:
		if e.in.Text == "" {
			return said(t.say(e).Say("surface.choose_first")), ""
		}
		return t.run(ctx, e, t.answerPress)
	case invokeOpen:
		return t.run(ctx, e, t.answerDialog)
	case invokeSubmit:
		if sealed := e.data.text(dataForm); sealed != "" {
			return t.takeForm(ctx, e, sealed)
		}
		return t.run(ctx, e, t.answerDialog)
	case invokeFile:
		return t.takeConsent(ctx, e)
	}
	return accepted, ""
}

// settle makes of what the handler said the answer to the request, and what
// remains to be done once that is given; nil for nothing.
type settle func(context.Context, *event, outcome) (answer, func(context.Context))

// run lets the handler answer one event, and answers the request within the
// time that Teams allows whatever happens.
func (t *Teams) run(ctx context.Context, e *event, settle settle) (answer, string) {
	ctx, release, ok := t.crew.Begin(ctx, workWithin)
	if !ok {
		return answer{status: http.StatusServiceUnavailable}, reasonBusy
	}
	done := make(chan outcome, 1)
	go func() { done <- t.handle(ctx, e.in) }()
	timer := time.NewTimer(answerWithin)
	defer timer.Stop()
	select {
	case o := <-done:
		e.forget(o.reply)
		a, rest := failed, (func(context.Context))(nil)
		t.crew.Guard(e.in.ID, func() { a, rest = settle(ctx, e, o) })
		if rest == nil {
			release()
			return a, ""
		}
		go func() {
			defer release()
			t.crew.Guard(e.in.ID, func() { rest(ctx) })
		}()
		return a, ""
	case <-timer.C:
		go func() {
			defer release()
			o := <-done
			e.forget(o.reply)
			t.crew.Guard(e.in.ID, func() { t.show(ctx, e, t.spoken(e, o)) })
		}()
		return t.patience(e), ""
	}
}

// afterwards does what no answer waits for, where there is room for it.
func (t *Teams) afterwards(ctx context.Context, do func(context.Context)) {
	ctx, end, ok := t.crew.Begin(ctx, workWithin)
	if !ok {
		return
	}
	go func() {
		defer end()
		t.crew.Guard("", func() { do(ctx) })
	}()
}

// patience is the answer while the handler is still at work.
func (t *Teams) patience(e *event) answer {
	text := t.say(e).Say("surface.working")
	switch {
	case e.Type == "message":
		return accepted
	case e.Name == invokeExecute:
		return said(text)
	}
	return dialogSays(text)
}

// handle asks the handler; a panic in it is a fault like any other.
func (t *Teams) handle(ctx context.Context, in chat.Invocation) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			t.log.Error("the handler panicked", "event", in.ID, "stack", string(debug.Stack()))
			o = outcome{err: fmt.Errorf("teams: the handler panicked: %v", p)}
		}
	}()
	reply, err := t.handler.Handle(ctx, in)
	return outcome{reply, err}
}
