package events

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func (m *matter) dataForm() (*chat.Form, error) {
	if err := m.mayRecord(); err != nil {
		return nil, err
	}
	is := m.e.Part
	if m.e.Personal == isms.PersonalNo {
		is = string(isms.PersonalNo)
	}
	return &chat.Form{Title: m.Say("form.event_data_title"), Submit: m.Say("form.save"), Intro: m.Say("form.event_data_intro"), Inputs: []chat.Input{
		{Name: "data", Label: m.Say("form.event_personal"), Kind: chat.Choice, Value: is, Options: []chat.Option{
			{Label: m.Say("settings.no"), Value: string(isms.PersonalNo)}, {Label: m.Say("legal.controller"), Value: isms.Controller}, {Label: m.Say("legal.processor"), Value: isms.Processor}}},
		{Name: "why", Label: m.Say("form.event_seen"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// data records whether it is about personal data, and our part in it.
func (m *matter) data() (chat.Reply, error) {
	what, part := isms.PersonalYes, m.field("data")
	if part == string(isms.PersonalNo) {
		what, part = isms.PersonalNo, ""
	}
	if r := m.e.SetPersonal(what, part, m.field("why"), m.Person, m.shift()); r != nil {
		at := "data"
		if r.Key == "refuse.event_why" {
			at = "why"
		}
		return chat.Reply{}, m.AtField(at, r)
	}
	return m.recorded("event.personal", map[string]any{"personal": string(what), "part": part})
}

// recorded keeps a step whose reason stands in the form, also in the event's
// history, and looks at the clocks, which may run otherwise from now on.
func (m *matter) recorded(kind string, data map[string]any) (chat.Reply, error) {
	why := m.field("why")
	sha, err := m.Text(why)
	if err != nil {
		return chat.Reply{}, err
	}
	note := storage.EventNote{Event: m.e.N, Kind: strings.TrimPrefix(kind, "event."), Person: m.ID, Day: m.Today, At: m.Now, Words: why}
	if law, ok := data["law"].(string); ok {
		note.Words = law + ": " + why
	}
	if err := m.Tx.AddEventNote(&note); err != nil {
		return chat.Reply{}, err
	}
	data["text_sha256"], data["note"] = sha, note.ID
	if err := m.keep(kind, data); err != nil {
		return chat.Reply{}, err
	}
	if err := m.x.look(m.Tx, m.Office, m.e); err != nil {
		return chat.Reply{}, err
	}
	return m.noted()
}

// momentInputs ask for a day and a time of it, in the sender's zone.
func (m *matter) momentInputs(label string, at time.Time, optional bool) []chat.Input {
	day, clock := "", ""
	if !at.IsZero() {
		local := at.In(m.Calendar.Zone)
		day, clock = isms.DateOf(local).String(), local.Format("15:04")
	}
	return []chat.Input{{Name: "day", Label: label, Kind: chat.DateInput, Value: day, Optional: optional},
		{Name: "time", Label: m.Say("form.event_time"), Hint: m.Say("form.event_time_hint", "zone", m.Calendar.Zone.String()), Kind: chat.Line, Value: clock, Optional: optional, Max: 5}}
}

var clockTime = regexp.MustCompile(`^([01]?[0-9]|2[0-3])[:.]([0-5][0-9])$`)

// moment reads what momentInputs asked for, zero for nothing; an error says
// what is wrong at which field.
func (m *matter) moment() (time.Time, error) {
	if m.field("day") == "" {
		return time.Time{}, nil
	}
	d, err := isms.ParseDate(m.field("day"))
	if err != nil {
		return time.Time{}, desk.FieldErrors{"day": m.Say("form.which_day")}
	}
	at := clockTime.FindStringSubmatch(m.field("time"))
	if at == nil {
		return time.Time{}, desk.FieldErrors{"time": m.Say("form.event_which_time")}
	}
	hours, _ := strconv.Atoi(at[1]) // two digits at most
	minutes, _ := strconv.Atoi(at[2])
	return m.Calendar.Clock(d, hours*60+minutes), nil
}

func (m *matter) awareForm() (*chat.Form, error) {
	trial := m.e.SecurityEvent
	if r := trial.SetAware(m.Now, "?", m.Person, m.shift(), m.Now); r != nil {
		return nil, r
	}
	since, _ := m.e.Since(m.x.zone)
	return &chat.Form{Title: m.Say("form.event_aware_title"), Submit: m.Say("form.save"), Intro: m.Say("form.event_aware_intro"),
		Inputs: append(m.momentInputs(m.Say("form.event_aware"), since, false),
			chat.Input{Name: "why", Label: m.Say("form.event_aware_why"), Kind: chat.Paragraph, Max: desk.MaxWords})}, nil
}

// aware sets since when we were aware, from which the clocks then count.
func (m *matter) aware() (chat.Reply, error) {
	at, err := m.moment()
	if err != nil {
		return chat.Reply{}, err
	}
	if r := m.e.SetAware(at, m.field("why"), m.Person, m.shift(), m.Now); r != nil {
		field := "day"
		if r.Key == "refuse.event_why" {
			field = "why"
		}
		return chat.Reply{}, m.AtField(field, r)
	}
	return m.recorded("event.aware", map[string]any{"since": at.UTC().Format(time.RFC3339)})
}

func (m *matter) notifyForm() (*chat.Form, error) {
	if err := m.mayRecord(); err != nil {
		return nil, err
	}
	var laws []chat.Option
	for _, d := range m.duties {
		if m.e.Decides(d) {
			laws = append(laws, chat.Option{Label: d.Clock, Value: d.Clock})
		}
	}
	if len(laws) == 0 {
		return nil, isms.Refuse(isms.Conflict, "refuse.event_no_clock", "id", m.e.ID())
	}
	f := &chat.Form{Title: m.Say("form.event_notify_title"), Submit: m.Say("form.save"), Intro: m.Say("form.event_notify_intro")}
	if len(laws) > 1 {
		f.Inputs = append(f.Inputs, chat.Input{Name: "law", Label: m.Say("form.event_law"), Kind: chat.Choice, Options: laws, Value: laws[0].Value})
	}
	f.Inputs = append(f.Inputs, chat.Input{Name: "decision", Label: m.Say("form.event_decision"), Kind: chat.Choice, Options: []chat.Option{
		{Label: m.Say("legal.choose_tell"), Value: string(isms.ToTell)}, {Label: m.Say("legal.choose_told"), Value: string(isms.Told)}, {Label: m.Say("legal.choose_not"), Value: string(isms.NotToTell)}}},
		chat.Input{Name: "why", Label: m.Say("form.event_decision_why"), Kind: chat.Paragraph, Max: desk.MaxWords})
	f.Inputs = append(f.Inputs, m.momentInputs(m.Say("form.event_told"), time.Time{}, true)...)
	f.Inputs = append(f.Inputs, chat.Input{Name: "delay", Label: m.Say("form.event_delay"), Kind: chat.Paragraph, Optional: true, Max: desk.MaxWords})
	return f, nil
}

// notify records whether the authority is told, and why.
func (m *matter) notify() (chat.Reply, error) {
	if err := m.mayRecord(); err != nil {
		return chat.Reply{}, err
	}
	d, err := m.duty()
	if err != nil {
		return chat.Reply{}, err
	}
	told, err := m.moment()
	if err != nil {
		return chat.Reply{}, err
	}
	law, known := m.x.law(d.Clock)
	if !known { // configured no longer: what was decided is recorded all the same
		law = isms.LegalClock{Name: d.Clock, Limit: isms.GDPR.Limit}
	}
	since, _ := m.e.Since(m.x.zone)
	if r := d.Decide(law, since, isms.Decision(m.field("decision")), m.field("why"), m.field("delay"), told, m.ID, m.Now); r != nil {
		at := map[string]string{"refuse.event_why": "why", "refuse.event_told_when": "day", "refuse.event_delay": "delay"}[r.Key]
		if at == "" {
			at = "decision"
		}
		return chat.Reply{}, m.AtField(at, r)
	}
	if err := m.Tx.SaveDuty(m.e.N, d); err != nil {
		return chat.Reply{}, err
	}
	delay, err := m.Text(d.Delay)
	if err != nil {
		return chat.Reply{}, err
	}
	data := map[string]any{"law": d.Clock, "decision": string(d.Decision), "delay_sha256": delay}
	if !d.ToldAt.IsZero() {
		data["told"] = d.ToldAt.UTC().Format(time.RFC3339)
	}
	return m.recorded("event.duty", data)
}

// duty is what the law asks that was chosen, or the only one that is open.
func (m *matter) duty() (*isms.Duty, error) {
	var open []*isms.Duty
	for _, d := range m.duties {
		if !m.e.Decides(d) {
			continue
		}
		if d.Clock == m.field("law") {
			return d, nil
		}
		open = append(open, d)
	}
	switch {
	case len(open) == 0:
		return nil, isms.Refuse(isms.Conflict, "refuse.event_no_clock", "id", m.e.ID())
	case len(open) > 1:
		return nil, desk.FieldErrors{"law": m.Say("form.needed")}
	}
	return open[0], nil
}

func (m *matter) peopleForm() (*chat.Form, error) {
	if err := m.mayRecord(); err != nil {
		return nil, err
	}
	return &chat.Form{Title: m.Say("form.event_people_title"), Submit: m.Say("form.save"), Inputs: []chat.Input{
		{Name: "why", Label: m.Say("form.event_people"), Hint: m.Say("form.event_people_hint"), Kind: chat.Paragraph, Value: m.e.PeopleWhy, Max: desk.MaxWords}}}, nil
}

// people records how the people concerned were told, or why not (GDPR 34).
func (m *matter) people() (chat.Reply, error) {
	if err := m.mayRecord(); err != nil {
		return chat.Reply{}, err
	}
	words, err := m.Reason("why")
	if err != nil {
		return chat.Reply{}, err
	}
	m.e.PeopleWhy = words
	return m.recorded("event.people", map[string]any{})
}

func (m *matter) phaseForm() (*chat.Form, error) {
	if err := m.mayRecord(); err != nil {
		return nil, err
	}
	return &chat.Form{Title: m.Say("form.event_phase_title"), Submit: m.Say("form.save"), Inputs: []chat.Input{
		{Name: "why", Label: m.Say("form.event_phase"), Hint: m.Say("form.event_phase_hint"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// phase records what the authority was told later (GDPR 33(4)).
func (m *matter) phase() (chat.Reply, error) {
	if err := m.mayRecord(); err != nil {
		return chat.Reply{}, err
	}
	if _, err := m.Reason("why"); err != nil {
		return chat.Reply{}, err
	}
	return m.recorded("event.phase", map[string]any{})
}
