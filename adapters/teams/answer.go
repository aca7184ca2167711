package teams

import (
	"context"
	"strings"
	"time"

	"ismsbot/adapters/readable"
	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

const (
	// showWithin is how long an answer beside the request's own may take before
	// that is given; it then follows by itself.
	showWithin = 3 * time.Second
	// maxSaid is how much of an answer a dialog or a pressed card says in words.
	maxSaid = 1000
)

func (t *Teams) say(e *event) *voice.Speaker { return voice.For(e.in.Language) }

// spoken is the reply that is shown: the handler's, or where it failed the card
// that says so.
func (t *Teams) spoken(e *event, o outcome) chat.Reply {
	switch {
	case o.err == nil && len(o.reply.Errors) > 0:
		var texts []string
		for _, text := range o.reply.Errors {
			texts = append(texts, text)
		}
		return chat.Reply{Card: sentence(e.in.Language, strings.Join(texts, " "))}
	case o.err == nil:
		return o.reply
	case o.reply.Card != nil:
		return chat.Reply{Card: o.reply.Card}
	}
	return chat.Reply{Card: sentence(e.in.Language, t.say(e).Say("surface.fault"))}
}

func sentence(language, text string) *chat.Card {
	return &chat.Card{Summary: text, Language: language, Blocks: []chat.Block{chat.Text{Text: text}}}
}

// answerLine answers what was typed, and a press that came as a message: by
// messages, once the activity is accepted.
func (t *Teams) answerLine(_ context.Context, e *event, o outcome) (answer, func(context.Context)) {
	return accepted, func(ctx context.Context) { t.show(ctx, e, t.spoken(e, o)) }
}

// answerPress answers an Action.Execute so that its presser sees something in
// every case. A card that takes the place of the pressed one is shown to the
// presser by the answer and to everybody else by an update.
func (t *Teams) answerPress(ctx context.Context, e *event, o outcome) (answer, func(context.Context)) {
	reply := t.spoken(e, o)
	switch {
	case o.err != nil:
		return fault(words(*reply.Card)), nil
	case reply.Card != nil && reply.Replaces:
		card := *reply.Card
		return cardReply(card), func(ctx context.Context) { t.show(ctx, e, reply) }
	case empty(reply):
		return said(t.say(e).Say("surface.again")), nil
	}
	text := t.say(e).Say("surface.below")
	if reply.Card != nil {
		text = words(*reply.Card)
	}
	rest, arrived := t.showSoon(ctx, e, reply)
	if arrived && e.personal() {
		text = t.say(e).Say("surface.below")
	}
	return said(text), rest
}

// answerDialog answers what was pressed to open a dialog, or within one.
func (t *Teams) answerDialog(ctx context.Context, e *event, o outcome) (answer, func(context.Context)) {
	reply := t.spoken(e, o)
	switch {
	case reply.Form != nil:
		form := *reply.Form
		reply.Form = nil
		return openDialog(t.openForm(ctx, e, form)), t.later(e, reply)
	case reply.Card != nil:
		card := *reply.Card
		if !reply.Replaces {
			reply.Card = nil
		}
		return openDialog(RenderDialog(card)), t.later(e, reply)
	case empty(reply):
		return dialogSays(t.say(e).Say("surface.again")), nil
	}
	return dialogSays(t.say(e).Say("surface.below")), t.later(e, reply)
}

// answerForm answers a form that was sent off: it stays open with what is to be
// corrected, goes on to another, or closes once its answer is shown.
func (t *Teams) answerForm(ctx context.Context, e *event, o outcome) (answer, func(context.Context)) {
	switch {
	case o.err == nil && len(o.reply.Errors) > 0:
		return openDialog(RenderForm(e.origin.Form, e.data.text(dataForm), e.data.values(e.origin.Form), o.reply.Errors)), nil
	case o.err == nil && o.reply.Form != nil:
		form := *o.reply.Form
		o.reply.Form = nil
		return openDialog(t.openForm(ctx, e, form)), t.later(e, o.reply)
	}
	reply := t.spoken(e, o)
	if o.err != nil {
		return dialogSays(words(*reply.Card)), nil
	}
	rest, arrived := t.showSoon(ctx, e, reply)
	if reply.Card != nil && !arrived {
		return dialogSays(words(*reply.Card)), rest
	}
	return accepted, rest // an empty answer closes the dialog
}

// words are a card in plain text, for where there is room for a sentence alone.
func words(card chat.Card) string {
	return readable.Clip(strings.TrimSpace(readable.Text(card.Text())), maxSaid)
}

func empty(r chat.Reply) bool {
	return r.Card == nil && r.Note == nil && r.Form == nil && r.File == nil
}

func (t *Teams) later(e *event, r chat.Reply) func(context.Context) {
	if empty(r) {
		return nil
	}
	return func(ctx context.Context) { t.show(ctx, e, r) }
}

// showSoon shows the reply now and tells whether that worked; what takes too
// long goes on in rest.
func (t *Teams) showSoon(ctx context.Context, e *event, r chat.Reply) (rest func(context.Context), arrived bool) {
	if empty(r) {
		return nil, true
	}
	done := make(chan bool, 1)
	go func() { done <- t.show(ctx, e, r) }()
	timer := time.NewTimer(showWithin)
	defer timer.Stop()
	select {
	case arrived = <-done:
		return nil, arrived
	case <-timer.C:
		return func(context.Context) { <-done }, false
	}
}

// show carries out what the answer to the request could not, and tells whether
// all of it arrived. A failure is logged by code: the handler's work is saved,
// and the person can ask again.
func (t *Teams) show(ctx context.Context, e *event, r chat.Reply) (all bool) {
	t.crew.Guard(e.in.ID, func() { all = t.showAll(ctx, e, r) })
	return all
}

func (t *Teams) showAll(ctx context.Context, e *event, r chat.Reply) bool {
	all := true
	insist := func(what string, do func() error) {
		err := do()
		for err != nil && patient(ctx, err) {
			err = do()
		}
		if err != nil {
			all = false
			failed := chat.AsSendError(err)
			t.log.Warn("an answer did not get through", "event", e.in.ID, "what", what,
				"outcome", failed.Outcome.String(), "code", failed.Code)
		}
	}
	if r.Form != nil {
		insist("form", func() error { return t.whisper(ctx, e, t.formInstead(ctx, e, *r.Form)) })
	}
	if r.Card != nil {
		insist("card", func() error { return t.place(ctx, e, *r.Card, r.Replaces) })
	}
	if r.Note != nil {
		insist("note", func() error { return t.whisper(ctx, e, message(*r.Note)) })
	}
	if r.File != nil {
		insist("file", func() error { return t.offer(ctx, e, *r.File) })
	}
	return all
}

// patient waits out a limit: a broadcast at work must not cost somebody their
// answer.
func patient(ctx context.Context, err error) bool {
	failed := chat.AsSendError(err)
	return failed.Outcome == chat.Retry && failed.RetryAfter > 0 && wire.Sleep(ctx, failed.RetryAfter)
}

// place shows the card where it belongs.
func (t *Teams) place(ctx context.Context, e *event, card chat.Card, replaces bool) error {
	if conversation, activity, ok := split(e.in.Message); ok && replaces {
		if err := t.replace(ctx, e.ServiceURL, conversation, activity, card); err == nil {
			return nil
		}
	}
	return t.whisper(ctx, e, message(card))
}

// whisper shows a message to the person alone: in the chat of two; in a channel
// by a message that only they see, where the app's manifest has shown that it
// can; else in the chat of two all the same.
func (t *Teams) whisper(ctx context.Context, e *event, a outgoing) error {
	if e.personal() {
		_, err := t.post(ctx, e.ServiceURL, e.Conversation.ID, "", a)
		return err
	}
	var here whereabouts
	var err error
	if e.shared() != "" {
		here, err = t.load(ctx, e.shared())
	}
	if err == nil && here.Targeted {
		targeted := a
		targeted.Recipient = &party{ID: e.From.ID}
		if _, err = t.post(ctx, e.ServiceURL, e.Conversation.ID, "", targeted); err == nil {
			return nil
		}
	}
	_, err = t.deliver(ctx, e.in.From.ID, a)
	if err == nil || chat.AsSendError(err).Outcome != chat.Unreachable || e.Conversation.ID == "" {
		return err
	}
	// Nothing of the answer may stand where others read it, but how to get it.
	way := sentence(e.in.Language, t.say(e).Say("surface.private_only"))
	_, err = t.post(ctx, e.ServiceURL, e.Conversation.ID, e.ID, message(*way))
	return err
}

// formInstead is a form where no dialog can be opened. To what was typed, a
// button answers that opens one. A press that did not come as a dialog's shows
// that the client has none: the form then stands in the chat.
func (t *Teams) formInstead(ctx context.Context, e *event, f chat.Form) outgoing {
	if e.in.Kind == chat.Typed {
		return message(t.formWaits(e, f))
	}
	return formMessage(f, t.openForm(ctx, e, f))
}

// formWaits is a button that asks for the same again.
func (t *Teams) formWaits(e *event, f chat.Form) chat.Card {
	command := e.in.Text
	if command == "" {
		command = f.Command
	}
	say := voice.For(f.Language)
	return chat.Card{
		Summary: f.Title, Language: f.Language,
		Blocks: []chat.Block{
			chat.Text{Text: say.Say("surface.form_waits", "form", f.Title)},
			chat.Buttons{Shown: []chat.Button{{
				Label: say.Say("surface.form_open"), Spoken: f.Title, Command: command, Look: chat.Primary, Form: true,
			}}},
		},
	}
}
