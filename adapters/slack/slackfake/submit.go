package slackfake

import (
	"fmt"
	"strings"
)

// Submit fills in a form and sends it off. Fields are named by block id; those
// left out keep what the form began with. A person is "<@U1>" or "U1".
func (s *Server) Submit(user string, v View, fields map[string]string) (Answer, error) {
	s.mu.Lock()
	values, err := s.fill(v.Blocks, fields)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	c := s.newInteraction(user, "", nil)
	payload := s.base("view_submission", user, c)
	o := s.viewObject(&v)
	o["state"] = Object{"values": values}
	payload["view"], payload["response_urls"] = o, []any{}
	s.mu.Unlock()
	return s.act(user, nil, delivery{kind: kindInteraction, payload: payload, view: v.ID})
}

// fill is the form's state with the fields in it. Like Slack it does not send
// a form off that leaves out what is required or is too long. Call with mu held.
func (s *Server) fill(blocks []Object, fields map[string]string) (Object, error) {
	values, used := Object{}, 0
	for _, b := range blocks {
		if str(b["type"]) != "input" {
			continue
		}
		name, e := str(b["block_id"]), obj(b["element"])
		given, there := fields[name]
		if there {
			used++
		}
		state, set, err := inputState(e, given, there)
		if e["type"] == "file_input" {
			state, set, err = s.chosen(given)
		}
		if err != nil {
			return nil, fmt.Errorf("slackfake: input %q: %w", name, err)
		}
		if !set && b["optional"] != true {
			return nil, fmt.Errorf("slackfake: input %q is required", name)
		}
		values[name] = Object{str(e["action_id"]): state}
	}
	if used != len(fields) {
		return nil, fmt.Errorf("slackfake: the form has not all of the fields %v", fields)
	}
	return values, nil
}

// stateNames are where each kind of element keeps its value, in a state and to
// begin with.
var stateNames = map[string][2]string{
	"plain_text_input":     {"value", "initial_value"},
	"datepicker":           {"selected_date", "initial_date"},
	"users_select":         {"selected_user", "initial_user"},
	"conversations_select": {"selected_conversation", "initial_conversation"},
}

func inputState(e Object, given string, there bool) (state Object, set bool, err error) {
	kind := str(e["type"])
	state = Object{"type": kind}
	if kind == "static_select" {
		return choose(e, given, there)
	}
	names := stateNames[kind]
	if !there {
		given = str(e[names[1]])
	}
	given = strings.TrimSuffix(strings.TrimLeft(given, "<@#"), ">")
	if limit, has := e["max_length"].(float64); has && runes(given) > int(limit) {
		return nil, false, fmt.Errorf("longer than %v characters", limit)
	}
	if given == "" {
		state[names[0]] = nil
		return state, false, nil
	}
	state[names[0]] = given
	return state, true, nil
}

func choose(e Object, given string, there bool) (Object, bool, error) {
	state := Object{"type": "static_select", "selected_option": nil}
	if !there {
		if first := obj(e["initial_option"]); first != nil {
			state["selected_option"] = first
			return state, true, nil
		}
		return state, false, nil
	}
	for _, o := range objs(e["options"]) {
		if str(o["value"]) == given || textOf(o["text"]) == given {
			state["selected_option"] = o
			return state, true, nil
		}
	}
	return nil, false, fmt.Errorf("no option %q", given)
}
