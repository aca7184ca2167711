package profile

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// settings shows, and from its form changes, what a person decides about
// their own messages: language, zone, hours, absence, what a lock screen says,
// and on which of several platforms they are told.
func settings(c *desk.Call) (chat.Reply, error) {
	if c.In.Kind == chat.Submitted {
		return saveSettings(c)
	}
	p, err := c.Tx.Profile(c.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	lang := c.Say("settings.default")
	if p.OwnLanguage != "" {
		lang = c.Say("language." + p.OwnLanguage)
	}
	hours := p.Hours
	if hours == "" {
		hours = usualHours(c)
	}
	neutral := c.Say("settings.no")
	if p.Neutral {
		neutral = c.Say("settings.yes")
	}
	facts := []chat.Fact{{Name: c.Say("settings.language"), Value: lang}, {Name: c.Say("settings.zone"), Value: c.Calendar.Zone.String()},
		{Name: c.Say("settings.hours"), Value: hours}, {Name: c.Say("settings.neutral"), Value: neutral},
		{Name: c.Say("settings.away"), Value: awayText(c)}}
	buttons := []chat.Button{c.Button("button.change", "settings"), c.Button("button.todo", "todo")}
	have, err := platforms(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(have) > 1 {
		facts = append(facts, chat.Fact{Name: c.Say("settings.platform"), Value: toldOn(c, p, have)})
	}
	if len(have) < len(c.Office.Messengers) {
		buttons = append(buttons, c.Button("button.connect", "link"))
	}
	head := c.Say("settings.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head},
		chat.Text{Text: c.Say("settings.why")}, chat.Facts{Facts: facts},
		chat.Buttons{Shown: buttons}}}}, nil
}

// toldOn says on which of their platforms the person wants to be told.
func toldOn(c *desk.Call, p *storage.Profile, have []string) string {
	if slices.Contains(have, p.Platform) {
		return c.PlatformName(p.Platform)
	}
	return c.Say("settings.platform_last")
}

// lastUsed stands in the form for the platform on which the person last answered.
const lastUsed = "last"

// platformInput asks on which of their platforms the person wants to be told;
// nothing to ask where they have one.
func platformInput(c *desk.Call, p *storage.Profile) ([]chat.Input, error) {
	have, err := platforms(c)
	if err != nil || len(have) < 2 {
		return nil, err
	}
	in := chat.Input{Name: "platform", Label: c.Say("settings.platform"), Kind: chat.Choice, Value: lastUsed,
		Options: []chat.Option{{Label: c.Say("settings.platform_last"), Value: lastUsed}}}
	for _, name := range have {
		in.Options = append(in.Options, chat.Option{Label: c.PlatformName(name), Value: name})
		if name == p.Platform {
			in.Value = name
		}
	}
	return []chat.Input{in}, nil
}

// choosePlatform takes the answer to platformInput over and reports whether it
// is news.
func choosePlatform(c *desk.Call, p *storage.Profile, errs desk.FieldErrors) (bool, error) {
	chosen, asked := c.In.Fields["platform"]
	have, err := platforms(c)
	if err != nil || !asked || len(have) < 2 {
		return false, err
	}
	switch {
	case chosen == lastUsed:
		chosen = ""
	case !slices.Contains(have, chosen):
		errs["platform"] = c.Say("form.needed")
		return false, nil
	}
	before := p.Platform
	p.Platform = chosen
	return chosen != before, nil
}

// usualHours are those that hold for the sender where they set none.
func usualHours(c *desk.Call) string {
	clock := func(m int) string { return c.Say("date.clock", "h", two(m/60), "m", two(m%60)) }
	return clock(c.Calendar.From) + "-" + clock(c.Calendar.To)
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func awayText(c *desk.Call) string {
	for _, a := range c.Absences {
		if !a.To.Before(c.Today) {
			return c.Say("settings.away_span", "from", c.Day(a.From), "to", c.Day(a.To))
		}
	}
	return c.Say("word.none")
}

func settingsForm(c *desk.Call) (*chat.Form, error) {
	p, err := c.Tx.Profile(c.ID)
	if err != nil {
		return nil, err
	}
	languages := []chat.Option{{Label: c.Say("settings.default"), Value: "default"}}
	for _, tag := range voice.Languages {
		languages = append(languages, chat.Option{Label: c.Say("language." + tag.String()), Value: tag.String()})
	}
	var from, to string
	for _, a := range c.Absences {
		if !a.To.Before(c.Today) {
			from, to = a.From.String(), a.To.String()
		}
	}
	yesNo := []chat.Option{{Label: c.Say("settings.no"), Value: "no"}, {Label: c.Say("settings.yes"), Value: "yes"}}
	neutral := "no"
	if p.Neutral {
		neutral = "yes"
	}
	lang := p.OwnLanguage
	if lang == "" {
		lang = "default"
	}
	platform, err := platformInput(c, p)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("settings.head"), Submit: c.Say("form.save"), Command: "settings", Inputs: append([]chat.Input{
		{Name: "language", Label: c.Say("settings.language"), Kind: chat.Choice, Options: languages, Value: lang},
		{Name: "zone", Label: c.Say("settings.zone"), Hint: c.Say("settings.zone_hint"), Kind: chat.Line, Value: p.OwnZone, Optional: true, Max: 60},
		{Name: "hours", Label: c.Say("settings.hours"), Hint: c.Say("settings.hours_hint"), Kind: chat.Line, Value: p.Hours, Optional: true, Max: 20},
		{Name: "neutral", Label: c.Say("settings.neutral_ask"), Kind: chat.Choice, Options: yesNo, Value: neutral},
		{Name: "from", Label: c.Say("settings.away_from"), Kind: chat.DateInput, Value: from, Optional: true},
		{Name: "to", Label: c.Say("settings.away_to"), Kind: chat.DateInput, Value: to, Optional: true},
	}, platform...)}, nil
}

func saveSettings(c *desk.Call) (chat.Reply, error) {
	p, err := c.Tx.Profile(c.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	away, errs := readSettings(c, p)
	moved, err := choosePlatform(c, p, errs)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(errs) > 0 {
		return chat.Reply{}, errs
	}
	if err := c.Tx.SavePerson(p); err != nil {
		return chat.Reply{}, err
	}
	if moved {
		if err := moveMessages(c); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := c.Tx.SetAbsence(c.ID, away); err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.LookAtEverybody(); err != nil { // an absence moves items to others
		return chat.Reply{}, err
	}
	did := map[string]any{"by": c.ID, "away_from": away.From.String(), "away_to": away.To.String(), "platform": p.Platform}
	if err := c.Tx.Journal(c.Now, "person.settings", did); err != nil {
		return chat.Reply{}, err
	}
	if p, err = c.Tx.Profile(c.ID); err != nil { // what the language is now, whoever says so
		return chat.Reply{}, err
	}
	c.Speaker = voice.For(c.Office.Language(&p.Person))
	return c.Sentence("settings.saved"), nil
}

// moveMessages sends what waits for the sender to where they are told from now
// on; to have said so here counts as an answer, too.
func moveMessages(c *desk.Call) error {
	if err := c.Tx.UsedAccount(c.In.From, c.Now); err != nil {
		return err
	}
	return c.Office.Readdress(c.Tx, c.ID)
}

func readSettings(c *desk.Call, p *storage.Profile) (isms.Absence, desk.FieldErrors) {
	f, errs := c.In.Fields, desk.FieldErrors{}
	p.OwnLanguage = ""
	if tag, err := language.Parse(f["language"]); err == nil && slices.Contains(voice.Languages, tag) {
		p.OwnLanguage = tag.String()
	}
	p.OwnZone = strings.TrimSpace(f["zone"])
	if p.OwnZone != "" && (c.Office.Zone(p.OwnZone) == nil || p.OwnZone == "Local") {
		errs["zone"] = c.Say("settings.bad_zone")
	}
	p.Hours = strings.TrimSpace(f["hours"])
	if p.Hours != "" {
		if _, _, err := isms.ParseHours(p.Hours); err != nil {
			errs["hours"] = c.Say("settings.bad_hours")
		}
	}
	p.Neutral = f["neutral"] == "yes"
	away := isms.Absence{From: c.Today}
	if f["from"] == "" && f["to"] == "" {
		return away, errs
	}
	from, err1 := isms.ParseDate(f["from"])
	to, err2 := isms.ParseDate(f["to"])
	if err1 != nil || err2 != nil || to.Before(from) || to.Before(c.Today) {
		errs["to"] = c.Say("settings.bad_span")
	}
	return isms.Absence{From: from, To: to}, errs
}
