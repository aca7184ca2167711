package bot

import (
	"fmt"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// nudge asks an owner how an item is going. Each person gets one a day, from
// all managers together.
func (c *call) nudge() (chat.Reply, error) {
	it, err := c.item()
	if err != nil {
		return chat.Reply{}, err
	}
	if r := isms.CanNudge(&it.Item, c.Person, c.People); r != nil {
		return chat.Reply{}, r
	}
	owner := c.People.Get(it.Owner)
	if owner == nil || owner.Left || !owner.Reachable {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.unreachable", "name", it.Owner)
	}
	day := c.b.office.Calendar(owner).Today(c.Now)
	fresh, err := c.Tx.Nudge(owner.ID, c.ID, day)
	if err != nil {
		return chat.Reply{}, err
	}
	if !fresh {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.nudged", "name", it.Owner)
	}
	if err := c.Tx.Journal(c.Now, "item.nudged", map[string]any{"by": c.ID, "item": it.ID.String(), "to": owner.ID}, it.ID); err != nil {
		return chat.Reply{}, err
	}
	_, err = c.Enqueue(desk.Post{Key: fmt.Sprintf("nudge/%d/%s", owner.ID, day), Class: desk.Request, To: owner,
		What: content{View: viewNudge, Item: it.ID.String(), Due: it.Due, By: c.ID}, Items: []isms.ItemID{it.ID}})
	return c.Sentence("nudged.sent", "name", owner.FirstName(), "title", it.Title, "id", it.ID.String()), err
}

// share posts counts per department into a channel, never a name.
func (c *call) share() (chat.Reply, error) {
	text, err := c.shareText()
	if err != nil {
		return chat.Reply{}, err
	}
	where := strings.TrimSuffix(strings.TrimPrefix(c.Words("where"), "<#"), ">")
	where, _, _ = strings.Cut(where, "|")
	if where == "" {
		if c.In.Kind == chat.Submitted {
			return chat.Reply{}, desk.FieldErrors{"where": c.Say("form.needed")}
		}
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.share_where")
	}
	card := &chat.Card{Summary: text, Language: c.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	if err := c.Tx.Journal(c.Now, "overdue.shared", map[string]any{"by": c.ID}); err != nil {
		return chat.Reply{}, err
	}
	err = c.EnqueueTo(c.Key("share"), chat.Address{Platform: c.In.From.Platform, To: where}, desk.Card(card))
	return c.Sentence("share.sent"), err
}

func (c *call) shareText() (string, error) {
	if _, _, r := isms.OverdueScope(c.Person, c.People); r != nil {
		return "", r
	}
	late, err := c.late(filter{})
	if err != nil {
		return "", err
	}
	if len(late) == 0 {
		return c.Say("share.nothing"), nil
	}
	var lines []string
	for _, d := range c.departments(late) {
		lines = append(lines, c.Count("share.line", d.n, "department", d.name, "oldest", c.Days(d.max)))
	}
	return strings.Join(lines, "\n"), nil
}

func (c *call) shareForm() (*chat.Form, error) {
	text, err := c.shareText()
	if err != nil {
		return nil, err
	}
	value := ""
	if !c.In.Private && c.In.Where.To != "" {
		value = "<#" + c.In.Where.To + ">"
	}
	return &chat.Form{Title: c.Say("form.share_title"), Submit: c.Say("form.share"), Command: "share", Intro: text + "\n" + c.Say("form.share_note"),
		Inputs: []chat.Input{{Name: "where", Label: c.Say("form.where"), Kind: chat.ConversationInput, Value: value}}}, nil
}
