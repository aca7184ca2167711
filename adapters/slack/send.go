package slack

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// The methods we call, as they are paced and counted.
const (
	methodAuthTest      = "auth.test"
	methodPost          = "chat.postMessage"
	methodUpdate        = "chat.update"
	methodPostEphemeral = "chat.postEphemeral"
	methodOpen          = "conversations.open"
	methodHistory       = "conversations.history"
	methodUsers         = "users.list"
	methodViewsOpen     = "views.open"
	methodViewsPush     = "views.push"
	methodViewsUpdate   = "views.update"
	methodViewsPublish  = "views.publish"
	methodUploadURL     = "files.getUploadURLExternal"
	methodUpload        = "files.upload"
	methodUploadDone    = "files.completeUploadExternal"
)

// eventDelivery is the metadata's type that carries a delivery id.
const eventDelivery = "ismsbot_delivery"

// call waits for its turn, calls Slack once, and says what became of it. The
// error is always a *chat.SendError.
func (s *Slack) call(ctx context.Context, method, key string, do func(context.Context) error) error {
	if err := s.pace.wait(ctx, method, key); err != nil {
		return err
	}
	began := time.Now()
	err := do(ctx)
	var failed *chat.SendError
	label := "ok"
	if err != nil {
		failed = classify(err)
		label = failed.Outcome.String()
	}
	s.pace.done(method, failed)
	s.watch(method, failed)
	if s.config.Metrics.Called != nil {
		s.config.Metrics.Called(method, label, time.Since(began))
	}
	if failed == nil {
		return nil
	}
	return failed
}

// watch keeps what Ready says: a dead token stays a fault until a call works.
func (s *Slack) watch(method string, failed *chat.SendError) {
	switch {
	case failed == nil:
		s.fault.Store(nil)
	case failed.Outcome == chat.Halted:
		why := method + ": " + failed.Error()
		s.fault.Store(&why)
	}
}

// messageOptions is a card as the options of a message that is sent or
// updated. Nothing in it becomes a link or a mention by itself.
func messageOptions(card chat.Card) []slackapi.MsgOption {
	m := Render(card)
	options := []slackapi.MsgOption{
		slackapi.MsgOptionText(m.Text, false),
		slackapi.MsgOptionBlocks(m.Blocks...),
		slackapi.MsgOptionParse(false),
		slackapi.MsgOptionLinkNames(false),
		slackapi.MsgOptionDisableLinkUnfurl(),
		slackapi.MsgOptionDisableMediaUnfurl(),
	}
	if card.Delivery != "" {
		options = append(options, slackapi.MsgOptionMetadata(slackapi.SlackMetadata{
			EventType: eventDelivery, EventPayload: map[string]any{"id": card.Delivery},
		}))
	}
	return options
}

// Send posts the card to a person's account or to a channel.
func (s *Slack) Send(ctx context.Context, to chat.Address, card chat.Card) (chat.MessageRef, error) {
	options := messageOptions(card)
	var channel, ts string
	err := s.call(ctx, methodPost, to.To, func(ctx context.Context) (err error) {
		channel, ts, err = s.api.PostMessageContext(ctx, to.To, options...)
		return err
	})
	if err != nil {
		return "", err
	}
	if channel == "" || ts == "" {
		return "", &chat.SendError{Outcome: chat.Unsure, Code: "no_timestamp"}
	}
	return reference(channel, ts), nil
}

// Turn waits until a message may go to anybody and nothing else waits. The next
// Send with the context it returns goes at once.
func (s *Slack) Turn(ctx context.Context, _ chat.Address) (context.Context, error) {
	return s.turn(ctx, methodPost)
}

// TurnToUpdate is Turn for an Update.
func (s *Slack) TurnToUpdate(ctx context.Context, _ chat.Address) (context.Context, error) {
	return s.turn(ctx, methodUpdate)
}

func (s *Slack) turn(ctx context.Context, method string) (context.Context, error) {
	if err := s.pace.turn(ctx, method); err != nil {
		return nil, err
	}
	return wire.WithTicket(chat.Bulk(ctx)), nil
}

// Update replaces a message that Send returned.
func (s *Slack) Update(ctx context.Context, _ chat.Address, ref chat.MessageRef, card chat.Card) error {
	channel, ts, ok := split(ref)
	if !ok {
		return &chat.SendError{Outcome: chat.Lost, Code: "no_reference"}
	}
	options := messageOptions(card)
	return s.call(ctx, methodUpdate, channel, func(ctx context.Context) error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, channel, ts, options...)
		return err
	})
}

// findPages bounds how far back Find reads.
const findPages = 5

// Find looks for the delivery in the history of the conversation.
func (s *Slack) Find(ctx context.Context, to chat.Address, delivery string, since time.Time) (chat.MessageRef, bool, error) {
	channel, err := s.conversation(ctx, to.To)
	if err != nil {
		return "", false, err
	}
	// Slack's clock and ours may differ by a little.
	oldest := strconv.FormatInt(since.Add(-time.Minute).Unix(), 10) + ".000000"
	cursor := ""
	for range findPages {
		var page *slackapi.GetConversationHistoryResponse
		err := s.call(ctx, methodHistory, channel, func(ctx context.Context) (err error) {
			page, err = s.api.GetConversationHistoryContext(ctx, &slackapi.GetConversationHistoryParameters{
				ChannelID: channel, Oldest: oldest, Inclusive: true, Limit: 200, Cursor: cursor, IncludeAllMetadata: true,
			})
			return err
		})
		if err != nil {
			return "", false, err
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == eventDelivery && m.Metadata.EventPayload["id"] == delivery {
				return reference(channel, m.Timestamp), true, nil
			}
		}
		if cursor = page.ResponseMetaData.NextCursor; cursor == "" {
			return "", false, nil
		}
	}
	return "", false, &chat.SendError{Outcome: chat.Unsure, Code: "history_too_long"}
}

// conversation is the channel's id, or that of the direct messages with a person.
func (s *Slack) conversation(ctx context.Context, to string) (string, error) {
	if to == "" || to[0] != 'U' && to[0] != 'W' {
		return to, nil
	}
	var channel *slackapi.Channel
	err := s.call(ctx, methodOpen, "", func(ctx context.Context) (err error) {
		channel, _, _, err = s.api.OpenConversationContext(ctx, &slackapi.OpenConversationParameters{Users: []string{to}})
		return err
	})
	if err != nil {
		return "", err
	}
	if channel == nil || channel.ID == "" {
		return "", &chat.SendError{Outcome: chat.Unsure, Code: "no_channel"}
	}
	return channel.ID, nil
}

// Upload hands the file to one person in the bot's direct messages.
func (s *Slack) Upload(ctx context.Context, to chat.Address, file chat.File) error {
	if len(file.Data) == 0 {
		return &chat.SendError{Outcome: chat.Rejected, Code: "empty_file"}
	}
	channel, err := s.conversation(ctx, to.To)
	if err != nil {
		return err
	}
	name := readable.Clip(readable.Line(file.Name), maxButtonText)
	var place *slackapi.GetUploadURLExternalResponse
	err = s.call(ctx, methodUploadURL, "", func(ctx context.Context) (err error) {
		place, err = s.api.GetUploadURLExternalContext(ctx, slackapi.GetUploadURLExternalParameters{
			FileName: name, FileSize: len(file.Data),
		})
		return err
	})
	if err != nil {
		return err
	}
	err = s.call(ctx, methodUpload, "", func(ctx context.Context) error {
		return s.api.UploadToURL(ctx, slackapi.UploadToURLParameters{
			UploadURL: place.UploadURL, Reader: bytes.NewReader(file.Data), Filename: name,
		})
	})
	if err != nil {
		return err
	}
	return s.call(ctx, methodUploadDone, "", func(ctx context.Context) error {
		done, err := s.api.CompleteUploadExternalContext(ctx, slackapi.CompleteUploadExternalParameters{
			Files: []slackapi.FileSummary{{ID: place.FileID, Title: name}}, Channel: channel,
		})
		if err == nil && len(done.Files) == 0 {
			err = fmt.Errorf("the upload was not completed")
		}
		return err
	})
}
