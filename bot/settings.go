package bot

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// who tells the sender their roles and line.
func (c *call) who() (chat.Reply, error) {
	var roles []string
	for _, role := range c.Roles {
		roles = append(roles, c.say.Say("role."+string(role)))
	}
	if len(roles) == 0 {
		roles = []string{c.say.Say("role.staff")}
	}
	facts := []chat.Fact{{Name: c.say.Say("who.roles"), Value: strings.Join(roles, ", ")}}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, chat.Fact{Name: c.say.Say(key), Value: value})
		}
	}
	add("who.department", c.Department)
	add("who.manager", c.people.Name(c.Manager))
	add("who.deputy", c.people.Name(c.Deputy))
	if n := len(c.people.Line(c.ID)); n > 0 {
		add("who.line", c.say.Count("who.people", n))
	}
	add("who.zone", c.cal.Zone.String())
	have, err := c.platforms()
	if err != nil {
		return chat.Reply{}, err
	}
	add("who.platforms", c.platformNames(have))
	head := c.say.Say("who.head", "name", c.Name)
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Facts{Facts: facts}}}}, nil
}

// settings shows, and from its form changes, what a person decides about
// their own messages: language, zone, hours, absence, what a lock screen says,
// and on which of several platforms they are told.
func (c *call) settings() (chat.Reply, error) {
	if c.in.Kind == chat.Submitted {
		return c.saveSettings()
	}
	p, err := c.tx.Profile(c.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	lang := c.say.Say("settings.default")
	if p.OwnLanguage != "" {
		lang = c.say.Say("language." + p.OwnLanguage)
	}
	hours := p.Hours
	if hours == "" {
		hours = c.hours()
	}
	neutral := c.say.Say("settings.no")
	if p.Neutral {
		neutral = c.say.Say("settings.yes")
	}
	facts := []chat.Fact{{Name: c.say.Say("settings.language"), Value: lang}, {Name: c.say.Say("settings.zone"), Value: c.cal.Zone.String()},
		{Name: c.say.Say("settings.hours"), Value: hours}, {Name: c.say.Say("settings.neutral"), Value: neutral},
		{Name: c.say.Say("settings.away"), Value: c.awayText()}}
	buttons := []chat.Button{c.button("button.change", "settings"), c.button("button.todo", "todo")}
	have, err := c.platforms()
	if err != nil {
		return chat.Reply{}, err
	}
	if len(have) > 1 {
		facts = append(facts, chat.Fact{Name: c.say.Say("settings.platform"), Value: c.toldOn(p, have)})
	}
	if len(have) < len(c.b.Messengers) {
		buttons = append(buttons, c.button("button.connect", "link"))
	}
	head := c.say.Say("settings.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head},
		chat.Text{Text: c.say.Say("settings.why")}, chat.Facts{Facts: facts},
		chat.Buttons{Shown: buttons}}}}, nil
}

// toldOn says on which of their platforms the person wants to be told.
func (c *call) toldOn(p *storage.Profile, have []string) string {
	if slices.Contains(have, p.Platform) {
		return c.platformName(p.Platform)
	}
	return c.say.Say("settings.platform_last")
}

// lastUsed stands in the form for the platform on which the person last answered.
const lastUsed = "last"

// platformInput asks on which of their platforms the person wants to be told;
// nothing to ask where they have one.
func (c *call) platformInput(p *storage.Profile) ([]chat.Input, error) {
	have, err := c.platforms()
	if err != nil || len(have) < 2 {
		return nil, err
	}
	in := chat.Input{Name: "platform", Label: c.say.Say("settings.platform"), Kind: chat.Choice, Value: lastUsed,
		Options: []chat.Option{{Label: c.say.Say("settings.platform_last"), Value: lastUsed}}}
	for _, name := range have {
		in.Options = append(in.Options, chat.Option{Label: c.platformName(name), Value: name})
		if name == p.Platform {
			in.Value = name
		}
	}
	return []chat.Input{in}, nil
}

// choosePlatform takes the answer to platformInput over and reports whether it
// is news.
func (c *call) choosePlatform(p *storage.Profile, errs fieldErrors) (bool, error) {
	chosen, asked := c.in.Fields["platform"]
	have, err := c.platforms()
	if err != nil || !asked || len(have) < 2 {
		return false, err
	}
	switch {
	case chosen == lastUsed:
		chosen = ""
	case !slices.Contains(have, chosen):
		errs["platform"] = c.say.Say("form.needed")
		return false, nil
	}
	before := p.Platform
	p.Platform = chosen
	return chosen != before, nil
}

func (c *call) hours() string {
	clock := func(m int) string { return c.say.Say("date.clock", "h", two(m/60), "m", two(m%60)) }
	return clock(c.cal.From) + "-" + clock(c.cal.To)
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func (c *call) awayText() string {
	for _, a := range c.Absences {
		if !a.To.Before(c.today) {
			return c.say.Say("settings.away_span", "from", c.day(a.From), "to", c.day(a.To))
		}
	}
	return c.say.Say("word.none")
}

func (c *call) settingsForm() (*chat.Form, error) {
	p, err := c.tx.Profile(c.ID)
	if err != nil {
		return nil, err
	}
	languages := []chat.Option{{Label: c.say.Say("settings.default"), Value: "default"}}
	for _, tag := range voice.Languages {
		languages = append(languages, chat.Option{Label: c.say.Say("language." + tag.String()), Value: tag.String()})
	}
	var from, to string
	for _, a := range c.Absences {
		if !a.To.Before(c.today) {
			from, to = a.From.String(), a.To.String()
		}
	}
	yesNo := []chat.Option{{Label: c.say.Say("settings.no"), Value: "no"}, {Label: c.say.Say("settings.yes"), Value: "yes"}}
	neutral := "no"
	if p.Neutral {
		neutral = "yes"
	}
	lang := p.OwnLanguage
	if lang == "" {
		lang = "default"
	}
	platform, err := c.platformInput(p)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.say.Say("settings.head"), Submit: c.say.Say("form.save"), Command: "settings", Inputs: append([]chat.Input{
		{Name: "language", Label: c.say.Say("settings.language"), Kind: chat.Choice, Options: languages, Value: lang},
		{Name: "zone", Label: c.say.Say("settings.zone"), Hint: c.say.Say("settings.zone_hint"), Kind: chat.Line, Value: p.OwnZone, Optional: true, Max: 60},
		{Name: "hours", Label: c.say.Say("settings.hours"), Hint: c.say.Say("settings.hours_hint"), Kind: chat.Line, Value: p.Hours, Optional: true, Max: 20},
		{Name: "neutral", Label: c.say.Say("settings.neutral_ask"), Kind: chat.Choice, Options: yesNo, Value: neutral},
		{Name: "from", Label: c.say.Say("settings.away_from"), Kind: chat.DateInput, Value: from, Optional: true},
		{Name: "to", Label: c.say.Say("settings.away_to"), Kind: chat.DateInput, Value: to, Optional: true},
	}, platform...)}, nil
}

func (c *call) saveSettings() (chat.Reply, error) {
	p, err := c.tx.Profile(c.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	away, errs := c.readSettings(p)
	moved, err := c.choosePlatform(p, errs)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(errs) > 0 {
		return chat.Reply{}, errs
	}
	if err := c.tx.SavePerson(p); err != nil {
		return chat.Reply{}, err
	}
	if moved {
		if err := c.moveMessages(); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := c.tx.SetAbsence(c.ID, away); err != nil {
		return chat.Reply{}, err
	}
	if err := c.tx.LookAtEverybody(); err != nil { // an absence moves items to others
		return chat.Reply{}, err
	}
	did := map[string]any{"by": c.ID, "away_from": away.From.String(), "away_to": away.To.String(), "platform": p.Platform}
	if err := c.tx.Journal(c.now, "person.settings", did); err != nil {
		return chat.Reply{}, err
	}
	if p, err = c.tx.Profile(c.ID); err != nil { // what the language is now, whoever says so
		return chat.Reply{}, err
	}
	c.say = voice.For(c.b.language(&p.Person))
	return c.sentence("settings.saved"), nil
}

// moveMessages sends what waits for the sender to where they are told from now
// on; to have said so here counts as an answer, too.
func (c *call) moveMessages() error {
	if err := c.tx.UsedAccount(c.in.From, c.now); err != nil {
		return err
	}
	return c.b.readdress(c.tx, c.ID)
}

func (c *call) readSettings(p *storage.Profile) (isms.Absence, fieldErrors) {
	f, errs := c.in.Fields, fieldErrors{}
	p.OwnLanguage = ""
	if tag, err := language.Parse(f["language"]); err == nil && slices.Contains(voice.Languages, tag) {
		p.OwnLanguage = tag.String()
	}
	p.OwnZone = strings.TrimSpace(f["zone"])
	if p.OwnZone != "" && (c.b.zone(p.OwnZone) == nil || p.OwnZone == "Local") {
		errs["zone"] = c.say.Say("settings.bad_zone")
	}
	p.Hours = strings.TrimSpace(f["hours"])
	if p.Hours != "" {
		if _, _, err := isms.ParseHours(p.Hours); err != nil {
			errs["hours"] = c.say.Say("settings.bad_hours")
		}
	}
	p.Neutral = f["neutral"] == "yes"
	away := isms.Absence{From: c.today}
	if f["from"] == "" && f["to"] == "" {
		return away, errs
	}
	from, err1 := isms.ParseDate(f["from"])
	to, err2 := isms.ParseDate(f["to"])
	if err1 != nil || err2 != nil || to.Before(from) || to.Before(c.today) {
		errs["to"] = c.say.Say("settings.bad_span")
	}
	return isms.Absence{From: from, To: to}, errs
}
