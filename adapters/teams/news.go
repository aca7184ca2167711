package teams

import (
	"context"
	"strings"

	"ismsbot/bot/chat"
)

// troubleUninstalled is why somebody cannot be reached who has removed the app.
const troubleUninstalled = "uninstalled"

// takeNews learns where the bot has been added, and from where it was removed.
// A client repeats such events at will; the same one again is no news.
func (t *Teams) takeNews(ctx context.Context, a *activity) error {
	if id := a.ChannelData.App.ID; id != "" {
		if _, _, err := t.learn(ctx, catalogKey, func(p *whereabouts) { p.Name = id }); err != nil {
			return err
		}
	}
	switch {
	case a.Type == "installationUpdate" && strings.HasPrefix(a.Action, "remove"), t.leaves(a):
		return t.removed(ctx, a)
	case a.Type == "installationUpdate" && !strings.HasPrefix(a.Action, "add"):
		return nil
	}
	return t.remember(ctx, a)
}

// leaves tells whether it is the bot that was taken out of a conversation.
func (t *Teams) leaves(a *activity) bool {
	for _, m := range a.MembersRemoved {
		if strings.EqualFold(m.ID, botID(t.config.AppID)) {
			return true
		}
	}
	return false
}

func (t *Teams) removed(ctx context.Context, a *activity) error {
	if id := a.shared(); id != "" {
		_, _, err := t.learn(ctx, id, func(p *whereabouts) { *p = whereabouts{} })
		return err
	}
	who := account(a.From.AAD)
	if !guid.MatchString(who.ID) {
		return nil
	}
	if _, _, err := t.learn(ctx, who.ID, func(p *whereabouts) { p.Conversation = "" }); err != nil {
		return err
	}
	return t.tell(ctx, chat.Member{Account: who, Trouble: troubleUninstalled})
}
