package playground

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

const (
	// maxForms is how many opened forms are remembered, the newest.
	maxForms = 200
	// maxLine and maxParagraph are the page's own limits of a field.
	maxLine      = 300
	maxParagraph = 3000
)

// openForm is a form that somebody has before them. It stays on the server, so
// that a submission can name neither another command nor another message.
type openForm struct {
	form    chat.Form
	account string
	message chat.MessageRef
	where   chat.Address
}

type openForms struct {
	mu    sync.Mutex
	byID  map[string]openForm
	order []string
}

func newOpenForms() *openForms { return &openForms{byID: map[string]openForm{}} }

func (o *openForms) open(f openForm) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	id := rand.Text()
	o.byID[id] = f
	o.order = append(o.order, id)
	if len(o.order) > maxForms {
		delete(o.byID, o.order[0])
		o.order = o.order[1:]
	}
	return id
}

// get returns the form if it was opened for this account.
func (o *openForms) get(id, account string) (openForm, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f, ok := o.byID[id]
	return f, ok && f.account == account
}

// formView is a form as the page's script draws it.
type formView struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Submit   string      `json:"submit"`
	Cancel   string      `json:"cancel"`
	Intro    string      `json:"intro,omitempty"`
	Language string      `json:"language"`
	Inputs   []inputView `json:"inputs"`
}

type inputView struct {
	Name     string       `json:"name"`
	Label    string       `json:"label"`
	Hint     string       `json:"hint,omitempty"`
	Kind     string       `json:"kind"` // line, paragraph, date, choice, file
	Value    string       `json:"value,omitempty"`
	Options  []optionView `json:"options,omitempty"`
	Choose   string       `json:"choose,omitempty"`
	Optional string       `json:"optional,omitempty"` // the word beside the label
	Max      int          `json:"max,omitempty"`
	Accept   string       `json:"accept,omitempty"` // ".png,.pdf"
}

const maxFormTitle = 24

// renderForm is pure. People and channels become choices.
func renderForm(f chat.Form, people []Persona, channels []string) *formView {
	say := voice.For(f.Language)
	view := &formView{
		Title: clean(f.Title, maxFormTitle), Submit: clean(f.Submit, maxFormTitle), Cancel: clean(f.Cancel, maxFormTitle),
		Intro: clean(f.Intro, maxText), Language: say.Language(), Inputs: []inputView{},
	}
	if view.Cancel == "" {
		view.Cancel = say.Say("form.cancel")
	}
	for _, in := range f.Inputs {
		v := inputView{
			Name: in.Name, Label: clean(in.Label, maxLabel), Hint: clean(in.Hint, maxText),
			Kind: kindName(in.Kind), Value: in.Value, Max: limit(in),
		}
		if v.Kind == "choice" {
			v.Options, v.Choose = renderOptions(optionsOf(in, people, channels)), say.Say("card.choose")
		}
		if v.Kind == "file" {
			v.Value, v.Accept = "", accept(in.Endings)
		}
		if in.Optional {
			v.Optional = say.Say("form.optional")
		}
		view.Inputs = append(view.Inputs, v)
	}
	return view
}

func accept(endings []string) string {
	var out []string
	for _, e := range endings {
		out = append(out, "."+e)
	}
	return strings.Join(out, ",")
}

func kindName(k chat.InputKind) string {
	switch k {
	case chat.Paragraph:
		return "paragraph"
	case chat.DateInput:
		return "date"
	case chat.PersonInput, chat.Choice, chat.ConversationInput:
		return "choice"
	case chat.FileInput:
		return "file"
	}
	return "line"
}

func optionsOf(in chat.Input, people []Persona, channels []string) []chat.Option {
	var out []chat.Option
	switch in.Kind {
	case chat.PersonInput:
		for _, who := range people {
			out = append(out, chat.Option{Label: who.Name, Value: mention(who)})
		}
	case chat.ConversationInput:
		for _, name := range channels {
			out = append(out, chat.Option{Label: name, Value: "<#" + name + ">"})
		}
	default:
		return in.Options
	}
	return out
}

func limit(in chat.Input) int {
	most := maxLine
	if in.Kind == chat.Paragraph {
		most = maxParagraph
	}
	if in.Max > 0 {
		most = min(most, in.Max)
	}
	return most
}

// filesOf are the files that the form asks for.
func filesOf(f chat.Form, given map[string]upload) map[string]chat.File {
	var out map[string]chat.File
	for _, in := range f.Inputs {
		if x, there := given[in.Name]; there && in.Kind == chat.FileInput && len(x.Data) > 0 {
			if out == nil {
				out = map[string]chat.File{}
			}
			out[in.Name] = chat.File{Name: clean(x.Name, maxTitle), Data: x.Data}
		}
	}
	return out
}

// checkForm keeps the fields the form has and refuses, as a chat platform
// does, what does not fit them. The errors are sentences by input name.
func checkForm(f chat.Form, given map[string]string, people []Persona, channels []string) (fields, faults map[string]string) {
	say := voice.For(f.Language)
	fields, faults = map[string]string{}, map[string]string{}
	for _, in := range f.Inputs {
		if in.Kind == chat.FileInput {
			continue
		}
		value := given[in.Name]
		fields[in.Name] = value
		switch kind := kindName(in.Kind); {
		case strings.TrimSpace(value) == "":
			if !in.Optional {
				faults[in.Name] = say.Say("playground.field_empty")
			}
		case kind == "date" && !isDate(value):
			faults[in.Name] = say.Say("playground.field_date")
		case kind == "choice" && !offered(optionsOf(in, people, channels), value):
			faults[in.Name] = say.Say("playground.field_choice")
		case utf8.RuneCountInString(value) > limit(in):
			faults[in.Name] = say.Say("playground.field_long", "n", limit(in))
		}
	}
	return fields, faults
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func offered(options []chat.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}
