package events

import (
	"slices"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// buttons are the next steps, the usual ones in front.
func (s *sheet) buttons(decides bool) (b chat.Buttons) {
	id := " " + s.e.ID().String()
	step := func(name string) chat.Button { return s.Button("button.event_"+name, "event-"+name+id) }
	open := s.Button("button.open", "show"+id)
	facts := []chat.Button{step("data")}
	if slices.ContainsFunc(s.duties, s.e.Decides) {
		facts = append(facts, step("notify"), step("aware"))
	}
	switch {
	case !decides && s.e.Reporter == s.ID && !s.e.Closed():
		return chat.Buttons{Shown: []chat.Button{s.Button("button.add_words", "event-words"+id)}}
	case !decides:
		return chat.Buttons{Shown: []chat.Button{open}}
	case s.e.Closed():
		return chat.Buttons{Shown: append(s.tell(), open)}
	case s.e.Outcome == "":
		return chat.Buttons{Shown: []chat.Button{step("incident"), step("finding"), step("nothing")},
			More: append(facts, step("ask"), open)}
	}
	for i, name := range s.steps() {
		if i < 3 {
			b.Shown = append(b.Shown, step(name))
		} else {
			b.More = append(b.More, step(name))
		}
	}
	return b
}

// steps are those of an event that has been judged, what has to be done before
// it can be closed first.
func (s *sheet) steps() (out []string) {
	decides := slices.ContainsFunc(s.duties, s.e.Decides)
	data := s.e.Personal != isms.PersonalNo
	add := func(name string, when bool) {
		if when && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	add("data", s.e.Personal == isms.PersonalUnknown)
	add("notify", data && s.runs())
	add("close", true)
	add("finding", s.e.Outcome == isms.EventIncident)
	add("people", data)
	add("phase", data)
	add("data", true)
	add("notify", decides)
	add("aware", decides)
	add("ask", true)
	return out
}

// tell leads from a closed event to its win story, for who may send one.
func (s *sheet) tell() []chat.Button {
	switch {
	case isms.MayBroadcast(s.Person) != nil:
		return nil
	case s.story != "":
		return []chat.Button{s.Button("button.event_told", "show "+s.story, "id", s.story)}
	}
	return []chat.Button{s.Button("button.event_story", "story "+s.e.ID().String())}
}

// one is a card of one sentence.
func one(text string) *chat.Card {
	return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}
}
