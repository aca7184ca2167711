package teams

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// formLife is how long an open form may be sent off.
const formLife = 24 * time.Hour

// origin is what a form must remember while it is open. It travels in the data
// of the form's button, and is sealed: nothing that comes from outside is taken
// at its word. The form itself is in it, to be drawn again with what is to be
// corrected.
type origin struct {
	Form    chat.Form       `json:"f"`
	User    string          `json:"u"`
	Expires int64           `json:"e"`
	Message chat.MessageRef `json:"m,omitempty"`
}

// openForm draws a form for the person of the event.
func (t *Teams) openForm(ctx context.Context, e *event, f chat.Form) Dialog {
	f.Inputs = slices.Clone(f.Inputs)
	for i, in := range f.Inputs {
		if in.Kind == chat.ConversationInput {
			f.Inputs[i].Options = t.channels(ctx, e)
		}
	}
	kept := f
	kept.Inputs = slices.Clone(f.Inputs)
	for i := range kept.Inputs {
		kept.Inputs[i].Value = "" // what is filled in comes back with the form
	}
	return RenderForm(f, t.forms.Close(origin{Form: kept, User: e.in.From.ID, Expires: t.now().Add(formLife).Unix(), Message: e.in.Message}), nil, nil)
}

// takeForm takes a form that was sent off, by whom it was opened for.
func (t *Teams) takeForm(ctx context.Context, e *event, sealed string) (answer, string) {
	var o origin
	if err := t.forms.Open(sealed, &o); err != nil || o.User != e.in.From.ID || t.now().Unix() > o.Expires {
		return t.expired(ctx, e), ""
	}
	e.origin = &o
	e.in.Kind, e.in.Text, e.in.Message = chat.Submitted, o.Form.Command, o.Message
	e.in.Fields = make(map[string]string, len(o.Form.Inputs))
	values := e.data.values(o.Form)
	for _, in := range o.Form.Inputs {
		e.in.Fields[in.Name] = fieldValue(in, values[in.Name])
	}
	if e.Type == "message" {
		return t.run(ctx, e, t.answerFormInChat)
	}
	if e.onMessage() {
		return t.run(ctx, e, t.answerInDialog)
	}
	return t.run(ctx, e, t.answerForm)
}

// expired answers a form that is not ours, somebody else's or too old.
func (t *Teams) expired(ctx context.Context, e *event) answer {
	text := t.say(e).Say("surface.form_expired")
	if e.Type != "message" && e.Name != invokeFile {
		return dialogSays(text)
	}
	t.afterwards(ctx, func(ctx context.Context) { t.show(ctx, e, chat.Reply{Card: sentence(e.in.Language, text)}) })
	return accepted
}

// formMessage is a form that stands in the chat.
func formMessage(f chat.Form, d Dialog) outgoing {
	return outgoing{Type: "message", Summary: summary(chat.Card{Summary: f.Title}), Attachments: []attachment{{ContentType: ContentType, Content: d.Card}}}
}

// answerFormInChat answers a form that stood in the chat, in its place: by what
// is to be corrected, the next form, or the answer.
func (t *Teams) answerFormInChat(_ context.Context, e *event, o outcome) (answer, func(context.Context)) {
	return accepted, func(ctx context.Context) {
		if o.err == nil && len(o.reply.Errors) > 0 {
			f := e.origin.Form
			again := RenderForm(f, e.data.text(dataForm), e.data.values(f), o.reply.Errors)
			t.inPlace(ctx, e, formMessage(f, again))
			return
		}
		reply := t.spoken(e, o)
		switch {
		case reply.Form != nil:
			f := *reply.Form
			reply.Form = nil
			t.inPlace(ctx, e, formMessage(f, t.openForm(ctx, e, f)))
		case reply.Card != nil && reply.Replaces && e.in.Message != "":
			t.inPlace(ctx, e, message(*sentence(e.in.Language, t.say(e).Say("surface.form_done"))))
		case reply.Card != nil:
			t.inPlace(ctx, e, message(*reply.Card))
			reply.Card = nil
		}
		t.show(ctx, e, reply)
	}
}

// inPlace puts a message where the form stood that was sent off, else beneath.
// Where others read along that place could be a message of theirs.
func (t *Teams) inPlace(ctx context.Context, e *event, a outgoing) {
	if e.personal() {
		r := t.connect(callUpdate, http.MethodPut, e.ServiceURL, a, "conversations", e.Conversation.ID, "activities", e.ReplyToID)
		if err := t.call(ctx, r, nil); err == nil {
			return
		}
	}
	if err := t.whisper(ctx, e, a); err != nil {
		t.log.Warn("an answer did not get through", "event", e.in.ID, "what", "form", "code", chat.AsSendError(err).Code)
	}
}

// values are a form's inputs as they were filled in.
func (d data) values(f chat.Form) map[string]string {
	out := make(map[string]string, len(f.Inputs))
	for _, in := range f.Inputs {
		switch v := d[in.Name].(type) {
		case string:
			out[in.Name] = v
		case float64:
			out[in.Name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return out
}

// fieldValue is an input's value in the form the bot reads. A channel must be one of
// those that were offered.
func fieldValue(in chat.Input, value string) string {
	value = strings.TrimSpace(readable.Text(value))
	switch in.Kind {
	case chat.PersonInput:
		if id := strings.ToLower(value); guid.MatchString(id) {
			return "<@" + id + ">"
		}
		return ""
	case chat.ConversationInput:
		return offered(in.Options, "<#"+value+">")
	case chat.Choice:
		return offered(in.Options, value)
	}
	return value
}

// offered is the value if it was one to choose from, else empty.
func offered(options []chat.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return value
		}
	}
	return ""
}
