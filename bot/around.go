package bot

import (
	"context"
	"errors"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// ahead reads beside the writer what takes long. What it would refuse, the
// command itself refuses.
func (b *Bot) ahead(ctx context.Context, in chat.Invocation, l desk.Line, cmd *command) (ready any, err error) {
	if cmd.Ahead == nil {
		return nil, nil
	}
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		c, err := b.call(tx, in, l, cmd)
		if err != nil {
			return err
		}
		ready, err = cmd.Ahead(&c.Call)
		return err
	})
	var refusal *isms.Refusal
	var fields desk.FieldErrors
	if errors.As(err, &refusal) || errors.As(err, &fields) {
		return nil, nil
	}
	return ready, err
}

// afterRead keeps what follows from a command that changes nothing itself.
func (b *Bot) afterRead(tx *storage.Tx, in chat.Invocation, l desk.Line, cmd *command, greeted bool) error {
	if greeted {
		if err := b.setGreeted(tx, in.From); err != nil {
			return err
		}
	}
	if cmd.Noted == nil {
		return nil
	}
	fresh, err := tx.First(in.From.Platform, in.ID, b.Now())
	if err != nil || !fresh {
		return err
	}
	c, err := b.call(tx, in, l, cmd)
	if err != nil {
		return err
	}
	return cmd.Noted(&c.Call)
}
