package events

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// whyInput asks for the reason of a decision, which the reporter reads.
func (m *matter) whyInput() chat.Input {
	return chat.Input{Name: "why", Label: m.Say("form.event_why"), Hint: m.Say("form.event_reads"), Kind: chat.Paragraph, Max: desk.MaxWords}
}

// mayJudge refuses whoever may not say what the event is.
func (m *matter) mayJudge() error {
	if r := m.e.Triage(m.Person, m.shift()); r != nil {
		return r
	}
	return nil
}

// mayRecord refuses whoever may not add facts.
func (m *matter) mayRecord() error {
	if r := m.e.Record(m.Person, m.shift()); r != nil {
		return r
	}
	return nil
}

// becomes records what the event is, with its reason, and tells the reporter.
func (m *matter) becomes(what isms.EventState, data map[string]any) (chat.Reply, error) {
	why := m.field("why")
	if r := m.e.Becomes(what, why, m.duties); r != nil {
		return chat.Reply{}, m.AtField("why", r)
	}
	sha, err := m.Text(why)
	if err != nil {
		return chat.Reply{}, err
	}
	data["text_sha256"] = sha
	if m.e.Reporter == m.ID {
		data["own"] = true
	}
	if err := m.keep("event."+string(what), data); err != nil {
		return chat.Reply{}, err
	}
	if err := m.answer(string(what), why); err != nil {
		return chat.Reply{}, err
	}
	return m.noted()
}

func (m *matter) incidentForm() (*chat.Form, error) {
	if err := m.mayJudge(); err != nil {
		return nil, err
	}
	return &chat.Form{Title: m.Say("form.event_incident_title"), Submit: m.Say("form.save"), Inputs: []chat.Input{m.whyInput(),
		{Name: "lead", Label: m.Say("form.event_lead"), Kind: chat.PersonInput, Optional: true}}}, nil
}

func (m *matter) incident() (chat.Reply, error) {
	if err := m.mayJudge(); err != nil {
		return chat.Reply{}, err
	}
	data := map[string]any{}
	if value := m.field("lead"); value != "" && m.In.Kind == chat.Submitted {
		p, _, err := m.Meant(value)
		switch {
		case err != nil:
			return chat.Reply{}, err
		case p == nil:
			return chat.Reply{}, desk.FieldErrors{"lead": m.Say("form.nobody")}
		}
		m.e.Lead, data["lead"] = p.ID, p.ID
	}
	reply, err := m.becomes(isms.EventIncident, data)
	if err != nil || m.e.Lead == 0 || m.e.Lead == m.ID {
		return reply, err
	}
	_, err = m.Enqueue(desk.Post{Key: m.Key("event-lead"), Class: desk.Urgent, To: m.People.Get(m.e.Lead), What: m.x.about(m.e, 0), Items: []isms.ItemID{m.e.ID()}})
	return reply, err
}

func (m *matter) findingForm() (*chat.Form, error) {
	if err := m.mayJudge(); err != nil {
		return nil, err
	}
	owner, err := m.Mention(m.ID)
	var severities []chat.Option
	for _, s := range []isms.Severity{isms.Major, isms.Minor, isms.Observation, isms.Opportunity} {
		severities = append(severities, chat.Option{Label: m.Say("severity." + string(s)), Value: string(s)})
	}
	return &chat.Form{Title: m.Say("form.event_finding_title"), Submit: m.Say("form.create"), Inputs: []chat.Input{
		{Name: "title", Label: m.Say("form.event_title"), Hint: m.Say("form.event_title_hint"), Kind: chat.Line, Max: maxTitle},
		{Name: "severity", Label: m.Say("form.severity"), Kind: chat.Choice, Options: severities, Value: string(isms.Minor)},
		{Name: "owner", Label: m.Say("form.event_owner"), Kind: chat.PersonInput, Value: owner, Optional: true},
		{Name: "due", Label: m.Say("form.due"), Hint: m.Say("form.due_hint"), Kind: chat.DateInput, Optional: true},
		m.whyInput()}}, err
}

const maxTitle = 200

// finding makes of the event a finding and the corrective action that answers it.
func (m *matter) finding() (chat.Reply, error) {
	if err := m.mayJudge(); err != nil {
		return chat.Reply{}, err
	}
	action, err := m.newAction()
	if err != nil {
		return chat.Reply{}, err
	}
	before := m.e.SecurityEvent // refuse before something is made
	if r := before.Becomes(isms.EventFinding, action.Description, m.duties); r != nil {
		return chat.Reply{}, m.AtField("why", r)
	}
	found := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Finding}, Title: action.Title, Description: action.Description,
		Owner: m.ID, Severity: action.Severity, Source: "incident", Status: isms.Open, FoundOn: m.Today}}
	if err := m.Office.Create(m.Call, found); err != nil {
		return chat.Reply{}, err
	}
	action.Finding = found.ID
	if err := m.Office.Create(m.Call, action); err != nil {
		return chat.Reply{}, err
	}
	m.e.Finding, m.e.Action = found.ID, action.ID
	return m.becomes(isms.EventFinding, map[string]any{"finding": found.ID.String(), "action": action.ID.String()})
}

// newAction is the corrective action that the form asks for.
func (m *matter) newAction() (*storage.Record, error) {
	errs := desk.FieldErrors{}
	it := isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: strings.Join(strings.Fields(m.field("title")), " "), Description: m.field("why"), Owner: m.ID,
		Severity: isms.Severity(m.field("severity")), Source: "incident", Status: isms.Open}
	if it.Title == "" || len([]rune(it.Title)) > maxTitle {
		errs["title"] = m.Say("form.title_needed")
	}
	switch it.Severity {
	case isms.Major, isms.Minor, isms.Observation, isms.Opportunity:
	default:
		errs["severity"] = m.Say("form.needed")
	}
	if value := m.field("owner"); value != "" {
		p, _, err := m.Meant(value)
		if err != nil {
			return nil, err
		}
		if p == nil {
			errs["owner"] = m.Say("form.nobody")
		} else {
			it.Owner = p.ID
		}
	}
	it.Due = isms.DueBySeverity(it.Severity, m.Today)
	if day := m.field("due"); day != "" {
		d, err := isms.ParseDate(day)
		if it.Due = d; err != nil || d.Before(m.Today) {
			errs["due"] = m.Say("form.not_past")
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return &storage.Record{Item: it}, nil
}

func (m *matter) nothingForm() (*chat.Form, error) {
	if err := m.mayJudge(); err != nil {
		return nil, err
	}
	f := &chat.Form{Title: m.Say("form.event_nothing_title"), Submit: m.Say("form.event_end"), Inputs: []chat.Input{m.whyInput()}}
	if m.e.Personal == isms.PersonalUnknown {
		f.Inputs = append(f.Inputs, chat.Input{Name: "personal", Label: m.Say("form.event_personal"), Kind: chat.Choice,
			Options: []chat.Option{{Label: m.Say("settings.no"), Value: "no"}, {Label: m.Say("settings.yes"), Value: "yes"}}})
	}
	return f, nil
}

// nothing closes the event with a reason, once no law asks about it.
func (m *matter) nothing() (chat.Reply, error) {
	if err := m.mayJudge(); err != nil {
		return chat.Reply{}, err
	}
	data := map[string]any{}
	if m.e.Personal == isms.PersonalUnknown {
		if m.field("personal") != "no" {
			return chat.Reply{}, desk.FieldErrors{"personal": m.Say("form.event_personal_first")}
		}
		m.e.Personal, data["personal"] = isms.PersonalNo, "no"
	}
	return m.becomes(isms.EventNothing, data)
}

func (m *matter) askForm() (*chat.Form, error) {
	if err := m.mayRecord(); err != nil {
		return nil, err
	}
	if m.e.Reporter == m.ID {
		return nil, isms.Refuse(isms.Invalid, "refuse.event_ask", "id", m.e.ID())
	}
	return &chat.Form{Title: m.Say("form.ask_title"), Submit: m.Say("form.ask"), Inputs: []chat.Input{
		{Name: "question", Label: m.Say("form.event_question"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// ask puts a question to the reporter, named or not.
func (m *matter) ask() (chat.Reply, error) {
	if err := m.mayRecord(); err != nil {
		return chat.Reply{}, err
	}
	return m.said("question", storage.NoteQuestion, "event.asked")
}

// said keeps what was said to the reporter, and tells them.
func (m *matter) said(field, kind, event string) (chat.Reply, error) {
	words, err := m.Reason(field)
	if err != nil {
		return chat.Reply{}, err
	}
	sha, err := m.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := m.keep(event, map[string]any{"text_sha256": sha}); err != nil {
		return chat.Reply{}, err
	}
	if err := m.answer(kind, words); err != nil {
		return chat.Reply{}, err
	}
	return m.noted()
}

func (m *matter) closeForm() (*chat.Form, error) {
	if err := m.mayJudge(); err != nil {
		return nil, err
	}
	return &chat.Form{Title: m.Say("form.event_close_title"), Submit: m.Say("form.event_end"), Inputs: []chat.Input{
		{Name: "change", Label: m.Say("form.event_change"), Hint: m.Say("form.event_change_hint"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// close ends the loop: the reporter reads what their report has led to.
func (m *matter) close() (chat.Reply, error) {
	if err := m.mayJudge(); err != nil {
		return chat.Reply{}, err
	}
	if r := m.e.Close(m.field("change"), m.duties); r != nil {
		return chat.Reply{}, m.AtField("change", r)
	}
	return m.said("change", string(isms.EventClosed), "event.closed")
}
