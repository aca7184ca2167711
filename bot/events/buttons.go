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
	b.Shown = []chat.Button{step("close"), step("people"), step("phase")}
	if s.e.Outcome == isms.EventIncident {
		b.Shown = []chat.Button{step("close"), step("finding"), step("people")}
		facts = append(facts, step("phase"))
	}
	b.More = append(facts, step("ask"))
	return b
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
