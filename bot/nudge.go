package bot

import (
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

// nudge asks an owner how an item is going. Each person gets one a day, from
// all managers together.
func (c *call) nudge() (chat.Reply, error) {
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	if r := isms.CanNudge(&it.Item, c.Person, c.people); r != nil {
		return chat.Reply{}, r
	}
	owner := c.people.Get(it.Owner)
	if owner == nil || owner.Left || !owner.Reachable {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.unreachable", "name", it.Owner)
	}
	day := c.b.calendar(owner).Today(c.now)
	fresh, err := c.tx.Nudge(owner.ID, c.ID, day)
	if err != nil {
		return chat.Reply{}, err
	}
	if !fresh {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.nudged", "name", it.Owner)
	}
	if err := c.tx.Journal(c.now, "item.nudged", map[string]any{"by": c.ID, "item": it.ID.String(), "to": owner.ID}, it.ID); err != nil {
		return chat.Reply{}, err
	}
	_, err = c.b.enqueue(c.tx, post{key: fmt.Sprintf("nudge/%d/%s", owner.ID, day), class: classRequest, to: owner,
		what: content{View: viewNudge, Item: it.ID.String(), Due: it.Due, By: c.ID}, items: []isms.ItemID{it.ID}})
	return c.sentence("nudged.sent", "name", owner.FirstName(), "title", it.Title, "id", it.ID.String()), err
}

// share posts counts per department into a channel, never a name.
func (c *call) share() (chat.Reply, error) {
	text, err := c.shareText()
	if err != nil {
		return chat.Reply{}, err
	}
	where := strings.TrimSuffix(strings.TrimPrefix(c.words("where"), "<#"), ">")
	where, _, _ = strings.Cut(where, "|")
	if where == "" {
		if c.in.Kind == chat.Submitted {
			return chat.Reply{}, fieldErrors{"where": c.say.Say("form.needed")}
		}
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.share_where")
	}
	card := chat.Card{Summary: text, Language: c.say.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	if err := c.tx.Journal(c.now, "overdue.shared", map[string]any{"by": c.ID}); err != nil {
		return chat.Reply{}, err
	}
	err = c.b.enqueueTo(c.tx, "share/"+c.in.From.Platform+"/"+c.in.ID, chat.Address{Platform: c.in.From.Platform, To: where}, card)
	return c.sentence("share.sent"), err
}

func (c *call) shareText() (string, error) {
	if _, _, r := isms.OverdueScope(c.Person, c.people); r != nil {
		return "", r
	}
	late, err := c.late(filter{})
	if err != nil {
		return "", err
	}
	if len(late) == 0 {
		return c.say.Say("share.nothing"), nil
	}
	var lines []string
	for _, d := range c.departments(late) {
		lines = append(lines, c.say.Count("share.line", d.n, "department", d.name, "oldest", c.days(d.max)))
	}
	return strings.Join(lines, "\n"), nil
}

func (c *call) shareForm() (*chat.Form, error) {
	text, err := c.shareText()
	if err != nil {
		return nil, err
	}
	value := ""
	if !c.in.Private && c.in.Where.To != "" {
		value = "<#" + c.in.Where.To + ">"
	}
	return &chat.Form{Title: c.say.Say("form.share_title"), Submit: c.say.Say("form.share"), Command: "share", Intro: text + "\n" + c.say.Say("form.share_note"),
		Inputs: []chat.Input{{Name: "where", Label: c.say.Say("form.where"), Kind: chat.ConversationInput, Value: value}}}, nil
}
