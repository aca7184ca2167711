package awareness

import (
	"slices"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// The values of choices.
const (
	yes   = "yes"
	no    = "no"
	exact = "exact" // the audience stands in the line below
)

// composeForm asks for everything, filled in where a draft is changed.
func composeForm(c *desk.Call) (*chat.Form, error) {
	b := &storage.Sendout{Language: c.Speaker.Language()}
	command, title := "broadcast", "msgform.title"
	texts := map[string]isms.Wording{}
	if _, _, ok := c.Line.Number(prefix); ok {
		var err error
		if b, _, err = steered(c); err != nil {
			return nil, err
		}
		list, err := c.Tx.BroadcastTexts(b.ID, b.Version, b.Edition)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			texts[t.Language] = t.Wording
		}
		command, title = command+id(b), "msgform.change_title"
	}
	main, other := bothTexts(b.Language, texts)
	f := &chat.Form{Title: c.Say(title), Submit: c.Say("msgform.preview"), Command: command, Intro: c.Say("msgform.intro")}
	audience, err := audienceInputs(c, b)
	if err != nil {
		return nil, err
	}
	f.Inputs = append(textInputs(c, b.Language, texts), audience...)
	f.Inputs = append(f.Inputs, timeInputs(c, b)...)
	f.Inputs = append(f.Inputs,
		chat.Input{Name: "link", Label: c.Say("msgform.link"), Kind: chat.Line, Optional: true, Max: isms.MaxLink, Value: main.Link},
		chat.Input{Name: "file", Label: c.Say("msgform.file"), Hint: fileHint(c), Kind: chat.FileInput, Optional: true, Endings: []string{"png", "jpg", "jpeg", "gif", "pdf"}},
		chat.Input{Name: "poster", Label: c.Say("msgform.poster"), Hint: c.Say("msgform.poster_hint"), Kind: chat.Line, Optional: true, Max: isms.MaxLink, Value: fetched(c.Reader, main.Poster)},
		chat.Input{Name: "alt", Label: c.Say("msgform.alt"), Hint: c.Say("msgform.alt_hint"), Kind: chat.Line, Optional: true, Max: isms.MaxAlt, Value: main.Alt},
		chat.Input{Name: "question", Label: c.Say("msgform.question"), Kind: chat.Line, Optional: true, Max: isms.MaxAlt, Value: main.Question},
		chat.Input{Name: "answers", Label: c.Say("msgform.answers"), Hint: c.Say("msgform.answers_hint"), Kind: chat.Paragraph, Optional: true,
			Max: isms.MaxChoices * (isms.MaxChoice + 1), Value: strings.Join(main.Answers, "\n")},
		chat.Input{Name: "other_alt", Label: c.Say("msgform.other_alt"), Kind: chat.Line, Optional: true, Max: isms.MaxAlt, Value: other.Alt},
		chat.Input{Name: "other_question", Label: c.Say("msgform.other_question"), Kind: chat.Line, Optional: true, Max: isms.MaxAlt, Value: other.Question},
		chat.Input{Name: "other_answers", Label: c.Say("msgform.other_answers"), Hint: c.Say("msgform.other_answers_hint"), Kind: chat.Paragraph, Optional: true,
			Max: isms.MaxChoices * (isms.MaxChoice + 1), Value: strings.Join(other.Answers, "\n")},
		chat.Input{Name: "named", Label: c.Say("msgform.named"), Hint: c.Say("msgform.named_hint"), Kind: chat.Line, Optional: true, Max: 500, Value: emails(c, b.Named)},
		yesNo(c, "urgent", "msgform.urgent", b.Urgent))
	return f, nil
}

func fileHint(c *desk.Call) string {
	if c.Media == "" {
		return c.Say("msgform.file_nowhere")
	}
	return c.Say("msgform.file_hint", "most", maxPosterBytes>>20)
}

func emails(c *desk.Call, people []isms.PersonID) string {
	var out []string
	for _, id := range people {
		if p := c.People.Get(id); p != nil {
			out = append(out, p.Email)
		}
	}
	return strings.Join(out, ", ")
}

// bothTexts are the words in the first language and in the other.
func bothTexts(first string, texts map[string]isms.Wording) (main, other isms.Wording) {
	for tag, t := range texts {
		if tag != first {
			other = t
		}
	}
	return texts[first], other
}

// textInputs ask for the words in the first language, and in the other where
// somebody speaks it.
func textInputs(c *desk.Call, first string, texts map[string]isms.Wording) []chat.Input {
	var choose []chat.Option
	for _, tag := range languages() {
		choose = append(choose, chat.Option{Label: c.Say("language." + tag), Value: tag})
	}
	main, other := bothTexts(first, texts)
	return []chat.Input{
		{Name: "title", Label: c.Say("msgform.what"), Kind: chat.Line, Max: isms.MaxTitle, Value: main.Title},
		{Name: "text", Label: c.Say("msgform.text"), Hint: c.Say("msgform.text_hint"), Kind: chat.Paragraph, Max: isms.MaxWording, Value: main.Text},
		{Name: "language", Label: c.Say("msgform.language"), Kind: chat.Choice, Options: choose, Value: first},
		{Name: "other_title", Label: c.Say("msgform.other_title"), Hint: c.Say("msgform.other_hint"), Kind: chat.Line, Optional: true, Max: isms.MaxTitle, Value: other.Title},
		{Name: "other_text", Label: c.Say("msgform.other_text"), Kind: chat.Paragraph, Optional: true, Max: isms.MaxWording, Value: other.Text},
	}
}

// audienceInputs offer what the people file knows; a line takes all else.
func audienceInputs(c *desk.Call, b *storage.Sendout) ([]chat.Input, error) {
	options := []chat.Option{{Label: c.Say("audience.everyone"), Value: string(isms.Everyone)}}
	var departments []string
	for _, p := range c.People.All() {
		if p.Department != "" && !p.Left && !slices.Contains(departments, p.Department) {
			departments = append(departments, p.Department)
		}
	}
	slices.Sort(departments)
	const most = 60 // of what a platform's menu takes
	for _, d := range departments[:min(most, len(departments))] {
		options = append(options, chat.Option{Label: d, Value: string(isms.OfDepartment) + ":" + d})
	}
	for _, r := range []isms.Role{isms.Manager, isms.TopManagement, isms.Auditor, isms.ISMSManager} {
		options = append(options, chat.Option{Label: c.Say("audience.role", "role", c.Say("role."+string(r))), Value: string(isms.OfRole) + ":" + string(r)})
	}
	more, err := listOptions(c)
	if err != nil {
		return nil, err
	}
	options = append(append(options, more...), chat.Option{Label: c.Say("audience.exact"), Value: exact})
	chosen, line := string(isms.Everyone), ""
	if len(b.Audience.Groups) > 0 {
		chosen, line = exact, ruleText(c.Reader, b.Audience.Groups)
	}
	return []chat.Input{
		{Name: "audience", Label: c.Say("msgform.audience"), Kind: chat.Choice, Options: options, Value: chosen},
		{Name: "who", Label: c.Say("msgform.who"), Hint: c.Say("msgform.who_hint"), Kind: chat.Line, Optional: true, Max: 500, Value: line},
		{Name: "except", Label: c.Say("msgform.except"), Hint: c.Say("msgform.except_hint"), Kind: chat.Line, Optional: true, Max: 500, Value: ruleText(c.Reader, b.Audience.Except)},
	}, nil
}

func timeInputs(c *desk.Call, b *storage.Sendout) []chat.Input {
	clock := ""
	if !b.At.IsZero() {
		clock = b.At.In(c.Calendar.Zone).Format("15:04")
	}
	return []chat.Input{
		{Name: "ack_by", Label: c.Say("msgform.ack_by"), Kind: chat.DateInput, Optional: true, Value: b.AckBy.String()},
		{Name: "from", Label: c.Say("msgform.from"), Hint: c.Say("msgform.from_hint"), Kind: chat.DateInput, Optional: true, Value: b.From.String()},
		{Name: "time", Label: c.Say("msgform.time"), Hint: c.Say("msgform.time_hint"), Kind: chat.Line, Optional: true, Max: 5, Value: clock},
	}
}

func yesNo(c *desk.Call, name, key string, on bool) chat.Input {
	in := chat.Input{Name: name, Label: c.Say(key), Kind: chat.Choice, Value: no,
		Options: []chat.Option{{Label: c.Say("settings.no"), Value: no}, {Label: c.Say("settings.yes"), Value: yes}}}
	if on {
		in.Value = yes
	}
	return in
}

// fromForm reads what was filled in.
func (w *writing) fromForm() {
	f := w.In.Fields
	field := func(name string) string { return strings.TrimSpace(f[name]) }
	w.textFields(field)
	t := w.texts[w.b.Language]
	t.Link, t.Poster, t.Alt, t.Question = field("link"), w.posterFields(field("poster")), field("alt"), field("question")
	t.Answers = answers(f["answers"])
	for tag, other := range w.texts {
		if tag != w.b.Language {
			other.Alt, other.Question, other.Answers = field("other_alt"), field("other_question"), answers(f["other_answers"])
		}
	}
	w.audienceFields(field)
	w.b.AckBy, w.b.From, w.b.At = w.dateField("ack_by"), w.dateField("from"), time.Time{}
	w.b.Urgent = f["urgent"] == yes
	if clock := field("time"); clock != "" {
		day := w.b.From
		if day.IsZero() {
			day = w.Today
		}
		w.instant(day, clock)
	}
	people, err := named(w.Call, f["named"])
	if err != nil {
		w.failed("named", err)
	}
	w.b.Named = people
}

// answers are lines of a field.
func answers(text string) (out []string) {
	for a := range strings.SplitSeq(text, "\n") {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}

// textFields read the words in one language or both.
func (w *writing) textFields(field func(string) string) {
	w.b.Language = w.Speaker.Language()
	if tag := field("language"); slices.Contains(languages(), tag) {
		w.b.Language = tag
	}
	w.texts[w.b.Language] = &isms.Wording{Title: field("title"), Text: field("text")}
	if title, text := field("other_title"), field("other_text"); title != "" || text != "" {
		for _, tag := range languages() {
			if tag != w.b.Language {
				w.texts[tag] = &isms.Wording{Title: title, Text: text}
			}
		}
	}
}

func (w *writing) audienceFields(field func(string) string) {
	rule, at := field("audience"), "audience"
	if who := field("who"); who != "" || rule == exact {
		rule, at = who, "who"
	}
	a, r := w.audience(rule)
	w.refused(at, r)
	w.b.Audience = a
	if except := field("except"); except != "" {
		b, r := w.audience(except)
		w.refused("except", r)
		w.b.Audience.Except = append(w.b.Audience.Except, b.Groups...)
	}
}

func (w *writing) dateField(name string) isms.Date {
	text := strings.TrimSpace(w.In.Fields[name])
	if text == "" {
		return isms.Date{}
	}
	d, err := isms.ParseDate(text)
	if err != nil {
		w.wrong(name, "form.which_day")
	}
	return d
}
