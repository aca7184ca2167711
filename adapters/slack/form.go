package slack

import (
	"strings"
	"time"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// Callback ids tell our views apart; once shipped they stay, as a view may be
// open across an upgrade.
const (
	callbackForm = "form"
	callbackCard = "card"
	callbackHome = "home"
)

// inputAction is the action id of every input; the block id is the input's name.
const inputAction = "value"

// RenderForm draws a form as a modal dialog, with metadata that comes back
// when it is submitted.
func RenderForm(form chat.Form, metadata string) slackapi.ModalViewRequest {
	say := voice.For(form.Language)
	view := slackapi.ModalViewRequest{
		Type: slackapi.VTModal, CallbackID: callbackForm, PrivateMetadata: metadata,
		Title: plain(orElse(readable.Line(form.Title), say.Say("surface.view_title")), maxViewTitle),
		Close: plain(orElse(readable.Line(form.Cancel), say.Say("form.cancel")), maxViewTitle),
	}
	var blocks []slackapi.Block
	for _, s := range readable.Pieces(strings.TrimSpace(readable.Text(form.Intro)), maxSection, maxBodyParts) {
		blocks = append(blocks, section(plain(s, maxSection), nil))
	}
	seen := map[string]bool{}
	for _, in := range form.Inputs {
		if len(blocks) == maxViewBlocks || seen[in.Name] || in.Name == "" || len(in.Name) > maxActionID {
			continue
		}
		if e := inputElement(in, say); e != nil {
			seen[in.Name] = true
			blocks = append(blocks, inputBlock(in, e))
		}
	}
	if len(blocks) == 0 {
		blocks = append(blocks, section(plain(view.Title.Text, maxSection), nil))
	}
	view.Blocks.BlockSet = blocks
	if submit := readable.Line(form.Submit); len(seen) > 0 || submit != "" {
		view.Submit = plain(orElse(submit, say.Say("surface.submit")), maxViewTitle)
	}
	return view
}

func inputBlock(in chat.Input, element slackapi.BlockElement) *slackapi.InputBlock {
	b := slackapi.NewInputBlock(in.Name, plain(orElse(readable.Line(in.Label), in.Name), maxInputLabel), nil, element)
	if hint := readable.Line(in.Hint); hint != "" {
		b.Hint = plain(hint, maxInputHint)
	}
	return b.WithOptional(in.Optional)
}

// inputElement is nil where there is nothing to choose from: Slack refuses an
// empty menu.
func inputElement(in chat.Input, say *voice.Speaker) slackapi.BlockElement {
	switch in.Kind {
	case chat.DateInput:
		e := slackapi.NewDatePickerBlockElement(inputAction)
		e.Placeholder = plain(say.Say("card.choose_date"), maxPlaceholder)
		if _, err := time.Parse(time.DateOnly, in.Value); err == nil {
			e.InitialDate = in.Value
		}
		return e
	case chat.PersonInput:
		e := menu(slackapi.OptTypeUser, say)
		// Anything else, and Slack would refuse the whole form.
		if id := idWithin(in.Value, "<@"); strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") {
			e.InitialUser = id
		}
		return e
	case chat.ConversationInput:
		e := menu(slackapi.OptTypeConversations, say)
		e.InitialConversation = idWithin(in.Value, "<#")
		e.Filter = &slackapi.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
		return e
	case chat.Choice:
		return choiceElement(in, say)
	case chat.FileInput:
		return slackapi.NewFileInputBlockElement(inputAction).WithFileTypes(in.Endings...).WithMaxFiles(1)
	}
	return textElement(in)
}

func menu(kind string, say *voice.Speaker) *slackapi.SelectBlockElement {
	return slackapi.NewOptionsSelectBlockElement(kind, plain(say.Say("card.choose"), maxPlaceholder), inputAction)
}

func choiceElement(in chat.Input, say *voice.Speaker) slackapi.BlockElement {
	e := menu(slackapi.OptTypeStatic, say)
	e.Options = selectOptions(in.Options)
	if len(e.Options) == 0 {
		return nil
	}
	for _, o := range e.Options {
		if o.Value == in.Value {
			e.InitialOption = o
		}
	}
	return e
}

func textElement(in chat.Input) slackapi.BlockElement {
	limit := maxInputText
	if in.Max > 0 {
		limit = min(in.Max, maxInputText)
	}
	e := slackapi.NewPlainTextInputBlockElement(nil, inputAction)
	e.Multiline = in.Kind == chat.Paragraph
	e.MaxLength = limit
	e.InitialValue = readable.Text(in.Value)
	if !e.Multiline {
		e.InitialValue = readable.Line(in.Value)
	}
	if utf8.RuneCountInString(e.InitialValue) > limit {
		e.InitialValue = e.InitialValue[:readable.Offset(e.InitialValue, limit)]
	}
	return e
}

// idWithin is "U1" of "<@U1>", or empty where the value has another form.
func idWithin(value, open string) string {
	rest, found := strings.CutPrefix(value, open)
	id, closed := strings.CutSuffix(rest, ">")
	if !found || !closed {
		return ""
	}
	return id
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
