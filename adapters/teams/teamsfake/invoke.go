package teamsfake

import (
	"encoding/json"
	"fmt"
	"strings"
)

// answered reads the answer to an adaptiveCard/action and shows it to who
// pressed. It tells whether nothing more is to be waited for.
func (s *Server) answered(aad string, m Message, a *Answer) (done bool) {
	if !s.readInvoke("adaptiveCard/action", a) {
		return a.Status/100 != 2
	}
	switch kind := str(a.Invoke["type"]); kind {
	case cardType:
		card := obj(a.Invoke["value"])
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, why := range checkCard(card, nil) {
			s.complain("the answer to an action: %s", why)
		}
		if now := s.lookup(m.Conversation, m.ID); now != nil {
			if now.views == nil {
				now.views = map[string]Object{}
			}
			now.views[aad] = card
		}
	case "application/vnd.microsoft.activity.message":
		a.Text = str(a.Invoke["value"])
		if a.Text == "" {
			s.note("adaptiveCard/action was answered with an empty message: the presser sees nothing")
		}
	case "application/vnd.microsoft.error":
		a.Text = str(obj(a.Invoke["value"])["message"])
	case "application/vnd.microsoft.activity.loginRequest", "application/vnd.microsoft.error.preconditionFailed",
		"application/vnd.microsoft.error.incorrectAuthCode":
	default:
		s.note("adaptiveCard/action was answered with type %q: the presser sees nothing", kind)
	}
	if code, is := a.Invoke["statusCode"].(float64); !is || code < 100 {
		s.note("adaptiveCard/action was answered without statusCode")
	}
	return false
}

// readInvoke reads the body of an answer that must have one.
func (s *Server) readInvoke(name string, a *Answer) bool {
	switch {
	case a.Status != 200:
		s.note("%s was answered with %d: the presser sees nothing", name, a.Status)
	case len(a.Body) == 0:
		s.note("%s was answered with nothing: the presser sees nothing", name)
	case json.Unmarshal(a.Body, &a.Invoke) != nil || a.Invoke == nil:
		s.note("%s was answered with something else than an object: the presser sees nothing", name)
	default:
		return true
	}
	return false
}

// Dialog is an open dialog.
type Dialog struct {
	Title  string
	Inputs []Input
	Card   Object

	on Message // from which it was opened
}

// Plain is what a person reads in the dialog.
func (d Dialog) Plain() string { return PlainCard(d.Card) }

// Input is the input with that name or label.
func (d Dialog) Input(name string) (Input, bool) {
	for _, in := range d.Inputs {
		if in.Name == name || in.Label == name {
			return in, true
		}
	}
	return Input{}, false
}

// fetch asks for a dialog.
func (s *Server) fetch(aad string, m Message, data Object) (Answer, error) {
	a, err := s.on(aad, m, "invoke")
	if err != nil {
		return Answer{}, err
	}
	a["name"] = "task/fetch"
	a["value"] = Object{"data": data, "context": Object{"theme": "default"}}
	return s.act(aad, a, func(a *Answer) bool {
		if s.readInvoke("task/fetch", a) {
			s.task("task/fetch", m, a)
		}
		return a.Dialog != nil || a.Status/100 != 2
	})
}

// Submit fills in a dialog and sends it off by its first button. Inputs are
// named by their ids; those left out keep what they began with. An error says
// what the client would not send.
func (s *Server) Submit(aad string, d *Dialog, values map[string]string) (Answer, error) {
	return s.SubmitWith(aad, d, "", values)
}

// SubmitWith is Submit by the button that carries that command or is titled so.
func (s *Server) SubmitWith(aad string, d *Dialog, command string, values map[string]string) (Answer, error) {
	action, err := submitOf(d.Card, command)
	if err != nil {
		return Answer{}, err
	}
	filled, err := s.fillIn(d.Inputs, values)
	if err != nil {
		return Answer{}, err
	}
	a, err := s.on(aad, d.on, "invoke")
	if err != nil {
		return Answer{}, err
	}
	a["name"] = "task/submit"
	a["value"] = Object{"data": merged(obj(action["data"]), filled), "context": Object{"theme": "default"}}
	out, err := s.act(aad, a, func(a *Answer) bool {
		if a.Status == 200 && strings.TrimSpace(string(a.Body)) == "" {
			return false // which closes it
		}
		if s.readInvoke("task/submit", a) && len(a.Invoke) > 0 {
			s.task("task/submit", d.on, a)
		}
		return a.Dialog != nil || a.Status/100 != 2
	})
	if err == nil && out.Dialog == nil {
		s.look(aad, d.on, &out)
	}
	return out, err
}

func submitOf(card Object, command string) (Object, error) {
	if command == "" {
		for _, a := range objs(card["actions"]) {
			if str(a["type"]) == "Action.Submit" {
				return a, nil
			}
		}
	}
	f := &finder{what: command}
	f.search(card, nil)
	if f.action == nil || str(f.action["type"]) != "Action.Submit" {
		return nil, fmt.Errorf("teamsfake: nothing submits the dialog as %q; there are %q", command, f.seen)
	}
	return f.action, nil
}

// task shows what a dialog's call was answered with.
func (s *Server) task(name string, m Message, a *Answer) {
	task := obj(a.Invoke["task"])
	switch kind := str(task["type"]); kind {
	case "message":
		a.Text = str(task["value"])
	case "continue":
		s.open(name, m, obj(task["value"]), a)
	default:
		s.note("%s was answered with a task of type %q: the presser sees nothing", name, kind)
	}
}

func (s *Server) open(name string, m Message, value Object, a *Answer) {
	card := obj(obj(value["card"])["content"])
	d := &Dialog{Title: str(value["title"]), Card: card, Inputs: inputsOf(card), on: m}
	if d.Title == "" {
		s.note("%s: a dialog without a title", name)
	}
	if kind := str(obj(value["card"])["contentType"]); kind != cardType {
		s.note("%s: a dialog with a card of type %q", name, kind)
	}
	for _, why := range checkCard(card, nil) {
		s.note("%s: %s", name, why)
	}
	if _, err := submitOf(card, ""); err != nil && len(d.Inputs) > 0 {
		s.note("%s: a dialog that cannot be submitted", name)
	}
	a.Dialog = d
}
