package teams

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// RenderForm draws a form as a dialog that brings state back when it is
// submitted, beside each input's value under its name. values take the place of
// the inputs' own; errs are what was wrong with them, by name. The state has
// at most 8 KB.
func RenderForm(form chat.Form, state string, values, errs map[string]string) Dialog {
	say := voice.For(form.Language)
	d := Dialog{Title: readable.Clip(readable.Line(start(form.Title, maxWord)), maxWord), Width: sizeMedium, Height: sizeMedium}
	if d.Title == "" {
		d.Title = say.Say("surface.view_title")
	}
	f := former{painter: painter{say: say, title: d.Title}, form: form, state: state, values: values, errs: errs}
	for _, f.room = range rooms {
		if d.Card = f.draw(); weight(d.Card) <= maxCard {
			break
		}
	}
	for weight(d.Card) > maxCard && len(d.Card.Body) > 1 {
		d.Card.Body = d.Card.Body[:len(d.Card.Body)-1]
	}
	if len(form.Inputs) > 3 {
		d.Height = sizeLarge
	}
	return d
}

type former struct {
	painter
	form         chat.Form
	state        string
	values, errs map[string]string
}

func (f *former) draw() *AdaptiveCard {
	c := newCard(f.say)
	intro := f.text(f.form.Intro, maxText)
	c.speakFor(strings.TrimSpace(f.title+"\n"+intro), maxTwinShort)
	if intro != "" {
		c.Body = append(c.Body, rich(runs(intro, textRun{})...))
	}
	var fields []element
	drawn := map[string]bool{}
	for _, in := range f.form.Inputs {
		if drawn[in.Name] || !plainName(in.Name) || len(drawn) == maxInputs {
			continue
		}
		if in.Kind == chat.FileInput {
			fields = append(fields, quiet(f.say.Say("surface.no_file", "label", f.line(in.Label, maxInputLabel))))
			continue
		}
		if e := f.input(in); e != nil {
			drawn[in.Name] = true
			fields = append(fields, e)
			fields = append(fields, f.beneath(in)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.errs)) {
		if !drawn[name] && f.errs[name] != "" && len(c.Body) < maxInputs {
			c.Body = append(c.Body, f.wrong(f.errs[name]))
		}
	}
	c.Body = append(c.Body, fields...)
	if len(c.Body) == 0 {
		c.Body = append(c.Body, rich(runs(f.title, textRun{})...))
	}
	label := f.line(f.form.Submit, maxButtonText)
	if label == "" && len(drawn) > 0 {
		label = f.say.Say("surface.submit")
	}
	if label != "" {
		a := submit(label, formData{State: f.state})
		a.Style = "positive"
		c.Actions = append(c.Actions, a)
	}
	return c
}

// plainName keeps an input's value apart from what is ours in the same answer.
func plainName(s string) bool {
	return sound(s, maxInputName) && s != "isms" && s != "isms_form" && s != "msteams"
}

// beneath is what was wrong with an input, and its hint.
func (f *former) beneath(in chat.Input) (out []element) {
	if why := f.errs[in.Name]; why != "" {
		e := f.wrong(why)
		e.Spacing = spaceSmall
		out = append(out, e)
	}
	if hint := f.line(in.Hint, maxHeading); hint != "" {
		e := quiet(hint)
		e.Spacing = spaceSmall
		out = append(out, e)
	}
	return out
}

func (f *former) wrong(why string) *textBlock {
	e := block(escape(f.say.Say("surface.correct", "why", f.line(why, maxHeading))))
	e.Color = "attention"
	return e
}

// input is nil where there is nothing to choose from.
func (f *former) input(in chat.Input) element {
	value, given := f.values[in.Name]
	if !given {
		value = in.Value
	}
	with := field{ID: in.Name, Label: f.line(in.Label, maxInputLabel), Required: !in.Optional}
	if with.Label == "" {
		with.Label = in.Name
	}
	if in.Optional {
		with.Label += " " + f.say.Say("form.optional")
	} else {
		with.Error = f.say.Say("form.needed")
	}
	switch in.Kind {
	case chat.DateInput:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			value = ""
		}
		return &dateInput{Type: "Input.Date", Value: value, field: with}
	case chat.PersonInput:
		e := f.choose(in.Options, value, within("<@"), with)
		e.Style, e.People = "filtered", &query{Type: "Data.Query", Dataset: "graph.microsoft.com/users"}
		return e
	case chat.ConversationInput, chat.Choice:
		inner := func(s string) string { return s }
		if in.Kind == chat.ConversationInput {
			inner = within("<#")
		}
		if e := f.choose(in.Options, value, inner, with); len(e.Choices) > 0 {
			return e
		}
		return nil
	}
	return f.typed(in, value, with)
}

func (f *former) choose(options []chat.Option, value string, inner func(string) string, with field) *choiceSet {
	e := &choiceSet{Type: "Input.ChoiceSet", Style: "compact", Choices: f.choices(options, inner), Placeholder: f.say.Say("card.choose"), field: with}
	if len(e.Choices) > maxShownAll {
		e.Style = "filtered"
	}
	if v := inner(value); sound(v, maxOptionValue) {
		e.Value = v
	}
	return e
}

func (f *former) typed(in chat.Input, value string, with field) element {
	e := &textInput{Type: "Input.Text", Multiline: in.Kind == chat.Paragraph, MaxLength: maxInputText, Value: readable.Line(start(value, maxInputText)), field: with}
	if in.Max > 0 {
		e.MaxLength = min(in.Max, maxInputText)
	}
	if e.Multiline {
		e.Value = readable.Text(start(value, maxInputText))
	}
	if n := min(e.MaxLength, f.room); utf8.RuneCountInString(e.Value) > n {
		e.Value = e.Value[:readable.Offset(e.Value, n)]
	}
	return e
}

// within makes "ID" of "<@ID>", and leaves anything else as it is.
func within(open string) func(string) string {
	return func(s string) string {
		rest, found := strings.CutPrefix(s, open)
		if id, closed := strings.CutSuffix(rest, ">"); found && closed {
			return id
		}
		return s
	}
}
