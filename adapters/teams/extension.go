package teams

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"strings"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// The invokes of an action that stands in the menu of other people's messages:
// https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module
const (
	invokeFetchAction  = "composeExtension/fetchTask"
	invokeSubmitAction = "composeExtension/submitAction"
)

// ActionReport is the manifest's id of the action that reports a message.
const ActionReport = "isms_report"

// maxQuoted is how much of a message is quoted, in characters.
const maxQuoted = 2500

// onMessage tells whether it comes from an action on somebody's message. That
// stands in a conversation which the bot has no part in.
func (a *activity) onMessage() bool {
	return a.Type == "invoke" && (a.Name == invokeFetchAction || a.Name == invokeSubmitAction)
}

// messageAction is what we read of such an invoke.
type messageAction struct {
	CommandID string `json:"commandId"`
	Message   struct {
		Link string `json:"linkToMessage"`
		Body struct {
			Kind    string `json:"contentType"` // html, text
			Content string `json:"content"`
		} `json:"body"`
	} `json:"messagePayload"`
}

// takeMessageAction takes an action on a message. Nothing is learned from the
// conversation, and nothing is ever posted there: what comes of the action
// stands in its dialog, which the person alone sees.
func (t *Teams) takeMessageAction(ctx context.Context, e *event) (answer, string) {
	own := *e.activity
	own.Conversation, own.ChannelData, own.ReplyToID = conversation{}, channelData{}, ""
	e.activity = &own
	e.data = e.readData()
	if e.Name == invokeSubmitAction {
		if sealed := e.data.text(dataForm); sealed != "" {
			return t.takeForm(ctx, e, sealed)
		}
		if e.in.Text = e.data.command(); e.in.Text == "" {
			return accepted, ""
		}
		return t.run(ctx, e, t.answerInDialog)
	}
	var m messageAction
	if json.Unmarshal(e.Value, &m) != nil || m.CommandID != ActionReport {
		return accepted, ""
	}
	e.in.Text, e.in.Quoted = "report", m.quoted()
	return t.run(ctx, e, t.answerInDialog)
}

var (
	lineEnd = regexp.MustCompile(`(?i)<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>`)
	tag     = regexp.MustCompile(`<[^>]*>`)
)

// quoted is the message as it can be read, with its address.
func (m messageAction) quoted() *chat.Quotation {
	text := m.Message.Body.Content
	if !strings.EqualFold(m.Message.Body.Kind, "text") {
		text = html.UnescapeString(tag.ReplaceAllLiteralString(lineEnd.ReplaceAllLiteralString(text, "\n"), ""))
	}
	q := &chat.Quotation{Text: readable.Clip(strings.TrimSpace(readable.Text(text)), maxQuoted)}
	if strings.HasPrefix(m.Message.Link, "https://") && len(m.Message.Link) < 400 {
		q.Link = readable.Line(m.Message.Link)
	}
	return q
}

// answerInDialog answers within the dialog alone: a form, what is to be
// corrected, or the answer's card.
func (t *Teams) answerInDialog(ctx context.Context, e *event, o outcome) (answer, func(context.Context)) {
	if e.origin != nil && o.err == nil && len(o.reply.Errors) > 0 {
		return openDialog(RenderForm(e.origin.Form, e.data.text(dataForm), e.data.values(e.origin.Form), o.reply.Errors)), nil
	}
	reply := t.spoken(e, o)
	switch {
	case reply.Form != nil:
		return openDialog(t.openForm(ctx, e, *reply.Form)), nil
	case reply.Card != nil:
		return openDialog(RenderDialog(*reply.Card)), nil
	}
	return dialogSays(t.say(e).Say("surface.again")), nil
}
