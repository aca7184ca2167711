package slack

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// response is a message in answer to a command or at a response_url.
type response struct {
	Type    string           `json:"response_type,omitempty"`
	Replace bool             `json:"replace_original"`
	Text    string           `json:"text"`
	Blocks  []slackapi.Block `json:"blocks,omitempty"`
}

func ephemeral(card chat.Card) response {
	m := Render(card)
	return response{Type: "ephemeral", Text: m.Text, Blocks: m.Blocks}
}

// submitted is the answer to a form.
type submitted struct {
	Action string                     `json:"response_action"`
	Errors map[string]string          `json:"errors,omitempty"`
	View   *slackapi.ModalViewRequest `json:"view,omitempty"`
}

// rest is what remains to be done once a request is acknowledged.
type rest struct{ chat.Reply }

func (x rest) empty() bool {
	return x.Card == nil && x.Note == nil && x.Form == nil && x.File == nil
}

// answer is the acknowledgement, with as much of the reply as it can carry.
func (s *Slack) answer(r request, o outcome) (ack, rest) {
	reply, failed := s.said(r, o)
	if failed && retried(r) {
		return ack{status: http.StatusInternalServerError}, rest{}
	}
	switch r.from {
	case onCommand:
		if reply.Card == nil || r.responseURL == "" {
			break
		}
		body := encode(ephemeral(*reply.Card))
		if len(body) > r.room {
			break
		}
		reply.Card = nil
		return ack{status: http.StatusOK, body: body}, rest{reply}
	case onSubmit:
		return s.answerForm(r, reply)
	}
	return ack{status: http.StatusOK}, rest{reply}
}

func (s *Slack) answerForm(r request, reply chat.Reply) (ack, rest) {
	if len(reply.Errors) > 0 {
		return refuseForm(r, reply.Errors), rest{}
	}
	if reply.Form != nil {
		view := RenderForm(s.withoutFiles(*reply.Form), s.seal(s.originOf(r, *reply.Form)))
		if body := encode(submitted{Action: "update", View: &view}); len(body) <= r.room {
			reply.Form = nil
			return ack{status: http.StatusOK, body: body}, rest{reply}
		}
	}
	return ack{status: http.StatusOK, body: encode(submitted{Action: "clear"})}, rest{reply}
}

// expiredForm keeps the form open and says why under its first input.
func (s *Slack) expiredForm(r request) ack {
	return refuseForm(r, map[string]string{"": voice.For(r.in.Language).Say("surface.form_expired")})
}

// refuseForm keeps the form open and shows each text under its input. One for
// an input that is not there stands under the first: Slack would show none.
func refuseForm(r request, texts map[string]string) ack {
	if len(r.inputs) == 0 {
		return ack{status: http.StatusOK}
	}
	errs := make(map[string]string, len(texts))
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		at := name
		if !slices.Contains(r.inputs, name) {
			at = r.inputs[0]
		}
		errs[at] = readable.Clip(strings.TrimSpace(errs[at]+" "+readable.Line(texts[name])), maxInputHint)
	}
	return ack{status: http.StatusOK, body: encode(submitted{Action: "errors", Errors: errs})}
}

// said is the reply that is shown: the handler's, or where it failed the card
// that says so.
func (s *Slack) said(r request, o outcome) (reply chat.Reply, failed bool) {
	if o.err == nil {
		return o.reply, false
	}
	if o.reply.Card != nil {
		return chat.Reply{Card: o.reply.Card}, true
	}
	text := voice.For(r.in.Language).Say("surface.fault")
	return chat.Reply{Card: &chat.Card{
		Summary: text, Language: r.in.Language, Blocks: []chat.Block{chat.Text{Text: text}},
	}}, true
}

// retried tells whether Slack delivers this again when it is not acknowledged.
func retried(r request) bool {
	return !r.lastTry && (r.from == onLine || r.from == onMention || r.from == onOpened)
}

// late delivers an answer for which the acknowledgement could not wait.
func (s *Slack) late(ctx context.Context, r request, o outcome) {
	reply, _ := s.said(r, o)
	if len(reply.Errors) > 0 {
		reply.Card = &chat.Card{Blocks: errorBlocks(reply.Errors), Language: r.in.Language}
	}
	s.deliver(ctx, r, rest{reply})
}

func errorBlocks(errs map[string]string) []chat.Block {
	var out []chat.Block
	for _, name := range slices.Sorted(maps.Keys(errs)) {
		out = append(out, chat.Text{Text: errs[name]})
	}
	return out
}

// encode cannot fail: all it is given are strings and Slack's own types.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("slack: " + err.Error())
	}
	return data
}
