package teamsfake

import (
	"fmt"
	"strings"
)

// commandName is the member of an action's data that holds the command.
const commandName = "isms"

// Press presses the action that carries that command, or is titled so, on a
// message as the caller holds it: a stale copy has stale buttons. Inputs are
// sent as they are.
func (s *Server) Press(aad string, m Message, command string) (Answer, error) {
	return s.PressWith(aad, m, command, nil)
}

// PressWith is Press with inputs of the card filled in, by their ids.
func (s *Server) PressWith(aad string, m Message, command string, inputs map[string]string) (Answer, error) {
	action, values, err := s.pressed(m.SeenBy(aad).Card, command, inputs)
	if err != nil {
		return Answer{}, err
	}
	data := merged(obj(action["data"]), values)
	if str(action["type"]) == "Action.Execute" {
		return s.execute(aad, m, action, data)
	}
	return s.submitAction(aad, m, data)
}

// PressFallback is Press by a client that does not know Action.Execute.
func (s *Server) PressFallback(aad string, m Message, command string) (Answer, error) {
	action, values, err := s.pressed(m.SeenBy(aad).Card, command, nil)
	if err != nil {
		return Answer{}, err
	}
	if str(action["type"]) == "Action.Execute" {
		action = obj(action["fallback"])
		if str(action["type"]) != "Action.Submit" {
			return Answer{}, fmt.Errorf("teamsfake: %q has no fallback", command)
		}
	}
	return s.submitAction(aad, m, merged(obj(action["data"]), values))
}

// pressed finds the action and the inputs it sends, which win over its data.
func (s *Server) pressed(card Object, what string, inputs map[string]string) (action, values Object, err error) {
	f := &finder{what: what}
	f.search(card, inputsOf(card))
	if f.action == nil {
		return nil, nil, fmt.Errorf("teamsfake: nothing to press carries %q; there are %q", what, f.seen)
	}
	if f.action["isEnabled"] == false {
		return nil, nil, fmt.Errorf("teamsfake: %q is disabled", what)
	}
	if f.action["associatedInputs"] != "none" && f.action["associatedInputs"] != "None" {
		if values, err = s.fillIn(f.inputs, inputs); err != nil {
			return nil, nil, err
		}
	}
	return f.action, values, nil
}

// finder looks for an action anywhere in a card, hidden or not.
type finder struct {
	what   string
	action Object
	inputs []Input
	titled bool // action was found by its title, for want of better
	seen   []string
}

func (f *finder) search(v any, inputs []Input) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			f.search(x, inputs)
		}
	case Object:
		switch kind := str(v["type"]); {
		case kind == "Action.Execute" || kind == "Action.Submit":
			f.consider(v, inputs)
			return
		case kind == "Action.ShowCard":
			card := obj(v["card"])
			f.search(card, append(inputsOf(card), inputs...))
			return
		case strings.HasPrefix(kind, "Action."):
			return
		}
		for _, name := range sorted(v) {
			if name != "refresh" && name != "fallback" {
				f.search(v[name], inputs)
			}
		}
	}
}

func (f *finder) consider(a Object, inputs []Input) {
	command := str(obj(a["data"])[commandName])
	f.seen = append(f.seen, str(a["title"])+": "+command)
	switch {
	case command == f.what && (f.action == nil || f.titled):
		f.action, f.inputs, f.titled = a, inputs, false
	case str(a["title"]) == f.what && f.action == nil:
		f.action, f.inputs, f.titled = a, inputs, true
	}
}

// on is an activity of a person about a message they see.
func (s *Server) on(aad string, m Message, kind string) (Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, now := s.people[aad], s.lookup(m.Conversation, m.ID)
	if p == nil || now == nil {
		return nil, fmt.Errorf("teamsfake: there is no person %q, or the message %s/%s is gone", aad, m.Conversation, m.ID)
	}
	conversation := m.Conversation
	if s.channels[conversation] != nil {
		conversation += ";messageid=" + m.ID // which begins a thread
	}
	a := s.activity(p, conversation, kind)
	if owner := s.byChat[m.Conversation]; owner != nil && owner != p {
		// Somebody else's chat: a forwarded card, which Teams would let pass.
		obj(a["conversation"])["id"] = m.Conversation
	}
	a["replyToId"] = m.ID
	obj(a["channelData"])["source"] = Object{"name": "message"}
	return a, nil
}

// submitAction is what a plain Action.Submit does: it asks for a dialog, or is
// a message without a text.
func (s *Server) submitAction(aad string, m Message, data Object) (Answer, error) {
	if str(obj(data["msteams"])["type"]) == "task/fetch" {
		return s.fetch(aad, m, data)
	}
	a, err := s.on(aad, m, "message")
	if err != nil {
		return Answer{}, err
	}
	a["value"] = data
	out, err := s.act(aad, a, nil)
	s.look(aad, m, &out)
	return out, err
}

// execute is an Action.Execute.
func (s *Server) execute(aad string, m Message, action, data Object) (Answer, error) {
	a, err := s.on(aad, m, "invoke")
	if err != nil {
		return Answer{}, err
	}
	sent := Object{"type": "Action.Execute", "data": data}
	for _, name := range []string{"title", "verb", "id"} {
		if v, there := action[name]; there {
			sent[name] = v
		}
	}
	a["name"], a["value"] = "adaptiveCard/action", Object{"action": sent, "trigger": "manual"}
	out, err := s.act(aad, a, func(a *Answer) bool { return s.answered(aad, m, a) })
	s.look(aad, m, &out)
	return out, err
}

// look puts the message into the answer as the person sees it now.
func (s *Server) look(aad string, m Message, a *Answer) {
	if now, there := s.Message(m.Conversation, m.ID); there {
		now = now.SeenBy(aad)
		a.Message = &now
	}
}
