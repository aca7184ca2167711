package teams

import (
	"context"
	"html"
	"strings"

	"ismsbot/adapters/readable"
)

// personPrefix begins the ids of people's accounts as the bot knows them.
const personPrefix = "29:"

// typed makes a command of what somebody wrote: the bot's own mention gone,
// people as "<@ID>", and the slash of a slash command too. Which words are a
// mention is told by the activity's entities and never by the text. Who cannot
// be found out in time stays a name.
func (t *Teams) typed(ctx context.Context, a *activity) string {
	ctx, cancel := context.WithTimeout(ctx, showWithin)
	defer cancel()
	text := a.Text
	for _, e := range a.Entities {
		if e.Type != "mention" || e.Text == "" {
			continue
		}
		instead := " "
		if !strings.EqualFold(e.Mentioned.ID, a.Recipient.ID) {
			if instead = t.mentioned(ctx, a, e.Mentioned); instead == "" {
				instead = readable.Line(e.Mentioned.Name)
			}
		}
		text = strings.Replace(text, e.Text, " "+instead+" ", 1)
	}
	text = readable.Command(html.UnescapeString(text))
	return strings.TrimPrefix(text, "/")
}

// mentioned is a person as the bot reads them, empty where that cannot be told.
func (t *Teams) mentioned(ctx context.Context, a *activity, who party) string {
	id := strings.ToLower(who.AAD)
	if !guid.MatchString(id) {
		if !strings.HasPrefix(who.ID, personPrefix) {
			return "" // another bot, or what is kept of somebody or something else
		}
		kept, err := t.load(ctx, who.ID)
		if id = kept.Person; err != nil || id == "" {
			id, err = t.person(ctx, a.ServiceURL, a.Conversation.ID, who.ID)
		}
		if err != nil || id == "" {
			return ""
		}
		if kept.Person == "" {
			if err := t.save(ctx, who.ID, whereabouts{Person: id}); err != nil {
				t.log.Warn("a mentioned account was not kept", "error", err)
			}
		}
	}
	return "<@" + id + ">"
}
