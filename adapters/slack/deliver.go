package slack

import (
	"context"
	"errors"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// deliver carries out what the acknowledgement could not. The form comes
// first, as its trigger lives three seconds. A failure is logged by code: the
// handler's work is saved, and the person can ask again.
func (s *Slack) deliver(ctx context.Context, r request, x rest) {
	if x.Form != nil {
		s.insist(ctx, r, "form", func() error { return s.open(ctx, r, *x.Form) })
	}
	if x.Card != nil {
		s.insist(ctx, r, "card", func() error { return s.place(ctx, r, *x.Card, x.Replaces) })
	}
	if x.Note != nil {
		s.insist(ctx, r, "note", func() error { return s.whisper(ctx, r, *x.Note) })
	}
	if x.File != nil {
		s.insist(ctx, r, "file", func() error { return s.Upload(ctx, address(r.in.From.ID), *x.File) })
	}
}

// insist waits out a limit, as long as the invocation may take at all: a
// broadcast at work must not cost somebody his answer.
func (s *Slack) insist(ctx context.Context, r request, what string, do func() error) {
	err := do()
	for err != nil && s.patient(ctx, err) {
		err = do()
	}
	s.report(r, what, err)
}

func (s *Slack) report(r request, what string, err error) {
	if err != nil {
		failed := chat.AsSendError(err)
		s.log.Warn("an answer did not get through", "event", r.in.ID, "what", what,
			"outcome", failed.Outcome.String(), "code", failed.Code)
	}
}

func (s *Slack) originOf(r request, f chat.Form) origin {
	return origin{
		Command: f.Command, User: r.in.From.ID, Expires: s.now().Add(formLife).Unix(),
		ResponseURL: r.responseURL, Message: r.in.Message, Channel: r.channel,
		Private: r.in.Private, Home: r.from == onHome || r.origin.Home,
	}
}

// open shows the form. Where there is no trigger, or it has passed, a button
// that asks for the same again stands in for it.
func (s *Slack) open(ctx context.Context, r request, f chat.Form) error {
	view := RenderForm(s.withoutFiles(f), s.seal(s.originOf(r, f)))
	if r.trigger != "" && r.from != onSubmit {
		err := s.showView(ctx, r, view)
		if err == nil {
			return nil
		}
		s.report(r, "form", err)
	}
	command := r.in.Text
	if r.from == onSubmit || command == "" {
		command = f.Command
	}
	say := voice.For(f.Language)
	return s.whisper(ctx, r, chat.Card{
		Summary: f.Title, Language: f.Language,
		Blocks: []chat.Block{
			chat.Text{Text: say.Say("surface.form_waits", "form", f.Title)},
			chat.Buttons{Shown: []chat.Button{{
				Label: say.Say("surface.form_open"), Spoken: f.Title, Command: command, Look: chat.Primary,
			}}},
		},
	})
}

// showView opens a dialog, on top of the one in which a button was pressed.
func (s *Slack) showView(ctx context.Context, r request, view slackapi.ModalViewRequest) error {
	method := methodViewsOpen
	if r.from == onModal {
		method = methodViewsPush
	}
	return s.call(ctx, method, "", func(ctx context.Context) (err error) {
		if method == methodViewsPush {
			_, err = s.api.PushViewContext(ctx, r.trigger, view)
		} else {
			_, err = s.api.OpenViewContext(ctx, r.trigger, view)
		}
		return err
	})
}

// place shows the answer where it belongs.
func (s *Slack) place(ctx context.Context, r request, card chat.Card, replaces bool) error {
	switch {
	case r.from == onOpened, replaces && (r.from == onHome || r.from == onSubmit && r.origin.Home):
		return s.publish(ctx, r.in.From.ID, card)
	case replaces && r.from == onModal:
		return s.updateView(ctx, r.view, card)
	case r.from == onHome, r.from == onModal:
		if err := s.showView(ctx, r, RenderModal(card)); err == nil {
			return nil
		}
	case replaces && (r.from == onMessage || r.from == onSubmit):
		return s.replace(ctx, r, card)
	}
	return s.whisper(ctx, r, card)
}

func (s *Slack) publish(ctx context.Context, user string, card chat.Card) error {
	return s.call(ctx, methodViewsPublish, user, func(ctx context.Context) error {
		_, err := s.api.PublishViewContext(ctx, slackapi.PublishViewContextRequest{UserID: user, View: RenderHome(card)})
		return err
	})
}

func (s *Slack) updateView(ctx context.Context, id string, card chat.Card) error {
	return s.call(ctx, methodViewsUpdate, id, func(ctx context.Context) error {
		_, err := s.api.UpdateViewContext(ctx, RenderModal(card), "", "", id)
		return err
	})
}

// replace puts the card in the place of the message on which the button stood:
// by the response_url, which costs nothing of the limits, else by chat.update.
func (s *Slack) replace(ctx context.Context, r request, card chat.Card) error {
	m := Render(card)
	err := s.respond(ctx, r.responseURL, response{Replace: true, Text: m.Text, Blocks: m.Blocks})
	if err == nil {
		return nil
	}
	if r.in.Message == "" {
		return s.whisper(ctx, r, card)
	}
	return s.Update(ctx, r.in.Where, r.in.Message, card)
}

// whisper shows the card to the person alone.
func (s *Slack) whisper(ctx context.Context, r request, card chat.Card) error {
	switch {
	case r.from == onSubmit, r.from == onLine, r.from == onOpened, r.from == onHome, r.from == onModal:
		_, err := s.Send(ctx, address(r.in.From.ID), card)
		return err
	case r.responseURL != "":
		if err := s.respond(ctx, r.responseURL, ephemeral(card)); err == nil {
			return nil
		}
	}
	if r.channel != "" && !direct(r.channel) {
		if err := s.postEphemeral(ctx, r, card); err == nil {
			return nil
		}
	}
	_, err := s.Send(ctx, address(r.in.From.ID), card)
	return err
}

func (s *Slack) postEphemeral(ctx context.Context, r request, card chat.Card) error {
	options := messageOptions(card)
	if r.thread != "" {
		options = append(options, slackapi.MsgOptionTS(r.thread))
	}
	return s.call(ctx, methodPostEphemeral, r.channel, func(ctx context.Context) error {
		_, err := s.api.PostEphemeralContext(ctx, r.channel, r.in.From.ID, options...)
		return err
	})
}

// respondWithin is how long a response_url may take.
const respondWithin = 10 * time.Second

var errNoResponseURL = errors.New("no response_url that may be followed")

func (s *Slack) respond(ctx context.Context, to string, m response) error {
	if !s.mayFollow(to) {
		return errNoResponseURL
	}
	ctx, cancel := context.WithTimeout(ctx, respondWithin)
	defer cancel()
	return post(ctx, s.client, to, encode(m))
}
