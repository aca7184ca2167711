// Package phishing tells what came of phishing tests that another program sent:
// how many reported them, first of all. It thanks those who did, gives the
// others a short training that is between them and the bot, and names nobody.
package phishing

import (
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Area is the package as a part of the bot.
func Area() desk.Area {
	return desk.Area{Name: "phishing", Draw: draw, Remind: follow, Commands: []desk.Command{
		{Verb: "campaign", May: reads, Refused: "refuse.campaign", Run: campaign},
	}}
}

// reads tells who sees the figures: those who plan the tests and those who
// watch over the whole. Nobody sees people in them.
func reads(r desk.Reader) bool {
	return plans(r) || r.Is(isms.TopManagement) || r.Is(isms.Auditor)
}

// plans tells who decides what follows from a test.
func plans(r desk.Reader) bool { return r.Is(isms.Comms) || r.Is(isms.ISMSManager) }

// campaign lists the tests, or shows one: "campaign 2", "campaign 2 follow 40",
// "campaign 2 names".
func campaign(c *desk.Call) (chat.Reply, error) {
	first, rest := desk.FirstWord(c.Line.Text)
	if first == "" {
		card, err := listCard(c)
		return chat.Reply{Card: card}, err
	}
	n, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.which_campaign")
	}
	one, err := c.Tx.Campaign(n)
	if err != nil {
		return chat.Reply{}, err
	}
	if one == nil {
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.which_campaign")
	}
	word, rest := desk.FirstWord(rest)
	switch strings.ToLower(word) {
	case "":
		card, err := oneCard(c, one)
		return chat.Reply{Card: card}, err
	case "follow":
		return begin(c, one, rest)
	case "names":
		return names(c, one, rest)
	}
	return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.which_campaign")
}

// command is the line that is about one test.
func command(c *storage.Campaign, words string) string {
	return strings.TrimSpace("campaign " + strconv.FormatInt(c.ID, 10) + " " + words)
}
