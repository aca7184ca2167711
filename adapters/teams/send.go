package teams

import (
	"context"
	"net/http"
	"strings"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// Send posts the card to a person's chat with the bot, to a channel as a new
// thread, or to a group chat.
func (t *Teams) Send(ctx context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	return t.deliver(ctx, to.To, message(card))
}

// Turn waits until a message may go to anybody in the tenant and nothing else
// waits, and opens the chat with a person whose chat is not known: that says
// nothing yet. The next Send with the context it returns goes at once.
func (t *Teams) Turn(ctx context.Context, to chat.Address) (context.Context, error) {
	if err := t.pace.turn(ctx); err != nil {
		return nil, err
	}
	turn := wire.WithTicket(chat.Bulk(ctx))
	p, err := t.load(ctx, to.To)
	if err != nil || p.Conversation != "" || !guid.MatchString(to.To) {
		return turn, nil
	}
	if _, err := t.meet(turn, to.To, p); err != nil {
		return turn, nil // Send meets with the same, and says so
	}
	if err := t.pace.turn(ctx); err != nil {
		return nil, err
	}
	return wire.WithTicket(chat.Bulk(ctx)), nil
}

// TurnToUpdate is Turn for an Update: the chat is known.
func (t *Teams) TurnToUpdate(ctx context.Context, _ chat.Address) (context.Context, error) {
	if err := t.pace.turn(ctx); err != nil {
		return nil, err
	}
	return wire.WithTicket(chat.Bulk(ctx)), nil
}

func (t *Teams) deliver(ctx context.Context, to string, a outgoing) (chat.MessageRef, error) {
	p, err := t.load(ctx, to)
	if err != nil {
		return "", notSent(err)
	}
	switch {
	case guid.MatchString(to):
		return t.sendToPerson(ctx, to, p, a)
	case p.Kind == kindChannel || p.Kind == "" && strings.HasPrefix(to, channelPrefix):
		return t.sendToChannel(ctx, to, p, a)
	}
	return t.post(ctx, t.service(p), to, "", a)
}

// channelPrefix begins the ids of channels and of group chats.
const channelPrefix = "19:"

// service is where a place was last heard from, else the cloud's own.
func (t *Teams) service(p whereabouts) string {
	if p.Service != "" {
		return p.Service
	}
	return t.cloud.service
}

// notSent is a failure of ours before the platform was called.
func notSent(err error) error {
	return &chat.SendError{Outcome: chat.Retry, Code: "store", Err: err}
}

// sendToPerson opens the chat with a person once; a chat that is gone is opened
// anew, once.
func (t *Teams) sendToPerson(ctx context.Context, to string, p whereabouts, a outgoing) (chat.MessageRef, error) {
	known := p.Conversation != ""
	for {
		if p.Conversation == "" {
			var err error
			if p, err = t.meet(ctx, to, p); err != nil {
				return "", t.lose(ctx, to, err)
			}
		}
		ref, err := t.post(ctx, t.service(p), p.Conversation, "", a)
		if err == nil {
			return ref, nil
		}
		failed := chat.AsSendError(err)
		if failed.Outcome != chat.Lost {
			return "", t.lose(ctx, to, err)
		}
		if !known {
			failed.Outcome = chat.Unreachable
			return "", t.lose(ctx, to, failed)
		}
		known, p.Conversation = false, ""
	}
}

// meet opens the chat with a person and keeps it. Where the app is not
// installed for them it is, if that is wanted.
func (t *Teams) meet(ctx context.Context, to string, p whereabouts) (whereabouts, error) {
	member := p.Member
	if member == "" {
		member = to // the directory's id serves in the place of the account's
	}
	begin := func() (sent, error) {
		return t.open(ctx, t.service(p), to, opening{Members: []party{{ID: member}}})
	}
	got, err := begin()
	if err != nil && t.config.InstallForUsers && chat.AsSendError(err).Code == codeNotInstalled {
		if err = t.install(ctx, to); err == nil {
			got, err = begin()
		}
	}
	if err != nil {
		return p, unmet(err)
	}
	p.Conversation, p.Kind = got.ID, kindPersonal
	if got.Service != "" && t.places.client(got.Service) != nil {
		p.Service = got.Service
	}
	_, _, err = t.learn(ctx, to, func(kept *whereabouts) {
		kept.Conversation, kept.Kind, kept.Service = p.Conversation, p.Kind, p.Service
	})
	if err != nil {
		return p, notSent(err)
	}
	return p, nil
}

// unmet is a failure to open the chat with a person: as nothing is said in it
// yet, nothing of the message has arrived.
func unmet(err error) error {
	failed := *chat.AsSendError(err)
	switch failed.Outcome {
	case chat.Lost:
		failed.Outcome = chat.Unreachable // there is no such person
	case chat.Unsure:
		failed.Outcome = chat.Retry
	}
	return &failed
}

// lose forgets the chat with somebody who cannot be reached, so that their next
// sign of life is news.
func (t *Teams) lose(ctx context.Context, to string, err error) error {
	if chat.AsSendError(err).Outcome != chat.Unreachable {
		return err
	}
	if _, _, kept := t.learn(ctx, to, func(p *whereabouts) { p.Conversation = "" }); kept != nil {
		t.log.Warn("a chat could not be forgotten", "error", kept)
	}
	return err
}

// sendToChannel begins a thread.
func (t *Teams) sendToChannel(ctx context.Context, channel string, p whereabouts, a outgoing) (chat.MessageRef, error) {
	got, err := t.open(ctx, t.service(p), channel, opening{
		IsGroup: true, Activity: &a, ChannelData: &openingData{Channel: &named{ID: channel}},
	})
	if err != nil {
		if failed := chat.AsSendError(err); failed.Outcome == chat.Lost {
			failed.Outcome = chat.Unreachable
			return "", failed
		}
		return "", err
	}
	if got.ActivityID == "" {
		return "", &chat.SendError{Outcome: chat.Unsure, Code: "no_id"}
	}
	return reference(got.ID, got.ActivityID), nil
}

// Update replaces a message that Send returned, for everybody who sees it.
func (t *Teams) Update(ctx context.Context, to chat.Address, ref chat.MessageRef, card chat.Card) error {
	conversation, activity, ok := split(ref)
	if !ok {
		return &chat.SendError{Outcome: chat.Lost, Code: "no_reference"}
	}
	p, err := t.load(ctx, to.To)
	if err != nil {
		return notSent(err)
	}
	return t.replace(ctx, t.service(p), conversation, activity, card)
}

func (t *Teams) replace(ctx context.Context, service, conversation, activity string, card chat.Card) error {
	r := t.connect(callUpdate, http.MethodPut, service, message(card), "conversations", conversation, "activities", activity)
	return t.call(ctx, r, nil)
}
