package events

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// What a report's form says of the reporter.
const (
	withName    = "no"
	withoutName = "yes"
)

// anonymous tells whether nothing may be kept of who sends this: a report
// without a name, one that is only begun and may become such, and whatever
// begins with a code or looks as if it was to.
func anonymous(in chat.Invocation, l desk.Line) bool {
	if code, _, meant := readCode(l.Text); code != "" || meant {
		return true
	}
	if in.Kind == chat.Submitted {
		return in.Fields["anonymous"] != withName
	}
	_, nameless := unsigned(l.Text)
	return nameless || unclear(l.Text) || unwritten(l.Text) || begun(in, l.Text)
}

// begun tells whether a button only begins the report with some words, as one
// under a broadcast does: "MSG-5: …".
func begun(in chat.Invocation, text string) bool {
	return in.Kind == chat.Pressed && strings.HasSuffix(text, "…")
}

// unwritten tells whether the line has no report in it yet.
func unwritten(text string) bool { return text == "" || text == "…" }

// unsigned cuts the word off that asks for a report without a name.
func unsigned(text string) (rest string, ok bool) {
	first, rest := desk.FirstWord(text)
	switch strings.TrimSuffix(strings.ToLower(first), ":") {
	case "anonymously", "anonym":
		return rest, true
	}
	if strings.EqualFold(first, "anonymous:") {
		return rest, true
	}
	return text, false
}

// unclear tells whether a line may ask for a report without a name, or tell of
// something nameless, such as an anonymous letter: its sender is asked.
func unclear(text string) bool {
	first, _ := desk.FirstWord(text)
	_, nameless := unsigned(text)
	return !nameless && strings.HasPrefix(strings.ToLower(first), "anonym")
}

func (x *Events) reportForm(c *desk.Call) (*chat.Form, error) {
	if code, _, meant := readCode(strings.TrimSuffix(c.Line.Text, "…")); code != "" || meant {
		return x.codeForm(c, code)
	}
	what, nameless := unsigned(c.Line.Text)
	name := withName
	if nameless || unclear(what) {
		name = withoutName
	}
	if unwritten(what) || begun(c.In, what) {
		what = strings.TrimSuffix(what, "…")
	}
	if q := c.In.Quoted; q != nil {
		what = strings.TrimSpace("“" + desk.Clip(q.Text, desk.MaxWords-500) + "”\n" + q.Link)
	}
	return &chat.Form{Title: c.Say("form.report_title"), Submit: c.Say("form.report_submit"), Command: "report", Intro: c.Say("form.report_intro"),
		Inputs: []chat.Input{
			{Name: "what", Label: c.Say("form.report_what"), Hint: c.Say("form.report_hint"), Kind: chat.Paragraph, Value: what, Max: desk.MaxWords},
			{Name: "noticed", Label: c.Say("form.report_noticed"), Kind: chat.DateInput, Value: c.Today.String(), Optional: true},
			{Name: "anonymous", Label: c.Say("form.report_name"), Hint: c.Say("form.report_logs"), Kind: chat.Choice, Value: name,
				Options: []chat.Option{{Label: c.Say("form.report_named"), Value: withName}, {Label: c.Say("form.report_nameless"), Value: withoutName}}},
		}}, nil
}

// report takes an event or a weakness from anybody we know, and what an
// anonymous reporter reads or adds later.
func (x *Events) report(c *desk.Call) (chat.Reply, error) {
	if code, rest, meant := readCode(c.Line.Text); code != "" || meant {
		return x.reopen(c, code, rest)
	}
	words, nameless := unsigned(c.Line.Text)
	if unwritten(words) || begun(c.In, words) {
		words = ""
	}
	noticed := c.Today
	if c.In.Kind == chat.Submitted {
		words, nameless = c.Words("what"), c.In.Fields["anonymous"] != withName
		if day := c.In.Fields["noticed"]; day != "" {
			d, err := isms.ParseDate(day)
			if err != nil || d.After(c.Today) {
				return chat.Reply{}, desk.FieldErrors{"noticed": c.Say("form.report_future")}
			}
			noticed = d
		}
		if words == "" {
			return chat.Reply{}, desk.FieldErrors{"what": c.Say("form.needed")}
		}
	}
	switch {
	case words == "", c.In.Kind != chat.Submitted && unclear(words):
		f, err := x.reportForm(c)
		return chat.Reply{Form: f}, err
	case nameless:
		return x.reportNameless(c, words, noticed)
	case c.Line.ID.Kind == isms.Event && c.In.Kind != chat.Submitted && c.Line.Words == "": // nobody notices an id
		return x.show(c)
	case c.Line.ID.Kind == isms.Event && c.In.Kind != chat.Submitted:
		if m, err := x.matter(c); err == nil && m.e.Reporter == c.ID {
			return m.add(c.Line.Words)
		}
	}
	return x.reportNamed(c, words, noticed)
}

// newEvent is a report of today, to be answered by the coming working day.
func newEvent(c *desk.Call, words string, noticed isms.Date) *storage.EventRecord {
	cal := c.Office.Calendar(nil)
	today := cal.Today(c.Now)
	return &storage.EventRecord{SecurityEvent: isms.SecurityEvent{State: isms.EventReported, Words: words, Noticed: noticed, Day: today, AnswerBy: cal.AddWorking(today, 1)}}
}

func (x *Events) reportNamed(c *desk.Call, words string, noticed isms.Date) (chat.Reply, error) {
	if x.brake.over(c.In.From, c.Now) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.report_often", "most", perHour)
	}
	e := newEvent(c, words, noticed)
	e.Reporter, e.At = c.ID, c.Now
	if err := x.begin(c.Tx, e); err != nil {
		return chat.Reply{}, err
	}
	if err := x.journalReport(c.Tx, c.Office, e); err != nil {
		return chat.Reply{}, err
	}
	if err := x.look(c.Tx, c.Office, e); err != nil {
		return chat.Reply{}, err
	}
	text := c.Say("events.receipt", "id", e.ID().String(), "name", x.whoElse(c.Reader, c.ID), "day", c.Day(e.AnswerBy))
	return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text},
		chat.Buttons{Shown: []chat.Button{c.Button("button.add_words", "event-words "+e.ID().String()), c.Button("button.open", "show "+e.ID().String())}}}}}, nil
}

// begin writes a new event, about which every law asks.
func (x *Events) begin(tx *storage.Tx, e *storage.EventRecord) error {
	if err := tx.AddEvent(e); err != nil {
		return err
	}
	for _, c := range x.clocks {
		if err := tx.SaveDuty(e.N, &isms.Duty{Clock: c.Name}); err != nil {
			return err
		}
	}
	return nil
}

// journalReport is the report's own place in the journal.
func (x *Events) journalReport(tx *storage.Tx, o *desk.Office, e *storage.EventRecord) error {
	sha, err := tx.Text(e.Words)
	if err != nil {
		return err
	}
	data := map[string]any{"event": e.ID().String(), "day": e.Day.String(), "noticed": e.Noticed.String(), "text_sha256": sha}
	if e.Anonymous {
		data["anonymous"] = true
	} else {
		data["by"] = e.Reporter
	}
	return tx.Journal(o.Now(), "event.reported", data, e.ID())
}

// whoLooks is the first name of who gets reports: the first ISMS manager, else
// whoever decides about them.
func (x *Events) whoLooks(r desk.Reader) string { return x.whoElse(r, 0) }

// whoElse is who looks at what this person reported: nobody decides about their
// own report while somebody else can.
func (x *Events) whoElse(r desk.Reader, but isms.PersonID) string {
	judges := slices.Concat(r.People.With(isms.ISMSManager), x.shiftOf(r).Triagers())
	for _, p := range judges {
		if p.ID != but {
			return p.FirstName()
		}
	}
	for _, p := range slices.Concat(judges, r.People.With(isms.TopManagement)) {
		return p.FirstName()
	}
	return r.Say("word.isms_manager")
}
