// Package profile answers what people ask about themselves: who they are here,
// what they have set, and on which platforms they are known.
package profile

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
)

// Area is the package as a part of the bot.
func Area() desk.Area {
	g := &guesses{}
	return desk.Area{Name: "profile", Commands: []desk.Command{
		{Verb: "settings", Form: settingsForm, FormAlways: true, Run: settings},
		{Verb: "link", Stranger: func(l desk.Line) bool { return l.Text != "" }, Run: func(c *desk.Call) (chat.Reply, error) { return link(c, g) }},
		{Verb: "who", Reads: true, Run: who},
	}}
}

// who tells the sender their roles and line.
func who(c *desk.Call) (chat.Reply, error) {
	var roles []string
	for _, role := range c.Roles {
		roles = append(roles, c.Say("role."+string(role)))
	}
	if len(roles) == 0 {
		roles = []string{c.Say("role.staff")}
	}
	facts := []chat.Fact{{Name: c.Say("who.roles"), Value: strings.Join(roles, ", ")}}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, chat.Fact{Name: c.Say(key), Value: value})
		}
	}
	add("who.department", c.Department)
	add("who.manager", c.People.Name(c.Manager))
	add("who.deputy", c.People.Name(c.Deputy))
	if n := len(c.People.Line(c.ID)); n > 0 {
		add("who.line", c.Count("who.people", n))
	}
	add("who.zone", c.Calendar.Zone.String())
	have, err := platforms(c)
	if err != nil {
		return chat.Reply{}, err
	}
	add("who.platforms", c.PlatformNames(have))
	head := c.Say("who.head", "name", c.Name)
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Facts{Facts: facts}}}}, nil
}

// platforms are those on which the sender has an account, of those the bot is on.
func platforms(c *desk.Call) ([]string, error) {
	accounts, err := c.Tx.Accounts(c.ID)
	var out []string
	for _, a := range accounts {
		if c.Office.Messengers[a.Platform] != nil {
			out = append(out, a.Platform)
		}
	}
	slices.Sort(out)
	return out, err
}
