package playground

import (
	"context"
	"net/http"
	"regexp"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// eventID is what the page may call one event of its own.
var eventID = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

// request is the body of every POST that becomes an invocation.
type request struct {
	ID      string            `json:"id"`      // the same when the page sends it again
	As      string            `json:"as"`      // who one is
	In      string            `json:"in"`      // the conversation
	Text    string            `json:"text"`    // what was typed, or the button's command
	Message chat.MessageRef   `json:"message"` // on which the button stands
	Form    string            `json:"form"`    // that is submitted
	Fields  map[string]string `json:"fields"`
	Files   map[string]upload `json:"files"`
}

// upload is a file of a form; its data travels as base64.
type upload struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// answer is what comes back; messages arrive by the stream of events.
type answer struct {
	Form   *formView         `json:"form,omitempty"`
	Errors map[string]string `json:"errors,omitempty"`
	Home   *cardView         `json:"home,omitempty"`
	Posted int               `json:"posted"`
	In     string            `json:"in,omitempty"` // where it was posted
	Error  string            `json:"error,omitempty"`
}

// sender reads a request and finds who sent it, or answers and returns false.
func (p *Playground) sender(w http.ResponseWriter, r *http.Request, most int64) (request, Persona, bool) {
	var in request
	if !readJSON(w, r, most, &in) {
		return in, Persona{}, false
	}
	who, known, err := p.persona(r.Context(), in.As)
	switch {
	case err != nil:
		p.fault(w, "who is there", err)
		return in, who, false
	case !known:
		http.Error(w, "There is no such person.", http.StatusNotFound)
		return in, who, false
	case !eventID.MatchString(in.ID):
		http.Error(w, "The event has no usable id.", http.StatusBadRequest)
		return in, who, false
	}
	if !isChannel(in.In) {
		in.In = in.As
	}
	return in, who, true
}

func (p *Playground) invocation(in request, who Persona, kind chat.Kind) chat.Invocation {
	return chat.Invocation{
		ID: in.ID, From: who.Account, Kind: kind, Text: in.Text, Message: in.Message,
		Where: chat.Address{Platform: Platform, To: in.In}, Private: !isChannel(in.In),
		Zone: who.Zone, Language: who.Language,
	}
}

func (p *Playground) postSay(w http.ResponseWriter, r *http.Request) {
	in, who, ok := p.sender(w, r, maxBody)
	if !ok {
		return
	}
	people, err := p.People(r.Context())
	if err != nil {
		p.fault(w, "who is there", err)
		return
	}
	p.room.post(message{in: in.In, only: in.As, from: in.As, at: p.Now(), event: in.ID, line: clean(in.Text, maxText)})
	in.Text, in.Message = command(in.Text, people), ""
	p.ask(w, r, p.invocation(in, who, chat.Typed))
}

func (p *Playground) postPress(w http.ResponseWriter, r *http.Request) {
	in, who, ok := p.sender(w, r, maxBody)
	if !ok {
		return
	}
	if in.Message != "" {
		m, found := p.room.get(in.Message)
		if !found {
			http.Error(w, "That message is no longer here.", http.StatusNotFound)
			return
		}
		// Whether they may press it is the bot's to say, as on every platform;
		// what it says reaches them where they are.
		if m.sees(in.As) {
			in.In = m.in
		}
	}
	p.ask(w, r, p.invocation(in, who, chat.Pressed))
}

// postReport is the entry in every message's menu that reports it. What comes of
// it is between the bot and the person, wherever the message stands.
func (p *Playground) postReport(w http.ResponseWriter, r *http.Request) {
	in, who, ok := p.sender(w, r, maxBody)
	if !ok {
		return
	}
	m, found := p.room.get(in.Message)
	if !found || !m.sees(in.As) {
		http.Error(w, "That message is no longer here.", http.StatusNotFound)
		return
	}
	in.Text, in.Message, in.In = "report", "", in.As
	inv := p.invocation(in, who, chat.Pressed)
	inv.Quoted = m.quoted()
	p.ask(w, r, inv)
}

func (p *Playground) postSubmit(w http.ResponseWriter, r *http.Request) {
	in, who, ok := p.sender(w, r, maxUpload)
	if !ok {
		return
	}
	open, found := p.forms.get(in.Form, in.As)
	if !found {
		say := voice.For(who.Language)
		writeJSON(w, http.StatusGone, answer{Error: say.Say("playground.form_gone")})
		return
	}
	people, err := p.People(r.Context())
	if err != nil {
		p.fault(w, "who is there", err)
		return
	}
	fields, faults := checkForm(open.form, in.Fields, people, p.room.channels())
	if len(faults) > 0 {
		writeJSON(w, http.StatusOK, answer{Errors: faults})
		return
	}
	in.Text, in.Message, in.In = open.form.Command, open.message, open.where.To
	inv := p.invocation(in, who, chat.Submitted)
	inv.Fields, inv.Files = fields, filesOf(open.form, in.Files)
	p.ask(w, r, inv)
}

// postHome asks for the person's home view, which is no message.
func (p *Playground) postHome(w http.ResponseWriter, r *http.Request) {
	in, who, ok := p.sender(w, r, maxBody)
	if !ok {
		return
	}
	in.Text, in.Message, in.In = "", "", in.As
	reply, err := p.handler.Handle(r.Context(), p.invocation(in, who, chat.Opened))
	out := answer{}
	switch {
	case reply.Card != nil:
		out.Home = renderCard(*reply.Card)
	case err != nil:
		out.Error = voice.For(who.Language).Say("playground.fault")
	}
	writeJSON(w, http.StatusOK, out)
}

// ask gives the invocation to the bot and does what the reply says.
func (p *Playground) ask(w http.ResponseWriter, r *http.Request, in chat.Invocation) {
	reply, err := p.handler.Handle(r.Context(), in)
	out := answer{Errors: p.cleanErrors(reply.Errors), In: in.Where.To}
	if err != nil && reply.Card == nil {
		out.Error = voice.For(in.Language).Say("playground.fault")
		writeJSON(w, http.StatusOK, out)
		return
	}
	if reply.Card != nil {
		replaced := reply.Replaces && in.Message != "" && p.room.replace(in.Message, *reply.Card)
		if !replaced {
			p.tell(in, message{card: renderCard(*reply.Card), given: reply.Card})
		}
		out.Posted++
	}
	if reply.Note != nil {
		p.tell(in, message{card: renderCard(*reply.Note), given: reply.Note})
		out.Posted++
	}
	if reply.File != nil {
		file := *reply.File
		p.tell(in, message{file: &file})
		out.Posted++
	}
	if reply.Form != nil {
		if out.Form, err = p.openForm(r.Context(), *reply.Form, in); err != nil {
			p.fault(w, "open a form", err)
			return
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// tell posts what only the person who asked may see, where they asked.
func (p *Playground) tell(in chat.Invocation, m message) {
	m.in, m.only, m.at = in.Where.To, in.From.ID, p.Now()
	p.room.post(m)
}

func (p *Playground) openForm(ctx context.Context, f chat.Form, in chat.Invocation) (*formView, error) {
	people, err := p.People(ctx)
	if err != nil {
		return nil, err
	}
	view := renderForm(f, people, p.room.channels())
	view.ID = p.forms.open(openForm{form: f, account: in.From.ID, message: in.Message, where: in.Where})
	return view, nil
}

func (p *Playground) cleanErrors(errs map[string]string) map[string]string {
	out := map[string]string{}
	for name, s := range errs {
		out[name] = clean(s, maxText)
	}
	return out
}

// fault answers a fault of our own and logs it, once.
func (p *Playground) fault(w http.ResponseWriter, doing string, err error) {
	p.Log.Error("playground", "doing", doing, "error", err)
	http.Error(w, "That did not go through and nothing was changed.", http.StatusInternalServerError)
}
