package awareness

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// entry is the planned communication for which a broadcast is written, where
// the line names one: "broadcast TSK-8". Nil where it names none.
func entry(c *desk.Call) (*storage.PlanItem, error) {
	if c.Line.ID.N == 0 {
		return nil, nil
	}
	unknown := isms.Refuse(isms.NotFound, "refuse.not_planned", "id", c.Line.ID)
	if c.Line.ID.Kind != isms.Task {
		return nil, unknown
	}
	p, err := c.Tx.PlanItem(c.Line.ID.N)
	switch {
	case err != nil:
		return nil, err
	case p == nil || p.Source == isms.SourcePlanReview:
		return nil, unknown
	case !p.IsOpen():
		return nil, isms.Refuse(isms.Conflict, "refuse.planned_done", "id", c.Line.ID)
	}
	return p, nil
}

// writeForm asks for everything, filled in from the plan where the broadcast
// is written for an entry of it.
func writeForm(c *desk.Call) (*chat.Form, error) {
	p, err := entry(c)
	if err != nil {
		return nil, err
	}
	if p != nil {
		if f, err := begunForm(c, p); f != nil || err != nil {
			return f, err
		}
	}
	f, err := composeForm(c)
	if err != nil || p == nil {
		return f, err
	}
	f.Command = "broadcast " + p.ID.String()
	f.Intro = c.Say("msgform.planned", "title", p.Title, "audience", p.Audience, "channel", p.Channel, "day", c.Day(p.Due))
	for name, value := range proposed(c, p) {
		if i := slices.IndexFunc(f.Inputs, func(in chat.Input) bool { return in.Name == name }); i >= 0 {
			f.Inputs[i].Value = value
		}
	}
	return f, nil
}

// begunForm goes on with what the asker has begun to write for the entry; nil
// where that is nothing.
func begunForm(c *desk.Call, p *storage.PlanItem) (*chat.Form, error) {
	s, err := c.Tx.LastPlanSend(p)
	if err != nil || s == nil || s.State != isms.Draft || s.MaySteer(c.Person) != nil {
		return nil, err
	}
	on := *c
	on.Line = desk.Parse("broadcast" + id(s.Sendout))
	return composeForm(&on)
}

// proposed is what the form holds at first: for the built-in year its text, for
// all else what the plan says.
func proposed(c *desk.Call, p *storage.PlanItem) map[string]string {
	out := map[string]string{"title": p.Title, "text": p.Description}
	if key := "planned." + isms.ProposedWording(p.Kind, p.Due); p.Kind != "" && voice.Has(key+"_text") {
		fill := func(prefix string, s *voice.Speaker) {
			for _, field := range []string{"title", "text", "question", "answers"} {
				if voice.Has(key + "_" + field) {
					out[prefix+field] = s.Say(key + "_" + field)
				}
			}
		}
		fill("", c.Speaker)
		for _, tag := range languages() {
			if tag != c.Speaker.Language() {
				fill("other_", voice.For(tag))
			}
		}
	}
	if a, r := isms.ParseAudience(p.Audience, c.People, nil); r == nil && len(a.Except) == 0 && slices.Equal(a.Groups, []isms.Group{{Kind: isms.Everyone}}) {
		out["audience"] = string(isms.Everyone)
	} else { // also what nobody can read: it is refused rather than sent to all
		out["audience"], out["who"] = exact, p.Audience
	}
	day := p.Due
	if day.After(c.Today) {
		out["from"] = day.String()
	} else {
		day = c.Today
	}
	out["ack_by"] = c.Calendar.OnOrAfter(day.Add(readWithin)).String()
	return out
}

// readWithin is how many days people have to read what was planned, as proposed.
const readWithin = 7

// plannedReply answers "broadcast TSK-8" where it was typed without more: by
// what is planned and a button that opens the form.
func plannedReply(c *desk.Call, p *storage.PlanItem) chat.Reply {
	id := p.ID.String()
	text := c.Say("msgform.planned", "title", p.Title, "audience", p.Audience, "channel", p.Channel, "day", c.Day(p.Due))
	write := chat.Button{Label: c.Say("button.write"), Spoken: c.Say("button.spoken", "label", strings.TrimSuffix(c.Say("button.write"), "…"), "title", p.Title, "id", id),
		Command: "broadcast " + id, Look: chat.Primary}
	return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text},
		chat.Buttons{Shown: []chat.Button{write, c.Button("button.open", "show "+id)}}, chat.Text{Style: chat.Quiet, Text: c.Say("msgform.planned_typed", "id", id)}}}}
}

// gaps refuses a text in which something of the proposal is still to be filled in.
func (w *writing) gaps() {
	for language, t := range w.texts {
		field := "text"
		if language != w.b.Language {
			field = "other_text"
		}
		if i := strings.Index(t.Text, "[… "); i >= 0 {
			end := strings.IndexByte(t.Text[i:], ']')
			w.wrong(field, "refuse.broadcast_gap", "words", desk.Brief(t.Text[i:][:end+1], 60))
		}
	}
}
