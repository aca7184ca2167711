package playground

import (
	"context"
	"time"

	"ismsbot/bot/chat"
)

// Send puts the card into the person's conversation or the channel.
func (p *Playground) Send(ctx context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	if err := p.reach(ctx, to); err != nil {
		return "", err
	}
	return p.room.post(message{
		in: to.To, at: p.Now(), delivery: card.Delivery, card: renderCard(card), given: &card,
	}), nil
}

// Update puts the card in the place of an earlier message.
func (p *Playground) Update(ctx context.Context, to chat.Address, ref chat.MessageRef, card chat.Card) error {
	if err := p.reach(ctx, to); err != nil {
		return err
	}
	if m, ok := p.room.get(ref); !ok || m.in != to.To {
		return &chat.SendError{Outcome: chat.Lost, Code: "message_not_found"}
	}
	if !p.room.replace(ref, card) {
		return &chat.SendError{Outcome: chat.Lost, Code: "message_not_found"}
	}
	return nil
}

// Find tells whether the delivery stands in the conversation.
func (p *Playground) Find(_ context.Context, to chat.Address, delivery string, since time.Time) (chat.MessageRef, bool, error) {
	ref, found := p.room.find(to.To, delivery, since)
	return ref, found, nil
}

// Upload puts the file into the person's conversation as a download.
func (p *Playground) Upload(ctx context.Context, to chat.Address, file chat.File) error {
	if err := p.reach(ctx, to); err != nil {
		return err
	}
	p.room.post(message{in: to.To, at: p.Now(), file: &file})
	return nil
}

// reach refuses what no message can reach.
func (p *Playground) reach(ctx context.Context, to chat.Address) error {
	if err := ctx.Err(); err != nil {
		return &chat.SendError{Outcome: chat.Retry, Code: "cancelled", Err: err}
	}
	if to.Platform != Platform || to.To == "" {
		return &chat.SendError{Outcome: chat.Unreachable, Code: "foreign_address"}
	}
	if isChannel(to.To) {
		return nil
	}
	_, known, err := p.persona(ctx, to.To)
	if err != nil {
		return &chat.SendError{Outcome: chat.Retry, Code: "people_unknown", Err: err}
	}
	if !known {
		return &chat.SendError{Outcome: chat.Unreachable, Code: "account_not_found"}
	}
	return nil
}
